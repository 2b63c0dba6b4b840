//! `read_unit`: the files of one unit, read, rewritten, and written as documents and quarantine.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt64Builder};
use gristmill_schemas::atomic::AtomicFile;
use gristmill_schemas::document::{self, DocumentId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::plan::PlanError;
use crate::plan::parquet_file::ParquetFile;
use crate::plan::units::UnitFunction;
use crate::read::seen::Seen;
use crate::read::{self, Context, RawFile, ReadError};
use crate::recipe::written::Rewrite;
use crate::recipe::{self, Format};
use crate::rewrite::{Rewriters, rewriters};
use crate::stage::{Harvest, Kernel, Place, RawDocument};
use crate::work::Unit;

/// Bytes of text gathered before a batch is written.
const BATCH_BYTES: usize = 4 << 20;

/// What reading made of a unit; kept in the footer of its documents file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCounts {
    /// Raw files.
    pub files: u64,
    /// Their bytes on disk.
    pub raw_bytes: u64,
    /// Documents written.
    pub documents: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Sound records that are no documents, by reason.
    pub skipped: BTreeMap<String, u64>,
}

impl ReadCounts {
    /// Adds another unit's counts.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.raw_bytes += other.raw_bytes;
        self.documents += other.documents;
        self.text_bytes += other.text_bytes;
        self.quarantined += other.quarantined;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(reason.clone()).or_default() += count;
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadTask {
    pub(super) unit: Unit,
    pub(super) files: Vec<TaskFile>,
    pub(super) columns: recipe::Columns,
    pub(super) raw_bytes: u64,
    pub(super) rewrite: Rewrite,
    pub(super) documents: PathBuf,
    pub(super) quarantine: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TaskFile {
    pub(super) path: String,
    pub(super) format: Format,
    /// As in [`RawFile::range`].
    pub(super) range: Option<Range<u64>>,
    /// As [`RawFile::context`].
    pub(super) context: Context,
    /// As in [`RawFile::seen`].
    pub(super) seen: Seen,
}

impl TaskFile {
    /// Whether it is a whole file, or the part that its start is in.
    fn is_first_part(&self) -> bool {
        self.range.as_ref().is_none_or(|range| range.start == 0)
    }
}

pub(super) const FUNCTION: &str = "read_unit";

/// `read_unit(task)`: reads the files of a unit and writes its documents.
pub(in crate::plan) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: read_task,
    })
}

fn read_task(task: &ReadTask) -> Result<(String, ReadCounts), PlanError> {
    read_unit(task).map(|counts| (task.unit.source.clone(), counts))
}

fn read_unit(task: &ReadTask) -> Result<ReadCounts, PlanError> {
    let mut writer = DocumentWriter::create(task)?;
    for file in &task.files {
        writer.path.clone_from(&file.path);
        let raw = RawFile {
            path: file.path.clone(),
            format: file.format,
            columns: task.columns.clone(),
            range: file.range.clone(),
            context: file.context.clone(),
            seen: Some(file.seen.clone()),
            content: None,
        };
        let read = read::read(&raw, &mut writer);
        read.map_err(|error| match error {
            ReadError::File { path, source } => PlanError::File {
                path: path.into(),
                source,
            },
            other => PlanError::Nothing(other.to_string()),
        })?;
    }
    writer.finish()
}

/// Takes the documents of a unit's files, rewrites each, and writes them in batches.
struct DocumentWriter<'a> {
    task: &'a ReadTask,
    rewriters: Rewriters,
    path: String,
    file: ParquetFile,
    columns: Columns,
    quarantine: Option<AtomicFile>,
    counts: ReadCounts,
}

/// The builders of one batch, in the order of the documents schema.
#[derive(Default)]
struct Columns {
    texts: [StringBuilder; 5],
    path: StringBuilder,
    offset: UInt64Builder,
    record: UInt64Builder,
    length: UInt64Builder,
    tail: [StringBuilder; 6],
    bytes: usize,
}

