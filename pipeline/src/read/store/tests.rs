//! Objects across failures, against a real server on loopback.

mod archive;
mod parts;

use std::io;
use std::sync::Arc;

use super::*;
use crate::read::basket::{harvest_bytes, harvest_file};
use crate::recipe::Format;

#[path = "../../../tests/commands/server.rs"]
#[expect(dead_code, reason = "the tests of whole commands need more of it")]
mod server;

use server::{Fault, Page, Server};

/// Stores that lose their patience soon.
fn impatient() -> Stores {
    let variables = [("GRISTMILL_STORE_TIMEOUT", "3"), ("GRISTMILL_STORE_RETRIES", "2")];
    Stores::new(Environment::of(
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())),
    ))
}

/// Bytes no part of which is like another.
fn content(length: usize) -> Vec<u8> {
    (0_u64..)
        .map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0])
        .take(length)
        .collect()
}

fn take_all(remote: &mut Remote) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let bytes = remote.fill()?;
        if bytes.is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(bytes);
        let amount = bytes.len();
        remote.consume(amount);
    }
}

fn open(stores: &Stores, url: &str, seen: Option<&Seen>) -> Remote {
    Remote::new(stores.open(url, seen).expect("an address"), 0, u64::MAX)
}

fn read(server: &Server, path: &str) -> Result<Vec<u8>, String> {
    let stores = impatient();
    take_all(&mut open(&stores, &server.url(path), None)).map_err(|error| error.to_string())
}

fn ranges(server: &Server) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|request| request.range.unwrap_or_default())
        .collect()
}

#[test]
fn a_file_is_read_by_ranges_that_grow() {
    let server = Server::start();
    let bytes = content(20 << 20);
    server.put("/a", Page::file(bytes.clone(), "1"));
    assert!(read(&server, "/a").expect("reads") == bytes);
    let expected = [
        "bytes=0-1048575",
        "bytes=1048576-9437183",
        "bytes=9437184-17825791",
        "bytes=17825792-20971519",
    ];
    assert_eq!(ranges(&server), expected);
    server.put("/empty", Page::file("", "1"));
    assert_eq!(read(&server, "/empty"), Ok(Vec::new()));
}

#[test]
fn what_fails_in_the_middle_goes_on_at_that_byte() {
    let server = Server::start();
    let bytes = content(3 << 20);
    server.put("/a", Page::file(bytes.clone(), "1"));
    server.fail(
        "/a",
        [
            Fault::Cut(300_000),
            Fault::Status(503),
            Fault::Stall(100_000),
            Fault::Cut(0),
        ],
    );
    assert!(read(&server, "/a").expect("reads") == bytes);
    let asked = ranges(&server);
    assert_eq!(
        asked[..3],
        ["bytes=0-1048575", "bytes=300000-1048575", "bytes=300000-1048575"]
    );
    assert_eq!(asked[3..5], ["bytes=400000-1048575", "bytes=400000-1048575"]);
}

#[test]
fn a_store_that_fails_for_good_says_where_and_what_to_do() {
    let server = Server::start();
    server.put("/a", Page::file(content(3 << 20), "1"));
    server.fail(
        "/a",
        [
            Fault::Cut(1000),
            Fault::Status(500),
            Fault::Status(503),
            Fault::Status(503),
        ],
    );
    let error = read(&server, "/a").expect_err("fails");
    assert!(
        error.contains("at byte 1000 after 2 more tries: the server answered 503"),
        "{error}"
    );
    assert!(error.contains("run again to go on"), "{error}");
    server.mend();
    server.requests();
    server.fail("/a", [Fault::Status(403)]);
    let error = read(&server, "/a").expect_err("is refused");
    assert!(error.contains("403") && error.contains("credentials"), "{error}");
    assert_eq!(server.requests().len(), 1, "a refusal is not asked again");
    assert!(read(&server, "/gone").expect_err("is not there").contains("404"));
}

#[test]
fn an_object_that_changes_is_an_error() {
    let server = Server::start();
    server.put("/a", Page::file(content(3 << 20), "1"));
    server.fail(
        "/a",
        [Fault::Cut(500), Fault::Replace(Page::file(content(3 << 20), "2"))],
    );
    let error = read(&server, "/a").expect_err("has changed");
    assert!(
        error.contains("it has changed since it was listed (another version"),
        "{error}"
    );
    let stores = impatient();
    let seen = stores
        .head(&Address::parse(&server.url("/a")).expect("an address"))
        .expect("is there");
    server.put("/a", Page::file(content(1 << 20), "3"));
    let error = take_all(&mut open(&stores, &server.url("/a"), Some(&seen))).expect_err("has changed");
    assert!(
        error.to_string().contains("3145728 bytes then, 1048576 now"),
        "{error}"
    );
}

