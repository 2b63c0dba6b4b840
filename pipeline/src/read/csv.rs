//! Comma- and tab-separated values: a header row with the names of the columns, then one document a row.
//!
//! The separator goes by the file's name: a tab for `.tsv`, a comma else. A row that is broken, or has more or fewer
//! fields than the header, is quarantined with its line and byte; where an unclosed quote broke it, reading goes on
//! in the line behind the one with the quote. In a `.tsv`, where many writers know no quotes, such a line is read
//! once more with quotes as letters. Rows may be in any encoding that holds separators as single bytes, told as for
//! text files, and in UTF-16. Memory: one row, at most 64 MiB.

mod splitter;

use std::borrow::Cow;

use encoding_rs::Encoding;

use self::splitter::{Outcome, Splitter};
use super::decompress::{self, AnyStream, StreamError};
use super::stream::{Line, MAX_RECORD_BYTES};
use super::{RawFile, ReadError, charset, file_error, settle, uncompressed_name, utf16};
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// How many of a file's columns a message names.
const NAMED_COLUMNS: usize = 12;

/// Bytes that may be read a second time behind broken rows, whatever the file: beyond it, as many as were read once.
/// Many unclosed quotes cost no more than that.
const FREE_RETURNS: u64 = 1 << 20;

/// Reads CSV and TSV files.
pub(super) struct Csv;

impl Reader for Csv {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut stream = decompress::open(file).map_err(|source| file_error(file, source))?;
        let beginning = match stream.fill() {
            Ok([]) => return harvest.quarantine(Place::default(), "the file is empty".to_owned()),
            Ok(bytes) => bytes.to_vec(),
            Err(error) => return settle(error, file, Place::default(), harvest),
        };
        let shown = charset::shown(&beginning);
        if let Some((encoding, mark)) = shown {
            stream.advance(mark);
            if encoding != encoding_rs::UTF_8 {
                stream = utf16::as_utf8(stream, encoding);
            }
        } else if charset::looks_binary(&beginning) {
            return harvest.quarantine(Place::default(), "binary content in place of text".to_owned());
        }
        let name = uncompressed_name(&file.path).to_ascii_lowercase();
        let is_tab_separated = name.rsplit('.').next() == Some("tsv");
        let mut rows = Rows {
            stream,
            splitter: Splitter::new(if is_tab_separated { b'\t' } else { b',' }),
            is_tab_separated,
            encoding: shown.is_none().then(|| charset::detected(&beginning)).flatten(),
            row: Vec::new(),
            line: Vec::new(),
            lines: 0,
            returned: 0,
            furthest: 0,
        };
        let mut place = Place::default();
        match rows.read(file, &mut place, harvest)? {
            Ok(()) => Ok(()),
            Err(error) => settle(error, file, place, harvest),
        }
    }
}

/// Which field is which column; `None` for columns that the file does not have.
type Header = ([Option<usize>; 8], usize);

struct Rows {
    stream: AnyStream,
    splitter: Splitter,
    is_tab_separated: bool,
    /// The encoding of what is not UTF-8, if the beginning of the file shows it.
    encoding: Option<&'static Encoding>,
    /// The lines of the row as they are.
    row: Vec<u8>,
    line: Vec<u8>,
    /// Lines before the row.
    lines: u64,
    /// Bytes given back to the stream so far, and the furthest that it has been.
    returned: u64,
    furthest: u64,
}

/// What came next.
enum Next {
    /// A row, with as many lines.
    Row(u64),
    /// Something that is no row, for this reason, with as many lines.
    Broken(String, u64),
    /// Nothing.
    End,
}

impl Rows {
    fn read(
        &mut self,
        file: &RawFile,
        place: &mut Place,
        harvest: &mut dyn Harvest,
    ) -> Result<Result<(), StreamError>, ReadError> {
        let mut header: Option<Header> = None;
        loop {
            place.offset = self.stream.position();
            let next = match self.next() {
                Ok(next) => next,
                Err(error) => return Ok(Err(error)),
            };
            let line = self.lines + 1;
            match (next, header) {
                (Next::End, Some(_)) => return Ok(Ok(())),
                (Next::End, None) => {
                    harvest.quarantine(*place, "no header row".to_owned())?;
                    return Ok(Ok(()));
                }
                (Next::Broken(reason, _), None) => {
                    harvest.quarantine(*place, format!("no header row: {reason}"))?;
                    return Ok(Ok(()));
                }
                (Next::Broken(reason, lines), Some(_)) => {
                    harvest.quarantine(*place, format!("line {line}: {reason}"))?;
                    self.lines += lines;
                    place.record += 1;
                }
                (Next::Row(lines), _) if self.row.trim_ascii().is_empty() => self.lines += lines,
                (Next::Row(lines), None) => {
                    header = match self.header(file) {
                        Ok(header) => Some(header),
                        Err(reason) => {
                            harvest.quarantine(*place, reason)?;
                            return Ok(Ok(()));
                        }
                    };
                    self.lines += lines;
                }
                (Next::Row(lines), Some(header)) => {
                    match self.document(&header, file, *place) {
                        Ok(document) if document.text.trim().is_empty() => harvest.skip("empty text"),
                        Ok(document) => harvest.document(document)?,
                        Err(reason) => harvest.quarantine(*place, format!("line {line}: {reason}"))?,
                    }
                    self.lines += lines;
                    place.record += 1;
                }
            }
        }
    }

