//! What page and summary both derive from the facts: totals, shares of the funnel, and the order in which a person
//! wants to see things. One place, so that the two never disagree.

use std::cmp::Reverse;

use serde::Serialize;

use super::facts::{Counted, FunnelStep, Histogram, LanguageFact, Report, RuleFact};

/// A report's totals over its sources and stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Totals {
    /// Raw files.
    pub files: u64,
    /// Bytes of raw files on disk.
    pub raw_bytes: u64,
    /// Documents read.
    pub documents: u64,
    /// Bytes of text in them.
    pub text_bytes: u64,
    /// Documents left after all filters and deduplication.
    pub kept_documents: u64,
    /// Bytes of text in those.
    pub kept_bytes: u64,
    /// Stages whose result was there from an earlier run.
    pub reused_stages: u64,
    /// Raw bytes read in a second of the whole run; `None` when a stage was reused, for then it says nothing.
    pub raw_bytes_per_second: Option<f64>,
}

impl Totals {
    /// Adds up `report`. Sums stop at the largest number there is.
    pub(super) fn of(report: &Report) -> Self {
        let mut totals = Self::default();
        for source in &report.sources {
            totals.files = totals.files.saturating_add(source.files);
            totals.raw_bytes = totals.raw_bytes.saturating_add(source.raw_bytes);
            totals.documents = totals.documents.saturating_add(source.documents);
            totals.text_bytes = totals.text_bytes.saturating_add(source.text_bytes);
            totals.kept_documents = totals.kept_documents.saturating_add(source.kept_documents);
            totals.kept_bytes = totals.kept_bytes.saturating_add(source.kept_bytes);
        }
        for stage in &report.stages {
            totals.reused_stages += u64::from(stage.reused);
        }
        if totals.reused_stages == 0 && 0 < totals.raw_bytes && 0.0 < report.seconds {
            totals.raw_bytes_per_second = Some(totals.raw_bytes as f64 / report.seconds);
        }
        totals
    }
}

/// A step of the funnel with its shares, each a number from 0, where 1 is all.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct FunnelRow<'a> {
    /// The step.
    pub step: &'a FunnelStep,
    /// Its count as a share of the step before, where both count the same or records become documents.
    pub of_previous: Option<f64>,
    /// Its documents as a share of all documents read.
    pub documents_of_start: Option<f64>,
    /// Its text as a share of all text read.
    pub bytes_of_start: Option<f64>,
}

/// The funnel with shares. The start, of which all later steps are shares, is the first step that counts documents:
/// raw files are compressed and full of markup, so that text is no meaningful part of their bytes.
pub(super) fn funnel(steps: &[FunnelStep]) -> Vec<FunnelRow<'_>> {
    let mut rows = Vec::with_capacity(steps.len());
    let mut start: Option<&FunnelStep> = None;
    let mut previous: Option<&FunnelStep> = None;
    for step in steps {
        if step.counted == Counted::Documents && start.is_none() {
            start = Some(step);
        }
        let comparable = previous.filter(|before| before.counted != Counted::Files);
        rows.push(FunnelRow {
            step,
            of_previous: comparable.and_then(|before| ratio(step.count, before.count)),
            documents_of_start: start.and_then(|first| ratio(step.count, first.count)),
            bytes_of_start: start.and_then(|first| ratio(step.bytes, first.bytes)),
        });
        previous = Some(step);
    }
    rows
}

/// The rules that documents were counted to, most documents first; equal ones in the order of the report.
pub(super) fn rules_by_documents(report: &Report) -> Vec<&RuleFact> {
    let mut rules: Vec<&RuleFact> = report.drops.iter().collect();
    rules.sort_by_key(|rule| (Reverse(rule.first), Reverse(rule.together)));
    rules
}

/// The languages, most documents first; equal ones by code.
pub(super) fn languages_by_documents(report: &Report) -> Vec<&LanguageFact> {
    let mut languages: Vec<&LanguageFact> = report.languages.iter().collect();
    languages.sort_by_key(|language| (Reverse(language.documents), &language.code));
    languages
}

/// The largest of everything that bars are drawn of, so that the largest bar fills its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Most {
    /// Documents that broke one rule.
    pub broken: u64,
    /// Documents of one language.
    pub spoken: u64,
    /// Documents of one source.
    pub read: u64,
    /// The share of one group, asked or reached.
    pub shared: f64,
    /// Seconds of one stage that ran.
    pub seconds: f64,
}

