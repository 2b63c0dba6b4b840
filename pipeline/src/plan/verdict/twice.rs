//! Dropping what is there twice: `duplicates/` -> the verdicts of the documents that go.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Float64Builder, ListBuilder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{Float64Type, UInt32Type, UInt64Type};
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use serde::{Deserialize, Serialize};

use super::Places;
use super::counts::{Counted, VerdictCounts};
use super::unit::schema;
use crate::engine::Engine;
use crate::plan::PlanError;
use crate::plan::dedup::DedupCounts;
use crate::plan::parquet_file::{self, ParquetFile};
use crate::plan::units::{self, UnitFunction, Weighted};
use crate::stage::Kernel;
use crate::work::{Kind, Unit};

const FUNCTION: &str = "drop_duplicates";
const STAGE: &str = "dedup";

/// `drop_duplicates(task)`: writes a unit's verdicts again, with its duplicates dropped.
pub(in crate::plan) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: drop_in_unit,
    })
}

#[derive(Debug, Serialize, Deserialize)]
struct DropTask {
    verdicts: PathBuf,
    /// In the order of the rows.
    duplicates: Vec<Duplicate>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Duplicate {
    row: u32,
    rule: String,
    similarity: f64,
}

/// Drops the duplicates that `dedup` counts, in the verdicts that [`super::judge`] wrote and in its `counts`. Needs the
/// table `annotations`, and those of duplicates.
///
/// # Errors
/// When a plan fails or the disk does.
pub async fn drop_duplicates(
    engine: &Engine,
    places: Places<'_>,
    dedup: &DedupCounts,
    units: &[Unit],
    has_language: bool,
    counts: &mut VerdictCounts,
) -> Result<(), PlanError> {
    let mut tasks: Vec<DropTask> = units
        .iter()
        .map(|unit| DropTask {
            verdicts: places.results.file(Kind::Verdicts, unit),
            duplicates: Vec::new(),
        })
        .collect();
    let positions: BTreeMap<&str, usize> = units
        .iter()
        .enumerate()
        .map(|(position, unit)| (unit.name.as_str(), position))
        .collect();
    let language = if has_language {
        "language['code']"
    } else {
        "CAST(NULL AS VARCHAR)"
    };
    for (method, found) in [("exact", dedup.exact), ("near", dedup.near)] {
        if found == 0 {
            continue;
        }
        let sql = format!(
            "SELECT annotations.unit, annotations.\"row\", annotations.source, shape['bytes'] AS bytes,
                {language} AS language, duplicates.similarity
            FROM annotations JOIN {method}_duplicates AS duplicates ON annotations.id = duplicates.id"
        );
        let rule = format!("{method}_duplicate");
        engine
            .query("dropping duplicates", &sql, |batch| {
                take(batch, &rule, &positions, &mut tasks, counts)
            })
            .await?;
    }
    if !places.writes {
        return Ok(());
    }
    let mut weighted = Vec::new();
    for mut task in tasks {
        if task.duplicates.is_empty() {
            continue;
        }
        task.duplicates.sort_by_key(|duplicate| duplicate.row);
        let bytes = std::fs::metadata(&task.verdicts)
            .map_err(PlanError::file(&task.verdicts))?
            .len();
        weighted.push(Weighted { task, bytes });
    }
    units::run(engine, places.results, FUNCTION, weighted, |_: u64| {}).await
}

fn take(
    batch: &RecordBatch,
    rule: &str,
    positions: &BTreeMap<&str, usize>,
    tasks: &mut [DropTask],
    counts: &mut VerdictCounts,
) -> Result<(), DataFusionError> {
    let text = |column: usize| batch.column(column).as_string::<i32>();
    let (names, sources, languages) = (text(0), text(2), text(4));
    let rows = batch.column(1).as_primitive::<UInt32Type>();
    let bytes = batch.column(3).as_primitive::<UInt64Type>();
    let similarities = batch.column(5).as_primitive::<Float64Type>();
    for row in 0..batch.num_rows() {
        let name = names.value(row);
        let Some(task) = positions.get(name).and_then(|position| tasks.get_mut(*position)) else {
            let message = format!("the annotations speak of an unknown unit '{name}'");
            return Err(DataFusionError::Execution(message));
        };
        task.duplicates.push(Duplicate {
            row: rows.value(row),
            rule: rule.to_owned(),
            similarity: similarities.value(row),
        });
        let document = Counted {
            source: sources.value(row),
            language: languages.is_valid(row).then(|| languages.value(row)),
            bytes: bytes.value(row),
        };
        counts.drop_kept(document, STAGE, rule);
    }
    Ok(())
}

fn drop_in_unit(task: &DropTask) -> Result<u64, PlanError> {
    let unreadable = |source: ArrowError| PlanError::Parquet {
        path: task.verdicts.clone(),
        source: source.into(),
    };
    let mut dropped = Vec::new();
    let mut duplicates = task.duplicates.iter().peekable();
    let mut rows = 0_u64;
    for batch in parquet_file::batches_of(&task.verdicts, &[], super::unit::BATCH_ROWS)? {
        let batch = batch.map_err(unreadable)?;
        let first = rows;
        rows += batch.num_rows() as u64;
        let mut here = Vec::new();
        while let Some(duplicate) = duplicates.next_if(|next| u64::from(next.row) < rows) {
            let row = usize::try_from(u64::from(duplicate.row) - first).unwrap_or(usize::MAX);
            here.push((row, duplicate));
        }
        dropped.push(with_duplicates(&batch, &here).map_err(unreadable)?);
    }
    // The file is written over only when all of it was read.
    let mut file = ParquetFile::create(&task.verdicts, &schema())?;
    for batch in &dropped {
        file.write(batch)?;
    }
    file.finish(&rows)?;
    Ok(rows)
}

/// The verdicts of a batch with `duplicates`, in the order of their rows, dropped. They broke no rule before.
fn with_duplicates(
    batch: &RecordBatch,
    duplicates: &[(usize, &Duplicate)],
) -> Result<RecordBatch, ArrowError> {
    if duplicates.is_empty() {
        return Ok(batch.clone());
    }
    let text = |column: usize| batch.column(column).as_string::<i32>();
    let (stages, rules) = (text(2), text(3));
    let kept = batch.column(1).as_boolean();
    let values = batch.column(4).as_primitive::<Float64Type>();
    let broken = batch.column(5).as_list::<i32>();
    let mut columns = (
        BooleanBuilder::new(),
        StringBuilder::new(),
        StringBuilder::new(),
        Float64Builder::new(),
        ListBuilder::new(StringBuilder::new()),
    );
    let mut duplicates = duplicates.iter().peekable();
    for row in 0..batch.num_rows() {
        let duplicate = duplicates.next_if(|(of_row, _)| *of_row == row);
        let duplicate = duplicate.map(|(_, duplicate)| *duplicate);
        let stage = stages.is_valid(row).then(|| stages.value(row));
        let rule = rules.is_valid(row).then(|| rules.value(row));
        let value = values.is_valid(row).then(|| values.value(row));
        columns.0.append_value(kept.value(row) && duplicate.is_none());
        columns.1.append_option(stage.or(duplicate.map(|_| STAGE)));
        columns
            .2
            .append_option(rule.or(duplicate.map(|duplicate| duplicate.rule.as_str())));
        columns
            .3
            .append_option(value.or(duplicate.map(|duplicate| duplicate.similarity)));
        for name in broken.value(row).as_string::<i32>().iter().flatten() {
            columns.4.values().append_value(name);
        }
        if let Some(duplicate) = duplicate {
            columns.4.values().append_value(&duplicate.rule);
        }
        columns.4.append(true);
    }
    let arrays: Vec<ArrayRef> = vec![
        Arc::clone(batch.column(0)),
        Arc::new(columns.0.finish()),
        Arc::new(columns.1.finish()),
        Arc::new(columns.2.finish()),
        Arc::new(columns.3.finish()),
        Arc::new(columns.4.finish()),
    ];
    RecordBatch::try_new(schema(), arrays)
}
