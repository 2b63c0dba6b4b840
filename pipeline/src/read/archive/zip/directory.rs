//! The directory at the end of a zip archive: which entries there are, and where.
//!
//! The end record is looked for from the archive's end, as a comment may follow it; zip64's is followed where it is
//! named. Bytes before the archive (a self-extractor) shift every offset. The directory is believed as far as it
//! can be read: what is wrong with it is told in [`Directory::damage`], and what came before stands.

use std::collections::BTreeSet;
use std::io::Read;

use super::{LOCAL_HEADER_BYTES, Seekable};
use crate::read::charset;
use crate::read::decompress::StreamError;

/// Entries at most. The Linux kernel has 90,000 files; a million is a data set that should be a tar.
const MAX_ENTRIES: usize = 1 << 20;

/// Bytes of all names at most, so that a directory of long names does not fill the memory.
const MAX_NAME_BYTES: usize = 256 << 20;

const END_RECORD: u32 = 0x0605_4b50;
const END_RECORD_BYTES: u64 = 22;
const END_RECORD_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const LOCATOR_64_BYTES: u64 = 20;
const FILE_HEADER: u32 = 0x0201_4b50;
const FILE_HEADER_BYTES: usize = 46;

/// In the file's flags: the bytes are encrypted; their metadata is.
const ENCRYPTED_FLAGS: u16 = 1 | 1 << 6 | 1 << 13;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link to another file, or a device.
    Special,
}

/// An entry, as the directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct Entry {
    /// Its name as it stands there; not to be trusted as a path.
    pub(in crate::read) name: String,
    /// What it is.
    pub(in crate::read) kind: Kind,
    /// Where its local header lies, in bytes from the archive's start.
    pub(in crate::read) offset: u64,
    /// Its bytes in the archive.
    pub(in crate::read) packed: u64,
    /// Its bytes when unpacked, as it says.
    pub(in crate::read) size: u64,
    /// Whether an earlier entry has the same name.
    pub(in crate::read) repeats: bool,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) encrypted: bool,
    pub(super) overlaps: bool,
    /// Where the directory begins, before which its bytes must end.
    pub(super) bound: u64,
}

/// The directory of an archive.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    pub(super) damage: Option<String>,
}

/// Where the directory lies, by the end record.
struct End {
    start: u64,
    bytes: u64,
    entries: u64,
    /// Bytes before the archive.
    shift: u64,
}

/// Reads the directory of the archive in `bytes`.
pub(super) fn read(bytes: &mut impl Seekable, length: u64) -> Result<Directory, StreamError> {
    let end = end(bytes, length)?;
    bytes.go_to(end.start)?;
    let mut directory = Directory::default();
    let mut headers = bytes.take(end.bytes);
    let mut name_bytes = 0;
    loop {
        let entry = match file_header(&mut headers, end.shift)? {
            Header::Entry(entry) => entry,
            Header::End => break,
            Header::Damaged(message) => {
                directory.damage = Some(format!(
                    "the directory is damaged after {} entries: {message}",
                    directory.entries.len()
                ));
                break;
            }
        };
        name_bytes += entry.name.len();
        if directory.entries.len() >= MAX_ENTRIES || name_bytes > MAX_NAME_BYTES {
            directory.damage = Some(format!(
                "the archive has more than {} entries; those behind are not read",
                directory.entries.len()
            ));
            break;
        }
        directory.entries.push(entry);
    }
    let found = directory.entries.len() as u64;
    // Without zip64 the number has 16 bits, and writers let it wrap around.
    if directory.damage.is_none() && found % 0x1_0000 != end.entries % 0x1_0000 {
        directory.damage = Some(format!(
            "the archive says that it has {} entries and lists {found}",
            end.entries
        ));
    }
    bound(&mut directory.entries, end.start);
    Ok(directory)
}

