//! The attributes of a tag, as the HTML standard's tokenizer reads them.

use std::ops::Range;

/// How a tag ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TagEnd {
    /// Behind its `>`; `None` where the page ends inside of it.
    pub(super) behind: Option<usize>,
    /// A slash stands before its `>`.
    pub(super) closes_itself: bool,
}

/// Reads attributes from behind a tag's name. `found` is given where each name and value is; a value may be empty.
pub(super) fn read(bytes: &[u8], from: usize, mut found: impl FnMut(Range<usize>, Range<usize>)) -> TagEnd {
    let mut at = from;
    let mut closes_itself = false;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'>' {
            return TagEnd {
                behind: Some(at + 1),
                closes_itself,
            };
        }
        if byte.is_ascii_whitespace() || byte == b'/' {
            closes_itself = byte == b'/';
            at += 1;
            continue;
        }
        closes_itself = false;
        // A name may begin with `=`.
        let name = at..until(bytes, at + 1, |byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=')
        });
        at = name.end;
        let sign = until(bytes, at, |byte| !byte.is_ascii_whitespace());
        let mut value = at..at;
        if bytes.get(sign) == Some(&b'=') {
            let start = until(bytes, sign + 1, |byte| !byte.is_ascii_whitespace());
            if let Some(&quote @ (b'"' | b'\'')) = bytes.get(start) {
                let length = memchr::memchr(quote, &bytes[start + 1..]);
                value = start + 1..length.map_or(bytes.len(), |length| start + 1 + length);
                at = (value.end + 1).min(bytes.len());
            } else {
                value = start..until(bytes, start, |byte| byte.is_ascii_whitespace() || byte == b'>');
                at = value.end;
            }
        }
        found(name, value);
    }
    TagEnd {
        behind: None,
        closes_itself,
    }
}

/// Where the next byte that `is_end` is, or the end.
fn until(bytes: &[u8], from: usize, is_end: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|&byte| is_end(byte));
    length.map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tag: &str) -> (Vec<(String, String)>, TagEnd) {
        let mut all = Vec::new();
        let end = read(tag.as_bytes(), 0, |name, value| {
            all.push((tag[name].to_owned(), tag[value].to_owned()));
        });
        (all, end)
    }

    #[test]
    fn every_spelling_is_read() {
        let (all, end) = of(" a b=c d = 'e f' g=\"h>\"i =j k=/l/>rest");
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("a", ""),
            ("b", "c"),
            ("d", "e f"),
            ("g", "h>"),
            ("i", "j"),
            ("k", "/l/"),
        ];
        assert_eq!(all, expected);
        assert_eq!(end.behind, Some(" a b=c d = 'e f' g=\"h>\"i =j k=/l/>".len()));
        assert!(!end.closes_itself && of("br />").1.closes_itself);
    }

    #[test]
    fn a_tag_may_be_cut_off_anywhere() {
        let tag = " a='b c' d=e f />";
        for cut in 0..tag.len() {
            assert_eq!(of(&tag[..cut]).1.behind, None);
        }
        assert!(of(tag).1.behind.is_some());
    }
}
