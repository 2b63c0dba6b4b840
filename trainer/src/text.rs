//! From text to ids and back, with the tokenizer that lies beside shards and models.

use std::path::Path;

use tokenizers::{DecoderWrapper, Tokenizer};

use crate::error::{Error, Result};

/// A tokenizer in Hugging Face's format.
#[derive(Debug)]
pub struct Text {
    tokenizer: Tokenizer,
}

impl Text {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// When the file cannot be read or is no tokenizer.
    pub fn load(path: &Path) -> Result<Self> {
        let tokenizer = Tokenizer::from_file(path).map_err(|error| Error::Malformed {
            path: path.to_owned(),
            fault: format!("cannot be read as a tokenizer: {error}"),
        })?;
        Ok(Self { tokenizer })
    }

    /// The ids of a prompt, with the tokens that the tokenizer puts before every text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self
            .tokenizer
            .encode(text, true)
            .map_err(|error| Error::Tokenizer(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of ids, without special tokens.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        self.tokenizer
            .decode(ids, true)
            .map_err(|error| Error::Tokenizer(error.to_string()))
    }

    /// How many bytes of text each id below `vocabulary` stands for; special tokens stand for none. `None` where
    /// the tokenizer is not of bytes, so that a token's bytes cannot be told from the token alone.
    #[must_use]
    pub fn byte_lengths(&self, vocabulary: usize) -> Option<Vec<u64>> {
        if !matches!(self.tokenizer.get_decoder(), Some(DecoderWrapper::ByteLevel(_))) {
            return None;
        }
        let added = self.tokenizer.get_added_tokens_decoder();
        let length = |id: u32| match added.get(&id) {
            Some(token) if token.special => 0,
            Some(token) => token.content.len() as u64,
            // A token is spelt with one character for every byte.
            None => self
                .tokenizer
                .id_to_token(id)
                .map_or(0, |token| token.chars().count() as u64),
        };
        let end = u32::try_from(vocabulary).ok()?;
        Some((0..end).map(length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn ids_stand_for_all_bytes_of_a_text() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 60);
        let text = Text::load(&folder.path().join("tokenizer.json"))?;
        let lengths = text.byte_lengths(400).expect("a tokenizer of bytes");
        let sample = "the miller grinds — naïve 粉 <|endoftext|>";
        let ids = text.encode(sample)?;
        let bytes: u64 = ids.iter().map(|&id| lengths[id as usize]).sum();
        assert_eq!(bytes, (sample.len() - "<|endoftext|>".len()) as u64);
        assert_eq!(text.decode(&ids)?, "the miller grinds — naïve 粉 ");
        Ok(())
    }

    #[test]
    fn a_file_that_is_no_tokenizer_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, "{}").expect("writes");
        let error = Text::load(&path).expect_err("no tokenizer");
        assert!(error.to_string().contains("tokenizer.json"), "{error}");
    }
}
