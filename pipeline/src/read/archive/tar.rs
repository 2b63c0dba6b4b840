//! Tar archives (POSIX.1-2001 ustar and pax, GNU, and the older form), as a stream of entries.
//!
//! A header carries a checksum. Where one does not fit, the archive is damaged there, and reading goes on at the next
//! one that does: headers stand at multiples of 512 bytes. Zeros mark the end of an archive; another may follow
//! it, as `cat` leaves them. Memory: one header and what the caller asks for.

use std::io::BufRead;

use crate::read::charset;
use crate::read::decompress::StreamError;
use crate::read::stream::Stream;

/// Headers and bodies begin at multiples of this.
const BLOCK_BYTES: usize = 512;

/// The longest long name (GNU `L`); the longest that Linux opens has 4,096.
const MAX_NAME_BYTES: u64 = 64 << 10;

/// The largest list of pax attributes that is read; real ones have some hundred bytes.
const MAX_ATTRIBUTE_BYTES: u64 = 1 << 20;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link, hard or symbolic.
    Link,
    /// A device, a pipe, or a file with holes, whose bytes are not what they seem.
    Special,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct Entry {
    /// Its name as it stands there; not to be trusted as a path.
    pub(in crate::read) name: String,
    /// What it is.
    pub(in crate::read) kind: Kind,
    /// Where its header lies, in bytes of the decompressed archive.
    pub(in crate::read) offset: u64,
    /// How many bytes it has.
    pub(in crate::read) size: u64,
}

/// What comes next in an archive.
#[derive(Debug)]
pub(in crate::read) enum Step {
    /// An entry.
    Entry(Entry),
    /// What cannot be read, and where; reading can go on.
    Damaged {
        /// In bytes of the decompressed archive.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// Nothing.
    End,
}

/// A tar archive that is being read.
#[derive(Debug)]
pub(in crate::read) struct Tar<R> {
    stream: Stream<R>,
    /// Bytes of the present entry that were not taken yet, and the zeros that fill up its last block.
    left: u64,
    padding: u64,
    /// Bytes of the decompressed archive at most.
    most_bytes: u64,
    ended: bool,
    overrides: Overrides,
    block: Vec<u8>,
}

/// What extended headers say of the next entry.
#[derive(Debug, Default)]
struct Overrides {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl<R: BufRead> Tar<R> {
    /// Reads the archive in `stream`, of which at most `most_bytes` are taken.
    pub(in crate::read) fn new(stream: Stream<R>, most_bytes: u64) -> Self {
        Self {
            stream,
            left: 0,
            padding: 0,
            most_bytes,
            ended: false,
            overrides: Overrides::default(),
            block: Vec::new(),
        }
    }

    /// How many bytes of the decompressed archive were taken.
    pub(in crate::read) fn position(&self) -> u64 {
        self.stream.position()
    }

