//! Lines of text on a terminal: tables with bars, wrapped sentences, paint that can be left out.
//!
//! A column is a character wide here; East Asian text takes two and stands out to the right. Without colour our own
//! marks are ASCII.

use super::summary::Style;

/// Spaces before every line below a heading.
const INDENT: usize = 2;
/// Spaces between two columns.
const GAP: usize = 2;
/// The longest bar, in columns.
const LONGEST_BAR: usize = 24;
/// Bars shorter than this say nothing and are left out.
const SHORTEST_BAR: usize = 6;
/// Names are not cut shorter than this.
const SHORTEST_NAME: usize = 12;
/// An eighth of a column to seven eighths of one.
const EIGHTHS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// How a piece of text is painted, as the parameter of an ANSI escape.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    /// Headings.
    Bold,
    /// What may be overlooked.
    Dim,
    /// Bars.
    Bar,
    /// What may not be overlooked.
    Alarm,
}

impl Paint {
    fn parameter(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Bar => "36",
            Self::Alarm => "1;33",
        }
    }
}

/// `text` painted, if the style has colour.
pub(super) fn paint(text: &str, paint: Paint, style: Style) -> String {
    if !style.color || text.is_empty() {
        return text.to_owned();
    }
    format!("\u{1b}[{}m{text}\u{1b}[0m", paint.parameter())
}

/// A row of a [`Table`].
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What the row is about; cut if there is no room.
    pub name: String,
    /// The length of its bar, where 1 is the longest; no bar where there is none.
    pub share: Option<f64>,
    /// Its numbers.
    pub cells: Vec<String>,
}

/// Rows of a name, a bar, and numbers under headings.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The heading of each column of numbers.
    pub heads: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// Adds the table to `text` below a line of `title` and headings, as wide as the style allows.
    pub(super) fn write(&self, text: &mut String, title: &str, style: Style) {
        let widths = self.widths();
        let numbers: usize = widths.iter().map(|width| width + GAP).sum();
        let room = style.width.saturating_sub(INDENT + numbers);
        let longest_name = self.rows.iter().map(|row| columns(&row.name)).max().unwrap_or(0);
        let bar = room.saturating_sub(longest_name + GAP).min(LONGEST_BAR);
        let has_bars = SHORTEST_BAR <= bar && self.rows.iter().any(|row| row.share.is_some());
        let name_width = if has_bars {
            longest_name
        } else {
            longest_name.min(room.max(SHORTEST_NAME))
        };
        let bars_width = if has_bars { GAP + bar } else { 0 };

        let title_width = INDENT + name_width + bars_width;
        let padding = " ".repeat(title_width.saturating_sub(columns(title)));
        let overhang = columns(title).saturating_sub(title_width);
        let heads = right_aligned(&self.heads, &widths);
        let heads = heads
            .get(overhang.min(leading_spaces(&heads))..)
            .unwrap_or_default();
        text.push_str(&paint(title, Paint::Bold, style));
        text.push_str(&padding);
        text.push_str(&paint(heads, Paint::Dim, style));
        text.push('\n');

        for row in &self.rows {
            let name = shortened(&row.name, name_width);
            text.push_str(&" ".repeat(INDENT));
            text.push_str(&name);
            text.push_str(&" ".repeat(name_width.saturating_sub(columns(&name))));
            if has_bars {
                let drawn = bar_of(row.share.unwrap_or(0.0), bar, style);
                let rest = bar.saturating_sub(columns(&drawn));
                text.push_str(&" ".repeat(GAP));
                text.push_str(&paint(&drawn, Paint::Bar, style));
                text.push_str(&" ".repeat(rest));
            }
            text.push_str(&right_aligned(&row.cells, &widths));
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| columns(head)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = (*width).max(columns(cell));
            }
        }
        widths
    }
}

/// Adds `line` to `text`, as it is.
pub(super) fn write_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Adds `sentence` to `text`, broken between words to fit the style's width.
pub(super) fn write_sentence(text: &mut String, lead: &str, sentence: &str, style: Style) {
    write_wrapped(text, lead, sentence.split_whitespace(), style);
}

