//! Filtering: the default rules over annotations that are there, through the engine. No text is read.

use anyhow::{Result, ensure};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use gristmill::filter::rules;
use gristmill::plan::dedup::dedup;
use gristmill::plan::verdict::{judge, passes};
use gristmill::recipe::Group;

use crate::corpus::Corpus;
use crate::measure::measure;
use crate::prepared::{Prepared, source};
use crate::row::{Row, Unit};

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    let mut toml = String::from("[dedup]\nexact = false\nnear = false\n");
    for group in Group::ALL {
        toml += &source(
            group.name(),
            group,
            &slice.folder.join(format!("{}.jsonl", group.name())),
        )?;
    }
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
    let row = |name: &str, cost, answer| Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: slice.bytes,
        documents: slice.count(),
        cost,
        peak_bytes: None,
        answer,
    };
    rows.push(row(
        "filter.rules",
        cost,
        format!("{kept} documents pass {} rules", rules.len()),
    ));

    let duplicates = runtime.block_on(dedup(engine, work, recipe, &rules))?;
    let (counts, cost) = measure(
        || Ok(()),
        |()| Ok(runtime.block_on(judge(engine, work, &rules, &duplicates, units, true))?),
    )?;
    ensure!(
        counts.all.documents == slice.count(),
        "{} documents were judged",
        counts.all.documents
    );
    ensure!(
        counts.kept.documents == kept,
        "verdicts keep {}, the rules {kept}",
        counts.kept.documents
    );
    let answer = format!("{} verdicts written, {kept} kept", counts.all.documents);
    rows.push(row("filter.verdicts", cost, answer));
    Ok(())
}
