//! Long texts in pieces, so that a tokenizer needs memory for a piece and not for the text.
//!
//! Training counts words, and its work grows with the square of a word's length: words are cut at
//! [`MOST_WORD_BYTES`]. Encoding must give the same ids as for the whole text: cuts are made only where the
//! tokenizer's own split certainly lies.

/// Bytes without white space that the trainer is given as one word at most. Far above any word, far below a blob of
/// base64, whose merges are of no use.
const MOST_WORD_BYTES: usize = 1_000;

/// Bytes of a text from which on it is encoded in pieces, and of a piece at least.
const PIECE_BYTES: usize = 1 << 18;

/// `text` as the trainer gets it: whole, but for words that are too long, which are cut between characters.
pub(super) fn for_training(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut word_start) = (0, 0);
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            word_start = at + character.len_utf8();
        } else if at - word_start >= MOST_WORD_BYTES {
            pieces.push(&text[start..at]);
            (start, word_start) = (at, at);
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// `text` in pieces that end before a line break with an ASCII letter on either side. The splits of GPT-2, GPT-4,
/// Llama 3 and Qwen all lie there: none of their patterns takes a letter together with a line break after it, and
/// a single line break before a letter is a piece of its own in GPT-2's.
pub(super) fn for_encoding(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let mut start = 0;
    while bytes.len() - start > PIECE_BYTES {
        let from = start + PIECE_BYTES;
        let cut = memchr::memchr_iter(b'\n', &bytes[from..])
            .map(|offset| from + offset)
            .find(|&at| {
                let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
                letter(at - 1) && letter(at + 1)
            });
        let Some(cut) = cut else { break };
        pieces.push(&text[start..cut]);
        start = cut;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_the_text(words in prop::collection::vec("[a-zé ]{0,40}", 0..40), long in 0_usize..5_000) {
            let text = format!("{}{}{}", words.join("\n"), "é".repeat(long), words.join("\n"));
            prop_assert_eq!(for_training(&text).concat(), text.clone());
            prop_assert_eq!(for_encoding(&text.repeat(40)).concat(), text.repeat(40));
        }
    }

    #[test]
    fn only_long_words_are_cut() {
        assert_eq!(for_training("a b\nc").len(), 1);
        let blob = "x".repeat(200_000);
        let pieces = for_training(&blob);
        assert_eq!(pieces.len(), 200);
        assert!(pieces.iter().all(|piece| piece.len() <= MOST_WORD_BYTES));
    }
}
