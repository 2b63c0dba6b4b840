//! Archives broken in each way: what a record costs, and that it costs no other.

use super::*;

/// `record` with another content-length.
fn with_length(record: &str, change: impl Fn(usize) -> u64) -> String {
    let length = record.len() - record.find("\r\n\r\n").expect("a header") - 8;
    let right = format!("Content-Length: {length}");
    let broken = record.replace(&right, &format!("Content-Length: {}", change(length)));
    assert_ne!(broken, record);
    broken
}

/// The file in every packing that keeps records apart, and in those that do not; with where its second record begins
/// and ends.
fn packings(records: &[String; 3]) -> Vec<(&'static str, Vec<u8>, usize, usize)> {
    let parts = records.each_ref().map(String::as_bytes);
    let mut packings = vec![("plain", parts.concat(), parts[0].len(), parts[1].len())];
    for (name, codec) in [("gzip", Codec::Gzip), ("zstd", Codec::Zstd)] {
        let members = parts.map(|part| compressed(part, codec));
        packings.push((name, members.concat(), members[0].len(), members[1].len()));
        packings.push((
            name,
            compressed(&parts.concat(), codec),
            parts[0].len(),
            parts[1].len(),
        ));
    }
    packings
}

#[test]
fn a_wrong_length_costs_one_record() {
    let [first, second, third] = three();
    let image = second.replace("text/html", "image/png");
    let changes: [&dyn Fn(usize) -> u64; 4] = [
        &|length| length as u64 - 20,
        &|length| length as u64 + 50,
        &|length| length as u64 + 100_000,
        &|_| 3 << 30,
    ];
    for change in changes {
        for record in [&second, &image] {
            let broken = with_length(record, change);
            for (name, bytes, start, length) in packings(&[first.clone(), broken, third.clone()]) {
                let basket = harvest_bytes("a.warc", &bytes, Format::Warc);
                let found = urls(&basket);
                // A member that ends before its record does is a cut-off page, and read as that.
                let is_read = found == ALL;
                assert!(
                    is_read || found == ["http://a/", "http://c/"],
                    "{name}: {basket:?}"
                );
                assert_eq!(basket.quarantined.len(), 1, "{name}: {basket:?}");
                let place = basket.quarantined[0].0;
                assert_eq!((place.offset, place.record), (start as u64, 1));
                let last = *places(&basket).last().expect("documents");
                assert_eq!((last.0, last.1), ((start + length) as u64, 2));
            }
        }
    }
}

#[test]
fn a_length_beyond_the_last_member_hides_no_record_in_it() {
    let [first, second, third] = three();
    let broken = with_length(&second, |length| length as u64 + 100_000);
    for codec in [Codec::Gzip, Codec::Zstd] {
        let last = compressed(format!("{broken}{third}").as_bytes(), codec);
        let begin = compressed(first.as_bytes(), codec);
        // What was read of the last member is given back when the next one has begun, or there turns out to be none.
        for end in [Vec::new(), compressed(b"neither record nor border", codec)] {
            let basket = harvest_bytes(
                "a.warc",
                &[begin.clone(), last.clone(), end].concat(),
                Format::Warc,
            );
            let found = urls(&basket);
            assert!(
                found.starts_with(&["http://a/"]) && found.ends_with(&["http://c/"]),
                "{basket:?}"
            );
            assert_eq!(basket.documents.last().expect("a document").length, None);
        }
    }
}

#[test]
fn a_header_without_end_or_sense_costs_one_record() {
    let [first, second, third] = three();
    let endless = format!("WARC/1.0\r\nWARC-Type: response\r\n{}", "A: b\r\n".repeat(50_000));
    let wide = format!("WARC/1.0\r\nWARC-Type: {}\r\n", "b".repeat(600_000));
    for broken in [
        endless,
        wide,
        "garbage\r\n\r\n".to_owned(),
        second.replace("Content-Length", "Content-Size"),
        with_length(&second, |_| 0).replace("Content-Length: 0", "Content-Length: -1"),
    ] {
        for (name, bytes, start, length) in packings(&[first.clone(), broken, third.clone()]) {
            let basket = harvest_bytes("a.warc", &bytes, Format::Warc);
            assert_eq!(
                urls(&basket),
                ["http://a/", "http://c/"],
                "{name}: {:?}",
                basket.quarantined
            );
            assert_eq!(basket.quarantined.len(), 1, "{name}: {:?}", basket.quarantined);
            assert_eq!(basket.quarantined[0].0.offset, start as u64, "{name}");
            assert_eq!(basket.documents[1].place.offset, (start + length) as u64);
        }
    }
}

