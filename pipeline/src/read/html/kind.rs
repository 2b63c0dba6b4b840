//! What kind of page it is, by what it tells search engines and by the software that made it.

use super::tag::Tag;
use super::tree::{Key, NodeId, Tree};

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One text: news, a post, an essay.
    Article,
    /// A discussion, in which the answers are the content.
    Discussion,
    /// One thing that is for sale.
    Product,
    /// Anything else: documentation, lists, front pages.
    Other,
}

/// Types of schema.org that tell.
const TYPES: &[(&str, Kind)] = &[
    ("DiscussionForumPosting", Kind::Discussion),
    ("QAPage", Kind::Discussion),
    ("NewsArticle", Kind::Article),
    ("BlogPosting", Kind::Article),
    ("ReportageNewsArticle", Kind::Article),
    ("AnalysisNewsArticle", Kind::Article),
    ("OpinionNewsArticle", Kind::Article),
    ("Article", Kind::Article),
    ("Product", Kind::Product),
];

/// Software for discussions.
const FORUMS: &[&str] = &[
    "discourse",
    "phpbb",
    "vbulletin",
    "xenforo",
    "invision",
    "nodebb",
    "flarum",
    "mybb",
    "simple machines",
    "vanilla",
    "bbpress",
];

/// What kind of page `tree` is.
pub(super) fn kind(tree: &Tree<'_>) -> Kind {
    let mut declared = None;
    for id in tree.ids() {
        let node = tree.node(id);
        match node.tag {
            Tag::Meta => {
                let content = tree.attribute(id, Key::Content).unwrap_or_default();
                let property = tree
                    .attribute(id, Key::Property)
                    .or(tree.attribute(id, Key::Name));
                match property {
                    Some("og:type") if content.eq_ignore_ascii_case("article") => {
                        declared = declared.or(Some(Kind::Article));
                    }
                    Some("og:type") if content.starts_with("product") || content == "og:product" => {
                        declared = Some(Kind::Product);
                    }
                    Some("article:published_time") => declared = declared.or(Some(Kind::Article)),
                    Some(name) if name.eq_ignore_ascii_case("generator") => {
                        let content = content.to_ascii_lowercase();
                        if FORUMS.iter().any(|forum| content.contains(forum)) {
                            return Kind::Discussion;
                        }
                    }
                    _ => {}
                }
            }
            Tag::Script if node.end > id + 1 => {
                let data = tree.text(tree.node(id + 1));
                for (name, kind) in TYPES {
                    if says_type(data, name) {
                        if *kind == Kind::Discussion {
                            return Kind::Discussion;
                        }
                        declared = declared.or(Some(*kind));
                    }
                }
            }
            Tag::Body if tree.attribute(id, Key::Class).is_some_and(is_single_post) => {
                declared = declared.or(Some(Kind::Article));
            }
            Tag::Html if tree.attribute(id, Key::Id) == Some("XF") => return Kind::Discussion,
            _ => {
                if let Some(kind) = node_type(tree, id) {
                    if kind == Kind::Discussion {
                        return kind;
                    }
                    declared = declared.or(Some(kind));
                }
            }
        }
    }
    declared.unwrap_or(Kind::Other)
}

/// Whether a body is that of one post, as the commonest publishing software says in its class.
fn is_single_post(class: &str) -> bool {
    class
        .split_ascii_whitespace()
        .any(|class| matches!(class, "single-post" | "post-template-default"))
}

fn node_type(tree: &Tree<'_>, id: NodeId) -> Option<Kind> {
    tree.attributes_of(id).iter().find_map(|attribute| {
        let value = tree
            .source
            .get(attribute.start as usize..attribute.stop as usize)?;
        match attribute.key {
            Key::Itemprop if value == "articleBody" => Some(Kind::Article),
            Key::Itemtype => {
                let named = value.rsplit('/').next()?;
                TYPES
                    .iter()
                    .find(|(name, _)| *name == named)
                    .map(|(_, kind)| *kind)
            }
            _ => None,
        }
    })
}

/// Whether structured data has `"@type": "name"` in it.
fn says_type(data: &str, name: &str) -> bool {
    let bytes = data.as_bytes();
    memchr::memmem::find_iter(bytes, b"\"@type\"").any(|at| {
        let rest = data
            .get(at + 7..)
            .unwrap_or_default()
            .trim_start()
            .trim_start_matches(':')
            .trim_start();
        let rest = rest.trim_start_matches(['[', '"', ' ']);
        rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('"'))
    })
}
