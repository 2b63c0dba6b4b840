//! Archives made here, broken in each way, and the real ones with what `warcio` and `fastwarc` find in them.

use std::fs;

use super::*;
use crate::read::basket::{Basket, compressed, harvest_bytes, harvest_file, real_data};
use crate::recipe::Format;

fn record(record_type: &str, url: &str, content_type: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {record_type}\r\nWARC-Target-URI: <{url}>\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn page(url: &str) -> String {
    let block = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Language: de, en\r\n\r\n\
         <title>Page</title><p>The text of {url}."
    );
    record("response", url, "application/http; msgtype=response", &block)
}

fn urls(basket: &Basket) -> Vec<&str> {
    basket
        .documents
        .iter()
        .filter_map(|document| document.url.as_deref())
        .collect()
}

fn three() -> [String; 3] {
    [page("http://a/"), page("http://b/"), page("http://c/")]
}

const ALL: [&str; 3] = ["http://a/", "http://b/", "http://c/"];

#[test]
fn places_lead_back_to_records() {
    let records = three();
    let plain = records.concat();
    let by_member: Vec<Vec<u8>> = records
        .iter()
        .map(|record| compressed(record.as_bytes(), Codec::Gzip))
        .collect();
    let files = [
        (plain.clone().into_bytes(), records[0].len()),
        (by_member.concat(), by_member[0].len()),
        (compressed(plain.as_bytes(), Codec::Gzip), records[0].len()),
        (compressed(plain.as_bytes(), Codec::Zstd), records[0].len()),
    ];
    for (bytes, second) in files {
        let basket = harvest_bytes("a.warc.gz", &bytes, Format::Warc);
        assert_eq!(urls(&basket), ALL, "{:?}", basket.quarantined);
        assert_eq!(
            basket.documents[1].place,
            Place {
                offset: second as u64,
                record: 1
            }
        );
        assert_eq!(basket.documents[0].title.as_deref(), Some("Page"));
        assert_eq!(basket.documents[0].language_hint.as_deref(), Some("de"));
        assert!(basket.quarantined.is_empty());
    }
}

#[test]
fn records_that_share_a_member_have_places_of_their_own() {
    let [first, second, third] = three();
    let alone = compressed(first.as_bytes(), Codec::Gzip);
    let shared = compressed([second.as_str(), &third].concat().as_bytes(), Codec::Gzip);
    let basket = harvest_bytes("a.warc.gz", &[alone.as_slice(), &shared].concat(), Format::Warc);
    let offsets: Vec<u64> = basket
        .documents
        .iter()
        .map(|document| document.place.offset)
        .collect();
    let start = alone.len();
    assert_eq!(offsets, [0, start as u64, (start + second.len()) as u64]);
}

#[test]
fn what_is_no_page_is_counted() {
    let http = "application/http; msgtype=response";
    let file = [
        record("warcinfo", "", "application/warc-fields", "software: x"),
        record(
            "request",
            "http://a/",
            "application/http",
            "GET / HTTP/1.1\r\n\r\n",
        ),
        record(
            "response",
            "http://a/",
            http,
            "HTTP/1.1 404 Not Found\r\n\r\n<p>no",
        ),
        record(
            "response",
            "http://a/",
            http,
            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG",
        ),
        record(
            "response",
            "http://a/",
            http,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<img>",
        ),
        record("conversion", "http://a/", "text/plain", "Extracted text."),
        record("resource", "http://a/", "text/html", "<p>A resource."),
    ]
    .concat();
    let basket = harvest_bytes("a.warc", file.as_bytes(), Format::Warc);
    assert_eq!(basket.texts(), ["A resource."]);
    let skipped: Vec<(&str, u64)> = basket.skipped.into_iter().collect();
    let expected = [
        "content type image",
        "http status 404",
        "no main text",
        "warc record of type conversion (read the file with format wet for these)",
        "warc record of type request",
        "warc record of type warcinfo",
    ];
    assert_eq!(skipped, expected.map(|reason| (reason, 1)));
    let texts = harvest_bytes("a.warc.wet", file.as_bytes(), Format::Wet);
    assert_eq!(texts.texts(), ["Extracted text."]);
}

#[test]
fn a_wrong_length_costs_one_record() {
    let [first, second, third] = three();
    let length = second.len() - second.find("\r\n\r\n").expect("a header") - 8;
    for wrong in [length - 20, length + 50, length + 100_000] {
        let broken = second.replace(
            &format!("Content-Length: {length}"),
            &format!("Content-Length: {wrong}"),
        );
        assert_ne!(broken, second);
        let file = [first.as_str(), &broken, &third].concat();
        let by_member = [&first, &broken, &third].map(|record| compressed(record.as_bytes(), Codec::Gzip));
        for bytes in [file.clone().into_bytes(), by_member.concat()] {
            let basket = harvest_bytes("a.warc", &bytes, Format::Warc);
            assert_eq!(urls(&basket), ["http://a/", "http://c/"], "{wrong}");
            assert_eq!(basket.quarantined.len(), 1);
            assert_eq!(basket.quarantined[0].0.record, 1);
            assert_eq!(basket.documents[1].place.record, 2);
        }
        let basket = harvest_bytes("a.warc", file.as_bytes(), Format::Warc);
        assert_eq!(
            basket.documents[1].place.offset,
            (first.len() + broken.len()) as u64
        );
    }
}

