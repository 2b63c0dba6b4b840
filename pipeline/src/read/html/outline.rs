//! A page as it is worked on: its tree, what was dropped of it, and what is known of each element.

use super::kind::{Kind, kind};
use super::measure::{Amount, amounts};
use super::names::{self, Purposes};
use super::tag::Tag;
use super::tree::{NodeId, ROOT, Tree};

/// A page's tree and what is known of it.
#[derive(Debug)]
pub(super) struct Outline<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) kind: Kind,
    /// For every node, its block ([`Tree::blocks`]).
    pub(super) blocks: Vec<NodeId>,
    /// What elements say they are for.
    pub(super) purposes: Vec<Purposes>,
    /// What is left out, with all that is below it.
    dropped: Vec<bool>,
    /// Text below every element, as of the last call of [`Self::measure`].
    amounts: Vec<Amount>,
}

impl<'t, 'a> Outline<'t, 'a> {
    /// A page of which nothing is dropped yet and nothing measured.
    pub(super) fn new(tree: &'t Tree<'a>) -> Self {
        let mut purposes = vec![Purposes::default(); tree.nodes.len()];
        let mut in_code = 0..0;
        for id in tree.ids() {
            let node = tree.node(id);
            if node.tag == Tag::Pre && !in_code.contains(&id) {
                in_code = id + 1..node.end;
            }
            // In code, a class names the colour of a word.
            if node.tag != Tag::Text && !in_code.contains(&id) {
                purposes[id as usize] = names::purposes(tree, id);
            }
        }
        Self {
            tree,
            kind: kind(tree),
            blocks: tree.blocks(),
            purposes,
            dropped: vec![false; tree.nodes.len()],
            amounts: vec![Amount::default(); tree.nodes.len()],
        }
    }

    /// Measures anew what is not dropped.
    pub(super) fn measure(&mut self) {
        self.amounts = amounts(self.tree, &self.blocks, &self.dropped);
    }

    /// What lies below an element.
    pub(super) fn amount(&self, id: NodeId) -> Amount {
        self.amounts[id as usize]
    }

    /// What the page has.
    pub(super) fn whole(&self) -> Amount {
        self.amount(ROOT)
    }

    /// What an element says it is for.
    pub(super) fn purpose(&self, id: NodeId) -> Purposes {
        self.purposes[id as usize]
    }

    /// Whether an element is a part of a line of prose: a link or a marked word in a paragraph.
    pub(super) fn is_in_sentence(&self, id: NodeId) -> bool {
        let block = self.blocks[id as usize];
        let is_one_line = matches!(
            self.tree.node(block).tag,
            Tag::P | Tag::Li | Tag::Dd | Tag::Blockquote
        );
        let tag = self.tree.node(id).tag;
        (tag == Tag::A || (tag.is_inline() && is_one_line)) && self.amount(block).own_prose > 0
    }

    /// What the page is titled with.
    pub(super) fn title(&self) -> &'a str {
        let title = self
            .tree
            .first(Tag::Title)
            .and_then(|title| self.tree.nodes.get(title as usize + 1));
        let text = title.filter(|node| node.tag == Tag::Text);
        text.map_or("", |node| self.tree.text(node).trim())
    }

    /// Whether a node itself is dropped.
    pub(super) fn is_dropped(&self, id: NodeId) -> bool {
        self.dropped[id as usize]
    }

    /// Leaves out a node and what is below it.
    pub(super) fn drop(&mut self, id: NodeId) {
        self.dropped[id as usize] = true;
    }

    /// Takes a node back in, with all that is above it.
    pub(super) fn restore(&mut self, id: NodeId) {
        let mut id = id;
        while id > ROOT {
            self.dropped[id as usize] = false;
            id = self.tree.node(id).parent;
        }
    }

    /// What was dropped so far, to come back to.
    pub(super) fn dropped(&self) -> Vec<bool> {
        self.dropped.clone()
    }

    /// Goes back to what was dropped at an earlier time, and measures.
    pub(super) fn go_back(&mut self, dropped: &[bool]) {
        self.dropped.copy_from_slice(dropped);
        self.measure();
    }

    /// The node after `id` in document order: past all that is below it where it is dropped.
    pub(super) fn next(&self, id: NodeId) -> NodeId {
        if self.is_dropped(id) {
            self.tree.node(id).end
        } else {
            id + 1
        }
    }

    /// Drops every node below `root` that `is_furniture`, but does not ask about what lies below a dropped one.
    pub(super) fn drop_where(&mut self, root: NodeId, is_furniture: impl Fn(&Self, NodeId) -> bool) {
        let end = self.tree.node(root).end;
        let mut id = root + 1;
        while id < end {
            if !self.is_dropped(id) && is_furniture(self, id) {
                self.drop(id);
            }
            id = self.next(id);
        }
        self.measure();
    }

    /// The texts below `root` that are not dropped, in document order.
    pub(super) fn texts(&self, root: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.tree.node(root).end;
        let mut id = root;
        std::iter::from_fn(move || {
            while id < end {
                let this = id;
                id = self.next(id);
                if self.tree.node(this).tag == Tag::Text && !self.is_dropped(this) {
                    return Some(this);
                }
            }
            None
        })
    }
}
