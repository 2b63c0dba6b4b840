//! The line rules of C4 (Raffel et al. 2020, section 2.2, with those that are in its code alone), in the order and with
//! the constants of datatrove 0.10 (`filters/c4_filters.py`).
//!
//! A line goes when a word in it is too long to be one, when it does not end like a sentence, when it has fewer than
//! three words, when it speaks of JavaScript, or of cookies and terms of use. A page goes when a line that got so far
//! says "lorem ipsum" or has a curly bracket. From the lines that stay, Wikipedia's marks of citations are removed.
//!
//! [`judge`] says what becomes of each line; the annotator `c4` counts that, and `rewrite/lines.rs` does it.

use std::borrow::Cow;
use std::iter::Peekable;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, FindIter};
use memchr::memchr;

use super::space::{chunks, is_ascii_space, trim};

/// Fewest words of a line.
pub const LEAST_WORDS: usize = 3;

/// Most characters of a word.
pub const LONGEST_WORD: usize = 1000;

/// What becomes of a line that may end in any way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Kept,
    /// It goes: a word has more than [`LONGEST_WORD`] characters.
    LongWord,
    /// It goes: it has fewer than [`LEAST_WORDS`] words.
    FewWords,
    /// The page goes: it is filler of a template.
    LoremIpsum,
    /// It goes: it asks to switch JavaScript on.
    JavaScript,
    /// The page goes: it holds code.
    CurlyBracket,
    /// It goes: it is about cookies, privacy or terms of use.
    Policy,
}

/// A line with what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// Without white space at its ends, then without marks of citations.
    pub line: Cow<'a, str>,
    /// Whether marks of citations were removed.
    pub is_cited: bool,
    /// Whether it ends in terminal punctuation, and not in an ellipsis.
    pub ends_sentence: bool,
    /// What becomes of it where it need not end a sentence.
    pub fate: Fate,
}

impl Judged<'_> {
    /// What becomes of it: none where it goes for want of terminal punctuation.
    #[must_use]
    pub fn fate(&self, terminal_punctuation: bool) -> Option<Fate> {
        let may_end_so = self.ends_sentence || !terminal_punctuation || self.fate == Fate::LongWord;
        may_end_so.then_some(self.fate)
    }
}

/// Judges the lines of a text, in order.
pub fn judge<'a>(text: &'a str, lines: &[&'a str], mut each: impl FnMut(Judged<'a>)) {
    let mut phrases = Phrases::new(text);
    let mut brackets = Next::new(text, b'[');
    let mut braces = Next::new(text, b'{');
    for &line in lines {
        let start = line.as_ptr().addr() - text.as_ptr().addr();
        let end = start + line.len();
        let found = Found {
            phrases: phrases.within(start, end),
            brace: braces.is_within(start, end),
        };
        let may_be_cited = brackets.is_within(start, end);
        each(judge_line(trim(line), may_be_cited, found));
    }
}

/// What of the things that decide a line's fate is in it.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// A bit for each [`Phrase`].
    phrases: u8,
    brace: bool,
}

/// Judges `line`, which has no white space at its ends.
fn judge_line(line: &str, may_be_cited: bool, found: Found) -> Judged<'_> {
    if line.len() > LONGEST_WORD && has_long_word(line) {
        return Judged {
            line: line.into(),
            is_cited: false,
            ends_sentence: false,
            fate: Fate::LongWord,
        };
    }
    let uncited = may_be_cited.then(|| without_citations(line)).flatten();
    let is_cited = uncited.is_some();
    let (text, found) = match uncited {
        Some(text) => {
            let found = Found {
                phrases: Phrases::new(&text).within(0, text.len()),
                brace: text.contains('{'),
            };
            (Cow::Owned(text), found)
        }
        None => (Cow::Borrowed(line), found),
    };
    let is_said = |phrase: Phrase| found.phrases & phrase.bit() != 0;
    // The words are those of the line with its citations.
    let fate = if !has_words(line) {
        Fate::FewWords
    } else if is_said(Phrase::LoremIpsum) {
        Fate::LoremIpsum
    } else if is_said(Phrase::JavaScript) {
        Fate::JavaScript
    } else if found.brace {
        Fate::CurlyBracket
    } else if is_said(Phrase::Policy) {
        Fate::Policy
    } else {
        Fate::Kept
    };
    Judged {
        ends_sentence: text.ends_with(['.', '?', '!', '"', '\'']) && !text.ends_with("..."),
        line: text,
        is_cited,
        fate,
    }
}

