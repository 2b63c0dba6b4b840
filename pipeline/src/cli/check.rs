//! `gristmill check`: the faults of a recipe, without running it.

use std::path::PathBuf;

use clap::Args;
use gristmill_schemas::config::Override;

use super::printer::line;
use super::{Failure, put};
use crate::annotate::{Resources, Settings, annotators};
use crate::report::numbers;
use crate::{filter, plan, recipe};

/// Checks a recipe, its inputs and its models without running anything: all faults at once.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The recipe, a TOML file.
    recipe: PathBuf,
    /// Set a key of the recipe, in place of what the file says; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<Override>,
    /// Print the whole recipe with its defaults filled in, and the rules that it comes to as SQL.
    #[arg(long)]
    print: bool,
    /// Print the columns that filters may ask for.
    #[arg(long)]
    columns: bool,
}

pub(super) fn run(command: &Check) -> Result<(), Failure> {
    let loaded = recipe::load(&command.recipe, &command.overrides).map_err(Failure::usage)?;
    if command.print {
        let text = toml::to_string_pretty(&loaded.recipe).map_err(Failure::run)?;
        let rules =
            filter::printed(&filter::rules(&loaded.recipe), &loaded.recipe.filter).map_err(Failure::run)?;
        put(format!("{text}{rules}").as_bytes())?;
    }
    if command.columns {
        put(columns(&loaded.recipe)?.as_bytes())?;
    }
    let checked = super::runtime(1)?.block_on(plan::check::check(&loaded.recipe));
    for warning in &checked.warnings {
        line(&format!("warning: {warning}"));
    }
    if !checked.faults.is_empty() {
        return Err(Failure::usage(loaded.faulty(checked.faults)));
    }
    for (source, files, bytes) in &checked.sources {
        line(&format!(
            "source {source}: {} files, {}",
            numbers::count(*files),
            numbers::bytes(*bytes)
        ));
    }
    line("the recipe is sound");
    Ok(())
}

fn columns(recipe: &recipe::Recipe) -> Result<String, Failure> {
    let mut text = String::from("id\nsource\ngroup\nunit\nrow\n");
    let annotators = annotators(&Settings::of(recipe, &Resources::default())).map_err(Failure::run)?;
    for annotator in annotators {
        for signal in annotator.signals() {
            let name = format!("{}.{}", annotator.name(), signal.name);
            text.push_str(&format!(
                "{name:<36} {:?}  {}\n",
                signal.signal_type, signal.meaning
            ));
        }
    }
    Ok(text)
}
