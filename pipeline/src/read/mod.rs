//! Source -> documents. One file a format, each a [`Reader`](crate::stage::Reader); [`reader`] is the one list.

use std::io;

use crate::recipe::{Columns, Format};

/// A raw file and how it is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFile {
    /// Its path, spelled as the recipe spells it.
    pub path: String,
    /// Its format, never [`Format::Auto`].
    pub format: Format,
    /// Which of its columns hold what, for formats with columns.
    pub columns: Columns,
}

/// Why reading a file had to stop. What is wrong with single records is quarantined instead.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened or the disk failed in the middle of it.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// What was read could not be put away.
    #[error("cannot write what was read from {path}: {message}")]
    Harvest {
        /// The file being read.
        path: String,
        /// What went wrong.
        message: String,
    },
}
