//! The head of a README, in the part of YAML that the Hub's tools write: maps and lists by indentation, and plain,
//! quoted or bracketed scalars. Anchors, tags and texts over several lines are read as the text that they are.

/// Levels at most. A head has five; more is no head.
const MAX_DEPTH: usize = 32;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value under `key`, if it is a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            Self::Text(_) | Self::List(_) => None,
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The items, if it is a list.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Text(_) | Self::Map(_) => &[],
        }
    }

    /// It, or its items, as far as they are texts.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            other => other.items().iter().filter_map(Self::text).collect(),
        }
    }
}

/// A line without its indentation.
struct Line<'a> {
    indent: usize,
    text: &'a str,
}

/// The head of a text that begins with one.
pub(super) fn of(text: &str) -> Option<Node> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines();
    if lines.next()?.trim_end() != "---" {
        return None;
    }
    let mut head = Vec::new();
    for line in lines {
        if line.trim_end() == "---" {
            let mut position = 0;
            return block(&head, &mut position, 0, 0);
        }
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            head.push(Line {
                indent: line.len() - line.trim_start().len(),
                text: trimmed,
            });
        }
    }
    None
}

/// The block of lines from `position` that are indented by `indent` or more.
fn block(lines: &[Line<'_>], position: &mut usize, indent: usize, depth: usize) -> Option<Node> {
    let first = lines
        .get(*position)
        .filter(|line| line.indent >= indent && depth < MAX_DEPTH)?;
    let indent = first.indent;
    if item_of(first.text).is_some() {
        return Some(list(lines, position, indent, depth));
    }
    if pair(first.text).is_none() {
        *position += 1;
        return Some(scalar(first.text));
    }
    let mut entries = Vec::new();
    while let Some(line) = lines.get(*position).filter(|line| line.indent >= indent) {
        *position += 1;
        // What is indented further and belongs to no key is the rest of a long text.
        if line.indent == indent
            && let Some((key, value)) = pair(line.text)
        {
            entries.push((unquoted(key), value_of(value, lines, position, indent, depth)));
        }
    }
    Some(Node::Map(entries))
}

/// What stands behind a key: on its line, or in the block below it. A list may stand below its key unindented.
fn value_of(value: &str, lines: &[Line<'_>], position: &mut usize, indent: usize, depth: usize) -> Node {
    if !value.is_empty() {
        return scalar(value);
    }
    let below = lines.get(*position).filter(|_| depth < MAX_DEPTH);
    let inner = match below {
        Some(line) if line.indent > indent => block(lines, position, indent + 1, depth + 1),
        Some(line) if line.indent == indent && item_of(line.text).is_some() => {
            Some(list(lines, position, indent, depth + 1))
        }
        _ => None,
    };
    inner.unwrap_or_else(|| Node::Text(String::new()))
}

fn list(lines: &[Line<'_>], position: &mut usize, indent: usize, depth: usize) -> Node {
    let mut items = Vec::new();
    while let Some(line) = lines.get(*position).filter(|line| line.indent >= indent) {
        let item = match item_of(line.text) {
            Some(item) if line.indent == indent => item,
            _ if line.indent == indent => break,
            _ => {
                *position += 1;
                continue;
            }
        };
        *position += 1;
        let Some((key, value)) = pair(item) else {
            items.push(value_of(item, lines, position, indent, depth));
            continue;
        };
        // `- key: value` begins a map whose other keys are indented as far as the first.
        let inner = indent + (line.text.len() - item.len());
        let mut entries = vec![(unquoted(key), value_of(value, lines, position, inner, depth + 1))];
        let is_inside = |line: &&Line<'_>| line.indent > indent && item_of(line.text).is_none();
        while let Some(line) = lines.get(*position).filter(is_inside) {
            *position += 1;
            if let Some((key, value)) = pair(line.text) {
                entries.push((
                    unquoted(key),
                    value_of(value, lines, position, line.indent, depth + 1),
                ));
            }
        }
        items.push(Node::Map(entries));
    }
    Node::List(items)
}

/// What stands behind the dash of a list's item.
fn item_of(text: &str) -> Option<&str> {
    if text == "-" {
        return Some("");
    }
    text.strip_prefix("- ").map(str::trim_start)
}

/// A key and what stands behind it on its line.
fn pair(text: &str) -> Option<(&str, &str)> {
    if let Some(key) = text.strip_suffix(':') {
        return Some((key, ""));
    }
    text.split_once(": ").map(|(key, value)| (key, value.trim()))
}

fn scalar(text: &str) -> Node {
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Node::List(items.map(|item| Node::Text(unquoted(item))).collect());
    }
    Node::Text(unquoted(text))
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    inner
        .unwrap_or_else(|| text.split(" #").next().unwrap_or(text).trim_end())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn maps_and_lists_nest() {
        let head = of("---\na: 1 # one\nb:\n- x: 'y'\n  z:\n  - p\n  - \"q\"\n- s\nc:\n  d: [u, v]\ne: >\n  long text\n  on\n---\n")
            .expect("a head");
        assert_eq!(head.get("a").and_then(Node::text), Some("1"));
        let items = head.get("b").expect("a list").items();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].get("x").and_then(Node::text), Some("y"));
        assert_eq!(items[0].get("z").expect("a list").texts(), ["p", "q"]);
        assert_eq!(items[1].text(), Some("s"));
        assert_eq!(
            head.get("c").and_then(|c| c.get("d")).expect("a list").texts(),
            ["u", "v"]
        );
        assert_eq!(of("no head"), None);
        assert_eq!(of("---\nopen: end\n"), None);
    }

    proptest! {
        #[test]
        fn any_head_is_read_to_its_end(lines in prop::collection::vec("[ ]{0,6}(- )?[a-c]{0,2}:? ?[a-c\\[\\]'\"]{0,3}", 0..40)) {
            of(&format!("---\n{}\n---\n", lines.join("\n")));
        }
    }
}
