//! The recipe as a user writes it: plain data, one default for each key, no access to the disk.
//!
//! Every struct refuses unknown keys; the JSON Schema in `schemas/json/recipe.schema.json` is made from these types
//! and the doc comments here are its descriptions. What the keys mean together is checked in [`super::check`].

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
        crate::plan::key(&recipe)
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

/// One place that raw data comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name: letters, digits, `-` and `_`. Part of every document's identity.
    pub name: String,
    /// What the mixture counts it as.
    pub group: Group,
    /// Files, folders or glob patterns, relative to the folder in which the command runs. Their spelling is part
    /// of every document's identity.
    pub paths: Vec<String>,
    /// The format of the files; `auto` goes by each file's name.
    #[serde(default)]
    pub format: Format,
    /// The columns of JSONL and Parquet files.
    #[serde(default)]
    pub columns: Columns,
}

/// The format of raw files. Compression (.gz, .zst, .bz2, .xz) is recognised by content in all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// By the file's name.
    #[default]
    Auto,
    /// Web archive: main text is taken from HTML responses.
    Warc,
    /// Web archive of extracted text (`conversion` records).
    Wet,
    /// One HTML page a file.
    Html,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// One plain text a file.
    Text,
    /// One source file a document; a folder is walked, honouring .gitignore.
    Code,
}

/// Which columns of JSONL and Parquet files hold what. A dot leads into a nested object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// The text. A record without it is quarantined.
    pub text: String,
    /// The source's own id, a string or a number.
    pub id: String,
    /// The address.
    pub url: String,
    /// The title.
    pub title: String,
    /// The claimed language.
    pub language: String,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            text: "text".to_owned(),
            id: "id".to_owned(),
            url: "url".to_owned(),
            title: "title".to_owned(),
            language: "language".to_owned(),
        }
    }
}

/// What happens to text before it is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rewrite {
    /// Unicode normalization.
    pub unicode: Unicode,
    /// E-mail and IP addresses.
    pub pii: Pii,
}

/// Unicode normalization (UAX #15). Newlines and control characters are repaired under all but `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unicode {
    /// Text stays as it was read.
    None,
    /// Canonical composition.
    #[default]
    Nfc,
    /// Compatibility composition: ligatures and full-width letters are folded too.
    Nfkc,
}

/// What happens to personal data in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pii {
    /// It stays and is counted.
    Keep,
    /// It is replaced by a placeholder of its kind and counted.
    #[default]
    Mask,
    /// A document with any is dropped.
    Drop,
}

/// Which languages stay. Code is not asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Language {
    /// What identifies the language.
    pub identifier: Identifier,
    /// Languages to keep, by ISO 639-1 or 639-3 code; empty keeps all.
    pub keep: Vec<String>,
    /// Documents identified with less confidence than this are dropped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
}

impl Default for Language {
    fn default() -> Self {
        // 0.65 is FineWeb's threshold (for fastText's score).
        Self {
            identifier: Identifier::default(),
            keep: vec!["en".to_owned()],
            confidence: 0.65,
        }
    }
}

/// What identifies the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Identifier {
    /// Nothing: documents of all languages stay.
    None,
    /// Trigram profiles of 69 languages.
    #[default]
    Whatlang,
}

/// Which quality stays. Code is not asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quality {
    /// The published rule sets to apply.
    pub rules: Vec<RuleSet>,
    /// The thresholds of `gopher`.
    pub gopher: Gopher,
}

impl Default for Quality {
    fn default() -> Self {
        Self {
            rules: vec![RuleSet::Gopher],
            gopher: Gopher::default(),
        }
    }
}

/// A published set of quality rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleSet {
    /// The document rules of Gopher (Rae et al. 2021, table A1).
    Gopher,
}

/// Gopher's thresholds (Rae et al. 2021, table A1, as datatrove applies them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gopher {
    /// Fewest words.
    pub min_words: u64,
    /// Most words.
    pub max_words: u64,
    /// Smallest mean length of a word, in characters.
    pub min_mean_word_length: f64,
    /// Largest mean length of a word, in characters.
    pub max_mean_word_length: f64,
    /// Most hash signs for each word.
    pub max_hash_ratio: f64,
    /// Most ellipses for each word.
    pub max_ellipsis_ratio: f64,
    /// Largest share of lines that begin with a bullet.
    pub max_bullet_line_ratio: f64,
    /// Largest share of lines that end with an ellipsis.
    pub max_ellipsis_line_ratio: f64,
    /// Smallest share of words with a letter in them.
    pub min_alphabetic_word_ratio: f64,
    /// Fewest different words of: the, be, to, of, and, that, have, with.
    pub min_stop_words: u64,
}

impl Default for Gopher {
    fn default() -> Self {
        Self {
            min_words: 50,
            max_words: 100_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_hash_ratio: 0.1,
            max_ellipsis_ratio: 0.1,
            max_bullet_line_ratio: 0.9,
            max_ellipsis_line_ratio: 0.3,
            min_alphabetic_word_ratio: 0.8,
            min_stop_words: 2,
        }
    }
}

/// A filter of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Its name: the reason that the verdict gives.
    pub name: String,
    /// The groups it applies to; empty for all.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The sources it applies to; empty for all.
    #[serde(default)]
    pub sources: Vec<String>,
    /// SQL over the annotation columns, true for documents to keep: `gopher.word_count >= 200`. Where it is null
    /// (a ratio over nothing), the document stays.
    pub keep: String,
}

/// What is unsafe to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Safety {
    /// What finds toxic text.
    pub toxicity: Toxicity,
    /// Files of further toxic words and phrases, one a line.
    pub word_lists: Vec<String>,
    /// Documents in which more than this share of the words is toxic are dropped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_toxic_share: f64,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            toxicity: Toxicity::default(),
            word_lists: Vec::new(),
            max_toxic_share: 0.01,
        }
    }
}

/// What finds toxic text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Toxicity {
    /// Nothing.
    None,
    /// Word lists.
    #[default]
    Words,
}

/// What is there twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dedup {
    /// Drop documents whose text is the same but for case, punctuation and white space.
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
