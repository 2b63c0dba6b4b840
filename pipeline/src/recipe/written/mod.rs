//! The recipe as a user writes it: plain data, one default for each key, no access to the disk.
//!
//! Every struct refuses unknown keys; the JSON Schema in `schemas/json/recipe.schema.json` is made from these types
//! and the doc comments here are its descriptions. What the keys mean together is checked in `check.rs`.

mod classifier;
mod corpus;
mod judgement;
mod personal;
mod quality;
mod safety;
mod scope;
mod source;
mod thresholds;

pub use classifier::{Classifier, QualityClassifier, TextForm, ToxicityClassifier};
pub use corpus::{
    BudgetPolicy, Dedup, MinHash, Mixture, Near, Shards, TokenBudget, Tokenizer, TrainTokenizer,
};
pub use judgement::{
    BookRepair, Filter, FilterStage, Identifier, Language, LineRules, Pii, Rewrite, Toxicity, Unicode,
};
pub use personal::{PiiKind, Secrets, wanted};
pub use quality::{Gopher, GopherRepetition, Grammar, Quality, RuleSet};
pub use safety::{
    BlockListPath, DescribedBlockList, DescribedWordList, LicensePolicy, Licenses, Safety, Unlicensed,
    WordListPath,
};
pub use scope::{Keys, Reading, Scope};
pub use source::{Code, CodeKind, Columns, Format, Source};
pub use thresholds::{BookRules, C4, C4Paragraphs, CodeRules, FineWeb, RedPajama};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A recipe: what to read, what to keep, and what to make of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The recipe format's version: "1".
    pub version: Version,
    /// The run's name.
    #[serde(default = "default_name")]
    pub name: String,
    /// What every draw is derived from: the order of documents, samples.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// The folder of documents, annotations, verdicts and the report. By default `work/<name>`.
    #[serde(default)]
    pub work: String,
    /// Where raw data comes from.
    pub source: Vec<Source>,
    /// The only place where text changes.
    #[serde(default)]
    pub rewrite: Rewrite,
    /// Which languages stay.
    #[serde(default)]
    pub language: Language,
    /// Which quality stays.
    #[serde(default)]
    pub quality: Quality,
    /// Filters of one's own, in SQL over the annotations.
    #[serde(default)]
    pub filter: Vec<Filter>,
    /// Models that judge text: of quality, of domain, of toxicity.
    #[serde(default)]
    pub classifier: Vec<Classifier>,
    /// Other rules and thresholds for some sources or groups.
    #[serde(default, rename = "for", skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// What is unsafe to learn from.
    #[serde(default)]
    pub safety: Safety,
    /// What is there twice.
    #[serde(default)]
    pub dedup: Dedup,
    /// The share of each group in the tokens.
    #[serde(default)]
    pub mixture: Mixture,
    /// Text to token ids.
    #[serde(default)]
    pub tokenizer: Tokenizer,
    /// The token shards.
    #[serde(default)]
    pub shards: Shards,
}

impl Recipe {
    /// xxh3-128 over all that the shards depend on: the recipe without the places where results go.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut recipe = self.clone();
        recipe.work.clear();
        recipe.shards.out.clear();
        crate::recipe::key(&recipe)
    }
}

/// The recipe format's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "1")]
    One,
}

fn default_name() -> String {
    "corpus".to_owned()
}

fn default_seed() -> u64 {
    42
}

/// What the mixture is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Pages of the web.
    Web,
    /// Books and academic text.
    Books,
    /// Program code.
    Code,
}

impl Group {
    /// All groups, in the order of the mixture.
    pub const ALL: [Self; 3] = [Self::Web, Self::Books, Self::Code];

    /// The name, as in the recipe.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Books => "books",
            Self::Code => "code",
        }
    }
}
