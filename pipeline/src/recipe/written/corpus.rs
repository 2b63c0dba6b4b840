//! `[dedup]`, `[mixture]`, `[tokenizer]`, `[shards]`: what becomes of the documents that stay.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Group;

/// What is there twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dedup {
    /// Drop documents whose text is the same but for case and white space.
    pub exact: bool,
    /// Drop documents whose text is nearly the same: `false`, `true`, or a table.
    pub near: Near,
}

impl Default for Dedup {
    fn default() -> Self {
        Self {
            exact: true,
            near: Near::Switch(true),
        }
    }
}

/// The near-duplicate stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Near {
    /// Off, or on with the defaults.
    Switch(bool),
    /// On, as told.
    MinHash(MinHash),
}

impl Near {
    /// The parameters, if the stage is on.
    #[must_use]
    pub fn parameters(&self) -> Option<MinHash> {
        match self {
            Self::Switch(false) => None,
            Self::Switch(true) => Some(MinHash::default()),
            Self::MinHash(parameters) => Some(parameters.clone()),
        }
    }
}

/// MinHash with locality-sensitive hashing (Broder 1997; banding as in datatrove and FineWeb).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MinHash {
    /// Words in a shingle.
    #[schemars(range(min = 1, max = 50))]
    pub ngram: u32,
    /// Bands; two documents are compared when all hashes of one band agree.
    #[schemars(range(min = 1, max = 256))]
    pub buckets: u32,
    /// Hashes in a band.
    #[schemars(range(min = 1, max = 64))]
    pub rows: u32,
    /// Pairs estimated to be less similar than this (Jaccard of their shingles) are no duplicates.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub similarity: f64,
}

impl Default for MinHash {
    fn default() -> Self {
        Self {
            ngram: 5,
            buckets: 14,
            rows: 8,
            similarity: 0.75,
        }
    }
}

/// The share of each group in the tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mixture {
    /// The share of the web, beside the others' numbers.
    #[schemars(range(min = 0.0))]
    pub web: f64,
    /// The share of books, beside the others' numbers.
    #[schemars(range(min = 0.0))]
    pub books: f64,
    /// The share of code, beside the others' numbers.
    #[schemars(range(min = 0.0))]
    pub code: f64,
    /// How many tokens in all: `"auto"` for as many as the shares allow without taking a document twice, `"all"`
    /// for every document once whatever the shares, or a number.
    pub tokens: TokenBudget,
    /// How often a document may be taken at most, where a number of tokens asks for more than there is.
    #[schemars(range(min = 1.0))]
    pub max_epochs: f64,
}

impl Default for Mixture {
    fn default() -> Self {
        Self {
            web: 0.5,
            books: 0.3,
            code: 0.2,
            tokens: TokenBudget::default(),
            max_epochs: 4.0,
        }
    }
}

impl Mixture {
    /// The number that stands for `group`.
    #[must_use]
    pub fn weight(&self, group: Group) -> f64 {
        match group {
            Group::Web => self.web,
            Group::Books => self.books,
            Group::Code => self.code,
        }
    }
}

/// How many tokens to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TokenBudget {
    /// By what is there.
    Policy(BudgetPolicy),
    /// This many.
    Tokens(u64),
}

impl Default for TokenBudget {
    fn default() -> Self {
        Self::Policy(BudgetPolicy::Auto)
    }
}

/// How many tokens to take where no number is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BudgetPolicy {
    /// As many as the shares allow without taking a document twice.
    Auto,
    /// Every document once: the mixture is switched off.
    All,
}

/// Text to token ids: a tokenizer to load, or one to train.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tokenizer {
    /// A `tokenizer.json` in Hugging Face's format. Without it one is trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How to train one on the curated text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train: Option<TrainTokenizer>,
}

/// How to train a byte-level BPE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainTokenizer {
    /// Ids in all, the 256 bytes and the end-of-document token included.
    #[schemars(range(min = 257, max = 1_000_000))]
    pub vocab_size: u32,
    /// Bytes of text to train on at most, drawn by hash in the mixture's shares.
    #[schemars(range(min = 1))]
    pub sample_bytes: u64,
}

impl Default for TrainTokenizer {
    fn default() -> Self {
        Self {
            vocab_size: 32_000,
            sample_bytes: 100_000_000,
        }
    }
}

/// The token shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shards {
    /// Their folder. By default `out/<name>`.
    pub out: String,
    /// Tokens of a shard at most; a document is never split.
    #[schemars(range(min = 1))]
    pub tokens_per_shard: u64,
}

impl Default for Shards {
    fn default() -> Self {
        Self {
            out: String::new(),
            tokens_per_shard: 100_000_000,
        }
    }
}
