//! The whole pipeline over the whole corpus, as `gristmill curate` runs it: in a process of its own, so that the
//! peak of its memory can be told; and then once more, where everything is there already.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use gristmill::recipe::Group;
use gristmill::report::Report;

use crate::corpus::Corpus;
use crate::measure::once;
use crate::prepared::{quoted, source};
use crate::row::{Cost, Row, Unit};

/// The first argument that makes this program gristmill's own command line.
pub(crate) const CHILD: &str = "curate";

/// The files of the corpus by group.
const SOURCES: [(Group, &str); 3] = [
    (Group::Web, "web.jsonl"),
    (Group::Books, "book.jsonl"),
    (Group::Code, "code.jsonl"),
];
/// What a run may hold in memory at most, whatever it reads.
const MOST_MEMORY: u64 = 1_500_000_000;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let mut toml = format!(
        "version = \"1\"\nname = \"benchmark\"\nwork = {}\n",
        quoted(&corpus.scratch("end-to-end"))?
    );
    for (group, file) in SOURCES {
        toml += &source(group.name(), group, &corpus.file(file))?;
    }
    let out = quoted(&corpus.scratch("end-to-end-shards"))?;
    toml.extend(["[shards]\nout = ", &out, "\n"]);
    let recipe = corpus.scratch("end-to-end.toml");
    fs::write(&recipe, toml)?;

    let (report, cost) = once(|| curate(&recipe))?;
    let shards = report.shards.as_ref().context("the run wrote no shards")?;
    ensure!(
        shards.tokens > 1_000_000,
        "the run wrote only {} tokens",
        shards.tokens
    );
    let kept: u64 = report.sources.iter().map(|source| source.kept_documents).sum();
    let stages: Vec<String> = report
        .stages
        .iter()
        .map(|stage| format!("{} {:.1} s", stage.name, stage.seconds))
        .collect();
    let answer = format!(
        "{kept} documents kept, {} tokens; {}",
        shards.tokens,
        stages.join(", ")
    );
    rows.push(row("end_to_end", &report, cost, answer)?);

    let (again, cost) = once(|| curate(&recipe))?;
    ensure!(again.shards == report.shards, "a second run gave other shards");
    let reused = again.stages.iter().filter(|stage| stage.reused).count();
    let answer = format!("{reused} of {} stages reused", again.stages.len());
    rows.push(row("end_to_end.again", &again, cost, answer)?);
    Ok(())
}

/// Runs `curate` as a child of this program, which hands it over to gristmill's own command line.
fn curate(recipe: &Path) -> Result<Report> {
    let this = std::env::current_exe().context("cannot find this program")?;
    let output = Command::new(this)
        .arg(CHILD)
        .arg(recipe)
        .arg("--json")
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(
        output.status.success(),
        "gristmill curate ended with {}",
        output.status
    );
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().context("gristmill curate said nothing")?;
    let mut event: serde_json::Value = serde_json::from_str(last)?;
    serde_json::from_value(event["report"].take()).context("the last line is no report")
}

fn row(name: &str, report: &Report, cost: Cost, answer: String) -> Result<Row> {
    let documents: u64 = report.sources.iter().map(|source| source.documents).sum();
    let bytes: u64 = report.sources.iter().map(|source| source.text_bytes).sum();
    ensure!(
        documents > 1_000 && bytes > 1_000_000,
        "{documents} documents were read"
    );
    let peak = report
        .peak_memory_bytes
        .context("the report does not tell the peak of memory")?;
    ensure!(peak < MOST_MEMORY, "the run held {peak} bytes in memory");
    Ok(Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: bytes,
        documents,
        cost,
        peak_bytes: Some(peak),
        answer,
    })
}
