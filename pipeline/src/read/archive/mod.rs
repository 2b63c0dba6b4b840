//! Archives: tar (in any compression) and zip, and what lies in them.
//!
//! An entry is read as the format that its name tells, by the rules of the source's group, as if it lay beside the archive.
//! Its key is its path in the archive; where it holds many records, those have the keys that they would have outside. Entries that cannot be trusted are refused, each for itself: paths
//! that are absolute or climb out of the root, bombs, entries that lie over one another or share a name with an
//! earlier one, encrypted ones. Links and devices are passed over and counted, as are archives inside of archives,
//! which are not opened. Nothing is ever written to disk.
//!
//! A tar is read twice where its entries are code, for the licence files may stand behind what they speak for.
//! Memory: one entry, at most 256 MiB, twice where it is compressed by itself, and a zip's directory.

mod inside;
mod member;
mod name;
pub(in crate::read) mod tar;
pub(in crate::read) mod zip;

use std::io::BufRead;

use self::member::{Member, Members, Wanted};
use self::tar::{Step, Tar};
use self::zip::{EntryError, Zip};
use super::code::license::{self, Licenses};
use super::decompress::StreamError;
use super::disk::Disk;
use super::{RawFile, ReadError, decompress, file_error, settle};
use crate::recipe::Group;
use crate::stage::{Harvest, Place, Reader};

/// What a compressed archive may unpack to for one byte of it, and below what no ratio is too high. Real archives of
/// text stay below 20, of a repository's versions one after another (zstd with a long window) below 200.
const MAX_RATIO: u64 = 1_000;
const RATIO_FLOOR_BYTES: u64 = 256 << 20;

/// Reads archives.
pub(super) struct Archive;

impl Reader for Archive {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let failed = |source| file_error(file, source);
        let mut disk = Disk::open(file).map_err(failed)?;
        let beginning = disk.fill_buf().map_err(failed)?;
        if beginning.is_empty() {
            return harvest.quarantine(Place::default(), "the file is empty".to_owned());
        }
        let is_zip = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06"]
            .iter()
            .any(|signature| beginning.starts_with(*signature));
        drop(disk);
        if is_zip || is_zip_by_name(&file.path) {
            read_zip(file, harvest)
        } else {
            read_tar(file, harvest)
        }
    }
}

