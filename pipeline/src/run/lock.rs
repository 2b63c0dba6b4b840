//! One run at a time in a work folder.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;

use crate::work::WorkFolder;

/// Why a work folder cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run holds it.
    #[error("another run is working in {0}; wait for it, or name another work folder")]
    Held(PathBuf),
    /// The lock file cannot be made.
    #[error("cannot work in {path}: {source}")]
    File {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Takes the lock of a work folder. It is let go when the file is dropped, or when the process ends in any way.
pub(super) fn take(work: &WorkFolder) -> Result<File, LockError> {
    let failure = |source| LockError::File {
        path: work.root().to_owned(),
        source,
    };
    fs::create_dir_all(work.root()).map_err(failure)?;
    let file = File::create(work.root().join(".lock")).map_err(failure)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LockError::Held(work.root().to_owned())),
        Err(TryLockError::Error(source)) => Err(failure(source)),
    }
}
