//! Unit plans: tasks in, one call of a function for each, outcomes out.
//!
//! The tasks of a stage are written as Parquet files, one for each partition, and the engine is asked for
//! `SELECT function(task) FROM units`. That is all an engine has to know, so a laptop and a cluster run the same.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::DataFusionError;
use gristmill_schemas::atomic::AtomicFile;
use parquet::arrow::ArrowWriter;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::PlanError;
use crate::engine::Engine;
use crate::stage::{Kernel, KernelError};
use crate::work::WorkFolder;

/// A task with an estimate of its work, in bytes.
#[derive(Clone, Debug)]
pub struct Weighted<T> {
    /// The task.
    pub task: T,
    /// Bytes to go through.
    pub bytes: u64,
}

/// Runs `function` for every task and gives each outcome to `each`, in no particular order.
///
/// # Errors
/// The first failure of a task; tasks that ended before it keep what they wrote.
pub async fn run<T: Serialize, O: DeserializeOwned>(
    engine: &Engine,
    work: &WorkFolder,
    function: &'static str,
    tasks: Vec<Weighted<T>>,
    mut each: impl FnMut(O),
) -> Result<(), PlanError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let folder = work.state("tasks").join(function);
    let files = write_tasks(&folder, tasks, engine.partitions())?;
    let sql = format!("SELECT {function}(task) AS outcome FROM units");
    let mut malformed = None;
    engine
        .run_units(&format!("stage function {function}"), files, &sql, |batch| {
            for outcome in batch.column(0).as_string::<i32>().iter().flatten() {
                match serde_json::from_str(outcome) {
                    Ok(outcome) => each(outcome),
                    Err(error) => malformed = Some(error),
                }
            }
            malformed
                .take()
                .map_or(Ok(()), |error| Err(DataFusionError::External(Box::new(error))))
        })
        .await?;
    Ok(())
}

/// Spreads tasks over files, large ones first, each to the file with the least work so far.
fn write_tasks<T: Serialize>(
    folder: &Path,
    mut tasks: Vec<Weighted<T>>,
    partitions: usize,
) -> Result<Vec<String>, PlanError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(PlanError::file(folder))?;
    }
    tasks.sort_by_key(|task| std::cmp::Reverse(task.bytes));
    let mut parts: Vec<(u64, Vec<String>)> = vec![(0, Vec::new()); partitions.clamp(1, tasks.len())];
    for task in &tasks {
        let line = serde_json::to_string(&task.task).map_err(|error| PlanError::File {
            path: folder.to_owned(),
            source: error.into(),
        })?;
        if let Some((bytes, lines)) = parts.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            // Even an empty file costs something.
            *bytes += task.bytes + 1;
            lines.push(line);
        }
    }
    let schema = Arc::new(Schema::new(vec![Field::new("task", DataType::Utf8, false)]));
    let mut files = Vec::new();
    for (position, (_, lines)) in parts.into_iter().enumerate() {
        let path = folder.join(format!("{position:05}.parquet"));
        let column: ArrayRef = Arc::new(StringArray::from(lines));
        let write = || -> parquet::errors::Result<()> {
            let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column])?;
            let file = AtomicFile::create(&path)?;
            let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), None)?;
            writer.write(&batch)?;
            writer.into_inner()?.commit()?;
            Ok(())
        };
        write().map_err(PlanError::parquet(&path))?;
        files.push(path.to_string_lossy().into_owned());
    }
    Ok(files)
}

/// A function whose rows are tasks: each is parsed, done, and its outcome spelled, all as JSON. It writes files, so an
/// engine calls it once for each row.
pub(super) struct UnitFunction<T, O> {
    pub(super) name: &'static str,
    pub(super) run: fn(&T) -> Result<O, PlanError>,
}

impl<T: DeserializeOwned + 'static, O: Serialize + 'static> Kernel for UnitFunction<T, O> {
    fn name(&self) -> &'static str {
        self.name
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
        let failure = |message: String| KernelError {
            function: self.name,
            message,
        };
        let [tasks] = arguments else {
            return Err(failure("expected one column of tasks".to_owned()));
        };
        let tasks = tasks.as_string::<i32>();
        let mut outcomes = Vec::with_capacity(tasks.len());
        for task in tasks.iter().flatten() {
            let task: T = serde_json::from_str(task).map_err(|error| failure(error.to_string()))?;
            let outcome = (self.run)(&task).map_err(|error| failure(error.to_string()))?;
            outcomes.push(serde_json::to_string(&outcome).map_err(|error| failure(error.to_string()))?);
        }
        Ok(Arc::new(StringArray::from(outcomes)))
    }
}
