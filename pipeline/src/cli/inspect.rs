//! `gristmill inspect`: a look at what lies somewhere, whatever it is.

use std::path::{Path, PathBuf};

use clap::Args;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::functions::expr_fn::left;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col, lit};
use gristmill_schemas::manifest::{FILE_NAME, Manifest};
use gristmill_schemas::shard::Shard;
use tokenizers::Tokenizer;

use super::{Failure, put};
use crate::engine::table_url;
use crate::report::numbers;

/// Characters of a text column that are shown.
const CELL_CHARACTERS: i64 = 60;

/// Looks at a folder of shards, a `.bin`/`.idx` pair, or a Parquet file or folder: counts, and the first rows.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The folder or file.
    path: PathBuf,
    /// How many documents or rows to show.
    #[arg(long, default_value_t = 3)]
    head: usize,
}

pub(super) fn run(command: &Inspect) -> Result<(), Failure> {
    let path = &command.path;
    if !path.exists() {
        return Err(Failure::Usage(anyhow::anyhow!("{} is not there", path.display())));
    }
    if path.join(FILE_NAME).is_file() {
        return shards(path, command.head);
    }
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if matches!(extension, "bin" | "idx") {
        return one_shard(path, command.head);
    }
    parquet(path, command.head)
}

fn shards(folder: &Path, head: usize) -> Result<(), Failure> {
    let manifest = Manifest::load(folder).map_err(Failure::run)?;
    let mut text = format!(
        "{}: {} tokens of {} documents in {} shards, vocabulary of {}, {:?}\n",
        manifest.name,
        numbers::count(manifest.tokens),
        numbers::count(manifest.documents),
        manifest.shards.len(),
        manifest.tokenizer.vocabulary,
        manifest.token_type
    );
    for (group, record) in &manifest.mixture {
        text.push_str(&format!(
            "{group:<8} asked {:>5.1}%, reached {:>5.1}%: {} tokens, {:.2} epochs\n",
            100.0 * record.asked,
            100.0 * record.reached,
            numbers::count(record.tokens),
            record.epochs
        ));
    }
    let tokenizer = Tokenizer::from_file(folder.join(&manifest.tokenizer.file))
        .map_err(|error| Failure::Run(anyhow::anyhow!("cannot read the tokenizer: {error}")))?;
    if let Some(first) = manifest.shards.first() {
        let shard = Shard::open(folder, &first.stem).map_err(Failure::run)?;
        text.push_str(&lengths(&shard)?);
        for document in 0..shard.documents().min(head) {
            let ids: Vec<u32> = shard
                .document(document)
                .map_err(Failure::run)?
                .iter()
                .take(64)
                .collect();
            let decoded = tokenizer
                .decode(&ids, false)
                .map_err(|error| Failure::Run(anyhow::anyhow!("cannot decode: {error}")))?;
            text.push_str(&format!(
                "--- shard {} document {document}\n{decoded}…\n",
                first.stem
            ));
        }
    }
    put(text.as_bytes())
}

fn one_shard(path: &Path, head: usize) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let shard = Shard::open(folder, stem).map_err(Failure::run)?;
    let tokens = shard.all().map_err(Failure::run)?.len();
    let mut text = format!(
        "{stem}: {} tokens of {} documents, {:?}\n",
        numbers::count(tokens as u64),
        numbers::count(shard.documents() as u64),
        shard.token_type()
    );
    text.push_str(&lengths(&shard)?);
    for document in 0..shard.documents().min(head) {
        let ids: Vec<String> = shard
            .document(document)
            .map_err(Failure::run)?
            .iter()
            .take(32)
            .map(|id| id.to_string())
            .collect();
        text.push_str(&format!("--- document {document}\n{}…\n", ids.join(" ")));
    }
    put(text.as_bytes())
}

/// A histogram of document lengths, by powers of two.
fn lengths(shard: &Shard) -> Result<String, Failure> {
    let mut bins = [0_u64; 33];
    for document in 0..shard.documents() {
        let tokens = shard.document(document).map_err(Failure::run)?.len();
        let bin = (usize::BITS - tokens.leading_zeros()).min(32);
        bins[bin as usize] += 1;
    }
    let most = bins.iter().copied().max().unwrap_or_default().max(1);
    let mut text = String::new();
    for (bin, &count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let bar = "#".repeat(usize::try_from(count * 40 / most).unwrap_or_default().max(1));
        text.push_str(&format!(
            "up to {:>10} tokens {count:>8} {bar}\n",
            (1_u64 << bin) - 1
        ));
    }
    Ok(text)
}

fn parquet(path: &Path, head: usize) -> Result<(), Failure> {
    super::runtime(1)?.block_on(async {
        // A folder of the work folder has one of each source, or of each group, in it.
        let config =
            SessionConfig::new().set_bool("datafusion.execution.listing_table_ignore_subdirectory", false);
        let context = SessionContext::new_with_config(config);
        let options = ParquetReadOptions::default();
        let url = table_url(path).map_err(Failure::run)?;
        let frame = context.read_parquet(vec![url], options).await.map_err(|error| {
            let what = "neither shards nor Parquet";
            Failure::Run(anyhow::anyhow!(
                "{} is {what}: {}",
                path.display(),
                error.strip_backtrace()
            ))
        })?;
        let rows = frame.clone().count().await.map_err(Failure::run)?;
        let columns = frame.schema().fields().iter().map(|field| {
            let column = col(format!("\"{}\"", field.name()));
            let is_text = matches!(
                field.data_type(),
                arrow::datatypes::DataType::Utf8View | arrow::datatypes::DataType::Utf8
            );
            if is_text {
                left(column, lit(CELL_CHARACTERS)).alias(field.name())
            } else {
                column
            }
        });
        let columns: Vec<_> = columns.collect();
        let first = frame
            .select(columns)
            .and_then(|frame| frame.limit(0, Some(head)))
            .map_err(Failure::run)?
            .collect()
            .await
            .map_err(Failure::run)?;
        let table = pretty_format_batches(&first).map_err(Failure::run)?;
        put(format!(
            "{}: {} rows\n{table}\n",
            path.display(),
            numbers::count(rows as u64)
        )
        .as_bytes())
    })
}
