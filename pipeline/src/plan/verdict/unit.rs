//! Judging one unit: its annotations, gone through once, column by column -> its verdicts file and its counts.
//!
//! Of the annotations only those leaves are read that the unit's rules ask for. A unit has one source and one group,
//! so rules for others are not asked at all.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, RecordBatch, RecordBatchReader,
    StringArray, StructArray, UInt32Array, UInt64Array,
};
use arrow::buffer::{BooleanBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use serde::{Deserialize, Serialize};

use super::choice::{Choice, Choices, Least, draw};
use super::counts::{Counted, RuleCounts, VerdictCounts};
use super::rules::{Compiled, NotedRule, columns, compiled};
use crate::plan::PlanError;
use crate::plan::parquet_file::{self, ParquetFile};
use crate::plan::units::UnitFunction;
use crate::stage::Kernel;
use crate::work::Unit;

/// Rows of a batch of annotations and of verdicts.
pub(super) const BATCH_ROWS: usize = 8_192;

pub(super) const FUNCTION: &str = "judge_unit";

/// `judge_unit(task)`: asks the rules of a unit's annotations.
pub(in crate::plan) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: judge_unit,
    })
}

/// A unit to be judged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JudgeTask {
    pub(super) unit: Unit,
    pub(super) annotations: PathBuf,
    /// Where its verdicts go; nowhere if they are only counted.
    pub(super) verdicts: Option<PathBuf>,
    /// The rules that apply to it, each with its position among all.
    pub(super) rules: Vec<(usize, NotedRule)>,
    pub(super) seed: u64,
}

/// What judging a unit came to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JudgeOutcome {
    pub(super) counts: VerdictCounts,
    /// The positions of the rules that applied to a document, each with whether it said anything of one.
    pub(super) asked: Vec<(usize, bool)>,
    pub(super) choices: Choices,
}

/// The columns of a verdicts file.
pub(super) fn schema() -> SchemaRef {
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

fn judge_unit(task: &JudgeTask) -> Result<JudgeOutcome, PlanError> {
    let annotations = &task.annotations;
    let unreadable = |source: ArrowError| PlanError::Parquet {
        path: annotations.clone(),
        source: source.into(),
    };
    let refused = |source: DataFusionError| {
        PlanError::Nothing(format!(
            "the rules do not fit {}: {source}",
            annotations.display()
        ))
    };
    let mut names: BTreeSet<String> = columns(&task.rules);
    names.extend(["id", "shape.bytes", "language.code"].map(str::to_owned));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let batches = parquet_file::batches_of(annotations, &names, BATCH_ROWS)?;
    let rules = compiled(&task.rules, &batches.schema()).map_err(refused)?;
    let mut judge = Judge::new(task, &rules);
    let mut file = match &task.verdicts {
        Some(path) => Some(ParquetFile::create(path, &schema())?),
        None => None,
    };
    for batch in batches {
        let batch = batch.map_err(unreadable)?;
        let answers = judge.ask(&batch).map_err(refused)?;
        if let Some(file) = &mut file {
            let verdicts = judge.verdicts(&batch, &answers).map_err(unreadable)?;
            file.write(&verdicts)?;
        }
        judge.next += u32::try_from(batch.num_rows()).unwrap_or(u32::MAX);
    }
    if let Some(file) = file {
        file.finish(&judge.counts.all.documents)?;
    }
    Ok(judge.outcome())
}

/// A unit under judgement.
struct Judge<'a> {
    unit: &'a Unit,
    rules: &'a [Compiled],
    noted: &'a [(usize, NotedRule)],
    seed: u64,
    /// The names of the rules, and their stages.
    names: StringArray,
    stages: StringArray,
    counts: VerdictCounts,
    /// For each rule: its counts, and whether it said anything.
    of_rules: Vec<RuleCounts>,
    says: Vec<bool>,
    dropped: Vec<Least>,
    near: Vec<Least>,
    /// The number of the next batch's first row.
    next: u32,
}

/// What the rules answered of a batch. Positions are those in the list of the unit's own rules.
struct Answers {
    /// For each row where the positions of the rules that it broke begin in `broken`, and where the last ones end.
    offsets: Vec<usize>,
    broken: Vec<u32>,
    /// The number that the first rule broken shows.
    values: Vec<Option<f64>>,
}

impl Answers {
    fn of_row(&self, row: usize) -> &[u32] {
        &self.broken[self.offsets[row]..self.offsets[row + 1]]
    }
}

