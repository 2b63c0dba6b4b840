//! The bytes of an archive, decompressed, as the search for records needs them: going on, giving back, and, where it
//! can be done, going elsewhere.
//!
//! An archive is one of three: plain, in which one can seek; *members*, each a part of its own with the records that
//! it holds ([`Members`]); or a stream, of another kind of compression or from a server without ranges, in which one
//! can only go on.

use std::io::{BufRead, Cursor};

use super::dialect::Dialect;
use super::members::Members;
use crate::read::decompress::StreamError;
use crate::read::disk::Disk;
use crate::read::stream::MAX_RECORD_BYTES;

/// Bytes as they lie in a file, with a position that can be chosen.
pub(super) trait Raw: BufRead {
    /// Where the next byte lies.
    fn position(&self) -> u64;

    /// Goes to `position`, which may be behind the end.
    fn seek_to(&mut self, position: u64) -> Result<(), StreamError>;

    /// Whether that is cheap; to be asked when the first bytes are there.
    fn is_seekable(&self) -> bool {
        true
    }
}

impl Raw for Disk {
    fn position(&self) -> u64 {
        self.position()
    }

    fn seek_to(&mut self, position: u64) -> Result<(), StreamError> {
        self.seek_to(position)
    }

    fn is_seekable(&self) -> bool {
        self.is_seekable()
    }
}

impl Raw for Cursor<Vec<u8>> {
    fn position(&self) -> u64 {
        self.position()
    }

    fn seek_to(&mut self, position: u64) -> Result<(), StreamError> {
        self.set_position(position);
        Ok(())
    }
}

/// Where the bytes come from.
pub(super) enum Bytes {
    /// A file that is not compressed.
    Plain(Box<dyn Raw>),
    /// One member or frame for each record.
    Members(Box<Members>),
    /// Anything else.
    Stream(Box<dyn BufRead>),
}

/// The bytes of an archive.
pub(super) struct Source {
    bytes: Bytes,
    position: u64,
    returned: Vec<u8>,
    returned_read: usize,
    /// Bytes to come that were given back and that an earlier part had: they do not count in `position`.
    of_earlier: u64,
    passed: Passed,
}

/// What was passed over last of a stream, in which one cannot go back: from the first line in it that may begin a record,
/// as far as it is held.
#[derive(Default)]
struct Passed {
    held: Vec<u8>,
    last: Vec<u8>,
}

impl Source {
    /// The bytes of `bytes`, which stands at its `position`.
    pub(super) fn new(bytes: Bytes, position: u64) -> Self {
        Self {
            bytes,
            position,
            returned: Vec::new(),
            returned_read: 0,
            of_earlier: 0,
            passed: Passed::default(),
        }
    }

    /// The bytes that come next; none at the end of the part.
    pub(super) fn fill(&mut self) -> Result<&[u8], StreamError> {
        if self.returned_read < self.returned.len() {
            return Ok(&self.returned[self.returned_read..]);
        }
        let filled = match &mut self.bytes {
            Bytes::Plain(raw) => raw.fill_buf(),
            Bytes::Members(members) => members.fill_buf(),
            Bytes::Stream(stream) => stream.fill_buf(),
        };
        filled.map_err(|error| StreamError::of(error, self.position))
    }

    /// Takes `amount` of the bytes that [`Source::fill`] gave.
    pub(super) fn advance(&mut self, amount: usize) {
        let of_earlier = self.of_earlier.min(amount as u64);
        self.of_earlier -= of_earlier;
        self.position += amount as u64 - of_earlier;
        if self.returned_read < self.returned.len() {
            self.returned_read += amount;
            return;
        }
        match &mut self.bytes {
            Bytes::Plain(raw) => raw.consume(amount),
            Bytes::Members(members) => members.consume(amount),
            Bytes::Stream(stream) => stream.consume(amount),
        }
    }

