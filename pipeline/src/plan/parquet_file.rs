//! The Parquet files of the work folder: written atomically, with a note in the footer, and read column by column.
//!
//! A unit's counts are kept in the footer of the file that they describe, so that file and counts appear together
//! and a run that finds the file knows the counts without reading a row.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use gristmill_schemas::atomic::AtomicFile;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::{KeyValue, PageIndexPolicy, ParquetMetaData, RowGroupMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnPath;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::PlanError;

/// The footer key of a unit's counts.
const COUNTS_KEY: &str = "gristmill.counts";
/// A row group is closed when it holds this many bytes, so that writing needs memory for one and no more.
const ROW_GROUP_BYTES: usize = 16 << 20;
/// Bytes that a batch is meant to hold when a unit's file is gone through.
const BATCH_BYTES: i64 = 4 << 20;
/// Rows of a batch at most.
const MAX_BATCH_ROWS: i64 = 1_024;

/// A Parquet file under construction.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<AtomicFile>,
}

impl ParquetFile {
    pub(super) fn create(path: &Path, schema: &SchemaRef) -> Result<Self, PlanError> {
        // Level 1: text shrinks to a third already, and higher levels cost more than all of annotation.
        let level = ZstdLevel::try_new(1).map_err(PlanError::parquet(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            // No id is there twice, so a dictionary of them would be built in vain.
            .set_column_dictionary_enabled(ColumnPath::from("id"), false)
            .build();
        let file = AtomicFile::create(path).map_err(PlanError::file(path))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))
            .map_err(PlanError::parquet(path))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), PlanError> {
        let mut write = || {
            self.writer.write(batch)?;
            if self.writer.in_progress_size() > ROW_GROUP_BYTES {
                self.writer.flush()
            } else {
                Ok(())
            }
        };
        write().map_err(PlanError::parquet(&self.path))
    }

    /// Commits the file with `counts` in its footer.
    pub(super) fn finish(mut self, counts: &impl Serialize) -> Result<(), PlanError> {
        let note = serde_json::to_string(counts).map_err(|error| PlanError::File {
            path: self.path.clone(),
            source: error.into(),
        })?;
        self.writer
            .append_key_value_metadata(KeyValue::new(COUNTS_KEY.to_owned(), note));
        let file = self.writer.into_inner().map_err(PlanError::parquet(&self.path))?;
        file.commit().map_err(PlanError::file(&self.path))
    }
}

/// The counts in the footer of a file written by [`ParquetFile`]; none where the file is missing or another's.
pub(super) fn counts<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let reader = SerializedFileReader::new(File::open(path).ok()?).ok()?;
    let notes = reader.metadata().file_metadata().key_value_metadata()?;
    let note = notes
        .iter()
        .find(|note| note.key == COUNTS_KEY)?
        .value
        .as_deref()?;
    serde_json::from_str(note).ok()
}

/// The named columns of a file, as a stream of batches, in the order of the file's schema.
pub(super) fn batches(path: &Path, columns: &[&str]) -> Result<ParquetRecordBatchReader, PlanError> {
    let file = File::open(path).map_err(PlanError::file(path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PlanError::parquet(path))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let rows = batch_rows(builder.metadata());
    let reader = builder.with_projection(mask).with_batch_size(rows).build();
    reader.map_err(PlanError::parquet(path))
}

/// The named leaves of a file (all of them where none is named), as a stream of batches of `rows` rows.
///
/// Leaves of structs are spelled with a point; what the file does not have is left out.
pub(super) fn batches_of(
    path: &Path,
    columns: &[&str],
    rows: usize,
) -> Result<ParquetRecordBatchReader, PlanError> {
    let file = File::open(path).map_err(PlanError::file(path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PlanError::parquet(path))?;
    let mask = if columns.is_empty() {
        ProjectionMask::all()
    } else {
        ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
    };
    let reader = builder.with_projection(mask).with_batch_size(rows).build();
    reader.map_err(PlanError::parquet(path))
}

/// The named columns of a few rows of a file; `rows` rise.
pub(super) fn rows(path: &Path, columns: &[&str], rows: &[u32]) -> Result<Vec<RecordBatch>, PlanError> {
    let file = File::open(path).map_err(PlanError::file(path))?;
    // With the index of pages, the pages between the rows are not even read.
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(PlanError::parquet(path))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let mut selectors = Vec::with_capacity(2 * rows.len());
    let mut next = 0;
    for row in rows {
        let row = usize::try_from(*row).unwrap_or(usize::MAX);
        if row < next {
            continue;
        }
        selectors.push(RowSelector::skip(row - next));
        selectors.push(RowSelector::select(1));
        next = row + 1;
    }
    let reader = builder
        .with_projection(mask)
        .with_row_selection(RowSelection::from(selectors))
        .with_batch_size(1)
        .build()
        .map_err(PlanError::parquet(path))?;
    let unreadable = |source: arrow::error::ArrowError| PlanError::Parquet {
        path: path.to_owned(),
        source: source.into(),
    };
    reader.map(|batch| batch.map_err(unreadable)).collect()
}

/// Rows that hold about [`BATCH_BYTES`]: a thousand short pages, or one long book.
fn batch_rows(metadata: &ParquetMetaData) -> usize {
    let groups = metadata.row_groups();
    let bytes: i64 = groups.iter().map(RowGroupMetaData::total_byte_size).sum();
    let rows: i64 = groups.iter().map(RowGroupMetaData::num_rows).sum();
    let fitting = (rows * BATCH_BYTES / bytes.max(1)).clamp(1, MAX_BATCH_ROWS);
    usize::try_from(fitting).unwrap_or(1)
}