/// A zip may begin with anything, such as the program that unpacks it.
fn is_zip_by_name(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        ["zip", "whl", "jar", "egg", "nupkg"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn is_code(file: &RawFile) -> bool {
    file.context.group == Some(Group::Code)
}

fn read_zip(file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
    let mut zip = match Zip::open(file) {
        Ok(zip) => zip,
        Err(StreamError::Disk(source)) => return Err(file_error(file, source)),
        Err(StreamError::Damaged { message, .. }) => return harvest.quarantine(Place::default(), message),
    };
    let count = zip.entries().len();
    let mut licenses = Licenses::default();
    for index in 0..count {
        let entry = &zip.entries()[index];
        let Some(path) = statement_path(file, &entry.name, entry.kind == zip::Kind::File) else {
            continue;
        };
        // What is wrong with it is told where it is read itself.
        match zip.read(index, license::MAX_STATEMENT_BYTES as u64) {
            Ok(bytes) => licenses.add(&path, &bytes),
            Err(EntryError::Disk(source)) => return Err(file_error(file, source)),
            Err(EntryError::TooLarge(_) | EntryError::Refused(_)) => {}
        }
    }
    if let Some(damage) = zip.damage() {
        let place = Place {
            offset: 0,
            record: count as u64,
        };
        harvest.quarantine(place, damage.to_owned())?;
    }
    let mut members = Members::new(file, packed_bytes(file)?, harvest, licenses);
    for index in 0..count {
        let entry = zip.entries()[index].clone();
        let member = Member {
            kind: match entry.kind {
                zip::Kind::File => tar::Kind::File,
                zip::Kind::Folder => tar::Kind::Folder,
                zip::Kind::Special => tar::Kind::Link,
            },
            place: Place {
                offset: entry.offset,
                record: index as u64,
            },
            size: entry.size,
            name: entry.name,
        };
        let Some(wanted) = members.weigh(&member)? else {
            continue;
        };
        if entry.repeats {
            members.refuse(&member, "an earlier entry has the same name")?;
            continue;
        }
        match zip.read_placed(index, wanted.limit) {
            Ok((bytes, length)) => members.take(&member, &wanted, bytes, length)?,
            Err(EntryError::Disk(source)) => return Err(file_error(file, source)),
            Err(EntryError::TooLarge(bytes)) => members.too_large(&member, &wanted, bytes)?,
            Err(EntryError::Refused(reason)) => members.refuse(&member, &reason)?,
        }
    }
    Ok(())
}

fn read_tar(file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
    let mut licenses = Licenses::default();
    if is_code(file) {
        let mut tar = open_tar(file)?;
        // Damage is told in the second reading, which ends at the same place.
        while let Ok(step) = tar.step() {
            match step {
                Step::Entry(entry) => {
                    let path = statement_path(file, &entry.name, entry.kind == tar::Kind::File);
                    if let Some(path) = path.filter(|_| entry.size <= license::MAX_STATEMENT_BYTES as u64)
                        && let Ok(bytes) = tar.read()
                    {
                        licenses.add(&path, &bytes);
                    }
                }
                Step::Damaged { .. } => {}
                Step::End => break,
            }
        }
    }
    let mut tar = open_tar(file)?;
    let mut members = Members::new(file, packed_bytes(file)?, harvest, licenses);
    let mut record = 0;
    loop {
        let step = match tar.step() {
            Ok(step) => step,
            Err(error) => {
                let place = Place {
                    offset: tar.position(),
                    record,
                };
                return settle(error, file, place, members.harvest);
            }
        };
        let entry = match step {
            Step::Entry(entry) => entry,
            Step::Damaged { offset, message } => {
                members.harvest.quarantine(Place { offset, record }, message)?;
                record += 1;
                continue;
            }
            Step::End if record == 0 => {
                return members
                    .harvest
                    .quarantine(Place::default(), "the archive has no entries".to_owned());
            }
            Step::End => return Ok(()),
        };
        let member = Member {
            name: entry.name,
            kind: entry.kind,
            place: Place {
                offset: entry.offset,
                record,
            },
            size: entry.size,
        };
        record += 1;
        let Some(wanted) = members.weigh(&member)? else {
            continue;
        };
        if member.size > wanted.limit {
            members.too_large(&member, &wanted, member.size)?;
            continue;
        }
        read_member(file, &mut tar, &mut members, &member, &wanted)?;
    }
}

/// Reads the present entry of `tar`.
fn read_member<R: BufRead>(
    file: &RawFile,
    tar: &mut Tar<R>,
    members: &mut Members<'_>,
    member: &Member,
    wanted: &Wanted,
) -> Result<(), ReadError> {
    match tar.read() {
        Ok(bytes) if (bytes.len() as u64) < member.size => {
            let reason = format!(
                "the archive is cut off after {} of its {} bytes",
                bytes.len(),
                member.size
            );
            members.refuse(member, &reason)
        }
        Ok(bytes) => {
            let length = tar.position() - member.place.offset;
            members.take(member, wanted, bytes, length)
        }
        Err(error) => settle(error, file, member.place, members.harvest),
    }
}

fn open_tar(file: &RawFile) -> Result<Tar<Box<dyn BufRead>>, ReadError> {
    let most_bytes = packed_bytes(file)?
        .saturating_mul(MAX_RATIO)
        .max(RATIO_FLOOR_BYTES);
    let stream = decompress::open(file).map_err(|source| file_error(file, source))?;
    Ok(Tar::new(stream, most_bytes))
}

/// How long the archive is as it lies on the disk.
fn packed_bytes(file: &RawFile) -> Result<u64, ReadError> {
    let length = Disk::open(file).and_then(|disk| disk.length());
    length.map_err(|source| file_error(file, source))
}

/// The path of an entry that speaks for the licence of a folder of code.
fn statement_path(file: &RawFile, name: &str, is_file: bool) -> Option<String> {
    let path = name::path_of(name).ok().filter(|_| is_file && is_code(file))?;
    license::role_of(&path).map(|_| path)
}

#[cfg(test)]
mod tests;
