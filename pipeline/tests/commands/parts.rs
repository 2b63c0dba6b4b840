//! Files that are large enough to be read in parts: what comes out does not show it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::bad_input::curate;
use super::corpus;
use super::mill::{Mill, contents, run};
use super::remote;
use super::server::{Page, Server};

/// Bytes of what is no text and lies between two pages.
const BALLAST_BYTES: usize = 1 << 20;

/// Pages of the crawl. With the ballast, it is longer than a part.
const PAGES: usize = 50;

/// Bytes that no codec makes smaller, other ones for each seed.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..BALLAST_BYTES).map(|_| next()).collect()
}

fn record(url: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n");
    let header = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http\r\n\
         Content-Length: {}\r\n\r\n",
        http.len() + body.len()
    );
    [header.as_bytes(), http.as_bytes(), body, b"\r\n\r\n"].concat()
}

/// A crawl of `pages` with a picture behind each, every record in a gzip member of its own.
fn crawl(pages: &[String]) -> Vec<u8> {
    let mut file = Vec::new();
    for (number, page) in (0..).zip(pages) {
        let html = format!("<title>Page {number}</title><article><p>{page}</article>");
        for (content_type, body) in [("text/html", html.as_bytes()), ("image/png", &noise(number))] {
            let mut member = GzEncoder::new(file, Compression::fast());
            let url = format!("https://crawl.example/{number}");
            member
                .write_all(&record(&url, content_type, body))
                .expect("memory");
            file = member.finish().expect("memory");
        }
    }
    file
}

/// `pages` as JSON lines, each with ballast in a field that nothing reads.
fn lines(pages: &[String]) -> String {
    let ballast = "-".repeat(BALLAST_BYTES);
    let mut lines = String::new();
    for page in pages {
        writeln!(lines, "{}", json!({"text": page, "ballast": ballast})).expect("memory");
    }
    lines
}

