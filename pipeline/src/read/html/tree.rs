//! A page's tree, built within bounds: what is too hostile is given up while it is parsed.
//!
//! Parsers and extractors take time quadratic in the depth of a page (at each block they look through all open
//! elements) and make new elements for unclosed formatting at each paragraph. Measured without bounds: 100,000
//! nested `div` did not finish in 15 seconds in any of five extractors. The bounds are on size and number, never on
//! time, so that the same page always fares the same. They are looked at after every [`CHUNK_BYTES`] of a page,
//! and so may be exceeded by what one chunk opens.

use std::cell::Cell;

use dom_query::{Document, NodeId};
use html5ever::interface::Tracer;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};

use super::attributes;

/// The longest page, in bytes. Common Crawl cuts pages off at 1 MiB (5 MiB since 2025).
pub(in crate::read) const MAX_PAGE_BYTES: usize = 8 << 20;

/// The deepest page, in elements. Chromium nests no deeper than 512 (`kMaximumHTMLParserDOMTreeDepth`).
const MAX_DEPTH: usize = 512;

/// Elements that may be open at once, those of unclosed formatting counted twice.
const MAX_OPEN: usize = 2 * MAX_DEPTH;

/// Elements and texts of a page. The longest real pages, tables of 5 MiB, have some 400,000.
const MAX_NODES: usize = 1_000_000;

/// How much of a page is parsed between two looks at the bounds.
const CHUNK_BYTES: usize = 4 << 10;

/// Parses a page, or says why it is refused.
pub(super) fn parse(html: &str) -> Result<Document, String> {
    if html.len() > MAX_PAGE_BYTES {
        return Err(format!(
            "a page of {} bytes is longer than {MAX_PAGE_BYTES}",
            html.len()
        ));
    }
    attributes::check(html.as_bytes())?;
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            // What `noscript` holds is for us: we run no scripts.
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let mut parser = parse_document(Document::default(), options);
    let mut start = 0;
    while start < html.len() {
        let end = html.floor_char_boundary(start + CHUNK_BYTES);
        parser.process(StrTendril::from(&html[start..end]));
        start = end;
        let open = Open::default();
        let builder = &parser.tokenizer.sink;
        builder.trace_handles(&open);
        if open.0.get() > MAX_OPEN {
            return Err(format!(
                "more than {MAX_OPEN} elements are open at character {end} of the page"
            ));
        }
        if builder.sink.tree.len() > MAX_NODES {
            return Err(format!(
                "the page has more than {MAX_NODES} elements by character {end}"
            ));
        }
    }
    let document = parser.finish();
    if is_too_deep(&document) {
        return Err(format!("elements are nested deeper than {MAX_DEPTH}"));
    }
    Ok(document)
}

/// Counts what a tree builder holds open.
#[derive(Debug, Default)]
struct Open(Cell<usize>);

impl Tracer for Open {
    type Handle = NodeId;

    fn trace_handle(&self, _node: &NodeId) {
        self.0.set(self.0.get() + 1);
    }
}

/// Whether any node is deeper than [`MAX_DEPTH`]. Goes through the tree without a stack.
fn is_too_deep(document: &Document) -> bool {
    let mut node = document.root();
    let mut depth = 0_usize;
    loop {
        if depth > MAX_DEPTH {
            return true;
        }
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            continue;
        }
        loop {
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            match node.parent() {
                Some(parent) if depth > 0 => {
                    node = parent;
                    depth -= 1;
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_and_sloppy_pages_pass() {
        let unclosed = "<p>one<li>two<td>three<br><img src=x><a name=y><b>".repeat(5_000);
        let script = format!("<script>{}</script>", "for(i=0;i<n;i++) a<b;".repeat(10_000));
        let nested = format!("{}{}", "<div>".repeat(400), "</div>".repeat(400));
        let comment = format!("<!--{}-->", "<div>".repeat(10_000));
        let spans = "<p><span>text</p>".repeat(10_000);
        for page in [unclosed, script, nested, comment, spans] {
            assert!(parse(&page).is_ok(), "{}", &page[..30]);
        }
    }

    #[test]
    fn hostile_pages_are_refused() {
        let fonts: Vec<String> = (0..2_000).map(|size| format!("<font size={size}>")).collect();
        let pages = [
            "<div>".repeat(100_000),
            "<div></b>".repeat(100_000),
            "<div><table></div></table>".repeat(100_000),
            "<span><div></span></div>".repeat(100_000),
            "<span><li></span></li>".repeat(100_000),
            "<table><tr><td>".repeat(100_000),
            "<table>".to_owned() + &"<div>".repeat(100_000),
            "<div></html><!-- -->".repeat(100_000),
            "<svg><path>".repeat(100_000),
            fonts.concat() + &"<p>a".repeat(100_000),
            "a".repeat(MAX_PAGE_BYTES + 1),
        ];
        for page in pages {
            assert!(parse(&page).is_err(), "{}", &page[..40]);
        }
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(page in "(<(/?)(p|div|b|table|td)>|[a-zé&;]{0,3}){0,40}") {
            let padding = "é".repeat(CHUNK_BYTES / 2 - 20);
            let page = format!("<p>{padding}{page}");
            let whole = Document::from(page.as_str());
            prop_assert_eq!(parse(&page).expect("is sound").html(), whole.html());
        }
    }
}
