//! Reading a stream of bytes in bounded pieces: lines, blocks, the whole of a small file.
//!
//! Nothing here keeps more than the caller's bound in memory: what is longer is passed over, and said to be.

use std::io::BufRead;

use super::decompress::StreamError;

/// The longest line, record or text in memory. The largest texts of the published corpora are below 20 MB
/// (whole books, dumps of legal codes); a longer "line" is a broken file.
pub(super) const MAX_RECORD_BYTES: usize = 64 << 20;

/// A stream of bytes that knows where it is and can take bytes back.
#[derive(Debug)]
pub(super) struct Stream<R> {
    reader: R,
    position: u64,
    returned: Vec<u8>,
    returned_read: usize,
    failed: bool,
}

/// A line, as far as it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// There is none: the stream is at its end.
    End,
    /// It is in the buffer, with its line feed where it has one.
    Whole,
    /// It has this many bytes, more than the bound, and was passed over; the buffer holds its beginning.
    TooLong(u64),
}

/// The rest of a stream.
#[derive(Debug)]
pub(super) enum Whole {
    /// All of it.
    Bytes(Vec<u8>),
    /// It is longer than the bound.
    TooLarge,
}

impl<R: BufRead> Stream<R> {
    /// A stream that begins where `reader` stands.
    pub(super) fn new(reader: R) -> Self {
        Self::at(0, reader)
    }

    /// A stream whose next byte, where `reader` stands, is the one at `position`.
    pub(super) fn at(position: u64, reader: R) -> Self {
        Self {
            reader,
            position,
            returned: Vec::new(),
            returned_read: 0,
            failed: false,
        }
    }

    /// What is behind the stream, where nothing was taken back.
    pub(super) fn into_inner(self) -> R {
        self.reader
    }

    /// How many bytes were taken.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The bytes that come next, at least one; none at the end. After a failure the stream is at its end, so that
    /// nobody waits for a broken codec.
    pub(super) fn fill(&mut self) -> Result<&[u8], StreamError> {
        if self.returned_read < self.returned.len() {
            return Ok(&self.returned[self.returned_read..]);
        }
        if self.failed {
            return Ok(&[]);
        }
        match self.reader.fill_buf() {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                self.failed = true;
                Err(StreamError::of(error, self.position))
            }
        }
    }

    /// Takes `amount` of the bytes that [`Stream::fill`] gave.
    pub(super) fn advance(&mut self, amount: usize) {
        self.position += amount as u64;
        if self.returned_read < self.returned.len() {
            self.returned_read += amount;
        } else {
            self.reader.consume(amount);
        }
    }

    /// Takes back the `bytes` that were taken last.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        let mut returned = bytes.to_vec();
        returned.extend_from_slice(&self.returned[self.returned_read.min(self.returned.len())..]);
        self.returned = returned;
        self.returned_read = 0;
        self.position -= bytes.len() as u64;
    }

    /// Takes bytes to the next line feed, it included, into `buffer`, at most `limit` of them.
    pub(super) fn line(&mut self, buffer: &mut Vec<u8>, limit: usize) -> Result<Line, StreamError> {
        buffer.clear();
        let start = self.position;
        loop {
            let bytes = self.fill()?;
            let line_feed = memchr::memchr(b'\n', bytes);
            let amount = line_feed.map_or(bytes.len(), |at| at + 1);
            let kept = amount.min(limit - buffer.len());
            buffer.extend_from_slice(&bytes[..kept]);
            self.advance(amount);
            if line_feed.is_none() && amount > 0 {
                continue;
            }
            let length = self.position - start;
            return Ok(match length {
                0 => Line::End,
                _ if length > buffer.len() as u64 => Line::TooLong(length),
                _ => Line::Whole,
            });
        }
    }

    /// Takes `length` bytes, or as many as there are, and puts the first `limit` of them into `buffer`. Returns how
    /// many it took.
    pub(super) fn block(
        &mut self,
        buffer: &mut Vec<u8>,
        length: u64,
        limit: usize,
    ) -> Result<u64, StreamError> {
        buffer.clear();
        let mut taken = 0;
        while taken < length {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                break;
            }
            let wanted = usize::try_from(length - taken).unwrap_or(usize::MAX);
            let amount = bytes.len().min(wanted);
            let kept = amount.min(limit - buffer.len());
            buffer.extend_from_slice(&bytes[..kept]);
            self.advance(amount);
            taken += amount as u64;
        }
        Ok(taken)
    }

    /// The rest of the stream, if it is at most `limit` bytes. If it is more, the stream stands somewhere behind.
    pub(super) fn whole(&mut self, limit: usize) -> Result<Whole, StreamError> {
        let mut rest = Vec::new();
        loop {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Ok(Whole::Bytes(rest));
            }
            if bytes.len() > limit - rest.len() {
                return Ok(Whole::TooLarge);
            }
            rest.extend_from_slice(bytes);
            let amount = bytes.len();
            self.advance(amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_line_is_passed_over_and_the_next_one_read() {
        let mut stream = Stream::new(&b"0123456789\nshort\nlast"[..]);
        let mut line = Vec::new();
        assert_eq!(stream.line(&mut line, 6).expect("reads"), Line::TooLong(11));
        assert_eq!(stream.line(&mut line, 6).expect("reads"), Line::Whole);
        assert_eq!(line, b"short\n");
        assert_eq!(stream.line(&mut line, 6).expect("reads"), Line::Whole);
        assert_eq!(stream.line(&mut line, 6).expect("reads"), Line::End);
        assert_eq!(stream.position(), 21);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        assert!(matches!(Stream::new(&b"12345"[..]).whole(4), Ok(Whole::TooLarge)));
        assert!(matches!(Stream::new(&b"1234"[..]).whole(4), Ok(Whole::Bytes(_))));
    }

    proptest! {
        #[test]
        fn bytes_given_back_come_again(
            bytes in prop::collection::vec(any::<u8>(), 0..100),
            first in 0_u64..120,
            back in 0_usize..120,
            second in 0_u64..60,
        ) {
            let mut stream = Stream::new(bytes.as_slice());
            let mut taken = Vec::new();
            stream.block(&mut taken, first, usize::MAX).expect("reads");
            let back = back.min(taken.len());
            stream.give_back(&taken[taken.len() - back..]);
            taken.truncate(taken.len() - back);
            let mut more = Vec::new();
            stream.block(&mut more, second, usize::MAX).expect("reads");
            taken.extend(more);
            prop_assert_eq!(stream.position(), taken.len() as u64);
            if let Whole::Bytes(rest) = stream.whole(1000).expect("reads") {
                taken.extend(rest);
            }
            prop_assert_eq!(taken, bytes);
        }
    }
}
