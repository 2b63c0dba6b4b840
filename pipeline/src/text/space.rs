//! White space as the published filters count it: Unicode's, and the separators FS, GS, RS and US with it, which
//! Python's `str.isspace` has and Unicode's property has not.

/// Whether `character` is white space.
#[must_use]
pub fn is_space(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, '\t'..='\r' | '\u{1c}'..=' ');
    }
    character.is_whitespace()
}

/// Whether `byte` is white space in ASCII.
#[must_use]
pub fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0x1C..=b' ')
}

/// The length in bytes of the white space character that starts at `at` in `text`; 0 where none does, or where `at`
/// is inside of a character.
#[must_use]
pub fn space_at(text: &str, at: usize) -> usize {
    let Some(&byte) = text.as_bytes().get(at) else {
        return 0;
    };
    if byte.is_ascii() {
        return usize::from(is_ascii_space(byte));
    }
    // Only these bytes begin a white space character beyond ASCII.
    if !matches!(byte, 0xC2 | 0xE1..=0xE3) {
        return 0;
    }
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    character
        .filter(|character| character.is_whitespace())
        .map_or(0, char::len_utf8)
}

/// `text` without white space at its ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// What stands between white space in `text`.
pub fn chunks(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|chunk| !chunk.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_white_space() {
        assert_eq!(trim("\u{1f}\u{a0} a b\u{3000}\n"), "a b");
        assert_eq!(chunks(" a\u{1c}b\u{2003}c ").collect::<Vec<_>>(), ["a", "b", "c"]);
        for character in '\0'..='\u{3100}' {
            let text = character.to_string();
            let expected = if is_space(character) { text.len() } else { 0 };
            assert_eq!(space_at(&text, 0), expected, "{character:?}");
        }
        assert_eq!((space_at("\u{3000}", 1), space_at("", 0)), (0, 0));
    }
}
