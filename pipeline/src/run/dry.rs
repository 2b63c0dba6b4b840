//! A dry run: what other rules and thresholds would keep, judged on the annotations that are there, beside what the
//! last run kept. Nothing is read again, and nothing is written into the work folder.

use std::fs;
use std::io;

use tempfile::TempDir;

use super::facts::{drops, funnel};
use super::record;
use super::stages::{VerdictRecord, at, inputs_key};
use super::{LockError, RunError, RunOptions, Stage};
use crate::annotate::{Resources, Settings};
use crate::engine::{Engine, EngineSettings};
use crate::filter;
use crate::plan::dedup::DedupCounts;
use crate::plan::verdict::Places;
use crate::plan::{self, PlanError};
use crate::recipe::Recipe;
use crate::recipe::written::Identifier;
use crate::report::dry::{DryRun, Tally};
use crate::work::{Kind, Unit, WorkFolder};

/// Judges the annotated documents of `recipe` by its rules as they are now.
///
/// # Errors
/// When there are no annotations that the recipe would make, or the rules cannot be asked.
pub async fn dry_run(recipe: &Recipe, options: &RunOptions) -> Result<DryRun, RunError> {
    let work = WorkFolder::new(&recipe.work);
    let refused = |message: String| at(Stage::Filter)(PlanError::Nothing(message));
    let units = annotated(recipe, &work).map_err(refused)?;
    let scratch = scratch()?;
    let results = WorkFolder::new(scratch.path().join("work"));
    let engine = Engine::start(EngineSettings {
        kind: options.engine.clone(),
        partitions: options.partitions,
        spill: scratch.path().join("spill"),
    })
    .await?;
    engine
        .table("annotations", work.files(Kind::Annotations, &units))
        .await?;
    let rules = filter::rules(recipe);
    let places = Places {
        work: &work,
        results: &results,
        writes: false,
    };
    let judged = plan::verdict::judge(&engine, places, &rules, &units, recipe.seed, |_, _| {}).await;
    let judged = judged.map_err(at(Stage::Filter))?;
    let mut counts = judged.counts;
    let compared = counts.kept.documents;
    let looks_for_duplicates = options.until >= Stage::Dedup && compared > 0;
    if looks_for_duplicates {
        let dedup = async {
            let found: DedupCounts = plan::dedup::dedup(&engine, &results, recipe, &rules, compared).await?;
            let has_language = recipe.language.identifier != Identifier::None;
            plan::verdict::drop_duplicates(&engine, places, &found, &units, has_language, &mut counts).await
        };
        dedup.await.map_err(at(Stage::Dedup))?;
    }
    let tally = |counts| Tally {
        funnel: funnel(counts),
        drops: drops(counts),
    };
    let before = record::latest::<VerdictRecord>(&work, "verdict");
    let mut warnings: Vec<String> = judged
        .idle
        .iter()
        .map(|rule| format!("rule '{rule}' says nothing of any document: its columns are null throughout"))
        .collect();
    if compared == 0 {
        warnings.push("every document would be dropped".to_owned());
    }
    if !looks_for_duplicates {
        warnings.push("duplicates were not looked for".to_owned());
    }
    Ok(DryRun {
        name: recipe.name.clone(),
        rules: rules.len() as u64,
        before: before.as_ref().map(|record| tally(&record.verdicts)),
        now: tally(&counts),
        warnings,
    })
}

/// The units whose annotations are those that the recipe would make.
fn annotated(recipe: &Recipe, work: &WorkFolder) -> Result<Vec<Unit>, String> {
    let folder = work.root().display();
    let advice = "run `gristmill curate --until annotate` with this recipe first";
    let annotations = work.folder(Kind::Annotations);
    if !annotations.is_dir() {
        return Err(format!("{folder} holds no annotations to judge by; {advice}"));
    }
    let units = record::find::<Vec<Unit>>(work, "read", &inputs_key(recipe)).ok_or_else(|| {
        format!("the documents in {folder} were read for other sources or another [rewrite]; {advice}")
    })?;
    let resources = Resources::load(recipe).map_err(|errors| errors.to_string())?;
    let key = plan::annotate::key(&Settings::of(recipe, &resources));
    if work.key_of(Kind::Annotations).as_deref() != Some(key.as_str()) {
        return Err(format!(
            "the annotations in {folder} were made with other settings (an identifier, a model, a word list, the shape \
             of dedup.near, or another version of gristmill); {advice}"
        ));
    }
    let there = work.files(Kind::Annotations, &units).len();
    if there < units.len() {
        return Err(format!(
            "{there} of {} units are annotated in {folder}; {advice}",
            units.len()
        ));
    }
    Ok(units)
}

fn scratch() -> Result<TempDir, RunError> {
    let folder = tempfile::tempdir().and_then(|folder| {
        fs::create_dir_all(folder.path().join("work"))?;
        Ok(folder)
    });
    folder.map_err(|source: io::Error| {
        RunError::Lock(LockError::File {
            path: std::path::PathBuf::from("a temporary folder"),
            source,
        })
    })
}
