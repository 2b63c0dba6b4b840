//! The measures of `FineWeb`'s own quality rules (Penedo et al. 2024, section 3.6), as datatrove 0.10 takes them.
//!
//! Lines are what stands between newlines and is not blank, with the white space at their ends; words are English
//! tokens, punctuation apart ([`crate::text::words`]).
//!
//! Columns written: `fineweb.*`. The rules over them are in `filter/fineweb.rs`.

use std::collections::HashSet;

use memchr::memchr_iter;
use xxhash_rust::xxh3::xxh3_64;

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::characters;
use crate::text::punctuation::is_terminal;
use crate::text::space::trim;

/// Most characters of a short line.
const SHORT_LINE: usize = 30;

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct FineWeb;

impl Annotator for FineWeb {
    fn name(&self) -> &'static str {
        "fineweb"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new("lines", SignalType::Count, "lines that are not blank"),
            Signal::new(
                "punctuated_line_ratio",
                SignalType::Ratio,
                "share of lines that end in the terminal punctuation of some script",
            ),
            Signal::new(
                "short_line_ratio",
                SignalType::Ratio,
                "share of lines of at most 30 characters",
            ),
            Signal::new(
                "duplicate_character_ratio",
                SignalType::Ratio,
                "characters of lines that were there before, for each character that is no newline",
            ),
            Signal::new(
                "newline_ratio",
                SignalType::Ratio,
                "newlines for each word or symbol",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let lines = Lines::of(text);
        let words = document.text.words().len();
        row.count(lines.filled as u64);
        row.ratio(share(lines.punctuated, lines.filled));
        row.ratio(share(lines.short, lines.filled));
        row.ratio(share(lines.duplicate_characters, lines.characters));
        row.ratio(share(lines.newlines, words));
    }
}

/// What is counted over the lines.
#[derive(Default)]
struct Lines {
    newlines: usize,
    /// Characters of all lines, blank ones too.
    characters: usize,
    filled: usize,
    punctuated: usize,
    short: usize,
    duplicate_characters: usize,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut seen = HashSet::new();
        let mut start = 0;
        for end in memchr_iter(b'\n', text.as_bytes()) {
            counts.newlines += 1;
            counts.take(&text[start..end], &mut seen);
            start = end + 1;
        }
        counts.take(&text[start..], &mut seen);
        counts
    }

    fn take(&mut self, line: &str, seen: &mut HashSet<u64>) {
        let characters = characters(line);
        self.characters += characters;
        if trim(line).is_empty() {
            return;
        }
        self.filled += 1;
        self.punctuated += usize::from(line.ends_with(is_terminal));
        self.short += usize::from(characters <= SHORT_LINE);
        if !seen.insert(xxh3_64(line.as_bytes())) {
            self.duplicate_characters += characters;
        }
    }
}

/// `part` of `whole`; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signals};

    #[test]
    fn the_measures_are_taken() {
        let long = "é".repeat(31);
        let text = format!("one.\n\n{long}\none.\n終わり。\n \nspace. \n");
        let expected = [
            ("lines", Value::Count(5)),
            ("punctuated_line_ratio", Value::Ratio(Some(0.6))),
            ("short_line_ratio", Value::Ratio(Some(0.8))),
            ("duplicate_character_ratio", Value::Ratio(Some(4.0 / 51.0))),
            ("newline_ratio", Value::Ratio(Some(7.0 / 9.0))),
        ];
        assert_eq!(signals(&FineWeb, &text), expected);
    }

    #[test]
    fn a_blank_text_has_no_ratios_of_lines() {
        let found = signals(&FineWeb, " \n\t");
        assert_eq!(found[0], ("lines", Value::Count(0)));
        assert_eq!(found[1], ("punctuated_line_ratio", Value::Ratio(None)));
    }
}