impl<'a> Judge<'a> {
    fn new(task: &'a JudgeTask, rules: &'a [Compiled]) -> Self {
        let text = |part: fn(&NotedRule) -> &str| -> StringArray {
            task.rules.iter().map(|(_, rule)| Some(part(rule))).collect()
        };
        Self {
            unit: &task.unit,
            rules,
            noted: &task.rules,
            seed: task.seed,
            names: text(|rule| &rule.name),
            stages: text(|rule| &rule.stage),
            counts: VerdictCounts::default(),
            of_rules: vec![RuleCounts::default(); rules.len()],
            says: vec![false; rules.len()],
            dropped: vec![Least::default(); rules.len()],
            near: vec![Least::default(); rules.len()],
            next: 0,
        }
    }

    /// Asks every rule of every row, and counts.
    fn ask(&mut self, batch: &RecordBatch) -> Result<Answers, DataFusionError> {
        let rows = batch.num_rows();
        let mut masks = Vec::with_capacity(self.rules.len());
        for (rule, says) in self.rules.iter().zip(&mut self.says) {
            let keep = rule.keep.evaluate(batch)?.into_array(rows)?;
            let keep = keep.as_boolean();
            *says |= keep.null_count() < rows;
            masks.push(broken(keep));
        }
        let answers = Self::answers(&masks, rows);
        let answers = self.valued(batch, answers)?;
        self.count(batch, &answers);
        self.choose(batch, &answers)?;
        Ok(answers)
    }

    /// The rules that each row broke, in their order.
    fn answers(masks: &[BooleanBuffer], rows: usize) -> Answers {
        let mut offsets = vec![0; rows + 1];
        for mask in masks {
            for row in mask.set_indices() {
                offsets[row + 1] += 1;
            }
        }
        for row in 0..rows {
            offsets[row + 1] += offsets[row];
        }
        let mut ends = offsets.clone();
        let mut positions = vec![0; offsets[rows]];
        for (position, mask) in (0_u32..).zip(masks) {
            for row in mask.set_indices() {
                positions[ends[row]] = position;
                ends[row] += 1;
            }
        }
        Answers {
            offsets,
            broken: positions,
            values: vec![None; rows],
        }
    }

    /// With the number of the first rule that each row broke.
    fn valued(&self, batch: &RecordBatch, mut answers: Answers) -> Result<Answers, DataFusionError> {
        let rows = batch.num_rows();
        let mut of_rule: Vec<Vec<usize>> = vec![Vec::new(); self.rules.len()];
        for row in 0..rows {
            if let Some(first) = answers.of_row(row).first() {
                of_rule[*first as usize].push(row);
            }
        }
        for (rule, rows_of_rule) in self.rules.iter().zip(of_rule) {
            if rows_of_rule.is_empty() {
                continue;
            }
            let values = rule.value.evaluate(batch)?.into_array(rows)?;
            let values = values.as_primitive::<Float64Type>();
            for row in rows_of_rule {
                answers.values[row] = values.is_valid(row).then(|| values.value(row));
            }
        }
        Ok(answers)
    }

    fn count(&mut self, batch: &RecordBatch, answers: &Answers) {
        let bytes = signal(batch, "shape", "bytes");
        let bytes = bytes
            .as_ref()
            .and_then(|bytes| bytes.as_primitive_opt::<UInt64Type>());
        let languages = signal(batch, "language", "code");
        let languages = languages.as_ref().and_then(|codes| codes.as_string_opt::<i32>());
        for row in 0..batch.num_rows() {
            let document = Counted {
                source: &self.unit.source,
                language: languages.and_then(|codes| codes.is_valid(row).then(|| codes.value(row))),
                bytes: bytes.map_or(0, |bytes: &UInt64Array| bytes.value(row)),
            };
            let broken = answers.of_row(row);
            self.counts.count(document, broken.is_empty());
            for (order, position) in broken.iter().enumerate() {
                let counts = &mut self.of_rules[*position as usize];
                counts.together.add(document.bytes);
                if broken.len() == 1 {
                    counts.alone.add(document.bytes);
                }
                if order == 0 {
                    counts.first.add(document.bytes);
                }
            }
        }
    }

