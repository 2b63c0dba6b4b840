//! Trains a byte-level BPE (Sennrich et al. 2016; bytes as in GPT-2) on a sample of curated text.
//!
//! The trainer is Hugging Face's. What is ours is that the sample, and so the result, is the same on every run.

use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, DecoderWrapper, NormalizerWrapper, PostProcessorWrapper};
use tokenizers::{PreTokenizerWrapper, TokenizerBuilder, TokenizerImpl};

use super::TokenizeError;
use super::pieces::for_training;

/// The token that ends every document, as GPT-2 names it.
pub const END_OF_DOCUMENT: &str = "<|endoftext|>";

type ByteLevelBpe =
    TokenizerImpl<BPE, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// Trains on `texts` and returns the content of a `tokenizer.json` with at most `vocabulary` ids.
///
/// # Errors
/// When the trainer fails.
pub fn train(texts: impl Iterator<Item = String> + Send, vocabulary: u32) -> Result<String, TokenizeError> {
    let failure = |error: tokenizers::Error| TokenizeError::Train(error.to_string());
    // No space is put before a text: a document begins as it is written. The split is GPT-2's.
    let bytes = ByteLevel::new(false, true, true);
    let mut tokenizer: ByteLevelBpe = TokenizerBuilder::new()
        .with_model(BPE::default())
        .with_normalizer(None)
        .with_pre_tokenizer(Some(PreTokenizerWrapper::ByteLevel(bytes)))
        .with_post_processor(Some(PostProcessorWrapper::ByteLevel(bytes)))
        .with_decoder(Some(DecoderWrapper::ByteLevel(bytes)))
        .build()
        .map_err(failure)?;
    let ids = usize::try_from(vocabulary).unwrap_or(usize::MAX);
    let mut trainer = BpeTrainerBuilder::new()
        .show_progress(false)
        .vocab_size(ids)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .special_tokens(vec![AddedToken::from(END_OF_DOCUMENT, true)])
        .build();
    let pieces = texts.flat_map(|text| {
        let pieces: Vec<String> = for_training(&text).into_iter().map(str::to_owned).collect();
        pieces
    });
    tokenizer.train(&mut trainer, pieces).map_err(failure)?;
    tokenizer.to_string(true).map_err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_gives_the_same_tokenizer() -> Result<(), TokenizeError> {
        let texts: Vec<String> = (0..200)
            .map(|number| format!("the miller of mill {number} grinds the grain"))
            .collect();
        let first = train(texts.clone().into_iter(), 300)?;
        assert_eq!(first, train(texts.into_iter(), 300)?);
        assert!(first.contains(END_OF_DOCUMENT));
        Ok(())
    }
}
