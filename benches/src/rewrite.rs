//! Rewriting: Unicode repair, masking of personal data, and both as a recipe's defaults have them.

use anyhow::{Result, ensure};
use gristmill::recipe::written::{Group, Rewrite, Unicode};
use gristmill::rewrite::{Mask, RepairUnicode, rewriters};
use gristmill::stage::Rewriter;
use gristmill::text::pii::Wanted;
use gristmill::text::secrets::Scope;

use crate::corpus::Corpus;
use crate::measure::measure;
use crate::row::{Row, Unit};

/// A text in which each rewriter has something to do, put among the others so that the answer can be checked.
const PROBE: &str = "Cafe\u{301} of jane@example.org\r\n";

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let unicode = RepairUnicode { form: Unicode::Nfc };
    row(
        corpus,
        rows,
        "rewrite.unicode",
        "Caf\u{e9} of jane@example.org\n",
        |text| unicode.rewrite(text),
    )?;
    let pii = Mask {
        pii: Some(Wanted::default()),
        secrets: None,
    };
    row(
        corpus,
        rows,
        "rewrite.pii",
        "Cafe\u{301} of <EMAIL>\r\n",
        |text| pii.rewrite(text),
    )?;
    let secrets = Mask {
        pii: None,
        secrets: Some(Scope::Prose),
    };
    row(corpus, rows, "rewrite.secrets", PROBE, |text| {
        secrets.rewrite(text)
    })?;
    let all = rewriters(&Rewrite::default(), Group::Web);
    row(corpus, rows, "rewrite.all", "Caf\u{e9} of <EMAIL>\n", |text| {
        all.rewrite(text)
    })
}

fn row(
    corpus: &Corpus,
    rows: &mut Vec<Row>,
    name: &str,
    probe: &str,
    rewrite: impl Fn(String) -> String,
) -> Result<()> {
    let slice = corpus.slice()?;
    let prepare = || {
        let mut texts = slice.owned_texts();
        texts.push(PROBE.to_owned());
        Ok(texts)
    };
    let (rewritten, cost) = measure(prepare, |texts| {
        Ok(texts.into_iter().map(&rewrite).collect::<Vec<_>>())
    })?;
    ensure!(
        rewritten.last().is_some_and(|last| last == probe),
        "{name} gave {:?}",
        rewritten.last()
    );
    let changed = rewritten
        .iter()
        .zip(slice.texts())
        .filter(|(after, before)| after != before)
        .count();
    let bytes: usize = rewritten.iter().map(String::len).sum();
    rows.push(Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: slice.bytes,
        documents: slice.count(),
        cost,
        peak_bytes: None,
        answer: format!("{changed} documents changed, {bytes} bytes left"),
    });
    Ok(())
}
