//! The bytes of a raw file as they lie on the disk.
//!
//! Everything that reads a file reads it through [`Disk`]: it knows where it is, can go elsewhere, and marks the
//! errors of the disk, so that they are told from those of what is damaged after they passed through a codec.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use super::decompress::StreamError;

/// Bytes of each buffer between the disk, the codec and the reader.
pub(super) const BUFFER_BYTES: usize = 64 * 1024;

/// Marks an error as the disk's on its way through a codec.
#[derive(Debug)]
pub(super) struct DiskFailure(pub(super) io::Error);

impl fmt::Display for DiskFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for DiskFailure {}

/// The bytes of a file as they lie on the disk, with the position of the next one.
#[derive(Debug)]
pub(super) struct Disk {
    reader: BufReader<File>,
    position: u64,
}

impl Disk {
    /// Opens `path` at its start.
    pub(super) fn open(path: &str) -> io::Result<Self> {
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, File::open(path)?),
            position: 0,
        })
    }

    /// Where the next byte lies.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Goes to `position`.
    pub(super) fn seek_to(&mut self, position: u64) -> Result<(), StreamError> {
        // A short way is gone inside of the buffer.
        let way = position.checked_signed_diff(self.position);
        let gone = match way {
            Some(way) => self.reader.seek_relative(way),
            None => self.reader.seek(SeekFrom::Start(position)).map(drop),
        };
        gone.map_err(StreamError::Disk)?;
        self.position = position;
        Ok(())
    }
}

impl BufRead for Disk {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // Asked twice because a borrow that is returned from inside a loop does not pass the borrow checker.
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io::Error::other(DiskFailure(error))),
            }
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount as u64;
        self.reader.consume(amount);
    }
}

impl Read for Disk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
