//! Where records begin and end, and how to find the next one after a broken one.
//!
//! A record says its length. It is believed only if a record border follows: the end of the part, the next record, or
//! at least the two line ends that stand between records.
//! Otherwise the next line that begins a record is looked for, first inside of what the wrong length swallowed, then
//! behind it. A record that the end of the file cuts off is given as far as it goes.

use std::io;

use super::dialect::{ArcLine, BYTE_ORDER_MARK, Dialect};
use super::fields::Fields;
use super::source::Source;
use crate::read::decompress::StreamError;
use crate::read::stream::MAX_RECORD_BYTES;

/// The longest header line, and the longest header. Common Crawl's are below 4 KiB; addresses can be long.
const MAX_HEADER_BYTES: usize = 256 << 10;

/// How many bytes of a file may be read again because a wrong length swallowed them. Without a bound, a file of
/// small records that all claim to be huge takes time quadratic in its size.
const MAX_READ_AGAIN_BYTES: u64 = 1 << 30;

/// The bytes between two records of WARC: two line ends. Fewer, or more, are believed only if a record follows.
const BORDER_BYTES: usize = 4;

/// What comes next in an archive.
#[derive(Debug)]
pub(super) enum Frame {
    /// Nothing.
    End,
    /// A record.
    Record,
    /// A broken record, and why.
    Broken(String),
}

/// The records of an archive, one after the other.
pub(super) struct Frames {
    source: Source,
    dialect: Dialect,
    /// Records that begin here or later belong to another range.
    limit: u64,
    fields: Fields,
    line: Vec<u8>,
    block: Vec<u8>,
    is_kept: bool,
    start: u64,
    length: Option<u64>,
    cut_off: Option<String>,
    read_again: u64,
    is_damaged: bool,
    is_over: bool,
}

impl Frames {
    /// The records of `source` that begin before `limit`.
    pub(super) fn new(source: Source, dialect: Dialect, limit: u64) -> Self {
        Self {
            source,
            dialect,
            limit,
            fields: Fields::default(),
            line: Vec::new(),
            block: Vec::new(),
            is_kept: false,
            start: 0,
            length: None,
            cut_off: None,
            read_again: 0,
            is_damaged: false,
            is_over: false,
        }
    }

    /// Where the record began, as offsets count.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// How many bytes it has, with the line ends behind it; `None` if it shares its member with others.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Its header.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Its block, if it was kept.
    pub(super) fn block(&self) -> Option<&[u8]> {
        self.is_kept.then_some(&self.block)
    }

    /// Why it is not all there, if it is not.
    pub(super) fn cut_off(&self) -> Option<&str> {
        self.cut_off.as_deref()
    }

