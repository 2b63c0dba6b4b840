//! All shards of a folder as one axis of tokens, in the manifest's order, read through memory maps.

use std::path::{Path, PathBuf};

use gristmill_schemas::manifest::Manifest;
use gristmill_schemas::shard::Shard;
use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result};

/// The tokens of a folder of shards, one after the other.
#[derive(Debug)]
pub struct TokenAxis {
    folder: PathBuf,
    manifest: Manifest,
    shards: Vec<Shard>,
    /// Where each shard starts on the axis, and at last where the axis ends.
    starts: Vec<u64>,
}

impl TokenAxis {
    /// Maps every shard that the manifest of `folder` names.
    ///
    /// # Errors
    /// When the folder is not whole: no manifest, a file missing, or another number of tokens than the manifest
    /// says. Hashes are not checked here; `gristmill verify` does that.
    pub fn open(folder: &Path) -> Result<Self> {
        let manifest = Manifest::load(folder)?;
        if manifest.tokenizer.vocabulary == 0 {
            return Err(Error::Data(format!(
                "the manifest of {} has an empty vocabulary",
                folder.display()
            )));
        }
        let mut shards = Vec::with_capacity(manifest.shards.len());
        let mut starts = vec![0];
        let mut end = 0_u64;
        for record in &manifest.shards {
            let shard = Shard::open(folder, &record.stem)?;
            let tokens = shard.all()?.len() as u64;
            if tokens != record.tokens {
                return Err(Error::Malformed {
                    path: folder.join(format!("{}.bin", record.stem)),
                    fault: format!(
                        "it holds {tokens} tokens, and the manifest says {}; run `gristmill verify`",
                        record.tokens
                    ),
                });
            }
            end += tokens;
            starts.push(end);
            shards.push(shard);
        }
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
            shards,
            starts,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the folder's manifest says.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The length of the axis.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// xxh3-128 over the hashes of all shards in order and of the tokenizer: the same wherever the folder lies.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = Xxh3::new();
        for record in &self.manifest.shards {
            hasher.update(record.bin_hash.as_bytes());
            hasher.update(b"\n");
        }
        hasher.update(self.manifest.tokenizer.hash.as_bytes());
        format!("{:032x}", hasher.digest128())
    }

    /// Appends `count` tokens from `start` on to `ids`, across the borders of documents and shards.
    ///
    /// # Errors
    /// When they lie outside the axis, or when one is outside the vocabulary; the message names its place.
    pub fn read(&self, start: u64, count: usize, ids: &mut Vec<u32>) -> Result<()> {
        let wanted = ids.len() + count;
        let mut place = start;
        while ids.len() < wanted {
            let position = self.starts.partition_point(|&shard_start| shard_start <= place);
            let found = position
                .checked_sub(1)
                .and_then(|index| Some((index, self.shards.get(index)?, *self.starts.get(index)?)));
            let Some((index, shard, shard_start)) = found else {
                return Err(Error::Data(format!(
                    "token {place} lies behind the end of {} ({} tokens)",
                    self.folder.display(),
                    self.tokens()
                )));
            };
            let tokens = shard.all()?;
            let inside = usize::try_from(place - shard_start).unwrap_or(usize::MAX);
            let end = inside.saturating_add(wanted - ids.len()).min(tokens.len());
            let before = ids.len();
            ids.extend(
                tokens
                    .slice(inside, end)
                    .into_iter()
                    .flat_map(|slice| slice.iter()),
            );
            self.check(index, inside, ids.get(before..).unwrap_or_default())?;
            place += (ids.len() - before) as u64;
        }
        Ok(())
    }

    fn check(&self, shard: usize, inside: usize, ids: &[u32]) -> Result<()> {
        let vocabulary = self.manifest.tokenizer.vocabulary;
        let Some(offset) = ids.iter().position(|&id| id >= vocabulary) else {
            return Ok(());
        };
        let stem = self
            .manifest
            .shards
            .get(shard)
            .map_or("?", |record| record.stem.as_str());
        Err(Error::Malformed {
            path: self.folder.join(format!("{stem}.bin")),
            fault: format!(
                "token {} is outside the vocabulary of {vocabulary}; run `gristmill verify`",
                inside + offset
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::fixture;

    #[test]
    fn shards_make_one_axis() {
        let folder = tempfile::tempdir().expect("a folder");
        let expected = fixture::write_shards(folder.path(), 300).concat();
        let axis = TokenAxis::open(folder.path()).expect("opens");
        assert!(
            axis.manifest().shards.len() > 1,
            "the fixture has more than one shard"
        );
        assert_eq!(axis.tokens(), expected.len() as u64);
        let mut all = Vec::new();
        axis.read(0, expected.len(), &mut all).expect("reads");
        assert_eq!(all, expected);
        let mut part = Vec::new();
        axis.read(37, 200, &mut part).expect("reads");
        assert_eq!(part, expected[37..237]);
    }

    #[test]
    fn what_lies_behind_the_end_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let tokens = fixture::write_shards(folder.path(), 100).concat().len();
        let axis = TokenAxis::open(folder.path()).expect("opens");
        let error = axis
            .read(tokens as u64 - 1, 2, &mut Vec::new())
            .expect_err("one token only");
        assert!(error.to_string().contains("behind the end"), "{error}");
    }

    #[test]
    fn a_token_outside_the_vocabulary_is_named_by_file_and_place() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 100);
        let path = folder.path().join("00000.bin");
        let mut bytes = fs::read(&path).expect("reads");
        bytes[20..22].copy_from_slice(&[0xff, 0xff]);
        fs::write(&path, bytes).expect("writes");
        let axis = TokenAxis::open(folder.path()).expect("opens");
        let error = axis.read(0, 50, &mut Vec::new()).expect_err("65535 is no id");
        assert!(error.to_string().contains("00000.bin: token 10"), "{error}");
    }

    #[test]
    fn a_shortened_shard_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 100);
        let path = folder.path().join("00000.bin");
        let bytes = fs::read(&path).expect("reads");
        fs::write(&path, &bytes[..bytes.len() - 2]).expect("writes");
        let error = TokenAxis::open(folder.path()).expect_err("one token is gone");
        assert!(error.to_string().contains("the manifest says"), "{error}");
    }
}
