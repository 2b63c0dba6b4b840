//! What scanning and typesetting leave in books: words that recognition has broken, tables of contents, indexes, words
//! that are broken at the ends of lines. All are null for documents of other groups.
//!
//! A broken word is one that no spelling of a language in Latin script gives: letters and digits mixed, a sign within,
//! capitals in the middle, no vowel. What old and foreign books do have is let pass: `1st`, `12mo`, `McKay`, `O'Brien`,
//! `e.g.`, `cwt.`, `MDCCC`, dashes between words, underscores for italics.
//!
//! What was measured, for the thresholds of the rules:
//!
//! | text | broken words | single letters | lines that end within a word |
//! |---|---|---|---|
//! | two editions of Alice, Shakespeare's plays | 0.0001 to 0.0017 | 0 | 0 to 0.003 |
//! | the same with 1 / 2 / 5 / 10% of characters misread | 0.014 / 0.026 / 0.06 / 0.12 | 0.001 / 0.002 / 0.004 / 0.008 | the same |
//! | the same in lines of 60 with words broken | the same | 0 | 0.05 to 0.06 |
//! | 234 chapters of Bibles, dictionaries and manuals | median 0, 95th percentile 0.043 | 95th 0.0003, most 0.005 | most 0.004 |
//!
//! The manuals, in prose full of commands, are those above 0.01; with 5% of characters misread the median of all is
//! 0.067. Pages of nothing but contents or an index have shares of lines of 1, everything else less than 0.02.
//!
//! Columns written: `book.*`. The rules over them are in `filter/book.rs`, and what words are in `words`.

mod words;

use crate::annotate::Subject;
use crate::recipe::written::Group;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::space::{chunks, trim};

use words::{Fault, fault};

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Book;

impl Annotator for Book {
    fn name(&self) -> &'static str {
        "book"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new(
                "words",
                SignalType::Ratio,
                "what stands between white space and has a letter or digit",
            ),
            Signal::new(
                "mixed_word_share",
                SignalType::Ratio,
                "share of words of letters and digits: th1s, 1ittle",
            ),
            Signal::new(
                "inner_sign_word_share",
                SignalType::Ratio,
                "share of words with a sign between letters that does not belong there: wi;h, th^e",
            ),
            Signal::new(
                "garbled_case_word_share",
                SignalType::Ratio,
                "share of words with capitals where none belong: tHe, BOoks",
            ),
            Signal::new(
                "vowelless_word_share",
                SignalType::Ratio,
                "share of words of Latin letters without a vowel: tbc, wbh",
            ),
            Signal::new(
                "broken_word_share",
                SignalType::Ratio,
                "share of words that are one of these, or signs that no book prints alone",
            ),
            Signal::new(
                "single_letter_share",
                SignalType::Ratio,
                "share of words of one small letter that is no word",
            ),
            Signal::new("lines", SignalType::Ratio, "lines that are not blank"),
            Signal::new(
                "contents_line_share",
                SignalType::Ratio,
                "share of lines that lead to a page number",
            ),
            Signal::new(
                "index_line_share",
                SignalType::Ratio,
                "share of lines that end in a list of page numbers",
            ),
            Signal::new(
                "hyphen_line_share",
                SignalType::Ratio,
                "share of lines that end within a word",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        if document.group != Group::Books {
            self.signals().iter().for_each(|_| row.ratio(None));
            return;
        }
        let mut words = Words::default();
        let mut lines = Lines::default();
        for line in document.text.lines() {
            let line = trim(line);
            if line.is_empty() {
                continue;
            }
            lines.take(line);
            chunks(line).for_each(|chunk| words.take(chunk));
        }
        let broken = words.mixed + words.inner_sign + words.garbled_case + words.vowelless + words.stray;
        row.ratio(Some(words.all as f64));
        row.ratio(share(words.mixed, words.all));
        row.ratio(share(words.inner_sign, words.all));
        row.ratio(share(words.garbled_case, words.all));
        row.ratio(share(words.vowelless, words.all));
        row.ratio(share(broken, words.all + words.stray));
        row.ratio(share(words.single_letter, words.all));
        row.ratio(Some(lines.all as f64));
        row.ratio(share(lines.contents, lines.all));
        row.ratio(share(lines.index, lines.all));
        row.ratio(share(lines.hyphen, lines.all));
    }
}

/// What is counted over the words.
#[derive(Default)]
struct Words {
    all: usize,
    mixed: usize,
    inner_sign: usize,
    garbled_case: usize,
    vowelless: usize,
    stray: usize,
    single_letter: usize,
}

impl Words {
    fn take(&mut self, chunk: &str) {
        let found = fault(chunk);
        let is_word = found != Some(Fault::Stray) && chunk.contains(char::is_alphanumeric);
        self.all += usize::from(is_word);
        let count = match found {
            None => return,
            Some(Fault::Mixed) => &mut self.mixed,
            Some(Fault::InnerSign) => &mut self.inner_sign,
            Some(Fault::GarbledCase) => &mut self.garbled_case,
            Some(Fault::Vowelless) => &mut self.vowelless,
            Some(Fault::Stray) => &mut self.stray,
            Some(Fault::SingleLetter) => &mut self.single_letter,
        };
        *count += 1;
    }
}

