//! `gristmill verify`: whether shards are what their manifest says.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, put};
use crate::report::numbers;
use crate::shard::verify;

/// Checks every hash, count and border of a folder of shards; the first file that differs is named.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The folder of the shards.
    shards: PathBuf,
    /// Write the result as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Verify) -> Result<(), Failure> {
    let found = verify(&command.shards).map_err(Failure::run)?;
    let text = if command.json {
        let row = serde_json::json!({
            "shards": found.shards, "documents": found.documents, "tokens": found.tokens, "files": found.files,
        });
        format!("{row}\n")
    } else {
        format!(
            "{} is whole: {} shards, {} documents, {} tokens, {} files\n",
            command.shards.display(),
            found.shards,
            numbers::count(found.documents),
            numbers::count(found.tokens),
            found.files
        )
    };
    put(text.as_bytes())
}
