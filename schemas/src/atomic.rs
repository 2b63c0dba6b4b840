//! Files that appear whole or not at all: written beside their final name, synced, then renamed.
//!
//! A run killed at any moment leaves at most a file whose name ends in [`PARTIAL_SUFFIX`], which no reader
//! opens and the next run overwrites.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The ending of a file that is still being written.
pub const PARTIAL_SUFFIX: &str = ".partial";

/// A file under construction. Dropped without [`commit`](Self::commit), it is removed.
#[derive(Debug)]
pub struct AtomicFile {
    writer: Option<BufWriter<File>>,
    partial: PathBuf,
    destination: PathBuf,
}

impl AtomicFile {
    /// Starts a file that will be named `destination`, making its folder if there is none.
    ///
    /// # Errors
    /// When the folder or the file cannot be made; the message names the path.
    pub fn create(destination: impl Into<PathBuf>) -> io::Result<Self> {
        let destination = destination.into();
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder).map_err(|error| at(&error, "create", folder))?;
        }
        let mut name = destination.file_name().unwrap_or_default().to_os_string();
        name.push(PARTIAL_SUFFIX);
        let partial = destination.with_file_name(name);
        let file = File::create(&partial).map_err(|error| at(&error, "create", &partial))?;
        Ok(Self {
            writer: Some(BufWriter::with_capacity(1 << 18, file)),
            partial,
            destination,
        })
    }

    /// The path being written to until the commit, for writers that need a second handle.
    #[must_use]
    pub fn partial_path(&self) -> &Path {
        &self.partial
    }

    /// Flushes, syncs and renames; only after this does the file exist under its name.
    ///
    /// # Errors
    /// When the disk refuses any of it (a full disk shows here at the latest). The partial file is removed then.
    pub fn commit(mut self) -> io::Result<()> {
        let finished = self.finish();
        if finished.is_err() {
            let _ = fs::remove_file(&self.partial);
        }
        finished.map_err(|error| at(&error, "write", &self.destination))
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(());
        };
        writer.flush()?;
        writer.get_ref().sync_all()?;
        drop(writer);
        fs::rename(&self.partial, &self.destination)?;
        if let Some(folder) = self.destination.parent() {
            sync_folder(folder)?;
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::Error::other("the file was committed already")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Writes `bytes` as the whole content of `destination`, atomically.
///
/// # Errors
/// As [`AtomicFile::create`] and [`AtomicFile::commit`].
pub fn write(destination: impl Into<PathBuf>, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::create(destination)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Makes a rename in `folder` durable. On systems without folder handles the rename alone has to do.
fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn at(error: &io::Error, verb: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {verb} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_with_its_commit() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deep/er/file.bin");
        let mut file = AtomicFile::create(&path)?;
        file.write_all(b"grain")?;
        assert!(!path.exists());
        file.commit()?;
        assert_eq!(fs::read(&path)?, b"grain");
        Ok(())
    }

    #[test]
    fn an_abandoned_file_leaves_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut file = AtomicFile::create(folder.path().join("file.bin"))?;
        file.write_all(b"grain")?;
        drop(file);
        assert_eq!(fs::read_dir(folder.path())?.count(), 0);
        Ok(())
    }

    #[test]
    fn an_error_names_the_path() {
        let error = write("/proc/nowhere/file", b"").expect_err("/proc takes no folders");
        assert!(
            error.to_string().contains("/proc/nowhere"),
            "message was: {error}"
        );
    }
}
