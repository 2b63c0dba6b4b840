//! Puts words together that were broken at the end of a line: `exam-` / `ple` -> `example`.
//!
//! Whether the hyphen belongs to the word is asked of the document itself, not of a dictionary: the spelling that
//! stands elsewhere in it wins (`sheep-bells` or `sheepbells`). Where neither does, two halves that are both words
//! of the document keep their hyphen, and so do all of a document whose other broken words were compounds. The whole
//! word goes to the first line. `pre- and postwar` is left as it is.
//!
//! Memory: the words in question, twice.

use std::collections::HashMap;

use crate::stage::Rewriter;

/// Joins broken words.
#[derive(Clone, Copy, Debug)]
pub struct JoinHyphens;

/// Words after which a hyphen stays open: `pre- and postwar`, `Vor- und Nachteile`.
const CONJUNCTIONS: [&str; 16] = [
    "and", "or", "nor", "to", "but", "und", "oder", "bis", "sowie", "et", "ou", "e", "o", "y", "en", "of",
];

/// Hyphens at the end of a line: ASCII, U+2010, and two that mean nothing but a broken word: the soft hyphen and `¬`,
/// as text recognition writes it.
const HYPHENS: [char; 4] = ['-', '\u{2010}', '\u{ad}', '¬'];

/// The longest word, so that a chain of a million halves is not looked through for each of them.
const MAX_WORD_BYTES: usize = 120;

impl Rewriter for JoinHyphens {
    fn rewrite(&self, text: String) -> String {
        if !HYPHENS.iter().any(|hyphen| has_at_line_end(&text, *hyphen)) {
            return text;
        }
        let words = Words::of(&text);
        let mut joined = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut line_start = 0;
        while let Some(end) = rest.find('\n') {
            joined.push_str(&rest[..end]);
            let after = &rest[end + 1..];
            let Some(broken) = broken(&joined[line_start..], after) else {
                joined.push('\n');
                line_start = joined.len();
                rest = after;
                continue;
            };
            let keeps_hyphen = words.keeps_hyphen(&broken);
            let Broken {
                hyphen,
                indent,
                moved,
                ..
            } = broken;
            if !keeps_hyphen {
                joined.truncate(joined.len() - hyphen.len_utf8());
            }
            joined.push_str(moved);
            // What follows the word begins a line; where nothing does, its line end is this line's.
            rest = after[indent + moved.len()..].trim_start_matches([' ', '\t']);
            if rest.starts_with('\n') || rest.is_empty() {
                continue;
            }
            // A hyphen that stood inside of the line must not come to stand at the end of one.
            if joined.ends_with(HYPHENS) {
                joined.push(' ');
            } else {
                joined.push('\n');
                line_start = joined.len();
            }
        }
        joined.push_str(rest);
        joined
    }
}

fn has_at_line_end(text: &str, hyphen: char) -> bool {
    let mut pattern = [0; 5];
    let length = hyphen.encode_utf8(&mut pattern).len();
    pattern[length] = b'\n';
    memchr::memmem::find(text.as_bytes(), &pattern[..=length]).is_some()
}

/// A word that is broken at the end of a line.
#[derive(Debug)]
struct Broken<'before, 'after> {
    first: &'before str,
    hyphen: char,
    second: &'after str,
    /// White space before the second half.
    indent: usize,
    /// The second half with the marks behind it.
    moved: &'after str,
}

/// The word that is broken between `line` and the text `after` it.
fn broken<'before, 'after>(line: &'before str, after: &'after str) -> Option<Broken<'before, 'after>> {
    let hyphen = line.chars().next_back().filter(|last| HYPHENS.contains(last))?;
    let before = &line[..line.len() - hyphen.len_utf8()];
    let first = trailing_word(before);
    let next_line = after.split('\n').next().unwrap_or(after);
    let indented = next_line.trim_start_matches([' ', '\t']);
    let indent = next_line.len() - indented.len();
    let moved = &indented[..indented.find(char::is_whitespace).unwrap_or(indented.len())];
    let second = leading_word(moved);
    if first.is_empty() || second.is_empty() || first.len() + second.len() > MAX_WORD_BYTES {
        return None;
    }
    let is_upper = |text: &str| text.chars().all(|letter| !letter.is_lowercase());
    let continues =
        second.starts_with(char::is_lowercase) || (is_upper(first) && is_upper(second) && first.len() > 1);
    // A conjunction that is itself the half of a word is none.
    let is_conjunction = CONJUNCTIONS.contains(&second) && !moved[second.len()..].starts_with(HYPHENS);
    if !continues || is_conjunction {
        return None;
    }
    Some(Broken {
        first,
        hyphen,
        second,
        indent,
        moved,
    })
}

/// The letters at the end of `text`, so far as they can be of a word.
fn trailing_word(text: &str) -> &str {
    let text = &text[text.ceil_char_boundary(text.len().saturating_sub(MAX_WORD_BYTES + 1))..];
    let rest = text.trim_end_matches(char::is_alphabetic);
    &text[rest.len()..]
}

/// The letters at the start of `text`.
fn leading_word(text: &str) -> &str {
    let rest = text.trim_start_matches(char::is_alphabetic);
    &text[..text.len() - rest.len()]
}

