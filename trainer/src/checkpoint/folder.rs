//! Folders that appear whole or not at all, and the names of those that hold checkpoints.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use gristmill_schemas::atomic::PARTIAL_SUFFIX;

use crate::error::{Error, Result};

/// Makes the folder `destination` with what `fill` writes into it, in place of an earlier one of that name.
///
/// # Errors
/// When the disk refuses, or with the error of `fill`; the unfinished folder is removed then.
pub(super) fn write_folder(destination: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut name = destination.file_name().unwrap_or_default().to_os_string();
    name.push(PARTIAL_SUFFIX);
    let partial = destination.with_file_name(name);
    remove(&partial)?;
    fs::create_dir_all(&partial).map_err(Error::file(&partial))?;
    let filled = fill(&partial).and_then(|()| {
        remove(destination)?;
        fs::rename(&partial, destination).map_err(Error::file(destination))
    });
    if filled.is_err() {
        let _ = fs::remove_dir_all(&partial);
    }
    filled?;
    let parent = destination.parent().unwrap_or(Path::new("."));
    File::open(parent)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::file(parent))
}

/// Removes a folder, if it is there.
pub(super) fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file(folder))?;
    }
    Ok(())
}

/// The name of the checkpoint after `step` steps.
pub(super) fn name_of(step: u64) -> String {
    format!("step-{step:08}")
}

/// Every whole checkpoint in `folder`, the oldest first. Unfinished ones are not among them.
pub(super) fn checkpoints(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        let step = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_prefix("step-")?.parse().ok());
        if let Some(step) = step {
            found.push((step, path));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_only_when_it_is_full() -> Result<()> {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join(name_of(3));
        let failed = write_folder(&path, |partial| {
            fs::write(partial.join("half"), b"x").map_err(Error::file(partial))?;
            Err(Error::Training("power cut".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(root.path()).expect("reads").count(), 0);
        write_folder(&path, |partial| {
            fs::write(partial.join("whole"), b"x").map_err(Error::file(partial))
        })?;
        assert!(path.join("whole").exists());
        Ok(())
    }

    #[test]
    fn unfinished_checkpoints_and_other_files_are_not_counted() -> Result<()> {
        let root = tempfile::tempdir().expect("a folder");
        for name in [
            "step-00000020",
            "step-00000003",
            "step-00000040.partial",
            "notes",
            "step-x",
        ] {
            fs::create_dir(root.path().join(name)).expect("made");
        }
        let steps: Vec<u64> = checkpoints(root.path())?
            .into_iter()
            .map(|(step, _)| step)
            .collect();
        assert_eq!(steps, [3, 20]);
        assert!(checkpoints(&root.path().join("absent"))?.is_empty());
        Ok(())
    }
}
