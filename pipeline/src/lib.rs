//! Gristmill: raw crawl dumps, books and code in; a curated corpus and token shards out.
//!
//! Data flows one way, and the modules stand in its order. Begin with [`stage`], the contract.

pub mod stage;

pub mod recipe;

pub mod read;
pub mod rewrite;
pub mod annotate;
pub mod filter;
pub mod dedup;
pub mod mix;
pub mod tokenize;
pub mod shard;

pub mod lists;
pub mod text;
pub mod classify;

#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod engine;
pub mod work;
#[cfg(feature = "engine")]
pub mod run;
#[cfg(feature = "engine")]
pub mod report;
#[cfg(feature = "engine")]
pub mod cli;
