//! Deduplicating the corpus with planted copies: both plans, and what they find of what was planted.
//!
//! Signatures are computed by the annotator `fingerprint` and measured there.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use gristmill::plan::dedup::dedup;
use gristmill::recipe::Group;
use gristmill::work::Kind;

use crate::corpus::Corpus;
use crate::measure::measure;
use crate::prepared::{Prepared, source};
use crate::row::{Row, Unit};

/// Nothing is filtered, so that every planted pair is compared.
const RECIPE: &str = "[rewrite]\npii = \"keep\"\n[language]\nidentifier = \"none\"\n[quality]\nrules = []\n\
                      [safety]\ntoxicity = \"none\"\n";
/// Copies with at most this share of words changed, in percent, have a Jaccard similarity of 0.83 and more on
/// average; of these, this share is to be found.
const SIMILAR_PERCENT: f64 = 1.0;
const LEAST_SIMILAR_FOUND: f64 = 0.9;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let toml = format!("{RECIPE}{}", source("planted", Group::Web, &corpus.file("dup"))?);
    let prepared = Prepared::annotated(&corpus.scratch("dedup"), &toml)?;
    let Prepared {
        runtime,
        engine,
        recipe,
        work,
        ..
    } = &prepared;
    let (mut bytes, mut documents) = (0, 0);
    runtime.block_on(engine.query(
        "measuring text",
        "SELECT CAST(sum(shape['bytes']) AS BIGINT), count(*) FROM annotations",
        |batch| {
            let number = |column: usize| batch.column(column).as_primitive::<Int64Type>().value(0);
            bytes += number(0);
            documents += number(1);
            Ok(())
        },
    ))?;
    let documents = u64::try_from(documents)?;
    let (counts, cost) = measure(
        || Ok(()),
        |()| Ok(runtime.block_on(dedup(engine, work, recipe, &[], documents))?),
    )?;

    let representatives = representatives(&prepared)?;
    let truth = fs::read_to_string(corpus.file("dup_truth.tsv"))?;
    let recall = recall(&truth, &representatives)?;
    let answer = recall
        .iter()
        .map(|(level, (found, all))| format!("{level} {found}/{all}"));
    rows.push(Row {
        name: "dedup.plans".to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: u64::try_from(bytes)?,
        documents: counts.compared,
        cost,
        peak_bytes: None,
        answer: format!(
            "{} exact and {} near dropped; planted copies found: {}",
            counts.exact,
            counts.near,
            answer.collect::<Vec<_>>().join(", ")
        ),
    });
    for (level, (found, all)) in &recall {
        let share = *found as f64 / *all as f64;
        let percent: Option<f64> = level.strip_suffix('%').and_then(|percent| percent.parse().ok());
        let least = match percent {
            None => 1.0,
            Some(percent) if percent <= SIMILAR_PERCENT => LEAST_SIMILAR_FOUND,
            Some(_) => 0.0,
        };
        ensure!(
            share >= least,
            "of {all} planted copies ({level}), {found} were found"
        );
    }
    Ok(())
}

/// For each key that was dropped the key that stayed for it, by both methods.
fn representatives(prepared: &Prepared) -> Result<BTreeMap<String, String>> {
    let Prepared {
        runtime,
        engine,
        work,
        units,
        ..
    } = prepared;
    runtime.block_on(engine.table("documents", work.files(Kind::Documents, units)))?;
    let sql = "SELECT gone.key, kept.key FROM
            (SELECT id, kept_id FROM exact_duplicates UNION ALL SELECT id, kept_id FROM near_duplicates) AS pairs
        JOIN documents AS gone ON gone.id = pairs.id JOIN documents AS kept ON kept.id = pairs.kept_id";
    let mut found = BTreeMap::new();
    runtime.block_on(engine.query("naming duplicates", sql, |batch| {
        let (gone, kept) = (
            batch.column(0).as_string::<i32>(),
            batch.column(1).as_string::<i32>(),
        );
        for (gone, kept) in gone.iter().zip(kept).filter_map(|(gone, kept)| gone.zip(kept)) {
            found.insert(gone.to_owned(), kept.to_owned());
        }
        Ok(())
    }))?;
    Ok(found)
}

/// By kind and share of changed words: planted copies that ended in one cluster with their originals, and all.
fn recall(truth: &str, representatives: &BTreeMap<String, String>) -> Result<BTreeMap<String, (u64, u64)>> {
    let mut levels: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for line in truth.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [copy, original, kind, percent, _jaccard] = fields[..] else {
            anyhow::bail!("dup_truth.tsv has a line of another shape: {line}");
        };
        let level = if kind == "exact" {
            kind.to_owned()
        } else {
            format!("{percent}%")
        };
        let (found, all) = levels.entry(level).or_default();
        *all += 1;
        *found += u64::from(last(representatives, copy) == last(representatives, original));
    }
    levels.first_key_value().context("dup_truth.tsv names no copy")?;
    Ok(levels)
}

/// Who stays in the end for `key`: what stays for an exact copy may itself go as a near one.
fn last<'a>(representatives: &'a BTreeMap<String, String>, mut key: &'a str) -> &'a str {
    while let Some(kept) = representatives.get(key) {
        key = kept;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_followed_to_the_one_that_stays() {
        let pairs = [("x-a", "a"), ("a", "n-a"), ("n-b", "c")];
        let representatives = pairs
            .into_iter()
            .map(|(gone, kept)| (gone.to_owned(), kept.to_owned()))
            .collect();
        let truth = "head\nx-a\ta\texact\t0\t1\nn-a\ta\tnear\t0.5\t0.9\nn-b\tb\tnear\t0.5\t0.9\n";
        let recall = recall(truth, &representatives).expect("well formed");
        assert_eq!(recall["exact"], (1, 1));
        assert_eq!(recall["0.5%"], (1, 2));
    }
}
