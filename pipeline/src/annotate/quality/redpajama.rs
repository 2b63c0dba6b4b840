//! The quality signals of `RedPajama`-v2 (Weber et al. 2024, appendix; `app/src/core/quality_signals` of its code) that
//! no other annotator has, by its own definitions.
//!
//! Raw words are runs of letters, digits and underscores, or of anything else that is no white space. The normalised
//! text is without ASCII punctuation, in lower case, canonically decomposed; its words stand between white space.
//! Lines end at newlines. What the dataset gives for each line is a share of the document here: of its lines, or of
//! all its characters. Stop words are the English ones. Left apart: word lists (`toxicity`), repetition, what needs a
//! model, and the rounding to eight places.
//!
//! Columns written: `redpajama.*`. The rules over them are in `filter/redpajama.rs`.

use memchr::{memchr_iter, memchr2_iter, memmem};

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::characters;
use crate::text::space::trim;
use crate::text::word_tally::{Tally, WordTally};

/// Signs that open the item of a list.
const BULLETS: [char; 10] = [
    '\u{2022}', '\u{2023}', '\u{25B6}', '\u{25C0}', '\u{25E6}', '\u{25A0}', '\u{25A1}', '\u{25AA}',
    '\u{25AB}', '\u{2013}',
];

/// What is measured, in this order.
const SIGNALS: &[Signal] = &[
    Signal::new("words", SignalType::Count, "words of the normalised text"),
    Signal::new(
        "mean_word_length",
        SignalType::Ratio,
        "characters in a word of the normalised text, on average",
    ),
    Signal::new(
        "unique_word_share",
        SignalType::Ratio,
        "share of the words of the normalised text that are different ones",
    ),
    Signal::new(
        "unigram_entropy",
        SignalType::Ratio,
        "entropy of those words, in nats",
    ),
    Signal::new(
        "stop_word_share",
        SignalType::Ratio,
        "share of the raw words that are English stop words",
    ),
    Signal::new(
        "symbol_ratio",
        SignalType::Ratio,
        "hash signs and ellipses ('...' or '…') for each raw word",
    ),
    Signal::new(
        "no_letter_word_share",
        SignalType::Ratio,
        "share of the raw words without a letter from A to Z",
    ),
    Signal::new(
        "capital_word_share",
        SignalType::Ratio,
        "share of the raw words in capitals",
    ),
    Signal::new(
        "sentences",
        SignalType::Count,
        "stretches between full stops, exclamation and question marks with a word in them",
    ),
    Signal::new(
        "lorem_ipsum_share",
        SignalType::Ratio,
        "'lorem ipsum' for each character of the normalised text",
    ),
    Signal::new(
        "curly_bracket_share",
        SignalType::Ratio,
        "share of the characters that are '{' or '}'",
    ),
    Signal::new(
        "javascript_words",
        SignalType::Count,
        "words of the normalised text that are 'javascript'",
    ),
    Signal::new(
        "lines",
        SignalType::Count,
        "lines between newlines, blank ones too",
    ),
    Signal::new(
        "terminal_line_share",
        SignalType::Ratio,
        "share of lines that end in '.', '!', '?' or '”'",
    ),
    Signal::new(
        "ellipsis_line_share",
        SignalType::Ratio,
        "share of lines that end in an ellipsis",
    ),
    Signal::new(
        "bullet_line_share",
        SignalType::Ratio,
        "share of lines that begin with a bullet, or an en dash",
    ),
    Signal::new(
        "words_per_line",
        SignalType::Ratio,
        "words of the normalised text in a line, on average",
    ),
    Signal::new(
        "numeric_character_share",
        SignalType::Ratio,
        "share of the characters of the normalised lines that are numbers",
    ),
    Signal::new(
        "uppercase_character_share",
        SignalType::Ratio,
        "share of the characters that are capitals",
    ),
];

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct RedPajama;

