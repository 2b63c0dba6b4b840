//! Curating: `documents/` and `verdicts/` -> `curated/`, the corpus for people who want text.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use gristmill_schemas::document::{self, column};
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::parquet_file::{self, ParquetFile};
use super::units::{self, UnitFunction, Weighted};
use crate::engine::Engine;
use crate::stage::Kernel;
use crate::work::{Kind, Unit, WorkFolder};

/// The columns of a documents file that the corpus has too.
const COLUMNS: [&str; 7] = [
    column::ID,
    column::KEY,
    column::SOURCE,
    column::GROUP,
    column::URL,
    column::TITLE,
    column::TEXT,
];

/// What was kept of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurateCounts {
    /// Documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct CurateTask {
    documents: PathBuf,
    verdicts: PathBuf,
    curated: PathBuf,
}

/// Writes the kept documents of every unit. `key` stands for all that the verdicts depend on. Returns what there is
/// now, and how many units were written just now.
///
/// # Errors
/// When a file cannot be read or the disk fails.
pub async fn curate(
    engine: &Engine,
    work: &WorkFolder,
    key: &str,
    units: &[Unit],
    mut progress: impl FnMut(u64, u64),
) -> Result<(CurateCounts, usize), PlanError> {
    work.prepare(Kind::Curated, key, units)
        .map_err(PlanError::file(work.root()))?;
    let mut total = CurateCounts::default();
    let mut missing = Vec::new();
    for unit in units {
        let curated = work.file(Kind::Curated, unit);
        if let Some(counts) = parquet_file::counts::<CurateCounts>(&curated) {
            total.add(counts);
            continue;
        }
        let documents = work.file(Kind::Documents, unit);
        let bytes = std::fs::metadata(&documents)
            .map_err(PlanError::file(&documents))?
            .len();
        let task = CurateTask {
            documents,
            verdicts: work.file(Kind::Verdicts, unit),
            curated,
        };
        missing.push(Weighted { task, bytes });
    }
    let written = missing.len();
    let mut done = 0;
    units::run(engine, work, FUNCTION, missing, |counts: CurateCounts| {
        total.add(counts);
        done += 1;
        progress(done, written as u64);
    })
    .await?;
    Ok((total, written))
}

impl CurateCounts {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.text_bytes += other.text_bytes;
    }
}

const FUNCTION: &str = "curate_unit";

/// `curate_unit(task)`: writes the kept documents of a unit.
pub(super) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: curate_unit,
    })
}

fn schema() -> SchemaRef {
    let schema = document::schema();
    let positions: Vec<usize> = COLUMNS
        .iter()
        .filter_map(|name| schema.index_of(name).ok())
        .collect();
    schema
        .project(&positions)
        .map_or_else(|_| document::schema(), Arc::new)
}

fn curate_unit(task: &CurateTask) -> Result<CurateCounts, PlanError> {
    let unreadable = |source: arrow::error::ArrowError| PlanError::Parquet {
        path: task.documents.clone(),
        source: source.into(),
    };
    let mut kept: Vec<bool> = Vec::new();
    for batch in parquet_file::batches(&task.verdicts, &["kept"])? {
        kept.extend(
            batch
                .map_err(unreadable)?
                .column(0)
                .as_boolean()
                .iter()
                .map(|kept| kept == Some(true)),
        );
    }
    let mut kept = kept.into_iter();
    let mut counts = CurateCounts::default();
    let mut file = ParquetFile::create(&task.curated, &schema())?;
    for batch in parquet_file::batches(&task.documents, &COLUMNS)? {
        let batch = batch.map_err(unreadable)?;
        let mask: BooleanArray = kept.by_ref().take(batch.num_rows()).map(Some).collect();
        if mask.len() != batch.num_rows() {
            return Err(PlanError::Nothing(format!(
                "{} has fewer rows than {}; remove both and run again",
                task.verdicts.display(),
                task.documents.display()
            )));
        }
        let filtered: RecordBatch = filter_record_batch(&batch, &mask).map_err(unreadable)?;
        let texts = filtered.column(COLUMNS.len() - 1).as_string::<i32>();
        counts.documents += texts.len() as u64;
        counts.text_bytes += texts.iter().flatten().map(|text| text.len() as u64).sum::<u64>();
        file.write(&filtered)?;
    }
    file.finish(&counts)?;
    Ok(counts)
}
