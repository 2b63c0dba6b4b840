//! The measures of Gopher's quality rules (Rae et al. 2021, "Scaling Language Models", table A1), as datatrove 0.10
//! takes them, so that its published thresholds mean the same here.
//!
//! Words are English tokens, punctuation apart ([`crate::text::words`]); a word of nothing but punctuation is a
//! symbol. Symbols do not count into `word_count` and `mean_word_length` but do into the denominators of the ratios.
//!
//! Columns written: `gopher.*`. The rules over them are in `filter/gopher.rs`.

use memchr::{memchr_iter, memmem};

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::letters::is_letter;
use crate::text::punctuation::is_symbol;

/// The stop words of Gopher's rule, in lower case only.
const STOP_WORDS: [&str; 8] = ["the", "be", "to", "of", "and", "that", "have", "with"];

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Gopher;

impl Annotator for Gopher {
    fn name(&self) -> &'static str {
        "gopher"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new("word_count", SignalType::Count, "words that are not symbols"),
            Signal::new(
                "mean_word_length",
                SignalType::Ratio,
                "characters in a word that is not a symbol, on average",
            ),
            Signal::new(
                "hash_ratio",
                SignalType::Ratio,
                "hash signs for each word or symbol",
            ),
            Signal::new(
                "ellipsis_ratio",
                SignalType::Ratio,
                "ellipses ('...' or '…') for each word or symbol",
            ),
            Signal::new(
                "bullet_line_ratio",
                SignalType::Ratio,
                "share of lines that begin with '•' or '-'",
            ),
            Signal::new(
                "ellipsis_line_ratio",
                SignalType::Ratio,
                "share of lines that end with an ellipsis",
            ),
            Signal::new(
                "alphabetic_word_ratio",
                SignalType::Ratio,
                "share of words and symbols with a letter in them",
            ),
            Signal::new(
                "stop_words",
                SignalType::Count,
                "different words of: the, be, to, of, and, that, have, with",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let words = WordCounts::of(text.words());
        let lines = text.lines();
        let bullets = lines
            .iter()
            .filter(|line| line.trim_start().starts_with(['•', '-']))
            .count();
        let open_ends = lines.iter().filter(|line| ends_open(line)).count();
        let bytes = text.text.as_bytes();
        let hashes = memchr_iter(b'#', bytes).count();
        let ellipses =
            memmem::find_iter(bytes, b"...").count() + memmem::find_iter(bytes, "…".as_bytes()).count();

        row.count(words.plain as u64);
        row.ratio(share(words.characters, words.plain));
        row.ratio(share(hashes, words.all));
        row.ratio(share(ellipses, words.all));
        row.ratio(share(bullets, lines.len()));
        row.ratio(share(open_ends, lines.len()));
        row.ratio(share(words.alphabetic, words.all));
        row.count(u64::from(words.seen_stop_words.count_ones()));
    }
}

/// What is counted over the words.
#[derive(Default)]
struct WordCounts {
    all: usize,
    plain: usize,
    /// Characters of the plain ones.
    characters: usize,
    alphabetic: usize,
    /// A bit for each stop word seen.
    seen_stop_words: u32,
}

impl WordCounts {
    fn of(words: &[&str]) -> Self {
        let mut counts = Self {
            all: words.len(),
            ..Self::default()
        };
        for word in words {
            if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                counts.plain += 1;
                counts.characters += word.len();
                counts.alphabetic += 1;
                if let Some(number) = STOP_WORDS.iter().position(|stop_word| stop_word == word) {
                    counts.seen_stop_words |= 1 << number;
                }
                continue;
            }
            if !is_symbol(word) {
                counts.plain += 1;
                counts.characters += word.chars().count();
            }
            if word.chars().any(is_letter) {
                counts.alphabetic += 1;
            }
        }
        counts
    }
}

fn ends_open(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with("...") || line.ends_with('…')
}

/// `part` of `whole`; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signals};
    use proptest::prelude::*;

    #[test]
    fn the_measures_are_taken() {
        let text = "- The cat, and #1 dog...\nto be";
        let expected = [
            ("word_count", Value::Count(7)),
            ("mean_word_length", Value::Ratio(Some(17.0 / 7.0))),
            ("hash_ratio", Value::Ratio(Some(1.0 / 11.0))),
            ("ellipsis_ratio", Value::Ratio(Some(1.0 / 11.0))),
            ("bullet_line_ratio", Value::Ratio(Some(0.5))),
            ("ellipsis_line_ratio", Value::Ratio(Some(0.5))),
            ("alphabetic_word_ratio", Value::Ratio(Some(6.0 / 11.0))),
            ("stop_words", Value::Count(3)),
        ];
        assert_eq!(signals(&Gopher, text), expected);
    }

    #[test]
    fn nothing_has_no_ratios() {
        for (name, value) in signals(&Gopher, " \u{feff}"[..1].trim()) {
            assert!(
                matches!(value, Value::Count(0) | Value::Ratio(None)),
                "{name} {value:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn shares_do_not_depend_on_how_often_a_text_is_said(text in "[a-z#.,• -]{1,30}\n", times in 2_usize..6) {
            let once = signals(&Gopher, &text);
            let often = signals(&Gopher, &text.repeat(times));
            for ((name, one), (_, many)) in once.iter().zip(&often) {
                if let (Value::Ratio(Some(one)), Value::Ratio(Some(many))) = (one, many) {
                    prop_assert!((one - many).abs() < 1e-9, "{} {} {}", name, one, many);
                }
            }
        }
    }
}
