//! Identifies the language by script and by trigram profiles of 69 languages (the crate `whatlang`).
//!
//! The identifier reads about 17 MB/s, so of a long text it is given a sample: `WINDOWS` pieces of
//! `WINDOW_BYTES` bytes, spread evenly from the first byte to the last, cut between characters. The same text
//! always gives the same sample. Shorter texts are read whole.
//!
//! `confidence` is whatlang's: how far the best language is ahead of the second, from 0 to 1; short or mixed texts
//! have little. It is no probability, and no fastText score. The second and third language are not told: whatlang
//! keeps them to itself.

use std::borrow::Cow;

use super::SIGNALS;
use super::line_share::line_share;
use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow};

/// Pieces of a sample.
const WINDOWS: usize = 4;

/// Bytes of a piece. Over 2,291 pages and books of Debian's documentation, many of them half translated, 4 times 768
/// gave the language of the whole text for 98.1%, and the same verdict on confident English for 98.6%; 4 times 256
/// gave 94.9% and 96.3% and was a quarter faster.
const WINDOW_BYTES: usize = 768;

/// The annotator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whatlang {
    /// Lines that are identified one by one for `line_share`, at most.
    pub lines: u32,
}

impl Annotator for Whatlang {
    fn name(&self) -> &'static str {
        "language"
    }

    fn signals(&self) -> &'static [Signal] {
        &SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let found = ::whatlang::detect(&sample(text.text));
        row.label(found.as_ref().map(|info| info.lang().code()));
        row.ratio(found.as_ref().map(::whatlang::Info::confidence));
        row.label(
            found
                .as_ref()
                .map(::whatlang::Info::script)
                .as_ref()
                .map(::whatlang::Script::name),
        );
        for _ in ["second", "third"] {
            row.label(None);
            row.ratio(None);
        }
        let share = found.filter(|_| self.lines > 0).and_then(|found| {
            line_share(text.lines(), self.lines, |line| {
                ::whatlang::detect_lang(line).map(|language| language == found.lang())
            })
        });
        row.ratio(share);
    }
}

/// What of `text` is looked at.
fn sample(text: &str) -> Cow<'_, str> {
    if text.len() <= WINDOWS * WINDOW_BYTES {
        return Cow::Borrowed(text);
    }
    let mut sample = String::with_capacity(WINDOWS * (WINDOW_BYTES + 4));
    let last_start = text.len() - WINDOW_BYTES;
    for window in 0..WINDOWS {
        let start = last_start / (WINDOWS - 1) * window + last_start % (WINDOWS - 1) * window / (WINDOWS - 1);
        let end = text.floor_char_boundary(start + WINDOW_BYTES);
        sample.push_str(&text[text.floor_char_boundary(start)..end]);
        sample.push('\n');
    }
    Cow::Owned(sample)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal};
    use proptest::prelude::*;

    #[test]
    fn languages_are_told_apart() {
        for (text, code, script) in [
            (
                "It was the best of times, it was the worst of times, it was the age of wisdom.",
                "eng",
                "Latin",
            ),
            (
                "Wer reitet so spät durch Nacht und Wind? Es ist der Vater mit seinem Kind.",
                "deu",
                "Latin",
            ),
            ("千里之行，始于足下。不积跬步，无以至千里。", "cmn", "Mandarin"),
            (
                "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.",
                "rus",
                "Cyrillic",
            ),
        ] {
            assert_eq!(
                signal(&Whatlang::default(), text, "code"),
                Value::Label(Some(code.to_owned()))
            );
            assert_eq!(
                signal(&Whatlang::default(), text, "script"),
                Value::Label(Some(script.to_owned()))
            );
        }
    }

    #[test]
    fn a_text_without_letters_has_no_language() {
        for text in ["", "12 + 34", "🎉"] {
            assert_eq!(signal(&Whatlang::default(), text, "code"), Value::Label(None));
            assert_eq!(
                signal(&Whatlang::default(), text, "confidence"),
                Value::Ratio(None)
            );
        }
    }

    #[test]
    fn a_long_text_is_sampled_from_end_to_end() {
        let text = format!("A{}Z", "é".repeat(10_000));
        let sample = sample(&text);
        assert!(sample.len() <= WINDOWS * (WINDOW_BYTES + 4));
        assert!(sample.starts_with('A') && sample.ends_with("éZ\n"), "{sample}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_sampled(text in "\\PC{0,40}", repeat in 1_usize..200) {
            let text = text.repeat(repeat);
            prop_assert!(sample(&text).len() <= text.len().max(WINDOWS * (WINDOW_BYTES + 4)));
        }
    }
}
