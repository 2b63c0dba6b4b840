//! Annotating: `documents/` -> `annotations/`, unit by unit, row for row.
//!
//! The settings of the annotators hold no threshold, so another threshold leaves these files as they are.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use gristmill_schemas::document::column;
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::parquet_file::{self, ParquetFile};
use super::units::{self, UnitFunction, Weighted};
use crate::annotate::columns::{annotate as annotate_documents, fields};
use crate::annotate::{Settings, Subject, annotators};
use crate::engine::Engine;
use crate::stage::{Annotator, Kernel};
use crate::work::{Kind, Unit, WorkFolder};

/// Raised when an annotator computes something else than before.
const ANNOTATE_VERSION: u32 = 3;

/// What annotating made of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AnnotateCounts {
    documents: u64,
    text_bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct AnnotateTask {
    unit: Unit,
    settings: Settings,
    documents: PathBuf,
    annotations: PathBuf,
}

/// The key of annotations made with `settings`.
#[must_use]
pub fn key(settings: &Settings) -> String {
    crate::recipe::key(&(ANNOTATE_VERSION, settings.identity()))
}

/// Annotates the units that are not annotated yet, and says how many those were.
///
/// # Errors
/// When a documents file cannot be read or the disk fails.
pub async fn annotate(
    engine: &Engine,
    work: &WorkFolder,
    settings: &Settings,
    units: &[Unit],
    mut progress: impl FnMut(u64, u64),
) -> Result<usize, PlanError> {
    work.prepare(Kind::Annotations, &key(settings), units)
        .map_err(PlanError::file(work.root()))?;
    let mut missing = Vec::new();
    for unit in units {
        let annotations = work.file(Kind::Annotations, unit);
        if parquet_file::counts::<AnnotateCounts>(&annotations).is_some() {
            continue;
        }
        let documents = work.file(Kind::Documents, unit);
        let bytes = std::fs::metadata(&documents)
            .map_err(PlanError::file(&documents))?
            .len();
        let task = AnnotateTask {
            unit: unit.clone(),
            settings: settings.clone(),
            documents,
            annotations,
        };
        missing.push(Weighted { task, bytes });
    }
    let (count, total) = (missing.len(), missing.iter().map(|task| task.bytes).sum());
    let mut done = 0;
    units::run(engine, work, FUNCTION, missing, |bytes: u64| {
        done += bytes;
        progress(done, total);
    })
    .await?;
    Ok(count)
}

const FUNCTION: &str = "annotate_unit";

/// `annotate_unit(task)`: reads a unit's documents once and writes its annotations.
pub(super) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: annotate_unit,
    })
}

/// The columns of an annotations file: who the document is, and one struct for each annotator.
pub(super) fn schema(annotators: &[Box<dyn Annotator>]) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let mut columns = vec![
        text(column::ID),
        text(column::SOURCE),
        text(column::GROUP),
        text("unit"),
        Field::new("row", DataType::UInt32, false),
    ];
    columns.extend(fields(annotators));
    Arc::new(Schema::new(columns))
}

/// What annotators are told of a document.
const COLUMNS: [&str; 6] = [
    column::ID,
    column::URL,
    column::PATH,
    column::LANGUAGE_HINT,
    column::LICENSE,
    column::TEXT,
];

fn text(column: &ArrayRef) -> &StringArray {
    column.as_string::<i32>()
}

fn optional(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

fn annotate_unit(task: &AnnotateTask) -> Result<u64, PlanError> {
    let annotators = annotators(&task.settings)?;
    let schema = schema(&annotators);
    let mut file = ParquetFile::create(&task.annotations, &schema)?;
    let mut counts = AnnotateCounts {
        documents: 0,
        text_bytes: 0,
    };
    let unit = &task.unit;
    for batch in parquet_file::batches(&task.documents, &COLUMNS)? {
        let unreadable = |source: arrow::error::ArrowError| PlanError::Parquet {
            path: task.documents.clone(),
            source: source.into(),
        };
        let batch = batch.map_err(unreadable)?;
        let [ids, urls, paths, hints, licenses, texts] = COLUMNS.map(|name| batch.column_by_name(name));
        let columns = (
            ids,
            urls.map(text),
            paths.map(text),
            hints.map(text),
            licenses.map(text),
            texts.map(text),
        );
        let (Some(ids), Some(urls), Some(paths), Some(hints), Some(licenses), Some(texts)) = columns else {
            return Err(PlanError::Nothing(format!(
                "{} lacks columns of a documents file",
                task.documents.display()
            )));
        };
        let rows = batch.num_rows();
        let same = |value: &str| Arc::new(StringArray::from(vec![value; rows])) as ArrayRef;
        let first = u32::try_from(counts.documents).unwrap_or(u32::MAX);
        let numbers: UInt32Array = (first..).take(rows).collect();
        let mut columns = vec![
            Arc::clone(ids),
            same(&unit.source),
            same(unit.group.name()),
            same(&unit.name),
            Arc::new(numbers),
        ];
        let documents = (0..rows).map(|row| Subject {
            group: unit.group,
            path: paths.value(row),
            url: optional(urls, row),
            language_hint: optional(hints, row),
            license: optional(licenses, row),
            ..Subject::of_text(texts.value(row), unit.group)
        });
        let annotated = annotate_documents(&annotators, documents)?;
        columns.extend(
            annotated
                .into_iter()
                .map(|(_, column)| Arc::new(column) as ArrayRef),
        );
        file.write(&RecordBatch::try_new(Arc::clone(&schema), columns).map_err(unreadable)?)?;
        counts.documents += rows as u64;
        counts.text_bytes += texts.value_data().len() as u64;
    }
    file.finish(&counts)?;
    let documents = std::fs::metadata(&task.documents).map_err(PlanError::file(&task.documents))?;
    Ok(documents.len())
}
