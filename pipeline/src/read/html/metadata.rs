//! What a page says of itself: title, author, date, language, address.
//!
//! Three vocabularies are read, the surest first: Open Graph and its kin in `meta`, schema.org as JSON-LD, and the
//! elements and attributes of HTML itself. Nothing is guessed from the text.

use serde_json::Value;

use super::render::resolved;
use super::tag::Tag;
use super::tree::{Key, NodeId, Tree};

/// The longest JSON-LD that is parsed, in bytes.
const MAX_JSON_BYTES: usize = 256 << 10;

/// Nodes below an element that are looked at for a line of text.
const MAX_NODES_OF_LINE: usize = 200;

/// The longest author or title, in characters: what is longer is something else.
const MAX_AUTHOR: usize = 100;
const MAX_TITLE: usize = 400;

/// Words of a site's name, at most.
const SITE_WORDS: usize = 4;

/// What is known of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    /// `YYYY-MM-DD`, or the part of it that is known.
    pub(super) date: Option<String>,
    pub(super) language: Option<String>,
    pub(super) url: Option<String>,
}

/// Reads what the page says of itself.
pub(super) fn metadata(tree: &Tree<'_>) -> Metadata {
    let mut found = Found::default();
    for id in tree.ids() {
        match tree.node(id).tag {
            Tag::Text => {}
            Tag::Meta => found.meta(tree, id),
            Tag::Script => found.script(tree, id),
            _ => found.element(tree, id),
        }
    }
    let heading = found.heading.filter(|_| found.headings == 1);
    let announced = found.open_graph_title.or(found.title).or(found.json.headline);
    Metadata {
        title: match (announced, heading) {
            (Some(title), Some(heading)) if holds(&title, &heading) => Some(heading),
            (Some(title), _) => Some(without_site(&title).to_owned()),
            (None, heading) => heading,
        },
        author: found.author.or(found.json.author).or(found.marked_author),
        date: found.date.or(found.json.date).or(found.marked_date),
        language: found.language,
        url: found.url,
    }
}

#[derive(Debug, Default)]
struct Found {
    open_graph_title: Option<String>,
    title: Option<String>,
    heading: Option<String>,
    headings: usize,
    author: Option<String>,
    marked_author: Option<String>,
    date: Option<String>,
    marked_date: Option<String>,
    language: Option<String>,
    url: Option<String>,
    json: Structured,
}

#[derive(Debug, Default)]
struct Structured {
    headline: Option<String>,
    author: Option<String>,
    date: Option<String>,
}

impl Found {
    fn meta(&mut self, tree: &Tree<'_>, id: NodeId) {
        let attribute = |name| tree.attribute(id, name);
        let named = attribute(Key::Property)
            .or(attribute(Key::Name))
            .or(attribute(Key::Itemprop));
        let (Some(name), Some(content)) = (named, attribute(Key::Content)) else {
            return;
        };
        let content = resolved(content, true);
        match name.trim().to_ascii_lowercase().as_str() {
            "og:title" => first(&mut self.open_graph_title, bounded(&content, MAX_TITLE)),
            "author" | "article:author" | "dc.creator" | "dcterms.creator" | "parsely-author"
            | "sailthru.author" | "citation_author" => first(&mut self.author, person(&content)),
            "article:published_time"
            | "datepublished"
            | "date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.created"
            | "parsely-pub-date"
            | "sailthru.date"
            | "pubdate"
            | "publish_date"
            | "citation_publication_date"
            | "article.published"
            | "og:published_time" => {
                first(&mut self.date, day(&content));
            }
            "og:locale" | "language" | "dc.language" => {
                let language = content.trim().replace('_', "-");
                first(&mut self.language, (!language.is_empty()).then_some(language));
            }
            "og:url" => first(&mut self.url, address(&content)),
            _ => {}
        }
    }

