//! Lists of safety: a block list of five million hosts loaded and asked, and word lists of many languages.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, ensure};
use arrow::array::Array;
use gristmill::annotate::Subject;
use gristmill::annotate::columns::annotate;
use gristmill::annotate::safety::{url, words};
use gristmill::lists::cache::{self, BlockList, ListFile};
use gristmill::lists::source;
use gristmill::lists::words::WordList;
use gristmill::stage::Annotator;

use crate::corpus::{Corpus, Slice};
use crate::measure::{measure, once};
use crate::row::{Row, Unit};

const HOSTS: u64 = 5_000_000;
/// Bytes of memory that the hosts may take.
const MOST_BYTES: usize = 60_000_000;
/// LDNOOBW has 28 languages with 100 entries each.
const LANGUAGES: [&str; 8] = ["ara", "deu", "fra", "hin", "jpn", "rus", "spa", "tur"];
const WORDS: u64 = 350;

pub(crate) fn rows(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let slice = corpus.slice()?;
    let list = blocked(corpus, rows)?;
    let settings = url::Settings {
        block_lists: vec![list],
    };
    let address = url::Address::new(&settings)?;
    passes(slice, rows, "annotate.url.5M_blocked", Box::new(address))?;
    let lists: Vec<WordList> = LANGUAGES.iter().map(|language| made_up(language)).collect();
    let toxic = words::ToxicWords::new(&lists)?;
    passes(slice, rows, "annotate.toxicity.2800_words", Box::new(toxic))
}

/// A list of made-up hosts, loaded.
fn blocked(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<BlockList> {
    let path = corpus.scratch("hosts.txt");
    let mut lines = String::new();
    for number in 0..HOSTS {
        writeln!(lines, "host-{number:x}.blocked{}.example", number % 1_000)?;
    }
    fs::write(&path, &lines)?;
    let bytes = lines.len() as u64;
    drop(lines);
    let path = path.to_string_lossy().into_owned();
    let ((list, entries, memory), cost) = once(|| {
        let hash = source::hash(&path)?;
        let list = BlockList {
            category: "adult".to_owned(),
            files: vec![ListFile { path, hash }],
        };
        let set = cache::named(&list)?;
        Ok((list, set.len() as u64, set.memory_bytes()))
    })?;
    ensure!(entries == HOSTS, "{entries} of {HOSTS} hosts were loaded");
    ensure!(memory < MOST_BYTES, "they take {memory} bytes");
    rows.push(Row {
        name: "lists.load".to_owned(),
        beside: None,
        unit: Unit::File,
        amount: bytes,
        documents: entries,
        cost,
        peak_bytes: None,
        answer: format!("{entries} hosts in {} MB", memory / 1_000_000),
    });
    Ok(list)
}

/// Words that are in no text.
fn made_up(language: &str) -> WordList {
    let letters = b"bdgkmpqrtvwxz";
    let word = |number: u64| -> String {
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(language.as_bytes()[0]) << 40;
        hash.to_le_bytes()
            .iter()
            .map(|byte| char::from(letters[usize::from(*byte) % letters.len()]))
            .collect()
    };
    WordList {
        language: Some(language.to_owned()),
        category: "toxic".to_owned(),
        entries: (0..WORDS).map(word).collect(),
    }
}

fn passes(slice: &Slice, rows: &mut Vec<Row>, name: &str, annotator: Box<dyn Annotator>) -> Result<()> {
    let urls: Vec<String> = (0..slice.count())
        .map(|number| {
            format!(
                "https://www.Host-{number:x}.blocked{}.example/a/b?c={number}",
                number % 1_500
            )
        })
        .collect();
    let list = [annotator];
    let (columns, cost) = measure(
        || Ok(()),
        |()| {
            let documents = slice.subjects().zip(&urls);
            let documents = documents.map(|(document, url)| Subject {
                url: Some(url),
                ..document
            });
            Ok(annotate(&list, documents)?)
        },
    )?;
    rows.push(Row {
        name: name.to_owned(),
        beside: None,
        unit: Unit::Text,
        amount: slice.bytes,
        documents: slice.count(),
        cost,
        peak_bytes: None,
        answer: format!(
            "{} rows",
            columns.iter().map(|(_, column)| column.len()).sum::<usize>()
        ),
    });
    Ok(())
}
