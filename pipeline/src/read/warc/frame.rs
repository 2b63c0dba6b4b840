//! Where WARC records begin and end in a stream (ISO 28500), and how to find the next one after a broken one.
//!
//! A record says its length. It is believed only if a record border follows: the end of the stream or the next
//! record. Otherwise the next line that begins with `WARC/1.` is looked for, first inside of what the wrong length
//! swallowed, then behind it.

use std::io::BufRead;

use super::fields::Fields;
use crate::read::decompress::StreamError;
use crate::read::stream::{Line, MAX_RECORD_BYTES, Stream};

/// The longest header line, and the longest header. Common Crawl's are below 4 KiB; addresses can be long.
const MAX_HEADER_BYTES: usize = 256 << 10;

/// How many bytes of a file may be read again because a wrong length swallowed them. Without a bound, a file of
/// small records that all claim to be huge takes time quadratic in its size.
const MAX_READ_AGAIN_BYTES: u64 = 1 << 30;

/// Where a border must show: two line ends, twice as many for sloppy writers, and the next record's first word.
const BORDER_BYTES: u64 = 8 + 5;

/// What comes next in a stream.
#[derive(Debug)]
pub(super) enum Frame {
    /// Nothing.
    End,
    /// A sound record; its block is [`Frames::block`].
    Record(Fields),
    /// A broken record, and why.
    Broken(String),
}

/// The records of a stream, one after the other.
#[derive(Debug)]
pub(super) struct Frames<'a, R> {
    stream: Stream<R>,
    start: u64,
    length: u64,
    block: Vec<u8>,
    line: Vec<u8>,
    read_again: &'a mut u64,
}

impl<'a, R: BufRead> Frames<'a, R> {
    /// The records of `stream`; `read_again` counts towards [`MAX_READ_AGAIN_BYTES`] for the whole file.
    pub(super) fn new(stream: Stream<R>, read_again: &'a mut u64) -> Self {
        Self {
            stream,
            start: 0,
            length: 0,
            block: Vec::new(),
            line: Vec::new(),
            read_again,
        }
    }

    /// Where the last record began, in bytes of the stream.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// The block of the last record; `None` if it is too long to be kept.
    pub(super) fn block(&self) -> Option<&[u8]> {
        (self.block.len() as u64 == self.length).then_some(&self.block)
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Frame, StreamError> {
        self.pass_line_ends()?;
        self.start = self.stream.position();
        self.length = 0;
        self.block.clear();
        if self.stream.line(&mut self.line, MAX_HEADER_BYTES)? == Line::End {
            return Ok(Frame::End);
        }
        if !self.line.starts_with(b"WARC/") {
            self.find_record()?;
            return Ok(Frame::Broken("no warc record begins here".to_owned()));
        }
        let fields = match self.header()? {
            Ok(fields) => fields,
            Err(reason) => {
                self.find_record()?;
                return Ok(Frame::Broken(reason));
            }
        };
        let length = fields.get("content-length").map(str::parse::<u64>);
        let Some(Ok(length)) = length else {
            self.find_record()?;
            return Ok(Frame::Broken("the record has no valid content-length".to_owned()));
        };
        let taken = self.stream.block(&mut self.block, length, MAX_RECORD_BYTES)?;
        self.length = taken;
        if taken == length && self.at_border()? {
            return Ok(Frame::Record(fields));
        }
        self.recover(taken)?;
        Ok(Frame::Broken(if taken < length {
            format!("the record is cut off: {taken} of {length} bytes are there")
        } else {
            format!("no record border where its content-length of {length} bytes ends")
        }))
    }

    /// The fields up to the empty line, or why there are none.
    fn header(&mut self) -> Result<Result<Fields, String>, StreamError> {
        let mut fields = Fields::default();
        let mut length = 0;
        loop {
            let line = self.stream.line(&mut self.line, MAX_HEADER_BYTES)?;
            length += self.line.len();
            if matches!(line, Line::TooLong(_)) || length > MAX_HEADER_BYTES {
                return Ok(Err(format!(
                    "the record's header is longer than {MAX_HEADER_BYTES} bytes"
                )));
            }
            if line == Line::End {
                return Ok(Err("the file ends inside of the record's header".to_owned()));
            }
            let text = self.line.trim_ascii_end();
            if text.is_empty() {
                return Ok(Ok(fields));
            }
            fields.add_line(text);
        }
    }

    fn pass_line_ends(&mut self) -> Result<(), StreamError> {
        loop {
            let bytes = self.stream.fill()?;
            let ends = bytes
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            let is_all = ends == bytes.len();
            self.stream.advance(ends);
            if !is_all || ends == 0 {
                return Ok(());
            }
        }
    }

    /// Whether the stream ends or a record begins behind the line ends that come next. Nothing is taken. At the end
    /// of a compressed stream this is also where its checksum is compared.
    fn at_border(&mut self) -> Result<bool, StreamError> {
        self.stream
            .block(&mut self.line, BORDER_BYTES, MAX_HEADER_BYTES)?;
        self.stream.give_back(&self.line);
        let behind = self.line.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
        Ok(behind.is_none_or(|at| self.line[at..].starts_with(b"WARC/")))
    }

    /// Goes to the next record after one whose length is wrong, `taken` bytes of whose block were taken.
    fn recover(&mut self, taken: u64) -> Result<(), StreamError> {
        let is_kept = self.block.len() as u64 == taken;
        if is_kept
            && *self.read_again < MAX_READ_AGAIN_BYTES
            && let Some(at) = memchr::memmem::find(&self.block, b"\nWARC/1.")
        {
            let tail = &self.block[at + 1..];
            *self.read_again += tail.len() as u64;
            self.stream.give_back(tail);
            return Ok(());
        }
        self.find_record()
    }

    /// Goes to the next line that begins a record, or to the end.
    fn find_record(&mut self) -> Result<(), StreamError> {
        loop {
            match self.stream.line(&mut self.line, MAX_HEADER_BYTES)? {
                Line::End => return Ok(()),
                Line::Whole if self.line.starts_with(b"WARC/1.") => {
                    self.stream.give_back(&self.line);
                    return Ok(());
                }
                Line::Whole | Line::TooLong(_) => {}
            }
        }
    }
}
