//! What a stage leaves behind when it has ended: the key of what it depended on, and its counts.
//!
//! A stage whose key is the same as in its record has nothing to do, and its counts are those of the record.

use std::fs;

use gristmill_schemas::atomic;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::plan::PlanError;
use crate::plan::verdict::NotedRule;
use crate::work::WorkFolder;

#[derive(Debug, Serialize, Deserialize)]
struct Record<T> {
    key: String,
    counts: T,
}

/// The counts of the stage `name`, if it ended under `key`.
pub(super) fn find<T: DeserializeOwned>(work: &WorkFolder, name: &str, key: &str) -> Option<T> {
    let bytes = fs::read(work.state(&format!("{name}.json"))).ok()?;
    let record: Record<T> = serde_json::from_slice(&bytes).ok()?;
    (record.key == key).then_some(record.counts)
}

/// The counts that the stage `name` left last, under whatever key.
pub(super) fn latest<T: DeserializeOwned>(work: &WorkFolder, name: &str) -> Option<T> {
    let bytes = fs::read(work.state(&format!("{name}.json"))).ok()?;
    let record: Record<T> = serde_json::from_slice(&bytes).ok()?;
    Some(record.counts)
}

/// The rules by which the documents in `work` were judged last; none where they were not.
#[must_use]
pub fn noted_rules(work: &WorkFolder) -> Option<Vec<NotedRule>> {
    latest(work, "rules")
}

/// Removes the record of a stage that begins anew: from here until it ends, what it left belongs to no key.
pub(super) fn forget(work: &WorkFolder, name: &str) -> Result<(), PlanError> {
    let path = work.state(&format!("{name}.json"));
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PlanError::file(path)(error)),
        _ => Ok(()),
    }
}

/// Writes the record of a stage that ended.
pub(super) fn leave<T: Serialize>(
    work: &WorkFolder,
    name: &str,
    key: &str,
    counts: &T,
) -> Result<(), PlanError> {
    let path = work.state(&format!("{name}.json"));
    let written = serde_json::to_vec(&Record {
        key: key.to_owned(),
        counts,
    })
    .map_err(std::io::Error::from)
    .and_then(|bytes| atomic::write(&path, &bytes));
    written.map_err(PlanError::file(path))
}
