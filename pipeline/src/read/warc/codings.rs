//! What HTTP does to a body on its way (RFC 9110, 9112), undone: chunks, gzip, deflate, brotli, zstd, in any sequence.
//!
//! Crawlers often undo a coding and keep the header that names it. So a coding that a body does not have is passed
//! over, where that is certain: where text stands in its place. A coding that is not known is an error, unless the body
//! is markup as it stands. No step gives more than the caller's limit.

use std::borrow::Cow;
use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use super::http::split_line;
use crate::read::decompress::ZSTD_WINDOW_LOG;

/// More codings than this are an attack. Servers behind servers come to two or three.
const MAX_CODINGS: usize = 8;

/// Bytes at the start of a body by which text is told from compressed data.
const TEXT_PROBE_BYTES: usize = 1_024;

/// Names that stand in headers and mean nothing: of no coding, or of a charset.
const NO_CODINGS: [&str; 8] = ["", "identity", "none", "utf-8", "utf8", "binary", "8bit", "7bit"];

/// Undoes the codings called `names`, the last one that was done first. Where the body `is_truncated`, what is there of
/// it is enough.
pub(super) fn undo<'a, 'n>(
    body: &'a [u8],
    names: impl Iterator<Item = &'n str>,
    limit: usize,
    is_truncated: bool,
) -> Result<Cow<'a, [u8]>, String> {
    let content = undo_beginning(body, names, limit, is_truncated)?;
    if content.len() > limit {
        return Err(format!("the body has more than {limit} bytes"));
    }
    Ok(content)
}

/// As [`undo`], but of what is longer than `limit` the beginning is undone, a byte longer, by which it is known.
pub(super) fn undo_beginning<'a, 'n>(
    body: &'a [u8],
    names: impl Iterator<Item = &'n str>,
    limit: usize,
    is_truncated: bool,
) -> Result<Cow<'a, [u8]>, String> {
    let mut content = Cow::Borrowed(body);
    let mut is_truncated = is_truncated;
    let mut undone = 0;
    for name in names {
        let name = name.trim().to_ascii_lowercase();
        if NO_CODINGS.contains(&name.as_str()) {
            continue;
        }
        undone += 1;
        if undone > MAX_CODINGS {
            return Err(format!("the body has more than {MAX_CODINGS} codings"));
        }
        let step = Step {
            limit,
            is_truncated,
            name: &name,
        };
        if let Some(decoded) = step.undo(&content)? {
            is_truncated |= decoded.len() > limit;
            content = Cow::Owned(decoded);
        }
    }
    Ok(content)
}

/// The undoing of one coding.
struct Step<'a> {
    limit: usize,
    is_truncated: bool,
    name: &'a str,
}

impl Step<'_> {
    /// The decoded body; `None` if it does not have the coding.
    fn undo(&self, body: &[u8]) -> Result<Option<Vec<u8>>, String> {
        if body.is_empty() {
            return Ok(None);
        }
        match self.name {
            "chunked" => join_chunks(body, self.is_truncated),
            "gzip" | "x-gzip" | "deflate" | "br" | "zstd" if is_text(body) => Ok(None),
            "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => self.read(MultiGzDecoder::new(body)),
            "deflate" => self.read(Deflated {
                rest: body,
                inflater: Decompress::new(is_zlib(body)),
            }),
            "br" => self.read(brotli_decompressor::Decompressor::new(body, BROTLI_BUFFER_BYTES)),
            "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
                let damaged = |error: io::Error| self.damaged(&error);
                let mut decoder = zstd::Decoder::with_buffer(body).map_err(damaged)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(damaged)?;
                self.read(decoder)
            }
            "gzip" | "x-gzip" | "zstd" => {
                Err(format!("the body is not in {}, as its header says", self.name))
            }
            _ if body.trim_ascii_start().starts_with(b"<") => Ok(None),
            _ => Err(format!(
                "the body is in the coding '{}', which is not known",
                self.name
            )),
        }
    }

    /// Reads a decoder to its end, but not much beyond the limit.
    fn read(&self, decoder: impl Read) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let read = decoder.take(self.limit as u64 + 1).read_to_end(&mut bytes);
        if bytes.len() > self.limit {
            return Ok(Some(bytes));
        }
        match read {
            // The brotli decoder does not tell an early end from damage.
            Err(_) if self.is_truncated && !bytes.is_empty() => Ok(Some(bytes)),
            Err(error) => Err(self.damaged(&error)),
            Ok(_) => Ok(Some(bytes)),
        }
    }

    fn damaged(&self, error: &io::Error) -> String {
        format!("the {} body is damaged: {error}", self.name).to_lowercase()
    }
}

/// Bytes that the brotli decoder takes at once.
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

/// A deflate stream, with or without zlib's header. The library's own reader takes an early end for the end.
struct Deflated<'a> {
    rest: &'a [u8],
    inflater: Decompress,
}

impl Read for Deflated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (taken, made) = (self.inflater.total_in(), self.inflater.total_out());
        let status = self
            .inflater
            .decompress(self.rest, buffer, FlushDecompress::None)?;
        let taken = usize::try_from(self.inflater.total_in() - taken).unwrap_or(self.rest.len());
        let made = usize::try_from(self.inflater.total_out() - made).unwrap_or(buffer.len());
        self.rest = &self.rest[taken..];
        if made == 0 && status != Status::StreamEnd && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(made)
    }
}

/// Whether it begins as text and no compressed data does: without control characters, in UTF-8 or nearly ASCII.
fn is_text(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(TEXT_PROBE_BYTES)];
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=31 | 127);
    let ascii = beginning.iter().filter(|byte| byte.is_ascii()).count();
    // The end of the probe may cut a character in two.
    let is_utf8 = std::str::from_utf8(beginning).map_or_else(|error| error.error_len().is_none(), |_| true);
    !beginning.iter().any(is_control) && (is_utf8 || ascii * 4 > beginning.len() * 3)
}

/// The content of a chunked body; `None` if it does not begin with the size of a chunk.
fn join_chunks(body: &[u8], is_truncated: bool) -> Result<Option<Vec<u8>>, String> {
    let mut joined = Vec::new();
    let mut rest = body;
    loop {
        let (line, behind) = split_line(rest);
        let at = body.len() - rest.len();
        let Some(size) = chunk_size(line) else {
            if at == 0 {
                return Ok(None);
            }
            if is_truncated && rest.len() == line.len() {
                return Ok(Some(joined));
            }
            return Err(format!("no chunk size at byte {at} of the http body"));
        };
        if size == 0 {
            return Ok(Some(joined));
        }
        let Some(chunk) = behind.get(..size) else {
            if is_truncated {
                joined.extend_from_slice(behind);
                return Ok(Some(joined));
            }
            return Err(format!("the chunk at byte {at} of the http body is cut off"));
        };
        joined.extend_from_slice(chunk);
        let (_, next) = split_line(&behind[size..]);
        if next.is_empty() {
            if is_truncated {
                return Ok(Some(joined));
            }
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

#[cfg(test)]
mod tests;
