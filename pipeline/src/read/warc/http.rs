//! An HTTP message as a WARC record holds it: first line, fields, and the body with its encodings undone.

use std::borrow::Cow;

use super::codings;
use super::fields::Fields;

/// A request or a response (RFC 9112).
#[derive(Debug)]
pub struct Message<'a> {
    /// The status code, of a response.
    pub status: Option<u16>,
    /// The header fields.
    pub fields: Fields,
    /// The body as it was sent.
    pub body: &'a [u8],
    is_truncated: bool,
}

impl<'a> Message<'a> {
    /// Reads first line and fields. Where the message `is_truncated`, its header may end with it.
    pub(super) fn parse(block: &'a [u8], is_truncated: bool) -> Result<Self, String> {
        let (first, mut rest) = split_line(block);
        let first = String::from_utf8_lossy(first);
        let mut parts = first.split_ascii_whitespace();
        let beginning = parts.next().unwrap_or_default();
        let is_response = beginning.starts_with("HTTP/") || beginning == "ICY";
        let status = parts.next().and_then(|status| status.parse().ok());
        let is_request = first
            .trim_ascii_end()
            .rsplit_once(' ')
            .is_some_and(|(_, last)| last.starts_with("HTTP/"));
        if is_response && status.is_none() || !is_response && !is_request {
            return Err("no http message begins here".to_owned());
        }
        let mut fields = Fields::default();
        loop {
            let (line, behind) = split_line(rest);
            if rest.is_empty() {
                // The empty line is missing, as it is where a crawler has cut the body off with it.
                if is_truncated || block.ends_with(b"\n") {
                    break;
                }
                return Err("the http header does not end".to_owned());
            }
            rest = behind;
            if line.is_empty() {
                break;
            }
            fields.add_line(line);
        }
        Ok(Self {
            status: status.filter(|_| is_response),
            fields,
            body: rest,
            is_truncated,
        })
    }

    /// The body as its author wrote it, if that is at most `limit` bytes.
    ///
    /// # Errors
    /// Says which of its encodings is unknown or damaged.
    pub fn content(&self, limit: usize) -> Result<Cow<'a, [u8]>, String> {
        let transfer = self.fields.get("transfer-encoding").unwrap_or_default();
        let encodings = self.fields.get("content-encoding").unwrap_or_default();
        // What was done last is undone first.
        let names = transfer.rsplit(',').chain(encodings.rsplit(','));
        codings::undo(self.body, names, limit, self.is_truncated)
    }

    /// As [`Message::content`], but of a content of more than `limit` bytes there is the beginning, a byte longer.
    pub(super) fn beginning(&self, limit: usize) -> Result<Cow<'a, [u8]>, String> {
        let transfer = self.fields.get("transfer-encoding").unwrap_or_default();
        let encodings = self.fields.get("content-encoding").unwrap_or_default();
        let names = transfer.rsplit(',').chain(encodings.rsplit(','));
        codings::undo_beginning(self.body, names, limit, self.is_truncated)
    }
}

/// The first line without its end, and what is behind it.
pub(super) fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', bytes) {
        Some(at) => {
            let line = &bytes[..at];
            (line.strip_suffix(b"\r").unwrap_or(line), &bytes[at + 1..])
        }
        None => (bytes, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_a_first_line_and_a_header_that_ends() {
        let response = Message::parse(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", false).expect("a response");
        assert_eq!(
            (response.status, response.fields.get("a"), response.body),
            (Some(200), Some("b"), &b"body"[..])
        );
        let request = Message::parse(b"GET /a b HTTP/1.0\nHost: x\n\n", false).expect("a request");
        assert_eq!((request.status, request.body), (None, &b""[..]));
        let unended = b"HTTP/1.1 200 OK\r\nA: b";
        for block in [&b"<html>"[..], b"", b"HTTP/1.1 nonsense\r\n\r\n", unended] {
            assert!(Message::parse(block, false).is_err(), "{block:?}");
        }
        let truncated = Message::parse(unended, true).expect("as far as it goes");
        assert_eq!((truncated.fields.get("a"), truncated.body), (Some("b"), &b""[..]));
    }
}