impl Most {
    /// The largest of each in `report`.
    pub(super) fn of(report: &Report) -> Self {
        let mut most = Self::default();
        for rule in &report.drops {
            most.broken = most.broken.max(rule.together);
        }
        for language in &report.languages {
            most.spoken = most.spoken.max(language.documents);
        }
        for source in &report.sources {
            most.read = most.read.max(source.documents);
        }
        for part in &report.mixture {
            most.shared = most.shared.max(part.asked).max(part.reached);
        }
        for stage in report.stages.iter().filter(|stage| !stage.reused) {
            most.seconds = most.seconds.max(stage.seconds);
        }
        most
    }
}

/// A histogram with its scale.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chart<'a> {
    /// What is drawn.
    pub histogram: &'a Histogram,
    /// Documents in the fullest bin.
    pub tallest: u64,
    /// The values written below it.
    pub marks: Vec<Mark>,
}

/// A value on the axis of a [`Chart`].
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Mark {
    /// How far to the right it stands, from 0 to 1.
    pub left: f64,
    /// The value.
    pub value: f64,
}

/// How many values stand on an axis, the last edge aside, at most: more would run into each other on a phone.
const MARKS: usize = 5;

/// The histograms that have bins, with their scales.
pub(super) fn charts(histograms: &[Histogram]) -> Vec<Chart<'_>> {
    let mut charts = Vec::with_capacity(histograms.len());
    for histogram in histograms {
        let Some(last) = histogram.bins.last() else {
            continue;
        };
        let bins = histogram.bins.len();
        let every = bins.div_ceil(MARKS);
        let mut marks = Vec::with_capacity(MARKS + 1);
        for (index, bin) in histogram.bins.iter().enumerate().step_by(every) {
            // The last edge is always written; one closer to it than half a step would run into it.
            if every <= 2 * (bins - index) {
                marks.push(Mark {
                    left: index as f64 / bins as f64,
                    value: bin.from,
                });
            }
        }
        marks.push(Mark {
            left: 1.0,
            value: last.to,
        });
        let heights = histogram
            .bins
            .iter()
            .map(|bin| bin.kept.saturating_add(bin.dropped));
        charts.push(Chart {
            histogram,
            tallest: heights.max().unwrap_or(0),
            marks,
        });
    }
    charts
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (0 < whole).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples;

    #[test]
    fn shares_start_where_documents_do() {
        let report = examples::rich();
        let rows = funnel(&report.funnel);
        assert_eq!(rows[0].of_previous, None, "nothing before the files");
        assert_eq!(rows[1].of_previous, None, "records are no part of files");
        assert_eq!(rows[1].documents_of_start, None);
        assert!(
            rows[2].of_previous.is_some_and(|share| share < 1.0),
            "documents are a part of records"
        );
        assert_eq!(rows[2].documents_of_start, Some(1.0));
        assert!(
            rows.last()
                .and_then(|row| row.documents_of_start)
                .is_some_and(|share| share < 1.0)
        );
    }

    #[test]
    fn nothing_is_no_share_of_nothing() {
        let steps = vec![FunnelStep::default(), FunnelStep::default()];
        for row in funnel(&steps) {
            assert_eq!(row.of_previous, None);
            assert_eq!(row.documents_of_start, None);
            assert_eq!(row.bytes_of_start, None);
        }
    }

    #[test]
    fn a_reused_stage_leaves_no_speed_to_speak_of() {
        let mut report = examples::rich();
        report.stages.iter_mut().for_each(|stage| stage.reused = false);
        assert!(Totals::of(&report).raw_bytes_per_second.is_some());
        report.stages[0].reused = true;
        assert_eq!(Totals::of(&report).raw_bytes_per_second, None);
    }

    #[test]
    fn rules_and_languages_stand_by_their_documents() {
        let report = examples::rich();
        let rules = rules_by_documents(&report);
        assert!(rules.windows(2).all(|pair| pair[1].first <= pair[0].first));
        let languages = languages_by_documents(&report);
        assert!(
            languages
                .windows(2)
                .all(|pair| pair[1].documents <= pair[0].documents)
        );
    }
}
