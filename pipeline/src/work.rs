//! The work folder: where a run leaves what it makes before the shards, and the names of those files.
//!
//! A *unit* is the piece of work that is done, kept and redone as one: one large raw file, or a group of small
//! ones. Every folder below holds one file for each unit, under the unit's name, so that a killed run goes on with
//! the units that are missing. A unit's name holds the hash of everything that its documents depend on.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gristmill_schemas::atomic;
use serde::{Deserialize, Serialize};

use crate::recipe::Group;

/// A unit of work.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    /// `<source>-<16 hexadecimal digits>`.
    pub name: String,
    /// Its source.
    pub source: String,
    /// Its source's group.
    pub group: Group,
}

/// A kind of file that there is one of for each unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `documents/<source>/<unit>.parquet`
    Documents,
    /// `annotations/<source>/<unit>.parquet`
    Annotations,
    /// `verdicts/<unit>.parquet`
    Verdicts,
    /// `curated/<group>/<unit>.parquet`
    Curated,
    /// `tokens/<unit>.parquet`, with `<unit>.bin` beside it
    Tokens,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Annotations => "annotations",
            Self::Verdicts => "verdicts",
            Self::Curated => "curated",
            Self::Tokens => "tokens",
        }
    }
}

/// The name of the file that says under which settings the files of a folder were made.
const KEY_FILE: &str = ".key";

/// A work folder.
#[derive(Clone, Debug)]
pub struct WorkFolder {
    root: PathBuf,
}

impl WorkFolder {
    /// The work folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its path.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of all files of a kind.
    #[must_use]
    pub fn folder(&self, kind: Kind) -> PathBuf {
        self.root.join(kind.folder())
    }

    /// The file of `unit` of a kind.
    #[must_use]
    pub fn file(&self, kind: Kind, unit: &Unit) -> PathBuf {
        let folder = self.folder(kind);
        let name = format!("{}.parquet", unit.name);
        match kind {
            Kind::Documents | Kind::Annotations => folder.join(&unit.source).join(name),
            Kind::Curated => folder.join(unit.group.name()).join(name),
            Kind::Verdicts | Kind::Tokens => folder.join(name),
        }
    }

    /// The files of `units` of a kind that are there, as an engine takes them.
    #[must_use]
    pub fn files(&self, kind: Kind, units: &[Unit]) -> Vec<String> {
        let paths = units.iter().map(|unit| self.file(kind, unit));
        paths
            .filter(|path| path.is_file())
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    /// The quarantine file of `unit`.
    #[must_use]
    pub fn quarantine(&self, unit: &str) -> PathBuf {
        self.root.join("quarantine").join(format!("{unit}.jsonl"))
    }

    /// `duplicates/<method>.parquet`.
    #[must_use]
    pub fn duplicates(&self, method: &str) -> PathBuf {
        self.root.join("duplicates").join(format!("{method}.parquet"))
    }

    /// Where the run keeps notes on itself: stage records, task lists, spilled data.
    #[must_use]
    pub fn state(&self, name: &str) -> PathBuf {
        self.root.join("state").join(name)
    }

    /// Readies the folder of a kind for files made under `key`: files made under another are removed, and so are
    /// those of units that are no longer there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn prepare(&self, kind: Kind, key: &str, units: &[Unit]) -> io::Result<()> {
        let folder = self.folder(kind);
        let key_file = folder.join(KEY_FILE);
        let same_key = fs::read_to_string(&key_file).is_ok_and(|found| found == key);
        let mut expected = BTreeSet::new();
        if same_key {
            for unit in units {
                let path = self.file(kind, unit);
                expected.insert(path.with_extension("bin"));
                expected.insert(path);
            }
        } else if key_file.exists() {
            fs::remove_file(&key_file)?;
        }
        remove_others(&folder, &expected, &key_file)?;
        if same_key {
            return Ok(());
        }
        atomic::write(key_file, key.as_bytes())
    }

    /// The key under which the files of a kind were made.
    #[must_use]
    pub fn key_of(&self, kind: Kind) -> Option<String> {
        fs::read_to_string(self.folder(kind).join(KEY_FILE)).ok()
    }

    /// Removes all files of a kind, for stages that write all of theirs in one stream.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn clear(&self, kind: Kind) -> io::Result<()> {
        remove_others(&self.folder(kind), &BTreeSet::new(), Path::new(""))
    }

    /// Removes the quarantine files of units that are no longer there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn prune_quarantine(&self, units: &[Unit]) -> io::Result<()> {
        let expected = units.iter().map(|unit| self.quarantine(&unit.name)).collect();
        remove_others(&self.root.join("quarantine"), &expected, Path::new(""))
    }
}

/// Removes every file below `folder` that is neither expected nor `spared`.
fn remove_others(folder: &Path, expected: &BTreeSet<PathBuf>, spared: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, expected, spared)?;
        } else if path != spared && !expected.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> Unit {
        Unit {
            name: name.to_owned(),
            source: "crawl".to_owned(),
            group: Group::Web,
        }
    }

    #[test]
    fn another_key_or_a_vanished_unit_removes_files() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let work = WorkFolder::new(folder.path());
        let units = [unit("crawl-1"), unit("crawl-2")];
        work.prepare(Kind::Annotations, "a", &units)?;
        for unit in &units {
            atomic::write(work.file(Kind::Annotations, unit), b"")?;
        }
        work.prepare(Kind::Annotations, "a", &units)?;
        assert_eq!(work.files(Kind::Annotations, &units).len(), 2);
        work.prepare(Kind::Annotations, "a", &units[..1])?;
        assert_eq!(work.files(Kind::Annotations, &units).len(), 1);
        work.prepare(Kind::Annotations, "b", &units)?;
        assert_eq!(work.files(Kind::Annotations, &units).len(), 0);
        Ok(())
    }
}
