//! The bytes of a raw file as they lie on the disk, or in a store.
//!
//! Everything that reads a file reads it through [`Disk`]: it knows where it is, can go elsewhere, and marks the
//! errors of the disk, so that they are told from those of what is damaged after they passed through a codec. A path
//! that is an address is read from its store (`store/`), and an entry of an archive from memory; no reader knows.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};

use super::RawFile;
use super::decompress::StreamError;
use super::store::{self, Remote};

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

impl DiskFailure {
    /// `error`, marked.
    pub(super) fn mark(error: io::Error) -> io::Error {
        io::Error::other(Self(error))
    }

    /// The disk's error in `error`, if it is one.
    pub(super) fn unmark(error: io::Error) -> Result<io::Error, io::Error> {
        error.downcast::<Self>().map(|failure| failure.0)
    }
}

/// The bytes of a file as they lie on the disk, with the position of the next one.
#[derive(Debug)]
pub(super) struct Disk {
    bytes: Bytes,
    position: u64,
}

#[derive(Debug)]
enum Bytes {
    Local(BufReader<File>),
    Remote(Remote),
    Memory(Cursor<bytes::Bytes>),
}

impl Disk {
    /// Opens `file` at its start. A local file that is not the one that was listed any more is refused here; an
    /// object in a store with the first of its bytes.
    pub(super) fn open(file: &RawFile) -> io::Result<Self> {
        let bytes = if let Some(content) = &file.content {
            Bytes::Memory(Cursor::new(content.clone()))
        } else if store::is_remote(&file.path) {
            let object = store::stores().open(&file.path, file.seen.as_ref());
            let remote = Remote::new(object.map_err(store::StoreError::into_io)?, 0, u64::MAX);
            Bytes::Remote(match &file.range {
                Some(range) => remote.of_part(range.end),
                None => remote,
            })
        } else {
            let local = File::open(&file.path)?;
            if let Some(seen) = &file.seen {
                seen.check_local(&file.path)?;
            }
            Bytes::Local(BufReader::with_capacity(BUFFER_BYTES, local))
        };
        Ok(Self { bytes, position: 0 })
    }

    /// Opens `file` to look for something here and there, which fetches less from a store.
    pub(super) fn open_to_look(file: &RawFile) -> io::Result<Self> {
        let mut disk = Self::open(file)?;
        if let Bytes::Remote(remote) = disk.bytes {
            disk.bytes = Bytes::Remote(remote.looking());
        }
        Ok(disk)
    }

    /// Whether it is a file of this machine.
    pub(super) fn is_local(&self) -> bool {
        matches!(self.bytes, Bytes::Local(_))
    }

    /// Whether going elsewhere is cheap. It is not where a server always sends all of the file; whether it does is
    /// known when the first bytes are there.
    pub(super) fn is_seekable(&self) -> bool {
        match &self.bytes {
            Bytes::Local(_) | Bytes::Memory(_) => true,
            Bytes::Remote(remote) => remote.has_ranges(),
        }
    }

    /// Where the next byte lies.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes there are. A server may have to be asked for it.
    pub(super) fn length(&self) -> io::Result<u64> {
        match &self.bytes {
            Bytes::Local(reader) => Ok(reader.get_ref().metadata()?.len()),
            Bytes::Remote(remote) => remote.length().map_err(store::StoreError::into_io),
            Bytes::Memory(bytes) => Ok(bytes.get_ref().len() as u64),
        }
    }

    /// Goes to `position`.
    pub(super) fn seek_to(&mut self, position: u64) -> Result<(), StreamError> {
        match &mut self.bytes {
            Bytes::Local(reader) => {
                // A short way is gone inside of the buffer.
                let way = position.checked_signed_diff(self.position);
                let gone = match way {
                    Some(way) => reader.seek_relative(way),
                    None => reader.seek(SeekFrom::Start(position)).map(drop),
                };
                gone.map_err(StreamError::Disk)?;
            }
            Bytes::Remote(remote) => remote.seek_to(position),
            Bytes::Memory(bytes) => bytes.set_position(position),
        }
        self.position = position;
        Ok(())
    }
}

impl BufRead for Disk {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let reader = match &mut self.bytes {
            Bytes::Local(reader) => reader,
            Bytes::Remote(remote) => return remote.fill().map_err(DiskFailure::mark),
            Bytes::Memory(bytes) => return bytes.fill_buf(),
        };
        // Asked twice because a borrow that is returned from inside a loop does not pass the borrow checker.
        loop {
            match reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(DiskFailure::mark(error)),
            }
        }
        reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount as u64;
        match &mut self.bytes {
            Bytes::Local(reader) => reader.consume(amount),
            Bytes::Remote(remote) => remote.consume(amount),
            Bytes::Memory(bytes) => bytes.consume(amount),
        }
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
