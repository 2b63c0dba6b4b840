//! Tokenizing: training a byte-level BPE of 32,000 ids, and encoding with it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use gristmill::tokenize::{Encoder, train};

use crate::corpus::Corpus;
use crate::measure::{measure, once};
use crate::row::{Row, Unit};

const VOCABULARY: u32 = 32_000;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    let texts = slice.owned_texts();
    let (json, cost) = once(|| Ok(train(texts.into_iter(), VOCABULARY)?))?;
    let path = tokenizer_path(corpus);
    fs::write(&path, &json)?;
    let encoder = Encoder::load(&path)?;
    ensure!(
        encoder.vocabulary() == VOCABULARY,
        "the tokenizer has {} ids",
        encoder.vocabulary()
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
    rows.push(row("tokenize.train", cost, format!("{VOCABULARY} ids")));

    let (tokens, cost) = measure(
        || Ok(()),
        |()| {
            let mut tokens = 0;
            for document in &slice.documents {
                tokens += encoder.encode(&document.id, &document.text)?.len() as u64;
            }
            Ok(tokens)
        },
    )?;
    let bytes_per_token = slice.bytes as f64 / tokens as f64;
    ensure!(
        (2.0..8.0).contains(&bytes_per_token),
        "{tokens} tokens of {} bytes",
        slice.bytes
    );
    rows.push(row(
        "tokenize.encode",
        cost,
        format!("{tokens} tokens, {bytes_per_token:.2} bytes each"),
    ));
    Ok(())
}

/// Where the trained tokenizer lies, for peers that encode with the same one.
pub(crate) fn tokenizer_path(corpus: &Corpus) -> PathBuf {
    corpus.scratch("tokenizer.json")
}