/// Whether there are enough words in `line`.
fn has_words(line: &str) -> bool {
    if !line.is_ascii() {
        return chunks(line).nth(LEAST_WORDS - 1).is_some();
    }
    let mut words = 0;
    let mut was_space = true;
    for &byte in line.as_bytes() {
        let is_space = is_ascii_space(byte);
        words += usize::from(was_space && !is_space);
        was_space = is_space;
        if words == LEAST_WORDS {
            return true;
        }
    }
    false
}

fn has_long_word(line: &str) -> bool {
    chunks(line).any(|word| word.len() > LONGEST_WORD && word.chars().count() > LONGEST_WORD)
}

/// The length of the mark of a citation that `text` starts with: `[12]`, `[]`, `[edit]`, `[citation needed]`; 0 for
/// none. Numbers are of the decimal digits of any script.
fn citation_at(text: &str) -> usize {
    let named = ["[edit]", "[citation needed]"];
    if let Some(mark) = named.iter().find(|mark| text.starts_with(**mark)) {
        return mark.len();
    }
    let Some(inside) = text.strip_prefix('[') else {
        return 0;
    };
    let number = inside.trim_start_matches(is_decimal_digit);
    if number.starts_with(']') {
        text.len() - number.len() + 1
    } else {
        0
    }
}

/// Whether `character` is a decimal digit (Nd) of some script.
fn is_decimal_digit(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    // Numbers that are letters (Nl) or fractions and the like (No) are told apart by range.
    character.is_numeric()
        && matches!(u32::from(character), 0x660..=0x669 | 0x6F0..=0x6F9 | 0x7C0..=0x7C9 | 0x966..=0x96F | 0x9E6..=0x9EF
            | 0xA66..=0xA6F | 0xAE6..=0xAEF | 0xB66..=0xB6F | 0xBE6..=0xBEF | 0xC66..=0xC6F | 0xCE6..=0xCEF
            | 0xD66..=0xD6F | 0xE50..=0xE59 | 0xED0..=0xED9 | 0xF20..=0xF29 | 0x1040..=0x1049 | 0x17E0..=0x17E9
            | 0x1810..=0x1819 | 0xFF10..=0xFF19)
}

/// `line` without marks of citations; none where there are none.
fn without_citations(line: &str) -> Option<String> {
    let mut kept = String::new();
    let mut is_cited = false;
    let mut copied = 0;
    let mut at = 0;
    while let Some(bracket) = memchr(b'[', &line.as_bytes()[at..]) {
        let start = at + bracket;
        let length = citation_at(&line[start..]);
        if length > 0 {
            kept.push_str(&line[copied..start]);
            copied = start + length;
            is_cited = true;
        }
        at = start + length.max(1);
    }
    is_cited.then(|| {
        kept.push_str(&line[copied..]);
        kept
    })
}

/// `line` without marks of citations, those too that come about when others go: `[[1]]` leaves nothing.
#[must_use]
pub fn without_nested_citations(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    for character in line.chars() {
        kept.push(character);
        if character == ']' {
            let named = ["[edit]", "[citation needed]"];
            let mark = named
                .iter()
                .find(|mark| kept.ends_with(**mark))
                .map(|mark| mark.len());
            let number = || {
                let inside = &kept[..kept.len() - 1];
                let before = inside.trim_end_matches(is_decimal_digit);
                before.ends_with('[').then(|| kept.len() - before.len() + 1)
            };
            if let Some(length) = mark.or_else(number) {
                kept.truncate(kept.len() - length);
            }
        }
    }
    kept
}

/// What is looked for in lines, in any case of ASCII letters.
#[derive(Clone, Copy, Debug)]
enum Phrase {
    LoremIpsum,
    JavaScript,
    Policy,
}

impl Phrase {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

const PHRASES: [(&str, Phrase); 8] = [
    ("lorem ipsum", Phrase::LoremIpsum),
    ("javascript", Phrase::JavaScript),
    ("terms of use", Phrase::Policy),
    ("privacy policy", Phrase::Policy),
    ("cookie policy", Phrase::Policy),
    ("uses cookies", Phrase::Policy),
    ("use of cookies", Phrase::Policy),
    ("use cookies", Phrase::Policy),
];

/// None where the search cannot be built, which for these phrases does not happen: a test holds it.
static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(PHRASES.map(|(phrase, _)| phrase))
        .ok()
});

/// Walks through the phrases of a text.
struct Phrases<'a> {
    matches: Option<Peekable<FindIter<'static, 'a>>>,
}

