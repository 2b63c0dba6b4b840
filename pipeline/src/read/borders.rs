//! Where a large file can be divided, so that its parts are read apart and give together what the whole gives.
//!
//! A border is where a record begins: of an archive (`warc/borders.rs`), a line of JSON Lines, a row group of Parquet.
//! Borders depend on the file and the step alone. A file that has none is read as a whole: it is one object, or is
//! compressed so that only its start can be found.

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
    let mut borders = match file.format {
        Format::Warc | Format::Wet => warc::borders(file, step)?,
        Format::Jsonl => of_lines(file, bytes, step)?,
        Format::Parquet => thinned(parquet::group_offsets(file)?, step),
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

/// Starts of lines. Those of a compressed file, of an array, or of a file in UTF-16, cannot be found.
fn of_lines(file: &RawFile, bytes: u64, step: u64) -> io::Result<Vec<u64>> {
    let mut disk = Disk::open(file)?;
    let beginning = disk.fill_buf()?;
    let is_array = uncompressed_name(&file.path)
        .to_ascii_lowercase()
        .ends_with(".json");
    let is_utf16 = charset::shown(beginning).is_some_and(|(encoding, _)| encoding != encoding_rs::UTF_8);
    if is_array || is_utf16 || Codec::of(beginning) != Codec::Plain {
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
