//! How records begin: WARC's (ISO 28500, and the drafts 0.17 and 0.18 that archives were written in before it), and
//! that of ARC, the Internet Archive's format of 1996 to 2008, in which one line is the whole header.
//!
//! An ARC line is `URL IP date content-type length` (version 1), or has further fields before the length (version
//! 2). The first record of a file begins with `filedesc://` and describes the file.

use super::fields::Fields;

/// The longest address in an ARC line, and so the longest such line, in bytes.
pub(super) const MAX_ARC_LINE_BYTES: usize = 16 << 10;

/// What editors of Windows put before UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Which of the formats an archive is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// WARC.
    Warc,
    /// ARC.
    Arc,
}

impl Dialect {
    /// The dialect of an archive that begins with `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.trim_ascii_start();
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if bytes.trim_ascii_start().starts_with(b"filedesc://") {
            Self::Arc
        } else {
            Self::Warc
        }
    }

    /// How many bytes of a line tell whether a record begins with it.
    pub(super) fn telling_bytes(self) -> usize {
        match self {
            Self::Warc => WARC_WORD_BYTES,
            Self::Arc => MAX_ARC_LINE_BYTES,
        }
    }

    /// Whether a record begins with these bytes: at least [`Dialect::telling_bytes`], or all of the line.
    pub(super) fn begins_record(self, bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        match self {
            Self::Warc => {
                matches!(bytes, [b'W', b'A', b'R', b'C', b'/', major, b'.', ..] if major.is_ascii_digit())
            }
            Self::Arc => {
                let line = memchr::memchr(b'\n', bytes).map_or(bytes, |at| &bytes[..at]);
                ArcLine::parse(line).is_some()
            }
        }
    }
}

/// `WARC/1.` behind a byte order mark: enough of a version to tell.
const WARC_WORD_BYTES: usize = 3 + 7;

/// What an ARC line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArcLine<'a> {
    url: &'a str,
    content_type: &'a str,
    length: &'a str,
}

impl<'a> ArcLine<'a> {
    /// Reads a line; `None` if it is not one of ARC.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        if line.len() > MAX_ARC_LINE_BYTES {
            return None;
        }
        let line = std::str::from_utf8(line.trim_ascii_end()).ok()?;
        let (before, length) = line.rsplit_once(' ')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Addresses may hold spaces, so the date, which nothing else looks like, is what the rest is counted from.
        let fields: Vec<&str> = before.split(' ').collect();
        let date = (2..fields.len().saturating_sub(1))
            .find(|&at| is_number(fields[at]) && fields[at].len() == 14 && is_address(fields[at - 1]))?;
        let url_bytes: usize = fields[..date - 1].iter().map(|part| part.len() + 1).sum();
        let url = &before[..url_bytes - 1];
        (is_number(length) && url.contains(':')).then_some(Self {
            url,
            content_type: fields[date + 1],
            length,
        })
    }

    /// The fields that a WARC record would have.
    pub(super) fn put_into(&self, fields: &mut Fields) {
        let is_description = self.url.starts_with("filedesc:");
        let is_http = self.url.starts_with("http:") || self.url.starts_with("https:");
        let (record_type, content_type) = match (is_description, is_http) {
            (true, _) => ("warcinfo", self.content_type),
            (_, true) => ("response", "application/http; msgtype=response"),
            (false, false) => ("resource", self.content_type),
        };
        fields.add("warc-type", record_type);
        fields.add("warc-target-uri", self.url);
        fields.add("content-type", content_type);
        fields.add("content-length", self.length);
    }
}

/// Whether it is an IP address, as far as that matters.
fn is_address(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    text.contains(['.', ':']) && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_begin_with_a_version() {
        for (line, begins) in [
            (&b"WARC/1.0\r\n"[..], true),
            (b"WARC/0.18\n", true),
            (b"WARC/1.", true),
            (b"\xef\xbb\xbfWARC/1.1\n", true),
            (b"WARC/x.", false),
            (b"WARC", false),
            (b"warc/1.0", false),
        ] {
            assert_eq!(Dialect::Warc.begins_record(line), begins, "{line:?}");
        }
    }

    #[test]
    fn arc_lines_are_counted_from_their_date() {
        let line = b"http://a.example/x y 10.0.0.1 20140216050221 text/html 1591\n";
        let parsed = ArcLine::parse(line).expect("an ARC line");
        assert_eq!(
            (parsed.url, parsed.content_type, parsed.length),
            ("http://a.example/x y", "text/html", "1591")
        );
        let second = b"http://a/ 10.0.0.1 20140216050221 text/html 200 checksum - 1234 a.arc 77";
        assert_eq!(ArcLine::parse(second).map(|line| line.length), Some("77"));
        for line in [
            "",
            "a b c d e",
            "http://a/ 10.0.0.1 2014 text/html 7",
            "http://a/ 10.0.0.1 20140216050221 text/html x",
        ] {
            assert_eq!(ArcLine::parse(line.as_bytes()), None, "{line}");
        }
    }
}