impl Annotator for RedPajama {
    fn name(&self) -> &'static str {
        "redpajama"
    }

    fn signals(&self) -> &'static [Signal] {
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let bytes = text.as_bytes();
        let tally: Tally = WordTally::new(text.len()).tally(text);
        let lines = Lines::of(text);
        let all = characters(text);
        let symbols = memchr_iter(b'#', bytes).count()
            + memmem::find_iter(bytes, b"...").count()
            + memmem::find_iter(bytes, "…".as_bytes()).count();
        let braces = memchr2_iter(b'{', b'}', bytes).count();
        // Words stand apart by one space: in the text as a whole, and within each line.
        let normalized = tally.characters + tally.words.saturating_sub(1);
        let in_lines = tally.characters + (tally.words - tally.lines_with_words);

        row.count(tally.words as u64);
        row.ratio(share(tally.characters, tally.words));
        row.ratio(share(tally.different_words, tally.words));
        row.ratio(tally.entropy);
        row.ratio(share(tally.stop_words, tally.raw_words));
        row.ratio(share(symbols, tally.raw_words));
        row.ratio(share(
            tally.raw_words - tally.raw_words_with_letter,
            tally.raw_words,
        ));
        row.ratio(share(tally.raw_words_in_capitals, tally.raw_words));
        row.count(tally.sentences as u64);
        row.ratio(share(tally.lorem_ipsum, normalized));
        row.ratio(share(braces, all));
        row.count(tally.javascript as u64);
        row.count(lines.all as u64);
        row.ratio(share(lines.terminal, lines.all));
        row.ratio(share(lines.open, lines.all));
        row.ratio(share(lines.bullets, lines.all));
        row.ratio(share(tally.words, lines.all));
        row.ratio(share(tally.numeric, in_lines));
        row.ratio(share(tally.capitals, all));
    }
}

/// What is counted over the lines.
#[derive(Default)]
struct Lines {
    all: usize,
    terminal: usize,
    open: usize,
    bullets: usize,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut start = 0;
        for end in memchr_iter(b'\n', text.as_bytes()) {
            counts.take(&text[start..end]);
            start = end + 1;
        }
        if start < text.len() {
            counts.take(&text[start..]);
        }
        counts
    }

    fn take(&mut self, line: &str) {
        let line = trim(line);
        self.all += 1;
        self.terminal += usize::from(line.ends_with(['.', '!', '?', '”']));
        self.open += usize::from(line.ends_with("...") || line.ends_with('…'));
        self.bullets += usize::from(line.starts_with(BULLETS));
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
        let text = "The mill, the MILL: 12 {wheels}...\n\n– Lorem, ipsum #1!\nJavaScript";
        // Raw words: The mill , the MILL : 12 { wheels }... – Lorem , ipsum # 1 ! JavaScript.
        let nats = |share: f64| -share * share.ln();
        let expected = [
            ("words", Value::Count(11)),
            ("mean_word_length", Value::Ratio(Some(4.0))),
            ("unique_word_share", Value::Ratio(Some(9.0 / 11.0))),
            (
                "unigram_entropy",
                Value::Ratio(Some(2.0 * nats(2.0 / 11.0) + 7.0 * nats(1.0 / 11.0))),
            ),
            ("stop_word_share", Value::Ratio(Some(1.0 / 18.0))),
            ("symbol_ratio", Value::Ratio(Some(2.0 / 18.0))),
            ("no_letter_word_share", Value::Ratio(Some(10.0 / 18.0))),
            ("capital_word_share", Value::Ratio(Some(1.0 / 18.0))),
            ("sentences", Value::Count(3)),
            ("lorem_ipsum_share", Value::Ratio(Some(1.0 / 54.0))),
            ("curly_bracket_share", Value::Ratio(Some(2.0 / 65.0))),
            ("javascript_words", Value::Count(1)),
            ("lines", Value::Count(4)),
            ("terminal_line_share", Value::Ratio(Some(0.5))),
            ("ellipsis_line_share", Value::Ratio(Some(0.25))),
            ("bullet_line_share", Value::Ratio(Some(0.25))),
            ("words_per_line", Value::Ratio(Some(2.75))),
            ("numeric_character_share", Value::Ratio(Some(3.0 / 52.0))),
            ("uppercase_character_share", Value::Ratio(Some(8.0 / 65.0))),
        ];
        for ((name, found), (expected_name, expected)) in signals(&RedPajama, text).into_iter().zip(expected)
        {
            assert_eq!(name, expected_name);
            match (&found, &expected) {
                (Value::Ratio(Some(found)), Value::Ratio(Some(expected))) => {
                    assert!(
                        (found - expected).abs() < 1e-12,
                        "{name}: {found}, not {expected}"
                    );
                }
                _ => assert_eq!(found, expected, "{name}"),
            }
        }
    }

    #[test]
    fn nothing_has_no_ratios() {
        for (name, value) in signals(&RedPajama, "") {
            assert!(
                matches!(value, Value::Count(0) | Value::Ratio(None)),
                "{name} {value:?}"
            );
        }
    }
}
