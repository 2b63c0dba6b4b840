//! Archives read as a source's files.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};

use super::*;
use crate::read::basket::{Basket, compressed, write_file};
use crate::read::decompress::Codec;
use crate::read::{Context, epub, parquet, reader};
use crate::recipe::{CodeKind, Format};

/// Reads an archive in a source of `group`.
fn harvest(name: &str, bytes: &[u8], group: Group) -> Basket {
    let folder = tempfile::tempdir().expect("a folder");
    let file = RawFile {
        context: Context {
            group: Some(group),
            skip: CodeKind::ALL.to_vec(),
            ..Context::default()
        },
        ..RawFile::new(write_file(folder.path(), name, bytes), Format::Archive)
    };
    let mut basket = Basket::default();
    reader(Format::Archive)
        .read(&file, &mut basket)
        .expect("the disk works");
    basket
}

const PROJECT: [(&str, &[u8]); 8] = [
    ("p-1.0/src/main.rs", b"fn main() {}\n"),
    ("p-1.0/README.md", b"# P\n"),
    ("p-1.0/vendor/copy.rs", b"fn copied() {}\n"),
    ("p-1.0/logo.png", b"\x89PNG\0"),
    ("p-1.0/data/more.zip", b"PK\x03\x04"),
    ("p-1.0/.git/config", b"[core]\n"),
    (
        "p-1.0/notes.ipynb",
        b"{\"cells\": [{\"cell_type\": \"code\", \"source\": \"x = 1\"}]}",
    ),
    ("p-1.0/LICENSE", b"Licensed under the MIT license.\n"),
];

#[test]
fn every_kind_of_archive_gives_the_same_documents() {
    let tar = tar::tests::packed(&PROJECT);
    let mut archives = vec![("p.zip", zip::tests::packed(&PROJECT))];
    for (name, codec) in [
        ("p.tar", Codec::Plain),
        ("p.tar.gz", Codec::Gzip),
        ("p.tgz", Codec::Gzip),
        ("p.tar.zst", Codec::Zstd),
        ("p.tar.bz2", Codec::Bzip2),
        ("p.tar.xz", Codec::Xz),
    ] {
        archives.push((name, compressed(&tar, codec)));
    }
    for (name, bytes) in archives {
        let basket = harvest(name, &bytes, Group::Code);
        let keys: Vec<&str> = basket
            .documents
            .iter()
            .filter_map(|document| document.key.as_deref())
            .collect();
        assert_eq!(
            keys,
            [
                "p-1.0/src/main.rs",
                "p-1.0/README.md",
                "p-1.0/notes.ipynb",
                "p-1.0/LICENSE"
            ],
            "{name}"
        );
        // The licence stands behind what it speaks for.
        assert!(
            basket
                .documents
                .iter()
                .all(|document| document.license.as_deref() == Some("MIT")),
            "{name}"
        );
        let hints: Vec<Option<&str>> = basket
            .documents
            .iter()
            .map(|document| document.language_hint.as_deref())
            .collect();
        assert_eq!(
            hints,
            [Some("rust"), Some("markdown"), Some("python"), Some("text")]
        );
        let records: Vec<u64> = basket
            .documents
            .iter()
            .map(|document| document.place.record)
            .collect();
        assert_eq!(records, [0, 1, 6, 7], "{name}");
        assert_eq!(basket.quarantined, [], "{name}");
        let skipped: Vec<(&str, u64)> = basket
            .skipped
            .iter()
            .map(|(reason, count)| (*reason, *count))
            .collect();
        assert_eq!(
            skipped,
            [
                ("archive entry of unknown format", 1),
                ("archive inside an archive", 1),
                ("hidden file in an archive", 1),
                ("vendored file", 1)
            ]
        );
    }
}

#[test]
fn places_are_where_the_bytes_are() {
    let tar = tar::tests::packed(&PROJECT);
    let zip = zip::tests::packed(&PROJECT);
    for (name, bytes) in [("p.tar", &tar), ("p.zip", &zip)] {
        for document in harvest(name, bytes, Group::Code).documents {
            let offset = usize::try_from(document.place.offset).expect("small");
            let end = offset + usize::try_from(document.length.expect("a length")).expect("small");
            let part = &bytes[offset..end];
            let key = document.key.expect("a key");
            assert!(
                memchr::memmem::find(part, key.as_bytes()).is_some(),
                "{name}: {key}"
            );
        }
    }
}

