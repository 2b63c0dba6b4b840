//! HOW IT COMPOSES: the recipe's stages as DataFusion plans over files in the work folder.
//!
//! Two kinds of plan:
//!
//! - *Unit plans* (`read`, `annotate`, `verdict`, `curate`, `tokenize`): a table of tasks, one row a unit, over which a
//!   function is called that reads the unit's file of the stage before, and writes its own atomically. What is
//!   there already is not done again. The engine only spreads the tasks.
//! - *Global plans* (`dedup`, `mix`): joins, aggregates and sorts over small columns.
//!
//! No custom plan node anywhere, so that any DataFusion engine runs them.

pub mod annotate;
pub mod check;
pub mod parquet_file;
pub mod curate;
pub mod dedup;
pub mod functions;
pub mod ledger;
pub mod mix;
pub mod read;
pub mod samples;
pub mod tokenize;
pub mod units;
pub mod verdict;

mod condition;
mod udf;

use std::io;
use std::path::PathBuf;

use crate::engine::EngineError;
use crate::shard::ShardingError;
use crate::tokenize::TokenizeError;

/// Why a stage could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The engine failed, or a function in it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The disk refused.
    #[error("cannot read or write {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A Parquet file of the work folder cannot be read or written.
    #[error("cannot read or write {path}: {source}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the format's library said.
        source: parquet::errors::ParquetError,
    },
    /// Raw files cannot be listed.
    #[error(transparent)]
    Inventory(#[from] crate::read::inventory::InventoryError),
    /// The annotators cannot be made of the recipe's settings.
    #[error(transparent)]
    Settings(#[from] crate::annotate::SettingsError),
    /// A file that the annotators need cannot be read.
    #[error(transparent)]
    Resources(#[from] crate::annotate::ResourceErrors),
    /// An annotator is defective.
    #[error(transparent)]
    Annotator(#[from] crate::annotate::columns::ContractError),
    /// The tokenizer failed.
    #[error(transparent)]
    Tokenize(#[from] TokenizeError),
    /// Shards cannot be written.
    #[error(transparent)]
    Sharding(#[from] ShardingError),
    /// There is nothing to go on with.
    #[error("{0}")]
    Nothing(String),
}

impl PlanError {
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
