//! Token shards: Megatron-LM's indexed dataset, byte for byte, written as a stream and read through a memory map.
//!
//! A shard is two files with one stem. `.bin` holds token ids back to back. `.idx` holds, little-endian: the
//! magic `MMIDIDX\0\0`, `u64` version 1, `u8` type code, `u64` sequences S, `u64` documents + 1 D, then
//! `i32[S]` lengths in tokens, `i64[S]` byte offsets into `.bin`, and `i64[D]` cumulative sequence counts that
//! begin with 0 and end with S (`megatron/core/datasets/indexed_dataset.py`). Here every document is one sequence.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 9] = b"MMIDIDX\x00\x00";
const VERSION: u64 = 1;
const HEADER_BYTES: usize = 34;

/// How a token id is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// Two bytes, unsigned (Megatron's code 8).
    U16,
    /// Four bytes, signed (Megatron's code 4).
    I32,
}

impl TokenType {
    /// Megatron-LM's rule: two bytes below 65,500 ids, else four.
    #[must_use]
    pub fn for_vocabulary(ids: u32) -> Self {
        if ids < 65_500 { Self::U16 } else { Self::I32 }
    }

    /// Bytes of one id.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U16 => 2,
            Self::I32 => 4,
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::U16 => 8,
            Self::I32 => 4,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            8 => Some(Self::U16),
            4 => Some(Self::I32),
            _ => None,
        }
    }

    /// Appends `ids` to `bytes` in this type.
    ///
    /// # Errors
    /// When an id does not fit the type.
    pub fn encode(self, ids: &[u32], bytes: &mut Vec<u8>) -> Result<(), IdTooLarge> {
        bytes.reserve(ids.len() * self.bytes());
        for &id in ids {
            let too_large = |_| IdTooLarge { id, token_type: self };
            match self {
                Self::U16 => bytes.extend(u16::try_from(id).map_err(too_large)?.to_le_bytes()),
                Self::I32 => bytes.extend(i32::try_from(id).map_err(too_large)?.to_le_bytes()),
            }
        }
        Ok(())
    }
}

/// A token id does not fit the shard's type.
#[derive(Debug, thiserror::Error)]
#[error("token id {id} does not fit {token_type:?}")]
pub struct IdTooLarge {
    /// The id.
    pub id: u32,
    /// The type that it was to be stored in.
    pub token_type: TokenType,
}

/// Why a shard was refused.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// A file of the shard cannot be opened or mapped.
    #[error("cannot open {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The index contradicts itself or the token file.
    #[error("{path} at byte {offset}: {fault}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        fault: String,
    },
}

/// Writes the `.idx` of a shard whose documents have the given `lengths` in tokens.
///
/// # Errors
/// When the disk refuses, or when a document has more than 2^31 - 1 tokens, which the format cannot hold.
pub fn write_index(writer: &mut impl Write, token_type: TokenType, lengths: &[u32]) -> io::Result<()> {
    let sequences = lengths.len() as u64;
    writer.write_all(MAGIC)?;
    writer.write_all(&VERSION.to_le_bytes())?;
    writer.write_all(&[token_type.code()])?;
    writer.write_all(&sequences.to_le_bytes())?;
    writer.write_all(&(sequences + 1).to_le_bytes())?;
    for &length in lengths {
        let length = i32::try_from(length)
            .map_err(|_| io::Error::other(format!("a document of {length} tokens is too long")))?;
        writer.write_all(&length.to_le_bytes())?;
    }
    let mut offset = 0_u64;
    for &length in lengths {
        writer.write_all(&offset.to_le_bytes())?;
        offset += u64::from(length) * token_type.bytes() as u64;
    }
    for document in 0..=sequences {
        writer.write_all(&document.to_le_bytes())?;
    }
    Ok(())
}

/// Bytes of the `.idx` of a shard of that many documents, one sequence each.
#[must_use]
pub fn index_bytes(documents: u64) -> u64 {
    HEADER_BYTES as u64 + 12 * documents + 8 * (documents + 1)
}

/// A shard mapped into memory: opening costs the header alone, any document is one slice away.
///
/// Every border is checked when it is used, so that a damaged or hostile index cannot lead outside the map.
#[derive(Debug)]
pub struct Shard {
    bin_path: PathBuf,
    idx_path: PathBuf,
    bin: Mmap,
    idx: Mmap,
    token_type: TokenType,
    sequences: usize,
    documents: usize,
}

