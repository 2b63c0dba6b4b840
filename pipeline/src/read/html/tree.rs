//! A page as a tree, in one array.
//!
//! Nodes stand in document order, and each knows where its subtree ends: a subtree is a range of the array, what
//! lies above a node has a smaller index than it, and every pass over a page is a loop over the array, forwards or
//! backwards, however deep the page is. Texts and attributes are ranges of the page's source.

use std::ops::Range;

use super::tag::Tag;

/// Where a node is in the array.
pub(super) type NodeId = u32;

/// The root.
pub(super) const ROOT: NodeId = 0;

/// An element or a run of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// For texts.
    pub(super) marks: Marks,
    pub(super) parent: NodeId,
    /// One past the last node below it.
    pub(super) end: NodeId,
    /// A text's bytes in the source; an element's attributes in [`Tree::attributes`].
    pub(super) start: u32,
    pub(super) stop: u32,
}

/// What is known of a run of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// It is inside of a link.
    pub(super) in_link: bool,
    /// White space alone stood before it.
    pub(super) after_space: bool,
    /// It may hold character references.
    pub(super) has_references: bool,
}

/// The attributes that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Key {
    Alt,
    Alttext,
    AriaHidden,
    Class,
    Content,
    Datetime,
    Encoding,
    Hidden,
    Href,
    Id,
    Itemprop,
    Itemtype,
    Lang,
    Name,
    Property,
    Rel,
    Role,
    Src,
    Style,
    Type,
}

impl Key {
    /// The attribute of a name in any case, if it is kept.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let mut lower = [0; 11];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"class" => Self::Class,
            b"href" => Self::Href,
            b"id" => Self::Id,
            b"alt" => Self::Alt,
            b"alttext" => Self::Alttext,
            b"aria-hidden" => Self::AriaHidden,
            b"content" => Self::Content,
            b"datetime" => Self::Datetime,
            b"encoding" => Self::Encoding,
            b"hidden" => Self::Hidden,
            b"itemprop" => Self::Itemprop,
            b"itemtype" => Self::Itemtype,
            b"lang" => Self::Lang,
            b"name" => Self::Name,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"role" => Self::Role,
            b"src" => Self::Src,
            b"style" => Self::Style,
            b"type" => Self::Type,
            _ => return None,
        })
    }
}

/// An attribute: its value is a range of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) key: Key,
    pub(super) start: u32,
    pub(super) stop: u32,
}

/// A parsed page.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) source: &'a str,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// The byte of the source behind which nothing was read, where the page is longer than pages may be.
    pub(super) cut_at: Option<usize>,
}

impl<'a> Tree<'a> {
    /// A node.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// All ids in document order.
    pub(super) fn ids(&self) -> Range<NodeId> {
        0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// The ids below a node, in document order, itself left out.
    pub(super) fn below(&self, id: NodeId) -> Range<NodeId> {
        id + 1..self.node(id).end
    }

    /// The children of a node.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let child = next;
            if child >= end {
                return None;
            }
            next = self.node(child).end;
            Some(child)
        })
    }

    /// The source of a text, character references unresolved.
    pub(super) fn text(&self, node: &Node) -> &'a str {
        self.source
            .get(node.start as usize..node.stop as usize)
            .unwrap_or_default()
    }

    /// The value of an element's attribute, character references unresolved.
    pub(super) fn attribute(&self, id: NodeId, key: Key) -> Option<&'a str> {
        let node = self.node(id);
        if node.tag == Tag::Text {
            return None;
        }
        let all = self.attributes.get(node.start as usize..node.stop as usize)?;
        let found = all.iter().find(|attribute| attribute.key == key)?;
        self.source.get(found.start as usize..found.stop as usize)
    }

    /// The kept attributes of an element.
    pub(super) fn attributes_of(&self, id: NodeId) -> &[Attribute] {
        let node = self.node(id);
        let is_element = node.tag != Tag::Text;
        let range = node.start as usize..node.stop as usize;
        self.attributes
            .get(range)
            .filter(|_| is_element)
            .unwrap_or_default()
    }

    /// The first element of a kind.
    pub(super) fn first(&self, tag: Tag) -> Option<NodeId> {
        self.ids().find(|&id| self.node(id).tag == tag)
    }

    /// For every node, the innermost element around it that is no part of a line.
    pub(super) fn blocks(&self) -> Vec<NodeId> {
        let mut blocks = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let parent = node.parent;
            // A parent stands before its children; the root is its own.
            let block = match blocks.get(parent as usize) {
                Some(&above) if self.node(parent).tag.is_inline() => above,
                _ => parent,
            };
            blocks.push(block);
        }
        blocks
    }
}
