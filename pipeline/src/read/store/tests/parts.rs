//! Objects in parts: what is read is what is read as a whole, and what is fetched for it is little more.

use super::content;
use super::server::{Fault, Page, Server};
use crate::read::RawFile;
use crate::read::basket::{Basket, compressed};
use crate::read::borders::borders;
use crate::read::decompress::Codec;
use crate::read::reader;
use crate::recipe::Format;
use crate::stage::RawDocument;

/// Reads an object as a whole and in parts of `step` bytes, and sees that both give the same. Returns how many parts
/// there are, and how many bytes were sent for their borders and for them.
#[track_caller]
fn read_both(name: &str, page: Page, format: Format, step: u64) -> (usize, usize) {
    let server = Server::start();
    let length = page.bytes.len() as u64;
    server.put(name, page);
    let mut file = RawFile::new(server.url(name), format);
    let mut whole = Basket::default();
    reader(format).read(&file, &mut whole).expect("the store works");
    server.sent();
    let starts = [0]
        .into_iter()
        .chain(borders(&file, length, step).expect("the store works"));
    let starts: Vec<u64> = starts.chain([length]).collect();
    let mut parts = Basket::default();
    for range in starts.windows(2) {
        file.range = (starts.len() > 2).then(|| range[0]..range[1]);
        reader(format).read(&file, &mut parts).expect("the store works");
    }
    // Records are counted from the start of a part.
    let facts = |document: &RawDocument| {
        let place = document.place.offset;
        (
            place,
            document.length,
            document.text.clone(),
            document.key.clone(),
        )
    };
    let all = |basket: &Basket| basket.documents.iter().map(facts).collect::<Vec<_>>();
    assert!(all(&parts) == all(&whole), "{starts:?}");
    assert!(!whole.documents.is_empty());
    assert_eq!(
        (parts.quarantined, parts.skipped),
        (whole.quarantined, whole.skipped)
    );
    (
        starts.len() - 1,
        usize::try_from(server.sent()).expect("a small file"),
    )
}

fn noise(number: usize) -> String {
    let digits: Vec<String> = content(2000 + number * 31 % 3000)
        .iter()
        .skip(number)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    digits.concat()
}

fn lines() -> Vec<u8> {
    let lines = (0..2000).map(|number| format!("{{\"text\":\"{number} {}\"}}\n", noise(number)));
    lines.collect::<String>().into_bytes()
}

/// An archive with a member for each record; each page has a picture that nobody reads and no codec makes smaller.
fn archive(codec: Codec) -> Vec<u8> {
    let picture: Vec<u8> = (0..5000_u64)
        .flat_map(|number| xxhash_rust::xxh3::xxh3_64(&number.to_le_bytes()).to_le_bytes())
        .collect();
    let mut archive = Vec::new();
    for number in 0..300 {
        let page = format!(
            "<title>{number}</title><article><p>Page {number}, {}",
            "and so on, ".repeat(40)
        );
        for (content_type, body) in [("text/html", page.as_bytes()), ("image/png", &picture[number..])] {
            let record = format!(
                "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://a.example/{number}\r\n\
                 Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let record = [record.as_bytes(), body, b"\r\n\r\n"].concat();
            archive.extend(compressed(&record, codec));
        }
    }
    archive
}

#[test]
fn objects_are_divided_where_files_are() {
    let lines = lines();
    let step = 2 << 20;
    let cases = [
        ("/a.jsonl", lines.clone(), Format::Jsonl),
        ("/a.warc.gz", archive(Codec::Gzip), Format::Warc),
        ("/a.warc.zst", archive(Codec::Zstd), Format::Warc),
    ];
    for (name, bytes, format) in cases {
        let length = bytes.len();
        let (parts, sent) = read_both(name, Page::file(bytes, "1"), format, step);
        assert!(parts > 3, "{name}: {parts} parts of {length}");
        // For each border a look, and a little of the beginning and behind the end for each part.
        let looks = parts * (700 << 10);
        assert!(sent <= length + looks, "{name}: {sent} of {length} in {parts}");
    }
    let (parts, _) = read_both(
        "/a.warc",
        Page::file(archive(Codec::Plain), "1"),
        Format::Warc,
        step,
    );
    assert_eq!(parts, 1, "its borders would be found by fetching all of it");
    let (parts, _) = read_both("/a.json", Page::file(lines, "1"), Format::Jsonl, step);
    assert_eq!(parts, 1);
}

#[test]
fn row_groups_are_parts() {
    let texts: arrow::array::ArrayRef =
        std::sync::Arc::new(arrow::array::StringArray::from_iter_values((0..40).map(noise)));
    let bytes = crate::read::parquet::tests::file(vec![("text", texts)]);
    let (parts, _) = read_both("/a.parquet", Page::file(bytes, "1"), Format::Parquet, 20_000);
    assert!(parts > 3, "{parts}");
}

#[test]
fn what_comes_without_ranges_is_not_divided() {
    let page = |bytes: Vec<u8>| Page {
        has_ranges: false,
        ..Page::file(bytes, "1")
    };
    let (parts, _) = read_both("/a.jsonl", page(lines()), Format::Jsonl, 1 << 20);
    assert_eq!(parts, 1);
    let (parts, _) = read_both("/a.warc.gz", page(archive(Codec::Gzip)), Format::Warc, 1 << 20);
    assert_eq!(parts, 1);
}

#[test]
fn a_store_that_fails_while_borders_are_looked_for_is_an_error() {
    let texts: arrow::array::ArrayRef = std::sync::Arc::new(arrow::array::StringArray::from(vec!["a"; 9]));
    let parquet = crate::read::parquet::tests::file(vec![("text", texts)]);
    for (name, bytes, format) in [
        ("/a.parquet", parquet, Format::Parquet),
        ("/a.jsonl", lines(), Format::Jsonl),
        ("/a.warc.gz", archive(Codec::Gzip), Format::Warc),
    ] {
        let server = Server::start();
        let length = bytes.len() as u64;
        server.put(name, Page::file(bytes, "1"));
        // The first answer says what it is; then nobody may ask any more.
        server.fail(name, [Fault::Cut(usize::MAX), Fault::Status(403)]);
        let file = RawFile::new(server.url(name), format);
        let error = borders(&file, length, length / 2).expect_err("the store refuses");
        assert!(error.to_string().contains("403"), "{name}: {error}");
    }
}
