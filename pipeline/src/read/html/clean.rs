//! What stands inside of an article and is no part of it: its title and byline, captions, lists of links, and the
//! lines around it.

use super::elsewhere::is_introduced;
use super::lines;
use super::measure::PROSE_BYTES;
use super::names::Purposes;
use super::outline::Outline;
use super::render::resolved;
use super::tag::Tag;
use super::tree::NodeId;

/// What is dropped inside of an article where it is short.
const ABOUT: Purposes = Purposes::BYLINE
    .and(Purposes::TAGS)
    .and(Purposes::AUTHOR_BOX)
    .and(Purposes::CONTENTS)
    .and(Purposes::CAPTION);

/// What may be dropped out of a line of prose: what stands before or behind its sentence.
const NEAR: Purposes = Purposes::BYLINE.and(Purposes::CAPTION);

/// Bytes of text up to which a part of an article may be about it, and the share of its prose.
const ABOUT_BYTES: u32 = 500;
const ABOUT_SHARE: f64 = 0.2;

/// A group with a larger share of its text in links is one of links; a paragraph needs more.
const LINKS_SHARE: f64 = 0.6;
const LINK_SHARE: f64 = 0.9;

/// Bytes of text from which a paragraph of links is a text all the same.
const LINK_BYTES: u32 = 150;

/// Bytes of a line that is looked at for what it says, at most.
const EDGE_BYTES: u32 = 500;

/// The same for a line that tells when or by whom an article was written.
const ABOUT_LINE_BYTES: u32 = 200;

/// Texts at the head of a page among which lines about it are looked for.
const HEAD_TEXTS: usize = 64;

/// Lines of prose at an article's head between which there are lines about it.
const HEAD_PROSE: usize = 2;

/// Bytes of a heading that is known by the page's title, at least, and nodes in which its text is looked for.
const TITLE_BYTES: usize = 12;
const TITLE_NODES: usize = 8;

/// Bytes of prose that an article must have beside a gallery, for the gallery not to be its content.
const BESIDE_GALLERY: u32 = 1_000;

/// Drops what is about the article below `root`.
pub(super) fn drop_about(page: &mut Outline<'_, '_>, root: NodeId) {
    let whole = page.amount(root).prose;
    let text = first_text(page, root);
    let titles = titles(page, root, text);
    let title = page.title();
    page.drop_where(root, |page, id| {
        let tag = page.tree.node(id).tag;
        let (amount, purposes) = (page.amount(id), page.purpose(id));
        let about = if page.is_in_sentence(id) { NEAR } else { ABOUT };
        let is_about = purposes.meet(about)
            && (tag != Tag::A || about == ABOUT)
            && amount.text < ABOUT_BYTES
            && f64::from(amount.prose) < ABOUT_SHARE * f64::from(whole);
        let is_gallery =
            purposes.meet(Purposes::GALLERY) && whole.saturating_sub(amount.prose) >= BESIDE_GALLERY;
        let is_links = match tag {
            Tag::Ul | Tag::Ol if is_introduced(page, id) => false,
            Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table | Tag::Div | Tag::Section | Tag::Other => {
                amount.links >= 2 && amount.link_share() > LINKS_SHARE
            }
            Tag::P => amount.links >= 1 && amount.link_share() > LINK_SHARE && amount.text < LINK_BYTES,
            _ => false,
        };
        let is_title = tag == Tag::Figcaption
            || (tag == Tag::H1 && titles.contains(&id))
            || (tag.is_heading() && id < text && says_title(page, id, title));
        tag != Tag::Text && (is_about || is_gallery || is_links || is_title)
    });
}

/// Where the first text below `root` is that reads like prose.
fn first_text(page: &Outline<'_, '_>, root: NodeId) -> NodeId {
    let is_text = |&id: &NodeId| {
        page.amount(id).own_prose > 0 && !page.tree.node(id).tag.is_heading() && !page.is_dropped(id)
    };
    page.tree
        .below(root)
        .find(is_text)
        .unwrap_or(page.tree.node(root).end)
}

/// Where a heading of the first level below `root` is the article's title: anywhere if there is one, before the text
/// if there are more, which head the article's parts.
fn titles(page: &Outline<'_, '_>, root: NodeId, text: NodeId) -> std::ops::Range<NodeId> {
    let is_heading = |&id: &NodeId| page.tree.node(id).tag == Tag::H1 && !page.is_dropped(id);
    if page.tree.below(root).filter(is_heading).nth(1).is_none() {
        return page.tree.below(root);
    }
    root + 1..text
}

/// Whether a heading says what the page is titled with.
fn says_title(page: &Outline<'_, '_>, id: NodeId, title: &str) -> bool {
    let mut below = page
        .tree
        .below(id)
        .take(TITLE_NODES)
        .map(|below| page.tree.node(below));
    let text = below
        .find(|node| node.tag == Tag::Text)
        .map_or("", |node| page.tree.text(node).trim());
    text.len() >= TITLE_BYTES && title.starts_with(text)
}

