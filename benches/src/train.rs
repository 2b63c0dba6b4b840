//! Training: whole steps (batch, forward, backward, clipping, AdamW) of the `tiny` model on shards of the slice.

use std::fs;

use anyhow::{Context, Result, ensure};
use gristmill_train::config::Config;
use gristmill_train::log::Silent;
use gristmill_train::run::{Options, run as train};

use crate::corpus::Corpus;
use crate::measure::once;
use crate::prepared::quoted;
use crate::row::{Row, Unit};
use crate::shards::Tokenized;

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
    let config = Config::load(&path, &[])?;
    let options = Options {
        stop_after: Some(STEPS),
        ..Options::default()
    };
    let (summary, cost) = once(|| Ok(train(&config, &options, &mut Silent)?))?;

    let tokens = STEPS * SEQUENCE_LENGTH * BATCH_SIZE;
    ensure!(
        summary.step == STEPS && summary.tokens == tokens,
        "{} steps were made",
        summary.step
    );
    let (first, last) = (summary.first_loss, summary.training_loss);
    ensure!(last < first, "the loss did not fall: {first} to {last}");
    let parameters = u32::try_from(summary.parameters).context("the model is small")?;
    rows.push(Row {
        name: "train.step".to_owned(),
        beside: None,
        unit: Unit::Tokens,
        amount: tokens,
        documents: 0,
        cost,
        peak_bytes: None,
        answer: format!(
            "{parameters} weights, {:.0} tokens/s, loss {first:.2} to {last:.2}",
            summary.tokens_per_second
        ),
    });
    Ok(())
}
