//! Page numbers in a text without form feeds: rows of numbers that cut sentences in two.

use std::collections::{BTreeMap, BTreeSet};

use super::folio::{folios, head, may_be_head};
use super::{FEWEST, Line, is_cut};

/// Fewest numbers of a row.
const FEWEST_IN_ROW: usize = 4;

/// Lines between two page numbers of a row. A page has 20 to 60, and every second number may stand in a row of its
/// own, on the left pages.
const GAP_LINES: std::ops::RangeInclusive<usize> = 6..=130;

/// At least one number in this many of a row stands in the middle of a sentence. Of the pages of a novel nine in ten
/// end so; chapters and sonnets never do.
const CUT_SHARE: usize = 3;

/// A number at a line's end that may be a page's.
#[derive(Clone, Copy, Debug)]
struct Place {
    line: usize,
    number: u32,
}

/// The lines that are page numbers, with the heads beside them.
pub(super) fn removable(lines: &[Line<'_>]) -> BTreeSet<usize> {
    let mut rows: BTreeMap<(bool, String), Vec<Place>> = BTreeMap::new();
    for (line, text) in lines.iter().enumerate() {
        for folio in folios(text.text) {
            let places = rows.entry((folio.is_roman, folio.rest)).or_default();
            places.push(Place {
                line,
                number: folio.number,
            });
        }
    }
    rows.retain(|_, places| places.len() >= FEWEST_IN_ROW);
    if rows.is_empty() {
        return BTreeSet::new();
    }
    let repeated = repeated(lines);
    let mut removed = BTreeSet::new();
    for places in rows.values() {
        for row in places.chunk_by(|left, right| goes_on(*left, *right)) {
            let cuts = row
                .iter()
                .filter(|place| cuts_sentence(lines, &repeated, place.line))
                .count();
            if row.len() >= FEWEST_IN_ROW && cuts * CUT_SHARE >= row.len() {
                removed.extend(row.iter().map(|place| place.line));
            }
        }
    }
    let heads = heads(lines, &repeated, &removed);
    removed.extend(heads);
    removed
}

fn goes_on(left: Place, right: Place) -> bool {
    let step = right.number.checked_sub(left.number);
    step.is_some_and(|step| (1..=3).contains(&step)) && GAP_LINES.contains(&(right.line - left.line))
}

/// Short lines that stand in several places, and in how many.
fn repeated(lines: &[Line<'_>]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        if may_be_head(line.text) {
            *counts.entry(head(line.text)).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= FEWEST);
    counts
}

/// Whether a sentence goes on behind `line`, and behind a head that stands beside it.
fn cuts_sentence(lines: &[Line<'_>], repeated: &BTreeMap<String, usize>, line: usize) -> bool {
    let is_text = |number: &usize| !repeated.contains_key(&head(lines[*number].text));
    let before = shown_before(lines, line)
        .take(2)
        .find(is_text)
        .or_else(|| shown_before(lines, line).next());
    let after = shown_after(lines, line)
        .take(2)
        .find(is_text)
        .or_else(|| shown_after(lines, line).next());
    match (before, after) {
        (Some(before), Some(after)) => is_cut(lines[before].text, lines[after].text),
        _ => false,
    }
}

/// How far a line that shows something is looked for.
const NEAR_LINES: usize = 8;

fn shown_before<'a>(lines: &'a [Line<'_>], line: usize) -> impl Iterator<Item = usize> + use<'a> {
    let start = line.saturating_sub(NEAR_LINES);
    (start..line).rev().filter(|number| !lines[*number].is_blank())
}

fn shown_after<'a>(lines: &'a [Line<'_>], line: usize) -> impl Iterator<Item = usize> + use<'a> {
    let end = lines.len().min(line + 1 + NEAR_LINES);
    (line + 1..end).filter(|number| !lines[*number].is_blank())
}

/// The repeated lines beside page numbers, if that is where they mostly stand.
fn heads(lines: &[Line<'_>], repeated: &BTreeMap<String, usize>, numbers: &BTreeSet<usize>) -> Vec<usize> {
    let mut beside: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        let neighbours = [
            shown_before(lines, *number).next(),
            shown_after(lines, *number).next(),
        ];
        for line in neighbours.into_iter().flatten() {
            let text = head(lines[line].text);
            if repeated.contains_key(&text) {
                beside.entry(text).or_default().push(line);
            }
        }
    }
    beside.retain(|text, places| {
        let all = repeated.get(text).copied().unwrap_or_default();
        places.len() >= FEWEST && places.len() * 2 >= all
    });
    beside.into_values().flatten().collect()
}
