//! Judging: rules over `annotations/`, and `duplicates/`, -> `verdicts/`, row for row with the documents.
//!
//! A rule is SQL over the annotation columns and never sees text. Every rule is evaluated for every document, so
//! that a verdict names all that a document breaks and not only the first. The counts of the report are taken as
//! the verdicts go by.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, AsArray, BooleanBuilder, Float64Builder, ListBuilder, RecordBatch,
    StringBuilder,
};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef, UInt32Type, UInt64Type};
use datafusion::error::DataFusionError;
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::condition;
use super::dedup::DedupCounts;
use super::parquet_file::{self, ParquetFile};
use crate::engine::Engine;
use crate::stage::Rule;
use crate::work::{Kind, Unit, WorkFolder};

/// Rows of a verdicts batch.
const BATCH_ROWS: usize = 8_192;
/// Edges of the histogram of document lengths, in bytes of text: powers of four from 64 to 1 Mi.
const LENGTH_EDGES: [u64; 8] = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

/// Documents and bytes of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64) {
        self.documents += 1;
        self.bytes += bytes;
    }
}

/// What a rule cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCounts {
    /// Documents counted to it: it was the first that they broke.
    pub first: Amount,
    /// Documents that broke it and no other.
    pub alone: u64,
    /// Documents that broke it, whatever else they broke.
    pub together: u64,
}

/// What judging came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// All documents.
    pub all: Amount,
    /// Those kept.
    pub kept: Amount,
    /// Those dropped, by the stage that did.
    pub dropped: BTreeMap<String, Amount>,
    /// By stage, then by rule.
    pub rules: BTreeMap<String, BTreeMap<String, RuleCounts>>,
    /// All documents by language, and those kept.
    pub languages: BTreeMap<String, (Amount, u64)>,
    /// Documents kept, by source.
    pub sources: BTreeMap<String, Amount>,
    /// Documents by length: kept and dropped, one more than there are edges.
    pub lengths: [(u64, u64); LENGTH_EDGES.len() + 1],
}

impl VerdictCounts {
    /// The edges of [`lengths`](Self::lengths), in bytes.
    #[must_use]
    pub fn length_edges() -> &'static [u64] {
        &LENGTH_EDGES
    }
}

/// SQL that is true where a rule applies.
fn applies(rule: &Rule) -> String {
    let mut conditions = vec!["true".to_owned()];
    for (column, values) in [("\"group\"", &rule.groups), ("source", &rule.sources)] {
        if !values.is_empty() {
            let list: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            conditions.push(format!("{column} IN ({})", list.join(", ")));
        }
    }
    conditions.join(" AND ")
}

/// SQL that is true where a rule applies and is broken. Where its condition is null, it is not.
fn broken(rule: &Rule) -> String {
    // The line break ends a comment that a user may have put behind the condition.
    format!("({} AND NOT coalesce(({}\n), true))", applies(rule), rule.keep)
}

