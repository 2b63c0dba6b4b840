//! Text as duplicate detection sees it: what differs between two copies of one text for no reason of content is
//! folded away.
//!
//! In this order, as `FineWeb`'s signatures do (datatrove 0.10, `utils/text.py`): lower case; a number in any script,
//! with its decimal and thousands marks, becomes `0`; punctuation and symbols become spaces; white space collapses
//! to single spaces, none at the ends; canonical decomposition, without non-spacing marks (so `é` is `e`).
//!
//! A word of the normalised form is what stands between spaces, but each character of a script written without
//! spaces (Han, kana, Thai, Lao, Khmer, Myanmar, Tibetan) is a word of its own, so that shingles exist there too.

use std::sync::LazyLock;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use super::bytes::leading_letters;
use super::marks::is_nonspacing;

/// `text` in lower case, with runs of white space as one space and none at the ends: what two exact copies of one text
/// have in common. Unlike [`Normalized`] it keeps numbers and punctuation, which are all that some tables and
/// programs differ in.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            let start = folded.len();
            folded.push_str(word);
            folded[start..].make_ascii_lowercase();
        } else {
            folded.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    folded
}

/// A normalised text with its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalized {
    /// Each word with a space before it.
    spaced: String,
    /// Where each word starts and ends, in bytes of `spaced`.
    words: Vec<(usize, usize)>,
}

impl Normalized {
    /// Normalises `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut builder = Builder {
            spaced: Vec::with_capacity(text.len() + text.len() / 8 + 8),
            words: Vec::with_capacity(text.len() / 5),
            word: None,
            last: Last::Other,
        };
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphabetic() {
                at += builder.letters(&bytes[at..]);
                continue;
            }
            if byte.is_ascii() {
                builder.ascii(byte, bytes.get(at + 1).copied());
                at += 1;
                continue;
            }
            let Some(character) = text[at..].chars().next() else {
                break;
            };
            builder.character(character);
            at += character.len_utf8();
        }
        builder.finish()
    }

    /// The normalised text: words with single spaces between them.
    #[must_use]
    pub fn text(&self) -> &str {
        self.spaced.strip_prefix(' ').unwrap_or_default()
    }

    /// The normalised text with a space before each word, the first too: what begins with a space begins a word.
    #[must_use]
    pub fn spaced(&self) -> &str {
        &self.spaced
    }

    /// How many words there are.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// Every run of `length` words one after the other (one of all words where there are fewer), as slices of the
    /// normalised text. None where there are no words.
    pub fn shingles(&self, length: usize) -> impl Iterator<Item = &str> {
        let length = length.clamp(1, self.words.len().max(1));
        self.words
            .windows(length)
            .filter_map(|window| Some(&self.spaced[window.first()?.0..window.last()?.1]))
    }
}

/// What was put last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// The `0` of a number: further digits belong to it.
    Number,
    Other,
}

struct Builder {
    /// Whole characters, as UTF-8.
    spaced: Vec<u8>,
    words: Vec<(usize, usize)>,
    /// Where the word being built starts.
    word: Option<usize>,
    last: Last,
}

impl Builder {
    fn finish(mut self) -> Normalized {
        self.end_word();
        String::from_utf8(self.spaced).map_or_else(
            |_| Normalized::default(),
            |spaced| Normalized {
                spaced,
                words: self.words,
            },
        )
    }

    /// Takes the ASCII letters that `bytes` begin with, at least one, and says how many there are.
    fn letters(&mut self, bytes: &[u8]) -> usize {
        self.start_word();
        self.last = Last::Other;
        let mut taken = 0;
        while let Some(eight) = bytes.get(taken..).and_then(<[u8]>::first_chunk::<8>) {
            let eight = u64::from_le_bytes(*eight);
            let letters = leading_letters(eight);
            // All eight are put, and what is no letter is taken away again: quicker than putting some.
            let end = self.spaced.len() + letters;
            self.spaced
                .extend_from_slice(&(eight | 0x2020_2020_2020_2020).to_le_bytes());
            self.spaced.truncate(end);
            taken += letters;
            if letters < 8 {
                return taken;
            }
        }
        let rest = bytes[taken..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic());
        for byte in rest {
            self.spaced.push(byte | 0x20);
            taken += 1;
        }
        taken
    }

    /// Takes another ASCII character, knowing the byte after it.
    fn ascii(&mut self, byte: u8, next: Option<u8>) {
        if byte.is_ascii_digit() {
            return self.digit();
        }
        let inside_number = matches!(byte, b'.' | b',') && next.is_some_and(|next| next.is_ascii_digit());
        if !(self.last == Last::Number && inside_number) {
            self.end_word();
        }
    }

