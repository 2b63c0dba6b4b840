//! `index.parquet`: from a document to its tokens and back. One row for each document of the shards, in order.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use gristmill_schemas::atomic::AtomicFile;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::ShardingError;

const BATCH_ROWS: usize = 8_192;

/// One row.
pub(super) struct IndexRow<'a> {
    pub(super) id: &'a str,
    pub(super) shard: &'a str,
    pub(super) document: u64,
    pub(super) tokens: u64,
    pub(super) epoch: u64,
}

/// Writes the index as a stream.
pub(super) struct IndexWriter {
    path: PathBuf,
    writer: ArrowWriter<AtomicFile>,
    schema: SchemaRef,
    ids: StringBuilder,
    shards: StringBuilder,
    documents: UInt64Builder,
    tokens: UInt64Builder,
    epochs: UInt64Builder,
    rows: usize,
}

impl IndexWriter {
    pub(super) fn create(path: &Path) -> Result<Self, ShardingError> {
        let number = |name: &str| Field::new(name, DataType::UInt64, false);
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("shard", DataType::Utf8, false),
            number("document"),
            number("tokens"),
            number("epoch"),
        ]));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let file = AtomicFile::create(path).map_err(ShardingError::file(path))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .map_err(ShardingError::parquet(path))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            schema,
            ids: StringBuilder::new(),
            shards: StringBuilder::new(),
            documents: UInt64Builder::new(),
            tokens: UInt64Builder::new(),
            epochs: UInt64Builder::new(),
            rows: 0,
        })
    }

    pub(super) fn push(&mut self, row: &IndexRow<'_>) -> Result<(), ShardingError> {
        self.ids.append_value(row.id);
        self.shards.append_value(row.shard);
        self.documents.append_value(row.document);
        self.tokens.append_value(row.tokens);
        self.epochs.append_value(row.epoch);
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    pub(super) fn finish(mut self) -> Result<(), ShardingError> {
        self.flush()?;
        let file = self
            .writer
            .into_inner()
            .map_err(ShardingError::parquet(&self.path))?;
        file.commit().map_err(ShardingError::file(&self.path))
    }

    fn flush(&mut self) -> Result<(), ShardingError> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.ids.finish()),
            Arc::new(self.shards.finish()),
            Arc::new(self.documents.finish()),
            Arc::new(self.tokens.finish()),
            Arc::new(self.epochs.finish()),
        ];
        self.rows = 0;
        let written = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(parquet::errors::ParquetError::from)
            .and_then(|batch| self.writer.write(&batch));
        written.map_err(ShardingError::parquet(&self.path))
    }
}
