//! Header fields of WARC records and HTTP messages: `Name: value` lines up to an empty one.

use std::ops::Range;

/// Fields in the order in which they stand. All of them lie in one string, so that a reader that goes from record to
/// record asks for no memory.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    text: String,
    fields: Vec<Field>,
}

/// Where in the text a field's name and value are.
#[derive(Clone, Debug)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl Fields {
    /// The value of the first field called `name`, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| self.text[field.name.clone()].eq_ignore_ascii_case(name))
            .map(|field| &self.text[field.value.clone()])
    }

    /// Forgets all fields.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    /// Adds a field.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let name = self.put(name);
        let value = self.put(value);
        self.fields.push(Field { name, value });
    }

    /// Adds a line, its line end removed or not. A line that begins with white space continues the field before
    /// it; a line without a colon says nothing and is passed over, as browsers do.
    pub(super) fn add_line(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if !self.fields.is_empty() {
                self.put(" ");
                self.put(line.trim());
            }
            // The last value ends where the text does.
            if let Some(field) = self.fields.last_mut() {
                field.value.end = self.text.len();
            }
            return;
        }
        if let Some((name, value)) = line.split_once(':') {
            self.add(name.trim(), value.trim());
        }
    }

    fn put(&mut self, part: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(part);
        start..self.text.len()
    }
}

/// The media type of a `Content-Type` value, in lower case and without parameters.
pub(super) fn media_type(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The `charset` parameter of a `Content-Type` value.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case() {
        let mut fields = Fields::default();
        let lines = [
            "Content-TYPE: text/html;\r\n",
            "  charset=utf-8\r\n",
            "nonsense\r\n",
            "B:\r\n",
        ];
        for line in [" lost\r\n"].iter().chain(&lines) {
            fields.add_line(line.as_bytes());
        }
        assert_eq!(fields.get("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(fields.get("nonsense"), None);
        assert_eq!(fields.get("b"), Some(""));
        fields.clear();
        assert_eq!(fields.get("b"), None);
    }

    #[test]
    fn content_types_have_parts() {
        assert_eq!(media_type("Text/HTML ; charset=x"), "text/html");
        assert_eq!(
            charset("text/html; q=1; Charset=\"Shift_JIS\""),
            Some("Shift_JIS")
        );
        assert_eq!(charset("text/html"), None);
    }
}
