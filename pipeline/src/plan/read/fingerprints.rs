//! Hashes of the input files, by which a run knows what is new.
//!
//! A local file's hash is that of its bytes. What lies in a store is never fetched for it: the store's own word for
//! its version (`ETag` or hash, size, time of change) is hashed in its place.

use super::memory::Memory;
use crate::plan::PlanError;
use crate::read::inventory::{self, ListedFile};
use crate::work::WorkFolder;

/// A local file's size, time of change and hash.
type Known = (u64, Option<String>, String);

/// Hashes of local input files, remembered by path, size and time of change, so that a run that reuses everything
/// does not read the inputs again.
#[derive(Debug)]
pub(super) struct Fingerprints(Memory<Known>);

impl Fingerprints {
    pub(super) fn load(work: &WorkFolder) -> Self {
        Self(Memory::load(work, "fingerprints.json"))
    }

    pub(super) fn of(&mut self, file: &ListedFile) -> Result<String, PlanError> {
        if file.is_remote() {
            // The revision is left out: another commit with the same file is no new file.
            let version = format!("{:?}", (file.seen.bytes, &file.seen.tag, &file.seen.changed));
            return Ok(crate::shard::spelled(xxhash_rust::xxh3::xxh3_128(
                version.as_bytes(),
            )));
        }
        let changed = &file.seen.changed;
        let print = match self.0.get(&file.path) {
            Some((bytes, time, print)) if *bytes == file.bytes && time == changed && time.is_some() => {
                print.clone()
            }
            _ => crate::shard::spelled(
                inventory::fingerprint(&file.path).map_err(PlanError::file(&file.path))?,
            ),
        };
        self.0
            .keep(file.path.clone(), (file.bytes, changed.clone(), print.clone()));
        Ok(print)
    }

    pub(super) fn save(self, work: &WorkFolder) -> Result<(), PlanError> {
        self.0.save(work)
    }
}
