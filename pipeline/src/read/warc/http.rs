//! An HTTP response as a WARC record holds it: status, fields, and the body with its encodings undone.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::fields::Fields;

/// A response (RFC 9112).
#[derive(Debug)]
pub(super) struct Response<'a> {
    /// The status code.
    pub(super) status: u16,
    /// The header fields.
    pub(super) fields: Fields,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    /// Reads status line and fields.
    pub(super) fn parse(block: &'a [u8]) -> Result<Self, String> {
        let (status_line, mut rest) = split_line(block);
        let status_line = String::from_utf8_lossy(status_line);
        let mut parts = status_line.split_ascii_whitespace();
        let is_http = parts
            .next()
            .is_some_and(|version| version.starts_with("HTTP/") || version == "ICY");
        let status = parts.next().and_then(|status| status.parse().ok());
        let Some(status) = status.filter(|_| is_http) else {
            return Err("no http status line at the start of the response".to_owned());
        };
        let mut fields = Fields::default();
        loop {
            let (line, behind) = split_line(rest);
            if line.is_empty() && behind.is_empty() && !rest.ends_with(b"\n") {
                return Err("the http header does not end".to_owned());
            }
            rest = behind;
            if line.is_empty() {
                break;
            }
            fields.add_line(line);
        }
        Ok(Self {
            status,
            fields,
            body: rest,
        })
    }

    /// The body as its author wrote it, if that is at most `limit` bytes. An encoding that the header names but the
    /// body does not have (crawlers undo them and keep the header) is passed over.
    pub(super) fn content(&self, limit: usize) -> Result<Cow<'a, [u8]>, String> {
        let mut content = Cow::Borrowed(self.body);
        let transfer = self.fields.get("transfer-encoding").unwrap_or_default();
        if transfer.to_ascii_lowercase().contains("chunked")
            && let Some(joined) = join_chunks(self.body)?
        {
            content = Cow::Owned(joined);
        }
        let encodings = self.fields.get("content-encoding").unwrap_or_default();
        for encoding in encodings.rsplit(',') {
            let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" if content.starts_with(&[0x1f, 0x8b]) => {
                    inflate(MultiGzDecoder::new(content.as_ref()), limit, "gzip")?
                }
                "deflate" if is_zlib(&content) => {
                    inflate(ZlibDecoder::new(content.as_ref()), limit, "deflate")?
                }
                "deflate" if !content.trim_ascii_start().starts_with(b"<") => {
                    inflate(DeflateDecoder::new(content.as_ref()), limit, "deflate")?
                }
                "zstd" if content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
                    let decoder = zstd::Decoder::with_buffer(content.as_ref());
                    inflate(decoder.map_err(|error| error.to_string())?, limit, "zstd")?
                }
                "br" if !content.trim_ascii_start().starts_with(b"<") => {
                    return Err(
                        "the body is compressed with brotli, which this version does not read".to_owned(),
                    );
                }
                _ => continue,
            };
            content = Cow::Owned(decoded);
        }
        if content.len() > limit {
            return Err(format!(
                "a body of {} bytes is longer than {limit}",
                content.len()
            ));
        }
        Ok(content)
    }
}

/// The first line without its end, and what is behind it.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', bytes) {
        Some(at) => {
            let line = &bytes[..at];
            (line.strip_suffix(b"\r").unwrap_or(line), &bytes[at + 1..])
        }
        None => (bytes, &[]),
    }
}

/// The content of a chunked body; `None` if it does not begin with the size of a chunk.
fn join_chunks(body: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut joined = Vec::new();
    let mut rest = body;
    loop {
        let (line, behind) = split_line(rest);
        let at = body.len() - rest.len();
        let Some(size) = chunk_size(line) else {
            if at == 0 {
                return Ok(None);
            }
            return Err(format!("no chunk size at byte {at} of the http body"));
        };
        if size == 0 {
            return Ok(Some(joined));
        }
        let Some(chunk) = behind.get(..size) else {
            return Err(format!("the chunk at byte {at} of the http body is cut off"));
        };
        joined.extend_from_slice(chunk);
        let (_, next) = split_line(&behind[size..]);
        if next.is_empty() {
            return Err("the http body ends before its last chunk".to_owned());
        }
        rest = next;
    }
}

/// The size that a chunk's first line gives: hexadecimal, extensions after a semicolon.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|&byte| byte == b';').next()?.trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, &[first, second, ..]
        if first & 15 == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0)
}

/// Reads a decoder to its end, but not much beyond `limit`.
fn inflate(decoder: impl Read, limit: usize, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    decoder
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("the {name} body is damaged: {error}").to_lowercase())?;
    if bytes.len() > limit {
        return Err(format!("the {name} body inflates to more than {limit} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::basket::compressed;
    use crate::read::decompress::Codec;

    fn content(header: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let mut block = format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n").into_bytes();
        block.extend_from_slice(body);
        let response = Response::parse(&block)?;
        response.content(1000).map(Cow::into_owned)
    }

    #[test]
    fn encodings_are_undone() {
        let chunked = "transfer-encoding: chunked";
        assert_eq!(
            content(chunked, b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n"),
            Ok(b"Wikipedia".to_vec())
        );
        assert_eq!(
            content(chunked, b"<p>not chunked at all"),
            Ok(b"<p>not chunked at all".to_vec())
        );
        let gzip = compressed(b"<p>page", Codec::Gzip);
        assert_eq!(content("content-encoding: gzip", &gzip), Ok(b"<p>page".to_vec()));
        assert_eq!(
            content("content-encoding: gzip", b"<p>page"),
            Ok(b"<p>page".to_vec())
        );
        assert_eq!(
            content("content-encoding: br", b"<p>page"),
            Ok(b"<p>page".to_vec())
        );
    }

    #[test]
    fn damage_is_named() {
        let cases: [(&str, &[u8], &str); 5] = [
            (
                "transfer-encoding: chunked",
                b"4\r\nWiki\r\nzz\r\n",
                "no chunk size at byte 9",
            ),
            (
                "transfer-encoding: chunked",
                b"ffffffffffffffff\r\nWiki",
                "cut off",
            ),
            (
                "content-encoding: gzip",
                b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff",
                "damaged",
            ),
            (
                "content-encoding: gzip",
                &compressed(&[b'a'; 5000], Codec::Gzip),
                "more than 1000",
            ),
            ("content-encoding: br", b"\x8b\x02\x80", "brotli"),
        ];
        for (header, body, reason) in cases {
            let error = content(header, body).expect_err(reason);
            assert!(error.contains(reason), "{error}");
        }
        assert!(Response::parse(b"<html>").is_err());
        assert!(Response::parse(b"HTTP/1.1 200 OK\r\nA: b").is_err());
    }
}
