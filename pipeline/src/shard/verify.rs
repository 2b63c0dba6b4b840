//! Checks a folder of shards against its manifest: every hash, every count, every border.

use std::fs;
use std::path::Path;

use gristmill_schemas::manifest::{Manifest, ShardRecord};
use gristmill_schemas::shard::{Shard, ShardError, index_bytes};

use super::{ShardingError, hash_file};

/// What was found to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Shards checked.
    pub shards: usize,
    /// Documents in them.
    pub documents: u64,
    /// Tokens in them.
    pub tokens: u64,
    /// Files hashed.
    pub files: usize,
}

/// Checks the folder `shards`.
///
/// # Errors
/// The first file that is not what the manifest says, and how it differs.
pub fn verify(shards: &Path) -> Result<Verified, ShardingError> {
    let manifest = Manifest::load(shards)?;
    let mut files = 0;
    let mut check = |name: &str, expected: &str| -> Result<(), ShardingError> {
        let path = shards.join(name);
        let found = hash_file(&path).map_err(ShardingError::file(&path))?;
        files += 1;
        if found == expected {
            return Ok(());
        }
        let fault =
            format!("its hash is {found}, and the manifest says {expected}: the file was changed or damaged");
        Err(ShardingError::Mismatch { path, fault })
    };
    for record in &manifest.shards {
        check(&format!("{}.idx", record.stem), &record.idx_hash)?;
        check(&format!("{}.bin", record.stem), &record.bin_hash)?;
    }
    for (name, hash) in &manifest.files {
        check(name, hash)?;
    }
    let (mut documents, mut tokens) = (0, 0);
    for record in &manifest.shards {
        let counted = count(shards, &record.stem, manifest.tokenizer.vocabulary)?;
        if counted != (record.documents, record.tokens) {
            return Err(ShardingError::Mismatch {
                path: shards.join(format!("{}.idx", record.stem)),
                fault: format!(
                    "{} documents with {} tokens, and the manifest says {} with {}",
                    counted.0, counted.1, record.documents, record.tokens
                ),
            });
        }
        documents += counted.0;
        tokens += counted.1;
    }
    if (documents, tokens) != (manifest.documents, manifest.tokens) {
        return Err(ShardingError::Mismatch {
            path: shards.join(gristmill_schemas::manifest::FILE_NAME),
            fault: format!(
                "the shards have {documents} documents with {tokens} tokens, and the manifest says {} with {}",
                manifest.documents, manifest.tokens
            ),
        });
    }
    Ok(Verified {
        shards: manifest.shards.len(),
        documents,
        tokens,
        files,
    })
}

/// Whether every file of the manifest is there, each shard in its size: a quick look, without hashing.
#[must_use]
pub fn is_complete(shards: &Path) -> bool {
    let Ok(manifest) = Manifest::load(shards) else {
        return false;
    };
    let size = |name: &str| fs::metadata(shards.join(name)).map_or(0, |metadata| metadata.len());
    let width = manifest.token_type.bytes() as u64;
    let whole = |record: &ShardRecord| {
        size(&format!("{}.bin", record.stem)) == record.tokens * width
            && size(&format!("{}.idx", record.stem)) == index_bytes(record.documents)
    };
    manifest.shards.iter().all(whole) && manifest.files.keys().all(|name| size(name) > 0)
}

/// Documents and tokens of a shard by its index, every id below the vocabulary.
fn count(folder: &Path, stem: &str, vocabulary: u32) -> Result<(u64, u64), ShardingError> {
    let shard = Shard::open(folder, stem)?;
    let mut tokens = 0;
    for document in 0..shard.documents() {
        let ids = shard.document(document)?;
        tokens += ids.len() as u64;
        if let Some(position) = ids.iter().position(|id| id >= vocabulary) {
            let id = ids.get(position).unwrap_or_default();
            return Err(ShardingError::Shard(ShardError::Malformed {
                path: folder.join(format!("{stem}.bin")),
                offset: position as u64,
                fault: format!(
                    "document {document} has the id {id}, and the vocabulary ends at {vocabulary}"
                ),
            }));
        }
    }
    Ok((shard.documents() as u64, tokens))
}
