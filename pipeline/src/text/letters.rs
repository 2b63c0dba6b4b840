//! Letters as the general categories L* have them, which is what Python's `str.isalpha` asks for: not the vowel signs,
//! Roman numerals and circled letters that Unicode's property Alphabetic holds beside them.

use unicode_normalization::char::is_combining_mark;

/// Whether `character` is a letter.
#[must_use]
pub fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    character.is_alphabetic() && !is_combining_mark(character) && !is_letter_like(character)
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
