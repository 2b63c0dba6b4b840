//! Deduplicating: plans over the fingerprints in `annotations/` -> `duplicates/`.
//!
//! Only documents that pass the filters are compared, so that a document is never dropped in favour of one that is
//! dropped itself. Exact duplicates go first; near duplicates are looked for among what is left.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use datafusion::error::DataFusionError;
use gristmill_schemas::document::DocumentId;
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::parquet_file::ParquetFile;
use super::verdict::passes;
use crate::dedup::Clusters;
use crate::engine::Engine;
use crate::recipe::Recipe;
use crate::recipe::written::MinHash;
use crate::stage::Rule;
use crate::work::WorkFolder;

/// What deduplication found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DedupCounts {
    /// Documents that passed the filters.
    pub compared: u64,
    /// Exact duplicates dropped.
    pub exact: u64,
    /// Near duplicates dropped.
    pub near: u64,
    /// Candidate pairs of the near stage.
    pub candidates: u64,
    /// Clusters with more than one document, of both kinds.
    pub clusters: u64,
    /// Documents of the largest, the kept one included.
    pub largest_cluster: u64,
}

/// One row of a duplicates file: a document that goes, and the one that stays for it.
struct Duplicate {
    id: DocumentId,
    kept: DocumentId,
    similarity: f64,
}

/// Finds the duplicates among the documents that `rules` keep, which are `compared`. Needs the table `annotations`;
/// leaves the tables `exact_duplicates` and `near_duplicates`, each where it has rows.
///
/// # Errors
/// When a plan fails or the disk does.
pub async fn dedup(
    engine: &Engine,
    work: &WorkFolder,
    recipe: &Recipe,
    rules: &[Rule],
    compared: u64,
) -> Result<DedupCounts, PlanError> {
    let mut counts = DedupCounts {
        compared,
        ..DedupCounts::default()
    };
    let passes = passes(rules);

    let exact = if recipe.dedup.exact {
        exact(engine, &passes).await?
    } else {
        Vec::new()
    };
    counts.exact = exact.len() as u64;
    let mut sizes: BTreeMap<DocumentId, u64> = BTreeMap::new();
    for duplicate in &exact {
        *sizes.entry(duplicate.kept).or_default() += 1;
    }
    write(&work.duplicates("exact"), "exact", &exact)?;
    open(engine, work, "exact", counts.exact).await?;
    drop(exact);

    let near = match recipe.dedup.near.parameters() {
        Some(parameters) => near(engine, work, &passes, &parameters, &mut counts).await?,
        None => Vec::new(),
    };
    counts.near = near.len() as u64;
    for duplicate in &near {
        *sizes.entry(duplicate.kept).or_default() += 1;
    }
    write(&work.duplicates("near"), "near", &near)?;
    open(engine, work, "near", counts.near).await?;
    counts.clusters = sizes.len() as u64;
    counts.largest_cluster = sizes.values().max().map_or(0, |others| others + 1);
    Ok(counts)
}

/// Opens a table of duplicates. A table without rows is left alone: a plan over it would have no partition to run
/// in, on which Ballista waits for ever.
async fn open(engine: &Engine, work: &WorkFolder, method: &str, rows: u64) -> Result<(), PlanError> {
    if rows == 0 {
        return Ok(());
    }
    let path = work.duplicates(method).to_string_lossy().into_owned();
    engine.table(&format!("{method}_duplicates"), vec![path]).await?;
    Ok(())
}

/// Groups by the hash of the normalised text; the smallest id of a group stays.
async fn exact(engine: &Engine, passes: &str) -> Result<Vec<Duplicate>, PlanError> {
    let sql = format!(
        "WITH passing AS (
            SELECT id, fingerprint['exact'] AS hash FROM annotations
            WHERE {passes} AND fingerprint['exact'] IS NOT NULL
        ), repeated AS (
            SELECT hash, min(id) AS kept FROM passing GROUP BY hash HAVING count(*) > 1
        )
        SELECT passing.id, repeated.kept FROM passing JOIN repeated ON passing.hash = repeated.hash
        WHERE passing.id <> repeated.kept ORDER BY passing.id"
    );
    let mut found = Vec::new();
    engine
        .query("finding exact duplicates", &sql, |batch| {
            pairs(batch, |id, kept, _| {
                found.push(Duplicate {
                    id,
                    kept,
                    similarity: 1.0,
                });
            })
        })
        .await?;
    Ok(found)
}

