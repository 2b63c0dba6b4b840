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

pub mod text;

pub mod plan;
pub mod engine;
pub mod work;
pub mod run;
pub mod report;
pub mod cli;
