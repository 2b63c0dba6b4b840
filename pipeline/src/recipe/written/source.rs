//! `[[source]]`: where raw data comes from and how it is read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Group;

/// One place that raw data comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name: letters, digits, `-` and `_`. Part of every document's identity.
    pub name: String,
    /// What the mixture counts it as.
    pub group: Group,
    /// Files, folders or glob patterns, relative to the folder in which the command runs; or addresses of these:
    /// `s3://`, `gs://`, `az://`, `abfs://`, `hf://datasets/OWNER/NAME[@REVISION]`, and single files by `http(s)://`.
    /// Their spelling is part of every document's identity. Of a dataset in the layout of the Hugging Face Hub, the
    /// whole folder means the training split of its default configuration; other files are named by their paths.
    pub paths: Vec<String>,
    /// The format of the files; `auto` goes by each file's name.
    #[serde(default)]
    pub format: Format,
    /// The columns of JSONL, Parquet and CSV files.
    #[serde(default)]
    pub columns: Columns,
    /// What is read of trees and archives of code.
    #[serde(default)]
    pub code: Code,
}

/// The format of raw files. Compression (.gz, .zst, .bz2, .xz) is recognised by content in all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// By the file's name.
    #[default]
    Auto,
    /// Web archive: main text is taken from HTML responses.
    Warc,
    /// Web archive of extracted text (`conversion` records).
    Wet,
    /// One HTML page a file.
    Html,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// Comma-separated values with a header row; tab-separated where the name ends in `.tsv`.
    Csv,
    /// One plain text a file.
    Text,
    /// One EPUB book a file, its chapters in order.
    Epub,
    /// One source file a document; a folder is walked, honouring .gitignore.
    Code,
    /// A tar or zip archive: each entry is read as the format that its name tells.
    Archive,
}

/// What is read of trees and archives of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Code {
    /// The kinds of files that are passed over, and counted in the report; `[]` to read them all.
    pub skip: Vec<CodeKind>,
}

impl Default for Code {
    fn default() -> Self {
        Self {
            skip: CodeKind::ALL.to_vec(),
        }
    }
}

/// Code that nobody in the project wrote by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// What a program wrote: lock files, parsers, what says that it must not be edited.
    Generated,
    /// Scripts and style sheets without white space.
    Minified,
    /// Copies of other projects' files: `node_modules`, `third_party`, jQuery.
    Vendored,
}

impl CodeKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Generated, Self::Minified, Self::Vendored];
}

/// Which columns of JSONL, Parquet and CSV files hold what. In JSONL and Parquet a dot leads into a nested object, and
/// a number to an element of a list (`messages.0.content`); a column whose own name has the dot goes before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// The text. A record without it is quarantined.
    pub text: String,
    /// The source's own id, a string or a number.
    pub id: String,
    /// The address.
    pub url: String,
    /// The title.
    pub title: String,
    /// The claimed language.
    pub language: String,
    /// Who wrote it.
    pub author: String,
    /// When it was published.
    pub date: String,
    /// Its licence.
    pub license: String,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            text: "text".to_owned(),
            id: "id".to_owned(),
            url: "url".to_owned(),
            title: "title".to_owned(),
            language: "language".to_owned(),
            author: "author".to_owned(),
            date: "date".to_owned(),
            license: "license".to_owned(),
        }
    }
}

impl Columns {
    /// The names in the order of the fields: text, id, url, title, language, author, date, license.
    #[must_use]
    pub fn names(&self) -> [&str; 8] {
        let Self {
            text,
            id,
            url,
            title,
            language,
            author,
            date,
            license,
        } = self;
        [text, id, url, title, language, author, date, license].map(String::as_str)
    }
}
