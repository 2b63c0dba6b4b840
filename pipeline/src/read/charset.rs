//! Bytes -> text: which encoding a page or a file is in.
//!
//! A page says its encoding in up to four places, and often wrongly. The order is that of browsers (the Encoding
//! and HTML standards): byte order mark, HTTP header, `<meta>`, detection; with departures for crawls: bytes that are
//! UTF-8 and hold at least one multi-byte character are UTF-8 whatever was said (no text of another encoding is that by
//! chance), UTF-16 shows by its NUL bytes, ISO-2022-JP by its escape sequences among nothing but ASCII, and a declared
//! encoding that does not fit gives way to a detected one that does.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes at the start of a file in which binary content shows. Git looks at 8,000 for a NUL byte.
const BINARY_PROBE_BYTES: usize = 8_000;

/// Where a page may say its encoding. The standard looks at 1,024 bytes; pages with long scripts first say it later.
const META_PROBE_BYTES: usize = 4_096;

/// In UTF-16 that shows without a byte order mark, one letter in this many is ASCII, at least: markup, digits and spaces
/// are, in any language. It has this many letters, at least.
const ASCII_SHARE: usize = 8;
const LEAST_UTF16_LETTERS: usize = 4;

/// Bytes from which an encoding is detected: more than the text of most pages, which are told by far less.
const DETECTION_BYTES: usize = 128 << 10;

/// A text in which at most one in this many non-ASCII characters is broken is UTF-8 with damage, not another
/// encoding.
const DAMAGE_SHARE: usize = 10;

/// Text made of a page's bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// The text, the page's own bytes where they are UTF-8; U+FFFD stands for what could not be decoded.
    pub(super) text: Cow<'a, str>,
    /// How many characters could not be decoded.
    pub(super) undecodable: usize,
}

/// Decodes a page, whose HTTP header may have said `declared`.
pub(super) fn decode_page<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, mark)) = shown(bytes) {
        return decode(&bytes[mark..], encoding);
    }
    let utf8 = std::str::from_utf8(bytes);
    if let Ok(text) = utf8
        && !text.is_ascii()
    {
        return sound(text);
    }
    if utf8.is_ok() && shifts_to_japanese(bytes) {
        let decoded = decode(bytes, ISO_2022_JP);
        if decoded.undecodable == 0 {
            return decoded;
        }
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let declared = declared.or_else(|| declared_inside(bytes));
    // Without NUL bytes it is not UTF-16, which would make Chinese of it.
    let declared = declared.filter(|encoding| !is_utf16(encoding) || memchr::memchr(0, bytes).is_some());
    if let Some(encoding) = declared {
        let decoded = decode(bytes, encoding);
        if decoded.undecodable == 0 {
            return decoded;
        }
        let detected = decode(bytes, detect(bytes));
        let better = detected.undecodable < decoded.undecodable && !mostly_utf8(bytes);
        return if better { detected } else { decoded };
    }
    match utf8 {
        Ok(text) => sound(text),
        Err(_) if mostly_utf8(bytes) => decode(bytes, UTF_8),
        Err(_) => decode(bytes, detect(bytes)),
    }
}

/// Decodes a file that is all text: what cannot be decoded is an error, saying what and where.
pub(super) fn decode_text(bytes: &[u8]) -> Result<String, String> {
    if let Some((encoding, mark)) = shown(bytes) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        return text
            .map(Cow::into_owned)
            .ok_or_else(|| format!("not valid {} as its beginning is", encoding.name()));
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() && shifts_to_japanese(bytes) => {
            let japanese = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes);
            return Ok(japanese.map_or_else(|| text.to_owned(), Cow::into_owned));
        }
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    if mostly_utf8(bytes) {
        return Err(format!(
            "invalid utf-8 at byte {at} of a file that is utf-8 otherwise"
        ));
    }
    let encoding = detect(bytes);
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(Cow::into_owned)
        .ok_or_else(|| {
            format!(
                "invalid utf-8 at byte {at}, and not {} either, which is nearest",
                encoding.name()
            )
        })
}

