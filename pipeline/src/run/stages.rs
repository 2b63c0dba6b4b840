//! The stages of a run, one after the other.

use std::fs;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::{Event, LockError, Observer, Stage, lock, record};
use crate::annotate::{Resources, Settings};
use crate::engine::{Engine, EngineError, EngineKind, EngineSettings};
use crate::filter;
use crate::plan::dedup::DedupCounts;
use crate::plan::tokenize::ChosenTokenizer;
use crate::plan::verdict::{Choices, NotedRule, Places, VerdictCounts};
use crate::plan::{self, PlanError};
use crate::recipe::Recipe;
use crate::recipe::written::{Dedup, Identifier, Near};
use crate::report::Report;
use crate::report::facts::RuleSamples;
use crate::stage::Rule;
use crate::work::{Kind, Unit, WorkFolder};

/// How a recipe is run. None of it changes a byte of the shards.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The last stage to run.
    pub until: Stage,
    /// The engine.
    pub engine: EngineKind,
    /// Partitions of each plan.
    pub partitions: usize,
    /// Threads, for the report.
    pub threads: usize,
    /// When the run began, for the report.
    pub started_at: String,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The work folder is taken or cannot be made.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A stage failed.
    #[error("stage {stage}: {source}")]
    Stage {
        /// The stage.
        stage: &'static str,
        /// Why.
        source: PlanError,
    },
    /// The report could not be written.
    #[error("cannot write the report: {0}")]
    Report(String),
}

/// Runs `recipe` and returns its report, which is written into the work folder too.
///
/// # Errors
/// When a stage fails. What was done is kept, and the same call goes on from there.
pub async fn run(
    recipe: &Recipe,
    options: &RunOptions,
    observer: &mut dyn Observer,
) -> Result<Report, RunError> {
    let begun = Instant::now();
    let work = WorkFolder::new(&recipe.work);
    let _lock = lock::take(&work)?;
    let settings = EngineSettings {
        kind: options.engine.clone(),
        partitions: options.partitions,
        spill: work.state("spill"),
    };
    // What a killed run had spilled is of no use to this one.
    if settings.spill.exists() {
        fs::remove_dir_all(&settings.spill).map_err(|source| LockError::File {
            path: settings.spill.clone(),
            source,
        })?;
    }
    let engine = Engine::start(settings).await?;
    let facts = Facts::new(recipe, options, engine.name());
    let mut run = Run {
        recipe,
        options,
        observer,
        work,
        engine,
        facts,
    };
    let outcome = run.stages().await;
    // The report is written even when a stage found nothing to go on with: it says what dropped the documents.
    if let Err(error) = &outcome {
        run.facts.warning(&format!("the run stopped: {error}"));
    }
    let report = run.facts.report(recipe, begun.elapsed().as_secs_f64());
    let written = write_report(&run.work, &report);
    outcome?;
    written.map_err(RunError::Report)?;
    Ok(report)
}

fn write_report(work: &WorkFolder, report: &Report) -> Result<(), String> {
    let json = report.to_json().map_err(|error| error.to_string())?;
    let page = crate::report::page::render(report).map_err(|error| error.to_string())?;
    let write = |name: &str, bytes: &[u8]| {
        gristmill_schemas::atomic::write(work.root().join(name), bytes).map_err(|error| error.to_string())
    };
    write("report.json", json.as_bytes())?;
    write("report.html", page.as_bytes())
}

/// A run under way.
pub(super) struct Run<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) options: &'a RunOptions,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) work: WorkFolder,
    pub(super) engine: Engine,
    pub(super) facts: Facts,
}

