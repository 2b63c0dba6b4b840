//! Where a large file can be divided, so that its parts are read apart and give together what the whole gives.
//!
//! A border is where a record begins: of an archive (`warc/borders.rs`), a line of JSON Lines, a row group of Parquet.
//! Borders depend on the file and the step alone. A file that has none is read as a whole: it is one object, or is
//! compressed so that only its start can be found. So is one in a store that would have to be fetched for its borders:
//! from a server without ranges, or a plain archive, in which only the walk over all records finds them.

use std::io::{self, BufRead};

use super::decompress::{Codec, StreamError};
use super::disk::Disk;
use super::{RawFile, charset, parquet, uncompressed_name, warc};
use crate::recipe::Format;

/// The places at which `file`, of `bytes` bytes, is divided: for each multiple of `step` the first border at or behind
/// it, but for the start and the end of the file. The file's own range does not matter.
///
/// # Errors
/// When the file cannot be opened or the disk fails.
pub fn borders(file: &RawFile, bytes: u64, step: u64) -> io::Result<Vec<u64>> {
    let step = step.max(1);
    let is_dividable = matches!(
        file.format,
        Format::Warc | Format::Wet | Format::Jsonl | Format::Parquet
    );
    if !is_dividable {
        return Ok(Vec::new());
    }
    let mut disk = Disk::open_to_look(file)?;
    let codec = Codec::of(disk.fill_buf()?);
    if !disk.is_seekable() {
        return Ok(Vec::new());
    }
    let mut borders = match file.format {
        Format::Parquet => thinned(parquet::group_offsets(file)?, step),
        Format::Jsonl if codec == Codec::Plain && !is_array(file) => of_lines(disk, bytes, step)?,
        Format::Warc | Format::Wet if codec != Codec::Plain || disk.is_local() => warc::borders(disk, step)?,
        _ => Vec::new(),
    };
    borders.retain(|&border| border < bytes);
    Ok(borders)
}

/// The first multiple of `step` behind `position`.
pub(super) fn next_multiple(position: u64, step: u64) -> u64 {
    (position / step).saturating_add(1).saturating_mul(step)
}

/// The first of `places` at or behind each multiple of `step`; none if they do not ascend.
fn thinned(places: Vec<u64>, step: u64) -> Vec<u64> {
    if !places.is_sorted_by(|one, next| one < next) {
        return Vec::new();
    }
    let mut wanted = step;
    let mut kept = Vec::new();
    for place in places {
        if place >= wanted {
            wanted = next_multiple(place, step);
            kept.push(place);
        }
    }
    kept
}

/// Whether a file may be one array of JSON, whose elements are not lines.
fn is_array(file: &RawFile) -> bool {
    uncompressed_name(&file.path)
        .to_ascii_lowercase()
        .ends_with(".json")
}

/// Starts of lines. Those of a file in UTF-16 cannot be found.
fn of_lines(mut disk: Disk, bytes: u64, step: u64) -> io::Result<Vec<u64>> {
    if charset::shown(disk.fill_buf()?).is_some_and(|(encoding, _)| encoding != encoding_rs::UTF_8) {
        return Ok(Vec::new());
    }
    let mut borders = Vec::new();
    let mut wanted = step;
    while wanted < bytes {
        // A line that begins right there is behind the line feed before.
        disk.seek_to(wanted - 1).map_err(StreamError::into_io)?;
        let Some(start) = behind_line_feed(&mut disk)? else {
            break;
        };
        borders.push(start);
        wanted = next_multiple(start, step);
    }
    Ok(borders)
}

/// Where the next line begins.
fn behind_line_feed(disk: &mut Disk) -> io::Result<Option<u64>> {
    loop {
        let bytes = disk.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let line_feed = memchr::memchr(b'\n', bytes);
        let amount = line_feed.map_or(bytes.len(), |at| at + 1);
        disk.consume(amount);
        if line_feed.is_some() {
            return Ok(Some(disk.position()));
        }
    }
}

#[cfg(test)]
mod tests;
