//! Reading: raw files -> units -> `documents/`.
//!
//! Files are listed and fingerprinted here, large ones divided (`ranges.rs`), small ones put together into units, and
//! each unit that has no documents file yet becomes a task of `read_unit`: it reads the unit's files, rewrites each text,
//! and writes documents and quarantine.

mod context;
mod fingerprints;
mod memory;
mod ranges;
mod unit;

pub use unit::ReadCounts;
pub(super) use unit::function;

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::json;

use self::context::Contexts;
use self::fingerprints::Fingerprints;
use self::ranges::Ranges;
use self::unit::{ReadTask, TaskFile};
use super::PlanError;
use super::parquet_file;
use super::units::{self, Weighted};
use crate::engine::Engine;
use crate::read::inventory::{self, Inventory, ListedFile};
use crate::recipe::Recipe;
use crate::recipe::written::Source;
use crate::work::{Kind, Unit, WorkFolder};

/// Raised when reading or rewriting changes what a document is, so that older work is not reused.
const READ_VERSION: u32 = 6;
/// Files smaller than this share a unit with others.
const SMALL_FILE_BYTES: u64 = 1 << 20;
/// One in so many small files ends its unit. Borders that depend on the file alone, and not on its position, mean
/// that a new small file disturbs one unit and not all that follow.
const SMALL_FILES_PER_UNIT: u64 = 64;
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
    let mut ranges = Ranges::load(work);
    let mut inputs = Vec::new();
    for source in &recipe.source {
        let listed = inventory::list(source)?;
        result.warnings.extend(unread(&source.name, &listed));
        let contexts = Contexts::of(source, &listed.files);
        let mut files = Vec::with_capacity(listed.files.len());
        for file in listed.files {
            let print = prints.of(&file)?;
            inputs.push(format!("{}\t{}\t{print}", source.name, file.path));
            files.push((file, print));
        }
        ranges.find(&files)?;
        let mut parts = Vec::new();
        for (file, print) in files {
            for range in ranges.of(&file, &print) {
                parts.push(Part {
                    file: file.clone(),
                    print: print.clone(),
                    range,
                });
            }
        }
        for parts in grouped(parts) {
            tasks.push(task(work, recipe, (source, &contexts), parts, &mut prints)?);
        }
        // A source whose files all turn out to be empty still has its line in the report.
        result.sources.entry(source.name.clone()).or_default();
    }
    prints.save(work)?;
    ranges.save(work)?;
    tasks.sort_by(|left, right| left.unit.cmp(&right.unit));
    result.units = tasks.iter().map(|task| task.unit.clone()).collect();
    result.input_fingerprint =
        crate::shard::spelled(xxhash_rust::xxh3::xxh3_128(inputs.join("\n").as_bytes()));
    work.prepare(Kind::Documents, "", &result.units)
        .map_err(PlanError::file(work.root()))?;
    work.prune_quarantine(&result.units)
        .map_err(PlanError::file(work.root()))?;

    let mut missing = Vec::new();
    for task in tasks {
        match parquet_file::counts::<ReadCounts>(&task.documents) {
            Some(counts) => result.sources.entry(task.unit.source).or_default().add(&counts),
            None => missing.push(Weighted {
                bytes: task.raw_bytes,
                task,
            }),
        }
    }
    result.units_read = missing.len();
    let total: u64 = missing.iter().map(|task| task.bytes).sum();
    let mut done = 0;
    units::run(
        engine,
        work,
        unit::FUNCTION,
        missing,
        |(source, counts): (String, ReadCounts)| {
            done += counts.raw_bytes;
            progress(done, total);
            result.sources.entry(source).or_default().add(&counts);
        },
    )
    .await?;
    Ok(result)
}

/// What there is to say of files that are left out, and of those whose change nobody would notice.
pub(super) fn unread(source: &str, listed: &Inventory) -> Vec<String> {
    let mut warnings = Vec::new();
    if listed.left_out > 0 {
        warnings.push(format!(
            "source '{source}': {} files are not read, such as {}",
            listed.left_out,
            listed.left_out_examples.join(", ")
        ));
    }
    let unversioned: Vec<_> = listed
        .files
        .iter()
        .filter(|file| file.seen.tells_nothing())
        .collect();
    if let Some(first) = unversioned.first() {
        warnings.push(format!(
            "source '{source}': of {} files the server says neither size nor version, such as {}: should they change, \
             a later run would not know",
            unversioned.len(),
            first.path
        ));
    }
    warnings
}

/// A file, or a range of one.
struct Part {
    file: ListedFile,
    /// The hash of the whole file.
    print: String,
    range: Option<Range<u64>>,
}

/// Puts small neighbours into one unit and leaves each large file, and each part of one, its own.
fn grouped(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut groups = Vec::new();
    let mut small = Vec::new();
    for part in parts {
        if part.file.bytes >= SMALL_FILE_BYTES {
            groups.push(vec![part]);
            continue;
        }
        let hash = xxhash_rust::xxh3::xxh3_64(part.file.path.as_bytes());
        small.push(part);
        if hash.is_multiple_of(SMALL_FILES_PER_UNIT) {
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
    (source, contexts): (&Source, &Contexts<'_>),
    parts: Vec<Part>,
    prints: &mut Fingerprints,
) -> Result<ReadTask, PlanError> {
    let mut raw_bytes = 0;
    let mut identities = Vec::new();
    let mut task_files = Vec::new();
    for part in parts {
        let range = part.range.as_ref();
        raw_bytes += range.map_or(part.file.bytes, |range| range.end - range.start);
        let context = contexts.of_file(&part.file);
        let surroundings = contexts.identity(&context, prints)?;
        identities.push(json!([
            part.file.path,
            part.file.format,
            part.print,
            part.range,
            surroundings
        ]));
        task_files.push(TaskFile {
            context,
            path: part.file.path,
            format: part.file.format,
            range: part.range,
            seen: part.file.seen,
        });
    }
    // The group is a column of the documents, so it is part of what they depend on.
    let identity = json!([
        READ_VERSION,
        source.name,
        source.group,
        source.columns,
        recipe.rewrite,
        identities
    ]);
    let name = format!(
        "{}-{:016x}",
        source.name,
        xxhash_rust::xxh3::xxh3_64(identity.to_string().as_bytes())
    );
    let unit = Unit {
        name,
        source: source.name.clone(),
        group: source.group,
    };
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
