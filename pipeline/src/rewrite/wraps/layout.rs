//! How wide a document is wrapped, which of its blocks are prose, and which line ends are wraps.

use super::is_unspaced;

/// Lines of a block that are needed to tell prose from anything else.
const TELLING_LINES: usize = 4;

/// How far a line may end before the width with the next word on it: indented first lines and tools that count the
/// space differ by so much.
const SLACK: usize = 2;

/// Widths at which texts are wrapped, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 30..=110;

/// Lines between which no paragraph ends, by number: from `start` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The blocks of a text: lines that are not blank, cut before a line that is indented further than the one above it
/// (the first line of a paragraph where no blank line stands between them).
pub(super) fn blocks(lines: &[&str]) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut above = None;
    for (number, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            above = None;
            continue;
        }
        let indent = indent(line);
        match (above, found.last_mut()) {
            (Some(above), Some(block)) if indent <= above => block.end = number + 1,
            _ => found.push(Block {
                start: number,
                end: number + 1,
            }),
        }
        above = Some(indent);
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What a document looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The width at which its prose is wrapped, in characters.
    width: usize,
}

impl Layout {
    /// The layout of a document; `None` where it is not hard-wrapped prose.
    pub(super) fn of(lines: &[&str], blocks: &[Block]) -> Option<Self> {
        let mut lengths: Vec<usize> = Vec::new();
        let telling = || {
            blocks
                .iter()
                .filter(|block| block.end - block.start >= TELLING_LINES)
        };
        for block in telling() {
            lengths.extend(lines[block.start..block.end - 1].iter().map(|line| length(line)));
        }
        if lengths.is_empty() {
            return None;
        }
        // Three lines in four are no longer: those that stick out (broken words that were put together on them,
        // addresses, tables) do not count.
        let at = (lengths.len() - 1) * 3 / 4;
        let (_, width, _) = lengths.select_nth_unstable(at);
        let layout = Self { width: *width };
        if !WIDTHS.contains(&layout.width) {
            return None;
        }
        let mut prose = 0;
        let mut all = 0;
        for block in telling() {
            let inside = &lines[block.start..block.end];
            all += inside.len();
            if layout.is_prose(inside, Measure::Strict) {
                prose += inside.len();
            }
        }
        (prose * 3 >= all).then_some(layout)
    }

    /// Whether the lines of a block were wrapped: nearly all of them are full, and nothing in them speaks of a table,
    /// a list or code.
    pub(super) fn is_prose(self, lines: &[&str], measure: Measure) -> bool {
        let Some((first, others)) = lines.split_first() else {
            return false;
        };
        if others.is_empty() {
            return false;
        }
        // Only the first line of a paragraph may be indented; what is indented throughout is a quotation in its own
        // layout, verse or code.
        if others.iter().any(|line| line.starts_with([' ', '\t']))
            || lines.iter().any(|line| has_columns(line))
        {
            return false;
        }
        let ends = others.len();
        // Each line of verse begins with a capital; of prose one in five does, in German two.
        let capitals = others.iter().filter(|line| begins_with_capital(line)).count();
        if ends >= TELLING_LINES - 1 && capitals * 5 > ends * 3 {
            return false;
        }
        let count = |is_full: &dyn Fn(&str, &str) -> bool| {
            (0..ends)
                .filter(|number| is_full(lines[*number], lines[number + 1]))
                .count()
        };
        let full = count(&|line, next| self.is_full(line, next));
        let starts = others.iter().filter(|line| begins_item(line)).count();
        if begins_item(first) && starts * 2 > ends {
            return false;
        }
        // One line in five may be short where somebody edited the text after it was wrapped.
        let nearly_full = count(&|line, next| self.is_nearly_full(line, next));
        let share = match measure {
            Measure::Strict => full * 3 >= ends * 2,
            Measure::Loose => full * 2 >= ends,
        };
        share && nearly_full * 5 >= ends * 4
    }

    /// Whether the line end between two lines of prose is a wrap.
    pub(super) fn joins(self, line: &str, next: &str) -> bool {
        if begins_item(next) || is_capitals(line) != is_capitals(next) && is_capitals(line) {
            return false;
        }
        if self.is_nearly_full(line, next) {
            return true;
        }
        // A short line inside of a paragraph: an edited one, unless a sentence ends with it.
        let ends_sentence = line
            .trim_end()
            .ends_with(['.', '!', '?', ':', '"', '”', '’', '»']);
        !ends_sentence && next.starts_with(char::is_lowercase)
    }

    /// Whether the first word of `next` would hardly have fitted behind `line`: texts are edited after they were
    /// wrapped, and people wrap raggedly.
    fn is_nearly_full(self, line: &str, next: &str) -> bool {
        (length(line) + 1 + first_word(next)) * 8 >= self.width * 7
    }

    /// Whether the first word of `next` would not have fitted behind `line`.
    fn is_full(self, line: &str, next: &str) -> bool {
        length(line) + 1 + first_word(next) + SLACK > self.width
    }
}

/// How much is asked of a block that is to be prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Enough to call a document hard-wrapped: two lines in three are full, and nearly all of them nearly.
    Strict,
    /// Enough in a document that is: half of the lines are full, and nearly all of them nearly.
    Loose,
}

fn length(line: &str) -> usize {
    let line = line.trim_end();
    if line.is_ascii() {
        line.len()
    } else {
        line.chars().count()
    }
}

/// The length of the first word; a sign of a script without spaces is one, with a mark that may not begin a line.
fn first_word(line: &str) -> usize {
    let line = line.trim_start();
    if line.starts_with(is_unspaced) {
        return 2;
    }
    line.split(char::is_whitespace).next().map_or(0, length)
}

/// Whether a line has columns, as tables and code do: wide gaps, tabs or bars.
fn has_columns(line: &str) -> bool {
    let line = line.trim();
    line.contains("    ") || line.contains('\t') || line.matches('|').nth(1).is_some()
}

/// Whether a line begins with what begins an item: `-`, `*`, `•`, `3.`, `(b)`, or a dash of dialogue.
fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let Some((mark, _)) = line.split_once(' ') else {
        return false;
    };
    if matches!(
        mark,
        "-" | "*" | "+" | "•" | "·" | "–" | "—" | ">" | "#" | "##" | "###"
    ) {
        return true;
    }
    let inner = mark.strip_prefix('(').unwrap_or(mark);
    let Some(inner) = inner.strip_suffix(['.', ')']) else {
        return false;
    };
    let is_number = (1..=3).contains(&inner.len()) && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = inner.len() == 1 && mark.ends_with(')');
    is_number || (is_letter && inner.starts_with(|letter: char| letter.is_ascii_alphabetic()))
}

/// Whether the first letter of a line is a capital.
fn begins_with_capital(line: &str) -> bool {
    line.chars()
        .find(|character| character.is_alphanumeric())
        .is_some_and(char::is_uppercase)
}

/// Whether a line is written in capitals, as headings are.
fn is_capitals(line: &str) -> bool {
    let mut letters = line.chars().filter(|letter| letter.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}
