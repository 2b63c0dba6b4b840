//! What a run found out about the input files, for the next one: a file of the work folder.
//!
//! It only saves work. One that is damaged, or of another version of the program, is as good as none.

use std::collections::BTreeMap;
use std::fs;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::plan::PlanError;
use crate::work::WorkFolder;

/// Values by keys. What is not asked for in a run is forgotten with its end.
#[derive(Debug)]
pub(super) struct Memory<T> {
    name: &'static str,
    known: BTreeMap<String, T>,
    used: BTreeMap<String, T>,
}

impl<T: Clone + Serialize + DeserializeOwned> Memory<T> {
    /// What was kept in the work folder under `name`.
    pub(super) fn load(work: &WorkFolder, name: &'static str) -> Self {
        let found = fs::read(work.state(name)).ok();
        Self {
            name,
            known: found
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                .unwrap_or_default(),
            used: BTreeMap::new(),
        }
    }

    /// What is known of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&T> {
        self.used.get(key).or_else(|| self.known.get(key))
    }

    /// Keeps `value` for the next run.
    pub(super) fn keep(&mut self, key: String, value: T) {
        self.used.insert(key, value);
    }

    /// Writes what was kept.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn save(self, work: &WorkFolder) -> Result<(), PlanError> {
        let path = work.state(self.name);
        let written = serde_json::to_vec(&self.used)
            .map_err(std::io::Error::from)
            .and_then(|bytes| gristmill_schemas::atomic::write(&path, &bytes));
        written.map_err(PlanError::file(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_known_to_the_next_run_and_no_further() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let work = WorkFolder::new(folder.path());
        let mut first: Memory<Vec<u64>> = Memory::load(&work, "places.json");
        assert_eq!(first.get("a"), None);
        first.keep("a".to_owned(), vec![1, 2]);
        assert_eq!(first.get("a"), Some(&vec![1, 2]));
        first.save(&work).expect("the disk works");
        let second: Memory<Vec<u64>> = Memory::load(&work, "places.json");
        assert_eq!(second.get("a"), Some(&vec![1, 2]));
        second.save(&work).expect("the disk works");
        let third: Memory<Vec<u64>> = Memory::load(&work, "places.json");
        assert_eq!(third.get("a"), None);
        fs::write(work.state("places.json"), b"{\"a\": [1").expect("written");
        assert_eq!(Memory::<Vec<u64>>::load(&work, "places.json").get("a"), None);
    }
}
