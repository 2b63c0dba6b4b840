//! The documents that the report shows: chosen while judging, read here from `documents/`, a few rows of each unit.
//!
//! What is shown of a text is one excerpt, around that part of it which the rule is about where there is one
//! (`marks.rs`). Personal data and toxic words are masked (`mask.rs`): the report may be passed on.

mod marks;
mod mask;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use arrow::array::{Array, AsArray};
use gristmill_schemas::document::column;

use super::PlanError;
use super::parquet_file;
use super::verdict::{Candidate, Choices};
use crate::recipe::Recipe;
use crate::report::facts::{Piece, RuleSamples, Sample};
use crate::stage::Rule;
use crate::work::{Kind, Unit, WorkFolder};
use mask::Masks;

/// Bytes of a text that are looked through for what a rule is about.
const MOST_LOOKED_AT: usize = 128 << 10;
/// Bytes of an excerpt, about.
const EXCERPT_BYTES: usize = 420;
/// Bytes before the first mark that an excerpt begins with.
const BEFORE_MARK: usize = 60;
/// What the ends of an excerpt could cut in two: looked at beyond them, so that no half of an address is shown.
const MARGIN: usize = 300;

/// A chosen document, as far as it is looked at.
struct Found {
    id: String,
    key: String,
    text: String,
}

/// Reads the documents of `choices`, and cuts out of each what the rule is about.
///
/// # Errors
/// When a documents file or a word list cannot be read.
pub fn fetch(
    work: &WorkFolder,
    recipe: &Recipe,
    rules: &[Rule],
    units: &[Unit],
    choices: &Choices,
) -> Result<Vec<RuleSamples>, PlanError> {
    let masks = Masks::of(recipe)?;
    let documents = read(work, units, choices)?;
    let mut samples = Vec::new();
    for (position, choice) in &choices.0 {
        let Some(rule) = rules.get(*position) else {
            continue;
        };
        let shown = |candidates: &[Candidate]| -> Vec<Sample> {
            let found = candidates.iter().filter_map(|candidate| {
                let place = (candidate.unit.as_str(), candidate.row);
                Some((candidate, documents.get(&place)?))
            });
            found
                .map(|(candidate, document)| Sample {
                    id: document.id.clone(),
                    key: masks.address(&document.key),
                    value: candidate.value,
                    excerpt: excerpt(&document.text, &rule.name, &masks),
                })
                .collect()
        };
        samples.push(RuleSamples {
            stage: rule.stage.to_owned(),
            rule: rule.name.clone(),
            keep: rule.keep.trim().to_owned(),
            sources: rule.sources.clone(),
            dropped: shown(&choice.dropped),
            near: shown(&choice.near),
        });
    }
    Ok(samples)
}

/// The chosen documents by unit and row.
fn read<'a>(
    work: &WorkFolder,
    units: &[Unit],
    choices: &'a Choices,
) -> Result<BTreeMap<(&'a str, u32), Found>, PlanError> {
    let mut wanted: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let chosen = choices
        .0
        .values()
        .flat_map(|choice| choice.dropped.iter().chain(&choice.near));
    for candidate in chosen {
        wanted.entry(&candidate.unit).or_default().insert(candidate.row);
    }
    let mut found = BTreeMap::new();
    for (name, rows) in wanted {
        let Some(unit) = units.iter().find(|unit| unit.name == name) else {
            continue;
        };
        let rows: Vec<u32> = rows.into_iter().collect();
        let columns = [column::ID, column::KEY, column::TEXT];
        let batches = parquet_file::rows(&work.file(Kind::Documents, unit), &columns, &rows)?;
        for (row, batch) in rows.iter().zip(batches) {
            let text = |name: &str| {
                let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
                (!column.is_empty()).then(|| column.value(0))
            };
            let (Some(id), Some(key), Some(whole)) =
                (text(column::ID), text(column::KEY), text(column::TEXT))
            else {
                continue;
            };
            let document = Found {
                id: id.to_owned(),
                key: key.to_owned(),
                text: whole[..whole.floor_char_boundary(MOST_LOOKED_AT)].to_owned(),
            };
            found.insert((name, *row), document);
        }
    }
    Ok(found)
}

