//! One zstd frame at a time (RFC 8878), with the dictionary that the file may bring along.

use std::io::{self, BufRead, Read};

use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::members::Step;
use super::source::Raw;
use crate::read::decompress::{SKIPPABLE_HEADER_BYTES, StreamError, ZSTD_WINDOW_LOG, skippable_length};

/// A decoder of frames.
pub(super) struct Zstandard {
    decoder: Decoder<'static>,
}

impl Zstandard {
    /// Magic number.
    pub(super) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

    /// A decoder with a dictionary, which is empty for none.
    pub(super) fn new(dictionary: &[u8]) -> io::Result<Self> {
        let mut decoder = Decoder::with_dictionary(dictionary)?;
        decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
        Ok(Self { decoder })
    }

    /// Passes over frames that hold no data: the dictionary, a table of frames.
    pub(super) fn pass_skippable(raw: &mut dyn Raw) -> io::Result<()> {
        loop {
            let start = raw.position();
            let mut header = Vec::new();
            raw.take(SKIPPABLE_HEADER_BYTES as u64).read_to_end(&mut header)?;
            let position = match skippable_length(&header) {
                Some(length) => raw.position() + u64::from(length),
                None => start,
            };
            raw.seek_to(position).map_err(StreamError::into_io)?;
            if position == start {
                return Ok(());
            }
        }
    }

    /// Sees that a frame begins.
    pub(super) fn begin(&mut self, raw: &mut dyn BufRead) -> io::Result<()> {
        // An unfinished frame is forgotten with it.
        self.decoder.reinit()?;
        let beginning = raw.fill_buf()?;
        let known = beginning.len().min(Self::MAGIC.len());
        if beginning[..known] != Self::MAGIC[..known] {
            return Err(io::Error::other("no zstd frame begins here"));
        }
        Ok(())
    }

    /// Decodes some of `input` into `output`.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let status = self.decoder.run_on_buffers(input, output)?;
        Ok(Step {
            taken: status.bytes_read,
            made: status.bytes_written,
            is_end: status.remaining == 0,
        })
    }
}
