//! Zip archives (APPNOTE.TXT 6.3): the entries by the archive's directory, each read into memory within bounds.
//!
//! An archive is hostile until shown otherwise. Entries that lie over one another are refused but for the first
//! (D. Fifield, *A better zip bomb*, WOOT 2019: 46 MB that hold 4.5 PB by overlapping), an entry is never read past
//! what the caller takes, past what it says it has, or past [`MAX_RATIO`] times what it has packed, and its checksum
//! must fit. So the work of reading every entry is at most proportional to the archive's size.
//!
//! Memory: the directory (some 100 bytes an entry), and one entry.

mod directory;
mod salvage;

use std::io::{self, BufRead, Cursor, Read};

pub(in crate::read) use self::directory::{Entry, Kind};
use crate::read::RawFile;
use crate::read::decompress::StreamError;
use crate::read::disk::Disk;

/// What an entry may have unpacked for one byte packed. Deflate cannot do more than 1,032 (zlib's own figure), which
/// only runs of one byte reach; text that a person wrote stays below 20, logs and tables below 200.
const MAX_RATIO: u64 = 1_000;

/// Below this, no ratio is too high: a few zeros are no bomb.
const RATIO_FLOOR_BYTES: u64 = 1 << 20;

/// The signature of a local header, which stands before the bytes of an entry.
const LOCAL_HEADER: u32 = 0x0403_4b50;

/// The fixed part of a local header.
const LOCAL_HEADER_BYTES: u64 = 30;

/// Bytes that can be read from any place on.
pub(in crate::read) trait Seekable: BufRead {
    /// Goes to `position`, counted from the start.
    ///
    /// # Errors
    /// When the disk fails.
    fn go_to(&mut self, position: u64) -> Result<(), StreamError>;
}

impl Seekable for Disk {
    fn go_to(&mut self, position: u64) -> Result<(), StreamError> {
        self.seek_to(position)
    }
}

impl<B: AsRef<[u8]>> Seekable for Cursor<B> {
    fn go_to(&mut self, position: u64) -> Result<(), StreamError> {
        self.set_position(position);
        Ok(())
    }
}

/// A zip archive whose directory was read.
#[derive(Debug)]
pub(in crate::read) struct Zip<R> {
    bytes: R,
    entries: Vec<Entry>,
    damage: Option<String>,
}

/// Why an entry could not be read.
#[derive(Debug)]
pub(in crate::read) enum EntryError {
    /// The disk failed.
    Disk(io::Error),
    /// It has more bytes than the caller takes: how many it says that it has.
    TooLarge(u64),
    /// It is damaged, encrypted, packed in an unknown way, or a bomb.
    Refused(String),
}

impl EntryError {
    fn of(error: io::Error) -> Self {
        match StreamError::of(error, 0) {
            StreamError::Disk(error) => Self::Disk(error),
            StreamError::Damaged { message, .. } => Self::Refused(message),
        }
    }
}

impl Zip<Disk> {
    /// Opens the archive `file` and reads its directory.
    ///
    /// # Errors
    /// [`StreamError::Disk`] when it cannot be opened or read, [`StreamError::Damaged`] when it has no directory.
    pub(in crate::read) fn open(file: &RawFile) -> Result<Self, StreamError> {
        let disk = Disk::open(file).map_err(StreamError::Disk)?;
        let length = disk.length().map_err(StreamError::Disk)?;
        Self::new(disk, length)
    }
}

impl<B: AsRef<[u8]>> Zip<Cursor<B>> {
    /// Reads the directory of an archive in memory.
    ///
    /// # Errors
    /// [`StreamError::Damaged`] when it has none.
    pub(in crate::read) fn of_bytes(bytes: B) -> Result<Self, StreamError> {
        let length = bytes.as_ref().len() as u64;
        Self::new(Cursor::new(bytes), length)
    }
}

impl<R: Seekable> Zip<R> {
    /// Reads the directory of the archive in `bytes`, of which there are `length`.
    ///
    /// # Errors
    /// [`StreamError::Disk`] when the disk fails, [`StreamError::Damaged`] when there is no directory.
    pub(in crate::read) fn new(mut bytes: R, length: u64) -> Result<Self, StreamError> {
        let directory = match directory::read(&mut bytes, length) {
            Ok(directory) => directory,
            Err(StreamError::Damaged { at, message }) => {
                let entries = salvage::entries(&mut bytes, length)?;
                if entries.is_empty() {
                    return Err(StreamError::Damaged { at, message });
                }
                let count = entries.len();
                let damage =
                    format!("{message}; the {count} entries that are whole are read by their own headers");
                return Ok(Self {
                    bytes,
                    entries,
                    damage: Some(damage),
                });
            }
            Err(failed) => return Err(failed),
        };
        Ok(Self {
            bytes,
            entries: directory.entries,
            damage: directory.damage,
        })
    }

