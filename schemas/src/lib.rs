//! The formats on which the pipeline and the trainer agree, and nothing else: no policy, no stage, no model.
//!
//! The two sides never import each other. The pipeline writes what is described here, the trainer reads it:
//!
//! - [`document`]: the columns of a document and what its identity is.
//! - [`shard`]: Megatron-LM's indexed dataset, written and mapped.
//! - [`manifest`]: what a folder of shards holds, written last.
//! - [`atomic`]: how every file of either side reaches its name.
//! - [`config`]: how every TOML file of either side is checked and read.

pub mod atomic;
pub mod config;
pub mod document;
pub mod manifest;
pub mod shard;
