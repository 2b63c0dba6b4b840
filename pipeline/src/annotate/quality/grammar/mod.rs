//! How well a text keeps to the grammar of English: faults for each thousand words, by kind.
//!
//! Two things are looked at: what a checker for people's mistakes finds (the crate `harper-core`, `checker.rs`), and
//! pairs of neighbours that no English sentence has (`pairs.rs`), which is how text shows that was shuffled or put
//! together by a machine. The checker reads less than a megabyte a second, so of a long text it is given a sample:
//! `WINDOWS` pieces of `WINDOW_BYTES` bytes from all over it, each from the start of a line where there is one.
//! The bound is one of work, not of time: the same text always gives the same numbers.
//!
//! Columns written: `grammar.*`. All but the count of words are null for code, for texts in another language than
//! English (by the sample), and where the sample has fewer than `FEWEST_WORDS` words.

mod checker;
mod pairs;

use std::cell::RefCell;

use memchr::memchr;

use self::checker::{Checker, Faults};
use crate::annotate::Subject;
use crate::recipe::written::Group;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};

/// Pieces of a sample.
const WINDOWS: usize = 3;

/// Bytes of a piece: some 350 words.
const WINDOW_BYTES: usize = 2_048;

/// A rate over fewer words says nothing: one fault in twenty words would be fifty in a thousand.
const FEWEST_WORDS: usize = 30;

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Grammar;

impl Annotator for Grammar {
    fn name(&self) -> &'static str {
        "grammar"
    }

    fn signals(&self) -> &'static [Signal] {
        const fn rate(name: &'static str, meaning: &'static str) -> Signal {
            Signal {
                name,
                signal_type: SignalType::Ratio,
                meaning,
            }
        }
        const SIGNALS: &[Signal] = &[
            Signal {
                name: "words",
                signal_type: SignalType::Count,
                meaning: "words of the sample that was checked; 0 where none was",
            },
            rate("faults", "faults of all kinds but style for each thousand words"),
            rate(
                "spelling",
                "words in small letters that no dictionary has, each seen once in the sample, for each thousand",
            ),
            rate(
                "order",
                "neighbouring words that English does not put side by side, for each thousand",
            ),
            rate(
                "capitalization",
                "wrong capitals, at the start of a sentence for instance, for each thousand words",
            ),
            rate("punctuation", "wrong punctuation for each thousand words"),
            rate("repetition", "words said twice for each thousand words"),
            rate(
                "word_choice",
                "wrong words ('of' for 'have') for each thousand words",
            ),
            rate(
                "agreement",
                "other faults, such as 'a' for 'an', for each thousand words",
            ),
            rate(
                "style",
                "matters of taste, spacing and overlong sentences for each thousand words; no fault",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let faults = match document.group {
            Group::Code => None,
            Group::Web | Group::Books => check(document.text.text),
        };
        let (words, faults) = faults.map_or((0, None), |faults| (faults.words, Some(faults)));
        row.count(words as u64);
        let mut rate = |count: fn(&Faults) -> usize| {
            let faults = faults.as_ref();
            row.ratio(faults.map(|faults| count(faults) as f64 * 1000.0 / faults.words as f64));
        };
        rate(Faults::all);
        rate(|faults| faults.spelling);
        rate(|faults| faults.order);
        rate(|faults| faults.capitalization);
        rate(|faults| faults.punctuation);
        rate(|faults| faults.repetition);
        rate(|faults| faults.word_choice);
        rate(|faults| faults.agreement);
        rate(|faults| faults.style);
    }
}

thread_local! {
    /// The checker changes as it works (it remembers what it has seen), so each thread has one.
    static CHECKER: RefCell<Option<Checker>> = const { RefCell::new(None) };
}

/// The faults of a sample of `text`, if it is English and long enough.
fn check(text: &str) -> Option<Faults> {
    let pieces = pieces(text);
    let language = whatlang::detect(&pieces.concat())?.lang();
    if language != whatlang::Lang::Eng {
        return None;
    }
    CHECKER.with_borrow_mut(|checker| {
        let checker = checker.get_or_insert_with(Checker::new);
        checker
            .check(&pieces)
            .filter(|faults| faults.words >= FEWEST_WORDS)
    })
}