/// Decodes a part of a file that is text, such as a line or a field: in `of_file`, the encoding of the file, where that is
/// known and the part is not UTF-8.
pub(super) fn decode_part<'a>(
    bytes: &'a [u8],
    of_file: Option<&'static Encoding>,
) -> Result<Cow<'a, str>, String> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let Some(encoding) = of_file else {
        return decode_text(bytes).map(Cow::Owned);
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or_else(|| {
        format!(
            "invalid utf-8 at byte {}, and not {} either, as the file's beginning is",
            error.valid_up_to(),
            encoding.name()
        )
    })
}

/// The encoding that a file's beginning shows for certain, and how many bytes it does that with: a byte order mark, or
/// nothing before UTF-16 whose ASCII letters are every second byte.
pub(super) fn shown(beginning: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(beginning).or_else(|| Some((unmarked_utf16(beginning)?, 0)))
}

/// UTF-16 without a byte order mark: it begins with an ASCII letter, one letter in [`ASCII_SHARE`] is one, and there are
/// neither control characters nor lone surrogates, as in numbers of two bytes.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let is_text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let (encoding, unit): (_, fn([u8; 2]) -> u16) = match *bytes {
        [first, 0, ..] if is_text(first) => (UTF_16LE, u16::from_le_bytes),
        [0, first, ..] if is_text(first) => (UTF_16BE, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, _) = probe(bytes, BINARY_PROBE_BYTES).as_chunks::<2>();
    let mut ascii = 0;
    let mut letters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).peekable();
    while let Some(letter) = letters.next() {
        match letter {
            Ok(letter) if letter.is_control() && !letter.is_ascii_whitespace() => return None,
            Ok('\u{fffe}' | '\u{ffff}') => return None,
            Ok(letter) => ascii += usize::from(letter.is_ascii()),
            // The other half of the last letter may lie behind what is looked at.
            Err(_) if letters.peek().is_none() => {}
            Err(_) => return None,
        }
    }
    (pairs.len() >= LEAST_UTF16_LETTERS && ascii * ASCII_SHARE >= pairs.len()).then_some(encoding)
}

/// The encoding of a file of which `beginning` is the beginning; `None` if that is UTF-8 or too plain to tell.
pub(super) fn detected(beginning: &[u8]) -> Option<&'static Encoding> {
    let is_cut_letter = |error: std::str::Utf8Error| error.error_len().is_none();
    let is_utf8 = std::str::from_utf8(beginning).map_or_else(is_cut_letter, |_| true);
    (!is_utf8 && !mostly_utf8(beginning)).then(|| detect(beginning))
}

/// Whether a file is no text: NUL bytes without UTF-16 that shows, or more than one control byte in 20.
pub(super) fn looks_binary(bytes: &[u8]) -> bool {
    if let Some((encoding, _)) = shown(bytes) {
        return !is_utf16(encoding) && memchr::memchr(0, probe(bytes, BINARY_PROBE_BYTES)).is_some();
    }
    let beginning = probe(bytes, BINARY_PROBE_BYTES);
    // Tab, line feed, form feed, carriage return, backspace and escape stand in texts.
    let is_control = |byte: &u8| matches!(byte, 1..=7 | 11 | 14..=26 | 28..=31 | 127);
    let control = beginning.iter().filter(|byte| is_control(byte)).count();
    beginning.contains(&0) || control * 20 > beginning.len()
}

fn probe(bytes: &[u8], length: usize) -> &[u8] {
    &bytes[..bytes.len().min(length)]
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn sound(text: &str) -> Decoded<'_> {
    Decoded {
        text: Cow::Borrowed(text),
        undecodable: 0,
    }
}

fn decode<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let undecodable = if damaged {
        text.chars().filter(|&letter| letter == '\u{fffd}').count()
    } else {
        0
    };
    Decoded { text, undecodable }
}

