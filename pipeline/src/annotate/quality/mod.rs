//! How a text is made: the measures that the published quality rules are over, and general ones. One file an
//! annotator.
//!
//! Perplexity under a language model, as `CCNet` and `RedPajama`-v2 have it, is not here: the one reader of `KenLM`'s models
//! for Rust (`kenlm-rs` 0.1.0, its only release) builds `KenLM`'s C++, under the LGPL.

pub mod book;
pub mod c4;
pub mod code;
pub mod fineweb;
pub mod gopher;
pub mod grammar;
pub mod redpajama;
pub mod repetition;
pub mod shape;
