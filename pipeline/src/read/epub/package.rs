//! The package document: what a book is called, and which of its files are its chapters, in order.

use std::collections::{BTreeMap, BTreeSet};

use super::path;
use super::xml::{self, Element, Node};

/// The longest value of the metadata, in bytes.
const MAX_VALUE_BYTES: usize = 2_000;

/// What the guide of EPUB 2 calls pages that are not the book's text.
const FRAME_TYPES: [&str; 4] = ["cover", "toc", "copyright-page", "copyright"];

/// What files of such pages are called where nothing says what they are.
const FRAME_NAMES: [&str; 6] = [
    "cover",
    "toc",
    "nav",
    "copyright",
    "copyright-page",
    "copyrightpage",
];

/// What a package document says.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) metadata: Metadata,
    /// The chapters in the order in which they are read: where there is a fault, also those of the manifest that the
    /// spine, as far as it is there, does not name.
    pub(super) spine: Vec<Spine>,
    /// Why the spine is not all there, or names nothing.
    pub(super) fault: Option<String>,
}

/// What a book is called.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    /// All who wrote it, with semicolons between them.
    pub(super) author: Option<String>,
    /// `YYYY-MM-DD`, or the part of it that is given.
    pub(super) date: Option<String>,
    pub(super) language: Option<String>,
    pub(super) identifier: Option<String>,
}

/// A chapter.
#[derive(Debug)]
pub(super) struct Spine {
    /// How the package document refers to it.
    pub(super) href: String,
    /// Where it lies in the archive, or why it lies nowhere.
    pub(super) path: Result<String, String>,
}

/// The path of the package document that a container names, if it names one.
///
/// # Errors
/// When the container is broken before that.
pub(super) fn root_file(container: &str) -> Result<Option<String>, String> {
    let mut found = None;
    let walked = xml::walk(container, |node| {
        if let Node::Start(element) = node
            && element.name == "rootfile"
            && found.is_none()
        {
            found = element.attribute("full-path").map(str::to_owned);
        }
    });
    match (found, walked) {
        (Some(path), _) => path::resolved("", &path).map(Some),
        (None, Err(error)) => Err(format!("container.xml: {error}")),
        (None, Ok(())) => Ok(None),
    }
}

impl Package {
    /// Reads the package document that lies `at` a path of the archive, as far as it goes.
    pub(super) fn of(document: &str, at: &str) -> Self {
        let mut parts = Parts::default();
        let walked = xml::walk(document, |node| parts.take(&node));
        let mut spine = parts.spine(path::folder(at));
        let fault = match walked {
            // What is broken behind the spine costs no chapter.
            _ if parts.is_spine_over && !spine.is_empty() => None,
            Err(error) => Some(error),
            Ok(()) if parts.is_spine_over => Some("the spine names no chapter".to_owned()),
            Ok(()) => Some("it ends before its spine does".to_owned()),
        };
        if fault.is_some() {
            spine.extend(parts.unnamed(path::folder(at)));
        }
        Self {
            spine,
            metadata: parts.metadata(),
            fault,
        }
    }
}

/// Whether the page at `path` is called as pages are that are not a book's text.
pub(super) fn is_frame_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    FRAME_NAMES.contains(&stem)
}

/// A file of the manifest.
#[derive(Debug, Default)]
struct Item {
    id: String,
    href: String,
    media_type: String,
    properties: String,
}

/// A value of the metadata, as it stands there.
#[derive(Debug, Default)]
struct Value {
    name: String,
    id: String,
    /// `opf:role` or `opf:event`, or what a `meta` says that refines it.
    role: String,
    text: String,
}

