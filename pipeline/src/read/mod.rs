//! Source -> documents. One file a format, each a [`Reader`]; [`reader`] is the one list.
//!
//! [`inventory`] says which files a source has; a reader turns one of them into documents, as a stream: at no time
//! is more than one record of a file in memory, and a record has at most 64 MiB (`stream.rs`). What cannot be read
//! goes to the quarantine of the [`Harvest`] with its place and a reason; only a failing disk or store stops a reader,
//! and a file that changes meanwhile.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use self::seen::Seen;
use crate::recipe::{CodeKind, Columns, Format, Group};
use crate::stage::{Harvest, Place, Reader};

pub mod borders;
pub mod inventory;

pub mod seen;
pub mod store;

mod disk;
mod decompress;
mod stream;
mod charset;
mod utf16;
mod guard;
mod archive;

pub mod warc;
mod html;
mod epub;
mod jsonl;
mod parquet;
mod csv;
mod text;
pub(crate) mod code;

pub(crate) use self::decompress::open_plain;

#[cfg(test)]
mod basket;
#[cfg(test)]
mod hostile;

/// A raw file and how it is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFile {
    /// Its path, spelled as the recipe spells it.
    pub path: String,
    /// Its format, never [`Format::Auto`].
    pub format: Format,
    /// Which of its columns hold what, for formats with columns.
    pub columns: Columns,
    /// The part of it to read: the records that begin in these bytes as they lie on disk. It begins and ends at
    /// [`borders`](borders::borders) of the file, or at its start or end. `None` for all of it.
    pub range: Option<Range<u64>>,
    /// What its source says of it.
    pub context: Context,
    /// What its listing saw of it. `None` where nothing was listed: then a change meanwhile goes unnoticed.
    pub seen: Option<Seen>,
    /// Its bytes, where it lies in an archive and so is in memory already; `None` where they are at its path.
    pub content: Option<Bytes>,
}

impl RawFile {
    /// All of the file at `path`, of which nobody says more.
    #[must_use]
    pub fn new(path: impl Into<String>, format: Format) -> Self {
        Self {
            path: path.into(),
            format,
            columns: Columns::default(),
            range: None,
            context: Context::default(),
            seen: None,
            content: None,
        }
    }

    /// Another file of the same source, at `path`, of which no listing is at hand.
    fn beside(&self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            range: None,
            seen: None,
            content: None,
            ..self.clone()
        }
    }
}

/// What a file's source says of it, for the formats that ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The source's group: in one of code, what is text anywhere else (a README) is code; in one of books, a page of
    /// HTML is content from top to bottom.
    pub group: Option<Group>,
    /// The beginning of its path that is the folder which the recipe names. What lies below is the tree.
    pub root: String,
    /// What of a tree of code is not read.
    pub skip: Vec<CodeKind>,
    /// Paths of the files that say under which licence it is, of the same source.
    pub licenses: Vec<String>,
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
    /// The caller did not say what the file is.
    #[error("{path} was given to a reader without a format")]
    NoFormat {
        /// The file.
        path: String,
    },
}

/// Reads `file` with the reader of its format.
///
/// # Errors
/// When it cannot be opened, its disk or store fails, or it is not the file that was listed, before or afterwards.
pub fn read(file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
    reader(file.format).read(file, harvest)?;
    match &file.seen {
        Some(seen) if !store::is_remote(&file.path) => seen
            .check_local(&file.path)
            .map_err(|source| file_error(file, source)),
        _ => Ok(()),
    }
}

/// The reader of each format.
#[must_use]
pub fn reader(format: Format) -> &'static dyn Reader {
    match format {
        Format::Auto => &NoReader,
        Format::Warc => &warc::Warc {
            documents: warc::Documents::Pages,
        },
        Format::Wet => &warc::Warc {
            documents: warc::Documents::Texts,
        },
        Format::Html => &html::Html,
        Format::Jsonl => &jsonl::Jsonl,
        Format::Parquet => &parquet::Parquet,
        Format::Csv => &csv::Csv,
        Format::Text => &text::Text,
        Format::Epub => &epub::Epub,
        Format::Code => &code::Code,
        Format::Archive => &archive::Archive,
    }
}

/// What stands for [`Format::Auto`], which [`inventory::list`] resolves for every file.
struct NoReader;

impl Reader for NoReader {
    fn read(&self, file: &RawFile, _harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        Err(ReadError::NoFormat {
            path: file.path.clone(),
        })
    }
}

/// The suffixes of compressed files, which say nothing of what is compressed.
const COMPRESSION_SUFFIXES: [&str; 6] = ["gz", "gzip", "zst", "zstd", "bz2", "xz"];