    /// The next record, with its block if `keep` wants that of a record with this header.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn next(&mut self, keep: &mut dyn FnMut(&Fields) -> bool) -> io::Result<Frame> {
        self.fields.clear();
        self.block.clear();
        self.is_kept = false;
        self.length = None;
        self.cut_off = None;
        let framed = self.resync().and_then(|()| {
            if self.is_over {
                return Ok(Frame::End);
            }
            self.frame(keep)
        });
        match framed {
            Ok(frame) => {
                self.is_over |= matches!(frame, Frame::End);
                if let Frame::Broken(_) = frame {
                    self.source.doubt();
                }
                Ok(frame)
            }
            Err(StreamError::Disk(error)) => Err(error),
            Err(error @ StreamError::Damaged { .. }) => {
                self.is_damaged = true;
                Ok(Frame::Broken(error.to_string()))
            }
        }
    }

    /// Whether the part is over in which the last record lay.
    pub(super) fn part_is_over(&mut self) -> bool {
        !matches!(self.source.fill(), Ok([_, ..]))
    }

    /// The bytes, to be read anew.
    pub(super) fn into_source(self) -> Source {
        self.source
    }

    fn resync(&mut self) -> Result<(), StreamError> {
        if self.is_damaged {
            self.is_damaged = false;
            self.is_over = !self.source.resync(self.dialect)?;
        }
        Ok(())
    }

    fn frame(&mut self, keep: &mut dyn FnMut(&Fields) -> bool) -> Result<Frame, StreamError> {
        loop {
            self.start = self.source.offset();
            self.pass_line_ends()?;
            if self.pass_mark()? {
                continue;
            }
            if !self.source.fill()?.is_empty() {
                break;
            }
            let has_part = self.source.next_part();
            self.start = self.source.offset();
            if !has_part? {
                return Ok(Frame::End);
            }
        }
        self.start = self.source.offset();
        if self.start >= self.limit {
            return Ok(Frame::End);
        }
        let began_part = self.source.is_at_start();
        let length = match self.header()? {
            Ok(length) => length,
            Err(reason) => {
                self.find_record()?;
                return Ok(Frame::Broken(reason));
            }
        };
        let is_wanted = length <= MAX_RECORD_BYTES as u64 && keep(&self.fields);
        let body = self.source.position();
        let (is_there, damage) = match self.body(length, is_wanted) {
            Ok(is_there) => (is_there, None),
            Err(error) if error.is_cut_off() => (false, Some(error)),
            Err(error) => return Err(error),
        };
        if is_there && self.at_border()? {
            let end = self.source.end(began_part);
            self.length = end.map(|end| end - self.start);
            if is_wanted {
                self.fetch(body, length)?;
            }
            self.is_kept = is_wanted;
            return Ok(Frame::Record);
        }
        let holds_others = self.recover(body, is_wanted, is_there)?;
        let reason = match damage {
            Some(damage) => {
                self.is_damaged = !holds_others;
                damage.to_string()
            }
            None if is_there => format!("no record border where its content-length of {length} bytes ends"),
            None => format!("the record is cut off: its {length} bytes are not all there"),
        };
        if is_there || holds_others || !is_wanted {
            return Ok(Frame::Broken(reason));
        }
        self.fetch(body, length)?;
        self.is_kept = true;
        self.cut_off = Some(reason);
        Ok(Frame::Record)
    }

    /// The header; returns the content-length, or why there is none.
    fn header(&mut self) -> Result<Result<u64, String>, StreamError> {
        self.source.line(&mut self.line, MAX_HEADER_BYTES)?;
        if !self.dialect.begins_record(&self.line) {
            return Ok(Err("no warc record begins here".to_owned()));
        }
        match self.dialect {
            Dialect::Arc => {
                if let Some(line) = ArcLine::parse(&self.line) {
                    line.put_into(&mut self.fields);
                }
            }
            Dialect::Warc => {
                if let Some(reason) = self.warc_fields()? {
                    return Ok(Err(reason));
                }
            }
        }
        let length = self.fields.get("content-length").map(str::parse);
        Ok(match length {
            Some(Ok(length)) => Ok(length),
            _ => Err("the record has no valid content-length".to_owned()),
        })
    }

    /// The fields up to the empty line; returns what is wrong with them.
    fn warc_fields(&mut self) -> Result<Option<String>, StreamError> {
        let mut length = self.line.len();
        loop {
            self.source.line(&mut self.line, MAX_HEADER_BYTES)?;
            length += self.line.len();
            if length > MAX_HEADER_BYTES {
                return Ok(Some(format!(
                    "the record's header is longer than {MAX_HEADER_BYTES} bytes"
                )));
            }
            if self.line.is_empty() {
                return Ok(Some("the file ends inside of the record's header".to_owned()));
            }
            let text = self.line.trim_ascii_end();
            if text.is_empty() {
                return Ok(None);
            }
            self.fields.add_line(text);
        }
    }

    /// Takes the block, or passes over it; returns whether it is there. In a plain file a long one is always passed
    /// over, so that nothing is read that turns out to be no record: [`Frames::fetch`] takes it then.
    fn body(&mut self, length: u64, is_wanted: bool) -> Result<bool, StreamError> {
        if is_wanted && (!self.source.is_plain() || self.source.fill()?.len() as u64 >= length) {
            return self.source.take(&mut self.block, length, self.dialect);
        }
        self.source.pass(length, self.dialect)
    }

    /// Takes the block at `body` if it was passed over, as far as it is there.
    fn fetch(&mut self, body: u64, length: u64) -> Result<(), StreamError> {
        let end = self.source.position();
        if self.block.is_empty() && length > 0 && self.source.go_back(body)? {
            self.source.take(&mut self.block, length, self.dialect)?;
            self.source.go_back(end)?;
        }
        Ok(())
    }

    /// Takes line ends, and returns how many bytes of them there were.
    fn pass_line_ends(&mut self) -> Result<usize, StreamError> {
        let mut passed = 0;
        loop {
            let bytes = self.source.fill()?;
            let ends = bytes
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            let is_all = ends == bytes.len();
            self.source.advance(ends);
            passed += ends;
            if !is_all || ends == 0 {
                return Ok(passed);
            }
        }
    }

    /// Takes a byte order mark, and returns whether there was one.
    fn pass_mark(&mut self) -> Result<bool, StreamError> {
        if self.source.fill()?.first() != BYTE_ORDER_MARK.first() {
            return Ok(false);
        }
        self.source.line(&mut self.line, BYTE_ORDER_MARK.len())?;
        let is_mark = self.line == BYTE_ORDER_MARK;
        if !is_mark {
            self.source.give_back(&self.line);
        }
        Ok(is_mark)
    }

    /// Whether, behind the line ends that come next and are taken, the part ends or a record begins. At the end of
    /// a compressed part this is also where its checksum is compared.
    fn at_border(&mut self) -> Result<bool, StreamError> {
        let line_ends = self.pass_line_ends()?;
        let bytes = self.source.fill()?;
        if bytes.is_empty() || self.dialect == Dialect::Warc && line_ends == BORDER_BYTES {
            return Ok(true);
        }
        if bytes.len() >= self.dialect.telling_bytes() {
            return Ok(self.dialect.begins_record(bytes));
        }
        self.source.line(&mut self.line, self.dialect.telling_bytes())?;
        self.source.give_back(&self.line);
        Ok(self.dialect.begins_record(&self.line))
    }

    /// Goes to the next record after one whose length is wrong or that is not all there. Returns whether that record
    /// begins inside of what was taken for this one.
    fn recover(&mut self, body: u64, is_kept: bool, is_there: bool) -> Result<bool, StreamError> {
        if self.source.go_back(body)? {
            self.find_record()?;
            return Ok(!self.source.fill()?.is_empty());
        }
        if !is_kept
            && self.read_again < MAX_READ_AGAIN_BYTES
            && self.source.go_back_in_member(self.start, body)?
        {
            self.find_record()?;
            self.read_again += self.source.position();
            return Ok(!self.source.fill()?.is_empty());
        }
        let tail = if is_kept {
            let at = memchr::memmem::find(&self.block, b"\nWARC/");
            at.map_or_else(Vec::new, |at| self.block[at + 1..].to_vec())
        } else {
            self.source.passed()
        };
        if !tail.is_empty() && self.read_again < MAX_READ_AGAIN_BYTES {
            self.read_again += tail.len() as u64;
            self.source.give_back(&tail);
            return Ok(true);
        }
        if is_there {
            self.find_record()?;
        }
        Ok(false)
    }

    /// Goes to the next line that begins a record, or to the end of the part.
    fn find_record(&mut self) -> Result<(), StreamError> {
        let mut is_line_start = true;
        loop {
            self.source.line(&mut self.line, MAX_HEADER_BYTES)?;
            if self.line.is_empty() {
                return Ok(());
            }
            if is_line_start && self.dialect.begins_record(&self.line) {
                self.source.give_back(&self.line);
                return Ok(());
            }
            is_line_start = self.line.ends_with(b"\n");
        }
    }
}
