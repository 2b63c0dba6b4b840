//! Which element of a page holds its content.

use super::clean;
use super::kind::Kind;
use super::measure::PROSE_BYTES;
use super::names::Purposes;
use super::outline::Outline;
use super::tag::Tag;
use super::tree::{Key, NodeId, ROOT};

/// An element holds the content if at least this share of the prose around it is in it.
const DOMINANT: f64 = 0.85;

/// An element that says it is the article is believed with this share of the page's prose.
const BELIEVED: f64 = 0.6;

/// Another element that says it is the article is a part of it with this share of the largest one's prose.
const FAIR_SHARE: f64 = 0.15;

/// A page with a smaller share of prose in its text is a list of things.
const SPARSE: f64 = 0.35;

/// A neighbour of the content with this much prose, in bytes, and hardly a link is a part of it.
const NEIGHBOUR_PROSE: u32 = 100;
const NEIGHBOUR_LINK_SHARE: f64 = 0.15;
const NEIGHBOUR_PROSE_SHARE: f64 = 0.5;

/// How far above the content neighbours are looked for, in elements.
const LEVELS: usize = 6;

/// Prose from which a page is taken for an article, and for running text, in bytes.
const ARTICLE_PROSE: u32 = 250;
const RUNNING_PROSE: u32 = 1_500;

/// How a page's content is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// One text, to be freed of what is about it.
    Article,
    /// Running text for the most part.
    Running,
    /// Anything.
    Any,
}

/// The element whose text is the content.
pub(super) fn find(page: &mut Outline<'_, '_>) -> NodeId {
    let named = named_article(page)
        .filter(|&id| f64::from(page.amount(id).prose) >= BELIEVED * f64::from(page.whole().prose));
    let root = named.unwrap_or_else(|| heaviest(page));
    widened(page, root)
}

/// How what is below `root` is written.
pub(super) fn manner(page: &Outline<'_, '_>, root: NodeId) -> Manner {
    let amount = page.amount(root);
    let says_article = page.purpose(root).meet(Purposes::ARTICLE) || page.tree.node(root).tag == Tag::Article;
    match page.kind {
        Kind::Article if amount.prose >= ARTICLE_PROSE => Manner::Article,
        Kind::Other if says_article && amount.prose >= ARTICLE_PROSE => Manner::Article,
        Kind::Other if amount.prose >= RUNNING_PROSE && amount.prose_share() >= 0.7 => {
            if clean::has_about(page, root) {
                Manner::Article
            } else {
                Manner::Running
            }
        }
        _ => Manner::Any,
    }
}

/// The element around all that call themselves the article and have a fair share of prose.
fn named_article(page: &Outline<'_, '_>) -> Option<NodeId> {
    let tree = page.tree;
    let end = tree.ids().end;
    let mut named: Vec<NodeId> = Vec::new();
    let mut id = ROOT;
    while id < end {
        let is_empty = page.is_dropped(id) || page.amount(id).prose == 0;
        let is_named = !is_empty
            && page.purpose(id).meet(Purposes::ARTICLE)
            && !matches!(tree.node(id).tag, Tag::Html | Tag::Body);
        if is_named {
            named.push(id);
        }
        id = if is_empty || is_named {
            tree.node(id).end
        } else {
            id + 1
        };
    }
    let prose = |id: NodeId| page.amount(id).prose;
    let best = named
        .iter()
        .copied()
        .max_by_key(|&id| (prose(id), std::cmp::Reverse(id)))?;
    let class = tree.attribute(best, Key::Class);
    let mut around = best;
    for id in named {
        let is_alike = class.is_some() && tree.attribute(id, Key::Class) == class;
        if is_alike || f64::from(prose(id)) >= FAIR_SHARE * f64::from(prose(best)) {
            around = common(page, around, id);
        }
    }
    Some(around)
}

