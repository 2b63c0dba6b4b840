//! `gristmill curate`: the whole pipeline.

use std::path::{Path, PathBuf};

use clap::Args;
use gristmill_schemas::config::Override;

use super::printer::{Form, Printer, color, line};
use super::{Failure, put, time};
use crate::engine::EngineKind;
use crate::recipe::{self, LoadedRecipe};
use crate::report::dry::{DryRun, render};
use crate::report::summary;
use crate::run::{RunOptions, Stage, run as run_recipe};

/// Runs a recipe: raw dumps to curated text, token shards and a report.
///
/// Run again, it goes on where it was: what is done under the same settings is kept.
#[derive(Debug, Args)]
pub(super) struct Curate {
    /// The recipe, a TOML file.
    #[arg(required_unless_present = "raw", conflicts_with = "raw")]
    recipe: Option<PathBuf>,
    /// In place of a recipe: a folder with web, books or code in it, curated with the defaults.
    #[arg(long, value_name = "DIR", requires = "out")]
    raw: Option<PathBuf>,
    /// With --raw: where work and shards go.
    #[arg(long, value_name = "DIR", requires = "raw")]
    out: Option<PathBuf>,
    /// Stop after this stage: read, annotate, filter, dedup, curate, tokenize or shard.
    #[arg(long, value_name = "STAGE")]
    until: Option<Stage>,
    /// Judge what is annotated already by the recipe's rules as they are now, and set the counts beside those of the
    /// last run; nothing is read again or written. With --until filter, duplicates are not looked for.
    #[arg(long)]
    dry_run: bool,
    /// Set a key of the recipe, in place of what the file says; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<Override>,
    /// Where the plans run: local, or standalone for Ballista's in-process cluster.
    #[arg(long, value_name = "CLUSTER", default_value = "local")]
    cluster: EngineKind,
    /// Threads to use; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Partitions of each plan; by default one for each thread.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    partitions: Option<u16>,
    /// Show warnings and errors only.
    #[arg(long, conflicts_with = "json")]
    quiet: bool,
    /// Write events and the report to stdout, as JSON lines.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Curate) -> Result<(), Failure> {
    let loaded = load(command)?;
    let threads = command.threads.map_or_else(time::available_threads, usize::from);
    let form = match (command.json, command.quiet) {
        (true, _) => Form::Json,
        (_, true) => Form::Quiet,
        _ => Form::Human,
    };
    let options = RunOptions {
        until: command.until.unwrap_or(Stage::Shard),
        engine: command.cluster.clone(),
        partitions: command.partitions.map_or(threads, usize::from),
        threads,
        started_at: time::now(),
    };
    let runtime = super::runtime(threads)?;
    if command.dry_run {
        let dry = runtime.block_on(dry_run(&loaded, &options))?;
        return print_dry_run(&dry, form);
    }
    let report = runtime.block_on(async {
        refuse_faults(&loaded).await?;
        let mut printer = Printer::new(form);
        run_recipe(&loaded.recipe, &options, &mut printer)
            .await
            .map_err(Failure::run)
    })?;
    match form {
        Form::Quiet => Ok(()),
        Form::Human => {
            line(&summary::render(
                &report,
                summary::Style {
                    color: color(),
                    ..summary::Style::default()
                },
            ));
            Ok(())
        }
        Form::Json => {
            let row = serde_json::json!({"event": "report", "report": report});
            put(format!("{row}\n").as_bytes())
        }
    }
}

/// What the rules come to on the annotations that are there. The inputs need not be.
async fn dry_run(loaded: &LoadedRecipe, options: &RunOptions) -> Result<DryRun, Failure> {
    let faults = crate::plan::check::rule_faults(&loaded.recipe).await;
    if !faults.is_empty() {
        return Err(Failure::usage(loaded.faulty(faults)));
    }
    crate::run::dry_run(&loaded.recipe, options)
        .await
        .map_err(Failure::run)
}

fn print_dry_run(dry: &DryRun, form: Form) -> Result<(), Failure> {
    if form == Form::Json {
        let row = serde_json::json!({"event": "dry_run", "dry_run": dry});
        return put(format!("{row}\n").as_bytes());
    }
    let style = summary::Style {
        color: color(),
        width: 100,
    };
    put(render(dry, style).as_bytes())
}

/// The recipe that is named, or the one that stands for a raw folder.
fn load(command: &Curate) -> Result<LoadedRecipe, Failure> {
    if let (Some(raw), Some(out)) = (&command.raw, &command.out) {
        let text = recipe::of_folder(raw, out).map_err(Failure::usage)?;
        return recipe::parse(&text, raw, &command.overrides).map_err(Failure::usage);
    }
    let path = command.recipe.as_deref().unwrap_or_else(|| Path::new(""));
    recipe::load(path, &command.overrides).map_err(Failure::usage)
}

/// SQL that does not fit and files that are not there are told before anything is read.
async fn refuse_faults(loaded: &LoadedRecipe) -> Result<(), Failure> {
    let checked = crate::plan::check::check(&loaded.recipe).await;
    if checked.faults.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(loaded.faulty(checked.faults)))
}
