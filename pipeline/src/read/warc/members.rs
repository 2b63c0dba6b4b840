//! Archives with one gzip member or zstd frame for each record: each stands alone, so that a damaged one costs one
//! record, and reading may begin at any.

use std::io::{self, BufRead, Read};

use super::dialect::{BYTE_ORDER_MARK, Dialect};
use super::gzip::Gzip;
use super::source::Raw;
use super::zstandard::Zstandard;
use crate::read::decompress::StreamError;

/// Bytes of decompressed data between codec and parser.
const OUTPUT_BYTES: usize = 128 * 1024;

/// How far before the failure of a damaged member the search for the next one begins, at least. A member that was
/// cut short is noticed soon after the next one's beginning was taken for its continuation; searching from its own
/// beginning would take quadratic time on members nested in each other.
const STEP_BACK_BYTES: u64 = 64 * 1024;

/// How many decompressed bytes of damaged members a file may cost before the search no longer steps back: members
/// that share a bomb at their ends inflate it once each.
const MAX_WASTED_BYTES: u64 = 1 << 30;

/// How many bytes of what may be a member are read to see whether a record begins there: a header, the code tables and
/// the first line. Without a bound, a header whose file name does not end is looked for to the end of the file, again
/// and again.
const BEGINNING_BYTES: u64 = 4 * 1024;

/// The codec of members.
pub(super) enum Codec {
    /// Gzip members.
    Gzip(Box<Gzip>),
    /// Zstandard frames.
    Zstandard(Box<Zstandard>),
}

/// Line ends and a byte order mark that may stand before a record.
const LINE_END_BYTES: usize = 8;

/// What a step of a codec did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Bytes of input that were taken.
    pub(super) taken: usize,
    /// Bytes of output that were made.
    pub(super) made: usize,
    /// Whether the compressed data ends there.
    pub(super) is_end: bool,
}

impl Codec {
    /// How every member begins.
    fn magic(&self) -> &'static [u8] {
        match self {
            Self::Gzip(_) => &Gzip::MAGIC,
            Self::Zstandard(_) => &Zstandard::MAGIC,
        }
    }

    fn begin(&mut self, raw: &mut dyn BufRead) -> io::Result<()> {
        match self {
            Self::Gzip(gzip) => gzip.begin(raw),
            Self::Zstandard(zstandard) => zstandard.begin(raw),
        }
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        match self {
            Self::Gzip(gzip) => gzip.step(input, output),
            Self::Zstandard(zstandard) => zstandard.step(input, output),
        }
    }

    fn end(&mut self, raw: &mut dyn BufRead) -> io::Result<()> {
        match self {
            Self::Gzip(gzip) => gzip.end(raw),
            Self::Zstandard(_) => Ok(()),
        }
    }
}

/// The members of a file, one at a time. As a reader, it is the member's data and ends where the member does.
pub(super) struct Members {
    raw: Box<dyn Raw>,
    codec: Codec,
    output: Vec<u8>,
    read: usize,
    made: usize,
    /// Where the member begins.
    start: u64,
    is_over: bool,
    /// Members that begin here or later belong to another range.
    limit: u64,
    /// Whether what the member holds is broken, so that it may have swallowed others; and where the search for these
    /// may begin.
    is_doubted: bool,
    floor: u64,
    /// Decompressed bytes of the member, and of those that turned out to be damaged.
    made_of_member: u64,
    wasted: u64,
}

impl Members {
    /// The members of `raw` that begin before `limit`, from where it stands; [`Members::next`] begins the first.
    pub(super) fn new(raw: Box<dyn Raw>, codec: Codec, limit: u64) -> Self {
        Self {
            start: raw.position(),
            raw,
            codec,
            output: vec![0; OUTPUT_BYTES],
            read: 0,
            made: 0,
            is_over: true,
            limit,
            is_doubted: false,
            floor: 0,
            made_of_member: 0,
            wasted: 0,
        }
    }

    /// Begins the next member; `false` if there is none.
    pub(super) fn next(&mut self) -> io::Result<bool> {
        self.read = 0;
        self.made = 0;
        self.is_over = true;
        if let Codec::Zstandard(_) = self.codec {
            Zstandard::pass_skippable(&mut *self.raw)?;
        }
        self.floor = self.start + 1;
        self.start = self.raw.position();
        if self.is_doubted {
            self.wasted += self.made_of_member;
            self.is_doubted = false;
        } else {
            self.floor = self.start + 1;
        }
        if self.start >= self.limit || self.raw.fill_buf()?.is_empty() {
            return Ok(false);
        }
        self.made_of_member = 0;
        self.codec.begin(&mut self.raw)?;
        self.is_over = false;
        Ok(true)
    }

    /// Where the member begins.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Where the member ends, if all of its data was taken.
    pub(super) fn end(&self) -> Option<u64> {
        (self.is_over && self.read == self.made).then(|| self.raw.position())
    }