    /// Takes the lines of the next row.
    fn next(&mut self) -> Result<Next, StreamError> {
        self.splitter.clear();
        self.row.clear();
        let mut lines = 0;
        loop {
            let outcome = match self
                .stream
                .line(&mut self.line, MAX_RECORD_BYTES - self.row.len())?
            {
                Line::End if lines == 0 => return Ok(Next::End),
                Line::TooLong(length) if lines == 0 => {
                    let reason = format!("a line of {length} bytes is longer than {MAX_RECORD_BYTES}");
                    return Ok(Next::Broken(reason, 1));
                }
                Line::End => return Ok(self.broken("a quote is not closed before the file ends")),
                Line::TooLong(_) => {
                    // It was passed over and cannot be given back.
                    let reason = format!("a quote is not closed within {MAX_RECORD_BYTES} bytes");
                    return Ok(Next::Broken(reason, lines + 1));
                }
                Line::Whole => self.splitter.line(&self.line),
            };
            self.row.extend_from_slice(&self.line);
            self.furthest = self.furthest.max(self.stream.position());
            lines += 1;
            match outcome {
                Outcome::Row => return Ok(Next::Row(lines)),
                Outcome::Open => {}
                Outcome::Broken(at) => {
                    return Ok(self.broken(&format!(
                        "a quote is closed in the middle of a field, at byte {} of the row",
                        self.row.len() - self.line.len() + at
                    )));
                }
            }
        }
    }

    /// The row's first line is broken, and the others are given back to be rows of their own.
    fn broken(&mut self, reason: &str) -> Next {
        let first = memchr::memchr(b'\n', &self.row).map_or(self.row.len(), |at| at + 1);
        let others = (self.row.len() - first) as u64;
        if self.returned + others > self.furthest + FREE_RETURNS {
            let lines = memchr::memchr_iter(b'\n', &self.row).count() as u64;
            return Next::Broken(format!("{reason}; {lines} lines are not read"), lines);
        }
        self.returned += others;
        self.stream.give_back(&self.row[first..]);
        self.row.truncate(first);
        if self.is_tab_separated {
            self.splitter.literal_line(&self.row);
            return Next::Row(1);
        }
        Next::Broken(reason.to_owned(), 1)
    }

    /// Finds the columns by the names in the header row.
    fn header(&self, file: &RawFile) -> Result<Header, String> {
        let mut names = Vec::with_capacity(self.splitter.len());
        for number in 0..self.splitter.len() {
            let name = self.text(self.splitter.field(number).unwrap_or_default())?;
            names.push(name.trim().to_owned());
        }
        let columns = file
            .columns
            .names()
            .map(|wanted| names.iter().position(|name| name == wanted));
        if columns[0].is_some() {
            return Ok((columns, names.len()));
        }
        let shown = names
            .iter()
            .take(NAMED_COLUMNS)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let more = match names.len().saturating_sub(NAMED_COLUMNS) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Err(format!(
            "no column '{}'; there are {shown}{more}",
            file.columns.text
        ))
    }

    fn document(&self, header: &Header, file: &RawFile, place: Place) -> Result<RawDocument, String> {
        let (columns, width) = header;
        if self.splitter.len() != *width {
            return Err(format!(
                "{} fields, and the header has {width}",
                self.splitter.len()
            ));
        }
        let field = |column: Option<usize>| {
            let bytes = column
                .and_then(|column| self.splitter.field(column))
                .unwrap_or_default();
            self.text(bytes)
        };
        let [text, id, url, title, language, author, date, license] = *columns;
        let text = field(text)?;
        let optional = |column| field(column).ok().filter(|value| !value.is_empty());
        let url = optional(url);
        Ok(RawDocument {
            place,
            length: Some(self.row.len() as u64),
            key: optional(id)
                .or_else(|| url.clone())
                .or_else(|| Some(file.path.clone())),
            url,
            title: optional(title),
            author: optional(author),
            date: optional(date),
            language_hint: optional(language),
            license: optional(license),
            text,
        })
    }

    /// Bytes of a field as text.
    fn text(&self, bytes: &[u8]) -> Result<String, String> {
        charset::decode_part(bytes, self.encoding).map(Cow::into_owned)
    }
}

#[cfg(test)]
mod tests;