impl Shard {
    /// Maps `<stem>.bin` and `<stem>.idx` in `folder`.
    ///
    /// # Errors
    /// When a file is missing, or when the header or the sizes do not agree.
    pub fn open(folder: &Path, stem: &str) -> Result<Self, ShardError> {
        let bin_path = folder.join(format!("{stem}.bin"));
        let idx_path = folder.join(format!("{stem}.idx"));
        let bin = map(&bin_path)?;
        let idx = map(&idx_path)?;
        let malformed = |offset: u64, fault: &str| ShardError::Malformed {
            path: idx_path.clone(),
            offset,
            fault: fault.to_owned(),
        };
        if idx.get(..9) != Some(MAGIC.as_slice()) {
            return Err(malformed(0, "not an index: the magic 'MMIDIDX' is missing"));
        }
        if read_u64(&idx, 9) != Some(VERSION) {
            return Err(malformed(9, "the index is not of version 1"));
        }
        let code = idx.get(17).copied().unwrap_or_default();
        let token_type = TokenType::from_code(code)
            .ok_or_else(|| malformed(17, "the type code is neither 8 (u16) nor 4 (i32)"))?;
        let count = |offset: usize| {
            read_u64(&idx, offset)
                .and_then(|count| usize::try_from(count).ok())
                .ok_or_else(|| malformed(offset as u64, "the header is cut off"))
        };
        let sequences = count(18)?;
        let bounds = count(26)?;
        let expected = sequences
            .checked_mul(12)
            .zip(bounds.checked_mul(8))
            .and_then(|(first, second)| first.checked_add(second)?.checked_add(HEADER_BYTES));
        if expected != Some(idx.len()) {
            let fault = format!(
                "{sequences} sequences and {bounds} borders do not make a file of {} bytes",
                idx.len()
            );
            return Err(malformed(18, &fault));
        }
        let Some(documents) = bounds.checked_sub(1) else {
            return Err(malformed(26, "the list of documents is empty"));
        };
        Ok(Self {
            bin_path,
            idx_path,
            bin,
            idx,
            token_type,
            sequences,
            documents,
        })
    }

    /// Documents in the shard.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// How its ids are stored.
    #[must_use]
    pub fn token_type(&self) -> TokenType {
        self.token_type
    }

    /// All tokens of the shard, in order, across document borders.
    ///
    /// # Errors
    /// When the token file is not a whole number of tokens.
    pub fn all(&self) -> Result<Tokens<'_>, ShardError> {
        if !self.bin.len().is_multiple_of(self.token_type.bytes()) {
            return Err(ShardError::Malformed {
                path: self.bin_path.clone(),
                offset: self.bin.len() as u64,
                fault: "the last token is cut off".to_owned(),
            });
        }
        Ok(Tokens {
            bytes: &self.bin,
            token_type: self.token_type,
        })
    }

    /// The tokens of the document at `position`, its end-of-document token included.
    ///
    /// # Errors
    /// When there is no such document, or when its borders lie outside the token file.
    pub fn document(&self, position: usize) -> Result<Tokens<'_>, ShardError> {
        let (start, end) = self.document_bytes(position)?;
        let bytes = self.bin.get(start..end).ok_or_else(|| ShardError::Malformed {
            path: self.bin_path.clone(),
            offset: start as u64,
            fault: format!(
                "document {position} would end at byte {end}, and the file has {}",
                self.bin.len()
            ),
        })?;
        Ok(Tokens {
            bytes,
            token_type: self.token_type,
        })
    }

    /// The byte range of a document in `.bin`: from its first sequence's start to its last one's end.
    fn document_bytes(&self, position: usize) -> Result<(usize, usize), ShardError> {
        let malformed = |offset: usize, fault: String| ShardError::Malformed {
            path: self.idx_path.clone(),
            offset: offset as u64,
            fault,
        };
        if position >= self.documents {
            let fault = format!("no document {position} among {}", self.documents);
            return Err(malformed(26, fault));
        }
        let borders = HEADER_BYTES + 12 * self.sequences;
        let border = |at: usize| read_u64(&self.idx, at).and_then(|value| usize::try_from(value).ok());
        let at = borders + 8 * position;
        let (first, last) = match (border(at), border(at + 8)) {
            (Some(first), Some(last)) if first <= last && last <= self.sequences => (first, last),
            _ => return Err(malformed(at, format!("document {position} has no valid borders"))),
        };
        if first == last {
            return Ok((0, 0));
        }
        let start = self.sequence_bytes(first).map(|(start, _)| start);
        let end = self.sequence_bytes(last - 1).map(|(_, end)| end);
        match (start, end) {
            (Some(start), Some(end)) if start <= end => Ok((start, end)),
            _ => Err(malformed(
                HEADER_BYTES + 4 * first,
                format!("the sequences of document {position} have no valid extent"),
            )),
        }
    }

    fn sequence_bytes(&self, sequence: usize) -> Option<(usize, usize)> {
        let length = read_u32(&self.idx, HEADER_BYTES + 4 * sequence)?;
        let length = usize::try_from(i32::from_le_bytes(length.to_le_bytes())).ok()?;
        let offset = read_u64(&self.idx, HEADER_BYTES + 4 * self.sequences + 8 * sequence)?;
        let start = usize::try_from(offset).ok()?;
        let end = start.checked_add(length.checked_mul(self.token_type.bytes())?)?;
        Some((start, end))
    }
}

/// A run of token ids inside a map.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'a> {
    bytes: &'a [u8],
    token_type: TokenType,
}

