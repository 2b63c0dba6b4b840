//! Where an archive can be divided, so that its parts are read apart and give what the whole gives.
//!
//! In a plain file, records say how long they are, and the walk from one to the next finds all borders. Members of a
//! compressed file do not: their beginnings are searched for. What looks like one may lie *inside* of a member: a crawl
//! that fetched a `.warc.gz` holds one that deflate could not make smaller and stored as it is. But a stored block has
//! at most [`STORED_BYTES`] (RFC 1951: 65,535; RFC 8878: 128 KiB), with a header between it and the next; so a row of sound
//! members that is longer, or that leads to the end of the file, is not inside of another.

use std::io::{self, BufRead};

use super::dialect::Dialect;
use super::frame::{Frame, Frames};
use super::members::Members;
use super::records::{Opened, opened};
use super::source::{Bytes, Raw, Source};
use crate::read::borders::next_multiple;
use crate::read::decompress::StreamError;
use crate::read::disk::Disk;

/// The longest block that a compressor stores as it is.
const STORED_BYTES: u64 = 128 << 10;

/// How many decompressed bytes are looked at for one border. A file that needs more has members of hundreds of megabytes,
/// or is made to keep us busy; it is divided at fewer places.
const MAX_LOOKED_AT_BYTES: u64 = 256 << 20;

/// The places at which the archive `disk` is divided: the first border at or behind each multiple of `step`, but for
/// the start. None for archives that can be read only as a whole.
///
/// # Errors
/// When the disk fails.
pub(in crate::read) fn borders(disk: Disk, step: u64) -> io::Result<Vec<u64>> {
    match of_raw(Box::new(disk), step, STORED_BYTES) {
        Err(StreamError::Disk(error)) => Err(error),
        // A damaged file is read as a whole, which says where.
        Err(StreamError::Damaged { .. }) => Ok(Vec::new()),
        Ok(borders) => Ok(borders),
    }
}

fn of_raw(raw: Box<dyn Raw>, step: u64, stored_bytes: u64) -> Result<Vec<u64>, StreamError> {
    match opened(raw, 0, u64::MAX)? {
        Opened::Plain(raw, dialect) => of_plain(raw, dialect, step),
        Opened::Members(members, dialect) => of_members(*members, dialect, step, stored_bytes),
        Opened::Stream(_) | Opened::Empty => Ok(Vec::new()),
    }
}

fn of_plain(raw: Box<dyn Raw>, dialect: Dialect, step: u64) -> Result<Vec<u64>, StreamError> {
    let mut borders = Vec::new();
    let mut wanted = step;
    let mut frames = Frames::new(Source::new(Bytes::Plain(raw), 0), dialect, u64::MAX);
    loop {
        if let Frame::End = frames.next(&mut |_| false).map_err(StreamError::Disk)? {
            return Ok(borders);
        }
        if frames.start() >= wanted {
            borders.push(frames.start());
            wanted = next_multiple(frames.start(), step);
        }
    }
}

fn of_members(
    mut members: Members,
    dialect: Dialect,
    step: u64,
    stored_bytes: u64,
) -> Result<Vec<u64>, StreamError> {
    let mut borders = Vec::new();
    let mut wanted = step;
    loop {
        match border(&mut members, dialect, wanted, stored_bytes)? {
            Sought::Found(at) => {
                borders.push(at);
                wanted = next_multiple(at, step);
            }
            Sought::GivenUp => wanted = wanted.saturating_add(step),
            Sought::End => return Ok(borders),
        }
    }
}

/// What a search for a border came to.
enum Sought {
    Found(u64),
    GivenUp,
    End,
}

/// The first border at or behind `from`.
fn border(
    members: &mut Members,
    dialect: Dialect,
    from: u64,
    stored_bytes: u64,
) -> Result<Sought, StreamError> {
    let mut from = from;
    let mut looked_at = 0;
    while members.find(from, dialect)? {
        let first = members.start();
        let is_border = loop {
            // Where the row breaks, none of its members is a border.
            from = members.start() + 1;
            if looked_at > MAX_LOOKED_AT_BYTES {
                return Ok(Sought::GivenUp);
            }
            match pass_member(members, &mut looked_at, MAX_LOOKED_AT_BYTES) {
                Ok(is_last) if is_last || members.start() - first > stored_bytes => break true,
                Ok(_) => {}
                Err(error) => match StreamError::of(error, 0) {
                    StreamError::Disk(error) => return Err(StreamError::Disk(error)),
                    StreamError::Damaged { .. } => break false,
                },
            }
        };
        if is_border {
            return Ok(Sought::Found(first));
        }
    }
    Ok(Sought::End)
}

/// Passes over the rest of a member and begins the next; returns whether there is none. Stops in the middle when more than
/// `limit` bytes were looked at.
fn pass_member(members: &mut Members, looked_at: &mut u64, limit: u64) -> io::Result<bool> {
    loop {
        let amount = members.fill_buf()?.len();
        if amount == 0 {
            return members.next().map(|is_there| !is_there);
        }
        members.consume(amount);
        *looked_at += amount as u64;
        if *looked_at > limit {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests;
