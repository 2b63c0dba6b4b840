//! Reading: raw files -> units -> `documents/`.
//!
//! Files are listed and fingerprinted here, put together into units, and each unit that has no documents file yet
//! becomes a task of `read_unit`: it reads the unit's files, rewrites each text, and writes documents and quarantine.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt64Builder};
use arrow::datatypes::DataType;
use gristmill_schemas::atomic::AtomicFile;
use gristmill_schemas::document::{self, DocumentId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::PlanError;
use super::parquet_file::{self, ParquetFile};
use super::units::{self, Weighted};
use crate::engine::Engine;
use crate::read::inventory::{self, Inventory, ListedFile};
use crate::read::{self, RawFile, ReadError};
use crate::recipe::{self, Format, Recipe};
use crate::recipe::written::{Rewrite, Source};
use crate::rewrite::{Rewriters, rewriters};
use crate::stage::{Harvest, Kernel, KernelError, Place, RawDocument};
use crate::work::{Kind, Unit, WorkFolder};

/// Raised when reading or rewriting changes what a document is, so that older work is not reused.
const READ_VERSION: u32 = 1;
/// Files smaller than this share a unit with others.
const SMALL_FILE_BYTES: u64 = 1 << 20;
/// One in so many small files ends its unit. Borders that depend on the file alone, and not on its position, mean
/// that a new small file disturbs one unit and not all that follow.
const SMALL_FILES_PER_UNIT: u64 = 64;
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

/// What reading a recipe's sources came to.
#[derive(Clone, Debug, Default)]
pub struct ReadResult {
    /// All units, sorted.
    pub units: Vec<Unit>,
    /// Counts of each source.
    pub sources: BTreeMap<String, ReadCounts>,
    /// A hash over paths and contents of all inputs.
    pub input_fingerprint: String,
    /// Units that were read just now; the others were there.
    pub units_read: usize,
    /// What a user should know.
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ReadTask {
    unit: Unit,
    files: Vec<TaskFile>,
    columns: recipe::Columns,
    raw_bytes: u64,
    rewrite: Rewrite,
    documents: PathBuf,
    quarantine: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct TaskFile {
    path: String,
    format: Format,
}

/// Reads what is not read yet.
///
/// # Errors
/// When a path of the recipe leads nowhere, a file cannot be opened, or the disk fails.
pub async fn read(
    engine: &Engine,
    work: &WorkFolder,
    recipe: &Recipe,
    mut progress: impl FnMut(u64, u64),
) -> Result<ReadResult, PlanError> {
    let mut result = ReadResult::default();
    let mut tasks: Vec<ReadTask> = Vec::new();
    let mut prints = Fingerprints::load(work);
    let mut inputs = Vec::new();
    for source in &recipe.source {
        let listed = inventory::list(source)?;
        result.warnings.extend(unread(&source.name, &listed));
        for files in grouped(listed.files) {
            tasks.push(task(work, recipe, source, files, &mut prints, &mut inputs)?);
        }
        // A source whose files all turn out to be empty still has its line in the report.
        result.sources.entry(source.name.clone()).or_default();
    }
    prints.save(work)?;
    tasks.sort_by(|left, right| left.unit.cmp(&right.unit));
    result.units = tasks.iter().map(|task| task.unit.clone()).collect();
    result.input_fingerprint = crate::shard::spelled(xxhash_rust::xxh3::xxh3_128(inputs.join("\n").as_bytes()));
    work.prepare(Kind::Documents, "", &result.units).map_err(PlanError::file(work.root()))?;
    work.prune_quarantine(&result.units).map_err(PlanError::file(work.root()))?;

    let mut missing = Vec::new();
    for task in tasks {
        match parquet_file::counts::<ReadCounts>(&task.documents) {
            Some(counts) => result.sources.entry(task.unit.source).or_default().add(&counts),
            None => missing.push(Weighted { bytes: task.raw_bytes, task }),
        }
    }
    result.units_read = missing.len();
    let total: u64 = missing.iter().map(|task| task.bytes).sum();
    let mut done = 0;
    units::run(engine, work, ReadUnit::NAME, missing, |(source, counts): (String, ReadCounts)| {
        done += counts.raw_bytes;
        progress(done, total);
        result.sources.entry(source).or_default().add(&counts);
    })
    .await?;
    Ok(result)
}

/// What there is to say of files whose format nobody knows.
pub(super) fn unread(source: &str, listed: &Inventory) -> Option<String> {
    (listed.left_out > 0).then(|| {
        format!(
            "source '{source}': {} files are of no known format and are not read, such as {}",
            listed.left_out,
            listed.left_out_examples.join(", ")
        )
    })
}

/// Puts small neighbours into one unit and leaves each large file its own.
fn grouped(files: Vec<ListedFile>) -> Vec<Vec<ListedFile>> {
    let mut groups = Vec::new();
    let mut small = Vec::new();
    for file in files {
        if file.bytes >= SMALL_FILE_BYTES {
            groups.push(vec![file]);
            continue;
        }
        let ends_unit = xxhash_rust::xxh3::xxh3_64(file.path.as_bytes()).is_multiple_of(SMALL_FILES_PER_UNIT);
        small.push(file);
        if ends_unit {
            groups.push(std::mem::take(&mut small));
        }
    }
    if !small.is_empty() {
        groups.push(small);
    }
    groups
}

fn task(
    work: &WorkFolder,
    recipe: &Recipe,
    source: &Source,
    files: Vec<ListedFile>,
    prints: &mut Fingerprints,
    inputs: &mut Vec<String>,
) -> Result<ReadTask, PlanError> {
    let mut raw_bytes = 0;
    let mut identities = Vec::new();
    let mut task_files = Vec::new();
    for file in files {
        let print = prints.of(&file)?;
        raw_bytes += file.bytes;
        inputs.push(format!("{}\t{}\t{print}", source.name, file.path));
        identities.push(json!([file.path, file.format, print]));
        task_files.push(TaskFile { path: file.path, format: file.format });
    }
    // The group is a column of the documents, so it is part of what they depend on.
    let identity =
        json!([READ_VERSION, source.name, source.group, source.columns, recipe.rewrite, identities]);
    let name = format!("{}-{:016x}", source.name, xxhash_rust::xxh3::xxh3_64(identity.to_string().as_bytes()));
    let unit = Unit { name, source: source.name.clone(), group: source.group };
    Ok(ReadTask {
        documents: work.file(Kind::Documents, &unit),
        quarantine: work.quarantine(&unit.name),
        files: task_files,
        columns: source.columns.clone(),
        raw_bytes,
        rewrite: recipe.rewrite.clone(),
        unit,
    })
}

/// Hashes of input files, remembered by path, size and time of change, so that a run that reuses everything does
/// not read the inputs again.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Fingerprints {
    known: BTreeMap<String, (u64, u128, String)>,
    #[serde(skip)]
    used: BTreeMap<String, (u64, u128, String)>,
}

impl Fingerprints {
    fn path(work: &WorkFolder) -> PathBuf {
        work.state("fingerprints.json")
    }

    fn load(work: &WorkFolder) -> Self {
        let found = fs::read(Self::path(work)).ok();
        found.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn of(&mut self, file: &ListedFile) -> Result<String, PlanError> {
        let path = Path::new(&file.path);
        let changed = fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .map_err(PlanError::file(path))?
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        let print = match self.known.get(&file.path) {
            Some((bytes, time, print)) if (*bytes, *time) == (file.bytes, changed) => print.clone(),
            _ => crate::shard::spelled(inventory::fingerprint(&file.path).map_err(PlanError::file(path))?),
        };
        self.used.insert(file.path.clone(), (file.bytes, changed, print.clone()));
        Ok(print)
    }

    fn save(self, work: &WorkFolder) -> Result<(), PlanError> {
        let kept = Self { known: self.used, used: BTreeMap::new() };
        let path = Self::path(work);
        let written = serde_json::to_vec(&kept)
            .map_err(std::io::Error::from)
            .and_then(|bytes| gristmill_schemas::atomic::write(&path, &bytes));
        written.map_err(PlanError::file(path))
    }
}

/// `read_unit(task)`: reads the files of a unit and writes its documents.
pub struct ReadUnit;

impl ReadUnit {
    const NAME: &'static str = "read_unit";
}

impl Kernel for ReadUnit {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn arguments(&self) -> Vec<DataType> {
        vec![DataType::Utf8]
    }

    fn returns(&self) -> DataType {
        DataType::Utf8
    }

    fn has_effects(&self) -> bool {
        true
    }

    fn invoke(&self, arguments: &[ArrayRef]) -> Result<ArrayRef, KernelError> {
        units::invoke(Self::NAME, arguments, |task: &ReadTask| {
            read_unit(task).map(|counts| (task.unit.source.clone(), counts))
        })
    }
}

fn read_unit(task: &ReadTask) -> Result<ReadCounts, PlanError> {
    let mut writer = DocumentWriter::create(task)?;
    for file in &task.files {
        writer.path.clone_from(&file.path);
        let raw =
            RawFile { path: file.path.clone(), format: file.format, columns: task.columns.clone() };
        let read = read::reader(raw.format).read(&raw, &mut writer);
        read.map_err(|error| match error {
            ReadError::File { path, source } => PlanError::File { path: path.into(), source },
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
    tail: [StringBuilder; 3],
    bytes: usize,
}

impl<'a> DocumentWriter<'a> {
    fn create(task: &'a ReadTask) -> Result<Self, PlanError> {
        // A quarantine file of an earlier, killed attempt must not stand beside this one's documents.
        match fs::remove_file(&task.quarantine) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(PlanError::File { path: task.quarantine.clone(), source: error });
            }
            _ => {}
        }
        Ok(Self {
            rewriters: rewriters(&task.rewrite),
            path: String::new(),
            file: ParquetFile::create(&task.documents, &document::schema())?,
            columns: Columns::default(),
            quarantine: None,
            counts: ReadCounts {
                files: task.files.len() as u64,
                raw_bytes: task.raw_bytes,
                ..ReadCounts::default()
            },
            task,
        })
    }

    fn push(&mut self, document: RawDocument, text: &str) {
        let unit = &self.task.unit;
        let place = document.place;
        let id = DocumentId::of_place(&unit.source, &self.path, place.offset, place.record).to_string();
        let key = document.key.as_ref().or(document.url.as_ref()).unwrap_or(&self.path);
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
        let [titles, hints, texts] = &mut columns.tail;
        titles.append_option(document.title.as_deref());
        hints.append_option(document.language_hint.as_deref());
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
            quarantine.commit().map_err(PlanError::file(&self.task.quarantine))?;
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
        self.push(document, &text);
        if self.columns.bytes < BATCH_BYTES {
            return Ok(());
        }
        self.flush().map_err(|error| ReadError::Harvest { path: self.path.clone(), message: error.to_string() })
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
        write().map_err(|error| ReadError::Harvest { path: self.path.clone(), message: error.to_string() })
    }

    fn skip(&mut self, reason: &'static str) {
        *self.counts.skipped.entry(reason.to_owned()).or_default() += 1;
    }
}
