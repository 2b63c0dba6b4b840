//! Block lists in memory: each once in a process, however many units and annotators ask for it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::host_set::HostSet;
use super::hosts;
use super::source::{self, Tally};

/// The lists that were loaded, by the hashes of their files.
static LOADED: Mutex<BTreeMap<Vec<String>, Arc<HostSet>>> = Mutex::new(BTreeMap::new());

/// The block lists of a category, as settings name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockList {
    /// What its hosts are blocked for.
    pub category: String,
    /// Its files.
    pub files: Vec<ListFile>,
}

/// A file of a list: where it lies, and what it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// The file. On a cluster it must lie at the same path everywhere.
    pub path: String,
    /// The hash of its content, by [`source::hash`].
    pub hash: String,
}

/// A block list cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file is not readable.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The file holds something else than when the run began.
    #[error("the list {path} is not the one that the run began with (now {found}, then {expected})")]
    Changed {
        /// The file.
        path: String,
        /// The hash that it has.
        found: String,
        /// The hash that it should have.
        expected: String,
    },
}

/// The set of a category's hosts and addresses.
///
/// # Errors
/// When it is not in memory, and a file cannot be read or has changed.
pub fn named(list: &BlockList) -> Result<Arc<HostSet>, CacheError> {
    let key: Vec<String> = list.files.iter().map(|file| file.hash.clone()).collect();
    // Held while loading: a second thread waits for the first one's list rather than loading it too.
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(set) = loaded.get(&key) {
        return Ok(Arc::clone(set));
    }
    let mut hashes = Vec::new();
    for file in &list.files {
        let unreadable = |source| CacheError::Unreadable {
            path: file.path.clone(),
            source,
        };
        let found = source::hash(&file.path).map_err(unreadable)?;
        if found != file.hash {
            return Err(CacheError::Changed {
                path: file.path.clone(),
                found,
                expected: file.hash.clone(),
            });
        }
        read(&file.path, |hash| hashes.push(hash)).map_err(unreadable)?;
    }
    let set = Arc::new(HostSet::new(hashes));
    loaded.insert(key, Arc::clone(&set));
    Ok(set)
}

/// Gives the keys of all entries of the file at `path` to `take`.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &str, mut take: impl FnMut(u64)) -> io::Result<Tally> {
    let mut buffer = String::new();
    source::lines(path, |line| hosts::entries(line, &mut buffer, &mut take))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_loaded_once_and_only_if_it_is_the_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.txt");
        std::fs::write(&path, "cache.example\nno host\n").expect("written");
        let path = path.to_string_lossy().into_owned();
        let hash = source::hash(&path).expect("readable");
        let list = BlockList {
            category: "adult".to_owned(),
            files: vec![ListFile {
                path: path.clone(),
                hash,
            }],
        };
        let set = named(&list).expect("a list");
        assert_eq!(set.len(), 1);
        std::fs::write(&path, "other.example\n").expect("written");
        assert!(Arc::ptr_eq(&set, &named(&list).expect("in memory")));
        let mut changed = list.clone();
        changed.files[0].hash = "0".repeat(32);
        assert!(matches!(named(&changed), Err(CacheError::Changed { .. })));
        changed.files[0].path = "nowhere".to_owned();
        assert!(matches!(named(&changed), Err(CacheError::Unreadable { .. })));
    }
}