#[test]
fn a_damaged_member_costs_one_record() {
    let members = three().map(|record| compressed(record.as_bytes(), Codec::Gzip));
    let mut flipped = members[1].clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    let cut = members[1][..middle].to_vec();
    let mut checksum = members[1].clone();
    let end = checksum.len();
    checksum[end - 6] ^= 1;
    for broken in [flipped, cut, checksum, b"\0\0\0\0garbage".to_vec()] {
        let file = [members[0].as_slice(), &broken, &members[2]].concat();
        let basket = harvest_bytes("a.warc.gz", &file, Format::Warc);
        assert_eq!(
            urls(&basket),
            ["http://a/", "http://c/"],
            "{:?}",
            basket.quarantined
        );
        assert_eq!(basket.quarantined.len(), 1, "{:?}", basket.quarantined);
        assert_eq!(basket.quarantined[0].0.offset, members[0].len() as u64);
        assert_eq!(
            basket.documents[1].place.offset,
            (members[0].len() + broken.len()) as u64
        );
    }
}

#[test]
fn a_file_that_is_cut_off_keeps_what_came_before() {
    let plain = three().concat();
    let members = three()
        .map(|record| compressed(record.as_bytes(), Codec::Gzip))
        .concat();
    for bytes in [plain.as_bytes(), &members] {
        let basket = harvest_bytes("a.warc.gz", &bytes[..bytes.len() - 20], Format::Warc);
        assert_eq!(urls(&basket), ["http://a/", "http://b/"]);
        assert!(
            basket.quarantined[0].1.contains("cut off"),
            "{:?}",
            basket.quarantined
        );
    }
}

#[test]
fn what_is_no_archive_says_so() {
    for (bytes, reason) in [
        (&b""[..], "the file is empty"),
        (b"<html>page</html>", "no warc record begins here"),
    ] {
        let basket = harvest_bytes("a.warc", bytes, Format::Warc);
        assert_eq!(basket.quarantined.len(), 1);
        assert_eq!(basket.quarantined[0].1, reason);
    }
}

/// Files that are broken on purpose, or no WARC: `warcio` and `fastwarc` disagree on them or report errors. The
/// number is that of the documents that we find.
const BROKEN: [(&str, usize); 6] = [
    ("resiliparse/clipped.warc.gz", 0),
    ("warcio/example-bad-non-chunked.warc.gz", 1),
    ("warcio/example-bad.warc.gz.bad", 1),
    ("warcio/example-trunc.warc", 0),
    ("warcio/example-wrong-chunks.warc.gz", 0),
    ("warcio/example.arc.gz", 0),
];

#[test]
fn real_archives_hold_what_the_peers_find() {
    let Some(folder) = real_data("warc") else {
        return;
    };
    let expected = fs::read(folder.join("expected.json")).expect("is there");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("is JSON");
    for file in expected.as_array().expect("is a list") {
        let name = file["file"].as_str().expect("has a name");
        let path = folder.join(name);
        let path = path.to_str().expect("a name in UTF-8");
        let format = if name.contains(".wet.") {
            Format::Wet
        } else {
            Format::Warc
        };
        let basket = harvest_file(path, format);
        let skipped: u64 = basket.skipped.values().sum();
        let total =
            basket.documents.len() + basket.quarantined.len() + usize::try_from(skipped).expect("few");
        eprintln!(
            "{name}: {} documents, {:?}, {:?}",
            basket.documents.len(),
            basket.skipped,
            basket.quarantined
        );
        if let Some((_, documents)) = BROKEN.iter().find(|(broken, _)| *broken == name) {
            assert_eq!(basket.documents.len(), *documents, "{name}");
            continue;
        }
        assert_eq!(basket.quarantined, [], "{name}");
        assert_eq!(
            total as u64,
            file["warcio_records"].as_u64().expect("a number"),
            "{name}"
        );
        let is_document = |record: &&serde_json::Value| match record["type"].as_str() {
            Some("response") => {
                record["status"] == "200"
                    && record["ctype"]
                        .as_str()
                        .is_some_and(|kind| kind.starts_with("text/html"))
            }
            Some("resource") => record["ctype"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("text/html")),
            Some("conversion") => true,
            _ => false,
        };
        let records = file["records"].as_array().expect("is a list");
        let expected: Vec<&str> = records
            .iter()
            .filter(is_document)
            .filter_map(|record| record["uri"].as_str())
            .collect();
        assert_eq!(urls(&basket), expected, "{name}");
    }
}
