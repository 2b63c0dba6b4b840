//! What is left of a zip archive whose end is missing: the entries from its start on, by their own headers.
//!
//! A directory is the better witness and is asked first. Without one, each local header says how long its entry is, or,
//! where the archive was written as a stream, the packed bytes themselves say where they end.

use std::io::{self, Read, Write};

use super::directory::{Entry, entry_of_local, u16_at, u32_at};
use super::{LOCAL_HEADER, LOCAL_HEADER_BYTES, MAX_RATIO, RATIO_FLOOR_BYTES, Seekable};
use crate::read::decompress::StreamError;

/// Entries at most, as in a directory.
const MAX_ENTRIES: usize = 1 << 20;

/// In the flags: the sizes stand behind the bytes, not before them.
const SIZES_FOLLOW: u16 = 1 << 3;

/// Deflate, whose streams say where they end.
const DEFLATE: u16 = 8;

/// The entries that can be found from the start of the archive in `bytes` on, and are whole.
pub(super) fn entries(bytes: &mut impl Seekable, length: u64) -> Result<Vec<Entry>, StreamError> {
    let mut entries = Vec::new();
    let mut offset = 0_u64;
    while entries.len() < MAX_ENTRIES {
        bytes.go_to(offset)?;
        let mut header = [0; 30];
        match bytes.read_exact(&mut header) {
            Ok(()) if u32_at(&header, 0) == LOCAL_HEADER => {}
            Ok(()) => break,
            Err(error) => match StreamError::of(error, offset) {
                StreamError::Damaged { .. } => break,
                failed @ StreamError::Disk(_) => return Err(failed),
            },
        }
        let mut entry = entry_of_local(&header, offset);
        let name = u64::from(u16_at(&header, 26));
        let extra = u64::from(u16_at(&header, 28));
        let start = offset + LOCAL_HEADER_BYTES + name + extra;
        let mut bytes_of_name = Vec::new();
        let read = (&mut *bytes).take(name).read_to_end(&mut bytes_of_name);
        read.map_err(|error| StreamError::of(error, offset))?;
        entry.rename(&bytes_of_name);
        let mut end = start.saturating_add(entry.packed);
        if u16_at(&header, 6) & SIZES_FOLLOW != 0 {
            if u16_at(&header, 8) != DEFLATE || start >= length {
                break;
            }
            bytes.go_to(start)?;
            let Some(found) = measured(bytes, length - start)? else {
                break;
            };
            (entry.packed, entry.size, entry.checksum) = found;
            end = start + entry.packed + descriptor_bytes(bytes)?;
        }
        if start.saturating_add(entry.packed) > length {
            break;
        }
        entry.bound = start + entry.packed;
        entries.push(entry);
        offset = end;
    }
    Ok(entries)
}

/// Packed and unpacked bytes of the deflated stream that begins here, and its checksum; `None` where it has no end
/// or is a bomb.
fn measured(bytes: &mut impl Seekable, left: u64) -> Result<Option<(u64, u64, u32)>, StreamError> {
    let most = left.saturating_mul(MAX_RATIO).max(RATIO_FLOOR_BYTES);
    let mut decoder = flate2::bufread::DeflateDecoder::new(bytes);
    let mut counted = Counted::default();
    match io::copy(&mut (&mut decoder).take(most), &mut counted) {
        Ok(size) if size < most => Ok(Some((decoder.total_in(), size, counted.checksum.sum()))),
        Ok(_) => Ok(None),
        Err(error) => match StreamError::of(error, 0) {
            StreamError::Damaged { .. } => Ok(None),
            failed @ StreamError::Disk(_) => Err(failed),
        },
    }
}

/// The bytes of the descriptor that follows: checksum and two sizes, with a signature where the writer put one.
fn descriptor_bytes(bytes: &mut impl Seekable) -> Result<u64, StreamError> {
    const DESCRIPTOR: u32 = 0x0807_4b50;
    let mut signature = [0; 4];
    let mut filled = 0;
    while filled < signature.len() {
        match bytes.read(&mut signature[filled..]) {
            Ok(0) => break,
            Ok(amount) => filled += amount,
            Err(error) => return Err(StreamError::of(error, 0)),
        }
    }
    Ok(if u32_at(&signature, 0) == DESCRIPTOR {
        16
    } else {
        12
    })
}

/// Takes the checksum of what is written and keeps nothing.
#[derive(Default)]
struct Counted {
    checksum: flate2::Crc,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.checksum.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
