//! Letters as the general categories L* have them, which is what Python's `str.isalpha` asks for: not the vowel signs,
//! Roman numerals and circled letters that Unicode's property Alphabetic holds beside them.

use unicode_normalization::char::is_combining_mark;

/// Whether `character` is a letter.
#[must_use]
pub fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    is_of_plain_range(character)
        || (character.is_alphabetic() && !is_combining_mark(character) && !is_letter_like(character))
}

/// Whether `character` has the property Alphabetic, as `char::is_alphabetic` tells more slowly.
#[must_use]
pub fn is_alphabetic(character: char) -> bool {
    is_of_plain_range(character) || character.is_alphabetic()
}

/// Ranges of letters without a gap: most letters of most texts, found without a search in tables.
fn is_of_plain_range(character: char) -> bool {
    matches!(
        u32::from(character),
        0x41..=0x5A
            | 0x61..=0x7A
            | 0xC0..=0xD6
            | 0xD8..=0xF6
            | 0xF8..=0x2C1
            | 0x400..=0x481
            | 0x5D0..=0x5EA
            | 0x620..=0x64A
            | 0x3041..=0x3096
            | 0x30A1..=0x30FA
            | 0x4E00..=0x9FFC
            | 0xAC00..=0xD7A3
    )
}

/// Whether `character` is a letter or a number of any kind, as `str.isalnum` asks.
#[must_use]
pub fn is_letter_or_number(character: char) -> bool {
    is_letter(character) || character.is_numeric()
}

/// Numerals (Nl) and symbols (So) that are alphabetic.
fn is_letter_like(character: char) -> bool {
    matches!(
        u32::from(character),
        0x16EE..=0x16F0
            | 0x2160..=0x2182
            | 0x2185..=0x2188
            | 0x24B6..=0x24E9
            | 0x3007
            | 0x3021..=0x3029
            | 0x3038..=0x303A
            | 0xA6E6..=0xA6EF
            | 0x1_0140..=0x1_0174
            | 0x1_0341
            | 0x1_034A
            | 0x1_03D1..=0x1_03D5
            | 0x1_2400..=0x1_246E
            | 0x1_F130..=0x1_F149
            | 0x1_F150..=0x1_F169
            | 0x1_F170..=0x1_F189
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ranges_hold_letters_alone() {
        for character in (0..0x1_0000)
            .filter_map(char::from_u32)
            .filter(|one| is_of_plain_range(*one))
        {
            let is_letter = character.is_alphabetic() && !is_combining_mark(character);
            assert!(is_letter && !is_letter_like(character), "{character:?}");
        }
    }

    #[test]
    fn letters_are_told_from_what_looks_like_them() {
        for letter in ['a', 'É', '中', 'ª', 'ʰ', 'ৎ', 'Ↄ'] {
            assert!(is_letter(letter) && is_letter_or_number(letter), "{letter}");
        }
        for other in ['Ⅳ', 'Ⓐ', '〇', 'ि', '\u{301}', '7', '²', '🅰', '-'] {
            assert!(!is_letter(other), "{other}");
        }
        assert!(is_letter_or_number('Ⅳ') && is_letter_or_number('²') && !is_letter_or_number('ि'));
    }
}
