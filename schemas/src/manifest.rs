//! `manifest.json`: what a folder of shards holds. Written last, so that its presence means the folder is whole.
//!
//! It carries counts, the hash of every file, the mixture, and fingerprints of the recipe and the inputs. It
//! carries no time, no path of `work` or `out`, no core count and no engine: the same recipe, inputs and seed
//! give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::shard::TokenType;

/// The manifest's file name in a folder of shards.
pub const FILE_NAME: &str = "manifest.json";
/// The tokenizer's file name in a folder of shards.
pub const TOKENIZER_FILE_NAME: &str = "tokenizer.json";
/// The document index's file name in a folder of shards.
pub const INDEX_FILE_NAME: &str = "index.parquet";
/// The version of the manifest that this build writes and reads.
pub const VERSION: &str = "1";

/// What a folder of shards holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format's version: "1".
    pub version: String,
    /// The recipe's name.
    pub name: String,
    /// The seed that ordered the documents.
    pub seed: u64,
    /// How a token id is stored.
    pub token_type: TokenType,
    /// The tokenizer that made the ids.
    pub tokenizer: TokenizerRecord,
    /// All tokens of all shards, end-of-document tokens included.
    pub tokens: u64,
    /// All documents of all shards; a document taken twice counts twice.
    pub documents: u64,
    /// The shards in order.
    pub shards: Vec<ShardRecord>,
    /// Every other file of the folder, by name, with its xxh3-128.
    pub files: BTreeMap<String, String>,
    /// What was asked of each group and what was reached.
    pub mixture: BTreeMap<String, MixtureRecord>,
    /// Documents and tokens of each source.
    pub sources: BTreeMap<String, SourceRecord>,
    /// xxh3-128 of the recipe as validated, without `work` and `out`.
    pub recipe_fingerprint: String,
    /// xxh3-128 over the paths, as the recipe spells them, and contents of all inputs.
    pub input_fingerprint: String,
}

/// The tokenizer of a folder of shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenizerRecord {
    /// Its file in the folder.
    pub file: String,
    /// xxh3-128 of that file.
    pub hash: String,
    /// The number of ids, added tokens included.
    pub vocabulary: u32,
    /// The id that ends every document, if one was appended.
    pub end_of_document: Option<u32>,
}

/// One shard: a `.bin` and an `.idx` with one stem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardRecord {
    /// The stem: `00000` stands for `00000.bin` and `00000.idx`.
    pub stem: String,
    /// Tokens in it.
    pub tokens: u64,
    /// Documents in it.
    pub documents: u64,
    /// xxh3-128 of the `.bin` file.
    pub bin_hash: String,
    /// xxh3-128 of the `.idx` file.
    pub idx_hash: String,
}

/// One group of the mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixtureRecord {
    /// The share that the recipe asks for, all groups together 1.
    pub asked: f64,
    /// The share of the tokens written.
    pub reached: f64,
    /// Tokens that the group had to offer, once each.
    pub available_tokens: u64,
    /// Tokens written.
    pub tokens: u64,
    /// Documents written.
    pub documents: u64,
    /// How often the group's data was gone through: 1.0 is each document once.
    pub epochs: f64,
}

/// One source of the recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// Documents written.
    pub documents: u64,
    /// Tokens written.
    pub tokens: u64,
}

/// Why a manifest could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be opened; most often the run that should have written it did not end.
    #[error("cannot read {path}: {source} (a folder of shards is whole only when its manifest is there)")]
    Unreadable {
        /// The manifest's path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a manifest.
    #[error("{path} is not a manifest of version {VERSION}: {source}")]
    Malformed {
        /// The manifest's path.
        path: PathBuf,
        /// Where the JSON departs from it.
        source: serde_json::Error,
    },
    /// The file is of another version.
    #[error("{path} has version '{found}'; this build reads version {VERSION}")]
    Version {
        /// The manifest's path.
        path: PathBuf,
        /// The version found.
        found: String,
    },
}

impl Manifest {
    /// Reads the manifest of the folder `shards`.
    ///
    /// # Errors
    /// When it is missing, malformed or of another version.
    pub fn load(shards: &Path) -> Result<Self, ManifestError> {
        let path = shards.join(FILE_NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(ManifestError::Unreadable { path, source }),
        };
        let manifest: Self = match serde_json::from_slice(&bytes) {
            Ok(manifest) => manifest,
            Err(source) => return Err(ManifestError::Malformed { path, source }),
        };
        if manifest.version != VERSION {
            return Err(ManifestError::Version {
                path,
                found: manifest.version,
            });
        }
        Ok(manifest)
    }

    /// Writes the manifest into the folder `shards`, atomically.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self, shards: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        atomic::write(shards.join(FILE_NAME), &text)
    }
}
