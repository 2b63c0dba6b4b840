//! Identifies the language by script and by trigram profiles of 69 languages (the crate `whatlang`).
//!
//! Comparing a text with the profiles takes about as long as reading two thousand bytes of it, however short it is, and
//! reading more tells no more: so of a longer text the identifier is given a sample, `WINDOWS` pieces spread evenly
//! from the first byte to the last, cut between characters. The first sample is small; where it leaves doubt, the
//! answer is that of a larger one. The same text always gives the same samples. Shorter texts are read whole. A longer
//! text of which every piece is full of the small words of English is English, which spares the comparison.
//!
//! `confidence` is whatlang's: how far the best language is ahead of the second, from 0 to 1; short or mixed texts
//! have little. It is no probability, and no fastText score. The second and third language are not told: whatlang
//! keeps them to itself.

use std::borrow::Cow;

use ::whatlang::{Lang, Script};

use super::SIGNALS;
use super::line_share::line_share;
use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow};

/// Pieces of a sample.
const WINDOWS: usize = 4;

/// Bytes of a piece of the first sample, and of the one that is taken in doubt.
///
/// Over 5,826 labelled pages and books of Debian's documentation in 40 languages, many of them half translated, these
/// give the labelled language for 78.9%, whole texts for 78.9%, 4 times 768 bytes at once for 78.7% in a third more time.
const WINDOW_BYTES: [usize; 2] = [128, 256];

/// Confidence from which there is no doubt.
const SURE: f64 = 0.9;

/// Words of a piece that is judged by its words alone, at least.
const FEWEST_WORDS: usize = 20;

/// One word in so many is a small word of English in a piece that is plainly English: in English prose it is one in
/// four or five, and in no other language one in a hundred.
const LEAST_ENGLISH: usize = 9;

/// At most one byte in so many is beyond ASCII there.
const MOST_BEYOND_ASCII: usize = 25;

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
        let found = identify(text.text);
        row.label(found.map(|found| found.language.code()));
        row.ratio(found.map(|found| found.confidence));
        row.label(found.as_ref().map(|found| found.script.name()));
        for _ in ["second", "third"] {
            row.label(None);
            row.ratio(None);
        }
        let share = found.filter(|_| self.lines > 0).and_then(|found| {
            line_share(text.lines(), self.lines, |line| {
                ::whatlang::detect_lang(line).map(|language| language == found.language)
            })
        });
        row.ratio(share);
    }
}

/// A language that was identified.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::annotate) struct Identified {
    pub(in crate::annotate) language: Lang,
    pub(in crate::annotate) script: Script,
    /// How far it is ahead of the second, from 0 to 1.
    pub(in crate::annotate) confidence: f64,
}

/// What the identifier says of `text`.
pub(in crate::annotate) fn identify(text: &str) -> Option<Identified> {
    let [small, large] = WINDOW_BYTES;
    if WINDOWS * large < text.len() {
        if pieces(text, large).iter().all(|piece| is_plainly_english(piece)) {
            return Some(Identified {
                language: Lang::Eng,
                script: Script::Latin,
                confidence: 1.0,
            });
        }
        let found = detect(&sample(text, small));
        if found.is_some_and(|found| SURE <= found.confidence) {
            return found;
        }
    }
    detect(&sample(text, large))
}

fn detect(text: &str) -> Option<Identified> {
    ::whatlang::detect(text).map(|found| Identified {
        language: found.lang(),
        script: found.script(),
        confidence: found.confidence(),
    })
}

/// Whether a piece of a text is of words that only English has so many of, with hardly a letter beyond ASCII.
fn is_plainly_english(piece: &str) -> bool {
    let (mut words, mut english) = (0, 0);
    for word in piece.split_ascii_whitespace() {
        words += 1;
        english += usize::from(is_english(word));
    }
    let beyond_ascii = piece.bytes().filter(|byte| !byte.is_ascii()).count();
    words >= FEWEST_WORDS
        && english * LEAST_ENGLISH >= words
        && beyond_ascii * MOST_BEYOND_ASCII <= piece.len()
}

/// Small words of English that no other language has, or has seldom.
fn is_english(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "The"
            | "of"
            | "and"
            | "that"
            | "with"
            | "from"
            | "which"
            | "this"
            | "This"
            | "are"
            | "not"
            | "you"
            | "be"
            | "have"
            | "were"
            | "they"
            | "their"
            | "has"
            | "been"
            | "would"
            | "these"
            | "when"
            | "can"
            | "will"
            | "your"
            | "should"
            | "other"
            | "what"
            | "there"
    )
}

/// A sample of `text` in pieces of `window` bytes.
fn sample(text: &str, window: usize) -> Cow<'_, str> {
    if text.len() <= WINDOWS * window {
        return Cow::Borrowed(text);
    }
    let mut sample = String::with_capacity(WINDOWS * (window + 4));
    for piece in pieces(text, window) {
        sample.push_str(piece);
        sample.push('\n');
    }
    Cow::Owned(sample)
}

/// Pieces of about `window` bytes of a `text` that is longer than all of them.
fn pieces(text: &str, window: usize) -> [&str; WINDOWS] {
    let last_start = text.len() - window;
    std::array::from_fn(|number| {
        let start = last_start / (WINDOWS - 1) * number + last_start % (WINDOWS - 1) * number / (WINDOWS - 1);
        &text[text.floor_char_boundary(start)..text.floor_char_boundary(start + window)]
    })
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

    /// The labelled sentences beside the checkout, or where `GRISTMILL_DATA` points: language, text.
    fn labeled() -> Option<Vec<(String, String)>> {
        let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
        let root = std::env::var_os("GRISTMILL_DATA").map_or(beside, std::path::PathBuf::from);
        let path = root.join("langid/whatlang_examples.json");
        let Ok(bytes) = std::fs::read(&path) else {
            eprintln!("skipped: there is no {}", path.display());
            return None;
        };
        let texts: std::collections::BTreeMap<String, String> = serde_json::from_slice(&bytes).expect("JSON");
        Some(texts.into_iter().collect())
    }

    #[test]
    fn accuracy_is_the_librarys_own() {
        let Some(texts) = labeled() else {
            return;
        };
        let (mut ours, mut its_own) = (0, 0);
        for (language, text) in &texts {
            let found = ::whatlang::detect_lang(text).map(|found| found.code().to_owned());
            its_own += usize::from(found.as_ref() == Some(language));
            let code = signal(&Whatlang::default(), text, "code");
            ours += usize::from(code == Value::Label(Some(language.clone())));
        }
        assert_eq!(ours, its_own);
        assert!(ours * 10 > texts.len() * 9, "{ours} of {}", texts.len());
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
        let sample = sample(&text, 256);
        assert!(sample.len() <= WINDOWS * (256 + 4));
        assert!(sample.starts_with('A') && sample.ends_with("éZ\n"), "{sample}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_sampled(text in "\\PC{0,40}", repeat in 1_usize..200) {
            let text = text.repeat(repeat);
            for window in WINDOW_BYTES {
                prop_assert!(sample(&text, window).len() <= text.len().max(WINDOWS * (window + 4)));
            }
        }
    }
}
