//! What a document's address says of it: its host, whether that is on a block list, and how many words of adult sites
//! it is made of.
//!
//! Block lists match by domain, which blocks all hosts below it, and by the beginning of an address
//! ([`crate::lists::hosts`]). The first list in the recipe's order gives the category.
//!
//! `adult_words` is a hint and drops nothing by itself: a filter such as `url.adult_words < 2` may. The words are this
//! project's own, few and in English; block lists are the measure.
//!
//! Columns written: `url.host`, `url.blocked`, `url.adult_words`.
//!
//! Cost: a hash for each part of the address, and a look-up of it in each list.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

use crate::annotate::{SettingsError, Subject};
use crate::lists::cache::{self, BlockList};
use crate::lists::host_set::HostSet;
use crate::lists::hosts;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};

/// The words.
const ADULT: &str = include_str!("url_words.txt");

/// Which lists block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The block lists, each of another category.
    pub block_lists: Vec<BlockList>,
}

/// The annotator.
#[derive(Debug)]
pub struct Address {
    /// Each category with what it blocks.
    blocked: Vec<(String, Arc<HostSet>)>,
    words: AhoCorasick,
    /// Of each word, whether it is found inside others.
    inside: Vec<bool>,
}

impl Address {
    /// An annotator with the lists of `settings`.
    ///
    /// # Errors
    /// When a list cannot be read, or is not the one that the run began with.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let said = |message: String| SettingsError {
            annotator: "url",
            message,
        };
        let mut blocked = Vec::new();
        for list in &settings.block_lists {
            let set = cache::named(list).map_err(|error| said(error.to_string()))?;
            blocked.push((list.category.clone(), set));
        }
        let lines = ADULT.lines().map(str::trim);
        let words: Vec<&str> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let plain = words.iter().map(|word| word.trim_start_matches('*'));
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(plain)
            .map_err(|error| said(error.to_string()))?;
        Ok(Self {
            blocked,
            words: automaton,
            inside: words.iter().map(|word| word.starts_with('*')).collect(),
        })
    }

    /// The category that `address` is blocked for.
    fn category(&self, address: &str) -> Option<&str> {
        if self.blocked.is_empty() {
            return None;
        }
        let keys = hosts::keys_of(address);
        let found = self
            .blocked
            .iter()
            .find(|(_, set)| keys.iter().any(|key| set.contains(*key)));
        found.map(|(category, _)| category.as_str())
    }

    /// How many words of adult sites `address` is made of.
    fn adult_words(&self, address: &str) -> usize {
        let bytes = address.as_bytes();
        let is_letter = |place: Option<usize>| {
            place
                .and_then(|place| bytes.get(place))
                .is_some_and(u8::is_ascii_alphabetic)
        };
        let found = self.words.find_iter(address).filter(|found| {
            let stands_alone = !is_letter(found.start().checked_sub(1)) && !is_letter(Some(found.end()));
            stands_alone || self.inside.get(found.pattern().as_usize()) == Some(&true)
        });
        found.count()
    }
}

impl Annotator for Address {
    fn name(&self) -> &'static str {
        "url"
    }

    fn signals(&self) -> &'static [Signal] {
        &[
            Signal {
                name: "host",
                signal_type: SignalType::Label,
                meaning: "the host of the address, without 'www.'; null where there is none",
            },
            Signal {
                name: "blocked",
                signal_type: SignalType::Label,
                meaning: "the category of the first block list that the address is on; null where it is on none",
            },
            Signal {
                name: "adult_words",
                signal_type: SignalType::Count,
                meaning: "words of adult sites in the address",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let address = document.url.unwrap_or_default();
        row.label(hosts::host_of(address).as_deref());
        row.label(self.category(address));
        row.count(self.adult_words(address) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Row, Value};
    use crate::lists::cache::ListFile;
    use crate::lists::source;
    use crate::recipe::written::Group;

    fn values(annotator: &Address, url: Option<&str>) -> Vec<Value> {
        let mut row = Row::default();
        let document = Subject {
            url,
            ..Subject::of_text("text", Group::Web)
        };
        annotator.annotate(&document, &mut row);
        row.values()
    }

    #[test]
    fn the_first_list_gives_the_category() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = |category: &str, lines: &str| {
            let path = folder.path().join(category);
            std::fs::write(&path, lines).expect("written");
            let path = path.to_string_lossy().into_owned();
            let hash = source::hash(&path).expect("readable");
            BlockList {
                category: category.to_owned(),
                files: vec![ListFile { path, hash }],
            }
        };
        let block_lists = vec![
            list("adult", "bad.example\n"),
            list("malware", "worse.example\nbad.example/x\n"),
        ];
        let annotator = Address::new(&Settings { block_lists }).expect("lists");
        let label = |name: Option<&str>| Value::Label(name.map(str::to_owned));
        for (url, host, blocked) in [
            (
                Some("https://www.bad.example/x"),
                Some("bad.example"),
                Some("adult"),
            ),
            (
                Some("https://a.worse.example"),
                Some("a.worse.example"),
                Some("malware"),
            ),
            (
                Some("https://good.example/bad.example"),
                Some("good.example"),
                None,
            ),
            (Some("urn:isbn:0"), None, None),
            (Some(""), None, None),
            (None, None, None),
        ] {
            assert_eq!(
                values(&annotator, url)[..2],
                [label(host), label(blocked)],
                "{url:?}"
            );
        }
    }

    #[test]
    fn words_of_adult_sites_are_counted() {
        let annotator = Address::new(&Settings::default()).expect("no list");
        for (url, words) in [
            ("https://example.com/", 0),
            ("https://freePORNtube.example/nude-cams/", 3),
            ("https://essex.example/sexton/unisex", 0),
            ("https://example.com/sex/education", 1),
        ] {
            assert_eq!(values(&annotator, Some(url))[2], Value::Count(words), "{url}");
        }
    }
}