/// What of `text` is looked at: the whole, or pieces that are as far apart as can be.
fn pieces(text: &str) -> Vec<&str> {
    if text.len() <= WINDOWS * WINDOW_BYTES {
        return vec![text];
    }
    let last_start = text.len() - WINDOW_BYTES;
    let piece = |window: usize| {
        let start = last_start / (WINDOWS - 1) * window;
        let window = &text[text.floor_char_boundary(start)..text.floor_char_boundary(start + WINDOW_BYTES)];
        // A sentence that begins in the middle would look like one without a capital.
        let whole_lines = if start == 0 {
            Some(0)
        } else {
            memchr(b'\n', window.as_bytes()).map(|at| at + 1)
        };
        match whole_lines {
            Some(at) if at <= WINDOW_BYTES / 2 => &window[at..],
            _ => after_sentence(window),
        }
    };
    (0..WINDOWS).map(piece).collect()
}

/// `window` behind the end of its first sentence, or all of it.
fn after_sentence(window: &str) -> &str {
    let ends = [". ", "! ", "? "];
    let end = ends.iter().filter_map(|end| window.find(end)).min();
    end.map_or(window, |end| &window[end + 2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};
    use proptest::prelude::*;

    const CLEAN: &str = "The miller had lived beside the river for thirty years. He knew the sound of the water in \
        every season, and he could tell from the noise of the wheel whether the harvest had been good. When the \
        children came down from the village in the evening, he would stop his work and tell them about the flood.";

    fn faults(text: &str) -> f64 {
        match signal(&Grammar, text, "faults") {
            Value::Ratio(Some(faults)) => faults,
            other => panic!("no faults were counted: {other:?}"),
        }
    }

    #[test]
    fn broken_prose_has_more_faults_than_clean_prose() {
        let mut words: Vec<&str> = CLEAN.split(' ').collect();
        for (place, step) in (0..words.len()).zip([7, 23, 3, 17, 29, 11].into_iter().cycle()) {
            let other = (place + step) % words.len();
            words.swap(place, other);
        }
        let misspelt = CLEAN
            .replace("river", "rvier")
            .replace("sound", "suond")
            .replace("harvest", "havrest");
        let clean = faults(CLEAN);
        assert!(clean < 20.0, "{clean}");
        assert!(faults(&words.join(" ")) > clean + 60.0);
        assert!(faults(&misspelt) > clean + 30.0);
    }

    #[test]
    fn what_cannot_be_judged_has_no_rate() {
        let german = "Der Müller wohnte seit dreißig Jahren am Fluss. Er kannte das Geräusch des Wassers zu jeder \
            Jahreszeit und konnte am Lärm des Rades erkennen, ob die Ernte gut gewesen war und die Kinder kamen.";
        let mut code = Subject::of_text(CLEAN, Group::Code);
        code.path = "miller.py";
        let mut row = crate::annotate::tests::Row::default();
        Grammar.annotate(&code, &mut row);
        let of_code = row.values();
        for values in [
            signals(&Grammar, "")
                .into_iter()
                .map(|(_, value)| value)
                .collect::<Vec<_>>(),
            signals(&Grammar, "Too short to say.")
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
            signals(&Grammar, german)
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
            of_code,
        ] {
            assert_eq!(values[0], Value::Count(0));
            assert!(values[1..].iter().all(|value| *value == Value::Ratio(None)));
        }
    }

    #[test]
    fn work_is_bounded() {
        let text = format!("{CLEAN}\n").repeat(1_000);
        let Value::Count(words) = signal(&Grammar, &text, "words") else {
            panic!("a count");
        };
        assert!((500..2_000).contains(&words), "{words}");
        let line = CLEAN.replace('\n', " ").repeat(1_000);
        assert!(pieces(&line).iter().all(|piece| piece.len() <= WINDOW_BYTES));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_text_can_be_checked(text in "(\\PC|the |of |is |how why |\n|\\. ){0,80}") {
            let _ = check(&text.repeat(3));
        }
    }
}
