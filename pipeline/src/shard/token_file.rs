//! The token file of a unit: what the tokenizing stage leaves for the shards.
//!
//! `<unit>.bin` holds the ids of the unit's documents back to back, as they will lie in the shards, and
//! `<unit>.parquet` says where each document's begin. The second is written last and means that both are whole.
//! A change of the mixture reads these again, and no text.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{Field, Schema};
use gristmill_schemas::atomic::AtomicFile;
use gristmill_schemas::shard::TokenType;
use parquet::arrow::ArrowWriter;

use super::ShardingError;

/// Files kept open at once by a reader: well below the usual limit of 1,024.
const OPEN_FILES: usize = 256;

/// Where a document's ids lie in a token file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizedDocument {
    /// Its id.
    pub id: String,
    /// The first of its ids, counted in ids from the start of the file.
    pub start: u64,
    /// How many ids it has.
    pub tokens: u64,
    /// Bytes of its text.
    pub text_bytes: u64,
}

/// Writes the token file of one unit.
pub struct TokenFileWriter {
    bin: AtomicFile,
    parquet_path: PathBuf,
    token_type: TokenType,
    documents: Vec<TokenizedDocument>,
    next: u64,
    buffer: Vec<u8>,
}

impl TokenFileWriter {
    /// Starts `<folder>/<unit>.bin` and `.parquet`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(folder: &Path, unit: &str, token_type: TokenType) -> Result<Self, ShardingError> {
        let bin_path = folder.join(format!("{unit}.bin"));
        let bin = AtomicFile::create(&bin_path).map_err(ShardingError::file(bin_path))?;
        Ok(Self {
            bin,
            parquet_path: folder.join(format!("{unit}.parquet")),
            token_type,
            documents: Vec::new(),
            next: 0,
            buffer: Vec::new(),
        })
    }

    /// Appends a document.
    ///
    /// # Errors
    /// When an id does not fit or the disk refuses.
    pub fn push(&mut self, id: &str, text_bytes: u64, ids: &[u32]) -> Result<(), ShardingError> {
        self.buffer.clear();
        self.token_type.encode(ids, &mut self.buffer)?;
        self.bin
            .write_all(&self.buffer)
            .map_err(ShardingError::file(self.bin.partial_path()))?;
        let tokens = ids.len() as u64;
        self.documents.push(TokenizedDocument {
            id: id.to_owned(),
            start: self.next,
            tokens,
            text_bytes,
        });
        self.next += tokens;
        Ok(())
    }

    /// Commits both files. `source`, `group` and `unit` become columns.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(self, source: &str, group: &str, unit: &str) -> Result<u64, ShardingError> {
        let bin_path = self.bin.partial_path().to_owned();
        self.bin.commit().map_err(ShardingError::file(bin_path))?;
        let rows = self.documents.len();
        let text = |value: &str| Arc::new(StringArray::from(vec![value; rows])) as ArrayRef;
        let number = |field: fn(&TokenizedDocument) -> u64| {
            Arc::new(self.documents.iter().map(field).collect::<UInt64Array>()) as ArrayRef
        };
        let ids = self
            .documents
            .iter()
            .map(|document| Some(document.id.as_str()))
            .collect::<StringArray>();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(ids)),
            ("source", text(source)),
            ("group", text(group)),
            ("unit", text(unit)),
            ("start", number(|document| document.start)),
            ("tokens", number(|document| document.tokens)),
            ("text_bytes", number(|document| document.text_bytes)),
        ];
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), false))
            .collect();
        let arrays = columns.into_iter().map(|(_, column)| column).collect();
        let path = self.parquet_path;
        let written = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .map_err(parquet::errors::ParquetError::from)
            .and_then(|batch| write_parquet(&path, &batch));
        written.map_err(ShardingError::parquet(path))?;
        Ok(self.next)
    }
}

fn write_parquet(path: &Path, batch: &RecordBatch) -> parquet::errors::Result<()> {
    let file = AtomicFile::create(path)?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
    writer.write(batch)?;
    let file = writer.into_inner()?;
    file.commit()?;
    Ok(())
}

/// Reads documents out of the token files of a folder, in any order.
pub struct TokenFileReader {
    folder: PathBuf,
    token_type: TokenType,
    open: BTreeMap<String, File>,
}

impl TokenFileReader {
    /// A reader over `folder`.
    #[must_use]
    pub fn new(folder: PathBuf, token_type: TokenType) -> Self {
        Self {
            folder,
            token_type,
            open: BTreeMap::new(),
        }
    }

    /// Appends the bytes of `tokens` ids from `start` of `unit` to `bytes`.
    ///
    /// # Errors
    /// When the file is missing or shorter than that.
    pub fn read(
        &mut self,
        unit: &str,
        start: u64,
        tokens: u64,
        bytes: &mut Vec<u8>,
    ) -> Result<(), ShardingError> {
        let path = self.folder.join(format!("{unit}.bin"));
        if !self.open.contains_key(unit) {
            if self.open.len() >= OPEN_FILES {
                self.open.clear();
            }
            let file = File::open(&path).map_err(ShardingError::file(&path))?;
            self.open.insert(unit.to_owned(), file);
        }
        let Some(file) = self.open.get(unit) else {
            return Ok(());
        };
        let width = self.token_type.bytes() as u64;
        let length = usize::try_from(tokens * width).unwrap_or(usize::MAX);
        let before = bytes.len();
        bytes.resize(before + length, 0);
        file.read_exact_at(&mut bytes[before..], start * width)
            .map_err(ShardingError::file(path))
    }
}
