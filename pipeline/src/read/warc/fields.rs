//! Header fields of WARC records and HTTP messages: `Name: value` lines up to an empty one.

/// Fields in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a line, its line end removed or not. A line that begins with white space continues the field before
    /// it; a line without a colon says nothing and is passed over, as browsers do.
    pub(super) fn add_line(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            return;
        }
        if let Some((name, value)) = line.split_once(':') {
            self.0
                .push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// The value of the first field called `name` (in lower case).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
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
        for line in [
            "Content-TYPE: text/html;\r\n",
            "  charset=utf-8\r\n",
            "nonsense\r\n",
        ] {
            fields.add_line(line.as_bytes());
        }
        assert_eq!(fields.get("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(fields.get("nonsense"), None);
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
