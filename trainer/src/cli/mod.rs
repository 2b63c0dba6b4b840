//! The command line: one file a command. stdout is data, stderr is progress; exit 0 is done, 1 an error of data or
//! run, 2 an error of usage or configuration.

mod eval;
mod generate;
mod run;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use gristmill_train::checkpoint::hugging_face::{self, Pretrained};
use gristmill_train::{Error, Result};
use serde::Serialize;
use tracing_subscriber::filter::LevelFilter;

/// Train language models on gristmill's shards.
#[derive(Debug, Parser)]
#[command(name = "gristmill-train", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a model as a configuration says.
    Run(run::Arguments),
    /// Measure a model's loss on shards.
    Eval(eval::Arguments),
    /// Let a model write.
    Generate(generate::Arguments),
}

/// Parses the command line and carries it out.
pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let colours =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|text| text.is_empty());
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(LevelFilter::WARN)
        .with_ansi(colours)
        .without_time()
        .init();
    let outcome = match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
    };
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    let _ = writeln!(io::stderr().lock(), "error: {error}");
    if error.is_usage() {
        ExitCode::from(2)
    } else {
        ExitCode::FAILURE
    }
}

/// Writes a line of data. A reader that has gone, as `head` does, is no error.
fn print(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::File {
            path: PathBuf::from("stdout"),
            source: error,
        }),
        _ => Ok(()),
    }
}

fn print_json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value)
        .map_err(|error| Error::Training(format!("the outcome has no JSON form: {error}")))?;
    print(&text)
}

/// The model in a folder, or in the `model` folder of a run that was named instead.
fn load_model(folder: &Path) -> Result<Pretrained> {
    let inside = folder.join("model");
    if !folder.join("config.json").exists() && inside.join("config.json").exists() {
        return hugging_face::load(&inside);
    }
    hugging_face::load(folder)
}
