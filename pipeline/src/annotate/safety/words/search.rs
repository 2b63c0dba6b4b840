//! The search for the entries of all lists at once: those of plain words in the normalised text, the others in the
//! text as it is spelled.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::coverage::Coverage;
use crate::lists::words::WordList;
use crate::text::normalize::is_unspaced;
use crate::text::{Analysis, Normalized};

/// Entries up to which a search is compiled into a table of states: faster, and larger.
const MOST_FOR_TABLE: usize = 10_000;

/// The search.
#[derive(Debug)]
pub(super) struct Search {
    /// Entries with the space before them, in the normalised text.
    folded: Entries,
    /// Entries in the text itself.
    spelled: Entries,
}

/// What one automaton looks for.
#[derive(Debug)]
struct Entries {
    automaton: AhoCorasick,
    /// The lists that each entry is on.
    lists: Vec<Vec<u16>>,
    /// Bytes of the longest entry.
    longest: usize,
}

impl Search {
    /// A search for the entries of `lists`.
    pub(super) fn new(lists: &[&WordList]) -> Result<Self, BuildError> {
        let mut folded: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        let mut spelled: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        for (place, list) in (0_u16..).zip(lists) {
            let is_folded = matches!(list.language.as_deref(), None | Some("eng"));
            for entry in &list.entries {
                let normalized = Normalized::new(entry);
                if is_folded && is_plain(entry) && normalized.word_count() > 0 {
                    folded
                        .entry(normalized.spaced().to_owned())
                        .or_default()
                        .push(place);
                    continue;
                }
                for variant in variants(entry) {
                    spelled.entry(variant).or_default().push(place);
                }
            }
        }
        Ok(Self {
            folded: Entries::new(folded)?,
            spelled: Entries::new(spelled)?,
        })
    }

    /// How many words of `text` belong to matches that `counts` accepts; it is given the lists that a match is on, and
    /// the match.
    pub(super) fn count(&self, text: &Analysis<'_>, mut counts: impl FnMut(&[u16], &str) -> bool) -> usize {
        let spaced = text.normalized().spaced();
        let ends_word = |end: usize| matches!(spaced.as_bytes().get(end), None | Some(b' '));
        let words =
            |start: usize, end: usize| spaced[start..end].bytes().filter(|byte| *byte == b' ').count();
        let mut coverage = Coverage::new(self.folded.longest, words);
        for found in self.folded.automaton.find_overlapping_iter(spaced) {
            let lists = &self.folded.lists[found.pattern().as_usize()];
            if ends_word(found.end()) && counts(lists, &spaced[found.range()]) {
                coverage.add(found.start(), found.end());
            }
        }
        let words = coverage.words();
        if self.spelled.lists.is_empty() {
            return words;
        }
        let text = text.text;
        let mut coverage = Coverage::new(self.spelled.longest, |start, end| {
            Normalized::new(&text[start..end]).word_count().max(1)
        });
        for found in self.spelled.automaton.find_overlapping_iter(text) {
            let lists = &self.spelled.lists[found.pattern().as_usize()];
            let is_whole = stands_alone(text, found.start(), found.end());
            if is_whole && counts(lists, &text[found.range()]) {
                coverage.add(found.start(), found.end());
            }
        }
        words + coverage.words()
    }
}

impl Entries {
    fn new(entries: BTreeMap<String, Vec<u16>>) -> Result<Self, BuildError> {
        let kind = (entries.len() <= MOST_FOR_TABLE).then_some(AhoCorasickKind::DFA);
        let automaton = AhoCorasick::builder()
            .kind(kind)
            .ascii_case_insensitive(true)
            .build(entries.keys())?;
        Ok(Self {
            automaton,
            longest: entries.keys().map(String::len).max().unwrap_or_default(),
            lists: entries.into_values().collect(),
        })
    }
}

/// Whether normalising an entry leaves it what it is: words of letters, without accents, numbers or signs.
fn is_plain(entry: &str) -> bool {
    entry.nfd().all(|part| {
        let is_letter = part.is_alphabetic() && !is_combining_mark(part);
        is_letter || part.is_whitespace() || matches!(part, '-' | '\'')
    })
}

/// The spellings of an entry that differ by more than the case of ASCII letters.
fn variants(entry: &str) -> Vec<String> {
    let entry: String = entry.nfc().collect();
    let lower = entry.to_lowercase();
    let mut characters = lower.chars();
    let capital: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let mut all: Vec<String> = [capital + characters.as_str(), lower.to_uppercase(), lower, entry]
        .iter()
        .map(|variant| {
            variant
                .chars()
                .map(|character| character.to_ascii_lowercase())
                .collect()
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether no word goes on before or after a match. In scripts without spaces, nobody can tell, and it is one.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let goes_on = |inside: Option<char>, outside: Option<char>| match (inside, outside) {
        (Some(inside), Some(outside)) => is_of_word(inside) && is_of_word(outside),
        _ => false,
    };
    let found = &text[start..end];
    !goes_on(found.chars().next(), text[..start].chars().next_back())
        && !goes_on(found.chars().next_back(), text[end..].chars().next())
}

fn is_of_word(character: char) -> bool {
    let is_wordy = character.is_alphanumeric() || is_combining_mark(character) || character == '_';
    is_wordy && !is_unspaced(character) && !matches!(character, '\u{e00}'..='\u{eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_entries_lose_nothing_when_they_are_normalised() {
        for entry in ["mud scum", "mud-scum", "Scum", "坏词", "грязь"] {
            assert!(is_plain(entry), "{entry}");
        }
        for entry in ["3p", "sch\u{f6}n", "m@d", "🖕", "a & b", "สระที่"] {
            assert!(!is_plain(entry), "{entry}");
        }
    }

    #[test]
    fn variants_differ_beyond_ascii() {
        assert_eq!(variants("Mud"), ["mud"]);
        assert_eq!(variants("schön"), ["schÖn", "schön"]);
        assert_eq!(variants("грязь"), ["ГРЯЗЬ", "Грязь", "грязь"]);
    }

    #[test]
    fn matches_stand_alone() {
        let alone = |before: &str, found: &str, after: &str| {
            let text = format!("{before}{found}{after}");
            stands_alone(&text, before.len(), before.len() + found.len())
        };
        assert!(alone("", "scum", "") && alone("a ", "scum", "!") && alone("坏", "scum", "词"));
        assert!(!alone("x", "scum", "") && !alone("", "scum", "s") && !alone("", "scum", "\u{301}"));
        assert!(alone("这是", "坏词", "吗") && alone("นี่คือ", "คำหยาบ", "นะ") && alone("x", "🖕", "x"));
        assert!(!alone("나", "나쁜", "") && !alone("", "грязь", "ю"));
    }
}
