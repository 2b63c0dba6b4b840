//! `report.json`: the facts of a run, as plain data. The run fills it in; [`super::page`] and [`super::summary`]
//! put it into words.
//!
//! A part that did not run is `None`, not zero: no shards because the run ended before them is another thing than
//! no shards because nothing was left to write. Bytes are counted in UTF-8 text unless a field says otherwise, and
//! sizes on disk as the files lie there, compressed or not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All that is known about a run at its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The recipe's name.
    pub name: String,
    /// The version of gristmill that ran.
    pub version: String,
    /// The recipe's seed.
    pub seed: u64,
    /// xxh3-128 of the recipe as validated, without `work` and `out`, in hexadecimal.
    pub recipe_fingerprint: String,
    /// What the plans ran on: `local`, or the cluster's address.
    pub engine: String,
    /// Threads that the engine was given.
    pub threads: u64,
    /// When the run began, as RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The most memory that the process held, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// The stages in the order in which they ran.
    pub stages: Vec<StageFact>,
    /// What was there at the start and what each step left, in order.
    pub funnel: Vec<FunnelStep>,
    /// The sources in the order of the recipe.
    pub sources: Vec<SourceFact>,
    /// The rules that dropped anything, in the order in which they are tried.
    pub drops: Vec<RuleFact>,
    /// Documents that show what the rules do, in the order of the rules.
    pub samples: Vec<RuleSamples>,
    /// The languages found.
    pub languages: Vec<LanguageFact>,
    /// What was there twice; `None` if nobody looked.
    pub duplicates: Option<DuplicateFacts>,
    /// The groups of the mixture in the order of the recipe; empty if there was no mixture.
    pub mixture: Vec<MixtureFact>,
    /// What bound the mixture, in a sentence, if anything did.
    pub mixture_note: Option<String>,
    /// How values spread over the documents.
    pub histograms: Vec<Histogram>,
    /// The tokenizer; `None` if the run ended before it.
    pub tokenizer: Option<TokenizerFact>,
    /// The shards; `None` if the run ended before them.
    pub shards: Option<ShardsFact>,
    /// What someone should look at before using the result, one sentence each.
    pub warnings: Vec<String>,
    /// What could not be read.
    pub quarantine: Quarantine,
    /// Where things lie.
    pub outputs: Vec<OutputFact>,
    /// The command to try next.
    pub next: String,
}

/// A stage of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageFact {
    /// Its name: `read`, `annotate`, `filter` and so on.
    pub name: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Whether its result was there from an earlier run.
    pub reused: bool,
    /// Rows it was given.
    pub rows_in: u64,
    /// Rows it gave.
    pub rows_out: u64,
    /// What else there is to say.
    pub note: Option<String>,
}

/// What a [`FunnelStep`] counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counted {
    /// Raw files. Their bytes are bytes on disk.
    Files,
    /// Records of raw files, documents or not. Their bytes are bytes as the reader met them.
    Records,
    /// Documents. Their bytes are bytes of text.
    #[default]
    Documents,
}

/// One step of the way from raw bytes to tokens: what was there after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunnelStep {
    /// The step, as in "after language".
    pub name: String,
    /// What is counted at this step.
    pub counted: Counted,
    /// How many of them.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their tokens, from where they are known.
    pub tokens: Option<u64>,
    /// What else there is to say.
    pub note: Option<String>,
}

/// A source of the recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFact {
    /// Its name.
    pub name: String,
    /// Its group in the mixture.
    pub group: String,
    /// Raw files.
    pub files: u64,
    /// Bytes of the raw files on disk.
    pub raw_bytes: u64,
    /// Records in them.
    pub records: u64,
    /// Documents read from the records.
    pub documents: u64,
    /// Bytes of text in those documents.
    pub text_bytes: u64,
    /// Records that could not be read.
    pub quarantined: u64,
    /// Records that are sound and no documents, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Documents left after all filters and deduplication.
    pub kept_documents: u64,
    /// Bytes of text in those.
    pub kept_bytes: u64,
    /// Tokens written to shards.
    pub tokens_written: u64,
}

/// A rule, and what broke it. `alone <= first <= together`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFact {
    /// The stage it belongs to.
    pub stage: String,
    /// The rule, as verdicts name it.
    pub rule: String,
    /// Documents that broke this rule only: without it they would have been kept.
    pub alone: u64,
    /// Documents counted to this rule because it was the first of those they broke. Over all rules these add up to
    /// the documents dropped.
    pub first: u64,
    /// Documents that broke it, whatever else they broke.
    pub together: u64,
    /// Bytes of text in the documents of `first`.
    pub bytes: u64,
    /// Bytes of text in the documents of `alone`.
    pub alone_bytes: u64,
    /// Bytes of text in the documents of `together`.
    pub together_bytes: u64,
}

/// Documents that show what a rule does: a few that it dropped, and a few that it nearly dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSamples {
    /// The stage it belongs to.
    pub stage: String,
    /// The rule, as verdicts name it.
    pub rule: String,
    /// SQL that is true for documents to keep.
    pub keep: String,
    /// The sources it is for; empty for all.
    pub sources: Vec<String>,
    /// Documents that broke it, chosen by the seed.
    pub dropped: Vec<Sample>,
    /// Documents that broke no rule and came nearest to breaking this one, the nearest first.
    pub near: Vec<Sample>,
}