impl<'a> Phrases<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            matches: SEARCH.as_ref().map(|search| search.find_iter(text).peekable()),
        }
    }

    /// The phrases, as bits, between `start` and `end`, which come no earlier than at the call before.
    fn within(&mut self, start: usize, end: usize) -> u8 {
        let mut bits = 0;
        let Some(matches) = &mut self.matches else {
            return bits;
        };
        while let Some(found) = matches.next_if(|found| found.start() < end) {
            if found.start() >= start {
                bits |= PHRASES[found.pattern().as_usize()].1.bit();
            }
        }
        bits
    }
}

/// Walks through the places of a byte in a text.
struct Next<'a> {
    bytes: &'a [u8],
    byte: u8,
    /// The first place that was not passed yet.
    place: usize,
}

impl<'a> Next<'a> {
    fn new(text: &'a str, byte: u8) -> Self {
        let bytes = text.as_bytes();
        let place = memchr(byte, bytes).unwrap_or(bytes.len());
        Self { bytes, byte, place }
    }

    /// Whether the byte is between `start` and `end`, which come no earlier than at the call before.
    fn is_within(&mut self, start: usize, end: usize) -> bool {
        if self.place < start {
            let rest = &self.bytes[start..];
            self.place = start + memchr(self.byte, rest).unwrap_or(rest.len());
        }
        self.place < end
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::lines::lines;

    fn judged(text: &str) -> Vec<Judged<'_>> {
        let mut all = Vec::new();
        judge(text, &lines(text), |line| all.push(line));
        all
    }

    #[test]
    fn the_search_can_be_built() {
        assert!(SEARCH.is_some());
    }

    #[test]
    fn each_rule_has_its_lines() {
        let long = format!("so {} it is.", "x".repeat(1001));
        let wide = format!("so {} it is.", "é".repeat(1000));
        let cases = [
            ("Three words here.", true, Fate::Kept),
            ("Three words here", false, Fate::Kept),
            ("Three words here...", false, Fate::Kept),
            ("He said \"three words\"", true, Fate::Kept),
            ("Two words.", true, Fate::FewWords),
            (&long, false, Fate::LongWord),
            (&wide, true, Fate::Kept),
            ("Say Lorem Ipsum { now.", true, Fate::LoremIpsum),
            ("Please enable JAVASCRIPT { now.", true, Fate::JavaScript),
            ("Read { our privacy policy.", true, Fate::CurlyBracket),
            ("Read our Privacy Policy.", true, Fate::Policy),
            ("This site uses cookies", false, Fate::Policy),
        ];
        let text = cases.map(|(line, ..)| line).join("\n");
        for (found, (line, ends_sentence, fate)) in judged(&text).iter().zip(cases) {
            assert_eq!(
                (&*found.line, found.ends_sentence, found.fate),
                (line, ends_sentence, fate)
            );
        }
    }

    #[test]
    fn citations_are_removed() {
        let cases = [
            ("It is so.[12][edit]", "It is so."),
            ("It[citation needed] is [a] so [ 1].", "It is [a] so [ 1]."),
            ("java[1]script is on.", "javascript is on."),
            ("It is [[1]] so.", "It is [] so."),
            ("It [٣] is so [", "It  is so ["),
        ];
        for (line, expected) in cases {
            let all = judged(line);
            assert_eq!(all[0].line, expected);
            assert!(all[0].is_cited);
        }
        assert_eq!(judged("java[1]script is on.")[0].fate, Fate::JavaScript);
        assert_eq!(judged("Go [2] on.")[0].fate, Fate::Kept);
        assert_eq!(
            without_nested_citations("a [[1]] b [ed[3]it] [x] ]1]"),
            "a  b  [x] ]1]"
        );
        assert!(!judged("no [a mark].")[0].is_cited);
    }

    #[test]
    fn terminal_punctuation_is_asked_before_the_words() {
        let all = judged("Two words");
        assert_eq!(
            (all[0].fate(true), all[0].fate(false)),
            (None, Some(Fate::FewWords))
        );
    }

    proptest! {
        #[test]
        fn nested_marks_leave_none(line in "[\\[\\]a1]{0,40}") {
            let plain = without_nested_citations(&line);
            prop_assert_eq!(without_citations(&plain), None);
        }

        #[test]
        fn a_line_is_judged_alone_as_in_its_text(text in "([a-c. {\\[\\]1]|javascript|use cookies|lorem ipsum|\n){0,20}") {
            for (line, found) in lines(&text).into_iter().zip(judged(&text)) {
                let alone = judged(line);
                if let Some(alone) = alone.first() {
                    prop_assert_eq!(alone, &found);
                }
            }
        }
    }
}
