//! Whatever the bytes: no reader panics, hangs, or harvests text out of nothing.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use proptest::prelude::*;

use super::archive::{tar, zip};
use super::basket::{compressed, harvest_bytes};
use super::decompress::Codec;
use crate::recipe::Format;

const FORMATS: [(Format, &str); 14] = [
    (Format::Warc, "a.warc"),
    (Format::Wet, "a.wet"),
    (Format::Html, "a.html"),
    (Format::Jsonl, "a.jsonl"),
    (Format::Jsonl, "a.json"),
    (Format::Parquet, "a.parquet"),
    (Format::Csv, "a.csv"),
    (Format::Csv, "a.tsv"),
    (Format::Text, "a.txt"),
    (Format::Epub, "a.epub"),
    (Format::Code, "a.py"),
    (Format::Code, "a.ipynb"),
    (Format::Archive, "a.tar"),
    (Format::Archive, "a.zip"),
];

/// A sound file of each kind.
fn sound_files() -> Vec<(Format, &'static str, Vec<u8>)> {
    let block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n\
                 19\r\n<p>The text of the page.</\r\n2\r\np>\r\n0\r\n\r\n";
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    );
    let member = compressed(record.as_bytes(), Codec::Gzip);
    let lines = "{\"text\": \"a line of text\", \"id\": 1}\n".repeat(5);
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    let html =
        "<!doctype html><html lang=en><title>t</title><table><tr><td><p>One<ul><li>two</ul></table><svg><p>x";
    let text: ArrayRef = Arc::new(StringArray::from(vec!["one", "two", "three"]));
    let wet = record
        .replace("response", "conversion")
        .replace("WARC-Target", "Content-Type: text/plain\r\nWARC-Target");
    let notebook = br##"{"cells": [{"cell_type": "markdown", "source": ["# T\n"]},
                           {"cell_type": "code", "source": "x = 1"}]}"##;
    let entries: [(&str, &[u8]); 3] = [
        ("p/a.py", b"x = 1\n"),
        ("p/b.txt", b"a text"),
        ("p/LICENSE.txt", b"MIT"),
    ];
    let tar = tar::tests::packed(&entries);
    vec![
        (Format::Warc, "a.warc", record.repeat(3).into_bytes()),
        (Format::Warc, "a.warc.gz", member.repeat(3)),
        (
            Format::Warc,
            "a.warc.gz",
            compressed(record.repeat(3).as_bytes(), Codec::Gzip),
        ),
        (Format::Wet, "a.wet", wet.repeat(2).into_bytes()),
        (Format::Html, "a.html", html.as_bytes().to_vec()),
        (Format::Jsonl, "a.jsonl", lines.clone().into_bytes()),
        (
            Format::Jsonl,
            "a.jsonl.zst",
            compressed(lines.as_bytes(), Codec::Zstd),
        ),
        (
            Format::Jsonl,
            "a.jsonl.xz",
            compressed(lines.as_bytes(), Codec::Xz),
        ),
        (
            Format::Jsonl,
            "a.jsonl.bz2",
            compressed(lines.as_bytes(), Codec::Bzip2),
        ),
        (Format::Jsonl, "a.json", array.into_bytes()),
        (
            Format::Parquet,
            "a.parquet",
            super::parquet::tests::file(vec![("text", text)]),
        ),
        (
            Format::Csv,
            "a.csv",
            b"id,text\n1,\"one, two\"\n2,three\n".to_vec(),
        ),
        (
            Format::Csv,
            "a.tsv",
            b"id\ttext\n1\tone\n2\t\"two\n3\"\n".to_vec(),
        ),
        (Format::Text, "a.txt", "Größe und Übermaß".as_bytes().to_vec()),
        (Format::Epub, "a.epub", super::epub::tests::sound()),
        (Format::Code, "a.py", b"print('x')\n".to_vec()),
        (Format::Code, "a.ipynb", notebook.to_vec()),
        (Format::Archive, "a.zip", zip::tests::packed(&entries)),
        (Format::Archive, "a.tar", tar.clone()),
        (Format::Archive, "a.tar.gz", compressed(&tar, Codec::Gzip)),
    ]
}

#[derive(Clone, Debug)]
enum Mutation {
    Set(u8),
    Insert(Vec<u8>),
    Remove(usize),
    Cut,
}

fn mutation() -> impl Strategy<Value = (prop::sample::Index, Mutation)> {
    let kind = prop_oneof![
        any::<u8>().prop_map(Mutation::Set),
        prop::collection::vec(any::<u8>(), 1..6).prop_map(Mutation::Insert),
        (1_usize..20).prop_map(Mutation::Remove),
        Just(Mutation::Cut),
    ];
    (any::<prop::sample::Index>(), kind)
}

fn mutate(bytes: &mut Vec<u8>, at: prop::sample::Index, mutation: &Mutation) {
    if bytes.is_empty() {
        return;
    }
    let at = at.index(bytes.len());
    match mutation {
        Mutation::Set(byte) => bytes[at] = *byte,
        Mutation::Insert(more) => {
            bytes.splice(at..at, more.iter().copied());
        }
        Mutation::Remove(count) => {
            let end = bytes.len().min(at + count);
            bytes.drain(at..end);
        }
        Mutation::Cut => bytes.truncate(at),
    }
}

#[test]
fn sound_files_give_documents_and_nothing_else() {
    for (format, name, bytes) in sound_files() {
        let basket = harvest_bytes(name, &bytes, format);
        assert!(!basket.documents.is_empty(), "{name}: {basket:?}");
        assert_eq!(basket.quarantined, [], "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        for (format, name) in FORMATS {
            let basket = harvest_bytes(name, &bytes, format);
            let found = basket.documents.len() + basket.quarantined.len() + basket.skipped.len();
            // Blank lines hold no record; every other file has at least one outcome.
            prop_assert!(found > 0 || bytes.iter().all(u8::is_ascii_whitespace), "{name}");
        }
    }

    #[test]
    fn mutated_files_are_read_without_panic(mutations in prop::collection::vec(mutation(), 1..5)) {
        for (format, name, mut bytes) in sound_files() {
            for (at, mutation) in &mutations {
                mutate(&mut bytes, *at, mutation);
            }
            let basket = harvest_bytes(name, &bytes, format);
            for document in &basket.documents {
                prop_assert!(!document.text.trim().is_empty());
            }
            // The same bytes are read the same way.
            prop_assert_eq!(basket, harvest_bytes(name, &bytes, format));
        }
    }
}
