//! A document as the pipeline carries it: one row with an identity, its place of origin, and its text.
//!
//! Written under `work/<name>/documents/<source>/` by the reading stage; every later stage speaks of a document
//! by its [`DocumentId`] alone.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// The columns of a documents file, in order.
pub mod column {
    /// [`DocumentId`](super::DocumentId) in 32 hexadecimal digits.
    pub const ID: &str = "id";
    /// The source's own name for the document: its id field, its URL, or its path.
    pub const KEY: &str = "key";
    /// The recipe's name of the source.
    pub const SOURCE: &str = "source";
    /// What the mixture is over: `web`, `books` or `code`.
    pub const GROUP: &str = "group";
    /// The address that the document was fetched from, where it has one.
    pub const URL: &str = "url";
    /// The raw file, spelled as the recipe spells it.
    pub const PATH: &str = "path";
    /// Where the document's record starts in the raw file, in bytes as they lie on disk where the format allows
    /// seeking there, else in bytes of the decompressed stream.
    pub const OFFSET: &str = "offset";
    /// The record's number in the raw file, from 0. Where a large file is read in ranges, the number is counted from the
    /// start of the document's range (its row groups excepted, whose rows a Parquet file counts): what is before it is
    /// not read. Ranges depend on the file alone, so the number does too.
    pub const RECORD: &str = "record";
    /// How many bytes the record has there, counted as `offset` is; null where the document is the whole file, or
    /// where its format does not tell.
    pub const LENGTH: &str = "length";
    /// The document's title, where its format has one.
    pub const TITLE: &str = "title";
    /// Who wrote it, as the document says.
    pub const AUTHOR: &str = "author";
    /// When it was published, as the document says: `YYYY-MM-DD`, or as much of it as is known.
    pub const DATE: &str = "date";
    /// The language that the source claims, unverified.
    pub const LANGUAGE_HINT: &str = "language_hint";
    /// The licence that its file or the folder around it names, as an SPDX expression; null where none was found.
    pub const LICENSE: &str = "license";
    /// The text after the rewriting stage, in UTF-8.
    pub const TEXT: &str = "text";
}

/// The schema of a documents file.
#[must_use]
pub fn schema() -> SchemaRef {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text(column::ID, false),
        text(column::KEY, false),
        text(column::SOURCE, false),
        text(column::GROUP, false),
        text(column::URL, true),
        text(column::PATH, false),
        Field::new(column::OFFSET, DataType::UInt64, false),
        Field::new(column::RECORD, DataType::UInt64, false),
        Field::new(column::LENGTH, DataType::UInt64, true),
        text(column::TITLE, true),
        text(column::AUTHOR, true),
        text(column::DATE, true),
        text(column::LANGUAGE_HINT, true),
        text(column::LICENSE, true),
        text(column::TEXT, false),
    ]))
}

/// Who a document is: 128 bits of xxh3 over its source and its place there.
///
/// Two runs over the same dumps give the same ids; moving `work` or `out` does not change them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u128);

impl DocumentId {
    /// The id of the `part`th document of the record that starts at `offset` of `path` in `source`.
    #[must_use]
    pub fn of_place(source: &str, path: &str, offset: u64, part: u64) -> Self {
        let mut place = Vec::with_capacity(source.len() + path.len() + 18);
        place.extend_from_slice(source.as_bytes());
        place.push(0);
        place.extend_from_slice(path.as_bytes());
        place.push(0);
        place.extend_from_slice(&offset.to_le_bytes());
        place.extend_from_slice(&part.to_le_bytes());
        Self(xxhash_rust::xxh3::xxh3_128(&place))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DocumentId({self})")
    }
}

/// The text is not 32 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a document id is 32 hexadecimal digits, not '{0}'")]
pub struct NotAnId(String);

impl FromStr for DocumentId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAnId(text.to_owned()));
        }
        u128::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| NotAnId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_spelling() -> Result<(), NotAnId> {
        let id = DocumentId::of_place("crawl", "raw/web/a.warc.gz", 1234, 0);
        assert_eq!(id.to_string().parse::<DocumentId>()?, id);
        assert_eq!(id.to_string().len(), 32);
        Ok(())
    }

    #[test]
    fn places_do_not_run_into_each_other() {
        let one = DocumentId::of_place("ab", "c", 0, 0);
        let other = DocumentId::of_place("a", "bc", 0, 0);
        assert_ne!(one, other);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        assert!("xyz".parse::<DocumentId>().is_err());
        assert!("+0000000000000000000000000000000".parse::<DocumentId>().is_err());
    }
}
