//! Real archives, against what `warcio` and `fastwarc` find in them.

use std::fs;

use serde_json::Value;

use super::*;
use crate::read::basket::{harvest_file, real_data};
use crate::read::{RawFile, ReadError};

/// The largest content of a record there.
const LIMIT: usize = 1 << 20;

/// What is compared of a record.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    record_type: String,
    uri: Option<String>,
    status: Option<String>,
    length: u64,
    sha1: String,
}

/// All records, and what is broken.
fn facts_of(path: &str) -> Result<(Vec<Facts>, Vec<String>), ReadError> {
    let file = RawFile::new(path.to_owned(), Format::Warc);
    let (mut facts, mut broken) = (Vec::new(), Vec::new());
    let mut records = records(&file)?;
    while let Some(found) = records.next_with(|_| true)? {
        match found {
            Found::Broken { reason, .. } => broken.push(reason),
            Found::Record(record) => {
                let content = record.content(LIMIT).expect("can be decoded");
                let status = record
                    .http()
                    .and_then(|message| message.expect("a message").status);
                facts.push(Facts {
                    record_type: record.record_type().to_owned(),
                    uri: record.uri().map(std::borrow::Cow::into_owned),
                    status: status.map(|status| status.to_string()),
                    length: content.len() as u64,
                    sha1: sha1(&content),
                });
            }
        }
    }
    Ok((facts, broken))
}

fn expected(record: &Value) -> Facts {
    let text = |name: &str| record[name].as_str().map(str::to_owned);
    let record_type = text("type").expect("a type");
    // Of requests, the list gives the path for a status.
    let status = text("status").filter(|_| record_type != "request");
    Facts {
        record_type,
        uri: text("uri"),
        status,
        length: record["decoded_len"].as_u64().expect("a length"),
        sha1: text("decoded_sha1").expect("a hash"),
    }
}

/// The records of files on which `warcio` and `fastwarc` disagree: they are broken on purpose, packed as one member,
/// or ARC. In all of them we find every record that either does.
const DISPUTED: [(&str, usize); 5] = [
    ("warcio/example-bad-non-chunked.warc.gz", 6),
    ("warcio/example-bad.warc.gz.bad", 6),
    ("warcio/example-trunc.warc", 4),
    ("warcio/example-wrong-chunks.warc.gz", 2),
    ("warcio/example.arc.gz", 2),
];

#[test]
fn real_archives_hold_what_the_peers_find() {
    let Some(folder) = real_data("warc") else {
        return;
    };
    let list = fs::read(folder.join("expected.json")).expect("is there");
    let list: Value = serde_json::from_slice(&list).expect("is JSON");
    let list = list.as_array().expect("is a list");
    assert!(list.len() >= 16);
    for file in list {
        let name = file["file"].as_str().expect("has a name");
        let path = folder.join(name);
        let (facts, broken) = facts_of(path.to_str().expect("a name")).expect("the disk works");
        let records = file["records"].as_array().expect("is a list");
        let peers: Vec<Facts> = records.iter().map(expected).collect();
        if let Some((_, count)) = DISPUTED.iter().find(|(disputed, _)| *disputed == name) {
            assert_eq!(facts.len() + broken.len(), *count, "{name}: {broken:?}");
            // The one that is broken is a response whose length is wrong.
            assert_eq!(
                broken.len(),
                usize::from(name == "warcio/example-trunc.warc"),
                "{name}: {broken:?}"
            );
            continue;
        }
        assert_eq!(file["warcio_records"], file["fastwarc_records"], "{name}");
        assert_eq!(facts, peers, "{name}");
        assert_eq!(broken, Vec::<String>::new(), "{name}");
    }
}

/// Pages that the lists call HTML with status 200.
fn is_page(record: &Value) -> bool {
    let is_html = record["ctype"]
        .as_str()
        .is_some_and(|kind| kind.starts_with("text/html"));
    match record["type"].as_str() {
        Some("response") => record["status"] == "200" && is_html,
        Some("resource") => is_html,
        _ => false,
    }
}

#[test]
fn real_archives_give_their_pages() {
    let Some(folder) = real_data("warc") else {
        return;
    };
    let list = fs::read(folder.join("expected.json")).expect("is there");
    let list: Value = serde_json::from_slice(&list).expect("is JSON");
    for file in list.as_array().expect("is a list") {
        let name = file["file"].as_str().expect("has a name");
        let path = folder.join(name);
        let path = path.to_str().expect("a name in UTF-8");
        if name.contains(".wet.") {
            assert_eq!(harvest_file(path, Format::Wet).documents.len(), 1, "{name}");
            continue;
        }
        let basket = harvest_file(path, Format::Warc);
        for document in &basket.documents {
            assert!(!document.text.contains('\u{fffd}'), "{name}: {:?}", document.url);
        }
        // Those on which the peers do not agree are counted above.
        if file["warcio_records"] != file["fastwarc_records"] {
            assert!(
                basket.documents.len() + basket.quarantined.len() > 0,
                "{name}: {basket:?}"
            );
            continue;
        }
        let pages = file["records"]
            .as_array()
            .expect("is a list")
            .iter()
            .filter(|record| is_page(record));
        let pages: Vec<&str> = pages.filter_map(|record| record["uri"].as_str()).collect();
        let read = urls(&basket);
        assert!(read.iter().all(|url| pages.contains(url)), "{name}");
        let without_text = basket.skipped.get("no main text").copied().unwrap_or_default();
        assert_eq!(
            read.len() as u64 + without_text,
            pages.len() as u64,
            "{name}: {:?}",
            basket.quarantined
        );
    }
}

/// SHA-1 (FIPS 180-4), which the list of facts is in.
#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
fn sha1(bytes: &[u8]) -> String {
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((bytes.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_be_bytes(bytes.try_into().expect("four bytes"));
        }
        for at in 16..80 {
            words[at] = (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (round, word) in words.iter().enumerate() {
            let (mixed, constant) = match round {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999_u32),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, value) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(value);
        }
    }
    let [first, second, third, fourth, fifth] = state;
    format!("{first:08x}{second:08x}{third:08x}{fourth:08x}{fifth:08x}")
}

#[test]
fn the_hash_is_sha1() {
    assert_eq!(sha1(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}