/// The format of a file by its name, behind the suffixes of compression; `None` where the name does not tell.
#[must_use]
pub fn format_of(path: &str) -> Option<Format> {
    let name = uncompressed_name(path);
    let extension = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    };
    match extension.as_str() {
        "warc" | "arc" => Some(Format::Warc),
        "wet" => Some(Format::Wet),
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "epub" => Some(Format::Epub),
        "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
        "parquet" => Some(Format::Parquet),
        "csv" | "tsv" => Some(Format::Csv),
        "txt" | "text" | "md" | "markdown" | "rst" => Some(Format::Text),
        "tar" | "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "crate" | "zip" | "whl" | "jar" | "egg"
        | "nupkg" => Some(Format::Archive),
        "ipynb" => Some(Format::Code),
        _ => code::is_code_anywhere(name).then_some(Format::Code),
    }
}

/// The format of a file by its name in a source of `group`. In a group of code, what is text anywhere else (a README, a
/// package.json) is code.
#[must_use]
pub fn format_in(path: &str, group: Option<Group>) -> Option<Format> {
    let by_name = format_of(path);
    let is_lines = !uncompressed_name(path).to_ascii_lowercase().ends_with(".json");
    let is_corpus = match by_name {
        Some(Format::Warc | Format::Wet | Format::Parquet | Format::Archive) => true,
        Some(Format::Jsonl) => is_lines,
        _ => false,
    };
    if group == Some(Group::Code) && !is_corpus {
        return code::may_be_in_tree(uncompressed_name(path)).then_some(Format::Code);
    }
    by_name
}

/// The last part of a path, without suffixes of compression and without the query of an address.
fn uncompressed_name(path: &str) -> &str {
    let path = store::without_query(path);
    let mut name = path.rsplit('/').next().unwrap_or(path);
    while let Some((stem, suffix)) = name.rsplit_once('.') {
        let is_compression = COMPRESSION_SUFFIXES
            .iter()
            .any(|known| suffix.eq_ignore_ascii_case(known));
        if !is_compression {
            break;
        }
        name = stem;
    }
    name
}

/// Passes on a failure of the disk, and quarantines at `place` what a damaged stream kept from being read.
fn settle(
    error: decompress::StreamError,
    file: &RawFile,
    place: Place,
    harvest: &mut dyn Harvest,
) -> Result<(), ReadError> {
    match error {
        decompress::StreamError::Disk(source) => Err(file_error(file, source)),
        damaged @ decompress::StreamError::Damaged { .. } => harvest.quarantine(place, damaged.to_string()),
    }
}

fn file_error(file: &RawFile, source: io::Error) -> ReadError {
    ReadError::File {
        path: file.path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_group_of_code_documents_are_code() {
        let cases = [
            ("README.md", Some(Format::Code)),
            ("package.json", Some(Format::Code)),
            ("run", Some(Format::Code)),
            ("part-0.jsonl", Some(Format::Jsonl)),
            ("a.zip", Some(Format::Archive)),
            ("a.png", None),
        ];
        for (path, format) in cases {
            assert_eq!(format_in(path, Some(Group::Code)), format, "{path}");
        }
        assert_eq!(format_in("README.md", Some(Group::Web)), Some(Format::Text));
    }

    #[test]
    fn names_tell_formats() {
        let cases = [
            ("raw/web/CC-MAIN-0001.warc.gz", Some(Format::Warc)),
            ("CC-MAIN-0001.warc.wet.gz", Some(Format::Wet)),
            ("CC-MAIN-0001.warc.wat.gz", None),
            ("a/Page.HTM", Some(Format::Html)),
            ("part-0.jsonl.zst", Some(Format::Jsonl)),
            ("part-0.parquet", Some(Format::Parquet)),
            ("table.TSV.gz", Some(Format::Csv)),
            ("https://host/a.jsonl.gz?signature=x/y.txt", Some(Format::Jsonl)),
            ("books/alice.txt.xz", Some(Format::Text)),
            ("books/Alice.EPUB", Some(Format::Epub)),
            ("src/main.rs", Some(Format::Code)),
            ("Makefile", Some(Format::Code)),
            ("analysis.ipynb", Some(Format::Code)),
            ("linux-6.1.tar.xz", Some(Format::Archive)),
            ("serde-1.0.0.crate", Some(Format::Archive)),
            ("numpy-2.0-cp312.whl", Some(Format::Archive)),
            ("photo.jpg", None),
            (".txt", None),
            ("a.b/noextension", None),
        ];
        for (path, format) in cases {
            assert_eq!(format_of(path), format, "{path}");
        }
    }
}