    /// Takes note that what the member holds is broken. A frame without a checksum that was cut short may have taken the
    /// beginning of the next one for its end.
    pub(super) fn doubt(&mut self) {
        self.is_doubted = true;
    }

    /// The file.
    pub(super) fn into_raw(self) -> Box<dyn Raw> {
        self.raw
    }

    /// Sets where the members end that are read; returns where they ended.
    pub(super) fn set_limit(&mut self, limit: u64) -> u64 {
        std::mem::replace(&mut self.limit, limit)
    }

    /// Goes to `position`; [`Members::next`] begins the member there.
    pub(super) fn go_to(&mut self, position: u64) -> Result<(), StreamError> {
        self.is_over = true;
        self.read = 0;
        self.made = 0;
        self.raw.seek_to(position)
    }

    /// After damage: goes to the next member that begins with a record, and begins it; `false` if there is none.
    pub(super) fn resync(&mut self, dialect: Dialect) -> Result<bool, StreamError> {
        let failed_at = self.raw.position();
        self.wasted += self.made_of_member;
        let step_back = if self.wasted < MAX_WASTED_BYTES {
            STEP_BACK_BYTES
        } else {
            0
        };
        let from = failed_at.saturating_sub(step_back).max(self.floor);
        self.find(from, dialect)
    }

    /// Goes to the next member that begins with a record, at or behind `from`, and begins it; `false` if there is none.
    pub(super) fn find(&mut self, from: u64, dialect: Dialect) -> Result<bool, StreamError> {
        let mut from = from;
        while let Some(at) = find_magic(&mut *self.raw, self.codec.magic(), from)? {
            if at >= self.limit {
                break;
            }
            if self.begins_record(at, dialect)? {
                self.raw.seek_to(at)?;
                return self.next().map_err(|error| StreamError::of(error, 0));
            }
            from = at + 1;
        }
        self.is_over = true;
        self.read = 0;
        self.made = 0;
        Ok(false)
    }

    /// Whether what may be a member at `at` begins with a record.
    fn begins_record(&mut self, at: u64, dialect: Dialect) -> Result<bool, StreamError> {
        self.raw.seek_to(at)?;
        let mut beginning = Vec::new();
        let read = Read::take(&mut self.raw, BEGINNING_BYTES).read_to_end(&mut beginning);
        read.map_err(|error| StreamError::of(error, 0))?;
        let mut input = beginning.as_slice();
        if self.codec.begin(&mut input).is_err() {
            return Ok(false);
        }
        let mut made = 0;
        let wanted = self.output.len().min(dialect.telling_bytes() + LINE_END_BYTES);
        // What is damaged behind the first line is the business of whoever reads it.
        while let Ok(step) = self.codec.step(input, &mut self.output[made..wanted]) {
            input = &input[step.taken..];
            made += step.made;
            if step.is_end || (step.taken == 0 && step.made == 0) || made == wanted {
                break;
            }
        }
        let made = self.output[..made].trim_ascii_start();
        let made = made.strip_prefix(BYTE_ORDER_MARK).unwrap_or(made);
        Ok(dialect.begins_record(made.trim_ascii_start()))
    }
}

impl BufRead for Members {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read == self.made && !self.is_over {
            let input = self.raw.fill_buf()?;
            let is_file_over = input.is_empty();
            let step = self.codec.step(input, &mut self.output)?;
            self.raw.consume(step.taken);
            self.read = 0;
            self.made = step.made;
            self.made_of_member += step.made as u64;
            if step.is_end {
                self.codec.end(&mut self.raw)?;
                self.is_over = true;
            } else if is_file_over && step.made == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(&self.output[self.read..self.made])
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount;
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let amount = bytes.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&bytes[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}

/// Where the next bytes of `magic` are, at or behind `from`.
fn find_magic(raw: &mut dyn Raw, magic: &[u8], from: u64) -> Result<Option<u64>, StreamError> {
    raw.seek_to(from)?;
    // The last bytes of what was searched, in case the magic number goes on in the next buffer.
    let mut seam: Vec<u8> = Vec::new();
    loop {
        let position = raw.position();
        let bytes = raw.fill_buf().map_err(|error| StreamError::of(error, 0))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let carried = seam.len();
        seam.extend_from_slice(&bytes[..bytes.len().min(magic.len() - 1)]);
        if let Some(at) = memchr::memmem::find(&seam, magic) {
            return Ok(Some(position - carried as u64 + at as u64));
        }
        if let Some(at) = memchr::memmem::find(bytes, magic) {
            return Ok(Some(position + at as u64));
        }
        let amount = bytes.len();
        if amount >= magic.len() {
            seam.clear();
            seam.extend_from_slice(&bytes[amount - (magic.len() - 1)..]);
        } else {
            let excess = seam.len().saturating_sub(magic.len() - 1);
            seam.drain(..excess);
        }
        raw.consume(amount);
    }
}
