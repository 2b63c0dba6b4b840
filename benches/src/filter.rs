//! Filtering: rules over annotations that are there, through the engine. No text is read.
//!
//! `filter.verdicts` is what a changed threshold costs: the annotations of the corpus, repeated to a million documents
//! with ids of their own, judged again and their verdicts written. The target is 2 CPU-seconds.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::Int64Type;
use gristmill::annotate::{Settings, annotators, language};
use gristmill::filter::rules;
use gristmill::plan::verdict::{Places, judge, passes};
use gristmill::recipe::Group;
use gristmill::recipe::written::RuleSet;
use gristmill::stage::SignalType;
use gristmill::work::{Kind, Unit as WorkUnit, WorkFolder};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::corpus::Corpus;
use crate::measure::measure;
use crate::prepared::{Prepared, source};
use crate::row::{Row, Unit};

/// Documents that are judged again.
const DOCUMENTS: u64 = 1_000_000;
/// Documents of a unit, about: what a large raw file holds.
const DOCUMENTS_OF_UNIT: u64 = 50_000;
/// CPU-seconds that a million verdicts may take.
const MOST_CPU_SECONDS: f64 = 2.0;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    // Every rule set that there is.
    let sets: Vec<String> = rule_sets().iter().map(|name| format!("\"{name}\"")).collect();
    let mut toml = format!(
        "[dedup]\nexact = false\nnear = false\n[quality]\nrules = [{}]\n",
        sets.join(", ")
    );
    for group in Group::ALL {
        toml += &source(
            group.name(),
            group,
            &slice.folder.join(format!("{}.jsonl", group.name())),
        )?;
    }
    toml += &filters()?;
    let prepared = Prepared::annotated(&corpus.scratch("filter"), &toml)?;
    let Prepared {
        runtime,
        engine,
        recipe,
        work,
        units,
    } = &prepared;
    let rules = rules(recipe);

    let sql = format!("SELECT count(*) FROM annotations WHERE {}", passes(&rules));
    let (kept, cost) = measure(
        || Ok(()),
        |()| {
            let mut kept = 0;
            runtime.block_on(engine.query("filtering", &sql, |batch| {
                kept += batch.column(0).as_primitive::<Int64Type>().value(0);
                Ok(())
            }))?;
            Ok(u64::try_from(kept)?)
        },
    )?;
    ensure!(
        kept > slice.count() / 20 && kept < slice.count(),
        "{kept} of {} documents pass",
        slice.count()
    );
    let row = |name: &str, documents: u64, cost, answer| Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: slice.bytes * documents / slice.count(),
        documents,
        cost,
        peak_bytes: None,
        answer,
    };
    rows.push(row(
        "filter.rules",
        slice.count(),
        cost,
        format!("{kept} documents pass {} rules", rules.len()),
    ));

    let repeated = WorkFolder::new(corpus.scratch("filter-repeated"));
    let (many, documents) = repeat(work, units, &repeated)?;
    let places = Places {
        work: &repeated,
        results: &repeated,
        writes: true,
    };
    let (counts, cost) = measure(
        || Ok(()),
        |()| {
            let judged = runtime.block_on(judge(engine, places, &rules, &many, recipe.seed, |_, _| {}))?;
            Ok(judged.counts)
        },
    )?;
    ensure!(
        counts.all.documents == documents,
        "{} documents were judged",
        counts.all.documents
    );
    ensure!(
        counts.kept.documents * slice.count() / documents == kept
            || counts.kept.documents.abs_diff(kept * documents / slice.count()) <= slice.count(),
        "verdicts keep {}, the rules {kept} of {}",
        counts.kept.documents,
        slice.count()
    );
    let of_million = cost.cpu_seconds * 1e6 / documents as f64;
    let verdict = if of_million <= MOST_CPU_SECONDS {
        "within"
    } else {
        "above"
    };
    let answer = format!(
        "{documents} verdicts of {} rules written, {} kept: {of_million:.2} CPU s a million, {verdict} {MOST_CPU_SECONDS}",
        rules.len(),
        counts.kept.documents
    );
    rows.push(row("filter.verdicts", documents, cost, answer));
    Ok(())
}