/// The encoding that the bytes look like. ISO-2022-JP, which browsers do not detect everywhere because scripts can
/// hide in it, is text here like any other.
///
/// Only [`DETECTION_BYTES`] are looked at, from where they stop being ASCII, since every encoding's model weighs every
/// byte: far slower than all other steps.
fn detect(bytes: &[u8]) -> &'static Encoding {
    let beyond_ascii = bytes.iter().position(|byte| !byte.is_ascii());
    let telling = beyond_ascii.or_else(|| memchr::memchr(b'\x1b', bytes));
    // The letter before it tells, too.
    let start = telling.unwrap_or(0).saturating_sub(1);
    let end = bytes.len().min(start + DETECTION_BYTES);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[start..end], end == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether it holds an escape sequence of ISO-2022-JP, whose bytes all are ASCII: to JIS X 0208 of 1978 or 1983.
fn shifts_to_japanese(bytes: &[u8]) -> bool {
    [b"\x1b$@", b"\x1b$B"]
        .iter()
        .any(|sequence| memchr::memmem::find(bytes, *sequence).is_some())
}

/// Whether what is not ASCII is UTF-8, but for a small share.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut sound = 0;
    let mut broken = 0;
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > 0 && broken * DAMAGE_SHARE <= sound
}

/// The encoding that a page's XML declaration or `<meta>` names.
fn declared_inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = probe(bytes, META_PROBE_BYTES).to_ascii_lowercase();
    let mut named = None;
    if beginning.starts_with(b"<?xml") {
        named = attribute_value(&beginning[..end_of_tag(&beginning)], b"encoding");
    }
    let mut rest = beginning.as_slice();
    while named.is_none()
        && let Some(at) = memchr::memmem::find(rest, b"<meta")
    {
        // What is commented out is not said.
        if let Some(comment) = memchr::memmem::find(&rest[..at], b"<!--") {
            let comment = &rest[comment + 4..];
            let end = memchr::memmem::find(comment, b"-->").unwrap_or(comment.len());
            rest = &comment[end..];
            continue;
        }
        rest = &rest[at..];
        named = attribute_value(&rest[..end_of_tag(rest)], b"charset");
        rest = &rest[1..];
    }
    // A page whose `<meta>` could be read is not in UTF-16, says the standard.
    let encoding = Encoding::for_label(named?)?;
    Some(if is_utf16(encoding) { UTF_8 } else { encoding })
}

fn end_of_tag(bytes: &[u8]) -> usize {
    memchr::memchr(b'>', bytes).unwrap_or(bytes.len())
}