    /// Goes on to the next entry, passing over what was not read of the present one.
    ///
    /// # Errors
    /// When the disk fails, or the compressed stream ends early; then the archive is at its end.
    pub(in crate::read) fn step(&mut self) -> Result<Step, StreamError> {
        let mut start = None;
        loop {
            if self.ended {
                return Ok(Step::End);
            }
            if let Some(damage) = self.leave()? {
                return Ok(damage);
            }
            let offset = self.stream.position();
            if !self.next_block()? {
                return Ok(match self.block.len() {
                    0 => Step::End,
                    _ => self.cut_off(offset),
                });
            }
            let Some(header) = Header::of(&self.block) else {
                let was_end = self.block.iter().all(|&byte| byte == 0);
                if was_end && self.skip_zeros()? {
                    return Ok(Step::End);
                }
                if was_end {
                    continue;
                }
                return self.resynchronize(offset);
            };
            let start = *start.get_or_insert(offset);
            // Pax sizes count for the entry; the size of the attributes themselves is their header's own.
            let is_extension = matches!(header.kind, b'x' | b'g' | b'X' | b'L' | b'K');
            let size = if is_extension {
                Some(header.size)
            } else {
                Some(self.overrides.size.unwrap_or(header.size))
            };
            let size = size.filter(|_| header.has_body()).unwrap_or(0);
            self.left = size;
            self.padding = size.wrapping_neg() % BLOCK_BYTES as u64;
            if is_extension {
                if let Some(damage) = self.extension(&header, start)? {
                    return Ok(damage);
                }
                continue;
            }
            let names = std::mem::take(&mut self.overrides);
            let name = names.name.unwrap_or_else(|| header.name.clone());
            let name = match String::from_utf8(name) {
                Ok(name) => name,
                Err(error) => {
                    let bytes = error.as_bytes();
                    charset::decode_text(bytes)
                        .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
                }
            };
            let kind = match header.kind {
                _ if names.is_sparse => Kind::Special,
                b'0' | 0 | b'7' if name.ends_with('/') => Kind::Folder,
                b'0' | 0 | b'7' => Kind::File,
                b'1' | b'2' => Kind::Link,
                b'5' | b'D' => Kind::Folder,
                _ => Kind::Special,
            };
            return Ok(Step::Entry(Entry {
                name,
                kind,
                offset: start,
                size,
            }));
        }
    }

    /// The bytes of the present entry, fewer than it says where the archive is cut off: then it is at its end.
    ///
    /// # Errors
    /// As [`Tar::step`].
    pub(in crate::read) fn read(&mut self) -> Result<Vec<u8>, StreamError> {
        let mut bytes = Vec::new();
        let left = std::mem::take(&mut self.left);
        let limit = usize::try_from(left).unwrap_or(usize::MAX);
        let taken = self.stream.block(&mut bytes, left, limit);
        // Nothing stands behind an entry that is cut off, and the caller sees that it is.
        self.ended |= !taken.as_ref().is_ok_and(|taken| *taken == left);
        taken.map(|_| bytes)
    }

    /// Passes over the rest of the present entry, or tells why that cannot be.
    fn leave(&mut self) -> Result<Option<Step>, StreamError> {
        let (left, padding) = (std::mem::take(&mut self.left), std::mem::take(&mut self.padding));
        let offset = self.stream.position();
        let rest = left.saturating_add(padding);
        if offset.saturating_add(rest) > self.most_bytes {
            self.ended = true;
            return Ok(Some(Step::Damaged {
                offset,
                message: "the archive unpacks to more than 1,000 times its size, as a bomb does; the rest is not read"
                    .to_owned(),
            }));
        }
        let taken = self.stream.block(&mut self.block, rest, 0)?;
        Ok((taken < left).then(|| self.cut_off(offset)))
    }

    /// Reads the next block into the buffer. Returns whether it is a whole one.
    fn next_block(&mut self) -> Result<bool, StreamError> {
        self.stream
            .block(&mut self.block, BLOCK_BYTES as u64, BLOCK_BYTES)?;
        Ok(self.block.len() == BLOCK_BYTES)
    }

    /// Passes over blocks of zeros behind the first. Returns whether nothing else follows.
    fn skip_zeros(&mut self) -> Result<bool, StreamError> {
        while self.stream.position() <= self.most_bytes {
            if !self.next_block()? {
                return Ok(true);
            }
            if self.block.iter().any(|&byte| byte != 0) {
                // What follows the end and is no header is not the archive's.
                let follows = Header::of(&self.block).is_some();
                let block = std::mem::take(&mut self.block);
                self.stream.give_back(&block);
                return Ok(!follows);
            }
        }
        Ok(true)
    }