/// SQL that is true where no rule is broken.
#[must_use]
pub fn passes(rules: &[Rule]) -> String {
    if rules.is_empty() {
        return "true".to_owned();
    }
    let broken: Vec<String> = rules.iter().map(broken).collect();
    format!("NOT ({})", broken.join(" OR "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The names of rules that say nothing of any document, because what they ask of is null throughout. Needs the
/// table `annotations`.
///
/// # Errors
/// When a rule is no valid SQL, or the plan fails.
pub async fn idle_rules(engine: &Engine, rules: &[Rule]) -> Result<Vec<String>, PlanError> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let columns: Vec<String> = rules
        .iter()
        .enumerate()
        .flat_map(|(position, rule)| {
            let applies = applies(rule);
            let says = format!("{applies} AND ({}\n) IS NOT NULL", rule.keep);
            [("applies", applies), ("says", says)].map(|(name, condition)| {
                format!("count(CASE WHEN {condition} THEN 1 END) AS {name}_{position}")
            })
        })
        .collect();
    let sql = format!("SELECT {} FROM annotations", columns.join(", "));
    let mut idle = Vec::new();
    engine
        .query("looking for rules that say nothing", &sql, |batch| {
            let count = |column: usize| batch.column(column).as_primitive::<Int64Type>().value(0);
            for (position, rule) in rules.iter().enumerate() {
                if count(2 * position) > 0 && count(2 * position + 1) == 0 {
                    idle.push(rule.name.clone());
                }
            }
            Ok(())
        })
        .await?;
    Ok(idle)
}

/// The verdict query: one row a document, with the list of broken rules as positions, and its duplicate if any.
fn query(rules: &[Rule], dedup: &DedupCounts, has_language: bool) -> String {
    let mut positions = Vec::new();
    let mut values = Vec::new();
    for (position, rule) in rules.iter().enumerate() {
        let broken = broken(rule);
        positions.push(format!("CASE WHEN {broken} THEN {position} END"));
        let value = rule.value.clone().or_else(|| condition::of_condition(&rule.keep));
        let value = value.unwrap_or_else(|| "NULL".to_owned());
        values.push(format!("WHEN {broken} THEN CAST({value} AS DOUBLE)"));
    }
    let list = if positions.is_empty() {
        "CAST(NULL AS INT)".to_owned()
    } else {
        // Positions joined by spaces: a list column would do, and strings travel everywhere.
        format!("concat_ws(' ', {})", positions.join(", "))
    };
    let value = if values.is_empty() {
        "CAST(NULL AS DOUBLE)".to_owned()
    } else {
        format!("CASE {} END", values.join(" "))
    };
    let language = if has_language {
        "language['code']"
    } else {
        "CAST(NULL AS VARCHAR)"
    };
    let mut similarities = String::new();
    let mut joins = String::new();
    for (method, rows) in [("exact", dedup.exact), ("near", dedup.near)] {
        if rows == 0 {
            similarities.push_str(&format!(", CAST(NULL AS DOUBLE) AS {method}"));
            continue;
        }
        similarities.push_str(&format!(", {method}_duplicates.similarity AS {method}"));
        joins.push_str(&format!(
            " LEFT JOIN {method}_duplicates ON annotations.id = {method}_duplicates.id"
        ));
    }
    format!(
        "SELECT annotations.unit, annotations.\"row\", annotations.id, annotations.source,
            CAST({list} AS VARCHAR) AS broken, {value} AS value, {language} AS language,
            shape['bytes'] AS bytes {similarities}
        FROM annotations {joins}
        ORDER BY annotations.unit, annotations.\"row\""
    )
}

/// Judges every document. Needs the table `annotations`, and those of duplicates that `dedup` counts.
///
/// # Errors
/// When a rule is no valid SQL, a plan fails, or the disk does.
pub async fn judge(
    engine: &Engine,
    work: &WorkFolder,
    rules: &[Rule],
    dedup: &DedupCounts,
    units: &[Unit],
    has_language: bool,
) -> Result<VerdictCounts, PlanError> {
    // All verdicts are written in one stream; those of an earlier, killed attempt are not trusted to be in step.
    work.clear(Kind::Verdicts).map_err(PlanError::file(work.root()))?;
    let mut writer = VerdictWriter {
        work,
        rules,
        units: units.iter().map(|unit| (unit.name.as_str(), unit)).collect(),
        open: None,
        counts: VerdictCounts::default(),
    };
    let mut failure = None;
    let outcome = engine
        .query("judging documents", &query(rules, dedup, has_language), |batch| {
            writer.take(batch).map_err(|error| {
                let message = error.to_string();
                failure = Some(error);
                DataFusionError::Execution(message)
            })
        })
        .await;
    if let Some(error) = failure {
        return Err(error);
    }
    outcome?;
    writer.close()?;
    let counts = writer.counts;
    // A unit without documents has a verdicts file without rows, so that every unit has one.
    for unit in units {
        let path = work.file(Kind::Verdicts, unit);
        if parquet_file::counts::<u64>(&path).is_none() {
            ParquetFile::create(&path, &schema())?.finish(&0_u64)?;
        }
    }
    Ok(counts)
}

/// The columns of a verdicts file.
fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("kept", DataType::Boolean, false),
        Field::new("stage", DataType::Utf8, true),
        Field::new("rule", DataType::Utf8, true),
        Field::new("value", DataType::Float64, true),
        Field::new(
            "rules",
            DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
            false,
        ),
    ]))
}

/// Splits the stream of verdicts into the files of the units, and counts.
struct VerdictWriter<'a> {
    work: &'a WorkFolder,
    rules: &'a [Rule],
    units: BTreeMap<&'a str, &'a Unit>,
    open: Option<OpenUnit>,
    counts: VerdictCounts,
}

struct OpenUnit {
    name: String,
    file: ParquetFile,
    columns: VerdictColumns,
    rows: u64,
}

#[derive(Default)]
struct VerdictColumns {
    ids: StringBuilder,
    kept: BooleanBuilder,
    stages: StringBuilder,
    rules: StringBuilder,
    values: Float64Builder,
    broken: ListBuilder<StringBuilder>,
}

/// Why a document is dropped.
struct Reason<'a> {
    stage: &'a str,
    rule: &'a str,
    value: Option<f64>,
}