/// What is counted over the lines that are not blank.
#[derive(Default)]
struct Lines {
    all: usize,
    contents: usize,
    index: usize,
    hyphen: usize,
}

impl Lines {
    fn take(&mut self, line: &str) {
        self.all += 1;
        self.contents += usize::from(leads_to_page(line));
        self.index += usize::from(ends_in_pages(line));
        self.hyphen += usize::from(ends_within_word(line));
    }
}

/// Characters at the end of a line that are looked at: a line of a table of contents or an index is short.
const TAIL: usize = 200;

/// `The Mill . . . . . 12`, `The Mill      xii`: letters, then dots or a gap, then a page number.
fn leads_to_page(line: &str) -> bool {
    let tail = &line[line.ceil_char_boundary(line.len().saturating_sub(TAIL))..];
    let Some((_, page)) = tail.rsplit_once([' ', '\t', '.', '·', '…', '_']) else {
        return false;
    };
    if !is_page(page) {
        return false;
    }
    let before = &tail[..tail.len() - page.len()];
    let title = before.trim_end_matches([' ', '\t', '.', '·', '…', '_', '\u{a0}']);
    let leader = &before[title.len()..];
    let dots = leader
        .chars()
        .filter(|character| matches!(character, '.' | '·' | '_'))
        .count();
    let is_leader =
        dots >= 3 || leader.contains('…') || leader.contains('\t') || (dots == 0 && leader.len() >= 3);
    is_leader && title.contains(char::is_alphabetic)
}

/// Whether `text` is the number of a page, of Arabic or small Roman numerals.
fn is_page(text: &str) -> bool {
    let is_arabic = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_roman = (1..=7).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'i' | b'v' | b'x' | b'l' | b'c'));
    is_arabic || is_roman
}

/// `Mill, John, 12, 34-36`: words, then a comma, then two page numbers or more, or one alone on a short line.
fn ends_in_pages(line: &str) -> bool {
    let tail = &line[line.ceil_char_boundary(line.len().saturating_sub(TAIL))..];
    if !tail.ends_with(|character: char| character.is_ascii_digit() || character == ',') {
        return false;
    }
    let mut pages = 0;
    let mut rest = tail.trim_end_matches(',');
    while let Some((before, last)) = rest.rsplit_once([',', ';']) {
        let last = last.trim();
        let is_range = !last.is_empty()
            && last
                .split(['-', '–'])
                .all(|page| (1..=3).contains(&page.len()) && is_page(page));
        if !is_range || !last.starts_with(|character: char| character.is_ascii_digit()) {
            break;
        }
        pages += 1;
        rest = before.trim_end();
    }
    let has_words = rest.contains(char::is_alphabetic);
    has_words && (pages >= 2 || (pages == 1 && line.len() <= SHORT_LINE))
}

/// Bytes of a line that is too short to be a wrapped line of prose.
const SHORT_LINE: usize = 45;

/// Whether `line` ends in a letter and a hyphen.
fn ends_within_word(line: &str) -> bool {
    let stem = line.strip_suffix(['-', '¬', '\u{ad}', '\u{2010}']);
    stem.is_some_and(|stem| stem.ends_with(char::is_alphabetic))
}

/// `part` of `whole`; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signals_of};

    #[test]
    fn lines_of_contents_and_indexes_are_told_from_prose() {
        let contents = [
            "The Mill . . . . . 12",
            "Preface........ix",
            "Chapter I.   The Weir     3",
            "The River\t7",
            "The End …… 90",
        ];
        let index = ["Mill, the, 12, 34-36", "weir, 3", "Ford; 7, 9,"];
        let prose = [
            "It was in May, 1840",
            "He was there at 12",
            "and so on to page 12.",
            "in the year of the great flood, which came on the day 12",
            "1840",
            ". . . 12",
            "",
        ];
        for line in contents {
            assert!(leads_to_page(line) && !ends_in_pages(line), "{line}");
        }
        for line in index {
            assert!(ends_in_pages(line) && !leads_to_page(line), "{line}");
        }
        for line in prose {
            assert!(!ends_in_pages(line) && !leads_to_page(line), "{line}");
        }
        assert!(ends_within_word("an exam-") && !ends_within_word("he said--") && !ends_within_word("12-"));
    }

    #[test]
    fn the_measures_are_taken() {
        let text = "The Mill ..... 12\n\nTh1s is a wi;h of tHe wbh | b exam-\nple.";
        let document = Subject::of_text(text, Group::Books);
        let ratio = |value: f64| Value::Ratio(Some(value));
        let expected = [
            ratio(13.0),
            ratio(1.0 / 13.0),
            ratio(1.0 / 13.0),
            ratio(1.0 / 13.0),
            ratio(1.0 / 13.0),
            ratio(5.0 / 14.0),
            ratio(1.0 / 13.0),
            ratio(3.0),
            ratio(1.0 / 3.0),
            ratio(0.0),
            ratio(1.0 / 3.0),
        ];
        let found: Vec<Value> = signals_of(&Book, &document)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(found, expected);
        let page = Subject::of_text(text, Group::Web);
        assert!(
            signals_of(&Book, &page)
                .iter()
                .all(|(_, value)| *value == Value::Ratio(None))
        );
    }
}