    /// Takes what an extended header says of the next entry.
    fn extension(&mut self, header: &Header, start: u64) -> Result<Option<Step>, StreamError> {
        let most = match header.kind {
            b'x' => MAX_ATTRIBUTE_BYTES,
            b'L' => MAX_NAME_BYTES,
            _ => return Ok(None),
        };
        if header.size > most {
            self.overrides = Overrides::default();
            return Ok(Some(Step::Damaged {
                offset: start,
                message: format!("an entry's name or attributes have {} bytes", header.size),
            }));
        }
        let bytes = self.read()?;
        if (bytes.len() as u64) < header.size {
            return Ok(Some(self.cut_off(start)));
        }
        if header.kind == b'L' {
            let end = memchr::memchr(0, &bytes).unwrap_or(bytes.len());
            self.overrides.name = Some(bytes[..end].to_vec());
        } else {
            self.overrides.take_attributes(&bytes);
        }
        Ok(None)
    }

    /// Looks for the next header behind damage at `offset`.
    fn resynchronize(&mut self, offset: u64) -> Result<Step, StreamError> {
        self.overrides = Overrides::default();
        let mut passed = 0_u64;
        while self.stream.position() <= self.most_bytes && self.next_block()? {
            passed += 1;
            // The older form has no magic, and a sum may fit by chance.
            if Header::of(&self.block).is_some() && self.block[257..262] == *b"ustar" {
                let block = std::mem::take(&mut self.block);
                self.stream.give_back(&block);
                break;
            }
        }
        Ok(Step::Damaged {
            offset,
            message: format!(
                "there is no tar header where one should be; {} bytes are passed over",
                passed * BLOCK_BYTES as u64
            ),
        })
    }

    fn cut_off(&mut self, offset: u64) -> Step {
        self.ended = true;
        Step::Damaged {
            offset,
            message: "the archive is cut off".to_owned(),
        }
    }
}

impl Overrides {
    /// Takes the attributes of a pax header: lines of `<length> <key>=<value>\n`, the length counting all of it.
    fn take_attributes(&mut self, mut bytes: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', bytes) {
            let length = std::str::from_utf8(&bytes[..space]).ok();
            let Some(length) = length.and_then(|length| length.parse::<usize>().ok()) else {
                return;
            };
            let Some(record) = bytes.get(space + 1..length) else {
                return;
            };
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(equals) = memchr::memchr(b'=', record) {
                let (key, value) = (&record[..equals], &record[equals + 1..]);
                match key {
                    b"path" => self.name = Some(value.to_vec()),
                    b"size" => self.size = std::str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
                    _ if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                    _ => {}
                }
            }
            bytes = &bytes[length..];
        }
    }
}

/// The parts of a header that matter here.
struct Header {
    name: Vec<u8>,
    size: u64,
    kind: u8,
}

impl Header {
    /// The header in a block, if its checksum fits.
    fn of(block: &[u8]) -> Option<Self> {
        let stated = octal(&block[148..156])?;
        let rest = block[..148].iter().chain(&block[156..]);
        let spaces = 8 * u64::from(b' ');
        let sum = spaces + rest.clone().map(|&byte| u64::from(byte)).sum::<u64>();
        // Some old programs added up signed bytes.
        let signed: i64 = rest.map(|&byte| i64::from(byte.cast_signed())).sum();
        let fits = stated == sum || signed.checked_add_unsigned(spaces) == i64::try_from(stated).ok();
        if !fits {
            return None;
        }
        let mut name = text(&block[..100]).to_vec();
        let prefix = text(&block[345..500]);
        if block[257..263] == *b"ustar\0" && !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        Some(Self {
            name,
            size: number(&block[124..136])?,
            kind: block[156],
        })
    }

    /// Whether bytes follow: for links, devices and folders a size may stand there, but none do.
    fn has_body(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }
}

/// A field's bytes before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// An octal number between spaces and NULs.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text(field)).ok()?.trim();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

/// A size: octal, or, with the top bit set, big-endian bytes (GNU).
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    let (large, low) = field.split_at(field.len() - 8);
    let is_small = large[0] == 0x80 && large[1..].iter().all(|&byte| byte == 0);
    let low = u64::from_be_bytes(low.first_chunk().copied()?);
    is_small.then_some(low).filter(|&low| low < 1 << 62)
}

#[cfg(test)]
pub(in crate::read) mod tests;
