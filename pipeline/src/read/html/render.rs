//! Content -> plain text, in order: a paragraph for every block, a line for every list item and table row, code and
//! preformatted text as it is, formulas as TeX between dollars.
//!
//! A space that may not be broken is written as a plain one, as most extractors do: it is a mark for layout, and a
//! tokenizer would learn each word twice. Code keeps its own.

use std::borrow::Cow;

use super::outline::Outline;
use super::tag::Tag;
use super::tree::{Key, NodeId, ROOT};

/// A table with a longer cell than this, in bytes, lays out a page.
const LONG_CELL: u32 = 400;

/// List levels that are indented.
const MAX_INDENT: usize = 6;

/// The text below `root`, without what was dropped.
pub(super) fn text(page: &Outline<'_, '_>, root: NodeId) -> String {
    let tree = page.tree;
    let mut writer = Writer::default();
    let end = tree.node(root).end;
    // Elements that are open, with what is to be done where they end.
    let mut open: Vec<(NodeId, Close)> = Vec::new();
    // Links one right behind the other are not one word: menus and tags, spaced by their style.
    let mut link_end = ROOT;
    // Up to where no formula has TeX in it, so that those within others are not searched again.
    let mut bare_until = root;
    let mut id = root;
    while id < end {
        while let Some(&(ends, close)) = open.last()
            && ends <= id
        {
            open.pop();
            writer.close(close);
        }
        let node = tree.node(id);
        if page.is_dropped(id) {
            id = node.end;
            continue;
        }
        match node.tag {
            Tag::Text => writer.text(
                &resolved(tree.text(node), node.marks.has_references),
                node.marks.after_space,
            ),
            Tag::Img => writer.formula(picture_of_formula(page, id)),
            Tag::Math | Tag::Script => {
                if let Some(formula) = formula(page, id, &mut bare_until) {
                    writer.formula(Some(formula));
                    id = node.end;
                    continue;
                }
            }
            Tag::Br => writer.line_break(),
            Tag::A => {
                if link_end == id {
                    writer.want(Gap::Space);
                }
                link_end = node.end;
            }
            tag => {
                let close = writer.open(tag, tag == Tag::Table && is_data(page, id));
                if close != Close::Nothing {
                    open.push((node.end, close));
                }
            }
        }
        id += 1;
    }
    writer.text.truncate(writer.text.trim_end().len());
    writer.text
}