/// The part of `text` that tells most of what `rule` is about.
fn excerpt(text: &str, rule: &str, masks: &Masks) -> Vec<Piece> {
    let marks = marks::of(rule, text);
    let window = window(text, &marks);
    let around = text.floor_char_boundary(window.start.saturating_sub(MARGIN))
        ..text.ceil_char_boundary(window.end.saturating_add(MARGIN).min(text.len()));
    let masked = masks.of_text(text, around);
    // What is masked is what rules on safety are about.
    let marks_masked = marks::are_masked(rule);
    let mut pieces = Pieces::default();
    if window.start > 0 {
        pieces.push("… ", false);
    }
    let mut at = window.start;
    while at < window.end {
        if let Some((range, instead)) = masked.iter().find(|(range, _)| range.contains(&at)) {
            pieces.push(instead, marks_masked);
            at = range.end;
            continue;
        }
        let marked = marks.iter().find(|mark| mark.contains(&at));
        let borders = [
            Some(window.end),
            marked.map(|mark| mark.end),
            marks.iter().map(|mark| mark.start).find(|start| *start > at),
            masked
                .iter()
                .map(|(range, _)| range.start)
                .find(|start| *start > at),
        ];
        let end = borders.into_iter().flatten().min().unwrap_or(window.end);
        pieces.push(text.get(at..end).unwrap_or_default(), marked.is_some());
        at = end;
    }
    if window.end < text.len() {
        pieces.push(" …", false);
    }
    pieces.0
}

/// Where the excerpt lies: around the most marks, or at the start.
fn window(text: &str, marks: &[Range<usize>]) -> Range<usize> {
    let mut best = (0, 0);
    let mut behind = 0;
    for (first, mark) in marks.iter().enumerate() {
        let end = mark.start + EXCERPT_BYTES - BEFORE_MARK;
        while behind < marks.len() && marks[behind].start < end {
            behind += 1;
        }
        if behind - first > best.0 {
            best = (behind - first, mark.start);
        }
    }
    let start = if best.1 <= EXCERPT_BYTES / 2 && marks.len() < 2 {
        0
    } else {
        best.1.saturating_sub(BEFORE_MARK)
    };
    // A word is not cut where its start is near.
    let start = text.ceil_char_boundary(start);
    let start = if start == 0 {
        0
    } else {
        let next = text[start..]
            .bytes()
            .take(BEFORE_MARK / 2)
            .position(|byte| byte == b' ');
        start + next.map_or(0, |space| space + 1)
    };
    start..text.ceil_char_boundary((start + EXCERPT_BYTES).min(text.len()))
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    /// Adds text as it is shown on one line.
    fn push(&mut self, text: &str, marked: bool) {
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\n' => shown.push_str(" ↵ "),
                '\r' => {}
                other if other.is_whitespace() => shown.push(' '),
                other => shown.push(other),
            }
        }
        if shown.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.marked == marked => last.text.push_str(&shown),
            _ => self.0.push(Piece { text: shown, marked }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, rule: &str) -> String {
        let masks = Masks::plain();
        let pieces = excerpt(text, rule, &masks);
        pieces
            .into_iter()
            .map(|piece| {
                if piece.marked {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect()
    }

    #[test]
    fn the_part_that_the_rule_is_about_is_marked() {
        assert_eq!(
            shown("# One\n## Two", "gopher_too_many_hashes"),
            "[#] One ↵ [##] Two"
        );
        assert_eq!(shown("plain", "gopher_short_doc"), "plain");
        let far = format!("{}then Lorem Ipsum here", "words and words, ".repeat(90));
        let told = shown(&far, "lorem_ipsum");
        assert!(told.starts_with("… "), "{told}");
        assert!(told.ends_with("then [Lorem Ipsum] here"), "{told}");
    }

    #[test]
    fn personal_data_and_toxic_words_are_masked() {
        assert_eq!(
            shown("Write to ann@mill.example, you grubwort!", "toxic_words"),
            "Write to [<EMAIL>], you [<TOXIC>]!"
        );
        let cut = format!("{} ann.of.the.mill@mill.example", "x".repeat(EXCERPT_BYTES - 8));
        assert!(
            !shown(&cut, "gopher_short_doc").contains("ann"),
            "not even a half"
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_an_excerpt(text in "(\\PC|[#\n.{•-]| the| lorem ipsum){0,300}", rule in 0_usize..9) {
            let rules = ["gopher_too_many_hashes", "dup_line_frac", "top_2_gram", "duplicated_5_n_grams", "curly_bracket",
                "short_line_ratio", "toxic_words", "gopher_too_many_bullets", "dup_para_frac"];
            let told = shown(&text, rules[rule]);
            prop_assert!(told.len() < 40 * EXCERPT_BYTES);
            prop_assert_eq!(told.is_empty(), text.replace('\r', "").is_empty());
        }
    }
}
