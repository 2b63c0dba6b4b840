//! Ids -> shards and manifest: the only stage that writes training files.
//!
//! Token files of the tokenizing stage come in, one for each unit, and the order of documents from the mixture;
//! Megatron-LM's `.bin`/`.idx` pairs, `index.parquet` and `manifest.json` go out. Formats: `gristmill_schemas`.

mod hashing;
mod index;
mod pack;
mod token_file;
mod verify;

pub use hashing::{hash_file, spelled};
pub use pack::{Packed, Packer, PackerSettings, Placement};
pub use token_file::{TokenFileReader, TokenFileWriter, TokenizedDocument};
pub use verify::{Verified, is_complete, verify};

use std::io;
use std::path::PathBuf;

/// Why shards could not be written or are not whole.
#[derive(Debug, thiserror::Error)]
pub enum ShardingError {
    /// The disk refused.
    #[error("cannot write or read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A Parquet file could not be written or read.
    #[error("cannot write or read {path}: {source}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the format's library said.
        source: parquet::errors::ParquetError,
    },
    /// A token id does not fit.
    #[error(transparent)]
    Id(#[from] gristmill_schemas::shard::IdTooLarge),
    /// A shard contradicts itself.
    #[error(transparent)]
    Shard(#[from] gristmill_schemas::shard::ShardError),
    /// The manifest is missing or malformed.
    #[error(transparent)]
    Manifest(#[from] gristmill_schemas::manifest::ManifestError),
    /// A file is not what the manifest says.
    #[error("{path}: {fault}")]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// How it differs.
        fault: String,
    },
}

impl ShardingError {
    /// For `map_err`: an I/O error on `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: a Parquet error on `path`.
    pub(crate) fn parquet(path: impl Into<PathBuf>) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let path = path.into();
        move |source| Self::Parquet { path, source }
    }
}