    /// Takes back the `bytes` that were taken last, be it in several parts.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        let unread = self.returned_read.min(self.returned.len());
        self.returned.splice(..unread, bytes.iter().copied());
        self.returned_read = 0;
        let of_this = self.position.min(bytes.len() as u64);
        self.position -= of_this;
        self.of_earlier += bytes.len() as u64 - of_this;
    }

    /// Takes bytes to the next line feed, it included, into `line`, but at most `limit` bytes.
    pub(super) fn line(&mut self, line: &mut Vec<u8>, limit: usize) -> Result<(), StreamError> {
        line.clear();
        while line.len() < limit {
            let bytes = self.fill()?;
            let bytes = &bytes[..bytes.len().min(limit - line.len())];
            let line_feed = memchr::memchr(b'\n', bytes);
            let amount = line_feed.map_or(bytes.len(), |at| at + 1);
            line.extend_from_slice(&bytes[..amount]);
            self.advance(amount);
            if line_feed.is_some() || amount == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Takes `length` bytes into `buffer`; returns whether all of them are there.
    pub(super) fn take(
        &mut self,
        buffer: &mut Vec<u8>,
        length: u64,
        dialect: Dialect,
    ) -> Result<bool, StreamError> {
        let mut missing = length;
        while missing > 0 {
            let amount = self.fill_some(missing)?;
            if amount == 0 {
                if self.goes_on(dialect)? {
                    continue;
                }
                return Ok(false);
            }
            let bytes = self.fill()?;
            buffer.extend_from_slice(&bytes[..amount]);
            self.advance(amount);
            missing -= amount as u64;
        }
        Ok(true)
    }

    /// Passes over `length` bytes; returns whether all of them are there. Where one cannot go back, the search ends
    /// early with `false` when what may be other records fills the memory that one record may have.
    pub(super) fn pass(&mut self, length: u64, dialect: Dialect) -> Result<bool, StreamError> {
        self.passed.held.clear();
        self.passed.last.clear();
        let mut missing = length;
        while missing > 0 {
            let amount = self.fill_some(missing)?;
            if amount == 0 {
                if self.goes_on(dialect)? {
                    continue;
                }
                return Ok(false);
            }
            let is_given_back = self.returned_read < self.returned.len();
            if let Bytes::Plain(raw) = &mut self.bytes
                && !is_given_back
                && missing > amount as u64
            {
                // The last byte is read to see that it is there.
                let Some(last) = self.position.checked_add(missing - 1) else {
                    return Ok(false);
                };
                raw.seek_to(last)?;
                self.position = last;
                let is_there = !self.fill()?.is_empty();
                self.advance(usize::from(is_there));
                return Ok(is_there);
            }
            if let Bytes::Stream(_) = self.bytes {
                let mut passed = std::mem::take(&mut self.passed);
                let has_room = passed.add(&self.fill()?[..amount]);
                self.passed = passed;
                if !has_room {
                    self.advance(amount);
                    return Ok(false);
                }
            }
            self.advance(amount);
            missing -= amount as u64;
        }
        Ok(true)
    }

    /// What was passed over last, from where a record may begin; nothing if none does, or too much came behind.
    pub(super) fn passed(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.passed.held)
    }

    /// How many bytes come next, up to `limit`.
    fn fill_some(&mut self, limit: u64) -> Result<usize, StreamError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.fill()?.len().min(limit))
    }

    /// Goes back to `position`, where that can be done cheaply: in a plain file.
    pub(super) fn go_back(&mut self, position: u64) -> Result<bool, StreamError> {
        let Bytes::Plain(raw) = &mut self.bytes else {
            return Ok(false);
        };
        raw.seek_to(position)?;
        self.returned.clear();
        self.returned_read = 0;
        self.position = position;
        Ok(true)
    }

    /// Goes back to where `position` bytes of the member were taken that begins at `start`, if there are members.
    pub(super) fn go_back_in_member(&mut self, start: u64, position: u64) -> Result<bool, StreamError> {
        let Bytes::Members(members) = &mut self.bytes else {
            return Ok(false);
        };
        self.returned.clear();
        self.returned_read = 0;
        self.of_earlier = 0;
        self.position = 0;
        members.go_to(start)?;
        members.next().map_err(|error| StreamError::of(error, 0))?;
        while self.position < position {
            let amount = self.fill_some(position - self.position)?;
            if amount == 0 {
                break;
            }
            self.advance(amount);
        }
        Ok(true)
    }

    /// Whether it is a plain file.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.bytes, Bytes::Plain(_))
    }

    /// Goes on with the next part, if there is one.
    pub(super) fn next_part(&mut self) -> Result<bool, StreamError> {
        let Bytes::Members(members) = &mut self.bytes else {
            return Ok(false);
        };
        self.position = 0;
        members.next().map_err(|error| StreamError::of(error, 0))
    }

    /// Whether a record that is not over where its part is goes on in the next one: it does if no record begins there.
    fn goes_on(&mut self, dialect: Dialect) -> Result<bool, StreamError> {
        if !self.next_part()? {
            return Ok(false);
        }
        let beginning = self.fill()?;
        Ok(!beginning.is_empty() && !dialect.begins_record(beginning.trim_ascii_start()))
    }

    /// After damage: goes on with the next part that begins with a record, if there is one.
    pub(super) fn resync(&mut self, dialect: Dialect) -> Result<bool, StreamError> {
        let Bytes::Members(members) = &mut self.bytes else {
            return Ok(false);
        };
        self.position = 0;
        self.returned.clear();
        self.returned_read = 0;
        self.of_earlier = 0;
        members.resync(dialect)
    }

    /// Where the next byte is, as [`Place::offset`](crate::stage::Place::offset) counts: in members, where the member
    /// begins.
    pub(super) fn offset(&self) -> u64 {
        match &self.bytes {
            Bytes::Members(members) => members.start(),
            Bytes::Plain(_) | Bytes::Stream(_) => self.position,
        }
    }

    /// Takes note that what the part holds is broken.
    pub(super) fn doubt(&mut self) {
        if let Bytes::Members(members) = &mut self.bytes {
            members.doubt();
        }
    }

    /// The members that it reads, if it does.
    pub(super) fn into_members(self) -> Option<Members> {
        match self.bytes {
            Bytes::Members(members) => Some(*members),
            Bytes::Plain(_) | Bytes::Stream(_) => None,
        }
    }

    /// Whether the next byte is the first of its part.
    pub(super) fn is_at_start(&self) -> bool {
        self.position == 0 && self.of_earlier == 0
    }

    /// How many bytes of the part were taken.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Where the record ends that began at `offset`, all of whose bytes were taken, as offsets count; `None` if it shares
    /// its member with others.
    pub(super) fn end(&self, began_part: bool) -> Option<u64> {
        match &self.bytes {
            Bytes::Members(members) => members.end().filter(|_| began_part),
            Bytes::Plain(_) | Bytes::Stream(_) => Some(self.position),
        }
    }
}

impl Passed {
    /// Looks at the bytes that were passed over next. Returns whether there is room for more.
    fn add(&mut self, bytes: &[u8]) -> bool {
        const BORDER: &[u8] = b"\nWARC/";
        const SEAM_BYTES: usize = BORDER.len() - 1;
        if !self.held.is_empty() {
            self.held.extend_from_slice(bytes);
            return self.held.len() <= MAX_RECORD_BYTES;
        }
        let kept = self.last.len();
        self.last.extend_from_slice(&bytes[..bytes.len().min(SEAM_BYTES)]);
        if let Some(at) = memchr::memmem::find(&self.last, BORDER) {
            self.held.extend_from_slice(&self.last[at + 1..kept]);
            self.held.extend_from_slice(bytes);
        } else if let Some(at) = memchr::memmem::find(bytes, BORDER) {
            self.held.extend_from_slice(&bytes[at + 1..]);
        }
        if bytes.len() > SEAM_BYTES {
            self.last.clear();
            self.last.extend_from_slice(&bytes[bytes.len() - SEAM_BYTES..]);
        } else {
            let excess = self.last.len().saturating_sub(SEAM_BYTES);
            self.last.drain(..excess);
        }
        true
    }
}