/// How often the words in question stand in a document, in lower case, but for the places where they are broken.
#[derive(Debug, Default)]
struct Words {
    counts: HashMap<String, u32>,
    /// Whether the broken words of which the document knows a spelling were mostly compounds.
    mostly_compounds: bool,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut pairs = Vec::new();
        let lines: Vec<&str> = text.split('\n').collect();
        for pair in lines.windows(2) {
            let Some(broken) = broken(pair[0], pair[1]) else {
                continue;
            };
            let spellings = Spellings::of(&broken);
            for word in [
                &spellings.joined,
                &spellings.compound,
                &spellings.first,
                &spellings.second,
            ] {
                words.counts.entry(word.clone()).or_default();
            }
            pairs.push(spellings);
        }
        words.count(&lines);
        let mut compounds = 0;
        let mut others = 0;
        for spellings in &pairs {
            let (joined, compound) = (words.seen(&spellings.joined), words.seen(&spellings.compound));
            compounds += usize::from(compound > joined);
            others += usize::from(joined > compound);
        }
        words.mostly_compounds = compounds > others;
        words
    }

    fn count(&mut self, lines: &[&str]) {
        let is_part = |letter: char| letter.is_alphabetic() || matches!(letter, '-' | '\u{2010}');
        let mut is_continued = false;
        for (number, line) in lines.iter().enumerate() {
            let is_broken = lines
                .get(number + 1)
                .is_some_and(|next| broken(line, next).is_some());
            let mut tokens = line
                .split(|letter| !is_part(letter))
                .filter(|token| !token.is_empty())
                .peekable();
            if is_continued {
                tokens.next();
            }
            while let Some(token) = tokens.next() {
                if is_broken && tokens.peek().is_none() {
                    break;
                }
                let token = token.trim_matches(['-', '\u{2010}']).to_lowercase();
                if let Some(count) = self.counts.get_mut(&token) {
                    *count += 1;
                }
            }
            is_continued = is_broken;
        }
    }

    fn seen(&self, word: &str) -> u32 {
        self.counts.get(word).copied().unwrap_or_default()
    }

    fn keeps_hyphen(&self, broken: &Broken<'_, '_>) -> bool {
        if !matches!(broken.hyphen, '-' | '\u{2010}') {
            return false;
        }
        let spellings = Spellings::of(broken);
        let (joined, compound) = (self.seen(&spellings.joined), self.seen(&spellings.compound));
        if joined != compound {
            return compound > joined;
        }
        let are_words = self.seen(&spellings.first) > 0 && self.seen(&spellings.second) > 0;
        are_words || self.mostly_compounds
    }
}

/// The words that a broken word may be.
#[derive(Debug)]
struct Spellings {
    joined: String,
    compound: String,
    first: String,
    second: String,
}

impl Spellings {
    fn of(broken: &Broken<'_, '_>) -> Self {
        let (first, second) = (broken.first.to_lowercase(), broken.second.to_lowercase());
        Self {
            joined: format!("{first}{second}"),
            compound: format!("{first}-{second}"),
            first,
            second,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(text: &str) -> String {
        JoinHyphens.rewrite(text.to_owned())
    }

    #[test]
    fn the_document_says_what_a_word_is() {
        let cases = [
            ("", ""),
            ("an exam-\nple of it", "an example\nof it"),
            ("an exam-\n   ple, of it", "an example,\nof it"),
            ("an exam-\nple.\n\nNext", "an example.\n\nNext"),
            ("re-enter, re-\nenter and", "re-enter, re-enter\nand"),
            (
                "sheep and bells: sheep-\nbells ring",
                "sheep and bells: sheep-bells\nring",
            ),
            ("WAISTCOAT-\nPOCKET and", "WAISTCOATPOCKET\nand"),
            (
                "waistcoat-pocket, WAISTCOAT-\nPOCKET and",
                "waistcoat-pocket, WAISTCOAT-POCKET\nand",
            ),
            ("pre-\nand postwar", "pre-\nand postwar"),
            ("a dash --\nand more", "a dash --\nand more"),
            ("1914-\nbis", "1914-\nbis"),
            ("Anglo-\nSaxon", "Anglo-\nSaxon"),
            ("- item\n- other-\n\nx", "- item\n- other-\n\nx"),
            ("Stra\u{ad}\nße und", "Straße\nund"),
            ("inter-\nna-\ntional law", "international\nlaw"),
        ];
        for (text, expected) in cases {
            assert_eq!(joined(text), expected, "{text:?}");
        }
    }

    #[test]
    fn compounds_stay_in_a_document_of_compounds() {
        let text = "grown-up, sea-side; grown-\nup sea-\nside old-\nfash";
        assert_eq!(joined(text), "grown-up, sea-side; grown-up\nsea-side\nold-fash");
    }

    proptest! {
        #[test]
        fn joining_is_idempotent(text in "(exam|ple|a|bc-d|and|B|[ .\n\t]|-\n|\u{ad}\n|-|\\PC){0,40}") {
            let once = joined(&text);
            prop_assert_eq!(joined(&once), once);
        }

        #[test]
        fn letters_stay(text in "(exam|ple|[ .,\n]|-\n){0,40}") {
            let letters = |text: &str| text.replace(|letter: char| !letter.is_alphabetic(), "");
            prop_assert_eq!(letters(&joined(&text)), letters(&text));
        }
    }
}
