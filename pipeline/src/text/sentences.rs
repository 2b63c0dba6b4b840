//! How many sentences a text has, as the published filters count them: by the rule-based splitter of spaCy 3.8 over
//! the tokens of [`super::words`].
//!
//! A sentence ends after a token that is a full stop or the like and nothing else, once a token follows that is no
//! punctuation; white space beyond a single space is such a token. So `e.g. this` is one sentence, `Wait...what?` too,
//! and a closing quote belongs to the sentence before it.

use memchr::memchr3;

use super::punctuation::{is_sentence_end, is_unicode_punctuation};
use super::space::{is_space, space_at};
use super::words::Splitter;

/// Counts sentences, line after line, with buffers that are used again.
#[derive(Default)]
pub struct SentenceCounter<'a> {
    splitter: Splitter<'a>,
    tokens: Vec<&'a str>,
}

impl<'a> SentenceCounter<'a> {
    /// The sentences of `text`: at least one, even where there is nothing in it.
    pub fn count(&mut self, text: &'a str) -> usize {
        let is_ascii = text.is_ascii();
        let mut sentences = 1;
        // Whether the sentence has come to its end, and only closing punctuation may still belong to it.
        let mut is_over = false;
        // Where the last chunk that was looked into ends.
        let mut done = 0;
        while let Some(mark) = next_mark(text, done, is_ascii) {
            let start = chunk_start(text, done, mark);
            if is_over && begins_sentence(&text[done..start]) {
                sentences += 1;
                is_over = false;
            }
            let end = chunk_end(text, mark);
            let chunk = &text[start..end];
            if is_word_and_mark(chunk) {
                sentences += usize::from(is_over);
                is_over = true;
            } else {
                self.tokens.clear();
                self.splitter.split(chunk, &mut self.tokens);
                for token in &self.tokens {
                    if is_mark(token) {
                        is_over = true;
                    } else if is_over && !token.chars().all(is_unicode_punctuation) {
                        sentences += 1;
                        is_over = false;
                    }
                }
            }
            done = end;
        }
        sentences + usize::from(is_over && begins_sentence(&text[done..]))
    }
}

/// Whether `token` ends a sentence.
fn is_mark(token: &str) -> bool {
    let mut characters = token.chars();
    characters.next().is_some_and(is_sentence_end) && characters.next().is_none()
}

/// Where the next character that may end a sentence is in `text`, from `from` on.
fn next_mark(text: &str, from: usize, is_ascii: bool) -> Option<usize> {
    let rest = &text[from..];
    if is_ascii {
        return memchr3(b'.', b'!', b'?', rest.as_bytes()).map(|at| from + at);
    }
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // The bytes that begin a mark beyond ASCII.
        let found = match byte {
            b'.' | b'!' | b'?' => true,
            0xD6 | 0xD8 | 0xDB | 0xDC | 0xDF..=0xE3 | 0xEA | 0xEF | 0xF0 => {
                rest[at..].chars().next().is_some_and(is_sentence_end)
            }
            _ => false,
        };
        if found {
            return Some(from + at);
        }
        at += 1;
    }
    None
}

/// Where the chunk around `mark` starts, not before `from`.
fn chunk_start(text: &str, from: usize, mark: usize) -> usize {
    let before = text[from..mark].char_indices().rev();
    let space = before.into_iter().find(|(_, character)| is_space(*character));
    space.map_or(from, |(at, character)| from + at + character.len_utf8())
}

/// Where the chunk around `mark` ends.
fn chunk_end(text: &str, mark: usize) -> usize {
    (mark..text.len())
        .find(|at| space_at(text, *at) > 0)
        .unwrap_or(text.len())
}

/// `word.`: what most sentences end in. An abbreviation such as `co.` is none of them.
fn is_word_and_mark(chunk: &str) -> bool {
    match chunk.as_bytes() {
        [letters @ .., last, b'.' | b'!' | b'?'] => {
            letters.len() > 3 && last.is_ascii_lowercase() && letters.iter().all(u8::is_ascii_lowercase)
        }
        _ => false,
    }
}

/// Whether `region`, whole chunks with the white space around them after the end of a sentence, has a token in it
/// that is no punctuation.
fn begins_sentence(region: &str) -> bool {
    // How many characters of white space were just before, and whether the first is a plain space, which is no token.
    let mut spaces = 0;
    for character in region.chars() {
        if is_space(character) {
            spaces += 1;
            if spaces > 1 || character != ' ' {
                return true;
            }
        } else if !is_unicode_punctuation(character) {
            return true;
        } else {
            spaces = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_those_of_the_reference() {
        // Counted by datatrove 0.10.1's `split_into_sentences`.
        let cases = [
            ("", 1),
            ("no end", 1),
            ("One. Two.", 2),
            ("One.Two.", 2),
            ("Mr. Smith went. He did!", 2),
            ("e.g. this. And that?! Yes.", 3),
            ("He said \"no.\" Then left.", 2),
            ("He said no. \" Then left.", 2),
            ("Wait... what. ok", 2),
            ("left.  . Then", 3),
            ("tail.  ", 2),
            ("tail. ", 1),
            ("tail.\t", 2),
            ("版本。下一个。", 1),
            ("完了。 次です。", 2),
            ("see example.org. It is.", 2),
            ("vs. the co. and so. on", 2),
            ("3.5 is a number. 4.", 2),
            ("a.\u{a0}b", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(SentenceCounter::default().count(text), expected, "{text:?}");
        }
    }
}
