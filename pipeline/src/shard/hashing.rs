//! xxh3-128 of files: while they are written, and when they are checked.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

/// A writer that knows the hash of what went through it.
pub(super) struct HashingWriter<W> {
    inner: W,
    hash: Xxh3,
}

impl<W: Write> HashingWriter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Xxh3::new(),
        }
    }

    /// The writer and the hash, as the manifest spells it.
    pub(super) fn finish(self) -> (W, String) {
        (self.inner, spelled(self.hash.digest128()))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The hash of a file's content, as the manifest spells it.
///
/// # Errors
/// When the file cannot be read.
pub fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(spelled(hash.digest128()));
        }
        hash.update(&buffer[..read]);
    }
}

/// 32 hexadecimal digits.
#[must_use]
pub fn spelled(hash: u128) -> String {
    format!("{hash:032x}")
}
