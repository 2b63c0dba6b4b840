//! The parts of a Parquet file that its library asks for: of a local file, or of an object in a store.
//!
//! The library jumps between the columns of a row group, a page at a time. Locally that is free; in a store every
//! jump would be a request. So an object is read through windows: one over the end of the file, where the footer is,
//! and one over each column chunk of the row group that is read, each fetched in order and ahead.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use bytes::buf::Reader;

use crate::read::RawFile;
use crate::read::disk::DiskFailure;
use crate::read::store::{self, Object, Remote, StoreError};

/// Bytes at the end of an object in which most footers lie whole.
const TAIL_BYTES: u64 = 64 * 1024;

/// A Parquet file to take parts of.
#[derive(Clone, Debug)]
pub(super) enum Chunks {
    /// On the disk.
    Local(Arc<File>),
    /// In a store.
    Remote(Arc<RemoteChunks>),
    /// In memory, out of an archive.
    Memory(Bytes),
}

/// An object in a store, and the windows over it.
#[derive(Debug)]
pub(super) struct RemoteChunks {
    object: Arc<Object>,
    length: u64,
    windows: Mutex<Vec<Window>>,
}

#[derive(Debug)]
struct Window {
    range: Range<u64>,
    bytes: Remote,
}

impl Chunks {
    /// Opens `file`.
    pub(super) fn open(file: &RawFile) -> io::Result<Self> {
        if let Some(content) = &file.content {
            return Ok(Self::Memory(content.clone()));
        }
        if !store::is_remote(&file.path) {
            let local = File::open(&file.path)?;
            if let Some(seen) = &file.seen {
                seen.check_local(&file.path)?;
            }
            return Ok(Self::Local(Arc::new(local)));
        }
        let object = store::stores().open(&file.path, file.seen.as_ref());
        let remote = object.and_then(RemoteChunks::new).map_err(StoreError::into_io)?;
        Ok(Self::Remote(Arc::new(remote)))
    }

    /// Says that these ranges are read next, each from its start to its end.
    pub(super) fn expect(&self, ranges: impl IntoIterator<Item = Range<u64>>) -> Result<(), ParquetError> {
        match self {
            Self::Local(_) | Self::Memory(_) => Ok(()),
            Self::Remote(remote) => remote.expect(ranges),
        }
    }
}

impl RemoteChunks {
    fn new(object: Arc<Object>) -> Result<Self, StoreError> {
        let length = object.length()?;
        let chunks = Self {
            object,
            length,
            windows: Mutex::default(),
        };
        let tail = length.saturating_sub(TAIL_BYTES)..length;
        let window = chunks.window(tail);
        if let Ok(mut windows) = chunks.windows.lock() {
            windows.push(window);
        }
        Ok(chunks)
    }

    fn window(&self, range: Range<u64>) -> Window {
        Window {
            bytes: Remote::new(Arc::clone(&self.object), range.start, range.end),
            range,
        }
    }

    fn expect(&self, ranges: impl IntoIterator<Item = Range<u64>>) -> Result<(), ParquetError> {
        let windows = ranges.into_iter().map(|range| self.window(range)).collect();
        *self.windows.lock().map_err(poisoned)? = windows;
        Ok(())
    }

    /// Reads bytes from `start` into `buffer`, as many as its window has at once.
    fn read(&self, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if start >= self.length {
            return Ok(0);
        }
        let mut windows = self
            .windows
            .lock()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let known = windows.iter().position(|window| window.range.contains(&start));
        let position = known.unwrap_or_else(|| {
            // What nobody announced: the footer of a file with many columns.
            let end = start.saturating_add(buffer.len() as u64).min(self.length);
            windows.push(self.window(start..end));
            windows.len() - 1
        });
        let Some(window) = windows.get_mut(position) else {
            return Ok(0);
        };
        window.bytes.seek_to(start);
        let available = window.bytes.fill().map_err(DiskFailure::mark)?;
        let amount = available.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&available[..amount]);
        window.bytes.consume(amount);
        Ok(amount)
    }
}

fn poisoned<T>(_: T) -> ParquetError {
    ParquetError::General("another thread failed in the middle of a request".to_owned())
}

/// Bytes from some place on.
pub(super) enum Part {
    /// On the disk.
    Local(BufReader<File>),
    /// In a store, with the next byte's position.
    Remote(Arc<RemoteChunks>, u64),
    /// In memory.
    Memory(Reader<Bytes>),
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Local(reader) => reader.read(buffer),
            Self::Memory(reader) => reader.read(buffer),
            Self::Remote(chunks, position) => {
                let amount = chunks.read(*position, buffer)?;
                *position += amount as u64;
                Ok(amount)
            }
        }
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        match self {
            Self::Local(file) => file.len(),
            Self::Remote(remote) => remote.length,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Chunks {
    type T = Part;

    fn get_read(&self, start: u64) -> Result<Part, ParquetError> {
        match self {
            Self::Local(file) => Ok(Part::Local(file.get_read(start)?)),
            Self::Remote(remote) => Ok(Part::Remote(Arc::clone(remote), start)),
            Self::Memory(bytes) => Ok(Part::Memory(bytes.get_read(start)?)),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let remote = match self {
            Self::Local(file) => return file.get_bytes(start, length),
            Self::Memory(bytes) => return bytes.get_bytes(start, length),
            Self::Remote(remote) => remote,
        };
        if start.saturating_add(length as u64) > remote.length {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at byte {start} are not in the file"
            )));
        }
        let mut bytes = vec![0; length];
        Part::Remote(Arc::clone(remote), start).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}
