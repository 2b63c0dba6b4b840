//! One array of objects in a `.json` file, read object by object.
//!
//! The stream is cut where an object of the array ends, by counting brackets outside of strings; what was cut out
//! is parsed like a line. Memory: one element, at most 64 MiB.

use super::{AnyStream, Objects, StreamError};
use crate::read::ReadError;
use crate::read::stream::MAX_RECORD_BYTES;
use crate::stage::Place;

/// Reads the elements of the array that comes next in `stream`.
pub(super) fn read(
    stream: &mut AnyStream,
    place: &mut Place,
    objects: &mut Objects<'_>,
) -> Result<Result<(), StreamError>, ReadError> {
    let mut cutter = Cutter::default();
    loop {
        let position = stream.position();
        let bytes = match stream.fill() {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error)),
        };
        if bytes.is_empty() {
            if cutter.state != State::Behind {
                place.offset = position;
                objects
                    .harvest
                    .quarantine(*place, "the file ends before its array does".to_owned())?;
            }
            return Ok(Ok(()));
        }
        let mut taken = 0;
        let mut cut = Cut::None;
        while taken < bytes.len() && cut == Cut::None {
            if cutter.state == State::Between {
                place.offset = position + taken as u64;
            }
            cut = cutter.byte(bytes[taken]);
            taken += 1;
        }
        stream.advance(taken);
        match cut {
            Cut::None => {}
            Cut::Element if cutter.is_too_long => {
                let reason = format!("an object of the array is longer than {MAX_RECORD_BYTES} bytes");
                objects.harvest.quarantine(*place, reason)?;
                place.record += 1;
            }
            Cut::Element => {
                objects.take(&cutter.element, cutter.element.len(), *place)?;
                place.record += 1;
            }
            Cut::Stray(byte) => {
                let at = position + taken as u64 - 1;
                let letter = char::from(byte).escape_default();
                let reason = format!(
                    "'{letter}' at byte {at}, where an object of the array should be; the rest is not read"
                );
                place.offset = at;
                objects.harvest.quarantine(*place, reason)?;
                return Ok(Ok(()));
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the array's bracket.
    #[default]
    Before,
    /// Between elements.
    Between,
    /// Inside of an object.
    Inside,
    /// Inside of a string of an object.
    String,
    /// Behind a backslash in a string.
    Escape,
    /// Behind the array.
    Behind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// Nothing ends here.
    None,
    /// An element ends here.
    Element,
    /// This byte should not be here.
    Stray(u8),
}

#[derive(Debug, Default)]
struct Cutter {
    state: State,
    depth: u64,
    element: Vec<u8>,
    is_too_long: bool,
}

impl Cutter {
    fn byte(&mut self, byte: u8) -> Cut {
        match (self.state, byte) {
            (State::Before, b'[') => self.state = State::Between,
            (State::Between, b']') => self.state = State::Behind,
            (State::Before | State::Between | State::Behind, b' ' | b'\t' | b'\r' | b'\n')
            | (State::Between, b',') => {}
            (State::Between, b'{') => {
                self.element.clear();
                self.is_too_long = false;
                self.state = State::Inside;
                self.depth = 1;
                self.keep(byte);
            }
            (State::Before | State::Between | State::Behind, _) => return Cut::Stray(byte),
            (State::Inside, b'"') | (State::Escape, _) => self.keep_as(byte, State::String),
            (State::Inside, b'{' | b'[') => {
                self.depth += 1;
                self.keep(byte);
            }
            (State::Inside, b'}' | b']') => {
                self.depth -= 1;
                self.keep(byte);
                if self.depth == 0 {
                    self.state = State::Between;
                    return Cut::Element;
                }
            }
            (State::String, b'"') => self.keep_as(byte, State::Inside),
            (State::String, b'\\') => self.keep_as(byte, State::Escape),
            (State::Inside | State::String, _) => self.keep(byte),
        }
        Cut::None
    }

    fn keep_as(&mut self, byte: u8, state: State) {
        self.state = state;
        self.keep(byte);
    }

    fn keep(&mut self, byte: u8) {
        if self.element.len() < MAX_RECORD_BYTES {
            self.element.push(byte);
        } else {
            self.is_too_long = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::read::basket::harvest_bytes;
    use crate::recipe::Format;

    #[test]
    fn objects_of_an_array_are_documents() {
        let file =
            "[\n {\"text\": \"one ]}\\\" \\\\\", \"n\": [1, {}]},\n {\"text\": \"two\"},{\"no\":1}\n]\n";
        let basket = harvest_bytes("a.json", file.as_bytes(), Format::Jsonl);
        assert_eq!(basket.texts(), ["one ]}\" \\", "two"]);
        let second = &basket.documents[1].place;
        assert_eq!(
            (second.offset, second.record),
            (file.find("{\"text\": \"two").expect("is there") as u64, 1)
        );
        assert_eq!(basket.quarantined[0].1, "no field 'text'; there are no");
    }

    #[test]
    fn a_broken_array_says_where() {
        let cases = [
            ("[{\"text\":\"a\"},", "the file ends before its array does"),
            ("[{\"text\":\"a\"}] x", "'x' at byte 15"),
            ("[{\"text\":\"a\"}, 5]", "'5' at byte 15"),
        ];
        for (file, reason) in cases {
            let basket = harvest_bytes("a.json", file.as_bytes(), Format::Jsonl);
            assert_eq!(basket.texts(), ["a"]);
            assert!(
                basket.quarantined[0].1.starts_with(reason),
                "{:?}",
                basket.quarantined
            );
        }
        let basket = harvest_bytes("a.json", b"{\n \"text\": \"a\"\n}", Format::Jsonl);
        assert_eq!(basket.quarantined.len(), 1);
    }
}
