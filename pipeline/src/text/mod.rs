//! Pure text primitives, shared by every stage that looks at text. Nothing here knows of columns or recipes.
//!
//! [`Analysis`] is what annotators are given: each view of a document (its words, its lines, its normalised form)
//! is computed when the first annotator asks for it and then shared, so that the text is segmented once however
//! many annotators there are.

use std::cell::OnceCell;

pub mod comments;
pub mod encoded;
pub mod bytes;
pub mod gutenberg;
pub mod languages;
pub mod letters;
pub mod lines;
pub mod machine;
pub mod marks;
pub mod markup;
pub mod minhash;
pub mod ngrams;
pub mod normalize;
pub mod page_lines;
pub mod pii;
pub mod punctuation;
pub mod secrets;
pub mod sentences;
pub mod space;
pub mod spans;
pub mod stop_words;
pub mod word_tally;
mod seen;
pub mod words;

pub use normalize::Normalized;

/// The characters (Unicode code points) of `text`: its bytes that do not continue one.
#[must_use]
pub fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// A text with what is computed once and used by several annotators.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// The text.
    pub text: &'a str,
    words: OnceCell<Vec<&'a str>>,
    lines: OnceCell<Vec<&'a str>>,
    normalized: OnceCell<Normalized>,
}

impl<'a> Analysis<'a> {
    /// The analysis of `text`; nothing is computed yet.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            words: OnceCell::new(),
            lines: OnceCell::new(),
            normalized: OnceCell::new(),
        }
    }

    /// Its English tokens, punctuation apart from words: see [`words`].
    #[must_use]
    pub fn words(&self) -> &[&'a str] {
        self.words.get_or_init(|| words::words(self.text))
    }

    /// Its lines without their ends: see [`lines`].
    #[must_use]
    pub fn lines(&self) -> &[&'a str] {
        self.lines.get_or_init(|| lines::lines(self.text))
    }

    /// Its normalised form and the words of that: see [`normalize`].
    #[must_use]
    pub fn normalized(&self) -> &Normalized {
        self.normalized.get_or_init(|| Normalized::new(self.text))
    }
}
