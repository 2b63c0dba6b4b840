//! What stands around the content of a page and is no part of it: menus, notices, adverts, forms.

use super::kind::Kind;
use super::names::Purposes;
use super::outline::Outline;
use super::tag::Tag;
use super::tree::{Key, NodeId, ROOT};

/// What is dropped for what it says it is for.
const FURNITURE: Purposes = Purposes::COMMENTS
    .and(Purposes::SHARING)
    .and(Purposes::ADVERTISEMENT)
    .and(Purposes::NAVIGATION)
    .and(Purposes::RELATED)
    .and(Purposes::SUBSCRIPTION)
    .and(Purposes::SIDEBAR)
    .and(Purposes::FOOTER)
    .and(Purposes::HEADER)
    .and(Purposes::CONSENT)
    .and(Purposes::OVERLAY)
    .and(Purposes::HIDDEN);

/// What the name of a link in a sentence does not say of it: that it opens a box over the page makes it no box.
const NOT_OF_LINKS: Purposes = Purposes::OVERLAY
    .and(Purposes::HEADER)
    .and(Purposes::SIDEBAR)
    .and(Purposes::FOOTER);

/// An element with this share of a page's prose is no furniture, whatever its name, unless an article is beside it.
const MOST_PROSE: f64 = 0.4;

/// Prose that makes an article, in bytes.
const ARTICLE_PROSE: u32 = 400;

/// A button with a longer label than this, in bytes, says something.
const LONG_LABEL: u32 = 24;

/// A form with more prose than this, in bytes, is one around a page's content.
const LONG_FORM: u32 = 300;

/// A page whose furniture leaves less than this, in bytes of prose and as a share of it, was misjudged.
const LEAST_LEFT: (u32, f64) = (1_000, 0.25);

/// Elements above in which a header is looked for an article around it.
const LEVELS: usize = 8;

/// Drops the furniture of a page.
pub(super) fn drop_furniture(page: &mut Outline<'_, '_>) {
    page.drop_where(ROOT, is_never_content);
    take_text_without_scripts(page);
    let bare = page.dropped();
    let before = page.whole();
    let article = named_article(page);
    let first = match page.kind {
        Kind::Discussion => FURNITURE.without(Purposes::COMMENTS),
        _ => FURNITURE,
    };
    // What is left must be enough for a page; where it is not, the names misled, and fewer are believed.
    let beliefs = [
        first,
        first.without(Purposes::HIDDEN.and(Purposes::OVERLAY)),
        FURNITURE.without(Purposes::COMMENTS),
        Purposes::CONSENT,
    ];
    for believed in beliefs {
        page.go_back(&bare);
        let most = f64::from(before.prose) * MOST_PROSE;
        page.drop_where(ROOT, |page, id| is_furniture(page, id, most, believed, article));
        let left = page.whole().prose;
        if left >= LEAST_LEFT.0 || f64::from(left) >= LEAST_LEFT.1 * f64::from(before.prose) {
            break;
        }
    }
}

/// Whether an element holds no text for readers.
pub(super) fn is_never_content(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let tree = page.tree;
    let tag = tree.node(id).tag;
    match tag {
        Tag::Head
        | Tag::Style
        | Tag::Noscript
        | Tag::Template
        | Tag::Iframe
        | Tag::Svg
        | Tag::Canvas
        | Tag::Audio
        | Tag::Video
        | Tag::Embed
        | Tag::Input
        | Tag::Select
        | Tag::Option
        | Tag::Rt
        | Tag::Textarea
        | Tag::Dialog
        | Tag::Link
        | Tag::Meta
        | Tag::Title
        | Tag::Source => true,
        Tag::Script => tree
            .attribute(id, Key::Type)
            .is_none_or(|kind| !kind.contains("math/tex")),
        // A button in a heading unfolds what the heading is over; so does one with a whole question on it.
        Tag::Button => !tree.node(tree.node(id).parent).tag.is_heading() && length(page, id) < LONG_LABEL,
        Tag::Text => false,
        _ => tree.attribute(id, Key::Style).is_some_and(hides),
    }
}

/// Bytes of text below an element.
fn length(page: &Outline<'_, '_>, id: NodeId) -> u32 {
    let nodes = page.tree.below(id).map(|id| page.tree.node(id));
    let texts = nodes.filter(|node| node.tag == Tag::Text);
    texts.map(|text| text.stop - text.start).sum()
}