impl<'a> DocumentWriter<'a> {
    fn create(task: &'a ReadTask) -> Result<Self, PlanError> {
        // A quarantine file of an earlier, killed attempt must not stand beside this one's documents.
        match fs::remove_file(&task.quarantine) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(PlanError::File {
                    path: task.quarantine.clone(),
                    source: error,
                });
            }
            _ => {}
        }
        Ok(Self {
            rewriters: rewriters(&task.rewrite, task.unit.group),
            path: String::new(),
            file: ParquetFile::create(&task.documents, &document::schema())?,
            columns: Columns::default(),
            quarantine: None,
            counts: ReadCounts {
                // A file in parts is counted with the first.
                files: task.files.iter().filter(|file| file.is_first_part()).count() as u64,
                raw_bytes: task.raw_bytes,
                ..ReadCounts::default()
            },
            task,
        })
    }

    fn push(&mut self, document: &RawDocument, text: &str) {
        let unit = &self.task.unit;
        let place = document.place;
        let id = DocumentId::of_place(&unit.source, &self.path, place.offset, place.record).to_string();
        let key = document
            .key
            .as_ref()
            .or(document.url.as_ref())
            .unwrap_or(&self.path);
        let columns = &mut self.columns;
        let [ids, keys, sources, groups, urls] = &mut columns.texts;
        ids.append_value(id);
        keys.append_value(key);
        sources.append_value(&unit.source);
        groups.append_value(unit.group.name());
        urls.append_option(document.url.as_deref());
        columns.path.append_value(&self.path);
        columns.offset.append_value(place.offset);
        columns.record.append_value(place.record);
        columns.length.append_option(document.length);
        let [titles, authors, dates, hints, licenses, texts] = &mut columns.tail;
        titles.append_option(document.title.as_deref());
        authors.append_option(document.author.as_deref());
        dates.append_option(document.date.as_deref());
        hints.append_option(document.language_hint.as_deref());
        licenses.append_option(document.license.as_deref());
        texts.append_value(text);
        columns.bytes += text.len();
        self.counts.documents += 1;
        self.counts.text_bytes += text.len() as u64;
    }

    fn flush(&mut self) -> Result<(), PlanError> {
        let mut columns = std::mem::take(&mut self.columns);
        let mut arrays: Vec<ArrayRef> = Vec::new();
        let text = |builder: &mut StringBuilder| Arc::new(builder.finish()) as ArrayRef;
        arrays.extend(columns.texts.iter_mut().map(text));
        arrays.push(text(&mut columns.path));
        arrays.push(Arc::new(columns.offset.finish()));
        arrays.push(Arc::new(columns.record.finish()));
        arrays.push(Arc::new(columns.length.finish()));
        arrays.extend(columns.tail.iter_mut().map(text));
        let batch = RecordBatch::try_new(document::schema(), arrays).map_err(|error| PlanError::Parquet {
            path: self.task.documents.clone(),
            source: error.into(),
        })?;
        self.file.write(&batch)
    }

    fn finish(mut self) -> Result<ReadCounts, PlanError> {
        self.flush()?;
        if let Some(quarantine) = self.quarantine {
            quarantine
                .commit()
                .map_err(PlanError::file(&self.task.quarantine))?;
        }
        self.file.finish(&self.counts)?;
        Ok(self.counts)
    }
}

impl Harvest for DocumentWriter<'_> {
    fn document(&mut self, mut document: RawDocument) -> Result<(), ReadError> {
        let text = self.rewriters.rewrite(std::mem::take(&mut document.text));
        if text.trim().is_empty() {
            self.skip("empty text");
            return Ok(());
        }
        self.push(&document, &text);
        if self.columns.bytes < BATCH_BYTES {
            return Ok(());
        }
        self.flush().map_err(|error| ReadError::Harvest {
            path: self.path.clone(),
            message: error.to_string(),
        })
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        self.counts.quarantined += 1;
        let row = json!({
            "path": self.path, "offset": place.offset, "record": place.record, "reason": reason,
        });
        let mut write = || {
            let file = match &mut self.quarantine {
                Some(file) => file,
                none => none.insert(AtomicFile::create(&self.task.quarantine)?),
            };
            writeln!(file, "{row}")
        };
        write().map_err(|error| ReadError::Harvest {
            path: self.path.clone(),
            message: error.to_string(),
        })
    }

    fn skip(&mut self, reason: &'static str) {
        *self.counts.skipped.entry(reason.to_owned()).or_default() += 1;
    }
}
