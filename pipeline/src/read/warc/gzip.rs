//! One gzip member at a time (RFC 1952), with one inflater for all of a file's members: making one costs as much as
//! inflating a small record.

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::members::Step;

/// The longest file name or comment in a header.
const MAX_NAME_BYTES: u64 = 64 * 1024;

/// An inflater of members.
pub(super) struct Gzip {
    inflater: Decompress,
    checksum: Crc,
}

impl Gzip {
    /// Magic number and the one method.
    pub(super) const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

    /// An inflater.
    pub(super) fn new() -> Self {
        Self {
            inflater: Decompress::new(false),
            checksum: Crc::new(),
        }
    }

    /// Reads a member's header.
    pub(super) fn begin(&mut self, raw: &mut dyn BufRead) -> io::Result<()> {
        const HEADER_CHECKSUM: u8 = 2;
        const EXTRA: u8 = 4;
        const NAME: u8 = 8;
        const COMMENT: u8 = 16;
        self.inflater.reset(false);
        self.checksum.reset();
        let mut header = [0; 10];
        raw.read_exact(&mut header)?;
        let [.., flags, _, _, _, _, _, _] = header;
        if !header.starts_with(&Self::MAGIC) {
            return Err(io::Error::other("no gzip member begins here"));
        }
        if flags & EXTRA != 0 {
            let mut length = [0; 2];
            raw.read_exact(&mut length)?;
            let length = u64::from(u16::from_le_bytes(length));
            if io::copy(&mut raw.take(length), &mut io::sink())? < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        for flag in [NAME, COMMENT] {
            if flags & flag != 0 {
                let mut name = Vec::new();
                raw.take(MAX_NAME_BYTES).read_until(0, &mut name)?;
                if !name.ends_with(&[0]) {
                    return Err(io::Error::other("a name in the gzip header does not end"));
                }
            }
        }
        if flags & HEADER_CHECKSUM != 0 {
            raw.read_exact(&mut [0; 2])?;
        }
        Ok(())
    }

    /// Inflates some of `input` into `output`.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let (taken, made) = (self.inflater.total_in(), self.inflater.total_out());
        let status = self.inflater.decompress(input, output, FlushDecompress::None)?;
        let taken = usize::try_from(self.inflater.total_in() - taken).unwrap_or(input.len());
        let made = usize::try_from(self.inflater.total_out() - made).unwrap_or(output.len());
        self.checksum.update(&output[..made]);
        Ok(Step {
            taken,
            made,
            is_end: status == Status::StreamEnd,
        })
    }

    /// Compares checksum and length behind the data.
    pub(super) fn end(&mut self, raw: &mut dyn BufRead) -> io::Result<()> {
        let mut trailer = [0; 8];
        raw.read_exact(&mut trailer)?;
        let [checksum @ .., _, _, _, _] = trailer;
        let [_, _, _, _, length @ ..] = trailer;
        if u32::from_le_bytes(checksum) != self.checksum.sum() {
            return Err(io::Error::other("the gzip member's checksum does not match"));
        }
        if u32::from_le_bytes(length) != self.checksum.amount() {
            return Err(io::Error::other("the gzip member's length does not match"));
        }
        Ok(())
    }
}
