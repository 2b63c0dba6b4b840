//! Counts words and phrases of lists: a blunt measure of toxicity, and an honest one.
//!
//! Lists for all texts and those for English are normalised as the text is ([`crate::text::normalize`]), so case,
//! accents and punctuation do not matter (`MUD-SCUM` is the phrase `mud scum`). Entries of other languages, with an
//! accent, a digit or a sign, are found as they are spelled, whatever the case: there, an accent makes another word.
//! Matches begin and end at word boundaries, but in scripts without spaces, where an entry is found wherever it
//! stands: as in C4's rule of bad words.
//!
//! A list for a language counts in texts of that language (`tongue.rs`), since what is rude in one is harmless in the
//! next (`fag` is Danish for a subject at school).
//!
//! Columns written: `toxicity.words`, `toxicity.share`, `toxicity.category`. The matches themselves are written
//! nowhere.
//!
//! Cost: one Aho-Corasick pass over the normalised text, and one over the text where there are lists for languages,
//! whatever their length.

mod coverage;
mod search;
mod tongue;

use self::search::Search;
use self::tongue::Tongue;
use crate::annotate::{SettingsError, Subject};
use crate::lists::words::{TOXIC, WordList};
use crate::stage::{Annotator, Signal, SignalRow, SignalType};

/// The built-in list, for English.
const BUILT_IN: &str = include_str!("words_en.txt");

/// The annotator.
#[derive(Debug)]
pub struct ToxicWords {
    /// Each list's language and category, as the searches number them.
    lists: Vec<(Option<String>, usize)>,
    categories: Vec<String>,
    search: Search,
}

impl ToxicWords {
    /// An annotator of the built-in list and `further` ones.
    ///
    /// # Errors
    /// When the lists are too large to be searched for.
    pub fn new(further: &[WordList]) -> Result<Self, SettingsError> {
        let lines = BUILT_IN.lines().map(str::trim);
        let entries = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let built_in = WordList {
            language: None,
            category: TOXIC.to_owned(),
            entries: entries.map(str::to_owned).collect(),
        };
        let all: Vec<&WordList> = std::iter::once(&built_in).chain(further).collect();
        let mut categories: Vec<String> = all.iter().map(|list| list.category.clone()).collect();
        categories.sort_unstable();
        categories.dedup();
        let place = |category: &String| categories.binary_search(category).unwrap_or_default();
        let lists = all
            .iter()
            .map(|list| (list.language.clone(), place(&list.category)))
            .collect();
        let search = Search::new(&all).map_err(|error| SettingsError {
            annotator: "toxicity",
            message: format!(
                "cannot search for {} words: {error}; shorten safety.word_lists",
                all.iter().map(|list| list.entries.len()).sum::<usize>()
            ),
        })?;
        Ok(Self {
            lists,
            categories,
            search,
        })
    }

    /// How many words of the document are, or belong to, an entry; and the category of the most.
    fn count(&self, document: &Subject<'_>) -> (usize, Option<&str>) {
        let tongue = Tongue::of(document);
        let mut counts = vec![0; self.categories.len()];
        let words = self.search.count(&document.text, |lists, found| {
            let mut is_counted = false;
            for list in lists {
                let Some((language, category)) = self.lists.get(usize::from(*list)) else {
                    continue;
                };
                if language
                    .as_ref()
                    .is_none_or(|language| tongue.speaks(language, found))
                {
                    counts[*category] += 1;
                    is_counted = true;
                }
            }
            is_counted
        });
        let most = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        // Of equal counts the first by name.
        let most = most.max_by_key(|(place, count)| (**count, usize::MAX - place));
        (
            words,
            most.and_then(|(place, _)| Some(self.categories.get(place)?.as_str())),
        )
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
            Signal {
                name: "category",
                signal_type: SignalType::Label,
                meaning: "the category of the lists that most of them are on; null where there is none",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let (toxic, category) = self.count(document);
        let words = document.text.normalized().word_count();
        row.count(toxic as u64);
        // A sign is no word of the normalised text, and still counts.
        row.ratio((words > 0).then(|| (toxic as f64 / words as f64).min(1.0)));
        row.label(category);
    }
}

#[cfg(test)]
mod tests;
