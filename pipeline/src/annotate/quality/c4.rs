//! What C4's quality filter would find in a text (Raffel et al. 2020, section 2.2; datatrove 0.10 for order and
//! constants), and mC4's measure of paragraphs (Xue et al. 2021). The text itself stays as it is: the lines are removed
//! by `rewrite/lines.rs`, if a recipe asks for it.
//!
//! What ends in `_any_ending` is counted without the rule that a line must end in terminal punctuation, as `FineWeb`
//! calls the filter. A page for which filler text or a curly bracket speaks is judged by the first line that has
//! either, so `page_reason` names one of them only.
//!
//! Columns written: `c4.*`. The rules over them are in `filter/c4.rs`.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::characters;
use crate::text::page_lines::{Fate, judge};
use crate::text::sentences::SentenceCounter;

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct C4;

impl Annotator for C4 {
    fn name(&self) -> &'static str {
        "c4"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new("sentences", SignalType::Count, "sentences in the lines that stay"),
            Signal::new(
                "lorem_ipsum_lines",
                SignalType::Count,
                "lines that say 'lorem ipsum', of those that come so far in the rules",
            ),
            Signal::new(
                "curly_bracket_lines",
                SignalType::Count,
                "lines with a '{', of those that come so far in the rules",
            ),
            Signal::new(
                "page_reason",
                SignalType::Label,
                "lorem_ipsum or curly_bracket, whichever comes first; null for neither",
            ),
            Signal::new(
                "removed_line_share",
                SignalType::Ratio,
                "share of the lines that are not blank that go",
            ),
            Signal::new(
                "removed_character_share",
                SignalType::Ratio,
                "share of their characters that go, white space at the ends of lines not counted",
            ),
            Signal::new(
                "sentences_any_ending",
                SignalType::Count,
                "sentences, without the rule of terminal punctuation",
            ),
            Signal::new(
                "lorem_ipsum_lines_any_ending",
                SignalType::Count,
                "lorem_ipsum_lines, without the rule of terminal punctuation",
            ),
            Signal::new(
                "curly_bracket_lines_any_ending",
                SignalType::Count,
                "curly_bracket_lines, without the rule of terminal punctuation",
            ),
            Signal::new(
                "page_reason_any_ending",
                SignalType::Label,
                "page_reason, without the rule of terminal punctuation",
            ),
            Signal::new(
                "removed_line_share_any_ending",
                SignalType::Ratio,
                "removed_line_share, without the rule of terminal punctuation",
            ),
            Signal::new(
                "removed_character_share_any_ending",
                SignalType::Ratio,
                "removed_character_share, without the rule of terminal punctuation",
            ),
            Signal::new(
                "cited_lines",
                SignalType::Count,
                "lines with marks of citations: [1], [edit], [citation needed]",
            ),
            Signal::new(
                "third_longest_line",
                SignalType::Count,
                "characters in the third longest line; 0 where there are fewer",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let mut counter = SentenceCounter::default();
        let mut found = Found::default();
        judge(text, document.text.lines(), |judged| {
            if judged.line.is_empty() && !judged.is_cited {
                return;
            }
            let sentences = match (judged.fate, &judged.line) {
                (Fate::Kept, Cow::Borrowed(line)) => counter.count(line),
                (Fate::Kept, Cow::Owned(line)) => SentenceCounter::default().count(line),
                _ => 0,
            };
            let characters = characters(&judged.line);
            found.lines += 1;
            found.characters += characters;
            found.cited += usize::from(judged.is_cited);
            found.any_ending.take(Some(judged.fate), characters, sentences);
            found.terminal.take(judged.fate(true), characters, sentences);
        });
        found.put(&found.terminal, row);
        found.put(&found.any_ending, row);
        row.count(found.cited as u64);
        row.count(third_longest_line(text) as u64);
    }
}

/// What is counted over the lines that are not blank.
#[derive(Default)]
struct Found {
    lines: usize,
    characters: usize,
    cited: usize,
    terminal: Outcome,
    any_ending: Outcome,
}

