//! Rows, sound and broken.

use crate::read::basket::{Basket, compressed, harvest_bytes};
use crate::read::decompress::Codec;
use crate::recipe::Format;

fn read(name: &str, bytes: &[u8]) -> Basket {
    harvest_bytes(name, bytes, Format::Csv)
}

#[test]
fn rows_become_documents() {
    let file =
        "id,text,author,date,license\r\n7,\"one, \"\"two\"\"\nthree\",A,2024-05-01,MIT\r\n\r\nx,four,,,\r\n";
    for codec in [Codec::Plain, Codec::Gzip] {
        let basket = read("a.csv", &compressed(file.as_bytes(), codec));
        assert_eq!(basket.texts(), ["one, \"two\"\nthree", "four"]);
        let first = &basket.documents[0];
        assert_eq!(
            (first.key.as_deref(), first.author.as_deref()),
            (Some("7"), Some("A"))
        );
        assert_eq!(
            (first.date.as_deref(), first.license.as_deref()),
            (Some("2024-05-01"), Some("MIT"))
        );
        let second = &basket.documents[1];
        assert_eq!(
            (second.place.record, second.place.offset, second.length),
            (1, 72, Some(11))
        );
        assert_eq!(second.author, None);
        assert!(basket.quarantined.is_empty(), "{:?}", basket.quarantined);
    }
}

#[test]
fn tabs_separate_where_the_name_says_so_and_quotes_may_be_letters() {
    let basket = read(
        "a.tsv",
        b"text\tid\none, two\t1\n\"three\tfour\"\t2\n\"he said\t3\nlast\t4\n",
    );
    assert_eq!(basket.texts(), ["one, two", "three\tfour", "\"he said", "last"]);
    assert!(basket.quarantined.is_empty(), "{:?}", basket.quarantined);
}

#[test]
fn broken_rows_are_quarantined_with_line_and_byte_and_cost_no_other() {
    let file = "text,n\none,1\ntwo\n\"open,3\n\"four\",4\nfive,\"x\"y\nsix,6\n\"never closed,7\n";
    let basket = read("a.csv", file.as_bytes());
    assert_eq!(basket.texts(), ["one", "four", "six"]);
    let said: Vec<(u64, &str)> = basket
        .quarantined
        .iter()
        .map(|(place, reason)| (place.offset, reason.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (13, "line 3: 1 fields, and the header has 2"),
            (
                17,
                "line 4: a quote is closed in the middle of a field, at byte 9 of the row"
            ),
            (
                34,
                "line 6: a quote is closed in the middle of a field, at byte 8 of the row"
            ),
            (50, "line 8: a quote is not closed before the file ends"),
        ]
    );
}

#[test]
fn files_that_are_no_tables_say_so() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "the file is empty"),
        (b"\n\n", "no header row"),
        (b"\"text\n", "no header row: a quote is not closed"),
        (b"a,b\n1,2\n", "no column 'text'; there are a, b"),
        (b"text\0,\0\0\n", "binary content"),
    ];
    for (bytes, reason) in cases {
        let basket = read("a.csv", bytes);
        assert!(basket.documents.is_empty());
        assert!(
            basket.quarantined[0].1.starts_with(reason),
            "{:?}",
            basket.quarantined
        );
    }
}

#[test]
fn encodings_are_told_as_elsewhere() {
    let latin = b"text,n\nGr\xf6\xdfe und \xdcberma\xdf,1\nsch\xf6n,2\n";
    assert_eq!(read("a.csv", latin).texts(), ["Größe und Übermaß", "schön"]);
    assert_eq!(
        read("a.csv", "\u{feff}text\nGröße\n".as_bytes()).texts(),
        ["Größe"]
    );
    let wide: Vec<u8> = "\u{feff}text\tn\nGröße\t1\n\"a\nb\"\t2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let basket = read("a.tsv", &wide);
    assert_eq!(basket.texts(), ["Größe", "a\nb"]);
    assert!(basket.quarantined.is_empty(), "{:?}", basket.quarantined);
}

#[test]
fn unclosed_quotes_without_end_cost_no_more_than_the_file_once_more() {
    let file = format!("text\n{}", "\"a\n".repeat(1_000_000));
    let begun = std::time::Instant::now();
    let basket = read("a.csv", file.as_bytes());
    assert!(!basket.quarantined.is_empty());
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
