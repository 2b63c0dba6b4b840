//! One run at a time in a work folder.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::work::WorkFolder;

/// How often a lock that is held is tried again, and how long after. A killed process keeps its files until its memory
/// is freed and its last write to the disk is through; gigabytes and a busy disk take seconds.
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

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

/// Takes the lock of a work folder. It is let go when the file is dropped, or when the process has ended in any way;
/// one that was killed just now is waited for.
pub(super) fn take(work: &WorkFolder) -> Result<File, LockError> {
    let failure = |source| LockError::File {
        path: work.root().to_owned(),
        source,
    };
    fs::create_dir_all(work.root()).map_err(failure)?;
    let file = File::create(work.root().join(".lock")).map_err(failure)?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN_TRIES),
            Err(TryLockError::Error(source)) => return Err(failure(source)),
        }
    }
    Err(LockError::Held(work.root().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_let_go_soon_is_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let work = WorkFolder::new(folder.path());
        let held = take(&work).expect("nobody holds it");
        let (tell, told) = std::sync::mpsc::channel();
        let killed = thread::spawn(move || {
            told.recv().expect("the other one begins");
            thread::sleep(BETWEEN_TRIES * 3);
            drop(held);
        });
        tell.send(()).expect("the other one waits");
        take(&work).expect("it was let go");
        killed.join().expect("it ended");
    }

    #[test]
    fn a_lock_that_stays_held_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let work = WorkFolder::new(folder.path());
        let _held = take(&work).expect("nobody holds it");
        assert!(matches!(take(&work), Err(LockError::Held(_))));
    }
}
