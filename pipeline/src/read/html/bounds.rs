//! Which pages are too hostile to parse, told by one cheap pass over the bytes.
//!
//! Tree builders take time quadratic in the depth of a page (at each block they look through all open elements), in
//! the attributes of one tag (each is compared with all before it), and make new elements for unclosed formatting at
//! each paragraph. Measured before this pass existed: 100,000 nested `div` did not finish in 15 seconds in any of
//! five extractors. The bounds are on size and number, never on time, so that the same page always fares the same.
//!
//! The pass knows HTML's void elements, optional end tags and raw text, but is no parser: it may count too many open
//! elements on sloppy pages, so its bound is far above that on the real depth ([`MAX_DEPTH`]), which is
//! checked after parsing.

use std::collections::BTreeMap;

/// The longest page, in bytes. Common Crawl cuts pages off at 1 MiB (5 MiB since 2025).
pub(in crate::read) const MAX_PAGE_BYTES: usize = 8 << 20;

/// The deepest page, in elements. Chromium nests no deeper than 512 (`kMaximumHTMLParserDOMTreeDepth`).
pub(super) const MAX_DEPTH: usize = 512;

/// Elements that may be open at once for the page to be parsed at all.
const MAX_OPEN: u32 = 4_096;

/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 1_024;

/// Elements that a parser may make anew for unclosed formatting, over the whole page.
const MAX_REOPENED: u64 = 1_000_000;

/// Elements without content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements that close by themselves when the next one begins, and those that are there once.
const SELF_CLOSING: &[&str] = &[
    "a", "body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rb",
    "rp", "rt", "rtc", "tbody", "td", "tfoot", "th", "thead", "tr",
];

/// Elements that are opened again in the next block where they were not closed.
const FORMATTING: &[&str] = &[
    "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose content is not markup.
const RAW_TEXT: &[&str] = &[
    "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
];

/// How many equal formatting elements without attributes are opened again (the standard's "Noah's Ark clause").
const ARK: u32 = 3;

#[derive(Clone, Copy, Debug, Default)]
struct Open {
    all: u32,
    with_attributes: u32,
}

impl Open {
    /// How many elements a new block gets for these.
    fn reopened(self) -> u64 {
        u64::from(self.with_attributes + (self.all - self.with_attributes).min(ARK))
    }
}

/// Refuses a page that a parser could choke on, with the reason.
pub(super) fn check(page: &[u8]) -> Result<(), String> {
    if page.len() > MAX_PAGE_BYTES {
        return Err(format!(
            "a page of {} bytes is longer than {MAX_PAGE_BYTES}",
            page.len()
        ));
    }
    let mut count = Count::default();
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'<', &page[at..]) {
        at += next;
        at = count.tag(page, at)?;
    }
    Ok(())
}

/// What is open at a point of the page.
#[derive(Debug, Default)]
struct Count {
    open: BTreeMap<u128, Open>,
    total: u32,
    formatting: u64,
    reopened: u64,
}

impl Count {
    /// Counts what begins with the `<` at `at`, and returns where to look on, behind `at`.
    fn tag(&mut self, page: &[u8], at: usize) -> Result<usize, String> {
        let rest = &page[at..];
        if rest.starts_with(b"<!--") {
            // The dashes that open a comment may be those that close it.
            let end = memchr::memmem::find(&rest[2..], b"-->");
            return Ok(end.map_or(page.len(), |end| at + 2 + end + 3));
        }
        let (is_end, name_at) = match rest {
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => (true, 2),
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => (false, 1),
            _ => return Ok(at + 1),
        };
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name = &rest[name_at..];
        let name = &name[..name.iter().position(ends_name).unwrap_or(name.len())];
        let name = String::from_utf8_lossy(&name[..name.len().min(16)]).to_ascii_lowercase();
        let (attributes, length) = attributes(&rest[name_at + name.len()..]);
        if attributes > MAX_ATTRIBUTES {
            return Err(format!(
                "the tag at character {at} has more than {MAX_ATTRIBUTES} attributes"
            ));
        }
        let behind = (at + name_at + name.len() + length).min(page.len());
        if is_end {
            self.close(&name);
            return Ok(behind);
        }
        self.open(&name, attributes > 0);
        if self.total > MAX_OPEN {
            return Err(format!("more than {MAX_OPEN} elements are open at byte {at}"));
        }
        if self.reopened > MAX_REOPENED {
            return Err(format!(
                "unclosed formatting opens more than {MAX_REOPENED} elements anew by byte {at}"
            ));
        }
        // Inside of SVG and MathML nothing is raw text.
        let is_foreign = self.is_open("svg") || self.is_open("math");
        if RAW_TEXT.contains(&name.as_str()) && !is_foreign {
            self.close(&name);
            return Ok(end_of_raw_text(page, behind, &name));
        }
        Ok(behind)
    }