/// Marks entries that lie over earlier ones or bear their name, and says where each must end. One that is said to lie
/// behind the directory is taken to lie at its start, where no entry is: so its place is in the file, and it is refused.
fn bound(entries: &mut [Entry], directory_start: u64) {
    let mut names = BTreeSet::new();
    let repeats: Vec<bool> = entries
        .iter()
        .map(|entry| !names.insert(entry.name.as_str()))
        .collect();
    drop(names);
    for (entry, repeats) in entries.iter_mut().zip(repeats) {
        entry.repeats = repeats;
        entry.offset = entry.offset.min(directory_start);
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&index| (entries[index].offset, index));
    let mut free_from = 0;
    for index in order {
        let entry = &mut entries[index];
        let least = entry
            .offset
            .saturating_add(LOCAL_HEADER_BYTES)
            .saturating_add(entry.packed);
        entry.overlaps = entry.offset < free_from;
        entry.bound = directory_start;
        // One that says it runs into the directory is refused for that, and takes no other with it.
        if least <= directory_start {
            free_from = free_from.max(least);
        }
    }
}

/// Finds the end record, and zip64's behind it.
fn end(bytes: &mut impl Seekable, length: u64) -> Result<End, StreamError> {
    let damaged = |message: &str| StreamError::Damaged {
        at: length,
        message: message.to_owned(),
    };
    let tail_start = length.saturating_sub(END_RECORD_BYTES + u64::from(u16::MAX) + LOCATOR_64_BYTES);
    bytes.go_to(tail_start)?;
    let mut tail = Vec::new();
    let read = bytes.take(length - tail_start).read_to_end(&mut tail);
    read.map_err(|error| StreamError::of(error, tail_start))?;
    let record = memchr::memmem::rfind_iter(&tail, &END_RECORD.to_le_bytes())
        .find(|&at| {
            tail.get(at + 20..at + 22)
                .is_some_and(|comment| at + 22 + usize::from(u16_at(comment, 0)) <= tail.len())
        })
        .ok_or_else(|| damaged("the zip archive has no directory: it is cut off"))?;
    let fields = &tail[record..];
    if u16_at(fields, 4) != u16_at(fields, 6) {
        return Err(damaged("the zip archive is one part of several: join them first"));
    }
    let mut entries = u64::from(u16_at(fields, 10));
    let mut size = u64::from(u32_at(fields, 12));
    let mut start = u64::from(u32_at(fields, 16));
    let mut end = tail_start + record as u64;
    let locator = record.checked_sub(20).map(|at| &tail[at..record]);
    if let Some(locator) = locator.filter(|locator| u32_at(locator, 0) == LOCATOR_64) {
        let mut record = [0; 56];
        let stated = u64_at(locator, 8);
        // Bytes before the archive shift this record too; without an extension it stands before its locator.
        let before = end.saturating_sub(LOCATOR_64_BYTES + 56);
        for place in [stated, before] {
            if place.checked_add(56).is_none_or(|place| place > length) {
                continue;
            }
            bytes.go_to(place)?;
            let read = bytes.read_exact(&mut record);
            read.map_err(|error| StreamError::of(error, place))?;
            if u32_at(&record, 0) == END_RECORD_64 {
                (entries, size, start, end) = (
                    u64_at(&record, 32),
                    u64_at(&record, 40),
                    u64_at(&record, 48),
                    place,
                );
                break;
            }
        }
    }
    let real = end
        .checked_sub(size)
        .ok_or_else(|| damaged("the directory of the zip archive is said to be larger than the archive"))?;
    let shift = real
        .checked_sub(start)
        .ok_or_else(|| damaged("the directory of the zip archive is not where it is said to be"))?;
    Ok(End {
        start: real,
        bytes: size,
        entries,
        shift,
    })
}

enum Header {
    Entry(Entry),
    End,
    Damaged(String),
}

