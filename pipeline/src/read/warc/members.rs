//! Gzip files with one member for each record: each member stands alone, so that a damaged one costs one record.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::{Disk, Frame, Frames, Place, ReadError, Reading, Stream, StreamError, settle};

/// Bytes of inflated data between the codec and the parser: most records of a crawl fit.
const MEMBER_BUFFER_BYTES: usize = 32 * 1024;

/// How far before the failure of a damaged member the search for the next one begins, at least. A member that was
/// cut short is noticed soon after the next one's beginning was taken for its continuation; searching from its own
/// beginning would take quadratic time on members nested in each other.
const STEP_BACK_BYTES: u64 = 64 * 1024;

/// How every gzip member begins: magic number and the one method (RFC 1952).
const MEMBER_MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// How many bytes of what may be a member are read to see whether a record begins there: a gzip header, the code
/// tables and five letters. Without a bound, a header whose file name does not end is looked for to the end of the
/// file, again and again.
const BEGINNING_BYTES: u64 = 1024;

/// Whether the first member of a gzip file holds one record and ends there. `disk` is left at its start.
pub(super) fn hold_one_record_each(disk: &mut Disk) -> bool {
    let mut read_again = 0;
    let mut frames = Frames::new(member(disk), &mut read_again);
    let first = frames.next();
    // A damaged member is met in good order when it is read; here it says that there may be others.
    let is_alone = first.is_err() || matches!(frames.next(), Ok(Frame::End) | Err(_));
    disk.seek_to(0).is_ok() && is_alone
}

/// Reads the records of all members.
pub(super) fn read(mut disk: Disk, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let mut read_again = 0;
    loop {
        let start = disk.position();
        match disk.fill_buf() {
            Ok([]) => return Ok(()),
            Ok(_) => {}
            Err(error) => return fail(StreamError::of(error, 0), start, reading),
        }
        let mut frames = Frames::new(member(&mut disk), &mut read_again);
        let Some((place, error)) = reading.frames(&mut frames, start)? else {
            continue;
        };
        settle(error, reading.file, place, reading.harvest)?;
        reading.record += 1;
        let failed_at = disk.position();
        let from = failed_at.saturating_sub(STEP_BACK_BYTES).max(start + 1);
        match next_member(&mut disk, from) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return fail(error, from, reading),
        }
    }
}

fn fail(error: StreamError, offset: u64, reading: &mut Reading<'_>) -> Result<(), ReadError> {
    let record = reading.record;
    settle(error, reading.file, Place { offset, record }, reading.harvest)
}

fn member(disk: &mut Disk) -> Stream<BufReader<GzDecoder<&mut Disk>>> {
    Stream::new(BufReader::with_capacity(
        MEMBER_BUFFER_BYTES,
        GzDecoder::new(disk),
    ))
}

/// Goes to the next member that begins with a record, at or behind `from`; `false` if there is none.
fn next_member(disk: &mut Disk, from: u64) -> Result<bool, StreamError> {
    let mut from = from;
    while let Some(at) = find_magic(disk, from)? {
        disk.seek_to(at)?;
        let mut word = [0; 5];
        let beginning = Read::take(&mut *disk, BEGINNING_BYTES);
        let begins_record = match GzDecoder::new(beginning).read_exact(&mut word) {
            Ok(()) => &word == b"WARC/",
            Err(error) => match StreamError::of(error, 0) {
                StreamError::Disk(error) => return Err(StreamError::Disk(error)),
                StreamError::Damaged { .. } => false,
            },
        };
        if begins_record {
            disk.seek_to(at)?;
            return Ok(true);
        }
        from = at + 1;
    }
    Ok(false)
}

/// Where the next three bytes of [`MEMBER_MAGIC`] are, at or behind `from`.
fn find_magic(disk: &mut Disk, from: u64) -> Result<Option<u64>, StreamError> {
    disk.seek_to(from)?;
    // The last bytes of what was searched, in case the magic number goes on in the next buffer.
    let mut carried: Vec<u8> = Vec::new();
    loop {
        let position = disk.position();
        let bytes = disk.fill_buf().map_err(|error| StreamError::of(error, 0))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let start = position - carried.len() as u64;
        let amount = bytes.len();
        let joined = [carried.as_slice(), bytes].concat();
        if let Some(at) = memchr::memmem::find(&joined, &MEMBER_MAGIC) {
            return Ok(Some(start + at as u64));
        }
        carried = joined[joined.len().saturating_sub(2)..].to_vec();
        disk.consume(amount);
    }
}