    /// The entries, in the order of the directory.
    pub(in crate::read) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with the directory, where only a part of it could be read.
    pub(in crate::read) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// The number of the first file called `name`.
    #[cfg(test)]
    pub(in crate::read) fn find(&self, name: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.kind == Kind::File && entry.name == name)
    }

    /// All bytes of an entry, of which there may be `limit`.
    ///
    /// # Errors
    /// As [`EntryError`] lists; the archive can be read on after any of them.
    pub(in crate::read) fn read(&mut self, index: usize, limit: u64) -> Result<Vec<u8>, EntryError> {
        self.read_placed(index, limit).map(|(bytes, _)| bytes)
    }

    /// As [`Zip::read`], and how many bytes the entry takes in the archive from [`Entry::offset`] on.
    pub(in crate::read) fn read_placed(
        &mut self,
        index: usize,
        limit: u64,
    ) -> Result<(Vec<u8>, u64), EntryError> {
        let refused = |reason: &str| Err(EntryError::Refused(reason.to_owned()));
        let Some(entry) = self.entries.get(index) else {
            return refused("there is no such entry");
        };
        if entry.encrypted {
            return refused("it is encrypted");
        }
        if entry.overlaps {
            return refused("it overlaps another entry, as in a zip bomb");
        }
        if entry.size > limit {
            return Err(EntryError::TooLarge(entry.size));
        }
        let entry = entry.clone();
        let start = self.data_start(&entry)?;
        self.go_to(start)?;
        let packed = (&mut self.bytes).take(entry.packed);
        let mut decoder = decoder(packed, entry.method)?;
        let most = entry.packed.saturating_mul(MAX_RATIO).max(RATIO_FLOOR_BYTES);
        if entry.size > most {
            return refused("it unpacks to more than 1,000 times its size, as a zip bomb does");
        }
        let mut bytes = Vec::new();
        let mut bounded = (&mut decoder).take(entry.size);
        bounded.read_to_end(&mut bytes).map_err(EntryError::of)?;
        if (bytes.len() as u64) < entry.size {
            let says = entry.size;
            return Err(EntryError::Refused(format!(
                "it ends after {} of the {says} bytes that it says it has",
                bytes.len()
            )));
        }
        let mut beyond = [0];
        if decoder.read(&mut beyond).map_err(EntryError::of)? > 0 {
            return refused("it has more bytes than it says");
        }
        let mut checksum = flate2::Crc::new();
        checksum.update(&bytes);
        if checksum.sum() != entry.checksum {
            return refused("its checksum does not fit");
        }
        Ok((bytes, start + entry.packed - entry.offset))
    }

    /// Where the packed bytes of an entry begin, behind its local header.
    fn data_start(&mut self, entry: &Entry) -> Result<u64, EntryError> {
        self.go_to(entry.offset)?;
        let mut header = [0; 30];
        self.bytes.read_exact(&mut header).map_err(EntryError::of)?;
        if directory::u32_at(&header, 0) != LOCAL_HEADER {
            return Err(EntryError::Refused(
                "there is no entry where the directory says".to_owned(),
            ));
        }
        let name = u64::from(directory::u16_at(&header, 26));
        let extra = u64::from(directory::u16_at(&header, 28));
        let start = entry.offset + LOCAL_HEADER_BYTES + name + extra;
        if start
            .checked_add(entry.packed)
            .is_none_or(|end| end > entry.bound)
        {
            return Err(EntryError::Refused(
                "its bytes run into what follows it in the archive".to_owned(),
            ));
        }
        Ok(start)
    }

    fn go_to(&mut self, position: u64) -> Result<(), EntryError> {
        self.bytes.go_to(position).map_err(|error| match error {
            StreamError::Disk(error) => EntryError::Disk(error),
            StreamError::Damaged { message, .. } => EntryError::Refused(message),
        })
    }
}

/// Unpacks what was packed by `method`, as APPNOTE.TXT 4.4.5 numbers them.
fn decoder<'a>(packed: impl BufRead + 'a, method: u16) -> Result<Box<dyn Read + 'a>, EntryError> {
    Ok(match method {
        0 => Box::new(packed),
        8 => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        12 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        93 => Box::new(zstd::Decoder::with_buffer(packed).map_err(EntryError::Disk)?),
        95 => Box::new(liblzma::bufread::XzDecoder::new(packed)),
        other => {
            return Err(EntryError::Refused(format!(
                "it is packed by method {other}, which is not one of stored, deflate, bzip2, zstd and xz"
            )));
        }
    })
}

#[cfg(test)]
pub(in crate::read) mod tests;
