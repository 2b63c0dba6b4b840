//! Plain measures of any text, in no published rule: for filters of one's own and for a look at a corpus.
//!
//! Columns written: `shape.*`. Lengths of lines are in characters, line ends left out.

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::bytes::characters;
use crate::text::letters::is_alphabetic;

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Shape;

impl Annotator for Shape {
    fn name(&self) -> &'static str {
        "shape"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new("bytes", SignalType::Count, "bytes of UTF-8"),
            Signal::new("characters", SignalType::Count, "Unicode code points"),
            Signal::new(
                "words",
                SignalType::Count,
                "words; each character of a script without spaces is one",
            ),
            Signal::new("lines", SignalType::Count, "lines, blank ones too"),
            Signal::new(
                "mean_line_length",
                SignalType::Ratio,
                "characters in a line, on average",
            ),
            Signal::new(
                "max_line_length",
                SignalType::Count,
                "characters in the longest line",
            ),
            Signal::new(
                "alphabetic_share",
                SignalType::Ratio,
                "share of characters that are letters",
            ),
            Signal::new(
                "digit_share",
                SignalType::Ratio,
                "share of characters that are digits",
            ),
            Signal::new(
                "alphanumeric_share",
                SignalType::Ratio,
                "share of characters that are letters or digits",
            ),
            Signal::new(
                "white_space_share",
                SignalType::Ratio,
                "share of characters that are white space",
            ),
            Signal::new(
                "replacement_characters",
                SignalType::Count,
                "U+FFFD: places where decoding lost something",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let classes = Classes::of(text.text);
        let is_ascii = classes.all == text.text.len();
        let mut line_characters = 0;
        let mut longest = 0;
        for line in text.lines() {
            let length = if is_ascii {
                line.len()
            } else {
                characters(line.as_bytes())
            };
            line_characters += length;
            longest = longest.max(length);
        }
        let lines = text.lines().len();
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);

        row.count(text.text.len() as u64);
        row.count(classes.all as u64);
        row.count(text.normalized().word_count() as u64);
        row.count(lines as u64);
        row.ratio(share(line_characters, lines));
        row.count(longest as u64);
        row.ratio(share(classes.alphabetic, classes.all));
        row.ratio(share(classes.digits, classes.all));
        row.ratio(share(classes.alphabetic + classes.digits, classes.all));
        row.ratio(share(classes.white_space, classes.all));
        row.count(classes.replacements as u64);
    }
}

/// Bytes of which a count fits in a byte.
const BLOCK: usize = 192;

/// How many characters there are of each class.
#[derive(Default)]
struct Classes {
    all: usize,
    alphabetic: usize,
    digits: usize,
    white_space: usize,
    replacements: usize,
}

impl Classes {
    fn of(text: &str) -> Self {
        let mut counts = Self {
            all: characters(text.as_bytes()),
            ..Self::default()
        };
        // Sums of bytes over all of a block, so that the compiler can do many at once; what is not ASCII follows one by
        // one.
        for block in text.as_bytes().chunks(BLOCK) {
            let (mut alphabetic, mut digits, mut white_space) = (0_u8, 0_u8, 0_u8);
            for byte in block {
                alphabetic += u8::from(byte.is_ascii_alphabetic());
                digits += u8::from(byte.is_ascii_digit());
                white_space += u8::from(matches!(byte, b'\t'..=b'\r' | b' '));
            }
            counts.alphabetic += usize::from(alphabetic);
            counts.digits += usize::from(digits);
            counts.white_space += usize::from(white_space);
        }
        if counts.all == text.len() {
            return counts;
        }
        for character in text.chars().filter(|character| !character.is_ascii()) {
            if is_alphabetic(character) {
                counts.alphabetic += 1;
            } else if character.is_numeric() {
                counts.digits += 1;
            } else if character.is_whitespace() {
                counts.white_space += 1;
            } else if character == char::REPLACEMENT_CHARACTER {
                counts.replacements += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};
    use proptest::prelude::*;

    #[test]
    fn the_measures_are_taken() {
        let text = "Grüße 42!\n漢字\u{fffd}\n";
        let expected = [
            ("bytes", Value::Count(22)),
            ("characters", Value::Count(14)),
            ("words", Value::Count(4)),
            ("lines", Value::Count(2)),
            ("mean_line_length", Value::Ratio(Some(6.0))),
            ("max_line_length", Value::Count(9)),
            ("alphabetic_share", Value::Ratio(Some(7.0 / 14.0))),
            ("digit_share", Value::Ratio(Some(2.0 / 14.0))),
            ("alphanumeric_share", Value::Ratio(Some(9.0 / 14.0))),
            ("white_space_share", Value::Ratio(Some(3.0 / 14.0))),
            ("replacement_characters", Value::Count(1)),
        ];
        assert_eq!(signals(&Shape, text), expected);
        assert_eq!(signal(&Shape, "", "digit_share"), Value::Ratio(None));
    }

    proptest! {
        #[test]
        fn characters_are_counted(text in "\\PC{0,60}") {
            prop_assert_eq!(signal(&Shape, &text, "characters"), Value::Count(text.chars().count() as u64));
        }
    }
}
