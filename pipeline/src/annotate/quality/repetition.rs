//! The measures of Gopher's repetition rules (Rae et al. 2021, "Scaling Language Models", table A1), as datatrove 0.10
//! takes them, so that its published thresholds mean the same here.
//!
//! Lines and paragraphs are what newlines and runs of two newlines or more stand between; a part is repeated where
//! the same one stood earlier. Words are those of `gopher` ([`crate::text::words`]); runs of them are measured in
//! [`crate::text::ngrams`]. Every share is of all characters of the text, white space too.
//!
//! Columns written: `gopher_repetition.*`. The rules over them are in `filter/repetition.rs`.

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::Analysis;
use crate::text::bytes::characters;
use crate::text::ngrams::{MOST_WORDS, repeated_parts, repeated_runs};

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Repetition;

impl Annotator for Repetition {
    fn name(&self) -> &'static str {
        "gopher_repetition"
    }

    fn signals(&self) -> &'static [Signal] {
        const fn ratio(name: &'static str, meaning: &'static str) -> Signal {
            Signal {
                name,
                signal_type: SignalType::Ratio,
                meaning,
            }
        }
        const SIGNALS: &[Signal] = &[
            ratio("paragraphs", "share of paragraphs that stood there before"),
            ratio("paragraph_characters", "share of characters in such paragraphs"),
            ratio("lines", "share of lines that stood there before"),
            ratio("line_characters", "share of characters in such lines"),
            ratio("top_2_gram", "share of characters in the most frequent two words"),
            ratio(
                "top_3_gram",
                "share of characters in the most frequent three words",
            ),
            ratio(
                "top_4_gram",
                "share of characters in the most frequent four words",
            ),
            ratio(
                "duplicated_5_grams",
                "share of characters in five words that stood there before",
            ),
            ratio(
                "duplicated_6_grams",
                "share of characters in six words that stood there before",
            ),
            ratio(
                "duplicated_7_grams",
                "share of characters in seven words that stood there before",
            ),
            ratio(
                "duplicated_8_grams",
                "share of characters in eight words that stood there before",
            ),
            ratio(
                "duplicated_9_grams",
                "share of characters in nine words that stood there before",
            ),
            ratio(
                "duplicated_10_grams",
                "share of characters in ten words that stood there before",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let all = characters(text.text.as_bytes());
        let paragraphs = repeated_parts(trimmed(text.text), 2);
        let lines = repeated_parts(text.text, 1);
        for parts in [paragraphs, lines] {
            row.ratio(share(parts.repeated, parts.parts).filter(|_| all > 0));
            row.ratio(share(parts.repeated_characters, all));
        }
        let runs = repeated_runs(text.words());
        let looked_at = characters(words_looked_at(text).as_bytes());
        for characters in runs.top {
            row.ratio(characters.and_then(|characters| share(characters, looked_at)));
        }
        for characters in runs.duplicated {
            row.ratio(share(characters, looked_at));
        }
    }
}

/// `text` without white space at its ends, which holds the separators FS to US too.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
    })
}

/// The part of a text whose words are looked at: nearly always all of it.
fn words_looked_at<'a>(text: &Analysis<'a>) -> &'a str {
    let end = text
        .words()
        .get(MOST_WORDS)
        .map(|word| word.as_ptr().addr() - text.text.as_ptr().addr());
    end.map_or(text.text, |end| &text.text[..end])
}

/// `part` of `whole`; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};
    use proptest::prelude::*;

    #[test]
    fn the_measures_are_taken() {
        let text = " one two\none two\n\nthree\n\none two\none two ";
        // 41 characters; words: one two one two three one two one two.
        let expected = [
            ("paragraphs", 1.0 / 3.0),
            ("paragraph_characters", 15.0 / 41.0),
            ("lines", 1.0 / 5.0),
            ("line_characters", 7.0 / 41.0),
            ("top_2_gram", 28.0 / 41.0),
            ("top_3_gram", 22.0 / 41.0),
            ("top_4_gram", 30.0 / 41.0),
        ];
        for (name, expected) in expected {
            assert_eq!(
                signal(&Repetition, text, name),
                Value::Ratio(Some(expected)),
                "{name}"
            );
        }
        let repeated = "a b c d e f g h i j k\n\n".repeat(3);
        assert_eq!(
            signal(&Repetition, &repeated, "paragraphs"),
            Value::Ratio(Some(2.0 / 3.0))
        );
        assert_eq!(
            signal(&Repetition, &repeated, "duplicated_5_grams"),
            Value::Ratio(Some(20.0 / 69.0))
        );
    }

    #[test]
    fn nothing_has_no_ratios() {
        for (name, value) in signals(&Repetition, "") {
            assert_eq!(value, Value::Ratio(None), "{name}");
        }
        assert_eq!(signal(&Repetition, "one", "top_2_gram"), Value::Ratio(None));
        assert_eq!(
            signal(&Repetition, "one", "duplicated_5_grams"),
            Value::Ratio(Some(0.0))
        );
    }

    proptest! {
        #[test]
        fn shares_are_between_none_and_all(text in "[abc \n]{1,200}") {
            for (name, value) in signals(&Repetition, &text) {
                // Occurrences of the most frequent words may overlap, so their characters count more than once.
                let most = if name.starts_with("top") { 4.0 } else { 1.0 };
                if let Value::Ratio(Some(ratio)) = value {
                    prop_assert!((0.0..=most).contains(&ratio), "{} {}", name, ratio);
                }
            }
        }
    }
}
