//! Trains language models on shards of tokens: the second half of gristmill.
//!
//! Data flows one way: [`config`] says what to do, [`data`] turns shards into batches, [`model`] with its fused
//! [`kernel`]s turns batches into logits, [`objective`] into a loss, [`optimizer`] into changed weights;
//! [`checkpoint`] keeps and exports them and [`log`] tells of it. [`run`](mod@run) is the loop over all that;
//! [`generate`](mod@generate) and [`evaluate`](mod@evaluate) use what it leaves.
//!
//! The crate meets the pipeline in `gristmill-schemas` alone. Weights depend on the configuration, the shards and
//! the seed: not on the number of threads, and not on how often the run was stopped and resumed.

pub mod checkpoint;
pub mod config;
pub mod data;
pub mod evaluate;
pub mod generate;
pub mod kernel;
pub mod log;
pub mod model;
pub mod objective;
pub mod optimizer;
pub mod run;

mod error;
pub mod random;
pub mod text;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the tests beside the crate use this file too")]
mod fixture;

pub use error::{Error, Result};