#[test]
fn a_group_of_web_or_books_reads_texts_and_pages() {
    let files: [(&str, &[u8]); 5] = [
        ("a/one.txt", b"The text of a book."),
        (
            "a/two.html",
            b"<!doctype html><title>t</title><p>A paragraph of a page that is long enough to be one.",
        ),
        ("a/three.jsonl", b"{\"text\": \"a\"}"),
        ("a/four.txt", b"\0\0\0\0"),
        ("a/five.py", b"x = 1\n"),
    ];
    for (name, bytes) in [
        ("a.zip", zip::tests::packed(&files)),
        ("a.tar", tar::tests::packed(&files)),
    ] {
        let basket = harvest(name, &bytes, Group::Books);
        assert_eq!(basket.documents.len(), 4, "{name}");
        assert_eq!(basket.documents[1].title.as_deref(), Some("t"));
        let reasons: Vec<&str> = basket
            .quarantined
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect();
        assert_eq!(reasons, ["entry \"a/four.txt\": binary content in place of text"]);
    }
}

#[test]
fn entries_of_any_format_are_read_by_its_reader() {
    let emma = "The Project Gutenberg EBook of Emma, by Jane Austen\n\nTitle: Emma\n\nAuthor: Jane Austen\n\n\
                *** START OF THE PROJECT GUTENBERG EBOOK EMMA ***\n\nText.\n";
    let lines = b"{\"text\": \"one\", \"id\": \"k\"}\n{\"no\": 1}\n{\"text\": \"two\"}\n";
    let block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A page.";
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    );
    let column: ArrayRef = Arc::new(StringArray::from(vec!["row"]));
    let (packed_lines, packed_warc) = (
        compressed(lines, Codec::Gzip),
        compressed(warc.as_bytes(), Codec::Gzip),
    );
    let (book, table) = (epub::tests::sound(), parquet::tests::file(vec![("text", column)]));
    let files: [(&str, &[u8]); 9] = [
        ("emma.txt", emma.as_bytes()),
        ("a/lines.jsonl", lines),
        ("a/lines.jsonl.gz", &packed_lines),
        ("table.tsv", b"id\ttext\n1\tone, two\n"),
        ("crawl.warc.gz", &packed_warc),
        ("book.epub", &book),
        ("table.parquet", &table),
        ("empty.txt", b""),
        ("cut.jsonl.gz", &packed_lines[..packed_lines.len() - 9]),
    ];
    for (name, bytes) in [
        ("a.zip", zip::tests::packed(&files)),
        ("a.tar.gz", compressed(&tar::tests::packed(&files), Codec::Gzip)),
    ] {
        let basket = harvest(name, &bytes, Group::Books);
        let found: Vec<(&str, &str)> = basket
            .documents
            .iter()
            .map(|document| {
                (
                    document.key.as_deref().unwrap_or_default(),
                    document.text.as_str(),
                )
            })
            .collect();
        let book = "Two\n\nText of Two.\n\nOne\n\nText of One.";
        let expected = [
            ("emma.txt", emma),
            ("k", "one"),
            ("a/lines.jsonl", "two"),
            ("k", "one"),
            ("a/lines.jsonl.gz", "two"),
            ("1", "one, two"),
            ("http://a/", "A page."),
            ("book.epub", book),
            ("table.parquet", "row"),
        ];
        assert_eq!(found[..9], expected, "{name}");
        assert_eq!(basket.documents[0].author.as_deref(), Some("Jane Austen"));
        // No two documents have one place.
        let places: BTreeSet<(u64, u64)> = basket
            .documents
            .iter()
            .map(|document| (document.place.offset, document.place.record))
            .collect();
        assert_eq!(places.len(), basket.documents.len(), "{name}");
        let reasons: Vec<&str> = basket
            .quarantined
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect();
        assert_eq!(
            reasons[0], "entry \"a/lines.jsonl\": no field 'text'; there are no",
            "{name}"
        );
        assert!(
            reasons[reasons.len() - 1].starts_with("entry \"cut.jsonl.gz\": cut off or damaged"),
            "{reasons:?}"
        );
        assert_eq!(basket.skipped.get("empty file in an archive"), Some(&1));
    }
}

#[test]
fn what_is_packed_twice_costs_no_more_than_the_archive_allows() {
    let inner = compressed(&vec![b' '; 1 << 20], Codec::Gzip);
    // 64 MiB of gzip members that pack again as one.
    let members = inner.repeat((64 << 20) / inner.len());
    let files: [(&str, &[u8]); 2] = [("bomb.jsonl.gz", &members), ("good.txt", b"A text.")];
    let archive = compressed(&tar::tests::packed(&files), Codec::Zstd);
    assert!(archive.len() < 1 << 20);
    let basket = harvest("a.tar.zst", &archive, Group::Web);
    assert_eq!(basket.texts(), ["A text."]);
    assert!(
        basket.quarantined[0].1.contains("packed twice"),
        "{:?}",
        basket.quarantined
    );
}

