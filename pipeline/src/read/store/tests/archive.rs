//! What reading archives fetches: little more than what is read, in few requests.

use super::content;
use super::server::{Page, Server};
use crate::read::RawFile;
use crate::read::warc::{Found, Records, records, records_of};
use crate::recipe::Format;

const MIB: usize = 1 << 20;

/// A plain archive of one record for each of `lengths`.
fn archive(lengths: &[usize]) -> Vec<u8> {
    let noise = content(lengths.iter().copied().max().unwrap_or_default());
    let mut archive = Vec::new();
    for (number, length) in lengths.iter().enumerate() {
        let header = format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://a.example/{number}\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        archive.extend_from_slice(header.as_bytes());
        archive.extend_from_slice(&noise[..*length]);
        archive.extend_from_slice(b"\r\n\r\n");
    }
    archive
}

/// Places, lengths, names and blocks; those only of records that are at most `longest` bytes long.
fn all(mut records: Records, longest: usize) -> Vec<(u64, Option<u64>, String, Option<u128>)> {
    let is_wanted = |length: Option<&str>| length.and_then(|length| length.parse().ok()) <= Some(longest);
    let mut all = Vec::new();
    while let Some(found) = records
        .next_with(|fields| is_wanted(fields.get("content-length")))
        .expect("the store works")
    {
        let Found::Record(record) = found else {
            panic!("no record is broken");
        };
        let uri = record.uri().expect("a name").into_owned();
        let block = record.block.map(xxhash_rust::xxh3::xxh3_128);
        all.push((record.place.offset, record.length, uri, block));
    }
    all
}

/// Reads `archive` from `server` as it is read in memory, and returns the bytes that were sent and the requests.
#[track_caller]
fn read(server: &Server, page: Page, longest: usize) -> (usize, usize) {
    let archive = page.bytes.clone();
    server.put("/a.warc", page);
    server.requests();
    server.sent();
    let file = RawFile::new(server.url("/a.warc"), Format::Warc);
    let found = all(records(&file).expect("opens"), longest);
    assert!(found == all(records_of("a", archive).expect("opens"), longest));
    (
        usize::try_from(server.sent()).expect("a small file"),
        server.requests().len(),
    )
}

#[test]
fn a_plain_archive_is_fetched_once() {
    let server = Server::start();
    let small: Vec<usize> = (0..2000_usize).map(|number| number * 7919 % 40_000).collect();
    let large: Vec<usize> = (0..20_usize).map(|number| number * 7919 % 40 * 100_000).collect();
    let huge = [100, 20 * MIB, 300, 9 * MIB, 20_000];
    for lengths in [&small[..], &large, &huge] {
        let archive = archive(lengths);
        let length = archive.len();
        let (sent, requests) = read(&server, Page::file(archive, "1"), usize::MAX);
        assert!(sent <= length + length / 10, "{sent} of {length}");
        assert!(requests <= length / (4 * MIB) + 4, "{requests} for {length}");
    }
}

#[test]
fn what_is_passed_over_is_not_fetched() {
    let server = Server::start();
    let lengths: Vec<usize> = (0..24_usize)
        .map(|number| if number % 2 == 0 { 3 * MIB } else { 3000 })
        .collect();
    let archive = archive(&lengths);
    let length = archive.len();
    let (sent, requests) = read(&server, Page::file(archive, "1"), 10_000);
    assert!(sent <= length / 10, "{sent} of {length}");
    assert!(requests <= lengths.len(), "{requests}");
}

#[test]
fn an_archive_without_ranges_is_fetched_once() {
    let server = Server::start();
    let archive = archive(&[100, 9 * MIB, 20_000, 2 * MIB, 5]);
    let length = archive.len();
    let page = Page {
        has_ranges: false,
        ..Page::file(archive, "1")
    };
    for longest in [usize::MAX, 0] {
        let (sent, requests) = read(&server, page.clone(), longest);
        assert!(
            sent <= length && requests == 1,
            "{sent} of {length} in {requests}"
        );
    }
}