/// Reads the next header of the directory.
fn file_header(headers: &mut impl Read, shift: u64) -> Result<Header, StreamError> {
    let mut fields = [0; FILE_HEADER_BYTES];
    let mut filled = 0;
    while filled < fields.len() {
        match headers.read(&mut fields[filled..]) {
            Ok(0) if filled == 0 => return Ok(Header::End),
            Ok(0) => return Ok(Header::Damaged("it is cut off".to_owned())),
            Ok(amount) => filled += amount,
            Err(error) => return Err(StreamError::of(error, 0)),
        }
    }
    if u32_at(&fields, 0) != FILE_HEADER {
        return Ok(Header::Damaged(
            "there is no entry where one should be".to_owned(),
        ));
    }
    let lengths = [u16_at(&fields, 28), u16_at(&fields, 30), u16_at(&fields, 32)].map(usize::from);
    let mut rest = Vec::new();
    let wanted = lengths.iter().sum::<usize>();
    let read = headers.take(wanted as u64).read_to_end(&mut rest);
    read.map_err(|error| StreamError::of(error, 0))?;
    if rest.len() < wanted {
        return Ok(Header::Damaged("it is cut off".to_owned()));
    }
    let (name, rest) = rest.split_at(lengths[0]);
    let [mut packed, mut size, mut offset] =
        [u32_at(&fields, 20), u32_at(&fields, 24), u32_at(&fields, 42)].map(u64::from);
    widen(&rest[..lengths[1]], [&mut size, &mut packed, &mut offset]);
    let Some(offset) = offset.checked_add(shift) else {
        return Ok(Header::Damaged(
            "an entry is said to lie beyond the archive".to_owned(),
        ));
    };
    let name = name_of(name);
    Ok(Header::Entry(Entry {
        kind: kind(&name, u16_at(&fields, 4), u32_at(&fields, 38)),
        name,
        offset,
        packed,
        size,
        repeats: false,
        method: u16_at(&fields, 10),
        checksum: u32_at(&fields, 16),
        encrypted: u16_at(&fields, 8) & ENCRYPTED_FLAGS != 0,
        overlaps: false,
        bound: 0,
    }))
}

/// The entry of a local header that lies at `offset`, without its name, as far as the header knows it.
pub(super) fn entry_of_local(header: &[u8; 30], offset: u64) -> Entry {
    Entry {
        name: String::new(),
        kind: Kind::File,
        offset,
        packed: u64::from(u32_at(header, 18)),
        size: u64::from(u32_at(header, 22)),
        repeats: false,
        method: u16_at(header, 8),
        checksum: u32_at(header, 14),
        encrypted: u16_at(header, 6) & ENCRYPTED_FLAGS != 0,
        overlaps: false,
        bound: 0,
    }
}

impl Entry {
    /// Gives it the name that its local header has, and the kind that only a name can tell.
    pub(super) fn rename(&mut self, bytes: &[u8]) {
        self.name = name_of(bytes);
        self.kind = kind(&self.name, 0, 0);
    }
}

/// Replaces each of `fields` that is full by the zip64 field of the extra data, which has them in this order.
fn widen(mut extra: &[u8], fields: [&mut u64; 3]) {
    while extra.len() >= 4 {
        let length = usize::from(u16_at(extra, 2));
        let Some(mut body) = extra.get(4..4 + length) else {
            return;
        };
        if u16_at(extra, 0) == 1 {
            for field in fields {
                if *field == u64::from(u32::MAX) && body.len() >= 8 {
                    *field = u64_at(body, 0);
                    body = &body[8..];
                }
            }
            return;
        }
        extra = &extra[4 + length..];
    }
}

/// An entry's name: UTF-8 where it is, which most are whether or not they say so, and else what it looks like.
fn name_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => charset::decode_text(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// What an entry is: archives made on Unix (3) and macOS (19) keep the file's mode.
fn kind(name: &str, made_by: u16, attributes: u32) -> Kind {
    let keeps_mode = matches!(made_by >> 8, 3 | 19);
    let mode = attributes >> 16 & 0o170_000;
    match mode {
        0o040_000 if keeps_mode => Kind::Folder,
        _ if name.ends_with('/') => Kind::Folder,
        0 | 0o100_000 => Kind::File,
        _ if keeps_mode => Kind::Special,
        _ => Kind::File,
    }
}

/// The two bytes at `at`, little-endian; 0 where there are none.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let field = bytes.get(at..).and_then(<[u8]>::first_chunk);
    u16::from_le_bytes(field.copied().unwrap_or_default())
}

/// The four bytes at `at`, little-endian; 0 where there are none.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let field = bytes.get(at..).and_then(<[u8]>::first_chunk);
    u32::from_le_bytes(field.copied().unwrap_or_default())
}

/// The eight bytes at `at`, little-endian; 0 where there are none.
fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let field = bytes.get(at..).and_then(<[u8]>::first_chunk);
    u64::from_le_bytes(field.copied().unwrap_or_default())
}