/// Adds `pieces` to `text`, broken between them to fit the style's width. The first line begins with `lead`, the
/// others are indented as far. A piece that is too long stays whole: it may be a path.
pub(super) fn write_wrapped<'a>(
    text: &mut String,
    lead: &str,
    pieces: impl IntoIterator<Item = &'a str>,
    style: Style,
) {
    let indent = columns(lead);
    let mut used = indent;
    text.push_str(lead);
    for piece in pieces {
        let width = columns(piece);
        if indent < used && style.width < used + 1 + width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            used = indent;
        }
        if indent < used {
            text.push(' ');
            used += 1;
        }
        text.push_str(piece);
        used += width;
    }
    text.push('\n');
}

/// Columns that `text` takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

fn right_aligned<T: AsRef<str>>(cells: &[T], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = cell.as_ref();
        line.push_str(&" ".repeat(GAP + width.saturating_sub(columns(cell))));
        line.push_str(cell);
    }
    line
}

fn leading_spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn shortened(name: &str, width: usize) -> String {
    if columns(name) <= width {
        return name.to_owned();
    }
    let mut shorter: String = name.chars().take(width.saturating_sub(3)).collect();
    shorter.push_str("...");
    shorter
}

/// A bar of at most `width` columns; what is more than nothing shows.
fn bar_of(share: f64, width: usize, style: Style) -> String {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    if share == 0.0 {
        return String::new();
    }
    let steps_in_column = if style.color { EIGHTHS.len() + 1 } else { 1 };
    let all_steps = width * steps_in_column;
    // Counted up, for a float has no lossless way to an integer; a bar has at most two hundred steps.
    let steps = (1..=all_steps)
        .take_while(|step| *step as f64 <= share * all_steps as f64 + 0.5)
        .count()
        .max(1);
    let full = if style.color { "█" } else { "#" };
    let mut bar = full.repeat(steps / steps_in_column);
    let part = steps % steps_in_column;
    if let Some(eighth) = part.checked_sub(1).and_then(|index| EIGHTHS.get(index)) {
        bar.push_str(eighth);
    }
    bar
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Style = Style {
        color: false,
        width: 80,
    };
    const PAINTED: Style = Style {
        color: true,
        width: 80,
    };

    #[test]
    fn bars_are_as_long_as_their_share() {
        let cases = [
            (0.0, ""),
            (0.001, "#"),
            (0.5, "#####"),
            (1.0, "##########"),
            (7.0, "##########"),
            (f64::NAN, ""),
        ];
        for (share, bar) in cases {
            assert_eq!(bar_of(share, 10, PLAIN), bar, "{share}");
        }
        assert_eq!(bar_of(0.5, 3, PAINTED), "█▌");
        assert_eq!(bar_of(0.001, 3, PAINTED), "▏");
    }

    #[test]
    fn long_words_stay_whole_and_short_ones_wrap() {
        let path = "p".repeat(100);
        let mut text = String::new();
        write_sentence(
            &mut text,
            "! ",
            &format!("{} {path} end", "word ".repeat(20)),
            PLAIN,
        );
        assert!(text.contains(&path));
        assert!(
            text.lines()
                .all(|line| line.starts_with("! ") || line.starts_with("  "))
        );
        let short_lines = text.lines().filter(|line| !line.contains(&path));
        assert!(short_lines.into_iter().all(|line| columns(line) <= 80), "{text}");
    }

    proptest! {
        #[test]
        fn a_table_keeps_to_its_width(names in prop::collection::vec("[ -~]{0,120}", 1..6), number: u64, width in 80_usize..=100) {
            let rows = names.iter().map(|name| Row {
                name: name.clone(),
                share: Some(0.5),
                cells: vec![number.to_string(), "45%".to_owned()],
            });
            let table = Table { heads: vec!["count", "share"], rows: rows.collect() };
            let mut text = String::new();
            table.write(&mut text, "TITLE", Style { color: false, width });
            for line in text.lines() {
                prop_assert!(columns(line) <= width, "{} is longer than {}", line, width);
            }
        }
    }
}
