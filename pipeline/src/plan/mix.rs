//! Mixing and packing: `tokens/` -> shards in `out`, in the mixture's shares and order.
//!
//! One aggregate tells what the groups have, from which the quotas follow; one sort by hash brings the documents
//! into their final order; and as they go by, each is taken or not, and packed.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, UInt64Type};
use datafusion::error::DataFusionError;
use gristmill_schemas::manifest::{MixtureRecord, SourceRecord};
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::tokenize::ChosenTokenizer;
use crate::engine::Engine;
use crate::mix::{Available, Quotas, Taker, quotas};
use crate::recipe::{Group, Recipe};
use crate::shard::{Packed, Packer, PackerSettings, Placement};
use crate::work::{Kind, WorkFolder};

/// What the groups have, and what is taken of them.
#[derive(Clone, Debug, Default)]
pub struct MixPlan {
    /// By group.
    pub quotas: Quotas,
    /// Bytes of text of each group, for bytes per token.
    pub text_bytes: BTreeMap<Group, u64>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MixCounts {
    /// By group, as the manifest has it.
    pub groups: BTreeMap<String, MixtureRecord>,
    /// By source.
    pub sources: BTreeMap<String, SourceRecord>,
    /// Distinct documents written.
    pub distinct_documents: u64,
}

/// Computes the quotas. Needs the table `tokens`.
///
/// # Errors
/// When the plan fails, or there is nothing to mix.
pub async fn plan(engine: &Engine, recipe: &Recipe) -> Result<MixPlan, PlanError> {
    let mut available: BTreeMap<Group, Available> = BTreeMap::new();
    let mut text_bytes = BTreeMap::new();
    let sql = "SELECT \"group\", count(*), CAST(sum(tokens) AS BIGINT UNSIGNED),
        CAST(sum(text_bytes) AS BIGINT UNSIGNED) FROM tokens GROUP BY \"group\"";
    engine
        .query("counting tokens", sql, |batch| {
            let groups = batch.column(0).as_string::<i32>();
            let documents = batch.column(1).as_primitive::<Int64Type>();
            let tokens = batch.column(2).as_primitive::<UInt64Type>();
            let bytes = batch.column(3).as_primitive::<UInt64Type>();
            for row in 0..batch.num_rows() {
                let Some(group) = group_named(groups.value(row)) else {
                    continue;
                };
                let documents = u64::try_from(documents.value(row)).unwrap_or_default();
                available.insert(
                    group,
                    Available {
                        documents,
                        tokens: tokens.value(row),
                    },
                );
                text_bytes.insert(group, bytes.value(row));
            }
            Ok(())
        })
        .await?;
    let configured: Vec<Group> = recipe.source.iter().map(|source| source.group).collect();
    let quotas = quotas(&recipe.mixture, &configured, &available);
    if quotas.groups.is_empty() {
        return Err(PlanError::Nothing(format!(
            "nothing to write: {}; see the report for what dropped the documents",
            quotas.warnings.join("; ")
        )));
    }
    Ok(MixPlan { quotas, text_bytes })
}

fn group_named(name: &str) -> Option<Group> {
    Group::ALL.into_iter().find(|group| group.name() == name)
}

/// Takes documents in their order and packs them into shards in `out`. Needs the table `tokens`.
///
/// # Errors
/// When the plan or the disk fails.
pub async fn pack(
    engine: &Engine,
    work: &WorkFolder,
    recipe: &Recipe,
    plan: &MixPlan,
    tokenizer: &ChosenTokenizer,
    out: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<(Packed, MixCounts), PlanError> {
    let packer = Packer::new(PackerSettings {
        out: out.to_owned(),
        token_files: work.folder(Kind::Tokens),
        token_type: tokenizer.token_type(),
        tokens_per_shard: recipe.shards.tokens_per_shard,
    })?;
    let wanted: u64 = plan.quotas.groups.values().map(|quota| quota.tokens).sum();
    let mut mixing = Mixing {
        packer,
        taker: Taker::new(&plan.quotas),
        taken: BTreeMap::new(),
        sources: BTreeMap::new(),
        distinct: 0,
    };
    let epochs = mixing.taker.epochs();
    let seed = recipe.seed;
    let sql = format!(
        "SELECT id, source, \"group\", unit, start, tokens, epoch FROM (
            SELECT id, source, \"group\", unit, start, tokens, CAST(epoch AS BIGINT UNSIGNED) AS epoch
            FROM (SELECT tokens.*, unnest(range(0, {epochs})) AS epoch FROM tokens)
        ) ORDER BY order_key(CAST('{seed}' AS BIGINT UNSIGNED), id, epoch), id, epoch"
    );
    let mut failure = None;
    let outcome = engine
        .query("ordering documents", &sql, |batch| {
            let taken = mixing.take(batch).map_err(|error| {
                let message = error.to_string();
                failure = Some(error);
                DataFusionError::Execution(message)
            });
            progress(mixing.taken.values().map(|record| record.tokens).sum(), wanted);
            taken
        })
        .await;
    if let Some(error) = failure {
        return Err(error);
    }
    outcome?;
    if mixing.taken.is_empty() {
        return Err(PlanError::Nothing(format!(
            "no document fits into {wanted} tokens: every one is longer than its group's share; ask for more tokens"
        )));
    }
    let packed = mixing.packer.finish()?;
    let counts = MixCounts {
        groups: records(&plan.quotas, &mixing.taken, packed.tokens),
        sources: mixing.sources,
        distinct_documents: mixing.distinct,
    };
    Ok((packed, counts))
}

/// The state of a mixture while documents go by.
struct Mixing {
    packer: Packer,
    taker: Taker,
    taken: BTreeMap<Group, SourceRecord>,
    sources: BTreeMap<String, SourceRecord>,
    distinct: u64,
}

impl Mixing {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), PlanError> {
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let number = |column: usize| batch.column(column).as_primitive::<UInt64Type>();
        let (ids, sources, groups, units) = (text(0), text(1), text(2), text(3));
        let (starts, tokens, epochs) = (number(4), number(5), number(6));
        for row in 0..batch.num_rows() {
            let Some(group) = group_named(groups.value(row)) else {
                continue;
            };
            let (tokens, epoch) = (tokens.value(row), epochs.value(row));
            if !self.taker.takes(group, epoch, tokens) {
                continue;
            }
            self.packer.push(&Placement {
                id: ids.value(row),
                unit: units.value(row),
                start: starts.value(row),
                tokens,
                epoch,
            })?;
            self.distinct += u64::from(epoch == 0);
            let of_source = self.sources.entry(sources.value(row).to_owned()).or_default();
            for record in [self.taken.entry(group).or_default(), of_source] {
                record.documents += 1;
                record.tokens += tokens;
            }
        }
        Ok(())
    }
}

fn records(
    quotas: &Quotas,
    taken: &BTreeMap<Group, SourceRecord>,
    total: u64,
) -> BTreeMap<String, MixtureRecord> {
    let record = |(group, quota): (&Group, &crate::mix::GroupQuota)| {
        let taken = taken.get(group).cloned().unwrap_or_default();
        let record = MixtureRecord {
            asked: quota.share,
            reached: taken.tokens as f64 / total.max(1) as f64,
            available_tokens: quota.available.tokens,
            tokens: taken.tokens,
            documents: taken.documents,
            epochs: taken.tokens as f64 / quota.available.tokens.max(1) as f64,
        };
        (group.name().to_owned(), record)
    };
    quotas.groups.iter().map(record).collect()
}
