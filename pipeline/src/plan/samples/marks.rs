//! Which parts of a text a rule is about, as far as its name tells: for people who look at a report.
//!
//! The rules themselves are SQL over numbers and know no places; here the places are looked for again, in the one
//! text that is shown. A rule that is about the whole text (its length, its language) has no places.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::text::lines::lines;

/// Places that are looked at, at most.
const MOST_MARKS: usize = 4_000;

/// The places in `text` that `rule` is about, from left to right, without overlaps.
pub(super) fn of(rule: &str, text: &str) -> Vec<Range<usize>> {
    let has = |part: &str| rule.contains(part);
    let mut marks = if has("hash") {
        substrings(text, &["#"])
    } else if has("end_ellipsis") {
        of_lines(text, |line| {
            line.trim_end().ends_with("...") || line.trim_end().ends_with('…')
        })
    } else if has("ellipsis") {
        substrings(text, &["...", "…"])
    } else if has("bullet") || has("list_ratio") {
        of_lines(text, |line| {
            line.trim_start().starts_with(['•', '-', '*', '‣', '–', '·'])
        })
    } else if has("dup_para") {
        repeated(paragraphs(text), text)
    } else if has("dup_line") || has("char_dup") || has("line_dup") {
        repeated(line_ranges(text), text)
    } else if has("_gram") {
        let words = number(rule).unwrap_or(5);
        ngrams(text, words, has("top_"))
    } else if has("lorem") {
        substrings(text, &["lorem ipsum"])
    } else if has("curly") {
        substrings(text, &["{"])
    } else if has("javascript") {
        substrings(text, &["javascript"])
    } else if has("policy") {
        let policies = [
            "terms of use",
            "privacy policy",
            "cookie policy",
            "uses cookies",
            "use of cookies",
            "use cookies",
        ];
        substrings(text, &policies)
    } else if has("line_punct") {
        of_lines(text, |line| {
            line.trim_end().ends_with(|last: char| last.is_alphanumeric())
        })
    } else if has("short_line") {
        of_lines(text, |line| !line.trim().is_empty() && line.chars().count() <= 30)
    } else {
        Vec::new()
    };
    marks.truncate(MOST_MARKS);
    marks
}

/// Whether what a rule is about is masked wherever it stands.
pub(super) fn are_masked(rule: &str) -> bool {
    ["toxic", "pii", "secret", "word_list", "badword"]
        .iter()
        .any(|part| rule.contains(part))
}

/// The first number in the name of a rule.
fn number(rule: &str) -> Option<usize> {
    let mut digits = rule.split(|character: char| !character.is_ascii_digit());
    digits.find_map(|digits| digits.parse().ok())
}

/// Wherever one of `parts`, which are in lower case, stands; runs of one are one place.
fn substrings(text: &str, parts: &[&str]) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Range<usize>> = parts
        .iter()
        .flat_map(|part| lower.match_indices(part).map(|(at, part)| at..at + part.len()))
        .collect();
    found.sort_by_key(|range| range.start);
    joined(found)
}

/// Ranges in their order, those that touch joined.
fn joined(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The lines, each by its place.
fn line_ranges(text: &str) -> Vec<Range<usize>> {
    let place = |line: &&str| {
        let start = line.as_ptr().addr() - text.as_ptr().addr();
        start..start + line.len()
    };
    lines(text).iter().map(place).collect()
}

fn of_lines(text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut ranges = line_ranges(text);
    ranges.retain(|range| is_meant(&text[range.clone()]));
    ranges
}

/// Runs of lines without an empty one between them.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for line in line_ranges(text) {
        if text[line.clone()].trim().is_empty() {
            is_open = false;
            continue;
        }
        match found.last_mut() {
            Some(last) if is_open => last.end = line.end,
            _ => found.push(line),
        }
        is_open = true;
    }
    found
}

/// Those of `parts` whose text was there before.
fn repeated(parts: Vec<Range<usize>>, text: &str) -> Vec<Range<usize>> {
    let mut seen = std::collections::BTreeSet::new();
    parts
        .into_iter()
        .filter(|part| {
            let part = text[part.clone()].trim();
            !part.is_empty() && !seen.insert(part)
        })
        .collect()
}

/// The runs of `words` words that are there more than once, or the most frequent of them alone.
fn ngrams(text: &str, words: usize, top: bool) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    for word in text.split_whitespace() {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        places.push(start..start + word.len());
    }
    let runs: Vec<Range<usize>> = places
        .windows(words.max(1))
        .map(|run| run[0].start..run[run.len() - 1].end)
        .collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for run in &runs {
        *counts.entry(&text[run.clone()]).or_default() += 1;
    }
    let often = counts.values().max().copied().unwrap_or(0);
    let least = if top { often.max(2) } else { 2 };
    // Of several that are equally frequent the first is shown.
    let shown = runs.iter().find(|run| counts[&text[(*run).clone()]] >= least);
    let first = shown.map(|run| &text[run.clone()]);
    let is_meant = |run: &Range<usize>| {
        let run = &text[run.clone()];
        if top {
            Some(run) == first
        } else {
            counts[run] >= least
        }
    };
    joined(runs.iter().filter(|run| is_meant(run)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(rule: &str, text: &str) -> Vec<String> {
        of(rule, text)
            .into_iter()
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn each_rule_has_its_places() {
        let text = "One line\n\nTwo lines\n\nOne line\n- a bullet\nand so on...";
        for (rule, expected) in [
            ("dup_line_frac", vec!["One line"]),
            ("dup_para_char_frac", vec![]),
            ("gopher_too_many_bullets", vec!["- a bullet"]),
            ("gopher_too_many_end_ellipsis", vec!["and so on..."]),
            ("gopher_too_many_ellipsis", vec!["..."]),
            (
                "short_line_ratio",
                vec!["One line", "Two lines", "One line", "- a bullet", "and so on..."],
            ),
            ("language_not_kept", vec![]),
        ] {
            assert_eq!(marked(rule, text), expected, "{rule}");
        }
        assert_eq!(marked("dup_para_frac", "a\nb\n\nc\n\na\nb\n\n"), ["a\nb"]);
        assert_eq!(marked("curly_bracket", "{ x }{{"), ["{", "{{"]);
    }

    #[test]
    fn repeated_runs_of_words_are_found() {
        let text = "go on now and go on then, but go on";
        assert_eq!(marked("top_2_gram", text), ["go on", "go on", "go on"]);
        assert_eq!(marked("duplicated_5_n_grams", text), Vec::<String>::new());
        assert_eq!(
            marked("duplicated_5_n_grams", "a b c d e a b c d e"),
            ["a b c d e", "a b c d e"]
        );
        assert_eq!(marked("top_4_gram", "too short"), Vec::<String>::new());
    }
}
