//! HTML source -> tree, in one pass and in time that grows with the page's length alone.
//!
//! What a browser does with sloppy markup is done here too as far as it moves text: paragraphs, list items and table
//! cells end where the next begins, end tags that fit nothing are passed over, a link ends at its end tag or at the
//! next link. The HTML standard decides each of these by walking up through all open elements; here every open
//! element remembers the answers (the paragraph, list item, cell that is open above it), so that depth costs
//! nothing. Formatting (`b`, `em` ...) is not in the tree, which makes the standard's costliest rule, the adoption of
//! misnested formatting, needless. Left out as well: moving text out of tables, frames, and quirks.

use super::attributes::{self, TagEnd};
use super::tag::{Named, TAGS, Tag};
use super::tree::{Attribute, Key, Marks, Node, NodeId, ROOT, Tree};

/// The longest page, in bytes. Common Crawl cuts pages off at 1 MiB (5 MiB since 2025).
pub(in crate::read) const MAX_PAGE_BYTES: usize = 32 << 20;

/// Elements and texts of a page. The longest real pages, tables of 5 MiB, have some 400,000.
const MAX_NODES: usize = 2_000_000;

/// Parses a page, as far as its bounds let it.
pub(super) fn parse(source: &str) -> Tree<'_> {
    parse_within(source, MAX_PAGE_BYTES, MAX_NODES)
}

fn parse_within(page: &str, max_bytes: usize, max_nodes: usize) -> Tree<'_> {
    let source = &page[..page.floor_char_boundary(max_bytes)];
    let mut parser = Parser {
        bytes: source.as_bytes(),
        tree: Tree {
            source,
            nodes: Vec::with_capacity(source.len() / 48 + 1),
            attributes: Vec::with_capacity(source.len() / 96),
            cut_at: (source.len() < page.len()).then_some(source.len()),
        },
        max_nodes,
        open: Vec::with_capacity(64),
        open_by_tag: vec![Vec::new(); TAGS],
        link: None,
        after_space: false,
    };
    parser.push(Tag::Document, 0, 0);
    parser.run();
    while !parser.open.is_empty() {
        parser.pop();
    }
    parser.tree
}

/// An open element, and what is open above it. Positions are in the stack of open elements, 0 where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    node: NodeId,
    /// The paragraph that the next block ends.
    paragraph: u32,
    /// The list item that the next one ends.
    item: u32,
    /// The term or description that the next one ends.
    term: u32,
    /// The cell, row and row group of the innermost table.
    cell: u32,
    row: u32,
    group: u32,
    /// The innermost element that is no part of a line.
    block: u32,
    /// The innermost element that bounds scopes.
    bound: u32,
}