    /// Looks for documents to show: those that broke a rule, and those that broke none and came near.
    fn choose(&mut self, batch: &RecordBatch, answers: &Answers) -> Result<(), DataFusionError> {
        let rows = batch.num_rows();
        let ids = batch
            .column_by_name("id")
            .and_then(|ids| ids.as_string_opt::<i32>());
        let Some(ids) = ids else { return Ok(()) };
        let number = |row: usize| self.next.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        for row in 0..rows {
            for (order, position) in answers.of_row(row).iter().enumerate() {
                let position = *position as usize;
                let least = &mut self.dropped[position];
                // Where the first rule broken is another, its number is not this one's.
                let is_first = order == 0;
                let rank = if is_first { 0.0 } else { 1.0 };
                if rank <= least.bar() {
                    let chance = draw(self.seed, self.rules[position].position, ids.value(row));
                    let value = answers.values[row].filter(|_| is_first);
                    least.offer((rank, chance), &self.unit.name, number(row), value);
                }
            }
        }
        for (rule, least) in self.rules.iter().zip(&mut self.near) {
            let Some((about, threshold)) = &rule.measure else {
                continue;
            };
            let values = about.evaluate(batch)?.into_array(rows)?;
            let values: &Float64Array = values.as_primitive::<Float64Type>();
            let mut bar = least.bar();
            for (row, value) in values.values().iter().enumerate() {
                let distance = (value - threshold).abs();
                // Where there is nothing at all of what is bounded, nothing is near its bound.
                let has_some = *value != 0.0 || *threshold == 0.0;
                if has_some && distance <= bar && values.is_valid(row) && answers.of_row(row).is_empty() {
                    let chance = draw(self.seed, rule.position, ids.value(row));
                    least.offer((distance, chance), &self.unit.name, number(row), Some(*value));
                    bar = least.bar();
                }
            }
        }
        Ok(())
    }

    /// The rows of the verdicts file.
    fn verdicts(&self, batch: &RecordBatch, answers: &Answers) -> Result<RecordBatch, ArrowError> {
        let rows = batch.num_rows();
        let first: UInt32Array = (0..rows)
            .map(|row| answers.of_row(row).first().copied())
            .collect();
        let kept: BooleanArray = (0..rows)
            .map(|row| Some(answers.of_row(row).is_empty()))
            .collect();
        let positions = UInt32Array::from_iter_values(answers.broken.iter().copied());
        let lengths = (0..rows).map(|row| answers.of_row(row).len());
        let broken = ListArray::try_new(
            Arc::new(Field::new_list_field(DataType::Utf8, true)),
            OffsetBuffer::from_lengths(lengths),
            take(&self.names, &positions, None)?,
            None,
        )?;
        let ids = batch
            .column_by_name("id")
            .ok_or_else(|| ArrowError::SchemaError("annotations without ids".to_owned()))?;
        let columns: Vec<ArrayRef> = vec![
            Arc::clone(ids),
            Arc::new(kept),
            take(&self.stages, &first, None)?,
            take(&self.names, &first, None)?,
            Arc::new(Float64Array::from(answers.values.clone())),
            Arc::new(broken),
        ];
        RecordBatch::try_new(schema(), columns)
    }

    fn outcome(mut self) -> JudgeOutcome {
        for ((_, rule), counts) in self.noted.iter().zip(&self.of_rules) {
            self.counts.count_rule(&rule.stage, &rule.name, *counts);
        }
        if self.counts.kept.documents > 0 {
            self.counts
                .sources
                .insert(self.unit.source.clone(), self.counts.kept);
        }
        let mut choices = Choices::default();
        let chosen = self.dropped.into_iter().zip(self.near);
        for ((dropped, near), rule) in chosen.zip(self.rules) {
            let choice = Choice {
                dropped: dropped.into_candidates(),
                near: near.into_candidates(),
            };
            if choice != Choice::default() {
                choices.0.insert(rule.position, choice);
            }
        }
        let has_rows = self.counts.all.documents > 0;
        let asked = self.rules.iter().zip(&self.says).filter(|_| has_rows);
        JudgeOutcome {
            asked: asked.map(|(rule, says)| (rule.position, *says)).collect(),
            counts: self.counts,
            choices,
        }
    }
}

/// Where a condition is false; where it is null the rule says nothing.
fn broken(keep: &BooleanArray) -> BooleanBuffer {
    let broken = !keep.values();
    match keep.nulls() {
        Some(valid) => &broken & valid.inner(),
        None => broken,
    }
}

fn signal(batch: &RecordBatch, annotator: &str, signal: &str) -> Option<ArrayRef> {
    let column: &StructArray = batch.column_by_name(annotator)?.as_struct_opt()?;
    column.column_by_name(signal).cloned()
}