impl VerdictWriter<'_> {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), PlanError> {
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let number = |column: usize| batch.column(column).as_primitive::<Float64Type>();
        let (units, ids, sources, broken, languages) = (text(0), text(2), text(3), text(4), text(6));
        let bytes = batch.column(7).as_primitive::<UInt64Type>();
        debug_assert!(batch.column(1).as_primitive_opt::<UInt32Type>().is_some());
        let optional = |column: usize, row: usize| {
            let column = number(column);
            column.is_valid(row).then(|| column.value(row))
        };
        for row in 0..batch.num_rows() {
            self.turn_to(units.value(row))?;
            let positions = if broken.is_valid(row) {
                broken.value(row)
            } else {
                ""
            };
            let mut names: Vec<(&str, &str)> = positions
                .split_ascii_whitespace()
                .filter_map(|position| self.rules.get(position.parse::<usize>().ok()?))
                .map(|rule| (rule.stage, rule.name.as_str()))
                .collect();
            let mut value = optional(5, row);
            for (column, name) in [(8, "exact_duplicate"), (9, "near_duplicate")] {
                if let Some(similarity) = optional(column, row) {
                    value = value.or(Some(similarity));
                    names.push(("dedup", name));
                }
            }
            let reason = names.first().map(|&(stage, rule)| Reason { stage, rule, value });
            let language = languages.is_valid(row).then(|| languages.value(row));
            self.counts
                .count(&names, bytes.value(row), language, sources.value(row));
            if let Some(open) = &mut self.open {
                open.push(ids.value(row), reason.as_ref(), &names)?;
            }
        }
        Ok(())
    }

    /// Makes `unit` the one whose file is open.
    fn turn_to(&mut self, unit: &str) -> Result<(), PlanError> {
        if self.open.as_ref().is_some_and(|open| open.name == unit) {
            return Ok(());
        }
        self.close()?;
        let Some(known) = self.units.get(unit) else {
            return Err(PlanError::Nothing(format!(
                "the annotations speak of an unknown unit '{unit}'"
            )));
        };
        let file = ParquetFile::create(&self.work.file(Kind::Verdicts, known), &schema())?;
        self.open = Some(OpenUnit {
            name: unit.to_owned(),
            file,
            columns: VerdictColumns::default(),
            rows: 0,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), PlanError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        open.flush()?;
        open.file.finish(&open.rows)
    }
}

impl OpenUnit {
    fn push(
        &mut self,
        id: &str,
        reason: Option<&Reason<'_>>,
        names: &[(&str, &str)],
    ) -> Result<(), PlanError> {
        let columns = &mut self.columns;
        columns.ids.append_value(id);
        columns.kept.append_value(reason.is_none());
        columns.stages.append_option(reason.map(|reason| reason.stage));
        columns.rules.append_option(reason.map(|reason| reason.rule));
        columns
            .values
            .append_option(reason.and_then(|reason| reason.value));
        for (_, rule) in names {
            columns.broken.values().append_value(rule);
        }
        columns.broken.append(true);
        self.rows += 1;
        if columns.kept.len() < BATCH_ROWS {
            Ok(())
        } else {
            self.flush()
        }
    }

    fn flush(&mut self) -> Result<(), PlanError> {
        let mut columns = std::mem::take(&mut self.columns);
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(columns.ids.finish()),
            Arc::new(columns.kept.finish()),
            Arc::new(columns.stages.finish()),
            Arc::new(columns.rules.finish()),
            Arc::new(columns.values.finish()),
            Arc::new(columns.broken.finish()),
        ];
        let batch = RecordBatch::try_new(schema(), arrays)
            .map_err(|error| PlanError::Nothing(format!("verdicts do not fit their schema: {error}")))?;
        self.file.write(&batch)
    }
}

impl VerdictCounts {
    fn count(&mut self, names: &[(&str, &str)], bytes: u64, language: Option<&str>, source: &str) {
        self.all.add(bytes);
        let bin = LENGTH_EDGES.iter().filter(|edge| bytes >= **edge).count();
        let by_language = self
            .languages
            .entry(language.unwrap_or("?").to_owned())
            .or_default();
        by_language.0.add(bytes);
        for (position, (stage, rule)) in names.iter().enumerate() {
            let of_stage = self.rules.entry((*stage).to_owned()).or_default();
            let counts = of_stage.entry((*rule).to_owned()).or_default();
            counts.together += 1;
            counts.alone += u64::from(names.len() == 1);
            if position == 0 {
                counts.first.add(bytes);
                self.dropped.entry((*stage).to_owned()).or_default().add(bytes);
            }
        }
        if names.is_empty() {
            by_language.1 += 1;
            self.kept.add(bytes);
            self.sources.entry(source.to_owned()).or_default().add(bytes);
            self.lengths[bin].0 += 1;
        } else {
            self.lengths[bin].1 += 1;
        }
    }
}