struct Parser<'a> {
    bytes: &'a [u8],
    tree: Tree<'a>,
    max_nodes: usize,
    open: Vec<Open>,
    /// The positions of the open elements of each tag.
    open_by_tag: Vec<Vec<u32>>,
    /// The link that text is in.
    link: Option<NodeId>,
    after_space: bool,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "pages are bounded far below 4 GiB before they are parsed"
)]
impl Parser<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if self.tree.nodes.len() >= self.max_nodes {
                self.tree.cut_at = Some(at);
                break;
            }
            let markup = self.next_markup(at);
            self.add_text(at, markup);
            if markup >= self.bytes.len() {
                break;
            }
            at = match self.bytes[markup + 1] {
                b'/' => self.end_tag(markup),
                b'!' | b'?' => self.after_comment(markup),
                _ => self.start_tag(markup),
            };
        }
    }

    /// Where the next tag or comment begins, at or behind `at`.
    fn next_markup(&self, at: usize) -> usize {
        let mut from = at;
        while let Some(found) = memchr::memchr(b'<', &self.bytes[from..]) {
            let angle = from + found;
            match self.bytes.get(angle + 1) {
                Some(b'!' | b'?') => return angle,
                Some(byte) if byte.is_ascii_alphabetic() => return angle,
                Some(b'/') if self.bytes.get(angle + 2).is_some_and(|byte| *byte != b' ') => return angle,
                _ => from = angle + 1,
            }
        }
        self.bytes.len()
    }

    fn add_text(&mut self, start: usize, stop: usize) {
        let text = &self.bytes[start..stop];
        if text.is_empty() {
            return;
        }
        // White space between elements is noted and not kept, but where it is layout.
        if text.iter().all(u8::is_ascii_whitespace) && self.open_by_tag[Tag::Pre as usize].is_empty() {
            self.after_space = true;
            return;
        }
        self.add_node(Tag::Text, start as u32, stop as u32);
        let after_space = std::mem::take(&mut self.after_space);
        let in_link = self.link.is_some();
        if let Some(node) = self.tree.nodes.last_mut() {
            node.marks = Marks {
                in_link,
                after_space,
                has_references: memchr::memchr(b'&', text).is_some(),
            };
        }
    }

    /// Goes to behind a comment, a declaration or a processing instruction.
    fn after_comment(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let length = if rest.starts_with(b"<!-->") {
            Some(5)
        } else if rest.starts_with(b"<!--") {
            memchr::memmem::find(&rest[4..], b"-->").map(|end| 4 + end + 3)
        } else {
            memchr::memchr(b'>', rest).map(|end| end + 1)
        };
        length.map_or(self.bytes.len(), |length| at + length)
    }

    fn name_end(&self, start: usize) -> usize {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let length = self.bytes[start..].iter().position(ends);
        length.map_or(self.bytes.len(), |length| start + length)
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let name_end = self.name_end(at + 1);
        let named = Tag::named(&self.bytes[at + 1..name_end]);
        let tag = match named {
            Named::Kept(Tag::Other) if self.is_in_line(&self.bytes[at + 1..name_end]) => None,
            Named::Kept(tag) => Some(tag),
            Named::Formatting | Named::Nothing => None,
        };
        let (tag_end, (first, last)) = self.attributes(name_end, tag.is_some());
        let Some(end) = tag_end.behind else {
            return self.bytes.len();
        };
        let Some(tag) = tag else {
            return end;
        };
        if tag.is_raw() {
            return self.raw_element(tag, at + 1..name_end, end, (first, last));
        }
        if tag == Tag::Br || tag.is_void() {
            if tag == Tag::Hr {
                self.end_paragraph();
            }
            self.add_node(tag, first, last);
            return end;
        }
        self.make_room(tag);
        if matches!(tag, Tag::Html | Tag::Body | Tag::Head) && !self.open_by_tag[tag as usize].is_empty() {
            return end;
        }
        let node = self.push(tag, first, last);
        if tag == Tag::A {
            // A link without an address is a place, not a link.
            self.link = self.tree.attribute(node, Key::Href).map(|_| node);
        }
        if tag_end.closes_itself && self.is_foreign() {
            self.pop();
        }
        end
    }

    /// Reads the attributes behind a tag's name, and keeps them if they are `wanted`.
    fn attributes(&mut self, from: usize, wanted: bool) -> (TagEnd, (u32, u32)) {
        let first = self.tree.attributes.len() as u32;
        let mut seen = 0_u32;
        let end = attributes::read(self.bytes, from, |name, value| {
            let Some(key) = Key::named(&self.bytes[name]).filter(|_| wanted) else {
                return;
            };
            // The first of a name counts.
            let bit = 1_u32 << key as u8;
            if seen & bit == 0 {
                seen |= bit;
                self.tree.attributes.push(Attribute {
                    key,
                    start: value.start as u32,
                    stop: value.end as u32,
                });
            }
        });
        (end, (first, self.tree.attributes.len() as u32))
    }

    /// An element whose content is not markup. Only what may be of use is kept: titles, and data in scripts.
    fn raw_element(
        &mut self,
        tag: Tag,
        name: std::ops::Range<usize>,
        start: usize,
        attributes: (u32, u32),
    ) -> usize {
        if self.is_foreign() {
            // In SVG and MathML a title or script is an element like others.
            self.push(tag, attributes.0, attributes.1);
            return start;
        }
        let name = &self.bytes[name];
        let mut stop = start;
        let mut end = self.bytes.len();
        loop {
            let Some(found) = memchr::memmem::find(&self.bytes[stop..], b"</") else {
                stop = self.bytes.len();
                break;
            };
            stop += found;
            let rest = &self.bytes[stop + 2..];
            let is_it = rest
                .get(..name.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
                && rest
                    .get(name.len())
                    .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
            if is_it {
                let close = memchr::memchr(b'>', rest);
                end = close.map_or(self.bytes.len(), |close| stop + 2 + close + 1);
                break;
            }
            stop += 2;
        }
        if tag == Tag::Title || tag == Tag::Script {
            let node = self.push(tag, attributes.0, attributes.1);
            let is_data = tag == Tag::Title
                || self
                    .tree
                    .attribute(node, Key::Type)
                    .is_some_and(|kind| kind.contains("json") || kind.contains("math"));
            if is_data {
                self.add_text(start, stop);
            }
            self.pop();
        }
        end
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let name_end = self.name_end(at + 2);
        let Some(close) = memchr::memchr(b'>', &self.bytes[name_end..]) else {
            return self.bytes.len();
        };
        let end = name_end + close + 1;
        let Named::Kept(tag) = Tag::named(&self.bytes[at + 2..name_end]) else {
            return end;
        };
        match tag {
            // What follows the end of the body belongs to it all the same.
            Tag::Body | Tag::Html => return end,
            Tag::Br => {
                self.add_node(Tag::Br, 0, 0);
                return end;
            }
            Tag::A => self.link = None,
            _ => {}
        }
        let top = self.top();
        let mut position = match tag {
            // Parts of a table are ended through what is open inside of them, and never those of another table.
            Tag::Td => top.cell,
            Tag::Tr => top.row,
            Tag::Tbody => top.group,
            _ => self.open_by_tag[tag as usize].last().copied().unwrap_or(0),
        };
        if tag.is_heading() && position == 0 {
            // Any heading's end tag ends any heading.
            let headings = [Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6];
            let open = headings
                .iter()
                .filter_map(|heading| self.open_by_tag[*heading as usize].last());
            position = open.max().copied().unwrap_or(0);
        }
        let stops = match tag {
            // What began before the paragraph has another name than this, which was not kept.
            Tag::Other if self.bytes[at + 2..name_end].contains(&b':') => return end,
            Tag::Other => top.bound.max(top.paragraph),
            tag if tag.is_inline() => top.block,
            _ => top.bound,
        };
        if position > 0 && (position >= stops || tag.ends_all_inside()) {
            self.pop_to(position);
        }
        end
    }

    /// Ends what cannot be open around an element of this kind.
    fn make_room(&mut self, tag: Tag) {
        let top = self.top();
        match tag {
            Tag::Li => self.end(top.item),
            Tag::Dd | Tag::Dt => self.end(top.term),
            Tag::Td => self.end(top.cell),
            Tag::Tr => self.end(top.row),
            Tag::Tbody => self.end(top.group.max(if top.group == 0 { top.row } else { 0 })),
            Tag::Option | Tag::Button | Tag::Rt => {
                let open = self.open_by_tag[tag as usize].last().copied();
                self.end(open.unwrap_or(0));
            }
            Tag::A => {
                // A link inside of a link ends it; where a block is between them, only in name.
                let open = self.open_by_tag[Tag::A as usize].last().copied().unwrap_or(0);
                if open > 0 && open >= top.block {
                    self.end(open);
                }
            }
            _ => {}
        }
        if tag.ends_paragraph() {
            // HTML inside of a picture ends it: it was not closed.
            for foreign in [Tag::Svg, Tag::Math] {
                let open = self.open_by_tag[foreign as usize].first().copied();
                self.end(open.unwrap_or(0));
            }
            self.end_paragraph();
        }
        if !matches!(
            tag,
            Tag::Html | Tag::Head | Tag::Other | Tag::Noscript | Tag::Template
        ) {
            let head = self.open_by_tag[Tag::Head as usize].last().copied().unwrap_or(0);
            self.end(head);
        }
    }

    /// Whether an element that nobody knows is a part of a line: one of another vocabulary (`o:p`), one inside of a
    /// paragraph, or a part of a formula that is not its source.
    fn is_in_line(&self, name: &[u8]) -> bool {
        let is_in_formula = !self.open_by_tag[Tag::Math as usize].is_empty();
        name.contains(&b':')
            || self.top().paragraph > 0
            || (is_in_formula && !name.eq_ignore_ascii_case(b"annotation"))
    }

    fn end_paragraph(&mut self) {
        self.end(self.top().paragraph);
    }

    fn end(&mut self, position: u32) {
        if position > 0 {
            self.pop_to(position);
        }
    }

    fn top(&self) -> Open {
        self.open.last().copied().unwrap_or_default()
    }

    fn is_foreign(&self) -> bool {
        !self.open_by_tag[Tag::Svg as usize].is_empty() || !self.open_by_tag[Tag::Math as usize].is_empty()
    }

    fn add_node(&mut self, tag: Tag, start: u32, stop: u32) -> NodeId {
        let id = self.tree.nodes.len() as NodeId;
        self.tree.nodes.push(Node {
            tag,
            marks: Marks::default(),
            parent: self.open.last().map_or(ROOT, |open| open.node),
            end: id + 1,
            start,
            stop,
        });
        id
    }

    /// Opens an element.
    fn push(&mut self, tag: Tag, start: u32, stop: u32) -> NodeId {
        let node = self.add_node(tag, start, stop);
        let position = self.open.len() as u32;
        let mut open = self.top();
        open.node = node;
        if tag.bounds_scope() {
            (open.paragraph, open.item, open.term, open.bound) = (0, 0, 0, position);
        }
        match tag {
            Tag::P => open.paragraph = position,
            Tag::Button => open.paragraph = 0,
            Tag::Li => open.item = position,
            Tag::Ul | Tag::Ol | Tag::Menu => open.item = 0,
            Tag::Dd | Tag::Dt => open.term = position,
            Tag::Dl => open.term = 0,
            Tag::Table | Tag::Template => (open.cell, open.row, open.group) = (0, 0, 0),
            Tag::Tbody => (open.group, open.row, open.cell) = (position, 0, 0),
            Tag::Tr => (open.row, open.cell) = (position, 0),
            Tag::Td => open.cell = position,
            _ => {}
        }
        if !tag.is_inline() {
            open.block = position;
        }
        self.open.push(open);
        self.open_by_tag[tag as usize].push(position);
        node
    }

    /// Closes the innermost element.
    fn pop(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let end = self.tree.nodes.len() as NodeId;
        let node = &mut self.tree.nodes[open.node as usize];
        node.end = end;
        self.open_by_tag[node.tag as usize].pop();
        if self.link == Some(open.node) {
            self.link = None;
        }
    }

    /// Closes all elements down to the one at `position`.
    fn pop_to(&mut self, position: u32) {
        while self.open.len() > position as usize {
            self.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_up_to_its_bounds() {
        let page = "<p>one<p>two<p>thr\u{e9}e";
        let whole = parse_within(page, 100, 100);
        assert_eq!((whole.nodes.len(), whole.cut_at), (7, None));
        let few = parse_within(page, 100, 5);
        // The bound is looked at between tags.
        assert_eq!((few.nodes.len(), few.cut_at), (6, Some(15)));
        assert_eq!(few.node(ROOT).end, 6);
        // A character is not cut in two.
        let short = parse_within(page, 19, 100);
        assert_eq!((short.source, short.cut_at), ("<p>one<p>two<p>thr", Some(18)));
    }
}
