//! UTF-16, which spreadsheets and Windows' shells write, as a stream of UTF-8: separators and line ends are single
//! bytes in it.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

use super::decompress::AnyStream;
use super::disk::BUFFER_BYTES;
use super::stream::Stream;

/// The rest of `stream`, which is in `encoding`, as UTF-8; its positions are counted anew, in the bytes of that.
pub(super) fn as_utf8(stream: AnyStream, encoding: &'static Encoding) -> AnyStream {
    let decoder = encoding.new_decoder_without_bom_handling();
    Stream::new(Box::new(Transcoded::new(stream.into_inner(), decoder)))
}

/// A stream of UTF-8 over one of another encoding. What cannot be decoded becomes U+FFFD.
struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    text: Vec<u8>,
    length: usize,
    taken: usize,
    is_ended: bool,
}

impl<R: BufRead> Transcoded<R> {
    fn new(inner: R, decoder: Decoder) -> Self {
        Self {
            inner,
            decoder,
            text: vec![0; BUFFER_BYTES],
            length: 0,
            taken: 0,
            is_ended: false,
        }
    }
}

impl<R: BufRead> BufRead for Transcoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.length && !self.is_ended {
            let bytes = self.inner.fill_buf()?;
            let is_last = bytes.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.text, is_last);
            self.inner.consume(read);
            self.length = written;
            self.taken = 0;
            self.is_ended = is_last && result == CoderResult::InputEmpty;
        }
        Ok(&self.text[self.taken..self.length])
    }

    fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.length);
    }
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
