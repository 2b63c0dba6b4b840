//! What leads from a text to others: teasers, and what is announced as related.

use super::announcements;
use super::outline::Outline;
use super::render::resolved;
use super::tag::Tag;
use super::tree::{Key, NodeId};

/// Teasers in a group, at least.
const TEASERS: usize = 3;

/// Bytes of text up to which an element may be a teaser.
const TEASER_BYTES: u32 = 600;

/// Bytes of a link that is a headline.
const HEADLINE_BYTES: u32 = 15;

/// Share of a teaser's text that is its headline, at least.
const HEADLINE_SHARE: f64 = 0.15;

/// Bytes of labels before a teaser's headline, and nodes in which it is looked for.
const LABEL_BYTES: u32 = 60;
const LABEL_NODES: usize = 64;

/// Bytes of text up to which a line may be an announcement, and the nodes below it.
const ANNOUNCEMENT_BYTES: u32 = 64;
const ANNOUNCEMENT_NODES: u32 = 8;

/// Bytes of a text that introduces a list, at most.
const INTRODUCTION_BYTES: usize = 1_000;

/// What follows an announcement belongs to it while this share of it is links.
const ANNOUNCED_SHARE: f64 = 0.3;

/// Drops groups of like elements that each begin with a link and go on with a little text.
pub(super) fn drop_teasers(page: &mut Outline<'_, '_>, root: NodeId) {
    let end = page.tree.node(root).end;
    let mut id = root;
    while id < end {
        if !page.is_dropped(id)
            && page.tree.node(id).tag != Tag::Text
            && page.amount(id).links >= 3
            && !is_introduced(page, id)
        {
            for teaser in teasers(page, id) {
                page.drop(teaser);
            }
        }
        id = page.next(id);
    }
    page.measure();
}

/// Whether a list is a part of the text before it, which ends in a colon.
pub(super) fn is_introduced(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let tree = page.tree;
    if !matches!(tree.node(id).tag, Tag::Ul | Tag::Ol) {
        return false;
    }
    let before = id.checked_sub(1).map(|before| tree.node(before));
    let Some(before) = before.filter(|before| before.tag == Tag::Text) else {
        return false;
    };
    let text = tree.text(before).trim();
    text.len() < INTRODUCTION_BYTES && text.ends_with([':', '：']) && !announcements::introduces_others(text)
}

/// The children of an element that are teasers, if most of them are.
fn teasers(page: &Outline<'_, '_>, id: NodeId) -> Vec<NodeId> {
    let tree = page.tree;
    let mut teasers: Vec<NodeId> = Vec::new();
    let mut others = 0;
    let mut shape = None;
    for child in tree.children(id) {
        let tag = tree.node(child).tag;
        if page.is_dropped(child) || page.amount(child).text == 0 || tag.is_heading() {
            continue;
        }
        let class = tree.attribute(child, Key::Class);
        let this = (tag, class.and_then(|class| class.split_ascii_whitespace().next()));
        if shape.is_none_or(|shape| shape == this) && is_teaser(page, child) {
            shape = Some(this);
            teasers.push(child);
        } else {
            others += 1;
        }
    }
    if teasers.len() < TEASERS || teasers.len() <= others {
        teasers.clear();
    }
    teasers
}

fn is_teaser(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let amount = page.amount(id);
    let is_text = matches!(
        page.tree.node(id).tag,
        Tag::Text | Tag::P | Tag::Tr | Tag::Td | Tag::A | Tag::Span
    );
    !is_text
        && amount.linked >= HEADLINE_BYTES
        && amount.text < TEASER_BYTES
        && amount.link_share() > HEADLINE_SHARE
        && begins_with_headline(page, id)
}

/// Whether the first text below an element, labels aside, is a link.
fn begins_with_headline(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let mut labels = 0;
    for below in page.tree.below(id).take(LABEL_NODES) {
        let node = page.tree.node(below);
        if node.tag != Tag::Text || page.is_dropped(below) {
            continue;
        }
        let length = node.stop - node.start;
        if node.marks.in_link && length >= HEADLINE_BYTES {
            return !runs_on(page, below);
        }
        labels += length;
        if labels > LABEL_BYTES {
            return false;
        }
    }
    false
}

/// Whether a link is a part of a sentence: it does not begin like a headline, or the line goes on behind it in lower
/// case.
fn runs_on(page: &Outline<'_, '_>, link: NodeId) -> bool {
    let tree = page.tree;
    let begins_low = |id: NodeId| {
        tree.text(tree.node(id))
            .trim_start()
            .starts_with(char::is_lowercase)
    };
    let next = tree.node(link).end;
    let is_behind = tree
        .nodes
        .get(next as usize)
        .is_some_and(|node| node.tag == Tag::Text);
    let is_same_line = is_behind && page.blocks[next as usize] == page.blocks[link as usize];
    begins_low(link) || (is_same_line && begins_low(next))
}

/// Drops lines that announce links, and the links behind them.
pub(super) fn drop_announced(page: &mut Outline<'_, '_>, root: NodeId) {
    let tree = page.tree;
    let end = tree.node(root).end;
    let mut id = root + 1;
    while id < end {
        let node = tree.node(id);
        let announced = if page.is_dropped(id) || node.tag.is_inline() {
            Announced::Nothing
        } else {
            announced(page, id)
        };
        if announced != Announced::Nothing {
            let last = tree.node(node.parent).end;
            let mut next = node.end;
            while next < last {
                let amount = page.amount(next);
                let is_text = amount.text > 0 && amount.link_share() < ANNOUNCED_SHARE;
                if is_text || tree.node(next).tag.is_heading() {
                    break;
                }
                page.drop(next);
                next = tree.node(next).end;
            }
            let is_followed = tree.ids().contains(&node.end) && page.is_dropped(node.end);
            if announced != Announced::Perhaps || is_followed {
                page.drop(id);
            }
        }
        id = page.next(id);
    }
    page.measure();
}

/// What a line announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    Nothing,
    /// Links behind it, if there are any.
    Perhaps,
    /// What is behind it, up to the next text.
    Behind,
}

fn announced(page: &Outline<'_, '_>, id: NodeId) -> Announced {
    let (node, amount) = (page.tree.node(id), page.amount(id));
    let is_long =
        amount.text <= 3 || amount.text >= ANNOUNCEMENT_BYTES || node.end - id >= ANNOUNCEMENT_NODES;
    // The head of a column is one word too.
    let is_of_table = |tag: Tag| matches!(tag, Tag::Td | Tag::Tr | Tag::Dt);
    if is_long || is_of_table(node.tag) || is_of_table(page.tree.node(node.parent).tag) {
        return Announced::Nothing;
    }
    let line = line(page, id);
    if announcements::announces(&line) {
        return Announced::Behind;
    }
    if node.tag.is_heading() && announcements::may_announce(&line) {
        return Announced::Perhaps;
    }
    Announced::Nothing
}

/// The text below an element, on one line.
fn line(page: &Outline<'_, '_>, id: NodeId) -> String {
    let mut line = String::new();
    for text in page.texts(id) {
        let node = page.tree.node(text);
        for word in resolved(page.tree.text(node), node.marks.has_references).split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}
