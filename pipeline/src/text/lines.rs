//! Lines, as the published filters count them: every Unicode line boundary ends one, and the end of the text does
//! too, so that a last newline opens no empty line.
//!
//! The boundaries are those of Python's `str.splitlines`, in which the filters' thresholds were tuned: LF, CR, CRLF,
//! VT, FF, FS, GS, RS, NEL, U+2028 and U+2029.

/// The lines of `text` without their ends.
#[must_use]
pub fn lines(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let width = match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n'..=b'\r' | 0x1C..=0x1E => 1,
            0xC2 if bytes.get(at + 1) == Some(&0x85) => 2,
            0xE2 if is_separator(bytes, at) => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        found.push(&text[start..at]);
        at += width;
        start = at;
    }
    if start < bytes.len() {
        found.push(&text[start..]);
    }
    found
}

/// Whether U+2028 or U+2029 starts at `at`.
fn is_separator(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xA8 | 0xA9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_boundary_ends_a_line() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("\n", &[""]),
            ("one", &["one"]),
            ("one\ntwo\n", &["one", "two"]),
            ("a\r\nb\rc\n\nd", &["a", "b", "c", "", "d"]),
            ("a\u{85}b\u{2028}c\u{2029}d\u{c}e", &["a", "b", "c", "d", "e"]),
            ("\u{20ac}…é", &["\u{20ac}…é"]),
        ];
        for (text, expected) in cases {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
