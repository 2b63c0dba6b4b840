//! HTML -> main text: one page a file here, one page a record in [`warc`](super::warc).
//!
//! The main text is what `dom_smoothie` (Mozilla's Readability, in Rust) takes for the article, with paragraphs,
//! headings and list items on lines of their own. Where it finds none, or only a fragment (short pages, lists), it
//! is the text of the body without navigation, forms and the like. A page with neither is skipped: "no main text".
//!
//! Memory: one page, at most [`MAX_PAGE_BYTES`], and its tree.

mod attributes;
mod tree;
mod whole;

use dom_smoothie::{Config, Readability, TextMode};

pub(super) use tree::MAX_PAGE_BYTES;

use super::stream::Whole;
use super::{RawFile, ReadError, charset, decompress, file_error, guard, settle};
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// A page in which one character in this many cannot be decoded is not text in any encoding.
const MAX_UNDECODABLE_SHARE: usize = 20;

/// An article below this is doubted: twice what Readability itself takes for enough.
const SHORT_ARTICLE_BYTES: usize = 1_000;

/// A short article with less than one in this many bytes of the body's text is a fragment of the page: a cookie
/// notice, a teaser. Mean F1 on the development set of the Web Content Extraction Benchmark: 0.724 without, 0.758
/// with this rule.
const FRAGMENT_SHARE: usize = 4;

/// Elements that never hold main text.
const FURNITURE: &str = "script, style, noscript, template, nav, header, footer, aside, form, button, select, \
                         iframe, svg, dialog";

/// Reads HTML files.
pub(super) struct Html;

impl Reader for Html {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let place = Place::default();
        let mut stream = decompress::open(&file.path).map_err(|source| file_error(file, source))?;
        let bytes = match stream.whole(MAX_PAGE_BYTES) {
            Ok(Whole::Bytes(bytes)) => bytes,
            Ok(Whole::TooLarge) => {
                return harvest.quarantine(place, format!("a page of more than {MAX_PAGE_BYTES} bytes"));
            }
            Err(error) => return settle(error, file, place, harvest),
        };
        if bytes.is_empty() {
            return harvest.quarantine(place, "the file is empty".to_owned());
        }
        let found = if file.whole_pages {
            whole::extract_whole(&bytes)
        } else {
            extract(&bytes, None)
        };
        let page = match found {
            Ok(page) => page,
            Err(Unread::Skip(reason)) => {
                harvest.skip(reason);
                return Ok(());
            }
            Err(Unread::Quarantine(reason)) => return harvest.quarantine(place, reason),
        };
        harvest.document(RawDocument {
            place,
            key: Some(page.url.clone().unwrap_or_else(|| file.path.clone())),
            url: page.url,
            title: page.title,
            author: page.author,
            date: page.date,
            language_hint: page.language,
            text: page.text,
            ..RawDocument::default()
        })
    }
}

/// What a page holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Its title.
    pub(super) title: Option<String>,
    /// Who wrote it.
    pub(super) author: Option<String>,
    /// When it was published: `YYYY-MM-DD`, or the part of it that is known.
    pub(super) date: Option<String>,
    /// The language that it says it is in.
    pub(super) language: Option<String>,
    /// The address that it says it should be known by.
    pub(super) url: Option<String>,
    /// Its main text, not empty.
    pub(super) text: String,
}

/// Why a page gave no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// There is nothing wrong with it.
    Skip(&'static str),
    /// There is.
    Quarantine(String),
}

/// Takes the main text and what else is known from a page's bytes, whose HTTP header may have named a `charset`.
pub(super) fn extract(bytes: &[u8], charset: Option<&str>) -> Result<Page, Unread> {
    if charset::looks_binary(bytes)
        && !charset.is_some_and(|label| label.to_ascii_lowercase().starts_with("utf-16"))
    {
        return Err(Unread::Skip("binary content in place of a page"));
    }
    let decoded = charset::decode_page(bytes, charset);
    if decoded.undecodable > 0 {
        let characters = decoded.text.chars().count();
        if decoded.undecodable * MAX_UNDECODABLE_SHARE > characters {
            let undecodable = decoded.undecodable;
            let reason = format!("{undecodable} of {characters} characters cannot be decoded");
            return Err(Unread::Quarantine(reason));
        }
    }
    guard::guarded(|| parse(&decoded.text)).unwrap_or_else(|message| {
        Err(Unread::Quarantine(format!(
            "the html library gave up on the page: {message}"
        )))
    })
}

fn parse(html: &str) -> Result<Page, Unread> {
    let config = Config {
        // Structured data is for search engines: it costs a JSON parser on hostile input and adds only titles.
        disable_json_ld: true,
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let unparsed = |error: dom_smoothie::ReadabilityError| {
        Unread::Quarantine(format!("the html library refused the page: {error}"))
    };
    let document = tree::parse(html).map_err(Unread::Quarantine)?;
    let mut readability = Readability::with_document(document, None, Some(config)).map_err(unparsed)?;

    let document = &readability.doc;
    let language = document
        .select_single("html")
        .attr("lang")
        .and_then(|language| squeezed(&language));
    let url = document
        .select_single("link[rel=canonical]")
        .attr("href")
        .map(|url| url.trim().to_owned())
        .filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    let title = squeezed(&document.select_single("title").text());

    let article = readability.parse().ok();
    let mut text = article
        .as_ref()
        .map_or("", |article| article.text_content.trim())
        .to_owned();
    if text.len() < SHORT_ARTICLE_BYTES {
        let body = body_text(html).map_err(Unread::Quarantine)?;
        if text.len() * FRAGMENT_SHARE < body.len() {
            text = body;
        }
    }
    if text.is_empty() {
        return Err(Unread::Skip("no main text"));
    }
    Ok(Page {
        title: article.and_then(|article| squeezed(&article.title)).or(title),
        author: None,
        date: None,
        language,
        url,
        text,
    })
}

/// The text of the body without its furniture: what a page is read as that is known to be all content, such as a
/// chapter of a book.
pub(super) fn body_text(html: &str) -> Result<String, String> {
    let document = tree::parse(html)?;
    document.select(FURNITURE).remove();
    let text = document.select_single("body").formatted_text();
    Ok(text.trim().to_owned())
}

/// White space runs as one space; nothing where there is nothing else.
fn squeezed(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests;
