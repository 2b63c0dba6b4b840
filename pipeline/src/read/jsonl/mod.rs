//! JSON Lines: one object a line, the recipe's columns say which fields are what.
//!
//! A dot in a column's name leads into a nested object, or is part of a field's name, which goes before. Numbers and
//! truth values count as text, as in the other formats with columns. A file whose name ends in `.json` and that holds one
//! array is read as the objects of that array (`array.rs`).
//!
//! What is JSON to Python and not to the standard is read ([`mend`]). A file may be in UTF-16, and then its places are
//! counted in the UTF-8 that it means; lines that are not UTF-8 are decoded as for text files. Memory: one line, at most
//! 64 MiB, and its wanted fields ([`fields`]).

mod array;
mod fields;
mod mend;

use std::cell::OnceCell;

use encoding_rs::Encoding;
use fields::{Found, Row};

use super::decompress::{self, AnyStream, StreamError};
use super::stream::{Line, MAX_RECORD_BYTES};
use super::{RawFile, ReadError, charset, file_error, settle, uncompressed_name, utf16};
use crate::recipe::Columns;
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// Reads JSON Lines.
pub(super) struct Jsonl;

impl Reader for Jsonl {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut stream = decompress::open_range(file).map_err(|source| file_error(file, source))?;
        let beginning = match stream.fill() {
            Ok([]) => return harvest.quarantine(Place::default(), "the file is empty".to_owned()),
            Ok(bytes) => bytes,
            Err(error) => return settle(error, file, Place::default(), harvest),
        };
        let is_start = file.range.as_ref().is_none_or(|range| range.start == 0);
        if let Some((encoding, mark)) = charset::shown(beginning).filter(|_| is_start) {
            stream.advance(mark);
            // A file in UTF-16 has no ranges.
            if encoding != encoding_rs::UTF_8 {
                stream = utf16::as_utf8(stream, encoding);
            }
        }
        let first = match stream.fill() {
            Ok(bytes) => bytes.iter().find(|byte| !byte.is_ascii_whitespace()).copied(),
            Err(error) => return settle(error, file, Place::default(), harvest),
        };
        let is_json = uncompressed_name(&file.path)
            .to_ascii_lowercase()
            .ends_with(".json");
        let mut place = Place::default();
        let mut objects = Objects {
            file,
            harvest,
            encoding: OnceCell::new(),
        };
        let outcome = if is_json && first == Some(b'[') {
            array::read(&mut stream, &mut place, &mut objects)?
        } else {
            lines(&mut stream, &mut place, is_json, &mut objects)?
        };
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => settle(error, file, place, harvest),
        }
    }
}

/// Reads lines to the end of the stream, or to where it is damaged.
fn lines(
    stream: &mut AnyStream,
    place: &mut Place,
    is_json: bool,
    objects: &mut Objects<'_>,
) -> Result<Result<(), StreamError>, ReadError> {
    let mut line = Vec::new();
    let end = objects.file.range.as_ref().map_or(u64::MAX, |range| range.end);
    loop {
        place.offset = stream.position();
        if place.offset >= end {
            return Ok(Ok(()));
        }
        match stream.line(&mut line, MAX_RECORD_BYTES) {
            Ok(Line::End) => return Ok(Ok(())),
            Ok(Line::TooLong(length)) => {
                let reason = format!("a line of {length} bytes is longer than {MAX_RECORD_BYTES}");
                objects.harvest.quarantine(*place, reason)?;
            }
            Ok(Line::Whole) => {
                let json = line.trim_ascii();
                if is_json && place.record == 0 && json == b"{" {
                    let reason =
                        "one object over several lines; one object a line, or an array of them, is read";
                    objects.harvest.quarantine(*place, reason.to_owned())?;
                    return Ok(Ok(()));
                }
                if !json.is_empty() {
                    objects.take(json, line.len(), *place)?;
                }
            }
            Err(error) => return Ok(Err(error)),
        }
        place.record += 1;
    }
}

/// Makes documents of objects.
struct Objects<'a> {
    file: &'a RawFile,
    harvest: &'a mut dyn Harvest,
    /// The encoding of what is not UTF-8, as far as the beginning of the file shows one; not known until it is asked
    /// for.
    encoding: OnceCell<Option<&'static Encoding>>,
}

impl Objects<'_> {
    /// Takes the document of one object, whose record has `length` bytes.
    fn take(&mut self, json: &[u8], length: usize, place: Place) -> Result<(), ReadError> {
        let read = match std::str::from_utf8(json) {
            Ok(json) => document(json, &self.file.columns, place),
            Err(_) => charset::decode_part(json, self.encoding()?)
                .and_then(|json| document(&json, &self.file.columns, place)),
        };
        match read {
            Ok(mut document) => {
                document.length = Some(length as u64);
                if document.text.trim().is_empty() {
                    self.harvest.skip("empty text");
                    return Ok(());
                }
                document.key = document
                    .key
                    .or_else(|| document.url.clone())
                    .or_else(|| Some(self.file.path.clone()));
                self.harvest.document(document)
            }
            Err(reason) => self.harvest.quarantine(place, reason),
        }
    }

    /// The encoding that the beginning of the file shows, whichever range of it is read.
    fn encoding(&self) -> Result<Option<&'static Encoding>, ReadError> {
        if let Some(encoding) = self.encoding.get() {
            return Ok(*encoding);
        }
        let mut stream = decompress::open(self.file).map_err(|source| file_error(self.file, source))?;
        // Damage is told where it is met in reading.
        let encoding = stream.fill().ok().and_then(charset::detected);
        Ok(*self.encoding.get_or_init(|| encoding))
    }
}

fn document(json: &str, columns: &Columns, place: Place) -> Result<RawDocument, String> {
    let read = Row::read(json, columns.names());
    let mut row = read.or_else(|reason| {
        let mended = mend::mended(json);
        Row::read(&mended, columns.names()).map_err(|_| reason)
    })?;
    let [text, id, url, title, language, author, date, license] = &mut row.values;
    let text = match text.take() {
        Some(Found::String(text) | Found::Scalar(text)) => text,
        Some(Found::Other(kind)) => {
            return Err(format!("the field '{}' is {kind}, not a string", columns.text));
        }
        None => return Err(format!("no field '{}'; there {}", columns.text, row.fields())),
    };
    Ok(RawDocument {
        place,
        key: scalar(id),
        url: scalar(url),
        title: scalar(title),
        author: scalar(author),
        date: scalar(date),
        language_hint: scalar(language),
        license: scalar(license),
        text,
        ..RawDocument::default()
    })
}

/// A value that is there and not empty.
fn scalar(value: &mut Option<Found>) -> Option<String> {
    match value.take() {
        Some(Found::String(value) | Found::Scalar(value)) if !value.is_empty() => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
