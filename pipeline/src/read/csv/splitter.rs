//! Bytes of a row -> its fields, by RFC 4180: fields in quotes may hold separators, line ends and doubled quotes.
//!
//! Stricter than most: a letter behind a closing quote is a broken row and not more of the field. It is how a quote
//! that was never closed shows, which would otherwise take the rows behind it into its field unseen.

/// What a line made of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The row is whole.
    Row,
    /// A field in quotes goes on in the next line.
    Open,
    /// A letter stands behind a closing quote, at this byte of the line.
    Broken(usize),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside of quotes: the field's end, or the first of two.
    Quote,
}

/// Takes the lines of one row.
#[derive(Debug)]
pub(super) struct Splitter {
    separator: u8,
    state: State,
    /// The fields, one behind the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Splitter {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            separator,
            state: State::Start,
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// How many fields the row has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The field with this number, from 0.
    pub(super) fn field(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)?;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    /// Forgets the last row.
    pub(super) fn clear(&mut self) {
        self.state = State::Start;
        self.bytes.clear();
        self.ends.clear();
    }

    /// Takes the next line, with its line feed where it has one.
    pub(super) fn line(&mut self, line: &[u8]) -> Outcome {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        // A carriage return before the line feed belongs to the line's end, outside of quotes.
        let bare = content.strip_suffix(b"\r").unwrap_or(content);
        let mut at = 0;
        loop {
            match self.state {
                State::Start => {
                    self.state = State::Plain;
                    if bare.get(at) == Some(&b'"') {
                        self.state = State::Quoted;
                        at += 1;
                    }
                }
                State::Plain => {
                    let rest = bare.get(at..).unwrap_or_default();
                    let Some(length) = memchr::memchr(self.separator, rest) else {
                        self.bytes.extend_from_slice(rest);
                        return self.end();
                    };
                    self.bytes.extend_from_slice(&rest[..length]);
                    self.next_field();
                    at += length + 1;
                }
                State::Quoted => {
                    let rest = line.get(at..).unwrap_or_default();
                    let Some(length) = memchr::memchr(b'"', rest) else {
                        self.bytes.extend_from_slice(rest);
                        return Outcome::Open;
                    };
                    self.bytes.extend_from_slice(&rest[..length]);
                    self.state = State::Quote;
                    at += length + 1;
                }
                State::Quote => match bare.get(at) {
                    None => return self.end(),
                    Some(b'"') => {
                        self.bytes.push(b'"');
                        self.state = State::Quoted;
                        at += 1;
                    }
                    Some(&byte) if byte == self.separator => {
                        self.next_field();
                        at += 1;
                    }
                    Some(_) => return Outcome::Broken(at),
                },
            }
        }
    }

    /// Takes a line in which quotes are letters like all others.
    pub(super) fn literal_line(&mut self, line: &[u8]) {
        self.clear();
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = content.strip_suffix(b"\r").unwrap_or(content);
        for field in bare.split(|byte| *byte == self.separator) {
            self.bytes.extend_from_slice(field);
            self.ends.push(self.bytes.len());
        }
    }

    fn next_field(&mut self) {
        self.ends.push(self.bytes.len());
        self.state = State::Start;
    }

    fn end(&mut self) -> Outcome {
        self.next_field();
        Outcome::Row
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(lines: &[&str]) -> (Outcome, Vec<String>) {
        let mut splitter = Splitter::new(b',');
        let mut outcome = Outcome::Open;
        for line in lines {
            outcome = splitter.line(line.as_bytes());
        }
        let field =
            |number| String::from_utf8(splitter.field(number).expect("a field").to_vec()).expect("text");
        (outcome, (0..splitter.len()).map(field).collect())
    }

    #[test]
    fn rows_by_the_standard() {
        let cases: [(&[&str], &[&str]); 7] = [
            (&["a,b\r\n"], &["a", "b"]),
            (&["\n"], &[""]),
            (&[",\n"], &["", ""]),
            (&["\"a,\"\"b\"\"\",c"], &["a,\"b\"", "c"]),
            (&["\"a\r\n", "b\"\r\n"], &["a\r\nb"]),
            (&["\"\",\"\"\n"], &["", ""]),
            (&["a\"b\",c\n"], &["a\"b\"", "c"]),
        ];
        for (lines, expected) in cases {
            let (outcome, found) = fields(lines);
            assert_eq!(outcome, Outcome::Row, "{lines:?}");
            assert_eq!(found, expected, "{lines:?}");
        }
        assert_eq!(fields(&["x,\"open\n"]).0, Outcome::Open);
        assert_eq!(fields(&["\"a\"b,c\n"]).0, Outcome::Broken(3));
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(row in prop::collection::vec("[a,\"\\n\\r ü]{0,6}", 1..5)) {
            let quoted: Vec<String> = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            let text = quoted.join(",") + "\n";
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (outcome, found) = fields(&lines);
            prop_assert_eq!(outcome, Outcome::Row);
            prop_assert_eq!(found, row);
        }
    }
}
