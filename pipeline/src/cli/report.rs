//! `gristmill report`: the report of a run, again.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, put};
use crate::report::facts::Report;
use crate::report::{page, summary};
use crate::work::WorkFolder;

/// Prints the report of the last run in a work folder, and writes its page again.
#[derive(Debug, Args)]
#[command(name = "report")]
pub(super) struct ReportCommand {
    /// The work folder.
    #[arg(long)]
    work: PathBuf,
    /// Write the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &ReportCommand) -> Result<(), Failure> {
    let work = WorkFolder::new(&command.work);
    let path = work.root().join("report.json");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::Run(anyhow::anyhow!("cannot read {}: {error}", path.display())))?;
    let report = Report::from_json(&text).map_err(Failure::run)?;
    let html = page::render(&report).map_err(Failure::run)?;
    gristmill_schemas::atomic::write(work.root().join("report.html"), html.as_bytes())
        .map_err(Failure::run)?;
    if command.json {
        return put(text.as_bytes());
    }
    let style = summary::Style {
        color: super::printer::color(),
        ..summary::Style::default()
    };
    put(format!("{}\n", summary::render(&report, style)).as_bytes())
}