/// A text of the source with its character references resolved.
pub(super) fn resolved(text: &str, has_references: bool) -> Cow<'_, str> {
    if has_references {
        htmlize::unescape(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// The TeX of a formula. Before `bare_until` none is written out.
fn formula(page: &Outline<'_, '_>, id: NodeId, bare_until: &mut NodeId) -> Option<String> {
    let tree = page.tree;
    let is_script = tree.node(id).tag == Tag::Script;
    let is_tex = |below: NodeId| {
        let says_tex = |kind: &str| kind.contains("tex");
        let text = tree.node(below);
        text.tag == Tag::Text
            && (is_script || tree.attribute(text.parent, Key::Encoding).is_some_and(says_tex))
            && !resolved(tree.text(text), !is_script).trim().is_empty()
    };
    let written = if id < *bare_until && !is_script {
        None
    } else {
        tree.below(id).find(|&below| is_tex(below))
    };
    if written.is_none() && !is_script {
        *bare_until = (*bare_until).max(tree.node(id).end);
    }
    let written = written.map(|text| tree.text(tree.node(text)));
    let tex = written.or_else(|| tree.attribute(id, Key::Alttext))?;
    let tex = if is_script {
        Cow::Borrowed(tex)
    } else {
        resolved(tex, true)
    };
    let tex = tex.trim();
    (!tex.is_empty()).then(|| tex.to_owned())
}

/// The TeX of a formula that is shown as a picture, as encyclopedias and blogs do.
fn picture_of_formula(page: &Outline<'_, '_>, id: NodeId) -> Option<String> {
    let class = page.tree.attribute(id, Key::Class)?;
    let is_formula = class
        .split_ascii_whitespace()
        .any(|class| matches!(class, "tex" | "latex") || class.contains("math"));
    let tex = page.tree.attribute(id, Key::Alt).filter(|_| is_formula)?;
    let tex = resolved(tex, true);
    let tex = tex.trim();
    (!tex.is_empty()).then(|| tex.to_owned())
}

/// Whether a table holds data: neither headings nor other tables nor long texts.
fn is_data(page: &Outline<'_, '_>, table: NodeId) -> bool {
    let mut below = page.tree.below(table);
    !below.any(|id| {
        let tag = page.tree.node(id).tag;
        tag == Tag::Table || tag.is_heading() || (tag == Tag::Td && page.amount(id).text > LONG_CELL)
    })
}

/// What is to be done where an element ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Close {
    Nothing,
    Block,
    Line,
    List,
    Preformatted,
    Table(bool),
    Row,
}

/// What must stand before the next text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

#[derive(Debug, Default)]
struct Writer {
    text: String,
    gap: Gap,
    /// A list item begins with the next text.
    bullet: bool,
    lists: usize,
    preformatted: usize,
    /// Whether the innermost table holds data; then blocks do not break its rows.
    in_data: bool,
    /// Cells of the row so far.
    cells: usize,
}

impl Writer {
    fn open(&mut self, tag: Tag, is_data: bool) -> Close {
        match tag {
            Tag::Table => {
                let around = self.in_data;
                self.block();
                self.in_data = is_data;
                Close::Table(around)
            }
            Tag::Tr if self.in_data => {
                self.want(Gap::Line);
                self.cells = 0;
                Close::Row
            }
            Tag::Td if self.in_data => {
                if self.cells > 0 && self.gap < Gap::Line && !self.text.is_empty() {
                    self.text.push_str(" |");
                }
                self.want(Gap::Space);
                self.cells += 1;
                Close::Nothing
            }
            Tag::Tbody | Tag::Td | Tag::Tr if self.in_data => Close::Nothing,
            Tag::Ul | Tag::Ol | Tag::Menu => {
                self.want(if self.lists > 0 { Gap::Line } else { Gap::Paragraph });
                self.lists += 1;
                Close::List
            }
            Tag::Li => {
                self.want(Gap::Line);
                self.bullet = true;
                Close::Line
            }
            Tag::Dd | Tag::Dt | Tag::Option => {
                self.want(Gap::Line);
                Close::Line
            }
            Tag::Pre => {
                self.block();
                self.preformatted += 1;
                Close::Preformatted
            }
            tag if tag.is_inline() => Close::Nothing,
            _ => {
                self.block();
                Close::Block
            }
        }
    }

    fn close(&mut self, close: Close) {
        match close {
            Close::Nothing => {}
            Close::Block => self.block(),
            Close::Line => {
                self.bullet = false;
                self.want(Gap::Line);
            }
            Close::List => {
                self.lists = self.lists.saturating_sub(1);
                self.want(if self.lists > 0 { Gap::Line } else { Gap::Paragraph });
            }
            Close::Preformatted => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.text.truncate(self.text.trim_end().len());
                self.block();
            }
            Close::Table(around) => {
                self.in_data = around;
                self.block();
            }
            Close::Row => self.want(Gap::Line),
        }
    }

    /// A block begins or ends.
    fn block(&mut self) {
        if self.in_data {
            self.want(Gap::Space);
        } else if !self.bullet {
            self.want(if self.lists > 0 { Gap::Line } else { Gap::Paragraph });
        }
    }

    fn line_break(&mut self) {
        if self.preformatted > 0 {
            self.text.push('\n');
        } else if self.in_data {
            self.want(Gap::Space);
        } else if self.gap == Gap::Line {
            // Two breaks are an empty line.
            self.gap = Gap::Paragraph;
        } else {
            self.want(Gap::Line);
        }
    }

    fn want(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Puts what must stand before a text.
    fn begin(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            match gap {
                Gap::None => {}
                Gap::Space => self.text.push(' '),
                Gap::Line => self.text.push('\n'),
                Gap::Paragraph => self.text.push_str("\n\n"),
            }
        }
        if std::mem::take(&mut self.bullet) {
            let indent = self.lists.saturating_sub(1).min(MAX_INDENT);
            self.text.push_str(&"  ".repeat(indent));
            self.text.push_str("- ");
        }
    }

    fn formula(&mut self, tex: Option<String>) {
        if let Some(tex) = tex {
            self.begin();
            self.text.push('$');
            self.text.push_str(&tex);
            self.text.push('$');
        }
    }

    fn text(&mut self, text: &str, after_space: bool) {
        if self.preformatted > 0 {
            self.preformatted_text(text);
            return;
        }
        if after_space || text.starts_with(char::is_whitespace) {
            self.want(Gap::Space);
        }
        let mut written = false;
        for word in text.split_whitespace() {
            self.begin();
            push_word(&mut self.text, word);
            self.gap = Gap::Space;
            written = true;
        }
        if written && !text.ends_with(char::is_whitespace) {
            self.gap = Gap::None;
        }
    }

    fn preformatted_text(&mut self, text: &str) {
        // A line end right behind the tag is not part of the text; neither is what is blank there.
        let text = if self.gap >= Gap::Line {
            let start = text.find(|letter: char| !letter.is_whitespace());
            let Some(start) = start else { return };
            // The first line keeps its indentation.
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            &text[line..]
        } else {
            text
        };
        self.begin();
        self.text.push_str(text);
    }
}

/// Writes a word without its soft hyphens, which are marks for layout.
fn push_word(text: &mut String, word: &str) {
    if word.contains('\u{ad}') {
        text.extend(word.chars().filter(|&letter| letter != '\u{ad}'));
    } else {
        text.push_str(word);
    }
}