#[test]
fn a_damaged_member_costs_one_record() {
    for codec in [Codec::Gzip, Codec::Zstd] {
        // Noise, so that the member is not all header.
        let numbers = (0..400_u32).map(|number| number.wrapping_mul(2_654_435_761).to_string());
        let noise = numbers.collect::<String>();
        let members = ALL.map(|url| compressed(page_with(url, &noise).as_bytes(), codec));
        let mut flipped = members[1].clone();
        let middle = flipped.len() / 2;
        flipped[middle..middle + 8].fill(0x55);
        let cut = members[1][..middle].to_vec();
        let mut checksum = members[1].clone();
        let end = checksum.len();
        checksum[end - 6] ^= 1;
        for broken in [flipped, checksum, cut, b"\0\0\0\0garbage".to_vec()] {
            if codec == Codec::Zstd && broken.len() == members[1].len() {
                // A frame without a checksum does not show it.
                continue;
            }
            let file = [members[0].as_slice(), &broken, &members[2]].concat();
            let basket = harvest_bytes("a.warc.gz", &file, Format::Warc);
            let offsets: Vec<u64> = places(&basket).iter().map(|place| place.0).collect();
            assert!(offsets.contains(&0), "{codec:?}: {:?}", basket.quarantined);
            assert!(
                offsets.contains(&((members[0].len() + broken.len()) as u64)),
                "{codec:?}: {:?}",
                basket.quarantined
            );
            assert_eq!(basket.quarantined.len(), 1, "{codec:?}: {:?}", basket.quarantined);
            assert_eq!(basket.quarantined[0].0.offset, members[0].len() as u64);
        }
    }
}

#[test]
fn a_page_that_the_end_of_the_file_cuts_off_is_read_as_far_as_it_goes() {
    let records = ALL.map(|url| {
        let seed = u32::from(url.as_bytes()[7]);
        let words = (0..200_u32)
            .map(|number| format!("{:x} is cut off. ", (number * seed).wrapping_mul(2_654_435_761)));
        page_with(url, &words.collect::<String>())
    });
    for (name, bytes, _, _) in packings(&records) {
        let whole = harvest_bytes("a.warc.gz", &bytes, Format::Warc);
        assert_eq!(urls(&whole), ALL, "{name}: {:?}", whole.quarantined);
        let basket = harvest_bytes("a.warc.gz", &bytes[..bytes.len() - 30], Format::Warc);
        let (place, reason) = basket.quarantined.last().expect("is quarantined");
        assert!(reason.contains("cut off"), "{name}: {reason}");
        assert_eq!(basket.quarantined.len(), 1, "{name}");
        // A zstd frame's blocks are decoded when they are whole.
        if name != "zstd" {
            assert_eq!(place.record, 2, "{name}");
            assert_eq!(urls(&basket), ALL, "{name}");
            assert!(basket.documents[2].text.contains("is cut off"), "{name}");
            assert_eq!(basket.documents[2].length, None);
        }
    }
}

#[test]
fn a_record_may_go_on_in_the_next_member() {
    let [first, second, third] = three();
    let middle = second.len() - 20;
    let parts = [
        first.as_str(),
        &second[..middle],
        &second[middle..second.len() - 4],
        &["\r\n\r\n", &third].concat(),
    ]
    .map(|part| compressed(part.as_bytes(), Codec::Gzip));
    let basket = harvest_bytes("a.warc.gz", &parts.concat(), Format::Warc);
    assert_eq!(urls(&basket), ALL, "{:?}", basket.quarantined);
    assert_eq!(basket.quarantined, []);
    assert_eq!(
        places(&basket)[1].2,
        Some((parts[1].len() + parts[2].len()) as u64)
    );
}

#[test]
fn a_huge_record_is_passed_over_without_being_held() {
    let [first, _, third] = three();
    let header = |kind: &str, length: usize| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://b/\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    let body = "x".repeat(70 << 20);
    for (kind, quarantined) in [("response", 1), ("metadata", 0)] {
        let second = header(kind, body.len()) + &body + "\r\n\r\n";
        let bytes = compressed([first.as_str(), &second, &third].concat().as_bytes(), Codec::Zstd);
        let basket = harvest_bytes("a.warc.zst", &bytes, Format::Warc);
        assert_eq!(
            urls(&basket),
            ["http://a/", "http://c/"],
            "{:?}",
            basket.quarantined
        );
        assert_eq!(basket.quarantined.len(), quarantined);
    }
}

#[test]
fn what_is_no_archive_says_so() {
    for (bytes, reason) in [
        (&b""[..], "the file is empty"),
        (b"<html>page</html>", "no warc record begins here"),
        (b"\x04\x22\x4d\x18....", "compressed with lz4"),
        (b"\x5d\x2a\x4d\x18\xff\xff\xff\xff", "dictionary"),
    ] {
        let basket = harvest_bytes("a.warc", bytes, Format::Warc);
        assert_eq!(basket.quarantined.len(), 1);
        assert!(
            basket.quarantined[0].1.contains(reason),
            "{:?}",
            basket.quarantined
        );
    }
}