/// What is left with, or without, the rule of terminal punctuation.
#[derive(Default)]
struct Outcome {
    kept_lines: usize,
    kept_characters: usize,
    sentences: usize,
    lorem_ipsum: usize,
    curly_bracket: usize,
    reason: Option<&'static str>,
}

impl Outcome {
    fn take(&mut self, fate: Option<Fate>, characters: usize, sentences: usize) {
        match fate {
            Some(Fate::Kept) => self.sentences += sentences,
            Some(Fate::LoremIpsum) => {
                self.lorem_ipsum += 1;
                self.reason.get_or_insert("lorem_ipsum");
            }
            Some(Fate::CurlyBracket) => {
                self.curly_bracket += 1;
                self.reason.get_or_insert("curly_bracket");
            }
            _ => return,
        }
        self.kept_lines += 1;
        self.kept_characters += characters;
    }
}

impl Found {
    fn put(&self, outcome: &Outcome, row: &mut dyn SignalRow) {
        let removed = |kept: usize, all: usize| (all > 0).then(|| (all - kept) as f64 / all as f64);
        row.count(outcome.sentences as u64);
        row.count(outcome.lorem_ipsum as u64);
        row.count(outcome.curly_bracket as u64);
        row.label(outcome.reason);
        row.ratio(removed(outcome.kept_lines, self.lines));
        row.ratio(removed(outcome.kept_characters, self.characters));
    }
}

/// The characters of the third longest of the lines between newlines (of no other kind); 0 where there are fewer.
fn third_longest_line(text: &str) -> usize {
    let mut longest = [0; 3];
    let mut start = 0;
    let ends = memchr_iter(b'\n', text.as_bytes());
    for end in ends.chain([text.len()]) {
        let line = &text[start..end];
        start = end + 1;
        if line.len() > longest[2] {
            longest[2] = longest[2].max(characters(line));
            longest.sort_unstable_by(|one, other| other.cmp(one));
        }
    }
    longest[2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};

    #[test]
    fn lines_are_counted_as_the_filter_would_leave_them() {
        let text =
            "Menu\n\nThe mill stands here. It turns.[2]\nIt is old\nSet {x} to three.\nSay lorem ipsum now.";
        let expected = [
            ("sentences", Value::Count(2)),
            ("lorem_ipsum_lines", Value::Count(1)),
            ("curly_bracket_lines", Value::Count(1)),
            ("page_reason", Value::Label(Some("curly_bracket".to_owned()))),
            ("removed_line_share", Value::Ratio(Some(0.4))),
            ("removed_character_share", Value::Ratio(Some(13.0 / 81.0))),
            ("sentences_any_ending", Value::Count(3)),
            ("lorem_ipsum_lines_any_ending", Value::Count(1)),
            ("curly_bracket_lines_any_ending", Value::Count(1)),
            (
                "page_reason_any_ending",
                Value::Label(Some("curly_bracket".to_owned())),
            ),
            ("removed_line_share_any_ending", Value::Ratio(Some(0.2))),
            (
                "removed_character_share_any_ending",
                Value::Ratio(Some(4.0 / 81.0)),
            ),
            ("cited_lines", Value::Count(1)),
            ("third_longest_line", Value::Count(17)),
        ];
        assert_eq!(signals(&C4, text), expected);
    }

    #[test]
    fn nothing_has_no_shares() {
        assert_eq!(signal(&C4, " \n\t\n", "removed_line_share"), Value::Ratio(None));
        assert_eq!(signal(&C4, "", "sentences"), Value::Count(0));
    }

    #[test]
    fn the_third_longest_line_is_by_characters() {
        let cases = [
            ("", 0),
            ("a\nbb", 0),
            ("a\nbb\n", 0),
            ("ééé\n漢漢\nabcd", 2),
            ("a\rb\ncc\nd\ne", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(third_longest_line(text), expected, "{text:?}");
        }
    }
}
