//! Lists of words and phrases: one a line, `#` begins a comment line, case does not matter.
//!
//! A list is of one language, or of all (`None`), and has a category (`toxic`, `adult`, `spam`).

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::{Deserialize, Serialize};

use super::source::{self, Line, Tally};

/// The category of lists that name none.
pub const TOXIC: &str = "toxic";

/// The longest entry. What is longer is no phrase but a line of prose.
const MAX_ENTRY_BYTES: usize = 200;

/// Words and phrases of one language and category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordList {
    /// The language that they are of, ISO 639-3; `None` for all texts.
    pub language: Option<String>,
    /// What they are signs of.
    pub category: String,
    /// The words and phrases.
    pub entries: Vec<String>,
}

/// The entries of the file at `path`.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &str) -> io::Result<(Vec<String>, Tally)> {
    let mut entries = Vec::new();
    let tally = source::lines(path, |line| {
        if line.is_empty() || line.starts_with(b"#") {
            return Line::Nothing;
        }
        match std::str::from_utf8(line) {
            Ok(entry) if is_entry(entry) => {
                entries.push(entry.to_owned());
                Line::Entries(1)
            }
            _ => Line::Strange,
        }
    })?;
    Ok((entries, tally))
}

/// Whether there is something to find: a letter, a digit or a sign beyond ASCII. Punctuation alone is in every text.
fn is_entry(entry: &str) -> bool {
    let found = |character: char| character.is_alphanumeric() || !character.is_ascii();
    entry.len() <= MAX_ENTRY_BYTES && entry.chars().any(found)
}

/// One list for each language and category, in order, its entries in order and each once.
#[must_use]
pub fn merged(lists: &[WordList]) -> Vec<WordList> {
    let mut together: BTreeMap<(&Option<String>, &str), BTreeSet<&String>> = BTreeMap::new();
    for list in lists {
        let entries = together.entry((&list.language, &list.category)).or_default();
        entries.extend(&list.entries);
    }
    let lists = together.into_iter();
    lists
        .map(|((language, category), entries)| WordList {
            language: language.clone(),
            category: category.to_owned(),
            entries: entries.into_iter().cloned().collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_what_can_be_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list");
        let long = "x".repeat(MAX_ENTRY_BYTES + 1);
        let lines = format!("# a comment\nmud scum\n\n!!\n🖕\n{long}\n坏词\n");
        std::fs::write(&path, lines).expect("written");
        let (entries, tally) = read(&path.to_string_lossy()).expect("readable");
        assert_eq!(entries, ["mud scum", "🖕", "坏词"]);
        assert_eq!((tally.entries, tally.strange, tally.first_strange), (3, 2, 4));
    }

    #[test]
    fn lists_of_a_kind_become_one() {
        let list = |language: Option<&str>, entries: &[&str]| WordList {
            language: language.map(str::to_owned),
            category: TOXIC.to_owned(),
            entries: entries.iter().map(|entry| (*entry).to_owned()).collect(),
        };
        let parts = [
            list(Some("deu"), &["b", "a"]),
            list(None, &["c"]),
            list(Some("deu"), &["a"]),
        ];
        assert_eq!(
            merged(&parts),
            [list(None, &["c"]), list(Some("deu"), &["a", "b"])]
        );
    }
}