#[test]
fn entries_that_cannot_be_trusted_are_refused_each_for_itself() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut add = |name: &str, kind: ::tar::EntryType, bytes: &[u8]| {
        let mut header = ::tar::Header::new_gnu();
        let field = &mut header.as_mut_bytes()[..name.len()];
        field.copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, bytes).expect("writes");
    };
    let regular = ::tar::EntryType::Regular;
    add("../../etc/cron.d/x.py", regular, b"x = 1\n");
    add("/root/x.py", regular, b"x = 1\n");
    add("link.py", ::tar::EntryType::Symlink, b"");
    add("hard.py", ::tar::EntryType::Link, b"");
    add("pipe.py", ::tar::EntryType::Fifo, b"");
    add("good.py", regular, b"x = 1\n");
    let archive = builder.into_inner().expect("finishes");
    let basket = harvest("a.tar", &archive, Group::Code);
    assert_eq!(basket.texts(), ["x = 1\n"]);
    let reasons: Vec<&str> = basket
        .quarantined
        .iter()
        .map(|(_, reason)| reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "entry \"../../etc/cron.d/x.py\": its path climbs out of the archive",
            "entry \"/root/x.py\": its path is absolute"
        ]
    );
    assert_eq!(basket.skipped.get("link in an archive"), Some(&2));
    assert_eq!(
        basket.skipped.get("device or file with holes in an archive"),
        Some(&1)
    );
}

#[test]
fn bombs_cost_what_they_say_and_no_more() {
    let zeros = vec![b' '; 64 << 20];
    let files: [(&str, &[u8]); 3] = [
        ("bomb.txt", &zeros),
        ("large.py", &zeros),
        ("good.py", b"x = 1\n"),
    ];
    let basket = harvest("a.zip", &zip::tests::packed(&files), Group::Books);
    assert_eq!(basket.texts(), ["x = 1\n"]);
    assert!(
        basket.quarantined[0].1.contains("1,000 times"),
        "{:?}",
        basket.quarantined
    );
    assert_eq!(basket.skipped.get(code_too_large()), Some(&1));

    // Zstandard packs zeros 10,000 to 1 and more: the archive is left where it goes too far.
    let tar = tar::tests::packed(&[
        ("good.py", b"x = 1\n"),
        ("bomb.bin", &vec![0; 300 << 20]),
        ("lost.py", b"y"),
    ]);
    let basket = harvest("a.tar.zst", &compressed(&tar, Codec::Zstd), Group::Code);
    assert_eq!(basket.texts(), ["x = 1\n"]);
    assert!(
        basket.quarantined[0].1.contains("as a bomb does"),
        "{:?}",
        basket.quarantined
    );
}

fn code_too_large() -> &'static str {
    crate::read::code::TOO_LARGE
}

#[test]
fn a_cut_off_archive_gives_what_came_before() {
    let noise: Vec<u8> = (0..9000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 % 64 + 32)
        .collect();
    let files: [(&str, &[u8]); 3] = [("a.py", b"x = 1\n"), ("b.py", &noise), ("c.py", b"y = 1\n")];
    let mut packed = compressed(&tar::tests::packed(&files), Codec::Gzip);
    packed.truncate(packed.len() / 2);
    let basket = harvest("a.tar.gz", &packed, Group::Code);
    assert_eq!(basket.texts(), ["x = 1\n"]);
    assert!(
        basket.quarantined[0].1.contains("ends too early"),
        "{:?}",
        basket.quarantined
    );
    let mut packed = zip::tests::packed(&files);
    packed.truncate(packed.len() / 2);
    let basket = harvest("a.zip", &packed, Group::Code);
    assert_eq!(basket.texts(), ["x = 1\n"]);
    assert!(
        basket.quarantined[0].1.contains("the 1 entries that are whole"),
        "{:?}",
        basket.quarantined
    );
    assert!(
        harvest("a.tar", b"", Group::Code).quarantined[0]
            .1
            .contains("empty")
    );
    assert!(
        harvest("a.tar", b"no archive", Group::Code).quarantined[0]
            .1
            .contains("cut off")
    );
}
