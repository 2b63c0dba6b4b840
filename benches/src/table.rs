//! The table at the end: one line a benchmark, its peers below it with the ratio.

use crate::row::{Row, Unit};

const HEADINGS: [&str; 8] = [
    "benchmark",
    "per core-second",
    "here",
    "documents",
    "CPU s",
    "wall s",
    "peak MB",
    "answer",
];

/// Sets `rows` and `peers` as one aligned table. In a peer's line, `here` is the rate of the row above over its own.
pub(crate) fn render(rows: &[Row], peers: &[Row]) -> String {
    let mut lines: Vec<[String; HEADINGS.len()]> = vec![HEADINGS.map(str::to_owned)];
    for row in rows {
        lines.push(cells(row, row.name.clone(), String::new()));
        let beside = peers
            .iter()
            .filter(|peer| peer.beside.as_deref() == Some(row.name.as_str()));
        for peer in beside {
            let ratio = format!("{} x", digits(row.rate() / peer.rate()));
            lines.push(cells(peer, format!("  {}", peer.name), ratio));
        }
    }
    set(&lines)
}

fn cells(row: &Row, name: String, ratio: String) -> [String; HEADINGS.len()] {
    let peak = row
        .peak_bytes
        .map_or_else(String::new, |bytes| format!("{:.0}", bytes as f64 / 1e6));
    [
        name,
        rate(row),
        ratio,
        row.documents.to_string(),
        format!("{:.2}", row.cost.cpu_seconds),
        format!("{:.2}", row.cost.wall_seconds),
        peak,
        row.answer.clone(),
    ]
}

/// Millions of the unit, or thousands of tokens where they are few.
fn rate(row: &Row) -> String {
    if row.unit == Unit::Tokens && row.rate() < 1.0 {
        return format!("{} k tokens", digits(row.rate() * 1e3));
    }
    format!("{} {}", digits(row.rate()), row.unit.rate_name())
}

/// Three digits that mean something.
fn digits(rate: f64) -> String {
    match rate {
        rate if rate >= 100.0 => format!("{rate:.0}"),
        rate if rate >= 10.0 => format!("{rate:.1}"),
        rate if rate >= 1.0 => format!("{rate:.2}"),
        rate => format!("{rate:.3}"),
    }
}

/// First and last column to the left, the others to the right.
fn set(lines: &[[String; HEADINGS.len()]]) -> String {
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, cell) in line.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.chars().count());
            match column {
                0 => text.extend([cell.as_str(), &padding]),
                _ if column == HEADINGS.len() - 1 => text.extend(["  ", cell.as_str()]),
                _ => text.extend(["  ", &padding, cell.as_str()]),
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Cost;

    #[test]
    fn a_peer_stands_below_with_its_ratio() {
        let ours = Row {
            name: "annotate.gopher".to_owned(),
            beside: None,
            unit: Unit::Text,
            amount: 20_000_000,
            documents: 1_000,
            cost: Cost {
                cpu_seconds: 2.0,
                wall_seconds: 1.5,
            },
            peak_bytes: None,
            answer: "5 words".to_owned(),
        };
        let peer = Row {
            name: "peer 1.0".to_owned(),
            beside: Some("annotate.gopher".to_owned()),
            amount: 5_000_000,
            cost: Cost {
                cpu_seconds: 10.0,
                wall_seconds: 10.0,
            },
            ..ours.clone()
        };
        let table = render(&[ours], &[peer]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].starts_with("annotate.gopher "), "{table}");
        assert!(lines[1].contains("10.0 MB text"), "{table}");
        assert!(lines[2].starts_with("  peer 1.0 "), "{table}");
        assert!(lines[2].contains("0.500 MB text  20.0 x"), "{table}");
    }
}
