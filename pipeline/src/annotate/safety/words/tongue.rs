//! Whether a list for a language counts in a document.
//!
//! An annotator sees no other's column, and identifying a language costs more than searching for every list, so it is
//! guessed here, as the column `language` is by default, and only where an entry of such a list was found.
//!
//! A list counts where its language is what the source says of the document, or what it was guessed to be. A guess
//! says nothing of passages in another script: Chinese in an English page is judged by the lists for Chinese, Latin
//! letters in a Chinese page by those for English alone. Languages that cannot be guessed (Kabyle, Hindi in Latin
//! letters) count where the guess is unsure, and so does every list where there is nothing to guess from.

use std::cell::OnceCell;

use whatlang::{Lang, Script, detect_script};

use crate::annotate::Subject;
use crate::annotate::language::whatlang::{Identified, identify};
use crate::text::languages::{iso639_3, spellings};

/// Confidence above which whatlang calls its answer reliable.
const SURE: f64 = 0.9;

/// What is known of the language of a document.
pub(super) struct Tongue<'a> {
    text: &'a str,
    hint: Option<&'a str>,
    guess: OnceCell<Option<Identified>>,
}

impl<'a> Tongue<'a> {
    /// Of `document`; nothing is guessed yet.
    pub(super) fn of(document: &Subject<'a>) -> Self {
        Self {
            text: document.text.text,
            hint: document.language_hint,
            guess: OnceCell::new(),
        }
    }

    /// Whether a list for `language` counts, of which `found` was found.
    pub(super) fn speaks(&self, language: &str, found: &str) -> bool {
        let same = |code: &str| spellings(language).contains(&code);
        if self.hint.and_then(iso639_3).is_some_and(|hint| same(&hint)) {
            return true;
        }
        let guess = self.guess.get_or_init(|| identify(self.text));
        let Some(guess) = guess else {
            return true;
        };
        if same(guess.language.code()) {
            return true;
        }
        match detect_script(found) {
            Some(Script::Latin) if guess.script != Script::Latin => language == "eng",
            Some(script) if script != guess.script && !are_mixed(script, guess.script) => true,
            script => {
                guess.confidence <= SURE && script.is_some_and(|script| !can_be_guessed(language, script))
            }
        }
    }
}

/// Whether one language is written in both scripts at once.
fn are_mixed(one: Script, other: Script) -> bool {
    let is_japanese = |script| matches!(script, Script::Mandarin | Script::Hiragana | Script::Katakana);
    is_japanese(one) && is_japanese(other)
}

/// Whether the identifier knows texts of `language` in `script`.
fn can_be_guessed(language: &str, script: Script) -> bool {
    let known = spellings(language).into_iter().filter_map(Lang::from_code);
    known.into_iter().any(|known| script.langs().contains(&known))
}
