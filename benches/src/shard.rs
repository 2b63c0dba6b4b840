//! Packing shards out of token files, and verifying them. Ten epochs, so that there is something to time.

use anyhow::{Result, ensure};
use gristmill::shard::verify;

use crate::corpus::Corpus;
use crate::measure::measure;
use crate::row::{Row, Unit};
use crate::shards::Tokenized;

const EPOCHS: u64 = 10;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    let tokenized = Tokenized::new(corpus, &corpus.scratch("tokens"))?;
    let out = corpus.scratch("shards");
    let (packed, cost) = measure(|| Ok(()), |()| tokenized.pack(&out, EPOCHS))?;
    let (documents, tokens) = (slice.count() * EPOCHS, tokenized.tokens * EPOCHS);
    ensure!(
        (packed.documents, packed.tokens) == (documents, tokens),
        "packed {} documents with {} tokens of {documents} with {tokens}",
        packed.documents,
        packed.tokens
    );
    let row = |name: &str, cost, answer| Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Tokens,
        amount: tokens,
        documents,
        cost,
        peak_bytes: None,
        answer,
    };
    rows.push(row(
        "shard.pack",
        cost,
        format!("{} shards, {tokens} tokens", packed.shards.len()),
    ));

    tokenized.finish(&out, &packed)?;
    let (verified, cost) = measure(|| Ok(()), |()| Ok(verify(&out)?))?;
    ensure!(
        (verified.documents, verified.tokens) == (documents, tokens),
        "verified {verified:?}"
    );
    rows.push(row(
        "shard.verify",
        cost,
        format!("{} files hashed, {tokens} ids checked", verified.files),
    ));
    Ok(())
}
