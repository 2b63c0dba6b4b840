//! Text -> labels: fastText models, read, applied, trained and tested. Shared by the annotators that look at text
//! through a model and by `gristmill classifier`; knows of no columns and no recipe but its plain settings.
//!
//! | file | what |
//! |---|---|
//! | [`model`] | a model in memory, and what it says of a text |
//! | [`file`](mod@file), `dictionary`, `matrix` | the parts of a model file, each measured against the file's length |
//! | [`cache`] | each model once in a process |
//! | [`normalize`] | what a text is turned into before a model sees it |
//! | [`examples`] | labelled texts out of any file that can be read |
//! | [`train`] | labelled texts to a model, with the crate `fasttext` |
//! | [`evaluate`] | precision, recall and calibration |
//!
//! Models are applied by code of our own and trained by the crate: the crate believes the sizes that a file claims, and
//! its `predict` is not the reference's where words are counted in groups. That both agree is tested.

pub mod cache;
mod dictionary;
pub mod evaluate;
pub mod examples;
pub mod file;
mod matrix;
pub mod model;
pub mod normalize;
pub mod train;

pub use model::{Model, Prediction, Scratch};

#[cfg(test)]
mod tests;
