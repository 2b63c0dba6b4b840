//! A chapter of XHTML -> its text, by way of HTML.
//!
//! The two are parsed differently, and an HTML parser loses text over what is common in XHTML: `<title/>` and
//! `<script/>` swallow the page, `<a id="p1"/>` is never closed, an internal subset ends at its first `>`. So
//! the page is rewritten first: empty elements get an end, CDATA becomes text, the document type and scripts go, and
//! headers, footers and asides, which are a web page's furniture and a chapter's heading and notes, become plain
//! divisions. Entities that the document defines stay as they are written: none is expanded.

use std::borrow::Cow;

use crate::read::{charset, guard, html};

/// A chapter in which one character in this many cannot be decoded is not text in any encoding.
const MAX_UNDECODABLE_SHARE: usize = 20;

/// Elements of HTML that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// What `epub:type` calls pages that are not the book's text.
const FRAME_TYPES: [&str; 4] = ["cover", "toc", "landmarks", "copyright-page"];

/// The text of a chapter; empty where it has none, or is not the book's text.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    if charset::looks_binary(bytes) {
        return Err("binary content in place of a page".to_owned());
    }
    let decoded = charset::decode_page(bytes, None);
    if decoded.undecodable > 0 {
        let characters = decoded.text.chars().count();
        if decoded.undecodable * MAX_UNDECODABLE_SHARE > characters {
            let undecodable = decoded.undecodable;
            return Err(format!(
                "{undecodable} of {characters} characters cannot be decoded"
            ));
        }
    }
    let Some(page) = as_html(&decoded.text) else {
        return Ok(String::new());
    };
    let text = guard::guarded(|| html::body_text(&page));
    let text = text.unwrap_or_else(|message| Err(format!("the html library gave up on it: {message}")))?;
    Ok(text.trim().to_owned())
}

/// The page as HTML; nothing where it says that it is not the book's text.
fn as_html(page: &str) -> Option<String> {
    let mut html = String::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    let mut is_first_in_body = false;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        html.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = behind_markup(rest, &mut html) {
            rest = after;
            continue;
        }
        let Some(tag) = Tag::at(rest) else {
            // A sign that begins no tag.
            html.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        let name = tag.name.to_ascii_lowercase();
        if (name == "body" || is_first_in_body) && !tag.is_end && tag.is_frame() {
            return None;
        }
        is_first_in_body = name == "body" || (is_first_in_body && tag.is_end);
        if matches!(name.as_str(), "script" | "style") {
            if !tag.is_end && !tag.is_empty {
                let end = memchr::memmem::find(rest.as_bytes(), format!("</{}", tag.name).as_bytes());
                rest = &rest[end.unwrap_or(rest.len())..];
            }
            continue;
        }
        tag.push(&name, &mut html);
    }
    html.push_str(rest);
    Some(html)
}

/// What stands behind a comment, an instruction, a document type or a CDATA section at the start of `rest`; the text
/// of the last goes into `html`. `None` where there is none of these.
fn behind_markup<'a>(rest: &'a str, html: &mut String) -> Option<&'a str> {
    let behind = |end: &str| {
        let at = memchr::memmem::find(rest.as_bytes(), end.as_bytes());
        &rest[at.map_or(rest.len(), |at| at + end.len())..]
    };
    if rest.starts_with("<!--") {
        return Some(behind("-->"));
    }
    if rest.starts_with("<?") {
        return Some(behind("?>"));
    }
    if let Some(section) = rest.strip_prefix("<![CDATA[") {
        let end = memchr::memmem::find(section.as_bytes(), b"]]>").unwrap_or(section.len());
        html.push_str(&section[..end].replace('&', "&amp;").replace('<', "&lt;"));
        return Some(behind("]]>"));
    }
    if rest.starts_with("<!") {
        // Without an end, the rest of the page is a declaration.
        let Some(end) = memchr::memchr(b'>', rest.as_bytes()) else {
            return Some("");
        };
        // A subset in brackets has declarations with ends of their own.
        return Some(if rest[..end].contains('[') {
            behind("]>")
        } else {
            &rest[end + 1..]
        });
    }
    None
}

