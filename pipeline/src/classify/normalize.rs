//! What a text is turned into before a classifier sees it: one function for training, testing and annotating.

use std::borrow::Cow;

use crate::recipe::written::TextForm;
use crate::text::marks::is_nonspacing;

/// `text` in that form. Classifiers take line breaks for spaces, so [`TextForm::Lines`] leaves it as it is.
///
/// ```
/// use gristmill::classify::normalize::normalized;
/// use gristmill::recipe::written::TextForm;
///
/// assert_eq!(normalized("Don't\nshout, HANS!", TextForm::Words), "don ' t shout , hans !");
/// assert_eq!(normalized("Don't\nshout!", TextForm::Lines), "Don't\nshout!");
/// ```
#[must_use]
pub fn normalized(text: &str, form: TextForm) -> Cow<'_, str> {
    match form {
        TextForm::Lines => Cow::Borrowed(text),
        TextForm::Words => Cow::Owned(words(text)),
    }
}

/// Letters and digits of a run are a word, marks on them part of it; any other character is a word of its own. Words
/// are one space apart.
fn words(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 8);
    let mut in_word = false;
    for character in text.chars() {
        if character.is_whitespace() || character == '\0' {
            in_word = false;
            continue;
        }
        let goes_on = character.is_alphanumeric() || (in_word && is_nonspacing(character));
        let is_next = !(goes_on && in_word);
        if is_next && !spaced.is_empty() {
            spaced.push(' ');
        }
        if character.is_ascii() {
            spaced.push(character.to_ascii_lowercase());
        } else {
            spaced.extend(character.to_lowercase());
        }
        in_word = goes_on;
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stand_apart() {
        for (text, expected) in [
            ("", ""),
            ("  \n ", ""),
            ("A  b\tC", "a b c"),
            ("end.", "end ."),
            ("x=3.14", "x = 3 . 14"),
            ("ÄRGER—é\u{301}t", "ärger — é\u{301}t"),
            ("__label__a", "_ _ label _ _ a"),
            ("</s>", "< / s >"),
            ("漢字。", "漢字 。"),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn words_of_words_are_the_same(text in "\\PC{0,60}") {
            let once = words(&text);
            prop_assert_eq!(words(&once), once);
        }
    }
}
