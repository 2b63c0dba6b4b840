//! The bytes of a model file, taken from the front: every size that the file claims is held against what is left of
//! it before anything is allocated.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

/// Why a file cannot serve as a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It cannot be read.
    #[error("cannot read the model {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is no fastText model, or a damaged one, or one that classifies nothing.
    #[error("{path} is no classifier that can be used: {message} (byte {at})")]
    Unusable {
        /// The file.
        path: String,
        /// Where in the file that shows.
        at: u64,
        /// What is wrong.
        message: String,
    },
}

/// Floats are read in pieces of so many bytes.
const PIECE_BYTES: usize = 1 << 16;

/// A file that is read once from front to end, and hashed on the way.
pub(super) struct ModelFile {
    path: String,
    reader: BufReader<File>,
    at: u64,
    length: u64,
    hash: Xxh3,
}

impl ModelFile {
    pub(super) fn open(path: &str) -> Result<Self, ModelError> {
        let unreadable = |source| ModelError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let file = File::open(Path::new(path)).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(unreadable(io::Error::other("it is no file")));
        }
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::with_capacity(PIECE_BYTES, file),
            at: 0,
            length: metadata.len(),
            hash: Xxh3::new(),
        })
    }

    /// The error that says what is wrong at this place.
    pub(super) fn refuse(&self, message: impl Into<String>) -> ModelError {
        ModelError::Unusable {
            path: self.path.clone(),
            at: self.at,
            message: message.into(),
        }
    }

    /// Makes sure that `count` things of `bytes` bytes each can still be in the file.
    pub(super) fn expect(&self, count: u64, bytes: u64, what: &str) -> Result<(), ModelError> {
        let left = self.length.saturating_sub(self.at);
        match count.checked_mul(bytes) {
            Some(wanted) if wanted <= left => Ok(()),
            _ => Err(self.refuse(format!(
                "it claims {count} {what}, and {left} bytes are left: the file is cut off or damaged"
            ))),
        }
    }

    /// Takes bytes until `piece` is full.
    fn fill(&mut self, piece: &mut [u8]) -> Result<(), ModelError> {
        if let Err(source) = self.reader.read_exact(piece) {
            return Err(match source.kind() {
                io::ErrorKind::UnexpectedEof => self.refuse("the file ends in the middle: it is cut off"),
                _ => ModelError::Unreadable {
                    path: self.path.clone(),
                    source,
                },
            });
        }
        self.hash.update(piece);
        self.at += piece.len() as u64;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn flag(&mut self) -> Result<bool, ModelError> {
        match self.array::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(self.refuse(format!("{other} where there should be 0 or 1"))),
        }
    }

    pub(super) fn byte(&mut self) -> Result<u8, ModelError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn i32(&mut self) -> Result<i32, ModelError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, ModelError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, ModelError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A number that counts something.
    pub(super) fn count(&mut self, what: &str) -> Result<usize, ModelError> {
        let number = self.i32()?;
        usize::try_from(number).map_err(|_| self.refuse(format!("it claims {number} {what}")))
    }

    /// A number of eight bytes that counts something.
    pub(super) fn long_count(&mut self, what: &str) -> Result<usize, ModelError> {
        let number = self.i64()?;
        usize::try_from(number).map_err(|_| self.refuse(format!("it claims {number} {what}")))
    }

    /// Appends a word that ends in a zero byte to `words`.
    pub(super) fn word(&mut self, words: &mut Vec<u8>) -> Result<(), ModelError> {
        loop {
            match self.byte()? {
                0 => return Ok(()),
                byte => words.push(byte),
            }
        }
    }

    pub(super) fn bytes(&mut self, count: usize, what: &str) -> Result<Vec<u8>, ModelError> {
        self.expect(count as u64, 1, what)?;
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Takes `count` weights, which must be numbers.
    pub(super) fn floats(&mut self, count: usize, what: &str) -> Result<Vec<f32>, ModelError> {
        self.expect(count as u64, 4, what)?;
        let mut floats = Vec::with_capacity(count);
        let mut piece = vec![0; PIECE_BYTES];
        while floats.len() < count {
            let bytes = PIECE_BYTES.min((count - floats.len()) * 4);
            let piece = &mut piece[..bytes];
            self.fill(piece)?;
            let (words, _) = piece.as_chunks::<4>();
            floats.extend(words.iter().map(|word| f32::from_le_bytes(*word)));
        }
        if floats.iter().any(|weight| !weight.is_finite()) {
            return Err(self.refuse(format!("some of its {what} are no numbers")));
        }
        Ok(floats)
    }

    /// The hash of the whole file, what may come after the model with it: 32 hexadecimal digits.
    pub(super) fn finish(mut self) -> Result<String, ModelError> {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match self.reader.read(&mut piece) {
                Ok(0) => return Ok(crate::shard::spelled(self.hash.digest128())),
                Ok(read) => self.hash.update(&piece[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(ModelError::Unreadable {
                        path: self.path,
                        source,
                    });
                }
            }
        }
    }
}