/// What stands behind `name=` in a tag, be it an attribute of its own or a part of `content`.
fn attribute_value<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(tag, name)?;
    let rest = tag[at + name.len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let rest = rest.strip_prefix(b"'").unwrap_or(rest);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'/' | b'?');
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    Some(&rest[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_followed_where_they_fit() {
        let cases: [(&[u8], Option<&str>, &str); 11] = [
            (
                b"<!-- <meta charset=koi8-r> --><meta charset=windows-1251>\xcf",
                None,
                "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>\u{41f}",
            ),
            (b"caf\xe9", Some("nonsense"), "caf\u{e9}"),
            (
                b"<p>\x1b$B$3$s$K$A$O\x1b(B",
                None,
                "<p>\u{3053}\u{3093}\u{306b}\u{3061}\u{306f}",
            ),
            (b"caf\xe9", Some("iso-8859-1"), "caf\u{e9}"),
            ("caf\u{e9}".as_bytes(), Some("iso-8859-1"), "caf\u{e9}"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", Some("koi8-r"), "caf\u{e9}"),
            (
                b"<meta charset=koi8-r>\xf0\xd2\xc9",
                None,
                "<meta charset=koi8-r>\u{41f}\u{440}\u{438}",
            ),
            (
                b"<META http-equiv=Content-Type content='text/html; CHARSET=koi8-r'>\xf0",
                None,
                "<META http-equiv=Content-Type content='text/html; CHARSET=koi8-r'>\u{41f}",
            ),
            (b"plain", Some("utf-16le"), "plain"),
            (b"p\0l\0", Some("utf-16le"), "pl"),
            (
                b"<?xml version='1.0' encoding='koi8-r'?>\xf0",
                None,
                "<?xml version='1.0' encoding='koi8-r'?>\u{41f}",
            ),
        ];
        for (bytes, declared, text) in cases {
            assert_eq!(decode_page(bytes, declared).text, text);
        }
    }

    #[test]
    fn detection_finds_what_nobody_declared() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(
            "Съешь же ещё этих мягких французских булок, да выпей чаю. Широкая электрификация южных губерний.",
        );
        assert!(decode_page(&bytes, None).text.starts_with("Съешь же ещё"));
        assert!(decode_text(&bytes).expect("decodes").starts_with("Съешь же ещё"));
    }

    #[test]
    fn detection_looks_where_text_stops_being_ascii_and_not_at_all_of_it() {
        let (russian, _, _) =
            encoding_rs::WINDOWS_1251.encode("мельница у реки стоит давно, и колесо вертится ");
        let mut bytes = "a long script ".repeat(20_000).into_bytes();
        bytes.extend(russian.iter().copied());
        assert_eq!(detect(&bytes).name(), "windows-1251");
        // What stands behind so much of another encoding says nothing any more.
        let mut bytes = russian.repeat(DETECTION_BYTES / russian.len() + 1);
        bytes.extend("größe ".repeat(100_000).bytes());
        assert_eq!(detect(&bytes).name(), "windows-1251");
        let mut bytes = "a long script ".repeat(20_000).into_bytes();
        bytes.extend(b"\x1b$B?eNL\x1b(B");
        assert_eq!(detect(&bytes).name(), "ISO-2022-JP");
    }

    #[test]
    fn one_bad_byte_in_utf8_is_damage() {
        let mut bytes = "Größe und Übermaß führen häufig zu schönen Ärgernissen, böse Schäden hört man"
            .as_bytes()
            .to_vec();
        bytes[0] = 0xff;
        let decoded = decode_page(&bytes, None);
        assert_eq!(decoded.undecodable, 1);
        assert!(decoded.text.contains("Übermaß"));
        let error = decode_text(&bytes).expect_err("is damaged");
        assert!(error.contains("at byte 0"), "{error}");
    }

    #[test]
    fn utf16_shows_without_a_mark() {
        let page = "<!doctype html><title>Größe</title><p>一丁七万 letters".repeat(3);
        let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [&little, &big] {
            assert!(!looks_binary(bytes));
            for declared in [None, Some("utf-16"), Some("utf-8")] {
                assert_eq!(decode_page(bytes, declared).text, page);
            }
            assert_eq!(decode_text(bytes).as_deref(), Ok(page.as_str()));
            // The last byte may be cut off.
            assert!(!looks_binary(&bytes[..bytes.len() - 1]));
        }
        let numbers: Vec<u8> = (0..400_u16)
            .flat_map(|n| (n % 90 + 33 - n % 7 * 5).to_le_bytes())
            .collect();
        let samples: Vec<u8> = [65_u16, 0xd900, 66, 67, 68]
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            &numbers,
            &samples,
            &b"MZ\x90\0\x03\0\0\0\x04\0".to_vec(),
            &b"a\0".to_vec(),
        ] {
            assert!(looks_binary(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn escapes_of_japanese_go_before_what_was_declared() {
        let bytes = b"<meta charset=utf-8><p>\x1b$B?eNL\x1b(B";
        for declared in [None, Some("utf-8"), Some("windows-1252")] {
            assert!(decode_page(bytes, declared).text.ends_with("水量"));
        }
        assert_eq!(decode_text(b"\x1b$B?eNL\x1b(B").as_deref(), Ok("水量"));
        // An escape sequence that leads nowhere, as a terminal's log may have.
        assert_eq!(decode_text(b"a\x1b$B\x01").as_deref(), Ok("a\x1b$B\x01"));
    }

    #[test]
    fn binary_shows() {
        assert!(looks_binary(b"\x7fELF\x02\x01\x01\0\0"));
        assert!(looks_binary(b"\x01\x02\x03abc"));
        assert!(!looks_binary(b"\xff\xfea\0b\0"));
        assert!(!looks_binary("tab\tand\r\nümlaut".as_bytes()));
        assert!(!looks_binary(b""));
    }
}
