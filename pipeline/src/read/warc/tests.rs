//! Archives made here, broken in each way, and the real ones with what `warcio` and `fastwarc` find in them.

mod broken;
mod real;

use super::*;
use crate::read::basket::{Basket, compressed, harvest_bytes};
use crate::read::decompress::Codec;
use crate::recipe::Format;

fn record(record_type: &str, url: &str, content_type: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {record_type}\r\nWARC-Target-URI: <{url}>\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn page(url: &str) -> String {
    page_with(url, &format!("The text of {url}."))
}

fn page_with(url: &str, text: &str) -> String {
    let block = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Language: de, en\r\n\r\n\
         <title>Page</title><p>{text}"
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

/// Offset, number and length of each document's record.
fn places(basket: &Basket) -> Vec<(u64, u64, Option<u64>)> {
    let documents = basket.documents.iter();
    documents
        .map(|document| (document.place.offset, document.place.record, document.length))
        .collect()
}

/// What lies one behind the other: offset, number and length of each.
fn laid_out(parts: impl IntoIterator<Item = usize>) -> Vec<(u64, u64, Option<u64>)> {
    let mut offset = 0;
    let mut places = Vec::new();
    for (number, length) in parts.into_iter().enumerate() {
        places.push((offset, number as u64, Some(length as u64)));
        offset += length as u64;
    }
    places
}

/// A `.warc.zst`: a dictionary in a frame of its own, then a frame for each record.
fn with_dictionary(records: &[String], is_compressed: bool) -> Vec<u8> {
    let dictionary = page("http://dictionary/").into_bytes();
    let stored = if is_compressed {
        compressed(&dictionary, Codec::Zstd)
    } else {
        dictionary.clone()
    };
    let mut file = vec![0x5d, 0x2a, 0x4d, 0x18];
    file.extend(u32::try_from(stored.len()).expect("is short").to_le_bytes());
    file.extend(stored);
    for record in records {
        let mut compressor = zstd::bulk::Compressor::with_dictionary(3, &dictionary).expect("a compressor");
        file.extend(compressor.compress(record.as_bytes()).expect("compresses"));
    }
    file
}

#[test]
fn places_lead_back_to_records() {
    let records = three();
    let plain = records.concat();
    let lengths = records.each_ref().map(String::len);
    for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
        let together = compressed(plain.as_bytes(), codec);
        let apart = records
            .each_ref()
            .map(|record| compressed(record.as_bytes(), codec));
        let has_members = matches!(codec, Codec::Gzip | Codec::Zstd);
        let apart_lengths = if has_members {
            apart.each_ref().map(Vec::len)
        } else {
            lengths
        };
        for (bytes, lengths) in [(together, lengths), (apart.concat(), apart_lengths)] {
            let basket = harvest_bytes("a.warc.gz", &bytes, Format::Warc);
            assert_eq!(urls(&basket), ALL, "{codec:?} {:?}", basket.quarantined);
            assert_eq!(places(&basket), laid_out(lengths), "{codec:?}");
            assert_eq!(basket.documents[0].title.as_deref(), Some("Page"));
            assert_eq!(basket.documents[0].language_hint.as_deref(), Some("de"));
            assert!(basket.quarantined.is_empty());
        }
    }
}

#[test]
fn a_dictionary_is_used() {
    for is_compressed in [false, true] {
        let bytes = with_dictionary(&three(), is_compressed);
        let basket = harvest_bytes("a.warc.zst", &bytes, Format::Warc);
        assert_eq!(urls(&basket), ALL, "{:?}", basket.quarantined);
        let ends = places(&basket)
            .into_iter()
            .map(|(offset, _, length)| offset + length.expect("a length"));
        let starts = places(&basket).into_iter().map(|(offset, _, _)| offset);
        let starts: Vec<u64> = starts.skip(1).chain([bytes.len() as u64]).collect();
        assert_eq!(ends.collect::<Vec<u64>>(), starts);
    }
}

#[test]
fn records_that_share_a_member_have_its_place() {
    let [first, second, third] = three();
    let alone = compressed(first.as_bytes(), Codec::Gzip);
    let shared = compressed([second.as_str(), &third].concat().as_bytes(), Codec::Gzip);
    let basket = harvest_bytes("a.warc.gz", &[alone.as_slice(), &shared].concat(), Format::Warc);
    let start = alone.len() as u64;
    assert_eq!(
        places(&basket),
        [(0, 0, Some(start)), (start, 1, None), (start, 2, None)]
    );
}

#[test]
fn old_archives_are_read_as_well() {
    let block = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The text of an old page.";
    let line = |url: &str, length: usize| format!("{url} 10.0.0.1 19990216050221 text/html {length}\n");
    let description = "1 0 Nobody\nURL IP-address Archive-date Content-type Archive-length\n\n";
    let records = [
        line("filedesc://a.arc", description.len()) + description,
        line("http://a/", block.len()) + block + "\n",
        line("http://b/ b", block.len() + 5) + block + "\n",
        line("dns:c", 3).replace("html", "dns") + "c a\n",
        line("http://c/", block.len()) + block + "\n",
    ];
    let members = records
        .each_ref()
        .map(|record| compressed(record.as_bytes(), Codec::Gzip));
    for (bytes, lengths) in [
        (records.concat().into_bytes(), records.each_ref().map(String::len)),
        (members.concat(), members.each_ref().map(Vec::len)),
    ] {
        let basket = harvest_bytes("a.arc.gz", &bytes, Format::Warc);
        let expected = laid_out(lengths);
        let is_whole = |place: &&(u64, u64, Option<u64>)| place.2.is_some();
        let found = places(&basket);
        let found: Vec<_> = found.iter().filter(is_whole).copied().collect();
        assert_eq!(found, [expected[1], expected[4]], "{:?}", basket.quarantined);
        assert_eq!(basket.quarantined.len(), 1);
        assert_eq!(basket.quarantined[0].0.record, 2);
        assert_eq!(basket.skipped.get("warc record of type warcinfo"), Some(&1));
        assert_eq!(basket.skipped.get("content type other than html"), Some(&1));
    }
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
fn a_mark_and_blank_lines_before_records_cost_none() {
    let records = three();
    for before in [
        "\u{feff}",
        "\r\n\r\n\u{feff}",
        "\u{feff}\r\n\n",
        "\u{feff}\u{feff}",
    ] {
        let marked = format!("{before}{}{before}{}{}", records[0], records[1], records[2]);
        let members: Vec<u8> = records
            .iter()
            .flat_map(|record| compressed(format!("{before}{record}").as_bytes(), Codec::Gzip))
            .collect();
        let whole = compressed(marked.as_bytes(), Codec::Gzip);
        for bytes in [marked.as_bytes(), &members, &whole] {
            let basket = harvest_bytes("a.warc", bytes, Format::Warc);
            assert_eq!(urls(&basket), ALL, "{before:?}");
            assert_eq!(basket.quarantined, [], "{before:?}");
        }
    }
    let page = "HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>Text.";
    let arc = format!(
        "\u{feff}\nfiledesc://a.arc 0.0.0.0 20140216050221 text/plain 4\n1 0\n\n\
         http://a/ 10.0.0.1 20140216050221 text/html {}\n{page}\n",
        page.len()
    );
    let basket = harvest_bytes("a.arc", arc.as_bytes(), Format::Warc);
    assert_eq!(urls(&basket), ["http://a/"]);
}

#[test]
fn a_page_in_utf16_is_read_whether_or_not_it_is_marked() {
    let page = "<!doctype html><title>Größe</title><p>Ein Absatz über Größe.";
    let units = |order: fn(u16) -> [u8; 2]| page.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    for body in [units(u16::to_le_bytes), units(u16::to_be_bytes)] {
        for charset in ["", "; charset=utf-16", "; charset=utf-8"] {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html{charset}\r\n\r\n");
            let mut record = format!(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nContent-Type: application/http\r\n\
                 Content-Length: {}\r\n\r\n{head}",
                head.len() + body.len()
            )
            .into_bytes();
            record.extend_from_slice(&body);
            record.extend_from_slice(b"\r\n\r\n");
            let basket = harvest_bytes("a.warc", &record, Format::Warc);
            assert_eq!(
                basket.texts(),
                ["Ein Absatz über Größe."],
                "{charset}: {basket:?}"
            );
        }
    }
}