/// A run of text in one block.
#[derive(Debug)]
struct Run {
    block: NodeId,
    texts: Vec<NodeId>,
    bare: u32,
    linked: u32,
}

impl Run {
    fn length(&self) -> u32 {
        self.bare + self.linked
    }

    /// Its text on one line.
    fn line(&self, page: &Outline<'_, '_>) -> String {
        let mut line = String::new();
        for &id in &self.texts {
            let node = page.tree.node(id);
            if node.marks.after_space {
                line.push(' ');
            }
            line.push_str(&resolved(page.tree.text(node), node.marks.has_references));
        }
        line.split_whitespace().collect::<Vec<&str>>().join(" ")
    }
}

/// Drops what stands before the first and behind the last line below `root` that reads like an article's.
pub(super) fn trim(page: &mut Outline<'_, '_>, root: NodeId) {
    let tree = page.tree;
    let runs = runs(page, page.texts(root));
    let is_prose = |run: &Run| run.bare >= PROSE_BYTES && run.linked <= run.bare;
    let is_part = |run: &Run| {
        let tag = tree.node(run.block).tag;
        matches!(tag, Tag::Li | Tag::Pre | Tag::Td | Tag::Dd | Tag::Blockquote)
    };
    let is_sentence = |run: &Run| {
        let last = run.texts.last().map_or("", |&text| tree.text(tree.node(text)));
        last.trim_end().ends_with([
            '.', '!', '?', '"', '\u{201d}', '。', '！', '？', '»', '…', ')', ';',
        ])
    };
    let about = about(page, &runs, is_prose);
    let Some(first) = (0..runs.len()).find(|&at| is_prose(&runs[at]) && !about.contains(&at)) else {
        return;
    };
    let ends_article = |run: &Run| {
        let is_of_list = |run: &Run| is_introduced(page, tree.node(run.block).parent);
        (is_prose(run)
            || (run.linked <= run.bare && is_sentence(run))
            || (is_part(run) && (run.linked == 0 || is_of_list(run))))
            && (run.length() > EDGE_BYTES || !lines::is_behind(&run.line(page)))
    };
    let last = runs.iter().rposition(ends_article).unwrap_or(first);
    for (at, run) in runs.iter().enumerate() {
        let is_heading = tree.node(run.block).tag.is_heading();
        let is_before = at < first && !is_heading && !is_part(run) && !is_sentence(run);
        if is_before || at > last || about.contains(&at) {
            run.texts.iter().for_each(|&id| page.drop(id));
        }
    }
    page.measure();
}

/// The lines that tell of the article at its head: up to its first few lines of prose.
fn about(page: &Outline<'_, '_>, runs: &[Run], is_prose: impl Fn(&Run) -> bool) -> Vec<usize> {
    let mut about = Vec::new();
    let mut prose = 0;
    for (at, run) in runs.iter().enumerate() {
        if run.length() <= ABOUT_LINE_BYTES && lines::is_about(&run.line(page)) {
            about.push(at);
        } else if is_prose(run) {
            prose += 1;
            if prose == HEAD_PROSE {
                break;
            }
        }
    }
    about
}

/// Elements that say they name the author, in one article.
const MOST_NAMED: usize = 4;

/// Whether a text begins with lines that tell when or by whom it was written. In a list of posts such lines stand at
/// each.
pub(super) fn has_about(page: &Outline<'_, '_>, root: NodeId) -> bool {
    let mut named = 0;
    let mut id = root + 1;
    while id < page.tree.node(root).end {
        let names = page.purpose(id).meet(Purposes::BYLINE.and(Purposes::AUTHOR_BOX));
        let is_heading = page.tree.node(id).tag.is_heading();
        if names && !is_heading && !page.is_dropped(id) && page.amount(id).text > 0 {
            named += 1;
            id = page.tree.node(id).end;
        } else {
            id = page.next(id);
        }
    }
    if (1..=MOST_NAMED).contains(&named) {
        return true;
    }
    let is_prose = |run: &Run| run.bare >= PROSE_BYTES && run.linked <= run.bare;
    let head = about(page, &runs(page, page.texts(root).take(HEAD_TEXTS)), is_prose);
    if head.is_empty() {
        return false;
    }
    let is_about = |run: &&Run| run.length() <= ABOUT_LINE_BYTES && lines::is_about(&run.line(page));
    runs(page, page.texts(root)).iter().filter(is_about).count() <= head.len() + 1
}

fn runs(page: &Outline<'_, '_>, texts: impl Iterator<Item = NodeId>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for id in texts {
        let node = page.tree.node(id);
        let block = page.blocks[id as usize];
        if runs.last().is_none_or(|last| last.block != block) {
            runs.push(Run {
                block,
                texts: Vec::new(),
                bare: 0,
                linked: 0,
            });
        }
        if let Some(run) = runs.last_mut() {
            run.texts.push(id);
            let length = node.stop - node.start;
            if node.marks.in_link {
                run.linked += length;
            } else {
                run.bare += length;
            }
        }
    }
    runs
}