#[test]
fn servers_without_ranges_are_read_from_the_start() {
    let server = Server::start();
    let bytes = content(3 << 20);
    let plain = |tag: &str, has_length| Page {
        has_ranges: false,
        has_length,
        ..Page::file(bytes.clone(), tag)
    };
    server.put("/a", plain("1", true));
    assert!(read(&server, "/a").expect("reads") == bytes);
    assert_eq!(server.requests().len(), 1);
    server.fail("/a", [Fault::Cut(2_500_000)]);
    assert!(read(&server, "/a").expect("reads") == bytes);
    assert_eq!(server.requests().len(), 2);

    let unversioned = Page {
        headers: Vec::new(),
        ..plain("", true)
    };
    server.put("/b", unversioned);
    server.fail("/b", [Fault::Cut(2_500_000)]);
    let error = read(&server, "/b").expect_err("nobody can go on");
    assert!(error.contains("neither ranges nor a version"), "{error}");

    server.put("/c", plain("1", false));
    assert!(read(&server, "/c").expect("reads") == bytes);
}

#[test]
fn reading_goes_where_it_is_told() {
    let server = Server::start();
    let bytes = content(12 << 20);
    server.put("/a", Page::file(bytes.clone(), "1"));
    let without = Page {
        has_ranges: false,
        ..Page::file(bytes.clone(), "1")
    };
    server.put("/b", without);
    let stores = impatient();
    for path in ["/a", "/b"] {
        let mut remote = open(&stores, &server.url(path), None);
        for position in [11_000_000_usize, 5, 700_000, 11_999_999, 3_000_000, 12 << 20] {
            remote.seek_to(position as u64);
            let found = remote.fill().expect("reads");
            assert_eq!(found.first(), bytes.get(position), "{path} {position}");
            let amount = found.len().min(10);
            remote.consume(amount);
        }
    }
}

#[test]
fn what_is_listed_is_asked_for_without_content() {
    let server = Server::start();
    server.put(
        "/a",
        Page::file("12345", "1").with_header("Last-Modified", "Tue, 01 Jan 2030 00:00:00 GMT"),
    );
    let stores = impatient();
    let head = |path: &str| stores.head(&Address::parse(&server.url(path)).expect("an address"));
    let seen = head("/a?signature=x").expect("is there");
    assert_eq!((seen.bytes, seen.tag.as_deref()), (Some(5), Some("\"1\"")));
    assert!(seen.changed.is_some());
    assert_eq!(server.requests()[0].method, "HEAD");
    assert_eq!(head("/b").expect_err("is not there").kind, Kind::Missing);
}

#[test]
fn every_reader_reads_from_a_store() {
    let server = Server::start();
    let texts: arrow::array::ArrayRef = Arc::new(arrow::array::StringArray::from_iter_values(
        (0..5000).map(|number| format!("the text of row {number}, {}", number * 7919)),
    ));
    let columns = vec![("id", Arc::clone(&texts)), ("text", texts)];
    let parquet = crate::read::parquet::tests::file(columns);
    let files = [
        ("a.parquet", Format::Parquet, parquet),
        (
            "a.jsonl",
            Format::Jsonl,
            b"{\"text\":\"one\"}\n{\"text\":\"two\"}\n".to_vec(),
        ),
        ("a.csv", Format::Csv, b"text\none\ntwo\n".to_vec()),
        ("a.txt", Format::Text, "Größe".as_bytes().to_vec()),
    ];
    for (name, format, bytes) in files {
        server.put(&format!("/{name}"), Page::file(bytes.clone(), "1"));
        let url = server.url(&format!("/{name}"));
        let mut remote = harvest_file(&url, format);
        for document in &mut remote.documents {
            if document.key.as_ref() == Some(&url) {
                document.key = Some(name.to_owned());
            }
        }
        assert_eq!(remote, harvest_bytes(name, &bytes, format), "{name}");
        assert!(!remote.documents.is_empty());
    }
}
