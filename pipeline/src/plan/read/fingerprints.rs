//! Hashes of the input files, by which a run knows what is new.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::plan::PlanError;
use crate::read::inventory::{self, ListedFile};
use crate::work::WorkFolder;

/// Hashes of input files, remembered by path, size and time of change, so that a run that reuses everything does
/// not read the inputs again.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Fingerprints {
    known: BTreeMap<String, (u64, u128, String)>,
    #[serde(skip)]
    used: BTreeMap<String, (u64, u128, String)>,
}

impl Fingerprints {
    fn path(work: &WorkFolder) -> PathBuf {
        work.state("fingerprints.json")
    }

    pub(super) fn load(work: &WorkFolder) -> Self {
        let found = fs::read(Self::path(work)).ok();
        found
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    pub(super) fn of(&mut self, file: &ListedFile) -> Result<String, PlanError> {
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
        self.used
            .insert(file.path.clone(), (file.bytes, changed, print.clone()));
        Ok(print)
    }

    pub(super) fn save(self, work: &WorkFolder) -> Result<(), PlanError> {
        let kept = Self {
            known: self.used,
            used: BTreeMap::new(),
        };
        let path = Self::path(work);
        let written = serde_json::to_vec(&kept)
            .map_err(std::io::Error::from)
            .and_then(|bytes| gristmill_schemas::atomic::write(&path, &bytes));
        written.map_err(PlanError::file(path))
    }
}