    fn character(&mut self, character: char) {
        if let Some(letter) = folded_letter(character) {
            self.start_word();
            self.spaced.extend_from_slice(letter);
            self.last = Last::Other;
            return;
        }
        if ('\u{4E00}'..='\u{9FEF}').contains(&character) {
            return self.alone(character);
        }
        if character.is_numeric() && !character.is_alphabetic() {
            return self.digit();
        }
        if is_unspaced(character) {
            return self.alone(character);
        }
        if character.is_alphabetic() || is_combining_mark(character) {
            for lower in character.to_lowercase() {
                decompose_canonical(lower, |part| {
                    if !is_nonspacing(part) {
                        self.start_word();
                        self.push(part);
                    }
                });
            }
            self.last = Last::Other;
            return;
        }
        // Joiners and soft hyphens are invisible inside a word; all else stands between words.
        if !matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        ) {
            self.end_word();
        }
    }

    /// Takes a character that is a word.
    fn alone(&mut self, character: char) {
        self.end_word();
        self.start_word();
        self.push(character);
        self.end_word();
    }

    fn digit(&mut self) {
        if self.last == Last::Number {
            return;
        }
        self.start_word();
        self.spaced.push(b'0');
        self.last = Last::Number;
    }

    fn push(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.spaced
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    }

    fn start_word(&mut self) {
        if self.word.is_some() {
            return;
        }
        self.spaced.push(b' ');
        self.word = Some(self.spaced.len());
    }

    fn end_word(&mut self) {
        if let Some(start) = self.word.take() {
            self.words.push((start, self.spaced.len()));
        }
        self.last = Last::Other;
    }
}

/// Letters up to here, which two bytes of UTF-8 encode, are folded once for all.
const FOLDED_END: u32 = 0x800;

/// A folded letter, as so many bytes of UTF-8; none for what is no letter.
type Folded = (u8, [u8; 7]);

static FOLDED: LazyLock<Vec<Folded>> = LazyLock::new(|| {
    let folded = |point: u32| -> Folded {
        let character = char::from_u32(point).filter(|character| character.is_alphabetic());
        let character = character.filter(|character| !is_combining_mark(*character));
        let mut letter = String::new();
        for lower in character.into_iter().flat_map(char::to_lowercase) {
            decompose_canonical(lower, |part| {
                if !is_nonspacing(part) {
                    letter.push(part);
                }
            });
        }
        let mut bytes = [0; 7];
        match (bytes.get_mut(..letter.len()), u8::try_from(letter.len())) {
            (Some(head), Ok(length)) => {
                head.copy_from_slice(letter.as_bytes());
                (length, bytes)
            }
            _ => (0, bytes),
        }
    };
    (0..FOLDED_END).map(folded).collect()
});

/// What becomes of a letter of Latin, Greek, Cyrillic and what else is below [`FOLDED_END`].
fn folded_letter(character: char) -> Option<&'static [u8]> {
    let (length, bytes) = FOLDED.get(character as usize)?;
    (0 < *length).then(|| &bytes[..usize::from(*length)])
}

/// Whether the script of `character` is written without spaces between words.
#[must_use]
pub fn is_unspaced(character: char) -> bool {
    matches!(
        u32::from(character),
        0x0E00..=0x0EFF        // Thai, Lao
            | 0x0F40..=0x0FBC  // Tibetan letters
            | 0x1000..=0x109F  // Myanmar
            | 0x1780..=0x17D3  // Khmer
            | 0x3005..=0x3007  // ideographic iteration and zero
            | 0x3040..=0x30FF  // Hiragana, Katakana
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x2_0000..=0x3_FFFF
    ) && (character.is_alphanumeric() || (is_combining_mark(character) && !is_nonspacing(character)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_content_folds_away() {
        let cases = [
            ("", ""),
            (" \n ", ""),
            ("--- ***", ""),
            ("Hello,   World!", "hello world"),
            ("It cost $1,234.56 in 2024.", "it cost 0 in 0"),
            ("Café Ünïcode ÅNGSTRÖM", "cafe unicode angstrom"),
            ("٣٫١٤ ۱۲۳", "0 0 0"),
            ("x86_64 v2", "x0 0 v0"),
            ("co\u{ad}operate", "cooperate"),
            ("漢字かな", "漢 字 か な"),
            ("ΑΣ", "ας"),
        ];
        for (text, expected) in cases {
            let got = Normalized::new(text);
            if text == "ΑΣ" {
                // Lower-casing goes character by character, so a final sigma is a plain one: the same for all copies.
                assert_eq!(got.text(), "ασ");
                continue;
            }
            assert_eq!(got.text(), expected, "{text:?}");
        }
    }

    #[test]
    fn shingles_slide_over_the_words() {
        let text = Normalized::new("One two three four");
        let shingles: Vec<&str> = text.shingles(3).collect();
        assert_eq!(shingles, ["one two three", "two three four"]);
        assert_eq!(text.shingles(9).collect::<Vec<_>>(), ["one two three four"]);
        assert_eq!(Normalized::new("!").shingles(3).count(), 0);
    }

    proptest! {
        #[test]
        fn normalised_text_is_single_spaced_words(text in "\\PC{0,80}") {
            let normalized = Normalized::new(&text);
            let words: Vec<&str> = normalized.shingles(1).collect();
            prop_assert_eq!(words.join(" "), normalized.text());
            prop_assert!(words.iter().all(|word| !word.is_empty() && !word.contains(' ')));
        }

        #[test]
        fn case_and_punctuation_do_not_matter(words in prop::collection::vec("[a-z]{1,8}", 1..20)) {
            let plain = Normalized::new(&words.join(" "));
            let shouted = Normalized::new(&(words.join(", ").to_uppercase() + "!"));
            prop_assert_eq!(plain, shouted);
        }
    }
}