/// The names of the published rule sets; those that need a model or the grammar checker are left out.
const RULE_SETS: [&str; 8] = [
    "gopher",
    "gopher_repetition",
    "c4",
    "c4_paragraphs",
    "fineweb",
    "redpajama",
    "code",
    "book",
];

/// Those of them that the recipe knows.
fn rule_sets() -> Vec<&'static str> {
    let known = |name: &&str| serde_json::from_value::<RuleSet>(serde_json::json!(name)).is_ok();
    RULE_SETS.into_iter().filter(known).collect()
}

/// A filter over every count and ratio that is annotated without a model, so that all of the columns are asked.
fn filters() -> Result<String> {
    let settings = Settings {
        language: language::Settings::default(),
        toxic_words: Some(Vec::new()),
        ..Settings::default()
    };
    let mut text = String::new();
    for annotator in annotators(&settings)? {
        for signal in annotator.signals() {
            if matches!(signal.signal_type, SignalType::Count | SignalType::Ratio) {
                let (annotator, signal) = (annotator.name(), signal.name);
                text += &format!(
                    "[[filter]]\nname = \"{annotator}_{signal}\"\nkeep = \"{annotator}.{signal} <= 500000\"\n"
                );
            }
        }
    }
    Ok(text)
}

/// Writes the annotations of `units` again and again into the work folder `to`, each time with other ids, until there
/// are [`DOCUMENTS`], and says of how many units and documents they are.
fn repeat(from: &WorkFolder, units: &[WorkUnit], to: &WorkFolder) -> Result<(Vec<WorkUnit>, u64)> {
    let mut batches = Vec::new();
    let mut documents_of_round = 0;
    for unit in units {
        let file = std::fs::File::open(from.file(Kind::Annotations, unit))?;
        for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
            let batch = batch?;
            documents_of_round += batch.num_rows() as u64;
            batches.push((unit, batch));
        }
    }
    ensure!(documents_of_round > 0, "the slice has documents");
    let rounds = DOCUMENTS.div_ceil(documents_of_round);
    let rounds_of_unit = DOCUMENTS_OF_UNIT.div_ceil(documents_of_round).max(1);
    let mut many = Vec::new();
    let mut documents = 0;
    for unit in units {
        let own: Vec<&RecordBatch> = batches
            .iter()
            .filter(|(of, _)| *of == unit)
            .map(|(_, batch)| batch)
            .collect();
        for first in (0..rounds).step_by(usize::try_from(rounds_of_unit)?) {
            let copy = WorkUnit {
                name: format!("{}-{first:06}", unit.name),
                ..unit.clone()
            };
            let path = to.file(Kind::Annotations, &copy);
            documents += write(&path, &own, first..rounds.min(first + rounds_of_unit))?;
            many.push(copy);
        }
    }
    Ok((many, documents))
}

fn write(path: &Path, batches: &[&RecordBatch], rounds: std::ops::Range<u64>) -> Result<u64> {
    let first = batches.first().context("a unit with documents")?;
    std::fs::create_dir_all(path.parent().context("a folder")?)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .build();
    let file = std::fs::File::create(path)?;
    let mut writer = ArrowWriter::try_new(file, first.schema(), Some(properties))?;
    let mut row = 0_u32;
    for round in rounds {
        for batch in batches {
            let ids = batch.column(0).as_string::<i32>().iter().flatten();
            let ids: StringArray = ids
                .map(|id| {
                    let own = xxhash_rust::xxh3::xxh3_128_with_seed(id.as_bytes(), round);
                    Some(format!("{own:032x}"))
                })
                .collect();
            let end = row + u32::try_from(batch.num_rows())?;
            let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
            columns[0] = Arc::new(ids);
            columns[4] = Arc::new((row..end).collect::<UInt32Array>());
            row = end;
            writer.write(&RecordBatch::try_new(batch.schema(), columns)?)?;
            if writer.in_progress_size() > 16 << 20 {
                writer.flush()?;
            }
        }
    }
    writer.close()?;
    Ok(u64::from(row))
}
