//! Judging: rules over `annotations/`, and `duplicates/`, -> `verdicts/`, row for row with the documents.
//!
//! A rule is SQL over the annotation columns and never sees text. Every rule is evaluated for every document, so
//! that a verdict names all that a document breaks and not only the first. Units are judged each on its own
//! (`unit.rs`); what is twice is known only when the rules have spoken, and is put into the verdicts after them
//! (`twice.rs`). The counts of the report, and the documents that it shows, are taken as the verdicts go by.

mod asked;
mod choice;
mod counts;
mod rules;
mod twice;
mod unit;

pub use super::condition::Comparison;
pub use asked::{AskedComparison, AskedRule, ask, nearest_rules};
pub use choice::{CHOSEN, Candidate, Choice, Choices};
pub use counts::{Amount, RuleCounts, VerdictCounts};
pub use rules::{NotedRule, passes};
pub use twice::drop_duplicates;
pub(super) use twice::function as drop_function;
pub(super) use unit::function as judge_function;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PlanError;
use super::units::{self, Weighted};
use crate::engine::Engine;
use crate::stage::Rule;
use crate::work::{Kind, Unit, WorkFolder};
use unit::{JudgeOutcome, JudgeTask};

/// What the rules came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Documents and bytes.
    pub counts: VerdictCounts,
    /// The names of rules that say nothing of any document, because what they ask of is null throughout.
    pub idle: Vec<String>,
    /// Documents to show, by the positions of the rules.
    pub choices: Choices,
}

/// Where judging reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The work folder with the annotations.
    pub work: &'a WorkFolder,
    /// The work folder for verdicts, duplicates and notes: the same in a run, another where nothing is to be written.
    pub results: &'a WorkFolder,
    /// Whether verdicts are written.
    pub writes: bool,
}

/// Judges every document by `rules` alone; duplicates are dropped by [`drop_duplicates`].
///
/// # Errors
/// When a rule is no valid SQL, annotations cannot be read, or the disk fails.
pub async fn judge(
    engine: &Engine,
    places: Places<'_>,
    rules: &[Rule],
    units: &[Unit],
    seed: u64,
    mut progress: impl FnMut(u64, u64),
) -> Result<Judged, PlanError> {
    let Places {
        work,
        results,
        writes,
    } = places;
    if writes {
        // Those of an earlier attempt, which may be killed, are not trusted to be in step.
        results
            .clear(Kind::Verdicts)
            .map_err(PlanError::file(results.root()))?;
    }
    let noted: Vec<NotedRule> = rules.iter().map(NotedRule::of).collect();
    let mut tasks = Vec::with_capacity(units.len());
    for unit in units {
        let annotations = work.file(Kind::Annotations, unit);
        let bytes = std::fs::metadata(&annotations)
            .map_err(PlanError::file(&annotations))?
            .len();
        let own = noted.iter().enumerate().filter(|(_, rule)| rule.applies_in(unit));
        let task = JudgeTask {
            unit: unit.clone(),
            annotations,
            verdicts: writes.then(|| results.file(Kind::Verdicts, unit)),
            rules: own.map(|(position, rule)| (position, rule.clone())).collect(),
            seed,
        };
        tasks.push(Weighted { task, bytes });
    }
    let (mut done, total) = (0, tasks.len() as u64);
    let mut judged = Judged::default();
    let mut asked: BTreeMap<usize, bool> = BTreeMap::new();
    units::run(engine, results, unit::FUNCTION, tasks, |outcome: JudgeOutcome| {
        judged.counts.join(outcome.counts);
        judged.choices.join(outcome.choices);
        for (rule, says) in outcome.asked {
            *asked.entry(rule).or_default() |= says;
        }
        done += 1;
        progress(done, total);
    })
    .await?;
    // A published rule may well be about something that no document has, such as a language of programming.
    let silent = asked.into_iter().filter(|(_, says)| !says);
    judged.idle = silent
        .filter_map(|(position, _)| rules.get(position).filter(|rule| rule.stage == "filter"))
        .map(|rule| rule.name.clone())
        .collect();
    Ok(judged)
}
