//! The XML of a book's frame, node by node.
//!
//! Entities are never expanded but for numbers and those of XML and HTML (`&nbsp;`, which books write as if it were
//! known), so that none can grow; any other stands as it is written. Prefixes are cut off names: which namespace a prefix means is not asked, since books get
//! it wrong. What is not well-formed is read as far as it goes.

use quick_xml::Reader;
use quick_xml::escape;
use quick_xml::events::{BytesStart, Event};

/// Attributes of an element that are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// A piece of a document.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// An element begins.
    Start(&'a Element),
    /// Text of the innermost element.
    Text(&'a str),
    /// An element ends.
    End(&'a str),
}

/// An element's beginning.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute, by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim())
    }
}

/// Shows all nodes of `document` to `visit`.
///
/// # Errors
/// What is wrong with the document, and at which byte; what came before was shown.
pub(super) fn walk(document: &str, mut visit: impl FnMut(Node<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(document);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("not well-formed XML at byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Start(start) => visit(Node::Start(&element(&start))),
            Event::Empty(start) => {
                let element = element(&start);
                visit(Node::Start(&element));
                visit(Node::End(&element.name));
            }
            Event::End(end) => visit(Node::End(&String::from_utf8_lossy(end.local_name().as_ref()))),
            Event::Text(text) => visit(Node::Text(&String::from_utf8_lossy(&text))),
            Event::CData(text) => visit(Node::Text(&String::from_utf8_lossy(&text))),
            Event::GeneralRef(reference) => {
                let name = String::from_utf8_lossy(&reference);
                let character = reference.resolve_char_ref().ok().flatten();
                match (character, escape::resolve_xml_entity(&name)) {
                    (Some(character), _) => visit(Node::Text(character.encode_utf8(&mut [0; 4]))),
                    (None, Some(text)) => visit(Node::Text(text)),
                    (None, None) => visit(Node::Text(&htmlize::unescape(format!("&{name};")))),
                }
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    // Without checks: looking for doubles takes time quadratic in their number.
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).flatten().take(MAX_ATTRIBUTES);
    let attributes = attributes.map(|attribute| {
        let name = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
        let raw = String::from_utf8_lossy(&attribute.value).into_owned();
        let value = escape::unescape(&raw)
            .unwrap_or_else(|_| htmlize::unescape(raw.as_str()))
            .into_owned();
        (name, value)
    });
    Element {
        name: String::from_utf8_lossy(start.local_name().as_ref()).into_owned(),
        attributes: attributes.collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(document: &str) -> (String, bool) {
        let mut text = String::new();
        let result = walk(document, |node| match node {
            Node::Start(element) => {
                text.push_str(&format!("<{}{:?}>", element.name, element.attribute("id")));
            }
            Node::Text(more) => text.push_str(more),
            Node::End(name) => text.push_str(&format!("</{name}>")),
        });
        (text, result.is_ok())
    }

    #[test]
    fn nodes_come_in_order_and_entities_do_not_grow() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"&c;&c;\"><!ENTITY c \"cc\">]><x:a opf:id='1 &amp; 2'>&b; &amp; &#233;<b/><![CDATA[<]]></a>";
        assert_eq!(
            shown(bomb),
            ("<aSome(\"1 & 2\")>&b; & é<bNone></b><</a>".to_owned(), true)
        );
        assert_eq!(
            shown("<a id='&eacute;&x;'>a&nbsp;b&hellip;&x;"),
            ("<aSome(\"é&x;\")>a\u{a0}b…&x;".to_owned(), true)
        );
        assert_eq!(shown("<a>text<"), ("<aNone>text".to_owned(), false));
        assert_eq!(
            shown("</b><a>A & B</c>"),
            ("</b><aNone>A & B</c>".to_owned(), true)
        );
    }

    proptest! {
        #[test]
        fn anything_is_walked(document in "(<|>|/|a|=|\"|&|;|\\[|!|-|\\?|\\PC){0,60}") {
            shown(&document);
        }
    }
}
