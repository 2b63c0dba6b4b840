//! Large files in parts: each is a unit of its own, so that several cores read one file.
//!
//! Borders depend on the file alone. They are remembered by its hash, so that a run that reuses everything does not
//! look for them again.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::plan::PlanError;
use crate::read::RawFile;
use crate::read::borders::borders;
use crate::read::inventory::ListedFile;
use crate::recipe::Columns;
use crate::work::WorkFolder;

/// How long a part is, at least; files that are not longer are not divided. Long enough that finding a border and
/// committing a unit's files cost little, short enough that a file of Common Crawl (1 GB) gives work to 32 cores.
pub(super) const RANGE_BYTES: u64 = 32 << 20;

/// Raised when borders are found elsewhere than before.
const RANGES_VERSION: u32 = 1;

/// The borders in files, by what the files hold and how they are read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ranges {
    known: BTreeMap<String, Vec<u64>>,
    #[serde(skip)]
    used: BTreeMap<String, Vec<u64>>,
}

impl Ranges {
    fn path(work: &WorkFolder) -> PathBuf {
        work.state("ranges.json")
    }

    pub(super) fn load(work: &WorkFolder) -> Self {
        let found = fs::read(Self::path(work)).ok();
        found
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// The parts of a file with the hash `print`, in order; one without a range if it is read as a whole. Files in
    /// stores are: there are many of them, and looking for borders would fetch from each.
    pub(super) fn of(
        &mut self,
        file: &ListedFile,
        print: &str,
    ) -> Result<Vec<Option<Range<u64>>>, PlanError> {
        if file.bytes <= RANGE_BYTES || file.path.contains("://") {
            return Ok(vec![None]);
        }
        let key = format!("{RANGES_VERSION} {:?} {} {print}", file.format, file.bytes);
        let found = if let Some(found) = self.known.get(&key) {
            found.clone()
        } else {
            let raw = RawFile {
                path: file.path.clone(),
                format: file.format,
                columns: Columns::default(),
                range: None,
                context: crate::read::Context::default(),
                seen: Some(file.seen.clone()),
                content: None,
            };
            borders(&raw, file.bytes, RANGE_BYTES).map_err(PlanError::file(Path::new(&file.path)))?
        };
        let mut parts = Vec::with_capacity(found.len() + 1);
        let mut start = 0;
        for end in found.iter().copied().chain([file.bytes]) {
            parts.push((!found.is_empty()).then_some(start..end));
            start = end;
        }
        self.used.insert(key, found);
        Ok(parts)
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
