//! Training: whole steps (batch, forward, backward, clipping, optimizer) of the `tiny` model on shards of the slice.
//!
//! In a process of its own, with candle's threads set as `gristmill-train` sets them: candle reads that from the
//! environment.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use gristmill_train::config::Config;
use gristmill_train::log::Silent;
use gristmill_train::run::{Options, run as train};
use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::measure::once;
use crate::prepared::{quoted, threads};
use crate::row::{Row, Unit};
use crate::shards::Tokenized;

/// The first argument that makes this program the child which trains.
pub(crate) const CHILD: &str = "train-child";

const STEPS: u64 = 30;
const SEQUENCE_LENGTH: u64 = 128;
const BATCH_SIZE: u64 = 16;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let tokenized = Tokenized::new(corpus, &corpus.scratch("train-tokens"))?;
    let shards = corpus.scratch("train-shards");
    let packed = tokenized.pack(&shards, 1)?;
    tokenized.finish(&shards, &packed)?;
    let path = corpus.scratch("train.toml");
    let toml = format!(
        "version = \"1\"\nout = {}\n[data]\nshards = {}\nsequence_length = {SEQUENCE_LENGTH}\n\
         batch_size = {BATCH_SIZE}\n[model]\npreset = \"tiny\"\n[optimizer]\nlearning_rate = 3e-3\n\
         [schedule]\nsteps = {}\nwarmup_steps = 5\n[sample]\ntokens = 0\n",
        quoted(&corpus.scratch("trained"))?,
        quoted(&shards)?,
        // The run is cut short of its end, where it would measure and export.
        STEPS + 1,
    );
    fs::write(&path, toml)?;
    let this = std::env::current_exe().context("cannot find this program")?;
    let mut child = Command::new(this);
    child.arg(CHILD).arg(&path).stderr(Stdio::inherit());
    child
        .env("CANDLE_NUM_THREADS", "1")
        .env("RAYON_NUM_THREADS", threads().to_string());
    let (output, cost) = once(|| Ok(child.output()?))?;
    ensure!(output.status.success(), "training ended with {}", output.status);
    let trained: Trained = serde_json::from_slice(&output.stdout)?;

    let tokens = STEPS * SEQUENCE_LENGTH * BATCH_SIZE;
    ensure!(
        trained.steps == STEPS && trained.tokens == tokens,
        "{} steps were made",
        trained.steps
    );
    let (first, last) = (trained.first_loss, trained.last_loss);
    ensure!(last < first, "the loss did not fall: {first} to {last}");
    rows.push(Row {
        name: "train.step".to_owned(),
        beside: None,
        unit: Unit::Tokens,
        amount: tokens,
        documents: 0,
        cost,
        peak_bytes: None,
        answer: format!(
            "{} weights, {:.0} tokens/s, loss {first:.2} to {last:.2}",
            trained.weights, trained.tokens_per_second
        ),
    });
    Ok(())
}

/// What the child tells.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trained {
    steps: u64,
    tokens: u64,
    weights: u64,
    tokens_per_second: f64,
    first_loss: f32,
    last_loss: f32,
}

/// Trains as the configuration file `path` says, and tells of it on stdout.
///
/// # Errors
/// When the file is missing or training fails.
pub(crate) fn child(path: Option<OsString>) -> Result<()> {
    let path = path.context("the child was not told what to train")?;
    let config = Config::load(Path::new(&path), &[])?;
    let options = Options {
        stop_after: Some(STEPS),
        ..Options::default()
    };
    let summary = train(&config, &options, &mut Silent)?;
    let trained = Trained {
        steps: summary.step,
        tokens: summary.tokens,
        weights: u64::try_from(summary.parameters)?,
        tokens_per_second: summary.tokens_per_second,
        first_loss: summary.first_loss,
        last_loss: summary.training_loss,
    };
    io::stdout().write_all(&serde_json::to_vec(&trained)?)?;
    Ok(())
}
