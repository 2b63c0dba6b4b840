//! Encodes documents with a loaded tokenizer.

use std::path::Path;

use tokenizers::{PreTokenizerWrapper, Tokenizer};

use super::pieces::for_encoding;
use super::{END_OF_DOCUMENT, TokenizeError};

/// What names the end of a document in the tokenizers of common models, in order of preference.
const END_TOKENS: [&str; 6] = [
    END_OF_DOCUMENT,
    "<|end_of_text|>",
    "</s>",
    "<eos>",
    "<|eot_id|>",
    "<|im_end|>",
];

/// A tokenizer ready to encode documents.
pub struct Encoder {
    tokenizer: Tokenizer,
    end_of_document: Option<u32>,
    vocabulary: u32,
    /// Whether a long text may be encoded in pieces and gives the same ids.
    splits_at_lines: bool,
}

impl Encoder {
    /// Loads a `tokenizer.json`.
    ///
    /// # Errors
    /// When the file is missing or is none.
    pub fn load(path: &Path) -> Result<Self, TokenizeError> {
        let failure = |message: String| TokenizeError::Load {
            path: path.display().to_string(),
            message,
        };
        let tokenizer = Tokenizer::from_file(path).map_err(|error| failure(error.to_string()))?;
        let end_of_document = END_TOKENS.iter().find_map(|token| tokenizer.token_to_id(token));
        // The largest id decides, and not the count: files with gaps in their ids exist.
        let largest = tokenizer.get_vocab(true).into_values().max();
        let Some(vocabulary) = largest.and_then(|largest| largest.checked_add(1)) else {
            return Err(failure("it has no vocabulary".to_owned()));
        };
        Ok(Self {
            splits_at_lines: splits_at_lines(&tokenizer),
            tokenizer,
            end_of_document,
            vocabulary,
        })
    }

    /// The id that ends a document, if the tokenizer has one.
    #[must_use]
    pub fn end_of_document(&self) -> Option<u32> {
        self.end_of_document
    }

    /// One more than the largest id.
    #[must_use]
    pub fn vocabulary(&self) -> u32 {
        self.vocabulary
    }

    /// The ids of `text`, the end-of-document token after them where the tokenizer has one. No other special
    /// token is added, so that a document is its text and its end.
    ///
    /// # Errors
    /// When the tokenizer refuses the text; `document` is named then.
    pub fn encode(&self, document: &str, text: &str) -> Result<Vec<u32>, TokenizeError> {
        let pieces = if self.splits_at_lines {
            for_encoding(text)
        } else {
            vec![text]
        };
        let mut ids = Vec::new();
        for piece in pieces {
            let encoding =
                self.tokenizer
                    .encode_fast(piece, false)
                    .map_err(|error| TokenizeError::Encode {
                        document: document.to_owned(),
                        message: error.to_string(),
                    })?;
            ids.extend_from_slice(encoding.get_ids());
        }
        ids.extend(self.end_of_document);
        Ok(ids)
    }
}

/// Byte-level BPE with GPT-2's split, with nothing done to the text before: what this crate trains, and GPT-2's own.
/// Other tokenizers may put something before a text, or join across line breaks, and get their texts whole.
fn splits_at_lines(tokenizer: &Tokenizer) -> bool {
    let plain = match tokenizer.get_pre_tokenizer() {
        Some(PreTokenizerWrapper::ByteLevel(split)) => split.use_regex && !split.add_prefix_space,
        _ => false,
    };
    let added = tokenizer.get_added_vocabulary().get_vocab();
    plain && tokenizer.get_normalizer().is_none() && !added.keys().any(|token| token.contains('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::train;

    #[test]
    fn a_document_is_its_bytes_and_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokenizer.json");
        let json = train(
            std::iter::once("the grain and the mill and the grain".to_owned()),
            280,
        )
        .expect("trains");
        std::fs::write(&path, json).expect("writes");
        let encoder = Encoder::load(&path).expect("loads");
        let ids = encoder.encode("a", "the grain\n\tü").expect("encodes");
        let (end, body) = ids.split_last().expect("not empty");
        assert_eq!(Some(*end), encoder.end_of_document());
        assert_eq!(
            encoder.tokenizer.decode(body, false).expect("decodes"),
            "the grain\n\tü"
        );
        assert!(ids.iter().all(|&id| id < encoder.vocabulary()));
    }

    #[test]
    fn a_long_text_in_pieces_has_the_ids_of_the_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokenizer.json");
        let text = "The mill turns,\nand the miller\n\nsleeps.\n  At noon\nhe's up: 12\nsacks\r\nof rye\n"
            .repeat(20_000);
        std::fs::write(&path, train(std::iter::once(text.clone()), 400).expect("trains")).expect("writes");
        let mut encoder = Encoder::load(&path).expect("loads");
        assert!(encoder.splits_at_lines);
        assert!(for_encoding(&text).len() > 3);
        let in_pieces = encoder.encode("a", &text).expect("encodes");
        encoder.splits_at_lines = false;
        assert!(in_pieces == encoder.encode("a", &text).expect("encodes"));
    }

    #[test]
    fn a_file_that_is_no_tokenizer_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, "{}").expect("writes");
        let error = Encoder::load(&path).err().expect("refused");
        assert!(error.to_string().contains("tokenizer.json"), "{error}");
    }
}