/// What was read of a package document so far.
#[derive(Debug, Default)]
struct Parts {
    values: Vec<Value>,
    /// Whether text belongs to the last of them.
    is_open: bool,
    /// Roles by the id that they refine.
    refined: BTreeMap<String, String>,
    /// The id that the `meta` being read refines.
    refining: Option<String>,
    identifier: Option<String>,
    /// The files, in the order of the manifest, and where in it their ids are.
    items: Vec<Item>,
    ids: BTreeMap<String, usize>,
    /// Ids of the spine, and whether they are read in its order.
    order: Vec<(String, bool)>,
    is_spine_over: bool,
    /// References of the guide to pages that are not text.
    frame: Vec<String>,
}

impl Parts {
    fn take(&mut self, node: &Node<'_>) {
        match node {
            Node::Start(element) => self.start(element),
            Node::Text(text) => self.text(text),
            Node::End(name) => {
                (self.is_open, self.refining) = (false, None);
                self.is_spine_over |= *name == "spine";
            }
        }
    }

    fn start(&mut self, element: &Element) {
        let attribute = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
        match element.name.as_str() {
            "package" => self.identifier = element.attribute("unique-identifier").map(str::to_owned),
            "title" | "creator" | "date" | "language" | "identifier" => {
                self.values.push(Value {
                    name: element.name.clone(),
                    id: attribute("id"),
                    role: attribute("role") + &attribute("event"),
                    text: String::new(),
                });
                self.is_open = true;
            }
            "meta" if matches!(element.attribute("property"), Some("role" | "title-type")) => {
                self.refining = element
                    .attribute("refines")
                    .map(|id| id.trim_start_matches('#').to_owned());
            }
            "item" => {
                let item = Item {
                    id: attribute("id"),
                    href: attribute("href"),
                    media_type: attribute("media-type"),
                    properties: attribute("properties"),
                };
                self.ids.insert(item.id.clone(), self.items.len());
                self.items.push(item);
            }
            "itemref" => {
                let is_linear = element.attribute("linear") != Some("no");
                self.order.push((attribute("idref"), is_linear));
            }
            "reference" if FRAME_TYPES.contains(&attribute("type").as_str()) => {
                self.frame.push(attribute("href"));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let value = match (&self.refining, self.values.last_mut()) {
            (Some(id), _) => self.refined.entry(id.clone()).or_default(),
            (None, Some(value)) if self.is_open => &mut value.text,
            _ => return,
        };
        if value.len() + text.len() <= MAX_VALUE_BYTES {
            value.push_str(text);
        }
    }

    fn metadata(&self) -> Metadata {
        let identifier = self.identifier.as_deref();
        let identifier = self
            .named("identifier")
            .find(|(value, _)| identifier.is_some_and(|id| value.id == id))
            .or_else(|| self.named("identifier").next());
        let title = self
            .named("title")
            .find(|(_, role)| *role == "main")
            .or_else(|| self.named("title").next());
        let writes = |role: &str| role.is_empty() || role == "aut";
        let mut authors: Vec<String> = self
            .named("creator")
            .filter(|(_, role)| writes(role))
            .map(|(value, _)| squeezed(&value.text))
            .collect();
        authors.dedup();
        // Files are changed after books are published.
        let is_published = |role: &str| role != "modification" && role != "creation";
        let date = self
            .named("date")
            .filter(|(_, role)| is_published(role))
            .find_map(|(value, _)| date_of(value.text.trim()));
        Metadata {
            title: title.map(|(value, _)| squeezed(&value.text)),
            author: (!authors.is_empty()).then(|| authors.join("; ")),
            date,
            language: self
                .named("language")
                .next()
                .map(|(value, _)| squeezed(&value.text)),
            identifier: identifier
                .map(|(value, _)| squeezed(&value.text))
                // What a tool wrote in its place: `unknown`, `id`.
                .filter(|id| id.len() > 5 && id.bytes().any(|byte| byte.is_ascii_digit())),
        }
    }

    /// The values of a name that are not empty, with their roles.
    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a Value, &'a str)> {
        let values = self
            .values
            .iter()
            .filter(move |value| value.name == name && !value.text.trim().is_empty());
        values.map(|value| {
            let refined = self.refined.get(&value.id).map(|role| role.trim());
            (value, refined.unwrap_or(value.role.trim()))
        })
    }

    /// The chapters in `folder`: those in linear order, then the others.
    fn spine(&self, folder: &str) -> Vec<Spine> {
        let frame = self.frame_paths(folder);
        let mut linear = Vec::new();
        let mut others = Vec::new();
        for (id, is_linear) in &self.order {
            let item = self.ids.get(id).and_then(|number| self.items.get(*number));
            let Some(chapter) = item.and_then(|item| item.chapter(folder, &frame)) else {
                continue;
            };
            if *is_linear {
                linear.push(chapter);
            } else {
                others.push(chapter);
            }
        }
        linear.append(&mut others);
        linear
    }

    /// The chapters in `folder` that the manifest has and the spine does not name.
    fn unnamed(&self, folder: &str) -> Vec<Spine> {
        let frame = self.frame_paths(folder);
        let named: BTreeSet<&str> = self.order.iter().map(|(id, _)| id.as_str()).collect();
        self.items
            .iter()
            .filter(|item| !named.contains(item.id.as_str()))
            .filter_map(|item| item.chapter(folder, &frame))
            .collect()
    }

    /// Where the pages lie that the guide says are not text.
    fn frame_paths(&self, folder: &str) -> BTreeSet<String> {
        let paths = self.frame.iter().map(|href| path::of_href(folder, href));
        paths.flatten().collect()
    }
}

impl Item {
    /// The chapter that it is in `folder`, if it is a page, and one of the book's text.
    fn chapter(&self, folder: &str, frame: &BTreeSet<String>) -> Option<Spine> {
        let path = path::of_href(folder, &self.href);
        let is_text = self.media_type.contains("html") || self.media_type.is_empty();
        let mut properties = self.properties.split_whitespace();
        let is_frame = properties.any(|property| property == "nav")
            || path
                .as_ref()
                .is_ok_and(|path| frame.contains(path) || is_frame_name(path));
        (is_text && !is_frame).then(|| Spine {
            href: self.href.clone(),
            path,
        })
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2008-06-25T00:00:00Z` -> `2008-06-25`. Calibre writes the year 101 where it knows none.
fn date_of(text: &str) -> Option<String> {
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part)
    };
    let year = digits(0..4).filter(|year| *year > "1000")?;
    let part = |start: usize| {
        let is_separated = text.as_bytes().get(start - 1) == Some(&b'-');
        digits(start..start + 2).filter(|_| is_separated)
    };
    Some(match (part(5), part(8)) {
        (Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        (Some(month), None) => format!("{year}-{month}"),
        (None, _) => year.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_understood() {
        let two = "<package unique-identifier='b'><metadata xmlns:dc='d'><dc:identifier>x</dc:identifier>\
                   <dc:identifier id='b'> urn:isbn:9781 </dc:identifier><dc:title>Tom &amp;\n Jerry</dc:title>\
                   <dc:creator opf:role='aut'>A. B.</dc:creator><dc:creator opf:role='ill'>C.</dc:creator>\
                   <dc:creator>D.</dc:creator><dc:date opf:event='modification'>2020-01-01</dc:date><dc:date>1999-12</dc:date>\
                   <dc:language>en-GB</dc:language></metadata><manifest><item id='1' href='a%20b.html' media-type='application/xhtml+xml'/>\
                   <item id='2' href='notes.html' media-type='text/html'/><item id='3' href='../x.html' media-type='text/html'/>\
                   <item id='4' href='cover.xhtml'/><item id='5' href='p.svg' media-type='image/svg+xml'/><item id='6' href='c.html'/>\
                   </manifest><spine><itemref idref='2' linear='no'/><itemref idref='4'/><itemref idref='1'/><itemref idref='5'/>\
                   <itemref idref='9'/><itemref idref='6'/><itemref idref='3'/></spine><guide><reference type='toc' href='c.html#x'/></guide>";
        let package = Package::of(two, "content.opf");
        let metadata = &package.metadata;
        assert_eq!(metadata.title.as_deref(), Some("Tom & Jerry"));
        assert_eq!(metadata.author.as_deref(), Some("A. B.; D."));
        assert_eq!(metadata.date.as_deref(), Some("1999-12"));
        assert_eq!(metadata.language.as_deref(), Some("en-GB"));
        assert_eq!(metadata.identifier.as_deref(), Some("urn:isbn:9781"));
        let paths: Vec<_> = package
            .spine
            .iter()
            .map(|chapter| chapter.path.clone().ok())
            .collect();
        assert_eq!(
            paths,
            [Some("a b.html".to_owned()), None, Some("notes.html".to_owned())]
        );

        let three = "<package><metadata><dc:title id='t1'>Part one</dc:title><dc:title id='t2'>Whole</dc:title>\
                     <meta refines='#t2' property='title-type'>main</meta><dc:creator id='c'>E.</dc:creator>\
                     <meta refines='#c' property='role' scheme='marc:relators'>trl</meta><dc:identifier>unknown</dc:identifier>\
                     <dc:date>0101-01-01</dc:date></metadata><manifest><item id='n' href='n.xhtml' properties='scripted nav'/>\
                     <item id='a' href='a.xhtml'/></manifest><spine><itemref idref='n'/><itemref idref='a'/></spine></package>";
        let package = Package::of(three, "OEBPS/content.opf");
        let metadata = &package.metadata;
        assert_eq!(metadata.title.as_deref(), Some("Whole"));
        assert_eq!(
            (&metadata.author, &metadata.date, &metadata.identifier),
            (&None, &None, &None)
        );
        assert_eq!(package.spine.len(), 1);
        assert_eq!(package.spine[0].path, Ok("OEBPS/a.xhtml".to_owned()));
    }

    #[test]
    fn a_fault_adds_what_the_manifest_has() {
        let items = "<package><metadata><dc:title>A&nbsp;B</dc:title></metadata><manifest><item id='n' href='nav.xhtml'/>\
                     <item id='b' href='b.xhtml'/><item id='a' href='a.xhtml'/></manifest>";
        let cases = [
            (
                "<spine><itemref idref='a'/><item",
                "not well-formed",
                vec!["a.xhtml", "b.xhtml"],
            ),
            (
                "<spine><itemref idref='a'/>",
                "it ends before",
                vec!["a.xhtml", "b.xhtml"],
            ),
            (
                "<spine/></package>",
                "the spine names no",
                vec!["b.xhtml", "a.xhtml"],
            ),
            (
                "<spine><itemref idref='x'/></spine>",
                "the spine names no",
                vec!["b.xhtml", "a.xhtml"],
            ),
            ("<spine><itemref idref='a'/></spine><guide", "", vec!["a.xhtml"]),
        ];
        for (spine, fault, chapters) in cases {
            let package = Package::of(&format!("{items}{spine}"), "content.opf");
            let found = package.fault.unwrap_or_default();
            assert!(
                found.starts_with(fault) && found.is_empty() == fault.is_empty(),
                "{found}"
            );
            let hrefs: Vec<&str> = package
                .spine
                .iter()
                .map(|chapter| chapter.href.as_str())
                .collect();
            assert_eq!(hrefs, chapters, "{spine}");
            assert_eq!(package.metadata.title.as_deref(), Some("A B"));
        }
    }

    #[test]
    fn dates_are_cut_to_what_is_known() {
        let cases = [
            ("2008-06-25T00:00:00Z", Some("2008-06-25")),
            ("1865", Some("1865")),
            ("1865-07", Some("1865-07")),
            ("July 1865", None),
            ("", None),
        ];
        for (text, date) in cases {
            assert_eq!(date_of(text).as_deref(), date, "{text}");
        }
    }
}
