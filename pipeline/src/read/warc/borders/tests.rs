//! Archives in parts: the union is the whole, whatever the step, the packing and the damage.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::read::RawFile;
use crate::read::basket::compressed;
use crate::read::decompress::Codec;
use crate::read::warc::records::{Found, open};
use crate::recipe::Format;

/// Offset, length, and block or reason of everything in an archive, or in a part of it.
fn found(bytes: &[u8], range: Option<std::ops::Range<u64>>) -> Vec<(u64, Option<u64>, String)> {
    let file = RawFile {
        range,
        ..RawFile::new("a.warc".to_owned(), Format::Warc)
    };
    let raw = Box::new(Cursor::new(bytes.to_vec()));
    let mut records = open(raw, &file).expect("is in memory");
    let mut all = Vec::new();
    while let Some(found) = records.next_with(|_| true).expect("is in memory") {
        all.push(match found {
            Found::Record(record) => {
                let block = String::from_utf8_lossy(record.block.expect("was asked for")).into_owned();
                (record.place.offset, record.length, block)
            }
            Found::Broken { place, reason } => (place.offset, None, reason),
        });
    }
    all
}

/// Sees that the parts give what the whole gives; returns how many there are.
fn parts(bytes: &[u8], step: u64, stored_bytes: u64) -> usize {
    let raw = Box::new(Cursor::new(bytes.to_vec()));
    let length = bytes.len() as u64;
    let mut borders = of_raw(raw, step, stored_bytes).unwrap_or_default();
    borders.retain(|&border| border < length);
    let starts: Vec<u64> = [0].into_iter().chain(borders).chain([length]).collect();
    let ranges = starts.windows(2).map(|range| range[0]..range[1]);
    let united: Vec<_> = ranges.flat_map(|range| found(bytes, Some(range))).collect();
    // A damaged frame may reach into the next part; what it is called there is not the same, and no record is lost.
    let is_record = |found: &(u64, Option<u64>, String)| found.1.is_some();
    let records =
        |found: Vec<(u64, Option<u64>, String)>| found.into_iter().filter(is_record).collect::<Vec<_>>();
    assert_eq!(records(united), records(found(bytes, None)), "{starts:?}");
    starts.len() - 1
}

fn record(block: &[u8]) -> Vec<u8> {
    let header = format!(
        "WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [header.as_bytes(), block, b"\r\n\r\n"].concat()
}

#[derive(Clone, Debug)]
enum Damage {
    None,
    Length,
    Cut,
    Garbage,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        8 => Just(Damage::None),
        1 => Just(Damage::Length),
        1 => Just(Damage::Cut),
        1 => Just(Damage::Garbage),
    ]
}

/// A record in its packing, damaged.
fn packed(block: &[u8], codec: Codec, damage: &Damage) -> Vec<u8> {
    let mut record = record(block);
    if let Damage::Length = damage {
        record = String::from_utf8_lossy(&record)
            .replace("Length: ", "Length: 1")
            .into_bytes();
    }
    let mut member = compressed(&record, codec);
    match damage {
        Damage::Cut => member.truncate(member.len() / 2),
        Damage::Garbage => member.extend(b"garbage"),
        Damage::None | Damage::Length => {}
    }
    member
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_union_of_the_parts_is_the_whole(
        blocks in prop::collection::vec(("[a-z0-9]{0,200}", damage()), 1..25),
        step in 1_u64..1500,
        stored_bytes in 0_u64..600,
    ) {
        for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd] {
            let members = blocks.iter().map(|(block, damage)| packed(block.as_bytes(), codec, damage));
            parts(&members.collect::<Vec<_>>().concat(), step, stored_bytes);
        }
    }
}

/// Letters that no codec makes much smaller.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}

/// A gzip member whose data lies in it as it is.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(bytes).expect("compresses");
    encoder.finish().expect("compresses")
}

#[test]
fn an_archive_in_an_archive_is_not_divided() {
    let inner: Vec<u8> = (0..20)
        .flat_map(|seed| stored(&record(&noise(9_000, seed))))
        .collect();
    let outer: Vec<u8> = (30..60_u32)
        .flat_map(|seed| match seed {
            40 => stored(&record(&inner)),
            _ => stored(&record(&noise(20_000, seed))),
        })
        .collect();
    assert!(memchr::memmem::find(&outer, &inner[..1000]).is_some());
    assert!(parts(&outer, 15_000, STORED_BYTES) > 15);
}

#[test]
fn what_has_no_members_is_not_divided() {
    let records: Vec<u8> = (0..50).flat_map(|seed| record(&noise(100, seed))).collect();
    assert!(parts(&records, 500, STORED_BYTES) > 10);
    for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
        assert_eq!(parts(&compressed(&records, codec), 500, STORED_BYTES), 1);
    }
}
