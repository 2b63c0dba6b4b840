//! Takes out what a page had and a text has not: page numbers, running heads and feet, form feeds.
//!
//! A line is taken out only where the document shows what it is. With form feeds ([`fed`]), the lines beside them are
//! the candidates: a number that goes up with the pages, a line that stands there again and again. Without
//! ([`counted`]), it is a number at an end of a short line that goes up by one or two from place to place and that
//! cuts sentences in two. Numbered chapters, verses, sonnets and lists do not cut sentences, and stay. Where a
//! sentence was cut, its halves come together again. Marks such as `[Pg 12]` go, wherever they stand.
//!
//! Idempotent: a text is gone through until nothing more is found.

mod counted;
mod fed;
mod folio;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::stage::Rewriter;

/// How often a text is gone through: what is taken out may bring numbers closer that then count as one more row.
const MOST_ROUNDS: usize = 8;

/// Fewest places at which a head, a foot or a mark stands.
const FEWEST: usize = 3;

/// Takes out page numbers and running heads.
#[derive(Clone, Copy, Debug)]
pub struct StripPages;

impl Rewriter for StripPages {
    fn rewrite(&self, text: String) -> String {
        let Some(mut stripped) = round(&text) else {
            return text;
        };
        for _ in 1..MOST_ROUNDS {
            match round(&stripped) {
                Some(better) => stripped = better,
                None => return stripped,
            }
        }
        match round(&stripped) {
            // Nothing is certain in a text that never comes to an end.
            Some(_) => text,
            None => stripped,
        }
    }
}

/// The text without what one look finds; `None` where there is nothing.
fn round(text: &str) -> Option<String> {
    let unmarked = without_marks(text);
    let lines = lines(&unmarked);
    let is_fed = lines.iter().any(|line| line.begins_page);
    let removed = if is_fed {
        fed::removable(&lines)
    } else {
        counted::removable(&lines)
    };
    if removed.is_empty() && !is_fed {
        return match unmarked {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
    }
    Some(without(&lines, &removed))
}

/// A line, cut at form feeds too.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    text: &'a str,
    /// Whether a form feed stands before it.
    begins_page: bool,
}

impl Line<'_> {
    /// Whether it shows nothing.
    fn is_blank(self) -> bool {
        self.text
            .chars()
            .all(|character| character.is_whitespace() || character.is_control())
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let parts = line.split('\u{c}').enumerate();
        lines.extend(parts.map(|(number, text)| Line {
            text,
            begins_page: number > 0,
        }));
    }
    lines
}

/// The text of the lines that are not `removed`. Where a page ended, halves of a sentence come together.
fn without(lines: &[Line<'_>], removed: &BTreeSet<usize>) -> String {
    let mut kept = String::new();
    let mut before: Option<&str> = None;
    let mut at = 0;
    while at < lines.len() {
        // The lines that go or are blank, up to the next one that stays.
        let is_gone = |number: &usize| lines[*number].is_blank() || removed.contains(number);
        let next = (at..lines.len())
            .find(|number| !is_gone(number))
            .unwrap_or(lines.len());
        let last = next.min(lines.len() - 1);
        let is_page_end = (at..=last).any(|number| lines[number].begins_page || removed.contains(&number));
        if !is_page_end {
            for (number, line) in lines.iter().enumerate().take(last + 1).skip(at) {
                kept.push_str(if number > 0 { "\n" } else { "" });
                kept.push_str(line.text);
            }
        } else if let Some(line) = lines.get(next) {
            if let Some(before) = before {
                let has_blank =
                    (at..=next).any(|number| lines[number].begins_page || lines[number].is_blank());
                kept.push_str(if has_blank && !is_cut(before, line.text) {
                    "\n\n"
                } else {
                    "\n"
                });
            }
            kept.push_str(line.text);
        } else if before.is_some() {
            kept.push('\n');
        }
        before = lines.get(next).map(|line| line.text).or(before);
        at = next + 1;
    }
    kept
}

/// Whether a sentence goes on from one line to the next.
fn is_cut(line: &str, next: &str) -> bool {
    let line = line.trim_end();
    let goes_on = next.trim_start().starts_with(char::is_lowercase);
    goes_on && !line.ends_with(['.', '!', '?', ':', ';', '"', '”', '»'])
}

/// The text without marks of pages such as `[Pg 12]` and `[Page xii]`.
fn without_marks(text: &str) -> Cow<'_, str> {
    let places: Vec<Range<usize>> = ["[Pg ", "[Page "]
        .iter()
        .flat_map(|beginning| {
            memchr::memmem::find_iter(text.as_bytes(), beginning).map(|at| (at, beginning.len()))
        })
        .filter_map(|(at, length)| {
            let rest = &text[at + length..];
            let end = rest.bytes().take(8).position(|byte| byte == b']')?;
            folio::number(&rest[..end])?;
            Some(at..at + length + end + 1)
        })
        .collect();
    if places.len() < FEWEST {
        return Cow::Borrowed(text);
    }
    let mut places = places;
    places.sort_by_key(|place| place.start);
    let mut unmarked = String::with_capacity(text.len());
    let mut copied = 0;
    for place in places {
        unmarked.push_str(&text[copied..place.start]);
        copied = place.end;
        // Of the spaces around it one stays, and a line of its own goes as a whole.
        let rest = &text[copied..];
        let is_at_start = unmarked.is_empty() || unmarked.ends_with('\n');
        if is_at_start && rest.starts_with('\n') || unmarked.ends_with([' ', '\n']) && rest.starts_with(' ') {
            copied += 1;
        }
    }
    unmarked.push_str(&text[copied..]);
    Cow::Owned(unmarked)
}

#[cfg(test)]
mod tests;
