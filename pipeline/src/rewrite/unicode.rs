//! Makes text regular: one kind of newline, no invisible controls, one spelling of each character.
//!
//! | found | becomes |
//! |---|---|
//! | CRLF, CR, VT, FF, FS, GS, RS, NEL, U+2028, U+2029 | LF |
//! | other C0 and C1 control characters but tab, DEL, U+FEFF | nothing |
//! | characters that are not in the asked normalization form (UAX #15) | their form |
//! | white space at the end of a line | nothing |
//! | more than two blank lines in a row | two |
//!
//! White space at the start of a line is never touched: in code it has meaning. U+FFFD stays: it marks that
//! something was lost in decoding, which a filter can count; without it, two halves of different words would be
//! joined and nobody could tell.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

use crate::recipe::written::Unicode;
use crate::stage::Rewriter;

/// Blank lines in a row that may stay.
const MOST_BLANK_LINES: usize = 2;

/// Repairs and normalises.
#[derive(Clone, Copy, Debug)]
pub struct RepairUnicode {
    /// The normalization form; under `none` only newlines, controls and white space are repaired.
    pub form: Unicode,
}

impl Rewriter for RepairUnicode {
    fn rewrite(&self, text: String) -> String {
        // Controls go first: one between a letter and its accent would keep them apart.
        let text = without_controls(text);
        let text = normalized(text, self.form);
        tidy(text)
    }
}

/// The class of a byte in the search for what must be replaced.
fn may_be_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\n' && byte != b'\t') || matches!(byte, 0x7F | 0xC2 | 0xE2 | 0xEF)
}

/// What `character` is replaced by, if it is.
fn replacement(character: char) -> Option<&'static str> {
    match character {
        '\n' | '\t' => None,
        '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some("\n"),
        '\u{feff}' => Some(""),
        _ if character.is_control() => Some(""),
        _ => None,
    }
}

fn without_controls(text: String) -> String {
    let bytes = text.as_bytes();
    let mut repaired = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|byte| may_be_control(*byte)) {
        at += step;
        let Some(character) = text[at..].chars().next() else {
            break;
        };
        let end = at + character.len_utf8();
        if let Some(substitute) = replacement(character) {
            repaired.push_str(&text[copied..at]);
            let is_half_of_newline = character == '\r' && bytes.get(end) == Some(&b'\n');
            if !is_half_of_newline {
                repaired.push_str(substitute);
            }
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return text;
    }
    repaired.push_str(&text[copied..]);
    repaired
}

fn normalized(text: String, form: Unicode) -> String {
    if form == Unicode::None || text.is_ascii() {
        return text;
    }
    let quick = match form {
        Unicode::Nfkc => is_nfkc_quick(text.chars()),
        _ => is_nfc_quick(text.chars()),
    };
    if quick == IsNormalized::Yes {
        return text;
    }
    let composed: String = match form {
        Unicode::Nfkc => text.nfkc().collect(),
        _ => text.nfc().collect(),
    };
    // `Maybe` often means that it was normalised already.
    if composed == text { text } else { composed }
}

/// Takes out white space at line ends and blank lines beyond [`MOST_BLANK_LINES`].
fn tidy(text: String) -> String {
    let mut tidied = String::new();
    let mut copied = 0;
    let mut blank_lines = 0;
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |step| start + step);
        let line = text[start..end].trim_end();
        blank_lines = if line.is_empty() { blank_lines + 1 } else { 0 };
        let after = (end + 1).min(text.len());
        if blank_lines > MOST_BLANK_LINES && end < text.len() {
            tidied.push_str(&text[copied..start]);
            copied = after;
        } else if start + line.len() < end {
            tidied.push_str(&text[copied..start + line.len()]);
            copied = end;
        }
        start = after;
    }
    if copied == 0 {
        return text;
    }
    tidied.push_str(&text[copied..]);
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rewritten(text: &str, form: Unicode) -> String {
        RepairUnicode { form }.rewrite(text.to_owned())
    }

    #[test]
    fn text_becomes_regular() {
        let cases = [
            ("", ""),
            ("a\r\nb\rc\u{85}d\u{2028}e", "a\nb\nc\nd\ne"),
            ("\u{feff}a\0b\u{7f}c\u{9b}d\te", "abcd\te"),
            ("e\u{301}", "é"),
            ("e\0\u{301}", "é"),
            ("a  \n\t\n    indented \u{a0}\nend ", "a\n\n    indented\nend"),
            ("a\n\n\n\n\n\nb", "a\n\n\nb"),
            ("a\n\n\nb\n", "a\n\n\nb\n"),
            ("   \n", "\n"),
            ("lost \u{fffd} here", "lost \u{fffd} here"),
            ("ﬁne", "ﬁne"),
        ];
        for (text, expected) in cases {
            assert_eq!(rewritten(text, Unicode::Nfc), expected, "{text:?}");
        }
        assert_eq!(rewritten("ﬁne Ａ\u{a0}\n", Unicode::Nfkc), "fine A\n");
        assert_eq!(rewritten("e\u{301}\r\n", Unicode::None), "e\u{301}\n");
    }

    #[test]
    fn regular_text_is_not_copied() {
        for text in ["plain\n\ttext", "Grüße, 漢字 – „ja“\n", "", "a\n\n\nb\n"] {
            let text = text.to_owned();
            let before = (text.as_ptr(), text.clone());
            let after = RepairUnicode { form: Unicode::Nfc }.rewrite(text);
            assert_eq!((after.as_ptr(), after), before);
        }
    }

    proptest! {
        #[test]
        fn what_is_left_is_regular(text in "([ a\n\r\t\u{0}\u{85}\u{2028}\u{301}\u{a0}é]|\\PC){0,40}") {
            for form in [Unicode::Nfc, Unicode::Nfkc] {
                let once = rewritten(&text, form);
                prop_assert!(!once.chars().any(|character| replacement(character).is_some()));
                prop_assert!(!once.contains(" \n") && !once.contains("\n\n\n\n"));
                prop_assert_eq!(rewritten(&once, form), once);
            }
        }

        #[test]
        fn indentation_stays(indents in prop::collection::vec("[ \t]{0,6}", 1..10)) {
            let code: String = indents.iter().flat_map(|indent| [indent.as_str(), "x\r\n"]).collect();
            let expected: String = indents.iter().flat_map(|indent| [indent.as_str(), "x\n"]).collect();
            prop_assert_eq!(rewritten(&code, Unicode::Nfc), expected);
        }
    }
}
