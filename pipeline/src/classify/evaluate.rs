//! How good a classifier is on texts whose labels are known: precision, recall and F1 of each label, accuracy, and
//! whether its scores mean what they say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::best;
use super::{Model, Scratch};

/// Bins of scores: tenths.
pub const BINS: usize = 10;

/// What was found, text by text.
#[derive(Debug)]
pub struct Evaluation<'a> {
    model: &'a Model,
    scratch: Scratch,
    /// Which label's scores are held against what is so; the most likely one's where none is named.
    subject: Option<usize>,
    labels: BTreeMap<String, LabelCounts>,
    bins: [Bin; BINS],
    texts: u64,
    right: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct LabelCounts {
    right: u64,
    predicted: u64,
    actual: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    texts: u64,
    scores: f64,
    true_ones: u64,
}

/// What was found, in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Texts that were looked at.
    pub texts: u64,
    /// The share of them whose most likely label is theirs.
    pub accuracy: Option<f64>,
    /// The mean of all labels' F1.
    pub macro_f1: Option<f64>,
    /// Each label, of the model and of the texts, in the order of names.
    pub labels: Vec<LabelReport>,
    /// Whose scores `calibration` is of: a label, or the most likely one of each text.
    pub calibrated: Option<String>,
    /// Tenths of scores from low to high, those without texts left out.
    pub calibration: Vec<BinReport>,
}

/// A label's figures. What is not defined (a precision where nothing was predicted) is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelReport {
    /// The label.
    pub label: String,
    /// Texts that have it.
    pub texts: u64,
    /// The share of those that were given the label and have it.
    pub precision: Option<f64>,
    /// The share of those that have the label and were given it.
    pub recall: Option<f64>,
    /// Their harmonic mean.
    pub f1: Option<f64>,
}

/// The texts whose scores lie in one tenth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BinReport {
    /// The lowest score of the tenth.
    pub from: f64,
    /// Texts with such a score.
    pub texts: u64,
    /// The mean of their scores: what the model says.
    pub predicted: f64,
    /// The share of them for which it is so.
    pub observed: f64,
    /// Where `from` were the threshold: the share of the texts above it for which it is so.
    pub precision_above: f64,
    /// Where `from` were the threshold: the share of all texts for which it is so that lie above it.
    pub recall_above: Option<f64>,
}

impl<'a> Evaluation<'a> {
    /// Nothing found yet. `subject` is the number of the label whose scores are held against what is so.
    #[must_use]
    pub fn new(model: &'a Model, subject: Option<usize>) -> Self {
        let labels = model.labels().iter();
        Self {
            model,
            scratch: Scratch::default(),
            subject,
            labels: labels
                .map(|label| (label.clone(), LabelCounts::default()))
                .collect(),
            bins: [Bin::default(); BINS],
            texts: 0,
            right: 0,
        }
    }

    /// Looks at a text, in the form that the model wants, that has the label `actual`.
    pub fn add(&mut self, actual: &str, text: &str) {
        let scores = self.model.scores(text, &mut self.scratch);
        let found = best(scores, 1).first().copied();
        let predicted = found.and_then(|found| self.model.labels().get(found.label));
        let is_right = predicted.is_some_and(|predicted| predicted == actual);
        let judged = match self.subject {
            None => found.map(|found| (found.score, is_right)),
            Some(label) => scores.get(label).map(|score| {
                (
                    *score,
                    self.model
                        .labels()
                        .get(label)
                        .is_some_and(|label| label == actual),
                )
            }),
        };
        self.texts += 1;
        self.right += u64::from(is_right);
        let counts = self.labels.entry(actual.to_owned()).or_default();
        counts.actual += 1;
        counts.right += u64::from(is_right);
        if let Some(predicted) = predicted {
            self.labels.entry(predicted.clone()).or_default().predicted += 1;
        }
        if let Some((score, is_true)) = judged {
            let bin = &mut self.bins[bin_of(score)];
            bin.texts += 1;
            bin.scores += f64::from(score);
            bin.true_ones += u64::from(is_true);
        }
    }

    /// The figures.
    #[must_use]
    pub fn report(&self) -> Report {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let label = |(label, counts): (&String, &LabelCounts)| LabelReport {
            label: label.clone(),
            texts: counts.actual,
            precision: share(counts.right, counts.predicted),
            recall: share(counts.right, counts.actual),
            f1: share(2 * counts.right, counts.predicted + counts.actual),
        };
        let labels: Vec<LabelReport> = self.labels.iter().map(label).collect();
        let defined: Vec<f64> = labels.iter().filter_map(|label| label.f1).collect();
        let all_true = self.bins.iter().map(|bin| bin.true_ones).sum();
        let mut calibration = Vec::new();
        for (number, bin) in self.bins.iter().enumerate().filter(|(_, bin)| bin.texts > 0) {
            let above = &self.bins[number..];
            let texts_above: u64 = above.iter().map(|bin| bin.texts).sum();
            let true_above: u64 = above.iter().map(|bin| bin.true_ones).sum();
            calibration.push(BinReport {
                from: number as f64 / BINS as f64,
                texts: bin.texts,
                predicted: bin.scores / bin.texts as f64,
                observed: bin.true_ones as f64 / bin.texts as f64,
                precision_above: true_above as f64 / texts_above as f64,
                recall_above: share(true_above, all_true),
            });
        }
        Report {
            texts: self.texts,
            accuracy: share(self.right, self.texts),
            macro_f1: (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64),
            labels,
            calibrated: self
                .subject
                .and_then(|label| self.model.labels().get(label).cloned()),
            calibration,
        }
    }
}

/// The tenth that a score lies in.
fn bin_of(score: f32) -> usize {
    (1..BINS)
        .rev()
        .find(|bin| score >= *bin as f32 / BINS as f32)
        .unwrap_or(0)
}

impl Report {
    /// The figures as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        let width = self.labels.iter().map(|label| label.label.chars().count()).max();
        let width = width.unwrap_or(0).max("label".len());
        let mut text = format!(
            "{:width$}  {:>8}  {:>9}  {:>7}  {:>7}\n",
            "label", "texts", "precision", "recall", "F1"
        );
        for label in &self.labels {
            text.push_str(&format!(
                "{:width$}  {:>8}  {:>9}  {:>7}  {:>7}\n",
                label.label,
                label.texts,
                number(label.precision),
                number(label.recall),
                number(label.f1)
            ));
        }
        text.push_str(&format!(
            "\n{} texts, accuracy {}, mean F1 {}\n",
            self.texts,
            number(self.accuracy),
            number(self.macro_f1)
        ));
        let whose = self.calibrated.as_deref().map_or_else(
            || "the most likely label".to_owned(),
            |label| format!("the label '{label}'"),
        );
        text.push_str(&format!(
            "\nscores of {whose}, and what is so; precision and recall with the score as threshold\n"
        ));
        text.push_str("from      texts  predicted  observed  precision   recall\n");
        for bin in &self.calibration {
            text.push_str(&format!(
                "{:.1}  {:>9}  {:>9.4}  {:>8.4}  {:>9.4}  {:>7}\n",
                bin.from,
                bin.texts,
                bin.predicted,
                bin.observed,
                bin.precision_above,
                number(bin.recall_above)
            ));
        }
        text
    }
}