impl Run<'_> {
    async fn stages(&mut self) -> Result<(), RunError> {
        let units = self.read().await?;
        if self.options.until < Stage::Annotate {
            return Ok(());
        }
        let annotate_key = self.annotate(&units).await?;
        if self.options.until < Stage::Filter {
            return Ok(());
        }
        let rules = filter::rules(self.recipe);
        let verdict_key = self.judge(&units, &annotate_key, &rules).await?;
        if self.options.until < Stage::Curate {
            return Ok(());
        }
        self.curate(&units, &verdict_key).await?;
        if self.options.until < Stage::Tokenize {
            return Ok(());
        }
        let tokenizer = self.tokenize(&units, &verdict_key).await?;
        if self.options.until < Stage::Shard {
            return Ok(());
        }
        self.shard(&units, &verdict_key, &tokenizer).await
    }

    async fn read(&mut self) -> Result<Vec<Unit>, RunError> {
        let clock = self.start(Stage::Read);
        let observer = &mut *self.observer;
        let progress = |done, total| {
            observer.observe(&Event::Progress {
                stage: Stage::Read,
                done,
                total,
            });
        };
        let read = plan::read::read(&self.engine, &self.work, self.recipe, progress).await;
        let read = read.map_err(at(Stage::Read))?;
        for warning in &read.warnings {
            self.warn(warning);
        }
        let documents: u64 = read.sources.values().map(|counts| counts.documents).sum();
        for (source, counts) in &read.sources {
            if counts.documents == 0 {
                self.warn(&format!(
                    "source '{source}' gave no document out of {} files",
                    counts.files
                ));
            }
        }
        record::leave(&self.work, "read", &inputs_key(self.recipe), &read.units).map_err(at(Stage::Read))?;
        let note = format!(
            "{documents} documents, {} of {} units read",
            read.units_read,
            read.units.len()
        );
        self.end(Stage::Read, clock, read.units_read == 0, &note);
        let units = read.units.clone();
        self.facts.read(&self.work, read);
        if documents == 0 {
            let nothing = "no document could be read; see the quarantine and the report".to_owned();
            return Err(at(Stage::Read)(PlanError::Nothing(nothing)));
        }
        Ok(units)
    }

    async fn annotate(&mut self, units: &[Unit]) -> Result<String, RunError> {
        let clock = self.start(Stage::Annotate);
        let stage = Stage::Annotate;
        let resources = Resources::load(self.recipe).map_err(|errors| at(stage)(errors.into()))?;
        for warning in &resources.warnings {
            self.warn(warning);
        }
        let settings = Settings::of(self.recipe, &resources);
        let observer = &mut *self.observer;
        let progress = |done, total| observer.observe(&Event::Progress { stage, done, total });
        let annotated = plan::annotate::annotate(&self.engine, &self.work, &settings, units, progress).await;
        let annotated = annotated.map_err(at(stage))?;
        let files = self.work.files(Kind::Annotations, units);
        self.engine.table("annotations", files).await?;
        self.end(
            stage,
            clock,
            annotated == 0,
            &format!("{annotated} of {} units annotated", units.len()),
        );
        Ok(crate::recipe::key(&settings.identity()))
    }

    /// Filter and dedup, whose results meet in the verdicts.
    async fn judge(
        &mut self,
        units: &[Unit],
        annotate_key: &str,
        rules: &[Rule],
    ) -> Result<String, RunError> {
        let recipe = self.recipe_for_dedup();
        let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        let described: Vec<_> = rules.iter().map(|rule| format!("{rule:?}")).collect();
        let key = crate::recipe::key(&(names, annotate_key, described, &recipe.dedup, recipe.seed));

        let clock = self.start(Stage::Filter);
        let verdicts_there = self.work.files(Kind::Verdicts, units).len() == units.len()
            && ["exact", "near"]
                .iter()
                .all(|method| self.work.duplicates(method).is_file());
        let found = record::find::<VerdictRecord>(&self.work, "verdict", &key).filter(|_| verdicts_there);
        let reused = found.is_some();
        let mut record = match found {
            Some(record) => record,
            None => self
                .filter_anew(rules, units, &key)
                .await
                .map_err(at(Stage::Filter))?,
        };
        for rule in &record.idle {
            self.warn(&format!(
                "rule '{rule}' says nothing of any document: its columns are null throughout"
            ));
        }
        let note = format!(
            "{} rules, which {} of {} documents pass",
            rules.len(),
            record.dedup.compared,
            record.verdicts.all.documents
        );
        self.end(Stage::Filter, clock, reused, &note);
        if record.dedup.compared == 0 {
            self.facts.judge(record.dedup, record.verdicts.clone());
            return Err(at(Stage::Filter)(PlanError::Nothing(nothing_left(
                &record.verdicts,
            ))));
        }

        let clock = self.start(Stage::Dedup);
        if !reused {
            self.dedup_anew(&recipe, rules, units, &mut record)
                .await
                .map_err(at(Stage::Dedup))?;
            record::leave(&self.work, "verdict", &key, &record).map_err(at(Stage::Dedup))?;
        }
        for warning in idle_dedup(&recipe, &record.dedup) {
            self.warn(&warning);
        }
        let (dedup, verdicts) = (record.dedup, record.verdicts);
        let note = format!(
            "{} exact and {} near duplicates; {} of {} documents kept",
            dedup.exact, dedup.near, verdicts.kept.documents, verdicts.all.documents
        );
        self.end(Stage::Dedup, clock, reused, &note);
        self.facts.judge(dedup, verdicts);
        self.facts.samples(record.samples);
        Ok(key)
    }

    /// The recipe with the deduplication that this run asks for.
    fn recipe_for_dedup(&self) -> Recipe {
        let mut recipe = self.recipe.clone();
        if self.options.until < Stage::Dedup {
            recipe.dedup = Dedup {
                exact: false,
                near: Near::Switch(false),
            };
        }
        recipe
    }

    /// Judges by the rules alone.
    async fn filter_anew(
        &mut self,
        rules: &[Rule],
        units: &[Unit],
        key: &str,
    ) -> Result<VerdictRecord, PlanError> {
        record::forget(&self.work, "verdict")?;
        let noted: Vec<NotedRule> = rules.iter().map(NotedRule::of).collect();
        record::leave(&self.work, "rules", key, &noted)?;
        let observer = &mut *self.observer;
        let stage = Stage::Filter;
        let progress = |done, total| observer.observe(&Event::Progress { stage, done, total });
        let places = Places {
            work: &self.work,
            results: &self.work,
            writes: true,
        };
        let judged =
            plan::verdict::judge(&self.engine, places, rules, units, self.recipe.seed, progress).await?;
        Ok(VerdictRecord {
            dedup: DedupCounts {
                compared: judged.counts.kept.documents,
                ..DedupCounts::default()
            },
            verdicts: judged.counts,
            idle: judged.idle,
            choices: judged.choices,
            samples: Vec::new(),
        })
    }

    /// Drops what is there twice among what the rules keep, and reads the documents to show.
    async fn dedup_anew(
        &mut self,
        recipe: &Recipe,
        rules: &[Rule],
        units: &[Unit],
        record: &mut VerdictRecord,
    ) -> Result<(), PlanError> {
        let compared = record.dedup.compared;
        record.dedup = plan::dedup::dedup(&self.engine, &self.work, recipe, rules, compared).await?;
        let places = Places {
            work: &self.work,
            results: &self.work,
            writes: true,
        };
        plan::verdict::drop_duplicates(
            &self.engine,
            places,
            &record.dedup,
            units,
            recipe.language.identifier != Identifier::None,
            &mut record.verdicts,
        )
        .await?;
        let choices = std::mem::take(&mut record.choices);
        record.samples = plan::samples::fetch(&self.work, recipe, rules, units, &choices)?;
        Ok(())
    }

    async fn curate(&mut self, units: &[Unit], key: &str) -> Result<(), RunError> {
        let stage = Stage::Curate;
        let clock = self.start(stage);
        let observer = &mut *self.observer;
        let progress = |done, total| observer.observe(&Event::Progress { stage, done, total });
        let curated = plan::curate::curate(&self.engine, &self.work, key, units, progress).await;
        let (counts, written) = curated.map_err(at(stage))?;
        let files = self.work.files(Kind::Curated, units);
        self.engine.table("curated", files).await?;
        let note = format!(
            "{} documents, {} of {} units written",
            counts.documents,
            written,
            units.len()
        );
        self.end(stage, clock, written == 0, &note);
        Ok(())
    }

    async fn tokenize(&mut self, units: &[Unit], key: &str) -> Result<ChosenTokenizer, RunError> {
        let stage = Stage::Tokenize;
        let clock = self.start(stage);
        let tokenizer = plan::tokenize::choose(&self.engine, &self.work, self.recipe, key).await;
        let tokenizer = tokenizer.map_err(at(stage))?;
        if tokenizer.end_of_document.is_none() {
            self.warn(
                "the tokenizer has no end-of-document token: documents run into each other in the shards",
            );
        }
        let observer = &mut *self.observer;
        let progress = |done, total| observer.observe(&Event::Progress { stage, done, total });
        let tokenized =
            plan::tokenize::tokenize(&self.engine, &self.work, key, &tokenizer, units, progress).await;
        let tokenized = tokenized.map_err(at(stage))?;
        let files = self.work.files(Kind::Tokens, units);
        self.engine.table("tokens", files).await?;
        let note = format!(
            "vocabulary of {}, {tokenized} of {} units tokenized",
            tokenizer.vocabulary,
            units.len()
        );
        self.end(stage, clock, tokenized == 0, &note);
        Ok(tokenizer)
    }

    pub(super) fn start(&mut self, stage: Stage) -> Instant {
        self.observer.observe(&Event::Started { stage });
        Instant::now()
    }

    pub(super) fn end(&mut self, stage: Stage, clock: Instant, reused: bool, note: &str) {
        let seconds = clock.elapsed().as_secs_f64();
        self.observer.observe(&Event::Ended {
            stage,
            seconds,
            reused,
            note,
        });
        self.facts.stage(stage, seconds, reused, note);
    }

    pub(super) fn warn(&mut self, message: &str) {
        self.observer.observe(&Event::Warning { message });
        self.facts.warning(message);
    }
}