#[test]
fn large_files_are_read_in_parts_and_come_to_the_same_bytes() {
    let pages = corpus::pages();
    let raw = Mill::new();
    fs::create_dir_all(raw.path("raw")).expect("a folder");
    fs::write(raw.path("raw/crawl.warc.gz"), crawl(&pages[..PAGES])).expect("written");
    fs::write(raw.path("raw/lines.jsonl"), lines(&pages[PAGES..PAGES + 40])).expect("written");
    fs::write(raw.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    let single = Mill::new();
    let by_threads = |mill: &Mill, threads: &str| {
        let mut command = mill.curate("recipe.toml");
        command.current_dir(raw.path("")).args(["--threads", threads]);
        run(&mut command).with_status(0)
    };
    by_threads(&single, "1");
    let double = Mill::new();
    by_threads(&double, "2");
    for folder in ["documents", "annotations", "verdicts", "curated", "tokens"] {
        let [one, two] = [&single, &double].map(|mill| contents(&mill.work().join(folder)));
        assert_eq!(one, two, "{folder}");
    }
    assert_eq!(contents(&single.out()), contents(&double.out()));

    // The crawl has 50 MiB and the lines 40: two parts each.
    let units = fs::read_dir(double.work().join("documents/shelf")).expect("documents");
    assert_eq!(units.count(), 4);
    for (path, documents) in [("raw/crawl.warc.gz", PAGES), ("raw/lines.jsonl", 40)] {
        let sql = |what: &str| format!("SELECT count({what}) AS n FROM documents WHERE path = '{path}'");
        for what in ["*", "DISTINCT id", "DISTINCT text", "DISTINCT \"offset\""] {
            assert_eq!(double.number(&sql(what)), documents as u64, "{path} {what}");
        }
    }
    by_threads(&double, "2").reusing(&[("read", true), ("annotate", true), ("shard", true)]);

    // A crawl that grows keeps what comes before, but its hash is another: its parts are read anew, and no other file.
    let mut grown = crawl(&pages[..PAGES]);
    grown.extend(crawl(&pages[PAGES + 40..PAGES + 41]));
    fs::write(raw.path("raw/crawl.warc.gz"), grown).expect("written");
    let ran = by_threads(&double, "2");
    ran.reusing(&[("read", false)]);
    assert_eq!(
        double.number("SELECT count(*) AS n FROM documents"),
        PAGES as u64 + 41
    );
}

/// The same files on a web server: they are divided as on the disk, and fetched once.
#[test]
fn large_files_in_a_store_are_read_in_parts_too() {
    let pages = corpus::pages();
    let files = [
        ("crawl.warc.gz", crawl(&pages[..PAGES])),
        ("lines.jsonl", lines(&pages[PAGES..PAGES + 40]).into_bytes()),
    ];
    let length: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let local = Mill::new();
    fs::create_dir_all(local.path("raw")).expect("a folder");
    let server = Server::start();
    for (name, bytes) in files {
        fs::write(local.path("raw").join(name), &bytes).expect("written");
        server.put(&format!("/{name}"), Page::file(bytes, "1"));
    }
    fs::write(local.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    run(local.curate("recipe.toml").current_dir(local.path(""))).with_status(0);

    let paths = ["/crawl.warc.gz", "/lines.jsonl"].map(|path| server.url(path));
    let far = Mill::new();
    run(&mut remote::curate(&far, &paths, &[])).with_status(0);
    let sent = usize::try_from(server.sent()).expect("a small number");
    // Much of it is looks for borders in lines and members of a megabyte, two for each file.
    assert!(sent <= length + length / 10, "{sent} of {length}");
    let units = fs::read_dir(far.work().join("documents/shelf")).expect("documents");
    assert_eq!(units.count(), 4);
    let facts = "SELECT \"offset\", record, length, url, text FROM documents ORDER BY url, \"offset\"";
    assert_eq!(far.query(facts), local.query(facts));

    server.requests();
    let ran = run(&mut remote::curate(&far, &paths, &[])).with_status(0);
    ran.reusing(&[("read", true), ("shard", true)]);
    assert_eq!(server.sent(), 0, "borders are remembered");
    assert!(server.requests().iter().all(|request| request.method == "HEAD"));
}

/// A record that claims three gigabytes, and one of a coding that nobody knows, beside sound ones.
#[test]
fn lying_and_unknown_records_of_an_archive_cost_no_other() {
    let pages = corpus::pages();
    let html = |number: usize| format!("<title>{number}</title><article><p>{}</article>", pages[number]);
    let page = |number: usize| {
        record(
            &format!("https://a.example/{number}"),
            "text/html",
            html(number).as_bytes(),
        )
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let length = page(1).len() - text(page(1)).find("\r\n\r\n").expect("a header") - 8;
    let lying = text(page(1)).replace(&format!("Content-Length: {length}"), "Content-Length: 3221225472");
    let unknown = record(
        "https://a.example/2",
        "text/html\r\nContent-Encoding: sealed",
        b"\x01\x02\x03",
    );
    let file = [page(0), lying.into_bytes(), unknown, page(3)].concat();

    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    fs::write(mill.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    fs::write(mill.path("raw/a.warc"), file).expect("written");
    run(&mut curate(&mill)).with_status(0);
    let rows = mill.query("SELECT url FROM documents ORDER BY \"offset\"");
    let urls: Vec<&str> = rows.iter().filter_map(|row| row["url"].as_str()).collect();
    assert_eq!(urls, ["https://a.example/0", "https://a.example/3"]);
    let mut reasons = String::new();
    for entry in fs::read_dir(mill.work().join("quarantine")).expect("a quarantine") {
        reasons += &fs::read_to_string(entry.expect("an entry").path()).expect("text");
    }
    assert_eq!(reasons.lines().count(), 2, "{reasons}");
    assert!(
        reasons.contains("3221225472") && reasons.contains("'sealed'"),
        "{reasons}"
    );
}
