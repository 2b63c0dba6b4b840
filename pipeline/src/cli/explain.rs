//! `gristmill explain`: one document's story, from its raw bytes to its place in the shards.

use std::path::PathBuf;

use clap::Args;
use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use serde_json::{Map, Value};

use super::{Failure, put};
use crate::plan::ledger;
use crate::report::facts::Report;
use crate::work::WorkFolder;

/// Characters of the text that are shown.
const EXCERPT_CHARACTERS: usize = 300;
/// Duplicates that are shown.
const DUPLICATES_SHOWN: usize = 10;

/// Tells one document's story: where it came from, its signals, what dropped it or where it lies in the shards.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The document: its id, or its key (URL, path or the source's own id).
    document: String,
    /// The work folder.
    #[arg(long)]
    work: PathBuf,
    /// Write the story as JSON.
    #[arg(long)]
    json: bool,
}

/// The shards that the last run in `work` wrote.
pub(super) fn shards_of(work: &WorkFolder) -> Option<PathBuf> {
    let text = std::fs::read_to_string(work.root().join("report.json")).ok()?;
    let shards = Report::from_json(&text).ok()?.shards?;
    Some(PathBuf::from(shards.folder))
}

pub(super) fn run(command: &Explain) -> Result<(), Failure> {
    let work = WorkFolder::new(&command.work);
    let stories = super::runtime(1)?.block_on(async {
        let shards = shards_of(&work);
        let context = ledger::open(&work, shards.as_deref(), 1)
            .await
            .map_err(Failure::run)?;
        stories(&context, &command.document).await
    })?;
    if stories.is_empty() {
        let message = format!(
            "no document has the id or key '{}' in {}; records that could not be read are in its quarantine",
            command.document,
            work.root().display()
        );
        return Err(Failure::Run(anyhow::anyhow!(message)));
    }
    for story in &stories {
        let text = if command.json {
            format!("{}\n", Value::Object(story.clone()))
        } else {
            told(story)
        };
        put(text.as_bytes())?;
    }
    Ok(())
}

/// The stories of all documents with that id or key.
async fn stories(context: &SessionContext, document: &str) -> Result<Vec<Map<String, Value>>, Failure> {
    let literal = document.replace('\'', "''");
    let sql = format!("SELECT * FROM documents WHERE id = '{literal}' OR key = '{literal}' ORDER BY id");
    let mut stories = Vec::new();
    for mut story in rows(context, &sql).await? {
        let id = story
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Some(Value::String(text)) = story.get_mut("text") {
            *text = excerpt(text);
        }
        let parts = [
            (
                "annotations",
                format!("SELECT * FROM annotations WHERE id = '{id}'"),
            ),
            ("verdict", format!("SELECT * FROM verdicts WHERE id = '{id}'")),
            (
                "duplicate_of",
                format!("SELECT * FROM duplicates WHERE id = '{id}'"),
            ),
            (
                "duplicates",
                format!(
                    "SELECT id, method, similarity FROM duplicates WHERE kept_id = '{id}'
                    ORDER BY similarity DESC, id LIMIT {DUPLICATES_SHOWN}"
                ),
            ),
            (
                "tokens",
                format!("SELECT shard, document, tokens, epoch FROM tokens WHERE id = '{id}' ORDER BY epoch"),
            ),
        ];
        for (name, sql) in parts {
            let table = if name == "verdict" {
                "verdicts"
            } else {
                name.trim_end_matches("_of")
            };
            let table = if table == "duplicate" { "duplicates" } else { table };
            if context.table_exist(table).map_err(Failure::run)? {
                let found = rows(context, &sql)
                    .await?
                    .into_iter()
                    .map(Value::Object)
                    .collect();
                story.insert(name.to_owned(), Value::Array(found));
            }
        }
        stories.push(story);
    }
    Ok(stories)
}

async fn rows(context: &SessionContext, sql: &str) -> Result<Vec<Map<String, Value>>, Failure> {
    let frame = context.sql(sql).await.map_err(Failure::run)?;
    let batches: Vec<RecordBatch> = frame.collect().await.map_err(Failure::run)?;
    let mut writer = arrow::json::ArrayWriter::new(Vec::new());
    writer
        .write_batches(&batches.iter().collect::<Vec<_>>())
        .map_err(Failure::run)?;
    writer.finish().map_err(Failure::run)?;
    let json = writer.into_inner();
    if json.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&json).map_err(Failure::run)
}

fn excerpt(text: &str) -> String {
    let mut excerpt: String = text.chars().take(EXCERPT_CHARACTERS).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

/// The story in words.
fn told(story: &Map<String, Value>) -> String {
    let mut text = String::new();
    let mut say = |label: &str, value: String| {
        text.push_str(&format!("{label:<12} {value}\n"));
    };
    let field = |name: &str| story.get(name).map(plain).unwrap_or_default();
    say("document", field("id"));
    for name in ["key", "source", "group", "url", "title"] {
        if story.contains_key(name) {
            say(name, field(name));
        }
    }
    say(
        "from",
        format!(
            "{} at byte {}, record {}",
            field("path"),
            field("offset"),
            field("record")
        ),
    );
    say("text", field("text").replace('\n', " / "));
    for annotation in items(story, "annotations") {
        for (name, value) in annotation {
            if let Value::Object(signals) = value {
                let signals = signals.iter().filter(|(_, value)| plain(value).len() < 40);
                let signals: Vec<String> = signals
                    .map(|(name, value)| format!("{name} {}", plain(value)))
                    .collect();
                say(name, signals.join(", "));
            }
        }
    }
    for verdict in items(story, "verdict") {
        if verdict.get("kept") == Some(&Value::Bool(true)) {
            say("verdict", "kept".to_owned());
            continue;
        }
        let part = |name: &str| verdict.get(name).map(plain).unwrap_or_default();
        let value = if verdict.contains_key("value") {
            format!(" (value {})", part("value"))
        } else {
            String::new()
        };
        say(
            "verdict",
            format!(
                "dropped by {}: {}{value}; broke {}",
                part("stage"),
                part("rule"),
                part("rules")
            ),
        );
    }
    for duplicate in items(story, "duplicate_of") {
        let part = |name: &str| duplicate.get(name).map(plain).unwrap_or_default();
        say(
            "duplicate",
            format!(
                "{} of {}, similarity {}",
                part("method"),
                part("kept_id"),
                part("similarity")
            ),
        );
    }
    for duplicate in items(story, "duplicates") {
        let part = |name: &str| duplicate.get(name).map(plain).unwrap_or_default();
        say(
            "stands for",
            format!(
                "{} ({}, similarity {})",
                part("id"),
                part("method"),
                part("similarity")
            ),
        );
    }
    let kept = items(story, "verdict").any(|verdict| verdict.get("kept") == Some(&Value::Bool(true)));
    if kept && story.contains_key("tokens") && items(story, "tokens").next().is_none() {
        say(
            "shards",
            "not taken: its group's share of the mixture was full".to_owned(),
        );
    }
    for place in items(story, "tokens") {
        let part = |name: &str| place.get(name).map(plain).unwrap_or_default();
        say(
            "shards",
            format!(
                "shard {}, document {}, {} tokens, epoch {}",
                part("shard"),
                part("document"),
                part("tokens"),
                part("epoch")
            ),
        );
    }
    text
}

fn items<'a>(story: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    story
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
