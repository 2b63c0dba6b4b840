//! Undoes hard wraps: the lines of a paragraph that was broken at a column become one line.
//!
//! A line was wrapped if the first word of the next one would not have fitted behind it. How much fits is the
//! document's own width ([`Layout`]); a paragraph is prose if nearly all of its lines were wrapped. Verse, dialogue,
//! lists, tables, code and headings have lines that end before the column, so they keep theirs, as does what is
//! indented. A document is touched only if much of it is such prose.
//!
//! Idempotent: what was unwrapped has long lines, and a document with long lines is not hard-wrapped
//! ([`LONG_LINE_CHARACTERS`]); the shares leave room for what other rewriters make of it.

mod layout;

use self::layout::{Block, Layout, Measure, blocks};
use crate::stage::Rewriter;

/// A line longer than this was not wrapped at a column: Project Gutenberg wraps at 65 to 75, typewriters at 80,
/// wide terminals at 100.
const LONG_LINE_CHARACTERS: usize = 120;

/// A document of which more than one part in this many is in long lines is not hard-wrapped.
const LONG_SHARE: usize = 10;

/// A document is unwrapped only if at least one part in this many is in long lines then. Less than [`LONG_SHARE`],
/// so that it is not unwrapped again when something in it gets a little shorter.
const UNWRAPPED_SHARE: usize = 6;

/// Undoes hard wraps.
#[derive(Clone, Copy, Debug)]
pub struct Unwrap;

impl Rewriter for Unwrap {
    fn rewrite(&self, text: String) -> String {
        if !text.contains('\n') || has_long_lines(&text, LONG_SHARE) {
            return text;
        }
        let lines: Vec<&str> = text.split('\n').collect();
        let blocks = blocks(&lines);
        let Some(layout) = Layout::of(&lines, &blocks) else {
            return text;
        };
        let unwrapped = unwrapped(&lines, &blocks, layout);
        if unwrapped.len() > text.len() || !has_long_lines(&unwrapped, UNWRAPPED_SHARE) {
            return text;
        }
        unwrapped
    }
}

/// Whether at least one part in `share` of a text is in long lines.
fn has_long_lines(text: &str, share: usize) -> bool {
    let mut long = 0;
    for line in text.split('\n') {
        // Most lines are too short in bytes already.
        if line.len() > LONG_LINE_CHARACTERS {
            let characters = line.chars().count();
            if characters > LONG_LINE_CHARACTERS {
                long += line.len();
            }
        }
    }
    long > 0 && long * share >= text.len()
}

fn unwrapped(lines: &[&str], blocks: &[Block], layout: Layout) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    let mut copied = 0;
    for block in blocks {
        let inside = &lines[block.start..block.end];
        if !layout.is_prose(inside, Measure::Loose) {
            continue;
        }
        for number in block.start + 1..block.end {
            let (line, next) = (lines[number - 1], lines[number]);
            if !layout.joins(line, next) {
                continue;
            }
            push_lines(&mut text, &lines[copied..number]);
            // The line end behind the last of them is what goes.
            text.truncate(text.trim_end().len());
            text.push_str(separator(line.trim_end(), next.trim_start()));
            copied = number;
        }
    }
    push_lines(&mut text, &lines[copied..]);
    text.pop();
    text
}

/// Lines with their ends, the first one without what indents it if it goes on a line.
fn push_lines(text: &mut String, lines: &[&str]) {
    for (number, line) in lines.iter().enumerate() {
        let goes_on = number == 0 && !text.is_empty() && !text.ends_with('\n');
        text.push_str(if goes_on { line.trim_start() } else { line });
        text.push('\n');
    }
}

/// What stands between a line and the one that is put behind it.
fn separator(line: &str, next: &str) -> &'static str {
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else {
        return "";
    };
    // Dashes are closed up on both sides in wrapped English text; a hyphen that is left is a compound's.
    let before_last = line.chars().rev().nth(1);
    let is_compound = last == '-' && before_last.is_some_and(char::is_alphanumeric) && first.is_uppercase();
    let is_dash = line.ends_with("--") || last == '—';
    if is_compound || (is_dash && first.is_alphanumeric()) || (is_unspaced(last) && is_unspaced(first)) {
        return "";
    }
    " "
}

/// Whether a character is of a script that puts no spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests;
