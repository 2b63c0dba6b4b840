//! Codings undone, damage named, bombs stopped.

use std::io::Write;

use super::*;
use crate::read::basket::compressed;
use crate::read::decompress::Codec;

const PAGE: &[u8] = b"<p>A page that says what it says, and says it, and says it again.</p>";

fn content(names: &str, body: &[u8], is_truncated: bool) -> Result<Vec<u8>, String> {
    undo(body, names.rsplit(','), 1000, is_truncated).map(Cow::into_owned)
}

/// The page and more, in brotli, made by the reference encoder.
const BROTLI: &[u8] = &[
    0x0b, 0x05, 0x80, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x20, 0x77, 0x6f, 0x72, 0x6c, 0x64, 0x03,
];

fn deflated(bytes: &[u8], has_header: bool) -> Vec<u8> {
    let level = flate2::Compression::default();
    if has_header {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).expect("compresses");
        encoder.finish().expect("compresses")
    } else {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).expect("compresses");
        encoder.finish().expect("compresses")
    }
}

fn chunked(bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in bytes.chunks(7) {
        write!(body, "{:X};x=y\r\n", chunk.len()).expect("writes");
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

/// A page in every coding, and in several one after the other.
fn coded() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("chunked", chunked(PAGE)),
        ("gzip", compressed(PAGE, Codec::Gzip)),
        ("x-gzip", compressed(PAGE, Codec::Gzip)),
        ("deflate", deflated(PAGE, true)),
        ("deflate", deflated(PAGE, false)),
        ("Zstd", compressed(PAGE, Codec::Zstd)),
        ("gzip, deflate", deflated(&compressed(PAGE, Codec::Gzip), false)),
        (
            "zstd,gzip , chunked",
            chunked(&compressed(&compressed(PAGE, Codec::Zstd), Codec::Gzip)),
        ),
        ("identity", PAGE.to_vec()),
        ("gzip, utf-8, none", compressed(PAGE, Codec::Gzip)),
    ]
}

#[test]
fn codings_are_undone_in_any_sequence() {
    for (names, body) in coded() {
        assert_eq!(content(names, &body, false), Ok(PAGE.to_vec()), "{names}");
    }
    assert_eq!(content("br", BROTLI, false), Ok(b"Hello world".to_vec()));
}

#[test]
fn a_coding_that_the_body_does_not_have_is_passed_over() {
    for names in [
        "gzip",
        "deflate",
        "br",
        "zstd",
        "chunked",
        "br, gzip, chunked",
        "sdch",
        "aws-chunked",
    ] {
        assert_eq!(content(names, PAGE, false), Ok(PAGE.to_vec()), "{names}");
    }
    assert_eq!(content("gzip", b"", false), Ok(Vec::new()));
    // Half of the codings undone.
    let gzip = compressed(PAGE, Codec::Gzip);
    assert_eq!(content("gzip, chunked", &gzip, false), Ok(PAGE.to_vec()));
}

#[test]
fn damage_is_named() {
    let long = [b'a'; 5000];
    let cases: [(&str, &[u8], &str); 11] = [
        ("chunked", b"4\r\nWiki\r\nzz\r\n", "no chunk size at byte 9"),
        ("chunked", b"ffffffffffffffff\r\nWiki", "cut off"),
        ("chunked", b"4\r\nWiki\r\n", "before its last chunk"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff", "damaged"),
        ("gzip", b"\0\x01\x02", "not in gzip"),
        ("br", b"\xff\xff\xff", "damaged"),
        ("deflate", b"\xff\xff\xff", "damaged"),
        ("dcb", b"\0\x01\x02", "'dcb', which is not known"),
        ("gzip", &compressed(&long, Codec::Gzip), "more than 1000"),
        ("zstd", &compressed(&long, Codec::Zstd), "more than 1000"),
        ("deflate", &deflated(&long, false), "more than 1000"),
    ];
    for (names, body, reason) in cases {
        let error = content(names, body, false).expect_err(reason);
        assert!(error.contains(reason), "{error}");
    }
    assert!(content("identity", &long, false).is_err());
    assert!(content(&"gzip,".repeat(9), &compressed(PAGE, Codec::Gzip), false).is_err());
}

#[test]
fn a_cut_off_body_is_enough_where_it_is_known_to_be_cut_off() {
    let text: Vec<u8> = (0..200_u32)
        .flat_map(|number| format!("{:x} ", number * 7919).into_bytes())
        .collect();
    let text = &text[..990];
    for (names, body) in [
        ("chunked", chunked(text)),
        ("gzip", compressed(text, Codec::Gzip)),
        ("deflate", deflated(text, true)),
        ("gzip, chunked", chunked(&compressed(text, Codec::Gzip))),
    ] {
        let cut = &body[..body.len() * 2 / 3];
        assert!(content(names, cut, false).is_err(), "{names}");
        let there = content(names, cut, true).expect("as far as it goes");
        assert!(
            there.len() > 200 && text.starts_with(&there),
            "{names}: {}",
            there.len()
        );
    }
}
