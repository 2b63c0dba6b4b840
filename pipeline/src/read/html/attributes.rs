//! How many attributes the tags of a page have, told by one pass over its bytes before it is parsed.
//!
//! A parser compares each attribute of a tag with all before it, so that one tag of a million attributes takes it
//! hours, and inside of a tag nothing else can be bounded.

/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 1_024;

/// Elements whose content is not markup.
const RAW_TEXT: &[&[u8]] = &[b"script", b"style", b"textarea", b"title", b"xmp"];

/// Refuses a page with too many attributes in a tag.
pub(super) fn check(page: &[u8]) -> Result<(), String> {
    // In SVG and MathML nothing is raw text. Once such an element was seen, nothing is taken for raw text, that
    // is, scripts are looked through for tags as well: too strict at worst.
    let mut is_foreign = false;
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'<', &page[at..]) {
        at += next;
        let rest = &page[at..];
        if rest.starts_with(b"<!--") {
            // The dashes that open a comment may be those that close it.
            let end = memchr::memmem::find(&rest[2..], b"-->");
            at = end.map_or(page.len(), |end| at + 2 + end + 3);
            continue;
        }
        let name_at = match rest {
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => 2,
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => 1,
            _ => {
                at += 1;
                continue;
            }
        };
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name = &rest[name_at..];
        let name = &name[..name.iter().position(ends_name).unwrap_or(name.len())];
        let (attributes, length) = attributes(&rest[name_at + name.len()..]);
        if attributes > MAX_ATTRIBUTES {
            return Err(format!(
                "the tag at byte {at} has more than {MAX_ATTRIBUTES} attributes"
            ));
        }
        at += name_at + name.len() + length;
        is_foreign |= name.eq_ignore_ascii_case(b"svg") || name.eq_ignore_ascii_case(b"math");
        let is_raw = RAW_TEXT.iter().any(|raw| name.eq_ignore_ascii_case(raw));
        if name_at == 1 && is_raw && !is_foreign {
            at = end_of_raw_text(page, at, name);
        }
    }
    Ok(())
}

/// How many attributes follow a tag's name, and how many bytes there are to behind its `>`.
fn attributes(rest: &[u8]) -> (usize, usize) {
    let mut count = 0;
    let mut is_between = true;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        at += 1;
        match byte {
            b'>' => break,
            b'=' => {
                let value = rest[at..].iter().position(|byte| !byte.is_ascii_whitespace());
                at += value.unwrap_or(0);
                is_between = false;
                if let Some(&quote @ (b'"' | b'\'')) = rest.get(at) {
                    let end = memchr::memchr(quote, &rest[at + 1..]);
                    at = end.map_or(rest.len(), |end| at + 1 + end + 1);
                    is_between = true;
                }
            }
            _ if byte == b'/' || byte.is_ascii_whitespace() => is_between = true,
            _ => {
                count += usize::from(is_between);
                is_between = false;
            }
        }
    }
    (count, at)
}

/// Where the end tag of a raw text element begins, or the page ends.
fn end_of_raw_text(page: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(next) = memchr::memmem::find(&page[at..], b"</") {
        at += next;
        let named = page.get(at + 2..at + 2 + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name)) {
            return at;
        }
        at += 2;
    }
    page.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn attributes_are_counted() {
        let cases = [
            (">", (0, 1)),
            (" a b=c d='e f' g=\"h>i\"/>x", (4, 24)),
            (" a = b>", (1, 7)),
            (" a", (1, 2)),
        ];
        for (rest, expected) in cases {
            assert_eq!(attributes(rest.as_bytes()), expected, "{rest}");
        }
    }

    #[test]
    fn only_tags_count() {
        let many = " a".repeat(5_000);
        for page in [
            format!("<p>x <{many}"),
            format!("<!-- <p{many}> -->"),
            format!("<script>a<b{many}</script>"),
        ] {
            assert_eq!(check(page.as_bytes()), Ok(()), "{}", &page[..20]);
        }
        for page in [
            format!("<p{many}>"),
            format!("</p{many}"),
            format!("<svg><style><p{many}>"),
        ] {
            assert!(check(page.as_bytes()).is_err(), "{}", &page[..20]);
        }
    }

    proptest! {
        #[test]
        fn it_comes_to_an_end(page in "[<>/!a-c \"'=-]{0,200}") {
            prop_assert_eq!(check(page.as_bytes()), Ok(()));
        }
    }
}
