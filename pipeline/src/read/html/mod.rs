//! HTML -> main text: one page a file here, one page a record in [`warc`](super::warc).
//!
//! ```text
//! source -> parse (tree) -> furniture (menus, notices: dropped) -> content (which element) -> clean, elsewhere
//!        -> render (text)
//! ```
//!
//! Every step is a loop or two over one array of nodes (`tree.rs`), in time that grows with the page's length and
//! not with its depth. What is dropped is told by three things, weighed against each other: what elements are
//! (`nav`), what their classes say they are for (`names.rs`), and how much of the page's prose they hold
//! (`measure.rs`): no name, however telling, drops most of a page's text. The thresholds were set on the development
//! set of the Web Content Extraction Benchmark and on pages of Readability's and newspaper4k's tests, by their means,
//! never for a single page; `benches/README.md` has the table.
//!
//! Memory: one page, at most [`MAX_PAGE_BYTES`], and about as much again for its tree. Of a longer page, or one of more
//! elements than any real page has, the beginning is read, always the same, and the quarantine says that the rest is
//! lost.

mod tag;
mod tree;
mod attributes;
mod parse;

mod kind;
mod patterns;
mod names;
mod measure;
mod outline;

mod furniture;
mod content;
mod lines;
mod clean;
mod announcements;
mod elsewhere;

mod render;
mod repeats;
mod metadata;

pub(super) use parse::MAX_PAGE_BYTES;

use content::Manner;
use kind::Kind;
use metadata::metadata;
use outline::Outline;
use tree::ROOT;

use super::{RawFile, ReadError, charset, decompress, file_error, guard, settle};
use crate::recipe::Group;
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// A page in which one character in this many cannot be decoded is not text in any encoding.
const MAX_UNDECODABLE_SHARE: usize = 20;

/// Reads HTML files.
pub(super) struct Html;

impl Reader for Html {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let place = Place::default();
        let mut stream = decompress::open(file).map_err(|source| file_error(file, source))?;
        let mut bytes = Vec::new();
        // One more than a page may have shows that there are more.
        if let Err(error) = stream.block(&mut bytes, MAX_PAGE_BYTES as u64 + 1, MAX_PAGE_BYTES + 1) {
            return settle(error, file, place, harvest);
        }
        if bytes.is_empty() {
            return harvest.quarantine(place, "the file is empty".to_owned());
        }
        match extract(&bytes, None, Reach::of(file.context.group)) {
            Ok(mut page) => {
                let lost = page.lost.take();
                let mut document = RawDocument::from(page);
                document.key = document.url.clone().or_else(|| Some(file.path.clone()));
                harvest.document(document)?;
                lost.map_or(Ok(()), |lost| harvest.quarantine(place, lost))
            }
            Err(Unread::Skip(reason)) => {
                harvest.skip(reason);
                Ok(())
            }
            Err(Unread::Quarantine(reason)) => harvest.quarantine(place, reason),
        }
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
    /// What was not read of a page that is longer than pages may be.
    pub(super) lost: Option<String>,
}

impl From<Page> for RawDocument {
    /// The document that a page is, without key and place.
    fn from(page: Page) -> Self {
        Self {
            url: page.url,
            title: page.title,
            author: page.author,
            date: page.date,
            language_hint: page.language,
            text: page.text,
            ..Self::default()
        }
    }
}

/// Why a page gave no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// There is nothing wrong with it.
    Skip(&'static str),
    /// There is.
    Quarantine(String),
}

/// How much of a page is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The main text.
    Main,
    /// All of it, as in a book.
    Whole,
}

impl Reach {
    /// What counts in a source of `group`.
    pub(super) fn of(group: Option<Group>) -> Self {
        match group {
            Some(Group::Books) => Self::Whole,
            _ => Self::Main,
        }
    }
}

/// Takes the text and what else is known from a page's bytes, whose HTTP header may have named a `charset`.
pub(super) fn extract(bytes: &[u8], charset: Option<&str>, reach: Reach) -> Result<Page, Unread> {
    if charset::looks_binary(bytes)
        && !charset.is_some_and(|label| label.to_ascii_lowercase().starts_with("utf-16"))
    {
        return Err(Unread::Skip("binary content in place of a page"));
    }
    let is_cut = bytes.len() > MAX_PAGE_BYTES;
    let decoded = charset::decode_page(&bytes[..bytes.len().min(MAX_PAGE_BYTES)], charset);
    if decoded.undecodable > 0 {
        let characters = decoded.text.chars().count();
        if decoded.undecodable * MAX_UNDECODABLE_SHARE > characters {
            let undecodable = decoded.undecodable;
            let reason = format!("{undecodable} of {characters} characters cannot be decoded");
            return Err(Unread::Quarantine(reason));
        }
    }
    let read = guard::guarded(|| read_page(&decoded.text, reach)).unwrap_or_else(|message| {
        Err(Unread::Quarantine(format!(
            "reading the page failed: {message}; please report it with the page"
        )))
    });
    read.map(|mut page| {
        if is_cut {
            page.lost = Some(format!(
                "the page has more than {MAX_PAGE_BYTES} bytes; what is before them was read"
            ));
        }
        page
    })
}

fn read_page(html: &str, reach: Reach) -> Result<Page, Unread> {
    let tree = parse::parse(html);
    let mut text = match reach {
        Reach::Main => main_text(&mut Outline::new(&tree)),
        Reach::Whole => String::new(),
    };
    if text.is_empty() {
        // A page of nothing but notices and menus is judged by what it has.
        text = all_text(&tree);
    }
    if text.is_empty() {
        return Err(Unread::Skip("no main text"));
    }
    let said = metadata(&tree);
    Ok(Page {
        title: said.title,
        author: said.author,
        date: said.date,
        language: said.language,
        url: said.url,
        text,
        lost: lost(&tree),
    })
}

/// What to say of a page that was not read to its end.
fn lost(tree: &tree::Tree<'_>) -> Option<String> {
    let at = tree.cut_at?;
    let elements = tree.nodes.len();
    Some(format!(
        "the page is too long to be read whole: {elements} elements and texts in {at} bytes; what is before them was read"
    ))
}

/// The main text of a page.
fn main_text(page: &mut Outline<'_, '_>) -> String {
    furniture::drop_furniture(page);
    let root = content::find(page);
    match content::manner(page, root) {
        Manner::Article => {
            clean::drop_about(page, root);
            elsewhere::drop_teasers(page, root);
            elsewhere::drop_announced(page, root);
            clean::trim(page, root);
        }
        Manner::Running => elsewhere::drop_announced(page, root),
        Manner::Any => {}
    }
    repeats::without_repeats(render::text(page, root), page.kind == Kind::Product)
}

/// The text of a page that is known to be all content, such as a chapter of a book; an error says why it is refused.
pub(super) fn body_text(html: &str) -> Result<String, String> {
    let tree = parse::parse(html);
    lost(&tree).map_or_else(|| Ok(all_text(&tree)), Err)
}

/// The text of all elements that hold any for readers.
fn all_text(tree: &tree::Tree<'_>) -> String {
    let mut page = Outline::new(tree);
    page.drop_where(ROOT, furniture::is_never_content);
    render::text(&page, ROOT)
}

#[cfg(test)]
mod tests;