    fn script(&mut self, tree: &Tree<'_>, id: NodeId) {
        let is_data = tree
            .attribute(id, Key::Type)
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"));
        let Some(text) = tree.below(id).next().filter(|_| is_data) else {
            return;
        };
        let text = tree.text(tree.node(text));
        if text.len() <= MAX_JSON_BYTES
            && let Ok(value) = serde_json::from_str::<Value>(text)
        {
            self.json.read(&value);
        }
    }

    fn element(&mut self, tree: &Tree<'_>, id: NodeId) {
        let attribute = |name| tree.attribute(id, name);
        match tree.node(id).tag {
            Tag::Html => {
                // The page's own attribute is surer than what it tells search engines.
                if let Some(language) = attribute(Key::Lang)
                    .map(str::trim)
                    .filter(|lang| !lang.is_empty())
                {
                    self.language = Some(language.to_owned());
                }
            }
            Tag::Title => first(&mut self.title, bounded(&text_below(tree, id), MAX_TITLE)),
            Tag::H1 => {
                self.headings += 1;
                first(&mut self.heading, bounded(&text_below(tree, id), MAX_TITLE));
            }
            Tag::Link => {
                let is_canonical =
                    attribute(Key::Rel).is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                if let Some(url) = attribute(Key::Href).filter(|_| is_canonical).and_then(address) {
                    self.url = Some(url);
                }
            }
            Tag::Time => {
                let date = attribute(Key::Datetime).and_then(day);
                first(&mut self.marked_date, date);
            }
            _ => {}
        }
        match attribute(Key::Itemprop) {
            Some("datePublished") => {
                let said = attribute(Key::Content).or(attribute(Key::Datetime));
                first(&mut self.date, said.and_then(day));
            }
            Some("author") => first(&mut self.marked_author, person(&text_below(tree, id))),
            _ => {
                let is_author = attribute(Key::Rel).is_some_and(|rel| {
                    let mut words = rel.split_ascii_whitespace();
                    words.any(|word| word.eq_ignore_ascii_case("author"))
                });
                if is_author {
                    first(&mut self.marked_author, person(&text_below(tree, id)));
                }
            }
        }
    }
}

impl Structured {
    /// Takes what an object says, or those in a list or graph, without going deeper.
    fn read(&mut self, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.object(value)),
            _ => self.object(value),
        }
    }

    fn object(&mut self, value: &Value) {
        if let Some(Value::Array(graph)) = value.get("@graph") {
            for value in graph {
                self.node(value);
            }
        }
        self.node(value);
    }

    fn node(&mut self, value: &Value) {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        first(
            &mut self.headline,
            text("headline").and_then(|line| bounded(line, MAX_TITLE)),
        );
        first(&mut self.date, text("datePublished").and_then(day));
        let author = match value.get("author") {
            Some(Value::Array(authors)) => authors.first(),
            other => other,
        };
        let name = author.and_then(|author| author.as_str().or_else(|| author.get("name")?.as_str()));
        first(&mut self.author, name.and_then(person));
    }
}

/// Whether a title is a heading with the site's name and the like behind it.
fn holds(title: &str, heading: &str) -> bool {
    title.to_lowercase().starts_with(&heading.to_lowercase())
}

/// A title without the site's name behind it: a last part of few words.
fn without_site(title: &str) -> &str {
    let separators = [" | ", " — ", " – ", " - ", " • ", " · ", " » "];
    let last = separators.iter().filter_map(|separator| {
        let at = title.rfind(separator)?;
        Some((at, at + separator.len()))
    });
    match last.max() {
        Some((end, site)) if title[site..].split_whitespace().count() <= SITE_WORDS => {
            title[..end].trim_end()
        }
        _ => title,
    }
}

fn first(place: &mut Option<String>, found: Option<String>) {
    if place.is_none() {
        *place = found;
    }
}

