//! Packs documents into shards in the order in which the mixture gives them.
//!
//! Memory: one document, and four bytes for each document of the shard being written. Token ids are copied from
//! the token files as they lie there.

use std::io::Write;
use std::path::PathBuf;

use gristmill_schemas::atomic::AtomicFile;
use gristmill_schemas::manifest::{INDEX_FILE_NAME, ShardRecord};
use gristmill_schemas::shard::{TokenType, write_index};

use super::hashing::HashingWriter;
use super::index::{IndexRow, IndexWriter};
use super::{ShardingError, TokenFileReader, hash_file};

/// A document to be packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement<'a> {
    /// Its id.
    pub id: &'a str,
    /// The unit whose token file holds it.
    pub unit: &'a str,
    /// Its first id in that file.
    pub start: u64,
    /// How many ids it has.
    pub tokens: u64,
    /// Which copy of it this is, from 0.
    pub epoch: u64,
}

/// Where and how shards are written.
#[derive(Clone, Debug)]
pub struct PackerSettings {
    /// The folder of the shards.
    pub out: PathBuf,
    /// The folder of the token files.
    pub token_files: PathBuf,
    /// How ids are stored.
    pub token_type: TokenType,
    /// Tokens of a shard at most. A document that is larger has a shard of its own.
    pub tokens_per_shard: u64,
}

/// What was packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The shards, in order.
    pub shards: Vec<ShardRecord>,
    /// The hash of `index.parquet`.
    pub index_hash: String,
    /// Documents in all.
    pub documents: u64,
    /// Tokens in all.
    pub tokens: u64,
}

/// Writes shards as a stream.
pub struct Packer {
    settings: PackerSettings,
    reader: TokenFileReader,
    index: IndexWriter,
    current: Option<OpenShard>,
    packed: Packed,
    buffer: Vec<u8>,
}

struct OpenShard {
    stem: String,
    bin: HashingWriter<AtomicFile>,
    lengths: Vec<u32>,
    tokens: u64,
}

impl Packer {
    /// Starts with no shard.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn new(settings: PackerSettings) -> Result<Self, ShardingError> {
        let index = IndexWriter::create(&settings.out.join(INDEX_FILE_NAME))?;
        let reader = TokenFileReader::new(settings.token_files.clone(), settings.token_type);
        Ok(Self {
            settings,
            reader,
            index,
            current: None,
            packed: Packed::default(),
            buffer: Vec::new(),
        })
    }

    /// Appends a document.
    ///
    /// # Errors
    /// When its ids cannot be read or the disk refuses.
    pub fn push(&mut self, placement: &Placement<'_>) -> Result<(), ShardingError> {
        let full = self
            .current
            .as_ref()
            .is_some_and(|shard| shard.tokens + placement.tokens > self.settings.tokens_per_shard);
        if full {
            self.close_shard()?;
        }
        let mut shard = match self.current.take() {
            Some(shard) => shard,
            None => self.open_shard()?,
        };
        self.buffer.clear();
        self.reader.read(
            placement.unit,
            placement.start,
            placement.tokens,
            &mut self.buffer,
        )?;
        let written = shard.bin.write_all(&self.buffer);
        written.map_err(ShardingError::file(self.bin_path(&shard.stem)))?;
        let document = shard.lengths.len() as u64;
        let length = u32::try_from(placement.tokens).map_err(|_| ShardingError::Mismatch {
            path: self.bin_path(&shard.stem),
            fault: format!(
                "document {} has {} tokens, more than a shard can hold",
                placement.id, placement.tokens
            ),
        })?;
        self.index.push(&IndexRow {
            id: placement.id,
            shard: &shard.stem,
            document,
            tokens: placement.tokens,
            epoch: placement.epoch,
        })?;
        shard.lengths.push(length);
        shard.tokens += placement.tokens;
        self.current = Some(shard);
        Ok(())
    }

    /// Closes the last shard and the index.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> Result<Packed, ShardingError> {
        self.close_shard()?;
        self.index.finish()?;
        let index_path = self.settings.out.join(INDEX_FILE_NAME);
        self.packed.index_hash = hash_file(&index_path).map_err(ShardingError::file(index_path))?;
        Ok(self.packed)
    }

    fn open_shard(&self) -> Result<OpenShard, ShardingError> {
        let stem = format!("{:05}", self.packed.shards.len());
        let path = self.bin_path(&stem);
        let bin = HashingWriter::new(AtomicFile::create(&path).map_err(ShardingError::file(path))?);
        Ok(OpenShard {
            stem,
            bin,
            lengths: Vec::new(),
            tokens: 0,
        })
    }

    fn close_shard(&mut self) -> Result<(), ShardingError> {
        let Some(shard) = self.current.take() else {
            return Ok(());
        };
        let bin_path = self.bin_path(&shard.stem);
        let (bin, bin_hash) = shard.bin.finish();
        bin.commit().map_err(ShardingError::file(bin_path))?;

        let idx_path = self.settings.out.join(format!("{}.idx", shard.stem));
        let file = AtomicFile::create(&idx_path).map_err(ShardingError::file(&idx_path))?;
        let mut idx = HashingWriter::new(file);
        let written = write_index(&mut idx, self.settings.token_type, &shard.lengths);
        written.map_err(ShardingError::file(&idx_path))?;
        let (idx, idx_hash) = idx.finish();
        idx.commit().map_err(ShardingError::file(idx_path))?;

        let documents = shard.lengths.len() as u64;
        self.packed.documents += documents;
        self.packed.tokens += shard.tokens;
        self.packed.shards.push(ShardRecord {
            stem: shard.stem,
            tokens: shard.tokens,
            documents,
            bin_hash,
            idx_hash,
        });
        Ok(())
    }

    fn bin_path(&self, stem: &str) -> PathBuf {
        self.settings.out.join(format!("{stem}.bin"))
    }
}

#[cfg(test)]
mod tests {
    use gristmill_schemas::shard::Shard;

    use super::*;
    use crate::shard::TokenFileWriter;

    #[test]
    fn documents_are_packed_whole_and_in_order() -> Result<(), ShardingError> {
        let folder = tempfile::tempdir().expect("a folder");
        let tokens = folder.path().join("tokens");
        let mut file = TokenFileWriter::create(&tokens, "unit", TokenType::U16)?;
        file.push("a", 1, &[1, 2, 3])?;
        file.push("b", 1, &[4])?;
        file.push("c", 1, &[5, 6])?;
        assert_eq!(file.finish("source", "web", "unit")?, 6);

        let out = folder.path().join("out");
        let mut packer = Packer::new(PackerSettings {
            out: out.clone(),
            token_files: tokens,
            token_type: TokenType::U16,
            tokens_per_shard: 3,
        })?;
        for (id, start, tokens) in [("c", 4, 2), ("b", 3, 1), ("a", 0, 3)] {
            packer.push(&Placement {
                id,
                unit: "unit",
                start,
                tokens,
                epoch: 0,
            })?;
        }
        let packed = packer.finish()?;
        assert_eq!(packed.shards.len(), 2);
        assert_eq!((packed.documents, packed.tokens), (3, 6));
        let all = |stem: &str| -> Vec<u32> {
            let shard = Shard::open(&out, stem).expect("opens");
            shard.all().expect("whole").iter().collect()
        };
        assert_eq!(all("00000"), [5, 6, 4]);
        assert_eq!(all("00001"), [1, 2, 3]);
        Ok(())
    }
}
