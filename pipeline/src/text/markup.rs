//! What a reader of a page of markup sees, by its size: the characters outside of tags, comments, scripts and styles.

use memchr::{memchr, memmem};

/// Elements whose content is not shown.
const HIDDEN: [&str; 2] = ["script", "style"];

/// How many characters of `text` are shown, white space as it is.
#[must_use]
pub fn visible_characters(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut shown = 0;
    let mut at = 0;
    while at < bytes.len() {
        let start = at + memchr(b'<', &bytes[at..]).unwrap_or(bytes.len() - at);
        shown += super::characters(&text[at..start]);
        at = tag_end(bytes, start);
        if at == start && start < bytes.len() {
            // A sign that opens no tag.
            shown += 1;
            at += 1;
        }
    }
    shown
}

/// Where what opens at `start` ends: a comment, a tag, an element that is not shown. `start` itself where nothing
/// opens there.
fn tag_end(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start.min(bytes.len())..];
    let after = |mark: &[u8], from: usize| {
        memmem::find(&bytes[from..], mark).map_or(bytes.len(), |length| from + length + mark.len())
    };
    if rest.starts_with(b"<!--") {
        return after(b"-->", start + 4);
    }
    if !rest
        .get(1)
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
    {
        return start;
    }
    let end = after(b">", start);
    let is_hidden = |name: &&&str| {
        let named = rest.get(1..=name.len());
        let next = rest.get(name.len() + 1);
        named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes()))
            && next.is_some_and(|byte| !byte.is_ascii_alphanumeric())
    };
    let Some(name) = HIDDEN.iter().find(is_hidden) else {
        return end;
    };
    let mut from = end;
    while let Some(length) = memmem::find(&bytes[from..], b"</") {
        let close = from + length + 2;
        let named = bytes.get(close..close + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes())) {
            return after(b">", close);
        }
        from = close;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shown_counts() {
        let cases = [
            ("", 0),
            ("plain é", 7),
            ("<p class=x>one</p> 1 < 2", 9),
            ("<!-- <p>no</p> -->yes", 3),
            ("<SCRIPT>if (a</b>c) {}</script >yes<style>p{}</style>", 3),
            ("<scripture>yes</scripture>", 3),
            ("<script>never closed", 0),
            ("open <p", 5),
            ("<", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(visible_characters(text), expected, "{text}");
        }
    }
}