/// A tag, from `<` to `>`.
#[derive(Debug)]
struct Tag<'a> {
    /// Its name, without a prefix.
    name: &'a str,
    /// What stands between the name and the end.
    attributes: &'a str,
    is_end: bool,
    is_empty: bool,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag that `text` begins with.
    fn at(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_end = bytes.get(1) == Some(&b'/');
        let start = 1 + usize::from(is_end);
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
        let name_end = start
            + bytes[start..]
                .iter()
                .position(ends_name)
                .unwrap_or(bytes.len() - start);
        let mut quote = None;
        let mut close = None;
        for (at, byte) in bytes.iter().enumerate().skip(name_end) {
            match (quote, byte) {
                (None, b'>') => {
                    close = Some(at);
                    break;
                }
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        // Without an end, the rest of the page is a tag, and holds no text.
        let close = close.unwrap_or(bytes.len());
        let inner = text.get(name_end..close)?;
        let is_empty = inner.ends_with('/') && !is_end;
        let name = text.get(start..name_end)?;
        Some(Self {
            name: name.rsplit(':').next().unwrap_or(name),
            attributes: inner.strip_suffix('/').unwrap_or(inner),
            is_end,
            is_empty,
            length: (close + 1).min(text.len()),
        })
    }

    /// Whether `epub:type` says that it is not the book's text.
    fn is_frame(&self) -> bool {
        let Some((_, value)) = self.attributes.split_once("epub:type") else {
            return false;
        };
        let value = value.trim_start_matches([' ', '=', '"', '\'']);
        let types = value.split(['"', '\'']).next().unwrap_or_default();
        types.split_whitespace().any(|name| FRAME_TYPES.contains(&name))
    }

    fn push(&self, name: &str, html: &mut String) {
        let name = match name {
            "header" | "footer" | "aside" => Cow::Borrowed("div"),
            name => Cow::Borrowed(name),
        };
        html.push_str(if self.is_end { "</" } else { "<" });
        html.push_str(&name);
        html.push_str(self.attributes);
        html.push('>');
        if self.is_empty && !VOID.contains(&name.as_ref()) {
            html.push_str("</");
            html.push_str(&name);
            html.push('>');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_html_would_lose_stays() {
        let cases = [
            (
                "<html><head><title/><script src='a'/></head><body><p>Text</p></body></html>",
                "Text",
            ),
            (
                "<body><p>One<a id='p1'/> two</p><p/><p>three</p></body>",
                "One two\nthree",
            ),
            (
                "<body><p>a < b &amp; <![CDATA[<c> & d]]></p></body>",
                "a < b & <c> & d",
            ),
            (
                "<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><html><body><p>x &b; y</p></body></html>",
                "x &b; y",
            ),
            (
                "<body><header><h1>Head</h1></header><p>Text</p><aside>Note</aside></body>",
                "Head\nText\nNote",
            ),
            (
                "<h:html xmlns:h='x'><h:body><h:p title='a > b'>Text</h:p></h:body></h:html>",
                "Text",
            ),
            (
                "<body><script><![CDATA[if (a < b) {}]]></script><p>Text</p><!-- <p>no</p> --></body>",
                "Text",
            ),
            (
                "<body epub:type='bodymatter copyright-page'><p>No part of this</p></body>",
                "",
            ),
            (
                "<body>\n<section epub:type=\"toc\"><p>Chapter</p></section></body>",
                "",
            ),
            (
                "<body><section epub:type='chapter'><p>Text</p></section></body>",
                "Text",
            ),
            ("", ""),
        ];
        for (page, expected) in cases {
            let text = text(page.as_bytes()).expect("reads");
            let lines: Vec<&str> = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect();
            assert_eq!(lines.join("\n"), expected, "{page}");
        }
        assert!(text(b"\x89PNG\0\0").is_err());
    }

    #[test]
    fn time_grows_with_the_page_alone() {
        for piece in [
            "<a \"",
            "<![CDATA[",
            "<!--",
            "<!DOCTYPE [",
            "<script>",
            "<",
            "<a/",
            "&a;",
        ] {
            assert!(as_html(&piece.repeat(500_000)).is_some(), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn any_page_is_rewritten(page in "(<|>|/|a|body|script|!|-|\\[|\\]|\"|é|=|epub:type|\\?|:| |\\PC){0,60}") {
            as_html(&page);
        }

        #[test]
        fn plain_text_stays(words in prop::collection::vec("[a-zé]{1,8}", 1..20)) {
            let words = words.join(" ");
            prop_assert_eq!(text(format!("<p>{words}</p>").as_bytes()), Ok(words));
        }
    }
}