pub(super) fn at(stage: Stage) -> impl Fn(PlanError) -> RunError {
    move |source| RunError::Stage {
        stage: stage.name(),
        source,
    }
}

/// The key of what documents depend on, as far as the recipe says it.
pub(super) fn inputs_key(recipe: &Recipe) -> String {
    crate::recipe::key(&(&recipe.source, &recipe.rewrite))
}

/// What filter and dedup came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct VerdictRecord {
    pub(super) dedup: DedupCounts,
    pub(super) verdicts: VerdictCounts,
    idle: Vec<String>,
    /// Which documents are shown, until they are read.
    #[serde(skip)]
    choices: Choices,
    samples: Vec<RuleSamples>,
}

/// Says that no document is left, and which rule is to look at first.
fn nothing_left(verdicts: &VerdictCounts) -> String {
    let all = verdicts.all.documents;
    let Some((stage, rule, amount)) = verdicts.costliest() else {
        return "there is no document to judge".to_owned();
    };
    format!(
        "every document was dropped, so there is nothing to go on with: {} of {all} by the rule '{rule}' of the stage \
         {stage} first; the report counts what each rule cost, and `gristmill curate --dry-run` tells what other \
         thresholds would keep",
        amount.documents
    )
}

/// Documents above which a dedup stage that finds nothing at all is worth a word.
const NOTEWORTHY_DOCUMENTS: u64 = 10_000;

fn idle_dedup(recipe: &Recipe, counts: &DedupCounts) -> Vec<String> {
    let mut warnings = Vec::new();
    if counts.compared < NOTEWORTHY_DOCUMENTS {
        return warnings;
    }
    let among = format!("found no duplicate at all among {} documents", counts.compared);
    if recipe.dedup.exact && counts.exact == 0 {
        warnings.push(format!("dedup.exact {among}"));
    }
    if recipe.dedup.near.parameters().is_some() && counts.near == 0 {
        warnings.push(format!("dedup.near {among}"));
    }
    warnings
}
