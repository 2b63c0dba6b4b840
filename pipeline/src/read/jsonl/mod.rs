//! JSON Lines: one object a line, the recipe's columns say which fields are what.
//!
//! A dot in a column's name leads into a nested object, or is part of a field's name, which goes before. A file whose name ends in
//! `.json` and that holds one array is read as the objects of that array (`array.rs`). Memory: one line, at most
//! 64 MiB, and its wanted fields ([`fields`]).

mod array;
mod fields;

use fields::{Found, Row};

use super::decompress::{self, AnyStream, StreamError};
use super::stream::{Line, MAX_RECORD_BYTES};
use super::{RawFile, ReadError, file_error, settle, uncompressed_name};
use crate::recipe::Columns;
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// Reads JSON Lines.
pub(super) struct Jsonl;

impl Reader for Jsonl {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut stream = decompress::open_range(file).map_err(|source| file_error(file, source))?;
        let first = match stream.fill() {
            Ok(bytes) => bytes.iter().find(|byte| !byte.is_ascii_whitespace()).copied(),
            Err(error) => return settle(error, file, Place::default(), harvest),
        };
        if matches!(stream.fill(), Ok([])) {
            return harvest.quarantine(Place::default(), "the file is empty".to_owned());
        }
        let is_json = uncompressed_name(&file.path)
            .to_ascii_lowercase()
            .ends_with(".json");
        let mut place = Place::default();
        let outcome = if is_json && first == Some(b'[') {
            array::read(&mut stream, file, &mut place, harvest)?
        } else {
            lines(&mut stream, file, &mut place, is_json, harvest)?
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
    file: &RawFile,
    place: &mut Place,
    is_json: bool,
    harvest: &mut dyn Harvest,
) -> Result<Result<(), StreamError>, ReadError> {
    let mut line = Vec::new();
    let end = file.range.as_ref().map_or(u64::MAX, |range| range.end);
    loop {
        place.offset = stream.position();
        if place.offset >= end {
            return Ok(Ok(()));
        }
        match stream.line(&mut line, MAX_RECORD_BYTES) {
            Ok(Line::End) => return Ok(Ok(())),
            Ok(Line::TooLong(length)) => {
                let reason = format!("a line of {length} bytes is longer than {MAX_RECORD_BYTES}");
                harvest.quarantine(*place, reason)?;
            }
            Ok(Line::Whole) => {
                let mut json = line.as_slice();
                if place.offset == 0 {
                    json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
                }
                let json = json.trim_ascii();
                if is_json && place.offset == 0 && json == b"{" {
                    let reason =
                        "one object over several lines; one object a line, or an array of them, is read";
                    harvest.quarantine(*place, reason.to_owned())?;
                    return Ok(Ok(()));
                }
                if !json.is_empty() {
                    object(json, line.len(), file, *place, harvest)?;
                }
            }
            Err(error) => return Ok(Err(error)),
        }
        place.record += 1;
    }
}

/// Takes the document of one object, whose record has `length` bytes.
fn object(
    json: &[u8],
    length: usize,
    file: &RawFile,
    place: Place,
    harvest: &mut dyn Harvest,
) -> Result<(), ReadError> {
    match document(json, &file.columns, place) {
        Ok(mut document) => {
            document.length = Some(length as u64);
            if document.text.trim().is_empty() {
                harvest.skip("empty text");
                return Ok(());
            }
            document.key = document
                .key
                .or_else(|| document.url.clone())
                .or_else(|| Some(file.path.clone()));
            harvest.document(document)
        }
        Err(reason) => harvest.quarantine(place, reason),
    }
}

fn document(json: &[u8], columns: &Columns, place: Place) -> Result<RawDocument, String> {
    let json = std::str::from_utf8(json)
        .map_err(|error| format!("invalid utf-8 at byte {} of the line", error.valid_up_to()))?;
    let mut row = Row::read(json, columns.names())?;
    let [text, id, url, title, language, author, date, license] = &mut row.values;
    let text = match text.take() {
        Some(Found::String(text)) => text,
        Some(Found::Number(_)) => {
            return Err(format!("the field '{}' is number, not a string", columns.text));
        }
        Some(Found::Other(kind)) => {
            return Err(format!("the field '{}' is {kind}, not a string", columns.text));
        }
        None => return Err(format!("no field '{}'; there {}", columns.text, row.fields())),
    };
    Ok(RawDocument {
        place,
        key: scalar(id),
        url: string(url),
        title: string(title),
        author: string(author),
        date: scalar(date),
        language_hint: string(language),
        license: string(license),
        text,
        ..RawDocument::default()
    })
}

/// A string or a number that is there and not empty.
fn scalar(value: &mut Option<Found>) -> Option<String> {
    match value.take() {
        Some(Found::String(value) | Found::Number(value)) if !value.is_empty() => Some(value),
        _ => None,
    }
}

fn string(value: &mut Option<Found>) -> Option<String> {
    match value.take() {
        Some(Found::String(string)) if !string.is_empty() => Some(string),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::read::basket::{compressed, harvest_bytes};
    use crate::read::decompress::Codec;
    use crate::recipe::Format;

    #[test]
    fn lines_become_documents() {
        let file = "{\"text\":\"one\",\"id\":7,\"url\":\"http://a/\",\"title\":\"T\",\"language\":\"en\",\
                    \"author\":\"A\",\"date\":2024,\"license\":\"MIT\"}\r\n\
                    \n{\"id\":\"x\",\"text\":\"two\"}\n{\"text\":\"three\"}";
        for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd] {
            let basket = harvest_bytes("a.jsonl", &compressed(file.as_bytes(), codec), Format::Jsonl);
            assert_eq!(basket.texts(), ["one", "two", "three"]);
            let keys: Vec<Option<&str>> = basket
                .documents
                .iter()
                .map(|document| document.key.as_deref())
                .collect();
            assert_eq!(keys, [Some("7"), Some("x"), Some("a.jsonl")]);
            let places: Vec<(u64, u64)> = basket
                .documents
                .iter()
                .map(|document| (document.place.offset, document.place.record))
                .collect();
            assert_eq!(places, [(0, 0), (111, 2), (135, 3)]);
            assert_eq!(basket.documents[1].length, Some(24));
            let first = &basket.documents[0];
            assert_eq!(first.language_hint.as_deref(), Some("en"));
            assert_eq!(first.author.as_deref(), Some("A"));
            assert_eq!(
                (first.date.as_deref(), first.license.as_deref()),
                (Some("2024"), Some("MIT"))
            );
            assert!(basket.quarantined.is_empty());
        }
    }

    #[test]
    fn bad_lines_are_quarantined_one_by_one() {
        let cases: [(&[u8], &str); 8] = [
            (
                b"{\"text\": nonsense}",
                "not json at character 11 of the line: expected ident",
            ),
            (b"[1]", "a json array in place of an object"),
            (b"{\"body\":1,\"id\":2}", "no field 'text'; there are body, id"),
            (b"{}", "no field 'text'; there are no fields"),
            (b"{\"text\":5}", "the field 'text' is number, not a string"),
            (b"{\"text\":\"\xff\"}", "invalid utf-8 at byte 9 of the line"),
            (
                b"{\"text\":\"cut",
                "not json at character 12 of the line: eof while parsing a string",
            ),
            (b"{\"text\":\"\\ud800\"}", "not json at character 16"),
        ];
        for (line, reason) in cases {
            let file = [line, b"\n{\"text\":\"sound\"}\n"].concat();
            let basket = harvest_bytes("a.jsonl", &file, Format::Jsonl);
            assert_eq!(basket.texts(), ["sound"]);
            assert_eq!(basket.quarantined.len(), 1);
            assert!(
                basket.quarantined[0].1.starts_with(reason),
                "{:?}",
                basket.quarantined
            );
        }
    }

    #[test]
    fn a_cut_off_file_keeps_what_came_before() {
        let lines: Vec<String> = (0..20_000)
            .map(|number| format!("{{\"text\":\"text {}\"}}\n", number * 7919))
            .collect();
        let file = lines.concat();
        let whole = compressed(file.as_bytes(), Codec::Gzip);
        let basket = harvest_bytes("a.jsonl.gz", &whole[..whole.len() / 2], Format::Jsonl);
        assert!(basket.documents.len() > 1_000);
        let (place, reason) = basket.quarantined.last().expect("is quarantined");
        assert_eq!(place.record, basket.documents.len() as u64);
        assert!(reason.contains("cut off or damaged at byte"), "{reason}");
    }
}
