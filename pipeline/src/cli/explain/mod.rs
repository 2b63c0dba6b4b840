//! `gristmill explain`: one document's story, from its raw bytes to its place in the shards.

mod told;

use std::path::PathBuf;

use clap::Args;
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use gristmill_schemas::config::nearest;
use serde_json::{Map, Value};

use super::{Failure, put};
use crate::plan::ledger;
use crate::plan::verdict::{NotedRule, ask, nearest_rules};
use crate::report::facts::Report;
use crate::run::noted_rules;
use crate::work::WorkFolder;

/// Characters of the text that are shown.
const EXCERPT_CHARACTERS: usize = 300;
/// Rules that are told as the ones that the document nearly broke.
const NEAREST_SHOWN: usize = 3;
/// Duplicates that are shown.
const DUPLICATES_SHOWN: usize = 10;

/// Tells one document's story: where it came from, its signals, what each rule said, what dropped it or where it lies
/// in the shards.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The document: its id, its key (path or the source's own id) or its URL.
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
    let rules = noted_rules(&work).unwrap_or_default();
    let (stories, nearest) = super::runtime(1)?.block_on(async {
        let shards = shards_of(&work);
        let context = ledger::open(&work, shards.as_deref(), 1)
            .await
            .map_err(Failure::run)?;
        let stories = stories(&context, &command.document, &rules).await?;
        let nearest = if stories.is_empty() {
            nearest_name(&context, &command.document).await?
        } else {
            None
        };
        Ok::<_, Failure>((stories, nearest))
    })?;
    if stories.is_empty() {
        let meant = nearest.map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
        let message = format!(
            "no document has the id, key or URL '{}' in {} (records that could not be read are in its quarantine){meant}",
            command.document,
            work.root().display()
        );
        return Err(Failure::Run(anyhow::anyhow!(message)));
    }
    for story in &stories {
        let text = if command.json {
            format!("{}\n", Value::Object(story.clone()))
        } else {
            told::told(story)
        };
        put(text.as_bytes())?;
    }
    Ok(())
}

/// The id, key or URL that is spelled most like `document`, if one is spelled enough like it.
async fn nearest_name(context: &SessionContext, document: &str) -> Result<Option<String>, Failure> {
    let frame = context.sql("SELECT id, key, url FROM documents").await;
    let mut batches = frame
        .map_err(Failure::run)?
        .execute_stream()
        .await
        .map_err(Failure::run)?;
    let mut best: Option<String> = None;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(Failure::run)?;
        let columns = batch.columns().iter();
        let names = columns.filter_map(|column| column.as_string_opt::<i32>());
        let names = names.flat_map(|column| column.iter().flatten());
        let found = nearest(document, names.chain(best.as_deref())).map(str::to_owned);
        best = found.or(best);
    }
    Ok(best)
}

/// The stories of all documents with that id, key or URL.
async fn stories(
    context: &SessionContext,
    document: &str,
    rules: &[NotedRule],
) -> Result<Vec<Map<String, Value>>, Failure> {
    let literal = document.replace('\'', "''");
    let sql = format!(
        "SELECT * FROM documents WHERE id = '{literal}' OR key = '{literal}' OR url = '{literal}' ORDER BY id"
    );
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
        if context.table_exist("annotations").map_err(Failure::run)? {
            let field = |name: &str| story.get(name).and_then(Value::as_str).unwrap_or_default();
            let asked = ask(context, rules, &id, field("group"), field("source")).await;
            let asked = asked.map_err(Failure::run)?;
            let near: Vec<&str> = nearest_rules(&asked, NEAREST_SHOWN)
                .into_iter()
                .map(|position| asked[position].rule.as_str())
                .collect();
            let near = serde_json::to_value(near).map_err(Failure::run)?;
            story.insert(
                "rules".to_owned(),
                serde_json::to_value(&asked).map_err(Failure::run)?,
            );
            story.insert("nearest_rules".to_owned(), near);
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
