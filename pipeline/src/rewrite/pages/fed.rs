//! Heads and feet beside form feeds: what text extraction from PDF leaves.

use std::collections::{BTreeMap, BTreeSet};

use super::folio::{folios, head, may_be_head};
use super::{FEWEST, Line};

/// How many lines at each end of a page may be its head or foot.
const BORDER_LINES: usize = 2;

/// A line at an end of a page.
struct Border {
    line: usize,
    page: usize,
    is_top: bool,
    /// Whether it stands apart from the page's text: outermost, or before a blank line.
    is_apart: bool,
}

/// The lines that are heads and feet.
pub(super) fn removable(lines: &[Line<'_>]) -> BTreeSet<usize> {
    let borders = borders(lines);
    let mut removed = BTreeSet::new();
    // A number that goes up with the pages has the same distance to theirs.
    let mut numbered: BTreeMap<(bool, String, i64), Vec<usize>> = BTreeMap::new();
    let mut repeated: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
    for border in &borders {
        let text = lines[border.line].text;
        for folio in folios(text) {
            let distance = i64::from(folio.number) - i64::try_from(border.page).unwrap_or(i64::MAX);
            let key = (folio.is_roman, folio.rest, distance);
            let places = numbered.entry(key).or_default();
            if places.last() != Some(&border.line) {
                places.push(border.line);
            }
        }
        if border.is_apart && may_be_head(text) {
            repeated
                .entry((border.is_top, head(text)))
                .or_default()
                .push(border.line);
        }
    }
    // Numbers with different heads beside them count together: heads change from left to right, and by chapter.
    let mut by_distance: BTreeMap<(bool, i64), usize> = BTreeMap::new();
    for ((is_roman, _, distance), places) in &numbered {
        *by_distance.entry((*is_roman, *distance)).or_default() += places.len();
    }
    for ((is_roman, _, distance), places) in numbered {
        if by_distance
            .get(&(is_roman, distance))
            .is_some_and(|count| *count >= FEWEST)
        {
            removed.extend(places);
        }
    }
    for places in repeated.into_values() {
        if places.len() >= FEWEST {
            // The first is the heading that the others repeat.
            removed.extend(&places[1..]);
        }
    }
    removed
}

fn borders(lines: &[Line<'_>]) -> Vec<Border> {
    let mut borders = Vec::new();
    let mut start = 0;
    let mut page = 0;
    while start < lines.len() {
        let end = (start + 1..lines.len())
            .find(|number| lines[*number].begins_page)
            .unwrap_or(lines.len());
        let shown: Vec<usize> = (start..end).filter(|number| !lines[*number].is_blank()).collect();
        let top = shown.len().min(BORDER_LINES);
        let bottom = shown.len().saturating_sub(BORDER_LINES).max(top);
        for (position, line) in shown.iter().enumerate() {
            let is_top = position < top;
            if !is_top && position < bottom {
                continue;
            }
            let (outer, inner) = if is_top {
                (position, position + 1)
            } else {
                (shown.len() - 1 - position, position.wrapping_sub(1))
            };
            let is_apart = outer == 0 || shown.get(inner).is_none_or(|inner| inner.abs_diff(*line) > 1);
            borders.push(Border {
                line: *line,
                page,
                is_top,
                is_apart,
            });
        }
        start = end;
        page += 1;
    }
    borders
}