impl<'a> Tokens<'a> {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() / self.token_type.bytes()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id at `position`, if there is one.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<u32> {
        self.slice(position, position.checked_add(1)?)?.iter().next()
    }

    /// The ids from `start` to before `end`, if they are there.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Option<Tokens<'a>> {
        let width = self.token_type.bytes();
        let bytes = self
            .bytes
            .get(start.checked_mul(width)?..end.checked_mul(width)?)?;
        Some(Tokens {
            bytes,
            token_type: self.token_type,
        })
    }

    /// The ids as they lie in the file.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The ids, one by one. A negative id of a damaged `i32` file comes out above `i32::MAX`.
    pub fn iter(&self) -> impl Iterator<Item = u32> + use<'a> {
        let token_type = self.token_type;
        self.bytes
            .chunks_exact(token_type.bytes())
            .map(move |chunk| match (token_type, chunk) {
                (TokenType::U16, &[low, high]) => u32::from(u16::from_le_bytes([low, high])),
                (TokenType::I32, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
                _ => u32::MAX,
            })
    }
}

fn read_u64(bytes: &[u8], offset: usize) -> Option<u64> {
    let bytes = bytes.get(offset..offset.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

fn read_u32(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// Maps a file read-only.
///
/// # Errors
/// When it cannot be opened or mapped.
#[expect(unsafe_code, reason = "memory mapping is unsafe by nature")]
pub fn map(path: &Path) -> Result<Mmap, ShardError> {
    let unreadable = |source| ShardError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    // SAFETY: the map is read-only, and the files of this project are never written in place: they are made
    // under another name and renamed (see `atomic`), so the mapped inode does not change under us. A user who
    // truncates a mapped file by other means gets a SIGBUS, as with every memory-mapped dataset.
    unsafe { Mmap::map(&file) }.map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn write_shard(folder: &Path, documents: &[Vec<u32>], token_type: TokenType) {
        let mut bytes = Vec::new();
        for document in documents {
            token_type.encode(document, &mut bytes).expect("ids fit");
        }
        fs::write(folder.join("00000.bin"), bytes).expect("bin is written");
        let lengths: Vec<u32> = documents
            .iter()
            .map(|document| u32::try_from(document.len()).expect("short"))
            .collect();
        let mut index = Vec::new();
        write_index(&mut index, token_type, &lengths).expect("index is written");
        fs::write(folder.join("00000.idx"), index).expect("idx is written");
    }

    proptest! {
        #[test]
        fn documents_come_back(
            documents in prop::collection::vec(prop::collection::vec(0_u32..65_000, 0..20), 0..20),
            wide in any::<bool>(),
        ) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let token_type = if wide { TokenType::I32 } else { TokenType::U16 };
            write_shard(folder.path(), &documents, token_type);
            let shard = Shard::open(folder.path(), "00000").expect("opens");
            prop_assert_eq!(shard.documents(), documents.len());
            for (position, document) in documents.iter().enumerate() {
                let tokens: Vec<u32> = shard.document(position).expect("is there").iter().collect();
                prop_assert_eq!(&tokens, document);
            }
            let all: Vec<u32> = shard.all().expect("is whole").iter().collect();
            prop_assert_eq!(all, documents.concat());
        }

        #[test]
        fn a_damaged_index_never_leads_outside(
            position in 0_usize..200,
            value in any::<u8>(),
            cut in 0_usize..200,
        ) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            write_shard(folder.path(), &[vec![1, 2, 3], vec![], vec![4]], TokenType::U16);
            let path = folder.path().join("00000.idx");
            let mut index = fs::read(&path).expect("reads");
            if let Some(byte) = index.get_mut(position) {
                *byte = value;
            }
            index.truncate(index.len() - cut.min(index.len()));
            fs::write(&path, index).expect("writes");
            if let Ok(shard) = Shard::open(folder.path(), "00000") {
                for document in 0..shard.documents() {
                    let _ = shard.document(document).map(|tokens| tokens.iter().count());
                }
            }
        }
    }

    #[test]
    fn megatrons_own_bytes_for_two_documents() {
        let mut index = Vec::new();
        write_index(&mut index, TokenType::U16, &[3, 1]).expect("index is written");
        assert_eq!(index.len() as u64, index_bytes(2));
        let mut expected = b"MMIDIDX\0\0".to_vec();
        expected.extend([1, 0, 0, 0, 0, 0, 0, 0, 8]);
        for number in [2_u64, 3] {
            expected.extend(number.to_le_bytes());
        }
        for length in [3_i32, 1] {
            expected.extend(length.to_le_bytes());
        }
        for number in [0_i64, 6, 0, 1, 2] {
            expected.extend(number.to_le_bytes());
        }
        assert_eq!(index, expected);
    }

    #[test]
    fn the_type_follows_the_vocabulary() {
        assert_eq!(TokenType::for_vocabulary(65_499), TokenType::U16);
        assert_eq!(TokenType::for_vocabulary(65_500), TokenType::I32);
    }
}
