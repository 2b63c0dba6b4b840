//! Shards of the slice, made apart from a run, for the stages that start from tokens.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use gristmill::shard::{Packed, Packer, PackerSettings, Placement, TokenFileWriter, hash_file};
use gristmill::tokenize::{Encoder, train};
use gristmill_schemas::manifest::{INDEX_FILE_NAME, Manifest, TOKENIZER_FILE_NAME, TokenizerRecord, VERSION};
use gristmill_schemas::shard::TokenType;

use crate::corpus::Corpus;

/// The tokenizer is trained on this much, which is enough for one of [`VOCABULARY`] ids.
const TRAINING_BYTES: usize = 2_000_000;
const VOCABULARY: u32 = 4_096;
const UNIT: &str = "slice";
const TOKENS_PER_SHARD: u64 = 10_000_000;

/// The slice as ids in a token file.
pub(crate) struct Tokenized {
    folder: std::path::PathBuf,
    /// Id and number of tokens of each document.
    documents: Vec<(String, u64)>,
    tokenizer: TokenizerRecord,
    /// Tokens of all documents, once.
    pub(crate) tokens: u64,
}

impl Tokenized {
    /// Tokenizes the slice into `folder`.
    ///
    /// # Errors
    /// When a text cannot be encoded or the disk refuses.
    pub(crate) fn new(corpus: &Corpus, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let slice = corpus.slice()?;
        let mut left = TRAINING_BYTES;
        let sample: Vec<String> = slice
            .texts()
            .take_while(|text| {
                left = left.saturating_sub(text.len());
                left > 0
            })
            .map(str::to_owned)
            .collect();
        let path = folder.join(TOKENIZER_FILE_NAME);
        fs::write(&path, train(sample.into_iter(), VOCABULARY)?)?;
        let encoder = Encoder::load(&path)?;
        let mut file = TokenFileWriter::create(folder, UNIT, TokenType::U16)?;
        let mut documents = Vec::new();
        for document in &slice.documents {
            let ids = encoder.encode(&document.id, &document.text)?;
            file.push(&document.id, document.text.len() as u64, &ids)?;
            documents.push((document.id.clone(), ids.len() as u64));
        }
        let tokens = file.finish(UNIT, "web", UNIT)?;
        let tokenizer = TokenizerRecord {
            file: TOKENIZER_FILE_NAME.to_owned(),
            hash: hash_file(&path)?,
            vocabulary: encoder.vocabulary(),
            end_of_document: encoder.end_of_document(),
        };
        ensure!(tokens > 1_000_000, "the slice has only {tokens} tokens");
        Ok(Self {
            folder: folder.to_owned(),
            documents,
            tokenizer,
            tokens,
        })
    }

    /// Packs every document `epochs` times into `out`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn pack(&self, out: &Path, epochs: u64) -> Result<Packed> {
        fs::create_dir_all(out)?;
        let mut packer = Packer::new(PackerSettings {
            out: out.to_owned(),
            token_files: self.folder.clone(),
            token_type: TokenType::U16,
            tokens_per_shard: TOKENS_PER_SHARD,
        })?;
        for epoch in 0..epochs {
            let mut start = 0;
            for (id, tokens) in &self.documents {
                packer.push(&Placement {
                    id,
                    unit: UNIT,
                    start,
                    tokens: *tokens,
                    epoch,
                })?;
                start += tokens;
            }
        }
        Ok(packer.finish()?)
    }

    /// Completes packed shards with the tokenizer and the manifest.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn finish(&self, out: &Path, packed: &Packed) -> Result<()> {
        let tokenizer = &self.tokenizer;
        fs::copy(self.folder.join(&tokenizer.file), out.join(&tokenizer.file))?;
        let files = [
            (INDEX_FILE_NAME, &packed.index_hash),
            (TOKENIZER_FILE_NAME, &tokenizer.hash),
        ];
        let manifest = Manifest {
            version: VERSION.to_owned(),
            name: UNIT.to_owned(),
            seed: 0,
            token_type: TokenType::U16,
            tokenizer: tokenizer.clone(),
            tokens: packed.tokens,
            documents: packed.documents,
            shards: packed.shards.clone(),
            files: files.map(|(name, hash)| (name.to_owned(), hash.clone())).into(),
            mixture: BTreeMap::new(),
            sources: BTreeMap::new(),
            recipe_fingerprint: String::new(),
            input_fingerprint: String::new(),
        };
        manifest.save(out).context("cannot write the manifest")
    }
}
