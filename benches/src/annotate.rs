//! Annotating: each annotator alone, and all of them over one analysis of the text.

use anyhow::{Context, Result, bail, ensure};
use arrow::array::{Array, AsArray, StructArray};
use arrow::datatypes::UInt64Type;
use gristmill::annotate::columns::annotate;
use gristmill::annotate::{Settings, annotators, fingerprint, language, personal, safety};
use gristmill::recipe::written::MinHash;
use gristmill::stage::Annotator;

use crate::corpus::{Corpus, Slice};
use crate::measure::measure;
use crate::row::{Row, Unit};

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    for annotator in annotators(&settings())? {
        let name = format!("annotate.{}", annotator.name());
        row(slice, rows, &name, &[annotator])?;
    }
    // The published rules, language, lists, personal data and secrets: what the peers' chain is beside.
    let mut rules = annotators(&settings())?;
    rules.retain(|annotator| !matches!(annotator.name(), "grammar" | "fingerprint"));
    row(slice, rows, "annotate.rules", &rules)?;
    row(slice, rows, "annotate.all", &annotators(&settings())?)?;
    crate::lists::rows(corpus, rows)
}

/// Everything that a recipe's defaults ask for.
fn settings() -> Settings {
    let MinHash {
        ngram, buckets, rows, ..
    } = MinHash::default();
    Settings {
        language: language::Settings::default(),
        classifiers: Vec::new(),
        grammar: true,
        toxic_words: Some(Vec::new()),
        pii: personal::pii::Settings::default(),
        url: safety::url::Settings::default(),
        fingerprint: fingerprint::Settings {
            minhash: Some(fingerprint::Shape { ngram, buckets, rows }),
        },
    }
}

fn row(slice: &Slice, rows: &mut Vec<Row>, name: &str, annotators: &[Box<dyn Annotator>]) -> Result<()> {
    let (columns, cost) = measure(|| Ok(()), |()| Ok(annotate(annotators, slice.subjects())?))?;
    let answers: Vec<String> = columns
        .iter()
        .map(|(annotator, column)| check(annotator, column, slice))
        .collect::<Result<_>>()?;
    let answer = match &answers[..] {
        [answer] => answer.clone(),
        all => format!("the same in {} columns", all.len()),
    };
    rows.push(Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: slice.bytes,
        documents: slice.count(),
        cost,
        peak_bytes: None,
        answer,
    });
    Ok(())
}

/// What the column of an annotator must say of the slice. An annotator without a line here cannot be measured.
#[expect(clippy::too_many_lines, reason = "one arm for each annotator")]
fn check(annotator: &str, column: &StructArray, slice: &Slice) -> Result<String> {
    ensure!(
        column.len() as u64 == slice.count(),
        "{annotator} gave {} rows",
        column.len()
    );
    let answer = match annotator {
        "language" => {
            let known = present(column, "code")?;
            ensure!(
                known * 10 > slice.count() * 9,
                "only {known} documents have a language"
            );
            format!("{known} with a language")
        }
        "shape" => {
            let bytes = sum(column, "bytes")?;
            ensure!(bytes == slice.bytes, "shape counted {bytes} bytes");
            format!("{bytes} bytes")
        }
        "gopher" => {
            let words = sum(column, "word_count")?;
            ensure!(
                words > slice.bytes / 20 && words < slice.bytes,
                "gopher counted {words} words"
            );
            format!("{words} words")
        }
        "gopher_repetition" => {
            let measured = present(column, "top_2_gram")?;
            ensure!(
                measured == slice.count(),
                "only {measured} documents have two words"
            );
            format!("{measured} measured")
        }
        "grammar" => {
            let words = sum(column, "words")?;
            ensure!(words > slice.count() * 50, "grammar was checked on {words} words");
            format!("{words} words checked")
        }
        "c4" => {
            let (all, ended) = (sum(column, "sentences_any_ending")?, sum(column, "sentences")?);
            ensure!(
                ended > slice.bytes / 1000 && ended < all,
                "c4 counted {ended} of {all} sentences"
            );
            format!("{ended} sentences")
        }
        "fineweb" => {
            let lines = sum(column, "lines")?;
            ensure!(
                lines > slice.bytes / 1000 && lines < slice.bytes / 4,
                "fineweb counted {lines} lines"
            );
            format!("{lines} lines")
        }
        "redpajama" => {
            let words = sum(column, "words")?;
            ensure!(
                words > slice.bytes / 20 && words < slice.bytes,
                "redpajama counted {words} words"
            );
            format!("{words} words")
        }
        "code" => {
            let files = present(column, "lines")?;
            ensure!(
                files > 0 && files < slice.count(),
                "code measured {files} documents"
            );
            format!("{files} files of code")
        }
        "book" => {
            let books = present(column, "words")?;
            ensure!(
                books > 0 && books < slice.count(),
                "book measured {books} documents"
            );
            format!("{books} books")
        }
        "toxicity" => format!("{} toxic words", sum(column, "words")?),
        "url" => format!("{} with a host", present(column, "host")?),
        "license" => format!("{} with a licence", present(column, "category")?),
        "pii" => {
            let addresses = sum(column, "emails")?;
            ensure!(
                addresses > 0,
                "no e-mail address in documentation is not believable"
            );
            format!("{addresses} e-mail addresses, {} in all", sum(column, "total")?)
        }
        "secrets" => format!("{} secrets", sum(column, "total")?),
        "fingerprint" => {
            let signatures = present(column, "minhash")?;
            ensure!(
                signatures * 100 > slice.count() * 99,
                "only {signatures} documents have a signature"
            );
            format!("{signatures} signatures")
        }
        unknown => bail!("the annotator '{unknown}' has no check: say here what it must find"),
    };
    Ok(answer)
}

fn field<'a>(column: &'a StructArray, name: &str) -> Result<&'a dyn Array> {
    let found = column.column_by_name(name);
    found
        .map(AsRef::as_ref)
        .with_context(|| format!("there is no field '{name}' in {:?}", column.column_names()))
}

fn present(column: &StructArray, name: &str) -> Result<u64> {
    let values = field(column, name)?;
    Ok((values.len() - values.null_count()) as u64)
}

fn sum(column: &StructArray, name: &str) -> Result<u64> {
    let values = field(column, name)?.as_primitive_opt::<UInt64Type>();
    Ok(values
        .with_context(|| format!("'{name}' is no count"))?
        .iter()
        .flatten()
        .sum())
}
