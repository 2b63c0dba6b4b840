//! Large files in parts: each is a unit of its own, so that several cores read one file.
//!
//! Borders depend on the file alone. They are remembered by its hash, so that a run that reuses everything does not
//! look for them again.

use std::ops::Range;
use std::path::Path;
use std::thread;

use super::memory::Memory;
use crate::plan::PlanError;
use crate::read::RawFile;
use crate::read::borders::borders;
use crate::read::inventory::ListedFile;
use crate::work::WorkFolder;

/// How long a part is, at least; files that are not longer are not divided. Long enough that finding a border and
/// committing a unit's files cost little, short enough that a file of Common Crawl (1 GB) gives work to 32 cores.
pub(super) const RANGE_BYTES: u64 = 32 << 20;

/// Raised when borders are found elsewhere than before.
const RANGES_VERSION: u32 = 1;

/// Files in which borders are looked for at once: a border in a store costs some requests, one after the other.
const FILES_AT_ONCE: usize = 16;

/// The borders in files, by what the files hold and how they are read.
#[derive(Debug)]
pub(super) struct Ranges(Memory<Vec<u64>>);

impl Ranges {
    pub(super) fn load(work: &WorkFolder) -> Self {
        Self(Memory::load(work, "ranges.json"))
    }

    /// Finds the borders of `files`, each with its hash, that are not known.
    pub(super) fn find(&mut self, files: &[(ListedFile, String)]) -> Result<(), PlanError> {
        let large = files.iter().filter(|(file, _)| may_be_divided(file));
        let keyed: Vec<_> = large.map(|(file, print)| (key(file, print), file)).collect();
        let is_unknown = |(key, _): &&(String, _)| self.0.get(key).is_none();
        let unknown: Vec<_> = keyed.iter().filter(is_unknown).collect();
        let share = unknown.len().div_ceil(FILES_AT_ONCE).max(1);
        let found = thread::scope(|scope| {
            let shares = unknown.chunks(share).map(|files| {
                scope.spawn(|| {
                    let borders = files
                        .iter()
                        .map(|(key, file)| Ok((key.clone(), borders_of(file)?)));
                    borders.collect::<Result<Vec<_>, PlanError>>()
                })
            });
            let shares: Vec<_> = shares.collect();
            let ended = |_| PlanError::Nothing("a thread that looked for borders ended early".to_owned());
            let found = shares.into_iter().map(|share| share.join().map_err(ended)?);
            found.collect::<Result<Vec<_>, PlanError>>()
        })?;
        for (key, borders) in found.into_iter().flatten() {
            self.0.keep(key, borders);
        }
        for (key, _) in keyed {
            if let Some(known) = self.0.get(&key).cloned() {
                self.0.keep(key, known);
            }
        }
        Ok(())
    }

    /// The parts of a file with the hash `print`, whose borders were looked for, in order; one without a range if it is
    /// read as a whole.
    pub(super) fn of(&self, file: &ListedFile, print: &str) -> Vec<Option<Range<u64>>> {
        let found = match self.0.get(&key(file, print)) {
            Some(found) if may_be_divided(file) && !found.is_empty() => found,
            _ => return vec![None],
        };
        let ends = found.iter().copied().chain([file.bytes]);
        let starts = [0].into_iter().chain(found.iter().copied());
        starts.zip(ends).map(|(start, end)| Some(start..end)).collect()
    }

    pub(super) fn save(self, work: &WorkFolder) -> Result<(), PlanError> {
        self.0.save(work)
    }
}

/// Whether a file is long enough. One in a store also needs a version, so that its parts are parts of one file.
fn may_be_divided(file: &ListedFile) -> bool {
    let has_version = file.seen.tag.is_some() || file.seen.changed.is_some();
    file.bytes > RANGE_BYTES && (!file.is_remote() || has_version)
}

/// What the borders of a file depend on. A store's word for a version says nothing of what another object holds.
fn key(file: &ListedFile, print: &str) -> String {
    let place = if file.is_remote() { &file.path } else { "" };
    format!("{RANGES_VERSION} {:?} {} {print}{place}", file.format, file.bytes)
}

fn borders_of(file: &ListedFile) -> Result<Vec<u64>, PlanError> {
    let raw = RawFile {
        seen: Some(file.seen.clone()),
        ..RawFile::new(file.path.clone(), file.format)
    };
    borders(&raw, file.bytes, RANGE_BYTES).map_err(PlanError::file(Path::new(&file.path)))
}