/// The text below an element, at most as long as a title.
fn text_below(tree: &Tree<'_>, id: NodeId) -> String {
    let mut text = String::new();
    // Headings within headings would make a walk of each through all of them.
    for below in tree.below(id).take(MAX_NODES_OF_LINE) {
        let node = tree.node(below);
        if node.tag == Tag::Text {
            text.push(' ');
            text.push_str(&resolved(tree.text(node), node.marks.has_references));
        }
        if text.len() > 4 * MAX_TITLE {
            break;
        }
    }
    text
}

/// White space runs as one space; nothing where there is nothing else, or more than `most` characters.
fn bounded(text: &str, most: usize) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    (!line.is_empty() && line.chars().count() <= most).then_some(line)
}

/// A person's name, without "by"; addresses are none.
fn person(text: &str) -> Option<String> {
    let line = bounded(text, MAX_AUTHOR)?;
    let name = line
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case("by "))
        .map_or(line.as_str(), |_| line[3..].trim());
    (!name.is_empty() && !name.contains("://") && !name.starts_with('@')).then(|| name.to_owned())
}

fn address(text: &str) -> Option<String> {
    let url = resolved(text.trim(), true);
    (url.starts_with("http://") || url.starts_with("https://")).then(|| url.into_owned())
}

/// The day of a date in ISO 8601, or the month or year if that is all it says.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part)
    };
    let year = digits(0, 4).filter(|year| ("1000".."2100").contains(year))?;
    let separator = |at: usize| matches!(text.as_bytes().get(at), Some(b'-' | b'/' | b'.'));
    let month = digits(5, 7).filter(|month| separator(4) && ("01"..="12").contains(month));
    let Some(month) = month else {
        return (text.len() == 4).then(|| year.to_owned());
    };
    let day = digits(8, 10).filter(|day| separator(7) && ("01"..="31").contains(day));
    Some(day.map_or_else(
        || format!("{year}-{month}"),
        |day| format!("{year}-{month}-{day}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html::parse::parse;

    fn of(html: &str) -> Metadata {
        metadata(&parse(html))
    }

    #[test]
    fn each_vocabulary_is_read() {
        let open_graph = of(
            "<html lang=en><meta property=og:title content='A &amp; B'><meta name=author content='By Ann Lee'>\
             <meta property=article:published_time content=2024-03-05T10:00:00Z><link rel=canonical href=https://e.org/a>",
        );
        assert_eq!(open_graph.title.as_deref(), Some("A & B"));
        assert_eq!(open_graph.author.as_deref(), Some("Ann Lee"));
        assert_eq!(open_graph.date.as_deref(), Some("2024-03-05"));
        assert_eq!(open_graph.language.as_deref(), Some("en"));
        assert_eq!(open_graph.url.as_deref(), Some("https://e.org/a"));
        let structured = of(
            "<script type=application/ld+json>{\"@graph\":[{\"@type\":\"NewsArticle\",\
             \"headline\":\"News\",\"datePublished\":\"2023-01\",\"author\":[{\"name\":\"Bo\"}]}]}</script>",
        );
        assert_eq!(structured.title.as_deref(), Some("News"));
        assert_eq!(structured.author.as_deref(), Some("Bo"));
        assert_eq!(structured.date.as_deref(), Some("2023-01"));
        let elements =
            of("<title> The  title </title><a rel='author nofollow'>Cy Roe</a><time datetime=2020/12/31>");
        assert_eq!(elements.title.as_deref(), Some("The title"));
        assert_eq!(elements.author.as_deref(), Some("Cy Roe"));
        assert_eq!(elements.date.as_deref(), Some("2020-12-31"));
    }

    #[test]
    fn what_is_no_date_author_or_address_is_left() {
        assert_eq!(day("last week"), None);
        assert_eq!(day("2024-13-01"), None);
        assert_eq!(day("2024"), Some("2024".to_owned()));
        assert_eq!(person("https://facebook.com/someone"), None);
        assert_eq!(address("/relative"), None);
    }
}
