//! Text -> ids: a tokenizer trained or loaded, and the encoding of documents with it.
//!
//! Curated documents come in; token files, one for each unit, go out to the mixture and the shards. The
//! tokenizer is Hugging Face's `tokenizer.json` throughout, so that every trainer reads it.

mod encode;
mod pieces;
mod train;

pub use encode::Encoder;
pub use train::{END_OF_DOCUMENT, train};

/// Why tokenizing could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TokenizeError {
    /// The tokenizer file cannot be used.
    #[error("cannot use the tokenizer {path}: {message}")]
    Load {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The tokenizer refuses a text.
    #[error("the tokenizer cannot encode document {document}: {message}")]
    Encode {
        /// The document's id.
        document: String,
        /// What it said.
        message: String,
    },
    /// Training failed.
    #[error("cannot train a tokenizer: {0}")]
    Train(String),
}
