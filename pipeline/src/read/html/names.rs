//! What the classes, ids and roles of elements say they are for.
//!
//! Designers name things alike everywhere: `sidebar`, `share-buttons`, `entry-content`. A name is a hint, never
//! proof: what becomes of it is decided in `furniture.rs` and `article.rs`, where the text has a say.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::patterns::PATTERNS;
use super::tree::{Key, NodeId, Tree};

/// A set of purposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Purposes(u32);

impl Purposes {
    pub(super) const COMMENTS: Self = Self(1);
    pub(super) const SHARING: Self = Self(1 << 1);
    pub(super) const ADVERTISEMENT: Self = Self(1 << 2);
    pub(super) const NAVIGATION: Self = Self(1 << 3);
    pub(super) const RELATED: Self = Self(1 << 4);
    pub(super) const SUBSCRIPTION: Self = Self(1 << 5);
    pub(super) const SIDEBAR: Self = Self(1 << 6);
    pub(super) const FOOTER: Self = Self(1 << 7);
    pub(super) const HEADER: Self = Self(1 << 8);
    pub(super) const CONSENT: Self = Self(1 << 9);
    pub(super) const OVERLAY: Self = Self(1 << 10);
    pub(super) const HIDDEN: Self = Self(1 << 11);
    pub(super) const BYLINE: Self = Self(1 << 12);
    pub(super) const TAGS: Self = Self(1 << 13);
    pub(super) const CAPTION: Self = Self(1 << 14);
    pub(super) const ARTICLE: Self = Self(1 << 15);
    pub(super) const CONTENT: Self = Self(1 << 16);
    pub(super) const CONTENTS: Self = Self(1 << 17);
    pub(super) const AUTHOR_BOX: Self = Self(1 << 18);
    pub(super) const MESSAGE: Self = Self(1 << 19);

    pub(super) const GALLERY: Self = Self(1 << 20);

    /// Whether any purpose of `other` is among these.
    pub(super) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// These and those of `other`.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without those of `other`.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that are among `other` too.
    pub(super) const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What no heading's id says by chance.
const DESIGNED: Purposes = Purposes::CONSENT
    .and(Purposes::ARTICLE)
    .and(Purposes::CONTENT)
    .and(Purposes::SUBSCRIPTION);

/// An id of more words than this may not be a designer's.
const MOST_WORDS_OF_ID: usize = 2;

struct Patterns {
    automaton: AhoCorasick,
    meanings: Vec<(Purposes, bool)>,
}

static COMPILED: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut meanings = Vec::new();
    for (purpose, patterns) in PATTERNS {
        for pattern in patterns.split_ascii_whitespace() {
            let word = pattern.strip_suffix('$');
            meanings.push((*purpose, word.is_some()));
            words.push(word.unwrap_or(pattern));
        }
    }
    let mut builder = AhoCorasickBuilder::new();
    builder
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard);
    // The patterns are constants, and a test compiles them.
    let automaton = builder.build(words).ok()?;
    Some(Patterns { automaton, meanings })
});

/// What a class or id says.
pub(super) fn purposes_of(name: &str) -> Purposes {
    let mut found = Purposes::default();
    let Some(patterns) = &*COMPILED else {
        return found;
    };
    let bytes = name.as_bytes();
    for matched in patterns.automaton.find_overlapping_iter(bytes) {
        let (purpose, is_word) = patterns.meanings[matched.pattern().as_usize()];
        let starts = starts_word(bytes, matched.start());
        if starts && (!is_word || ends_word(bytes, matched.end())) {
            found = found.and(purpose);
        }
    }
    found
}

/// Whether a word of a name begins there: behind anything but a letter, or at a capital (`siteFooter`).
fn starts_word(name: &[u8], at: usize) -> bool {
    at == 0
        || !name[at - 1].is_ascii_alphabetic()
        || (name[at].is_ascii_uppercase() && name[at - 1].is_ascii_lowercase())
}

fn ends_word(name: &[u8], at: usize) -> bool {
    let rest = &name[at..];
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    rest.first().is_none_or(|byte| !byte.is_ascii_lowercase())
        || name[at..].first().is_none_or(|byte| !byte.is_ascii_lowercase())
}

/// What an element says it is for.
pub(super) fn purposes(tree: &Tree<'_>, id: NodeId) -> Purposes {
    let node = tree.node(id);
    let Some(attributes) = tree.attributes.get(node.start as usize..node.stop as usize) else {
        return Purposes::default();
    };
    let mut found = Purposes::default();
    for attribute in attributes {
        let Some(value) = tree.source.get(attribute.start as usize..attribute.stop as usize) else {
            continue;
        };
        match attribute.key {
            Key::Class => found = found.and(purposes_of(value)),
            Key::Id => {
                let said = purposes_of(value);
                // Longer ids are often made of the heading below them: `more-on-lists`.
                let is_made = words(value) > MOST_WORDS_OF_ID;
                found = found.and(if is_made { said.within(DESIGNED) } else { said });
            }
            Key::Role => found = found.and(role(value)),
            Key::AriaHidden if value == "true" => found = found.and(Purposes::HIDDEN),
            Key::Hidden if value != "until-found" => found = found.and(Purposes::HIDDEN),
            Key::Itemprop if value.contains("articleBody") => found = found.and(Purposes::ARTICLE),
            _ => {}
        }
    }
    found
}

fn words(id: &str) -> usize {
    id.split(['-', '_']).filter(|word| !word.is_empty()).count()
}

fn role(value: &str) -> Purposes {
    match value {
        "navigation" | "menu" | "menubar" | "search" | "tablist" | "toolbar" => Purposes::NAVIGATION,
        "banner" => Purposes::HEADER,
        "contentinfo" => Purposes::FOOTER,
        "complementary" => Purposes::SIDEBAR,
        "dialog" | "alertdialog" | "tooltip" | "alert" => Purposes::OVERLAY,
        "main" | "article" => Purposes::CONTENT,
        _ => Purposes::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile() {
        assert!(COMPILED.is_some());
    }

    #[test]
    fn names_say_what_things_are_for() {
        let cases = [
            ("site-footer", Purposes::FOOTER),
            ("siteFooter", Purposes::FOOTER),
            ("sidebar-right", Purposes::SIDEBAR),
            ("top-ads", Purposes::ADVERTISEMENT),
            ("Article__Body", Purposes::ARTICLE),
            ("cookie-banner", Purposes::CONSENT),
        ];
        for (name, purpose) in cases {
            assert!(purposes_of(name).meet(purpose), "{name}");
        }
        for name in ["badge", "shadow", "navy", "undershare", "heading", "loads"] {
            assert_eq!(purposes_of(name), Purposes::default(), "{name}");
        }
    }
}
