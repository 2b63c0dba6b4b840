//! Counts words and phrases of a list: a blunt measure of toxicity, and an honest one.
//!
//! List and text are normalised alike ([`crate::text::normalize`]), so case, accents and punctuation do not matter
//! (`MUD-SCUM` is the phrase `mud scum`), and matches begin and end at word boundaries. In scripts without spaces
//! each character is a word, so that an entry is found wherever it stands.
//!
//! Columns written: `toxicity.words`, `toxicity.share`. The matches themselves are written nowhere.
//!
//! Cost: one Aho-Corasick pass over the normalised text, whatever the length of the list.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::annotate::{SettingsError, Subject};
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::Normalized;

/// The built-in list, for English.
const BUILT_IN: &str = include_str!("words_en.txt");

/// Entries up to which the search is compiled into a table of states: faster, and larger.
const MOST_FOR_TABLE: usize = 2_000;

/// The annotator.
#[derive(Debug)]
pub struct ToxicWords {
    /// Finds entries with the space before them.
    entries: AhoCorasick,
}

impl ToxicWords {
    /// An annotator of the built-in list and `further` words and phrases.
    ///
    /// # Errors
    /// When the list is too large to be searched for.
    pub fn new(further: &[String]) -> Result<Self, SettingsError> {
        let built_in = BUILT_IN
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'));
        let listed = built_in.chain(further.iter().map(String::as_str));
        let mut entries: Vec<String> = listed
            .map(|entry| Normalized::new(entry).spaced().to_owned())
            .collect();
        entries.retain(|entry| !entry.is_empty());
        entries.sort_unstable();
        entries.dedup();
        let kind = (entries.len() <= MOST_FOR_TABLE).then_some(AhoCorasickKind::DFA);
        let built = AhoCorasick::builder().kind(kind).build(&entries);
        built
            .map(|entries| Self { entries })
            .map_err(|error| SettingsError {
                annotator: "toxicity",
                message: format!(
                    "cannot search for {} words: {error}; shorten safety.word_lists",
                    entries.len()
                ),
            })
    }

    /// How many words of `text` are, or belong to, an entry.
    fn toxic_words(&self, text: &Normalized) -> usize {
        let spaced = text.spaced();
        let ends_word = |end: usize| matches!(spaced.as_bytes().get(end), None | Some(b' '));
        let found = self
            .entries
            .find_overlapping_iter(spaced)
            .filter(|found| ends_word(found.end()));
        let mut matches: Vec<(usize, usize)> = found.map(|found| (found.start(), found.end())).collect();
        matches.sort_unstable();
        // Phrases may overlap: each word counts once.
        let mut words = 0;
        let mut covered = 0;
        for (start, end) in matches {
            let start = start.max(covered);
            if start < end {
                words += spaced[start..end].bytes().filter(|byte| *byte == b' ').count();
                covered = end;
            }
        }
        words
    }
}

impl Annotator for ToxicWords {
    fn name(&self) -> &'static str {
        "toxicity"
    }

    fn signals(&self) -> &'static [Signal] {
        &[
            Signal {
                name: "words",
                signal_type: SignalType::Count,
                meaning: "words that are on a list of toxic words, or in a phrase on it",
            },
            Signal {
                name: "share",
                signal_type: SignalType::Ratio,
                meaning: "their share of all words; null where there are no words",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let normalized = text.normalized();
        let toxic = self.toxic_words(normalized);
        let words = normalized.word_count();
        row.count(toxic as u64);
        row.ratio((words > 0).then(|| toxic as f64 / words as f64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signals};

    fn counted(text: &str) -> Vec<Value> {
        let further = ["mud scum eater", "scum", "坏词", "คำหยาบ", " !! "].map(str::to_owned);
        let annotator = ToxicWords::new(&further).expect("a small list");
        signals(&annotator, text)
            .into_iter()
            .map(|(_, value)| value)
            .collect()
    }

    #[test]
    fn words_and_phrases_are_counted() {
        for (text, words, share) in [
            ("A friendly text", 0, Some(0.0)),
            ("You GRUBWORT, you!", 1, Some(1.0 / 3.0)),
            ("grubwort grubwort mudscum", 3, Some(1.0)),
            ("grubworts and unmudscum", 0, Some(0.0)),
            ("a mud-scum, eater", 3, Some(0.75)),
            ("mud scum", 1, Some(0.5)),
            ("这是坏词吗", 2, Some(0.4)),
            ("...", 0, None),
        ] {
            assert_eq!(
                counted(text),
                [Value::Count(words), Value::Ratio(share)],
                "{text}"
            );
        }
        assert!(matches!(counted("นี่คือคำหยาบนะ")[0], Value::Count(words) if words > 0));
    }

    #[test]
    fn the_built_in_list_is_in_use() {
        let entries = BUILT_IN
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        for entry in entries {
            assert_eq!(counted(entry)[0], Value::Count(1), "{entry}");
        }
    }
}