/// A document that is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Its id.
    pub id: String,
    /// Its key: its address, its path, or its source's own name for it.
    pub key: String,
    /// The number that the rule is about, where there is one.
    pub value: Option<f64>,
    /// A piece of its text, with personal data and toxic words masked.
    pub excerpt: Vec<Piece>,
}

/// A piece of an excerpt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what the rule is about.
    pub marked: bool,
}

/// A language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageFact {
    /// Its ISO 639 code, or another word where none was identified.
    pub code: String,
    /// Documents read that are in it.
    pub documents: u64,
    /// Bytes of text in those.
    pub bytes: u64,
    /// Documents among them that were kept to the end.
    pub kept_documents: u64,
}

/// What was there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateFacts {
    /// Documents dropped for being equal to one that was kept.
    pub exact_documents: u64,
    /// Documents dropped for being nearly equal to one that was kept.
    pub near_documents: u64,
    /// Clusters of two documents or more.
    pub clusters: u64,
    /// Documents in the largest cluster.
    pub largest_cluster: u64,
}

/// A group of the mixture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixtureFact {
    /// The group.
    pub group: String,
    /// The share of the tokens that the recipe asks for, all groups together 1.
    pub asked: f64,
    /// The share of the tokens written.
    pub reached: f64,
    /// Tokens that the group had to offer, once each.
    pub available_tokens: u64,
    /// Tokens written.
    pub tokens: u64,
    /// Documents written; one taken twice counts twice.
    pub documents: u64,
    /// How often the group was gone through: 1.0 is each document once.
    pub epochs: f64,
}

/// How a value spreads over the documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    /// The value.
    pub name: String,
    /// Its unit, plural; empty for a ratio.
    pub unit: String,
    /// The bins, rising and without gaps.
    pub bins: Vec<Bin>,
}

/// A bin of a [`Histogram`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bin {
    /// The least value in it.
    pub from: f64,
    /// The least value above it.
    pub to: f64,
    /// Documents kept whose value is in it.
    pub kept: u64,
    /// Documents dropped whose value is in it.
    pub dropped: u64,
}

/// The tokenizer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenizerFact {
    /// The number of ids, added tokens included.
    pub vocabulary: u64,
    /// Bytes of text for each token, by group: more is a tokenizer that suits the group better.
    pub bytes_per_token: BTreeMap<String, f64>,
}

/// The shards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardsFact {
    /// Their folder.
    pub folder: String,
    /// How many there are.
    pub count: u64,
    /// Tokens in all of them, end-of-document tokens included.
    pub tokens: u64,
    /// Bytes of all of them on disk.
    pub bytes: u64,
}

/// What could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantine {
    /// Records in quarantine.
    pub total: u64,
    /// The first of them; the run decides how many, [`QUARANTINE_SHOWN`] by custom.
    pub first: Vec<QuarantinedRecord>,
}

/// How many quarantined records a report shows.
pub const QUARANTINE_SHOWN: usize = 20;

/// A record that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantinedRecord {
    /// The raw file.
    pub path: String,
    /// Bytes from its start, or from the start of the decompressed stream where its format allows no seeking.
    pub offset: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// Something the run left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputFact {
    /// What it is.
    pub what: String,
    /// Where it lies.
    pub path: String,
}

/// Why a report and its JSON could not be turned into each other.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// The text is not a report of this version.
    #[error("not a report that this version reads: {0} (run `gristmill curate` again to write a new one)")]
    Malformed(serde_json::Error),
    /// The facts cannot be written as JSON.
    #[error("cannot write the report as JSON: {0}")]
    Unwritable(serde_json::Error),
}

impl Report {
    /// The text of `report.json`, indented, with a newline at its end.
    pub fn to_json(&self) -> Result<String, FactsError> {
        let mut text = serde_json::to_string_pretty(self).map_err(FactsError::Unwritable)?;
        text.push('\n');
        Ok(text)
    }

    /// The report that the text of a `report.json` holds.
    pub fn from_json(text: &str) -> Result<Self, FactsError> {
        serde_json::from_str(text).map_err(FactsError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples;

    #[test]
    fn json_gives_back_the_report_it_was_made_from() {
        for report in [examples::rich(), examples::empty(), examples::hostile()] {
            let text = report.to_json().expect("writes");
            assert_eq!(Report::from_json(&text).expect("reads"), report);
        }
    }

    #[test]
    fn json_of_another_shape_is_refused_with_its_place() {
        let text = examples::empty().to_json().expect("writes");
        let renamed = text.replace("\"seconds\"", "\"secnods\"");
        let message = Report::from_json(&renamed)
            .expect_err("unknown field")
            .to_string();
        assert!(message.contains("secnods"), "{message}");
        assert!(message.contains("line"), "{message}");
        assert!(Report::from_json("{}").is_err());
    }
}
