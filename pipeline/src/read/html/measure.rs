//! How much text lies below each element, how much of it is links, and how much reads like prose.

use super::tag::Tag;
use super::tree::{NodeId, Tree};

/// A block with less than this many bytes of text outside of links is no prose.
pub(super) const PROSE_BYTES: u32 = 50;

/// A block is prose if at most this share of its text is links.
const PROSE_LINK_SHARE: f64 = 0.4;

/// Amounts of text below an element, in bytes of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    /// All text.
    pub(super) text: u32,
    /// Text in links.
    pub(super) linked: u32,
    /// Text outside of links in blocks that read like prose.
    pub(super) prose: u32,
    /// Links.
    pub(super) links: u32,
    /// The prose that stands directly in it, in no block below.
    pub(super) own_prose: u32,
}

impl Amount {
    /// The share of text that is in links.
    pub(super) fn link_share(self) -> f64 {
        f64::from(self.linked) / f64::from(self.text.max(1))
    }

    /// The share of text that is prose.
    pub(super) fn prose_share(self) -> f64 {
        f64::from(self.prose) / f64::from(self.text.max(1))
    }

    fn add(&mut self, other: Self) {
        self.text += other.text;
        self.linked += other.linked;
        self.prose += other.prose;
        self.links += other.links;
    }
}

/// The amounts below every node, leaving out what is below a dropped one. `blocks` are the tree's own.
pub(super) fn amounts(tree: &Tree<'_>, blocks: &[NodeId], dropped: &[bool]) -> Vec<Amount> {
    let mut amounts = vec![Amount::default(); tree.nodes.len()];
    let end = tree.ids().end;
    let mut id = 0;
    // First what stands directly in each block, through any elements that are parts of lines.
    while id < end {
        let node = tree.node(id);
        if dropped[id as usize] {
            id = node.end;
            continue;
        }
        if node.tag == Tag::Text {
            let length = node.stop - node.start;
            let block = &mut amounts[blocks[id as usize] as usize];
            block.text += length;
            if node.marks.in_link {
                block.linked += length;
            }
        } else if node.tag == Tag::A && node.end > id + 1 {
            amounts[id as usize].links = 1;
        }
        id += 1;
    }
    for amount in &mut amounts {
        let bare = amount.text - amount.linked;
        if bare >= PROSE_BYTES && f64::from(amount.linked) <= PROSE_LINK_SHARE * f64::from(amount.text) {
            amount.prose = bare;
            amount.own_prose = bare;
        }
    }
    // Then all that is below: children stand behind their parents.
    for id in tree.ids().skip(1).rev() {
        let amount = amounts[id as usize];
        amounts[tree.node(id).parent as usize].add(amount);
    }
    amounts
}
