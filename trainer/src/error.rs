//! Everything that can go wrong in the trainer, in one type.

use std::io;
use std::path::PathBuf;

use gristmill_schemas::config::Faults;
use gristmill_schemas::manifest::ManifestError;
use gristmill_schemas::shard::ShardError;

/// What the trainer's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command of the trainer did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration file has faults; all of them are told.
    #[error("{path}:\n{faults}")]
    Config {
        /// The file.
        path: PathBuf,
        /// Its faults.
        faults: Faults,
    },
    /// The command cannot be carried out as it was given.
    #[error("{0}")]
    Usage(String),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file does not hold what its name says.
    #[error("{path}: {fault}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// The manifest of a folder of shards was refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A shard was refused.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// The shards do not hold what training needs.
    #[error("{0}")]
    Data(String),
    /// Weights and dimensions of a model do not fit each other, or what is asked of it.
    #[error("{0}")]
    Weights(String),
    /// Training cannot go on.
    #[error("{0}")]
    Training(String),
    /// A checkpoint belongs to another run.
    #[error("{0}")]
    Resume(String),
    /// The tokenizer failed.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(String),
    /// A tensor operation failed.
    #[error("a tensor operation failed: {0}")]
    Tensor(#[from] candle_core::Error),
}

impl Error {
    /// Names the file that an error of the system is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Names the file that could not be written.
    pub(crate) fn unwritable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Unwritable { path, source }
    }

    /// Whether the fault lies in how the command was called or configured, rather than in the data or the run.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Config { .. } | Self::Usage(_))
    }
}