/// Documents that share a band with the smallest of the band become candidate pairs; those whose signatures agree
/// enough become edges; connected components of the edges become clusters.
async fn near(
    engine: &Engine,
    work: &WorkFolder,
    passes: &str,
    parameters: &MinHash,
    counts: &mut DedupCounts,
) -> Result<Vec<Duplicate>, PlanError> {
    let MinHash {
        buckets,
        rows,
        similarity,
        ..
    } = parameters;
    let others = if counts.exact > 0 {
        "AND id NOT IN (SELECT id FROM exact_duplicates)"
    } else {
        ""
    };
    let signatures = format!(
        "signatures AS (
            SELECT id, fingerprint['minhash'] AS signature FROM annotations
            WHERE {passes} AND fingerprint['minhash'] IS NOT NULL
            {others}
        )"
    );
    let candidates = format!(
        "WITH {signatures}, bands AS (
            SELECT id, unnest(minhash_bands(signature, {buckets}, {rows})) AS band FROM signatures
        ), hubs AS (
            SELECT band, min(id) AS hub FROM bands GROUP BY band HAVING count(*) > 1
        ), candidates AS (
            SELECT DISTINCT bands.id, hubs.hub FROM bands JOIN hubs ON bands.band = hubs.band
            WHERE bands.id <> hubs.hub
        )
        SELECT candidates.id, candidates.hub, minhash_similarity(one.signature, other.signature)
        FROM candidates
        JOIN signatures AS one ON one.id = candidates.id
        JOIN signatures AS other ON other.id = candidates.hub"
    );
    let mut clusters = Clusters::default();
    engine
        .query("finding near duplicates", &candidates, |batch| {
            pairs(batch, |id, hub, estimate| {
                counts.candidates += 1;
                if estimate >= *similarity {
                    clusters.join(id, hub);
                }
            })
        })
        .await?;

    // What a cluster's members are to its kept document is told by the same estimate.
    let members: Vec<Duplicate> = clusters
        .members()
        .into_iter()
        .map(|(id, kept)| Duplicate {
            id,
            kept,
            similarity: 0.0,
        })
        .collect();
    if members.is_empty() {
        return Ok(members);
    }
    let path = work.state("clusters.parquet");
    write(&path, "near", &members)?;
    drop(members);
    engine
        .table("clusters", vec![path.to_string_lossy().into_owned()])
        .await?;
    let similarities = format!(
        "WITH {signatures}
        SELECT clusters.id, clusters.kept_id, minhash_similarity(one.signature, other.signature)
        FROM clusters
        JOIN signatures AS one ON one.id = clusters.id
        JOIN signatures AS other ON other.id = clusters.kept_id
        ORDER BY clusters.id"
    );
    let mut found = Vec::new();
    engine
        .query("comparing near duplicates", &similarities, |batch| {
            pairs(batch, |id, kept, similarity| {
                found.push(Duplicate { id, kept, similarity });
            })
        })
        .await?;
    Ok(found)
}

/// Goes through rows of two ids and, where there is a third column, a similarity.
fn pairs(
    batch: &RecordBatch,
    mut each: impl FnMut(DocumentId, DocumentId, f64),
) -> Result<(), DataFusionError> {
    let parse = |text: &str| {
        text.parse::<DocumentId>()
            .map_err(|error| DataFusionError::External(Box::new(error)))
    };
    let left = batch.column(0).as_string::<i32>();
    let right = batch.column(1).as_string::<i32>();
    let similarities = batch.columns().get(2).map(AsArray::as_primitive::<Float64Type>);
    for row in 0..batch.num_rows() {
        let similarity = similarities.map_or(1.0, |values| values.value(row));
        each(parse(left.value(row))?, parse(right.value(row))?, similarity);
    }
    Ok(())
}

/// The columns of a duplicates file.
fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("id"),
        text("cluster"),
        text("kept_id"),
        text("method"),
        Field::new("similarity", DataType::Float64, false),
    ]))
}

fn write(path: &Path, method: &str, duplicates: &[Duplicate]) -> Result<(), PlanError> {
    let text = |spell: &dyn Fn(&Duplicate) -> String| {
        Arc::new(
            duplicates
                .iter()
                .map(|duplicate| Some(spell(duplicate)))
                .collect::<StringArray>(),
        ) as ArrayRef
    };
    let similarities: Float64Array = duplicates
        .iter()
        .map(|duplicate| Some(duplicate.similarity))
        .collect();
    let kept = text(&|duplicate| duplicate.kept.to_string());
    let columns = vec![
        text(&|duplicate| duplicate.id.to_string()),
        Arc::clone(&kept),
        kept,
        text(&|_| method.to_owned()),
        Arc::new(similarities),
    ];
    let batch = RecordBatch::try_new(schema(), columns).map_err(|error| PlanError::Parquet {
        path: path.to_owned(),
        source: error.into(),
    })?;
    let mut file = ParquetFile::create(path, &schema())?;
    file.write(&batch)?;
    file.finish(&duplicates.len())
}