/// Whether a style says that the element is not to be seen.
fn hides(style: &str) -> bool {
    let mut declarations = style
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'));
    declarations.any(|(property, value)| {
        let (property, value) = (property.trim(), value.trim());
        let is = |name: &str, hiding: &str| {
            property.eq_ignore_ascii_case(name)
                && value
                    .get(..hiding.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(hiding))
        };
        is("display", "none") || is("visibility", "hidden")
    })
}

/// Takes in what a page that is made by scripts holds for those who run none, if that is most of its text.
fn take_text_without_scripts(page: &mut Outline<'_, '_>) {
    let tree = page.tree;
    let head = tree.first(Tag::Head).map_or(0..0, |head| tree.below(head));
    let is_markup = |id: NodeId| {
        // Pages saved by a browser hold its source as text.
        let first = tree.node(id + 1);
        let text = tree.text(first).trim_start();
        first.tag == Tag::Text && (text.starts_with('<') || text.starts_with("&lt;"))
    };
    let noscripts = tree.ids().filter(|&id| {
        let node = tree.node(id);
        node.tag == Tag::Noscript && node.end > id + 1 && !head.contains(&id) && !is_markup(id)
    });
    let Some(longest) = noscripts.max_by_key(|&id| (tree.node(id).end - id, std::cmp::Reverse(id))) else {
        return;
    };
    let (before, prose) = (page.dropped(), page.whole().prose);
    page.restore(longest);
    page.drop_where(ROOT, |page, id| id != longest && is_never_content(page, id));
    if page.whole().prose <= 2 * prose {
        page.go_back(&before);
    }
}

/// The element that calls itself the article and has the most prose, if that is enough for one.
fn named_article(page: &Outline<'_, '_>) -> Option<NodeId> {
    let is_one = |&id: &NodeId| {
        let (purposes, tag) = (page.purpose(id), page.tree.node(id).tag);
        page.amount(id).prose >= ARTICLE_PROSE
            && (purposes.meet(Purposes::ARTICLE) || tag == Tag::Article)
            && !purposes.meet(FURNITURE)
            && !matches!(tag, Tag::Html | Tag::Body)
    };
    let most = |&id: &NodeId| (page.amount(id).prose, std::cmp::Reverse(id));
    page.tree.ids().filter(is_one).max_by_key(most)
}

fn is_furniture(
    page: &Outline<'_, '_>,
    id: NodeId,
    most: f64,
    believed: Purposes,
    article: Option<NodeId>,
) -> bool {
    let node = page.tree.node(id);
    if matches!(node.tag, Tag::Text | Tag::Html | Tag::Body | Tag::Main) {
        return false;
    }
    let (amount, purposes) = (page.amount(id), page.purpose(id).within(believed));
    let is_beside = article.is_some_and(|article| article >= node.end || id >= page.tree.node(article).end);
    let is_small = f64::from(amount.prose) < most.max(1.0) || is_beside;
    match node.tag {
        Tag::Nav | Tag::Footer | Tag::Aside if is_small => return true,
        Tag::Form if amount.prose < LONG_FORM => return true,
        Tag::Header if is_small && !is_in_article(page, id) => return true,
        Tag::Article => return purposes.meet(Purposes::CONSENT),
        Tag::A if purposes.meet(NOT_OF_LINKS) && page.is_in_sentence(id) => {
            return !purposes.without(NOT_OF_LINKS).is_empty();
        }
        // What is for the ears alone names a part of the page, not of the text; but it may be the title.
        tag if tag.is_heading() => return tag != Tag::H1 && purposes.meet(Purposes::HIDDEN),
        _ => {}
    }
    if purposes.meet(Purposes::CONSENT) && !page.purpose(id).meet(Purposes::CONTENT) {
        return true;
    }
    if purposes == Purposes::HEADER && has_section_heading(page, id) {
        return false;
    }
    !purposes.is_empty() && is_small
}

fn is_in_article(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let parent = |id: &NodeId| (*id > ROOT).then(|| page.tree.node(*id).parent);
    let mut above = std::iter::successors(parent(&id), parent).take(LEVELS);
    above.any(|id| matches!(page.tree.node(id).tag, Tag::Article | Tag::Main))
}

/// Whether a header is a section's, with its heading in it.
fn has_section_heading(page: &Outline<'_, '_>, id: NodeId) -> bool {
    let mut below = page.tree.below(id).take(40).map(|id| page.tree.node(id).tag);
    below.any(|tag| tag.is_heading() && tag != Tag::H1)
}