    fn open(&mut self, name: &str, has_attributes: bool) {
        if VOID.contains(&name) {
            return;
        }
        let is_formatting = FORMATTING.contains(&name);
        if !is_formatting {
            self.reopened += self.formatting;
        }
        if SELF_CLOSING.contains(&name) {
            return;
        }
        let open = self.open.entry(key(name)).or_default();
        let before = open.reopened();
        open.all += 1;
        open.with_attributes += u32::from(has_attributes);
        if is_formatting {
            self.formatting += open.reopened() - before;
        }
        self.total += 1;
    }

    fn close(&mut self, name: &str) {
        let Some(open) = self.open.get_mut(&key(name)) else {
            return;
        };
        if open.all == 0 {
            return;
        }
        let before = open.reopened();
        open.all -= 1;
        open.with_attributes = open.with_attributes.min(open.all);
        if FORMATTING.contains(&name) {
            self.formatting -= before - open.reopened();
        }
        self.total -= 1;
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.get(&key(name)).is_some_and(|open| open.all > 0)
    }
}

/// The first 16 bytes of a name.
fn key(name: &str) -> u128 {
    name.bytes()
        .take(16)
        .fold(0, |key, byte| key << 8 | u128::from(byte))
}

/// How many attributes follow a tag's name, and how many bytes there are to behind its `>`.
fn attributes(rest: &[u8]) -> (usize, usize) {
    let mut count = 0;
    let mut between = true;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        at += 1;
        match byte {
            b'>' => break,
            b'=' => {
                let value = rest[at..].iter().position(|byte| !byte.is_ascii_whitespace());
                at += value.unwrap_or(0);
                if let Some(&quote @ (b'"' | b'\'')) = rest.get(at) {
                    let end = memchr::memchr(quote, &rest[at + 1..]);
                    at = end.map_or(rest.len(), |end| at + 1 + end + 1);
                    between = true;
                }
            }
            b'/' => between = true,
            _ if byte.is_ascii_whitespace() => between = true,
            _ => {
                count += usize::from(between);
                between = false;
            }
        }
    }
    (count, at)
}

/// Where the end tag of a raw text element begins, or the page ends.
fn end_of_raw_text(page: &[u8], from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(next) = memchr::memmem::find(&page[at..], b"</") {
        at += next;
        let named = page.get(at + 2..at + 2 + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes())) {
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
    fn ordinary_pages_pass() {
        let unclosed = "<p>one<li>two<td>three<br><img src=x><a name=y>".repeat(50_000);
        let script = format!("<script>{}</script>", "for(i=0;i<n;i++) a<b;".repeat(10_000));
        let nested = format!("{}{}", "<div>".repeat(400), "</div>".repeat(400));
        let comment = format!("<!--{}-->", "<div>".repeat(10_000));
        let custom = "<x-element-with-a-long-name>a</x-element-with-a-long-name>".repeat(10_000);
        for page in [unclosed, script, nested, comment, custom] {
            assert_eq!(check(page.as_bytes()), Ok(()));
        }
    }

    #[test]
    fn hostile_pages_are_refused() {
        let deep = "<div>".repeat(100_000);
        let mismatched = "<div></b>".repeat(100_000);
        let formatting: String = (0..2_000)
            .map(|size| format!("<font size={size}>"))
            .chain((0..10_000).map(|_| "<p>a".to_owned()))
            .collect();
        let attributes: String = (0..5_000).map(|number| format!(" a{number}")).collect();
        let tag = format!("<div{attributes}>");
        let foreign = format!("<svg><style>{}", "<g>".repeat(10_000));
        let long = "a".repeat(MAX_PAGE_BYTES + 1);
        for page in [deep, mismatched, formatting, tag, foreign, long] {
            assert!(check(page.as_bytes()).is_err(), "{}", &page[..40]);
        }
    }

    proptest! {
        #[test]
        fn it_comes_to_an_end(page in "[<>/!a-c \"'=-]{0,200}") {
            let _ = check(page.as_bytes());
        }
    }
}
