//! `gristmill query`: SQL over what a run has left.

use std::path::PathBuf;

use clap::Args;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::dataframe::DataFrame;
use datafusion::prelude::SQLOptions;
use futures::StreamExt;

use super::{Failure, put, time};
use crate::plan::ledger;
use crate::work::WorkFolder;

/// Answers SQL over the tables of a run: documents, annotations, verdicts, duplicates, curated, tokens.
#[derive(Debug, Args)]
pub(super) struct Query {
    /// The query.
    sql: String,
    /// The work folder.
    #[arg(long)]
    work: PathBuf,
    /// The folder of the shards, for the table tokens; by default the one that the last run wrote.
    #[arg(long)]
    shards: Option<PathBuf>,
    /// Write the rows as JSON lines.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Query) -> Result<(), Failure> {
    let threads = time::available_threads();
    super::runtime(threads)?.block_on(async {
        let work = WorkFolder::new(&command.work);
        let shards = command
            .shards
            .clone()
            .or_else(|| super::explain::shards_of(&work));
        let context = ledger::open(&work, shards.as_deref(), threads)
            .await
            .map_err(Failure::run)?;
        let questions_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = context.sql_with_options(&command.sql, questions_only).await;
        let frame = frame.map_err(|error| {
            Failure::Usage(anyhow::anyhow!(
                "the query does not fit: {}",
                error.strip_backtrace()
            ))
        })?;
        if command.json {
            json_lines(frame).await
        } else {
            table(frame).await
        }
    })
}

/// A drawn table; for results of any size there is `--json`.
async fn table(frame: DataFrame) -> Result<(), Failure> {
    let batches = frame.collect().await.map_err(Failure::run)?;
    let text = pretty_format_batches(&batches).map_err(Failure::run)?;
    put(format!("{text}\n").as_bytes())
}

async fn json_lines(frame: DataFrame) -> Result<(), Failure> {
    let mut batches = frame.execute_stream().await.map_err(Failure::run)?;
    while let Some(batch) = batches.next().await {
        let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
        writer
            .write(&batch.map_err(Failure::run)?)
            .map_err(Failure::run)?;
        writer.finish().map_err(Failure::run)?;
        put(&writer.into_inner())?;
    }
    Ok(())
}
