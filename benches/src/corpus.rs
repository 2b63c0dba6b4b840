//! The corpus that everything here works on: real text out of Debian packages, made by `make_corpus.py`.
//!
//! Its files stand in the order of a hash of their ids, so that the first megabytes of each are a fair sample. The
//! *slice* is 19.6 MB of it in the proportion of the whole; peers are given the same one.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use gristmill::annotate::Subject;
use gristmill::read::{RawFile, ReadError, reader};
use gristmill::recipe::{Columns, Format, Group};
use gristmill::stage::{Harvest, Place, RawDocument};
use tempfile::TempDir;

/// Bytes of text of each group's part of the slice, and the group's file.
const SLICE: [(Group, &str, usize); 3] = [
    (Group::Web, "web.jsonl", 9_700_000),
    (Group::Books, "book.jsonl", 5_000_000),
    (Group::Code, "code.jsonl", 4_900_000),
];
/// Bytes of HTML in the sample of pages.
const HTML_BYTES: usize = 20_000_000;

/// A document of the slice.
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) group: Group,
    pub(crate) text: String,
}

/// Documents of all groups, web first.
pub(crate) struct Slice {
    pub(crate) documents: Vec<Document>,
    /// Bytes of their texts.
    pub(crate) bytes: u64,
    /// `web.jsonl`, `books.jsonl` and `code.jsonl` with the same documents.
    pub(crate) folder: PathBuf,
}

impl Slice {
    /// The texts, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().map(|document| document.text.as_str())
    }

    /// The documents as annotators are given them.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        self.documents.iter().map(|document| Subject {
            path: &document.id,
            ..Subject::of_text(&document.text, document.group)
        })
    }

    /// Copies of the texts, for those who take them.
    pub(crate) fn owned_texts(&self) -> Vec<String> {
        self.texts().map(str::to_owned).collect()
    }

    /// How many documents there are.
    pub(crate) fn count(&self) -> u64 {
        self.documents.len() as u64
    }
}

/// The folder of the corpus, and a folder for what benchmarks write.
pub(crate) struct Corpus {
    folder: PathBuf,
    scratch: TempDir,
    slice: OnceCell<Slice>,
    pages: OnceCell<Vec<Document>>,
}

impl Corpus {
    /// The corpus in `folder`.
    ///
    /// # Errors
    /// When one of its files is not there: benchmarks on anything else would compare with nothing.
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        for name in [
            "web.jsonl",
            "book.jsonl",
            "code.jsonl",
            "html.jsonl",
            "dup/part0.jsonl",
            "dup_truth.tsv",
        ] {
            let path = folder.join(name);
            if !path.is_file() {
                bail!(
                    "there is no corpus to measure on: {} is missing. Make it with ../shared/bench/make_corpus.py \
                     DIR, and name it with --data DIR or GRISTMILL_BENCH_CORPUS",
                    path.display()
                );
            }
        }
        let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
        Ok(Self {
            folder,
            scratch,
            slice: OnceCell::new(),
            pages: OnceCell::new(),
        })
    }

    /// One of its files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A path for a benchmark's own files.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// The slice.
    ///
    /// # Errors
    /// When the corpus cannot be read.
    pub(crate) fn slice(&self) -> Result<&Slice> {
        if self.slice.get().is_none() {
            let made = self.make_slice()?;
            return Ok(self.slice.get_or_init(|| made));
        }
        self.slice.get().context("the slice is made")
    }

    fn make_slice(&self) -> Result<Slice> {
        let folder = self.scratch("slice");
        fs::create_dir_all(&folder)?;
        let mut documents = Vec::new();
        for (group, name, limit) in SLICE {
            let part = first_documents(&self.file(name), "text", group, limit)?;
            ensure!(!part.is_empty(), "{name} of the corpus gave no document");
            write_jsonl(&folder.join(format!("{}.jsonl", group.name())), &part)?;
            documents.extend(part);
        }
        let bytes = documents.iter().map(|document| document.text.len() as u64).sum();
        Ok(Slice {
            documents,
            bytes,
            folder,
        })
    }

    /// Raw pages: the text of each is its HTML.
    ///
    /// # Errors
    /// When the corpus cannot be read.
    pub(crate) fn pages(&self) -> Result<&[Document]> {
        if self.pages.get().is_none() {
            let made = first_documents(&self.file("html.jsonl"), "html", Group::Web, HTML_BYTES)?;
            ensure!(!made.is_empty(), "html.jsonl of the corpus gave no page");
            return Ok(self.pages.get_or_init(|| made));
        }
        self.pages.get().map(Vec::as_slice).context("the pages are made")
    }
}

/// The documents of a JSONL file from its beginning, up to `limit` bytes of text.
fn first_documents(path: &Path, column: &str, group: Group, limit: usize) -> Result<Vec<Document>> {
    let columns = Columns {
        text: column.to_owned(),
        ..Columns::default()
    };
    let file = RawFile {
        columns,
        ..RawFile::new(path.display().to_string(), Format::Jsonl)
    };
    let mut harvest = FirstDocuments {
        group,
        left: limit,
        documents: Vec::new(),
    };
    reader(Format::Jsonl).read(&file, &mut harvest)?;
    Ok(harvest.documents)
}

struct FirstDocuments {
    group: Group,
    left: usize,
    documents: Vec<Document>,
}

impl Harvest for FirstDocuments {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        if document.text.len() > self.left {
            self.left = 0;
            return Ok(());
        }
        self.left -= document.text.len();
        let id = document.key.unwrap_or_default();
        self.documents.push(Document {
            id,
            group: self.group,
            text: document.text,
        });
        Ok(())
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        let message = format!("the corpus is damaged at byte {}: {reason}", place.offset);
        Err(ReadError::Harvest {
            path: "the corpus".to_owned(),
            message,
        })
    }

    fn skip(&mut self, _reason: &'static str) {}
}

fn write_jsonl(path: &Path, documents: &[Document]) -> Result<()> {
    let mut file =
        BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?);
    for document in documents {
        let row = serde_json::json!({"id": document.id, "text": document.text});
        writeln!(file, "{row}")?;
    }
    file.flush()?;
    Ok(())
}
