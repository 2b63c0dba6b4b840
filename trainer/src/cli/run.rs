//! `gristmill-train run CONFIG`.

use std::path::PathBuf;

use clap::Args;
use gristmill_schemas::config::Override;
use gristmill_train::Result;
use gristmill_train::config::Config;
use gristmill_train::log::{Console, Log, Silent};
use gristmill_train::run::{Options, run as train};

use super::{print, print_json};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(super) struct Arguments {
    /// The configuration, a TOML file.
    config: PathBuf,
    /// Continue from the newest checkpoint; where there is none, start.
    #[arg(long)]
    resume: bool,
    /// Start anew where an earlier run left something; its checkpoints and model are removed.
    #[arg(long, conflicts_with = "resume")]
    overwrite: bool,
    /// Save and stop after this step.
    #[arg(long, value_name = "STEP")]
    stop_after: Option<u64>,
    /// Set a key of the configuration: `--set schedule.steps=500`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<Override>,
    /// Tell no progress.
    #[arg(long)]
    quiet: bool,
    /// Print the outcome as a line of JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let config = Config::load(&arguments.config, &arguments.overrides)?;
    let options = Options {
        resume: arguments.resume,
        overwrite: arguments.overwrite,
        stop_after: arguments.stop_after,
    };
    let mut console: Box<dyn Log> = if arguments.quiet {
        Box::new(Silent)
    } else {
        Box::new(Console::new(config.schedule.steps, config.log.every_steps)?)
    };
    let summary = train(&config, &options, console.as_mut())?;
    drop(console);
    if arguments.json {
        return print_json(&summary);
    }
    print(&summary.to_string())
}
