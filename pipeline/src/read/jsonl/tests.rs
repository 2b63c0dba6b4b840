//! Lines as tools write them, and broken ones.

use crate::read::basket::{compressed, harvest_bytes};
use crate::read::decompress::Codec;
use crate::recipe::Format;

#[test]
fn lines_become_documents() {
    let file = "{\"text\":\"one\",\"id\":7,\"url\":\"http://a/\",\"title\":\"T\",\"language\":\"en\",\
                \"author\":\"A\",\"date\":2024,\"license\":\"MIT\"}\r\n\
                \n{\"id\":\"x\",\"text\":\"two\"}\n{\"text\":\"three\"}";
    for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd] {
        let basket = harvest_bytes("a.jsonl", &compressed(file.as_bytes(), codec), Format::Jsonl);
        assert_eq!(basket.texts(), ["one", "two", "three"]);
        let keys: Vec<Option<&str>> = basket
            .documents
            .iter()
            .map(|document| document.key.as_deref())
            .collect();
        assert_eq!(keys, [Some("7"), Some("x"), Some("a.jsonl")]);
        let places: Vec<(u64, u64)> = basket
            .documents
            .iter()
            .map(|document| (document.place.offset, document.place.record))
            .collect();
        assert_eq!(places, [(0, 0), (111, 2), (135, 3)]);
        assert_eq!(basket.documents[1].length, Some(24));
        let first = &basket.documents[0];
        assert_eq!(first.language_hint.as_deref(), Some("en"));
        assert_eq!(first.author.as_deref(), Some("A"));
        assert_eq!(
            (first.date.as_deref(), first.license.as_deref()),
            (Some("2024"), Some("MIT"))
        );
        assert!(basket.quarantined.is_empty());
    }
}

#[test]
fn bad_lines_are_quarantined_one_by_one() {
    let cases: [(&[u8], &str); 6] = [
        (
            b"{\"text\": nonsense}",
            "not json at character 11 of the line: expected ident",
        ),
        (b"[1]", "a json array in place of an object"),
        (b"{\"body\":1,\"id\":2}", "no field 'text'; there are body, id"),
        (b"{}", "no field 'text'; there are no fields"),
        (b"{\"text\":NaN}", "the field 'text' is null, not a string"),
        (
            b"{\"text\":\"cut",
            "not json at character 12 of the line: eof while parsing a string",
        ),
    ];
    for (line, reason) in cases {
        let file = [line, b"\n{\"text\":\"sound\"}\n"].concat();
        let basket = harvest_bytes("a.jsonl", &file, Format::Jsonl);
        assert_eq!(basket.texts(), ["sound"]);
        assert_eq!(basket.quarantined.len(), 1);
        assert!(
            basket.quarantined[0].1.starts_with(reason),
            "{:?}",
            basket.quarantined
        );
    }
}

#[test]
fn a_cut_off_file_keeps_what_came_before() {
    let lines: Vec<String> = (0..20_000)
        .map(|number| format!("{{\"text\":\"text {}\"}}\n", number * 7919))
        .collect();
    let file = lines.concat();
    let whole = compressed(file.as_bytes(), Codec::Gzip);
    let basket = harvest_bytes("a.jsonl.gz", &whole[..whole.len() / 2], Format::Jsonl);
    assert!(basket.documents.len() > 1_000);
    let (place, reason) = basket.quarantined.last().expect("is quarantined");
    assert_eq!(place.record, basket.documents.len() as u64);
    assert!(reason.contains("cut off or damaged at byte"), "{reason}");
}

#[test]
fn what_python_writes_is_read() {
    let file = "{\"text\":\"one \\ud83d\",\"score\":NaN}\n{\"text\":\"two\",\"n\":[-Infinity,{\"m\":1e400}]}\n\
                {\"text\":\"three\",\"date\":1e400,\"title\":1984}\n{\"text\":\"cut \\ud83d\n";
    let basket = harvest_bytes("a.jsonl", file.as_bytes(), Format::Jsonl);
    assert_eq!(basket.texts(), ["one \u{fffd}", "two", "three"]);
    let third = &basket.documents[2];
    assert_eq!(
        (third.date.as_deref(), third.title.as_deref()),
        (None, Some("1984"))
    );
    assert_eq!(basket.quarantined.len(), 1);
    assert_eq!(basket.quarantined[0].0.record, 3);
}

#[test]
fn numbers_are_text_as_in_other_formats_with_columns() {
    let basket = harvest_bytes("a.jsonl", b"{\"text\":5}\n{\"text\":true}\n", Format::Jsonl);
    assert_eq!(basket.texts(), ["5", "true"]);
    assert_eq!(
        harvest_bytes("a.csv", b"text\n5\ntrue\n", Format::Csv).texts(),
        ["5", "true"]
    );
}

#[test]
fn files_in_other_encodings_are_read() {
    let file = "{\"text\":\"Größe\"}\n{\"text\":\"\u{60a}\u{a0a}\"}\n";
    let array = "[{\"text\":\"Größe\"},\n{\"text\":\"\u{60a}\u{a0a}\"}]";
    for (name, text) in [("a.jsonl", file), ("a.json", array)] {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{text}");
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [text.into_bytes(), little, big] {
                let basket = harvest_bytes(name, &bytes, Format::Jsonl);
                assert_eq!(basket.texts(), ["Größe", "\u{60a}\u{a0a}"]);
                assert_eq!(basket.quarantined, []);
            }
        }
    }
    let russian = "{\"text\":\"Съешь же ещё этих мягких французских булок\"}\n{\"text\":\"ёж\"}\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    let basket = harvest_bytes("a.jsonl", &bytes, Format::Jsonl);
    assert_eq!(
        basket.texts(),
        ["Съешь же ещё этих мягких французских булок", "ёж"]
    );
    let basket = harvest_bytes(
        "a.jsonl",
        b"{\"text\":\"Gr\xf6\xdfe und \xdcberma\xdf\"}\n",
        Format::Jsonl,
    );
    assert_eq!(basket.texts(), ["Größe und Übermaß"]);
    // One broken byte in a line of UTF-8 is damage, as in a text.
    let damaged = "{\"text\":\"größer, schöner, höher, üppiger, älter, öfter, früher, später: é".as_bytes();
    let file = [b"{\"text\":\"sound\"}\n", damaged, b"\xff\"}\n"].concat();
    let basket = harvest_bytes("a.jsonl", &file, Format::Jsonl);
    assert_eq!(basket.texts(), ["sound"]);
    assert!(
        basket.quarantined[0].1.starts_with("invalid utf-8 at byte"),
        "{:?}",
        basket.quarantined
    );
}