/// The innermost element around both.
fn common(page: &Outline<'_, '_>, one: NodeId, other: NodeId) -> NodeId {
    let mut around = one.min(other);
    while page.tree.node(around).end <= one.max(other) && around > ROOT {
        around = page.tree.node(around).parent;
    }
    around
}

/// The innermost element with most of the page's text in it: of its prose, or of all its text if it has little prose.
fn heaviest(page: &Outline<'_, '_>) -> NodeId {
    let tree = page.tree;
    let is_sparse = page.whole().prose_share() < SPARSE;
    let weight = |id: NodeId| {
        let amount = page.amount(id);
        if is_sparse { amount.text } else { amount.prose }
    };
    let mut root = ROOT;
    while !matches!(tree.node(root).tag, Tag::Main | Tag::Article) {
        let mut heaviest: Option<NodeId> = None;
        let mut in_children = 0;
        for child in tree.children(root).filter(|&child| !page.is_dropped(child)) {
            in_children += weight(child);
            if heaviest.is_none_or(|best| weight(child) > weight(best)) {
                heaviest = Some(child);
            }
        }
        let Some(child) = heaviest.filter(|&child| weight(child) > 0) else {
            break;
        };
        // An element with prose of its own, in no block below it, is content.
        let has_prose = weight(root).saturating_sub(in_children) >= PROSE_BYTES;
        let least = DOMINANT * f64::from(weight(root));
        if has_prose || f64::from(weight(child)) < least || is_one_block(tree.node(child).tag) {
            break;
        }
        root = child;
    }
    only_article(page, root).unwrap_or(root)
}

/// The one `article` below an element that has most of its prose.
fn only_article(page: &Outline<'_, '_>, root: NodeId) -> Option<NodeId> {
    let tree = page.tree;
    let mut articles = tree
        .below(root)
        .filter(|&id| tree.node(id).tag == Tag::Article && !page.is_dropped(id) && page.amount(id).prose > 0);
    let (only, None) = (articles.next()?, articles.next()) else {
        return None;
    };
    let most = DOMINANT * f64::from(page.amount(root).prose);
    (f64::from(page.amount(only).prose) >= most).then_some(only)
}

/// Whether an element is a block of text or a part of a table, and so never a whole content.
fn is_one_block(tag: Tag) -> bool {
    let is_part = matches!(
        tag,
        Tag::P | Tag::Li | Tag::Pre | Tag::Td | Tag::Tr | Tag::Tbody | Tag::Dd | Tag::Dt | Tag::Blockquote
    );
    is_part || tag.is_inline() || tag.is_heading()
}

/// The element around `root` and those beside it that read like more of the same. In an article, whatever else is
/// beside it is dropped.
fn widened(page: &mut Outline<'_, '_>, root: NodeId) -> NodeId {
    let tree = page.tree;
    if page.kind == Kind::Discussion || page.amount(root).prose == 0 {
        return root;
    }
    let is_article = manner(page, root) == Manner::Article;
    let mut widest = root;
    let mut inner = root;
    let mut others: Vec<NodeId> = Vec::new();
    for _ in 0..LEVELS {
        if matches!(
            tree.node(inner).tag,
            Tag::Main | Tag::Article | Tag::Body | Tag::Html | Tag::Document
        ) {
            break;
        }
        let outer = tree.node(inner).parent;
        let beside = tree
            .children(outer)
            .filter(|&id| id != inner && !page.is_dropped(id));
        let (more, rest): (Vec<NodeId>, Vec<NodeId>) = beside.partition(|&id| is_more(page, id));
        others.extend(rest);
        if !more.is_empty() {
            widest = outer;
            if is_article {
                others.drain(..).for_each(|id| page.drop(id));
            }
        }
        inner = outer;
    }
    page.measure();
    widest
}

fn is_more(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let amount = page.amount(id);
    amount.prose >= NEIGHBOUR_PROSE
        && amount.link_share() < NEIGHBOUR_LINK_SHARE
        && amount.prose_share() > NEIGHBOUR_PROSE_SHARE
}
