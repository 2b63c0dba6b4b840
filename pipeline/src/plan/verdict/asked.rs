//! The rules of a run, asked again of one document: what each said, by how much, and which of them were near.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use serde::Serialize;

use super::rules::NotedRule;

/// A comparison of a rule, and the number that the document has there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskedComparison {
    /// SQL of what is compared.
    pub about: String,
    /// What must stand between it and the threshold.
    pub operator: &'static str,
    /// The number that it is compared with.
    pub threshold: f64,
    /// The number that the document has; none where it is not defined.
    pub value: Option<f64>,
}

/// What a rule said of a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskedRule {
    /// The stage it belongs to.
    pub stage: String,
    /// The rule, as verdicts name it.
    pub rule: String,
    /// SQL that is true for documents to keep.
    pub keep: String,
    /// Whether the document broke it; none where it says nothing of the document.
    pub broken: Option<bool>,
    /// Its comparisons, where it has some.
    pub comparisons: Vec<AskedComparison>,
    /// How far the document is from the nearest threshold, as a share of the threshold (of 1 where that is 0).
    pub distance: Option<f64>,
}

/// Asks those of `rules` that are for documents of that `group` and `source`, of the document with that `id`. Needs
/// the table `annotations`.
///
/// # Errors
/// When a rule does not fit the annotations.
pub async fn ask(
    context: &SessionContext,
    rules: &[NotedRule],
    id: &str,
    group: &str,
    source: &str,
) -> Result<Vec<AskedRule>, DataFusionError> {
    let rules: Vec<&NotedRule> = rules
        .iter()
        .filter(|rule| rule.applies_to(group, source))
        .collect();
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns = Vec::new();
    for (position, rule) in rules.iter().enumerate() {
        columns.push(format!("({}\n) AS keep_{position}", rule.keep));
        for (number, comparison) in rule.comparisons().iter().enumerate() {
            let about = &comparison.about;
            columns.push(format!(
                "TRY_CAST(({about}) AS DOUBLE) AS about_{position}_{number}"
            ));
        }
    }
    let id = id.replace('\'', "''");
    let sql = format!("SELECT {} FROM annotations WHERE id = '{id}'", columns.join(", "));
    let batches = context.sql(&sql).await?.collect().await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(Vec::new());
    };
    let mut column = batch.columns().iter();
    let mut asked = Vec::with_capacity(rules.len());
    for rule in rules {
        let keep = column.next().and_then(|column| column.as_boolean_opt());
        let keep = keep.and_then(|keep| keep.is_valid(0).then(|| keep.value(0)));
        let mut comparisons = Vec::new();
        for comparison in rule.comparisons() {
            let value = column
                .next()
                .and_then(|column| column.as_primitive_opt::<Float64Type>());
            comparisons.push(AskedComparison {
                value: value.and_then(|value| value.is_valid(0).then(|| value.value(0))),
                about: comparison.about,
                operator: comparison.operator,
                threshold: comparison.threshold,
            });
        }
        asked.push(AskedRule {
            stage: rule.stage.clone(),
            rule: rule.name.clone(),
            keep: rule.keep.trim().to_owned(),
            broken: keep.map(|keep| !keep),
            distance: distance(&comparisons),
            comparisons,
        });
    }
    Ok(asked)
}

fn distance(comparisons: &[AskedComparison]) -> Option<f64> {
    let distances = comparisons.iter().filter_map(|comparison| {
        let whole = if comparison.threshold == 0.0 {
            1.0
        } else {
            comparison.threshold.abs()
        };
        Some((comparison.value? - comparison.threshold).abs() / whole)
    });
    distances.min_by(f64::total_cmp)
}

/// The positions of the rules that were not broken and came nearest to it, the nearest first.
#[must_use]
pub fn nearest_rules(asked: &[AskedRule], most: usize) -> Vec<usize> {
    let mut kept: Vec<(f64, usize)> = asked
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.broken == Some(false))
        .filter_map(|(position, rule)| Some((rule.distance?, position)))
        .collect();
    kept.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    kept.into_iter()
        .take(most)
        .map(|(_, position)| position)
        .collect()
}
