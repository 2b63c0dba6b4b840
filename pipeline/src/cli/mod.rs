//! The command line: one file a command, and one printer for all of them.
//!
//! stdout is data, stderr is progress and logs. Exit status: 0 done, 1 data or run error, 2 usage or recipe error.

mod check;
mod classifier;
mod curate;
mod explain;
mod inspect;
mod printer;
mod query;
mod report;
mod time;
mod verify;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::read::store::Environment;

/// Raw crawl dumps, books and code in; a curated corpus and token shards out.
#[derive(Debug, Parser)]
#[command(name = "gristmill", version, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Curate(curate::Curate),
    Check(check::Check),
    Classifier(classifier::Classifier),
    Verify(verify::Verify),
    Inspect(inspect::Inspect),
    Query(query::Query),
    Explain(explain::Explain),
    Report(report::ReportCommand),
    /// Writes shell completions to stdout.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Writes the manual page to stdout.
    Manual,
}

/// Why a command ended without success, and with which exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The data or the run: status 1.
    Run(anyhow::Error),
    /// The usage or the recipe: status 2.
    Usage(anyhow::Error),
}

impl Failure {
    fn run(error: impl Into<anyhow::Error>) -> Self {
        Self::Run(error.into())
    }

    fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::Usage(error.into())
    }
}

/// Runs the command line `arguments` and returns the exit status.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version are asked for and go to stdout; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    printer::start_logging();
    // The one place at which stores get to know the environment.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    crate::read::store::configure(Environment::of(variables));
    let outcome = match parsed.command {
        Command::Curate(command) => curate::run(&command),
        Command::Check(command) => check::run(&command),
        Command::Classifier(command) => classifier::run(&command),
        Command::Verify(command) => verify::run(&command),
        Command::Inspect(command) => inspect::run(&command),
        Command::Query(command) => query::run(&command),
        Command::Explain(command) => explain::run(&command),
        Command::Report(command) => report::run(&command),
        Command::Completions { shell } => completions(shell),
        Command::Manual => manual(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Run(error)) => {
            printer::error(&error);
            ExitCode::from(1)
        }
        Err(Failure::Usage(error)) => {
            printer::error(&error);
            ExitCode::from(2)
        }
    }
}

/// The threads of a command: those of the plans, and those of the stages that no plan runs.
fn runtime(threads: usize) -> Result<tokio::runtime::Runtime, Failure> {
    // A second command in one process (tests) keeps the pool of the first.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        // Plans recurse, and parsers of foreign pages do too.
        .thread_stack_size(8 << 20)
        .enable_all()
        .build()
        .map_err(Failure::run)
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), "gristmill", &mut script);
    put(&script)
}

fn manual() -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(definition())
        .render(&mut page)
        .map_err(Failure::run)?;
    put(&page)
}

fn definition() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Writes data to stdout. A reader that closed the pipe has had enough, which is no failure.
fn put(bytes: &[u8]) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::run),
    }
}
