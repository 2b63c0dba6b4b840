//! `[safety]`: what is unsafe to learn from, and the lists that tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Toxicity;

/// What is unsafe to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Safety {
    /// What finds toxic text.
    pub toxicity: Toxicity,
    /// Lists of further toxic words and phrases, one a line: files for texts of all languages, `{ path, language,
    /// category }`, or folders of files named by language (`de`, `pt-BR.txt`). A list for a language counts in texts
    /// of that language.
    pub word_lists: Vec<WordListPath>,
    /// Documents in which more than this share of the words is toxic are dropped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_toxic_share: f64,
    /// Documents with more toxic words than this are dropped as `bad_words`: 0 is C4's rule. Not set, none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_toxic_words: Option<u64>,
    /// Lists of blocked hosts and addresses, one a line: files, `{ path, category }`, or folders with a folder or a
    /// file for each category. The category is the name of the file or folder.
    pub url_blocklists: Vec<BlockListPath>,
    /// Categories of `url_blocklists` whose documents are dropped, each under its own reason (`blocked_url_adult`);
    /// empty drops what is on any list (`blocked_url`).
    pub drop_url_categories: Vec<String>,
    /// Which licences code may have.
    pub licenses: Licenses,
    /// What happens to code of which nobody says under which licence it is, where `licenses` asks for some.
    pub unlicensed: Unlicensed,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            toxicity: Toxicity::default(),
            word_lists: Vec::new(),
            max_toxic_share: 0.01,
            max_toxic_words: None,
            url_blocklists: Vec::new(),
            drop_url_categories: Vec::new(),
            licenses: Licenses::default(),
            unlicensed: Unlicensed::default(),
        }
    }
}

/// A word list, or a folder of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WordListPath {
    /// A file for texts of all languages, or a folder of files named by language.
    Path(String),
    /// What it is about is said here.
    Described(DescribedWordList),
}

/// A word list, or a folder of them, with what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribedWordList {
    /// The file or folder.
    pub path: String,
    /// The language of its words, by ISO 639-1 or 639-3 code; by default that of the file's name in a folder, and all
    /// languages otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What its words are signs of: `adult`, `spam`. By default `toxic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl WordListPath {
    /// The list with what is said of it.
    #[must_use]
    pub fn described(&self) -> DescribedWordList {
        match self {
            Self::Path(path) => DescribedWordList {
                path: path.clone(),
                language: None,
                category: None,
            },
            Self::Described(described) => described.clone(),
        }
    }
}

/// A block list, or a folder of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BlockListPath {
    /// A file or folder; the category is its name.
    Path(String),
    /// The category is said here.
    Described(DescribedBlockList),
}

/// A block list, or a folder of them, with its category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribedBlockList {
    /// The file or folder.
    pub path: String,
    /// What its hosts are blocked for: `adult`, `malware`.
    pub category: String,
}

impl BlockListPath {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Path(path) => path,
            Self::Described(described) => &described.path,
        }
    }

    /// The category that is said.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        match self {
            Self::Path(_) => None,
            Self::Described(described) => Some(&described.category),
        }
    }
}

/// Which licences code may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Licenses {
    /// Those of a kind.
    Policy(LicensePolicy),
    /// These, by SPDX id: `["MIT", "Apache-2.0"]`.
    Listed(Vec<String>),
}

impl Default for Licenses {
    fn default() -> Self {
        Self::Policy(LicensePolicy::Any)
    }
}

/// A kind of licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LicensePolicy {
    /// All, and none.
    Any,
    /// Those that ask for naming the author, at most.
    Permissive,
}

/// What happens to code of which nobody says under which licence it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unlicensed {
    /// It stays: what has been published without a licence may be read, says The Stack v2.
    Keep,
    /// It is dropped: all rights are reserved where nothing is said.
    #[default]
    Drop,
}
