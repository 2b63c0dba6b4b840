//! What is read in parts is what is read as a whole.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use proptest::prelude::*;

use super::*;
use crate::read::basket::{Basket, compressed, write_file};
use crate::read::reader;
use crate::stage::RawDocument;

/// Reads a file as a whole and in parts, and sees that both give the same. Returns how many parts there were.
fn read_both(name: &str, bytes: &[u8], format: Format, step: u64) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut file = RawFile::new(write_file(folder.path(), name, bytes), format);
    let length = bytes.len() as u64;
    let borders = borders(&file, length, step).expect("the disk works");
    assert!(
        borders.is_sorted_by(|one, next| one < next && next - step >= one / step * step),
        "{borders:?}"
    );
    let mut whole = Basket::default();
    reader(format).read(&file, &mut whole).expect("the disk works");
    let mut parts = Basket::default();
    let starts: Vec<u64> = [0].into_iter().chain(borders).chain([length]).collect();
    for range in starts.windows(2) {
        file.range = (starts.len() > 2).then(|| range[0]..range[1]);
        reader(format).read(&file, &mut parts).expect("the disk works");
    }
    // Records are counted from the start of a part.
    let facts = |document: &RawDocument| {
        (
            document.place.offset,
            document.length,
            document.text.clone(),
            document.key.clone(),
        )
    };
    assert_eq!(
        parts.documents.iter().map(facts).collect::<Vec<_>>(),
        whole.documents.iter().map(facts).collect::<Vec<_>>()
    );
    let quarantined = |basket: &Basket| {
        let rows = basket.quarantined.iter();
        rows.map(|(place, reason)| (place.offset, reason.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(quarantined(&parts), quarantined(&whole));
    assert_eq!(parts.skipped, whole.skipped);
    starts.len() - 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lines_are_read_once_whatever_the_step(
        lines in prop::collection::vec("\\{\"text\":\"[a-z ]{0,40}\"\\}|[a-z]{0,9}", 1..30),
        line_end in prop_oneof![Just("\n"), Just("\r\n")],
        has_mark in any::<bool>(),
        step in 1_u64..200,
    ) {
        let mark = if has_mark { "\u{feff}" } else { "" };
        let text = mark.to_owned() + &lines.join(line_end);
        read_both("a.jsonl", text.as_bytes(), Format::Jsonl, step);
    }

    #[test]
    fn rows_are_read_once_whatever_the_step(
        texts in prop::collection::vec(prop::option::of("[a-z]{0,30}"), 1..20),
        step in 1_u64..2000,
    ) {
        let column: ArrayRef = Arc::new(StringArray::from(texts));
        let bytes = parquet::tests::file(vec![("text", column)]);
        read_both("a.parquet", &bytes, Format::Parquet, step);
    }
}

#[test]
fn files_are_divided_where_they_can_be() {
    let lines = "{\"text\":\"a line of text\"}\n".repeat(100);
    let parts = |name: &str, bytes: &[u8], format: Format| read_both(name, bytes, format, 500);
    assert_eq!(parts("a.jsonl", lines.as_bytes(), Format::Jsonl), 6);
    assert_eq!(
        parts(
            "a.jsonl",
            &compressed(lines.as_bytes(), Codec::Gzip),
            Format::Jsonl
        ),
        1
    );
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    assert_eq!(parts("a.json", array.as_bytes(), Format::Jsonl), 1);
    assert_eq!(parts("a.txt", lines.as_bytes(), Format::Text), 1);
    let texts: ArrayRef = Arc::new(StringArray::from(vec![lines.as_str(); 6]));
    let bytes = parquet::tests::file(vec![("text", texts)]);
    assert!(parts("a.parquet", &bytes, Format::Parquet) > 1);
}

#[test]
fn a_file_of_wide_letters_is_not_divided() {
    let lines = "{\"text\":\"a \u{60a}\"}\n".repeat(50);
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}{lines}");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_both("a.jsonl", &wide, Format::Jsonl, 100), 1);
        assert!(read_both("a.jsonl", text.as_bytes(), Format::Jsonl, 100) > 5);
    }
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("{\"text\":\"Съешь же ещё этих мягких булок\"}\n");
    assert!(read_both("a.jsonl", &bytes.repeat(20), Format::Jsonl, 100) > 5);
}
