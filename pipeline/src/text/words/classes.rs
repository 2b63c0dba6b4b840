//! Character classes of the token grammar (spaCy 3.8, `lang/char_classes.py`, from which the sets are taken).
//!
//! Letters are those of the grammar's own list and not Unicode's: Armenian, Georgian, Thai and polytonic Greek are not
//! among them, while blocks of scripts without case (Han, Devanagari, Arabic) are letters as a whole, their marks and
//! digits included.

/// Bytes of characters at which nothing is ever split: letters of ASCII, Latin, Greek, Cyrillic, most of Han and Hangul.
pub(super) const PLAIN: u8 = 1;
/// ASCII digits.
pub(super) const DIGIT: u8 = 2;
/// ASCII white space, as the reference counts it: with the separators FS to US.
pub(super) const SPACE: u8 = 4;
/// First bytes of the characters beyond ASCII among which there is white space.
pub(super) const SPACE_LEAD: u8 = 8;
/// ASCII punctuation and quotes that are a token at either edge of a word.
pub(super) const EDGE: u8 = 16;
/// Bytes with which an infix can begin.
pub(super) const INFIX: u8 = 32;

/// The classes of each byte.
static BYTES: [u8; 256] = byte_classes();

/// The classes of `byte`.
pub(super) fn class(byte: u8) -> u8 {
    BYTES[usize::from(byte)]
}

const fn byte_classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    let mut index = 0;
    while index < 256 {
        let mut found = 0;
        if byte.is_ascii_alphabetic()
            || matches!(byte, 0x80..=0xBF | 0xC3..=0xC9 | 0xCE..=0xD1 | 0xE5..=0xE9 | 0xEB..=0xED)
        {
            found |= PLAIN;
        }
        if byte.is_ascii_digit() {
            found |= DIGIT;
        }
        if matches!(byte, b'\t'..=b'\r' | 0x1C..=b' ') {
            found |= SPACE;
        }
        if matches!(byte, 0xC2 | 0xE1..=0xE3) {
            found |= SPACE_LEAD;
        }
        if is_ascii_edge(byte) {
            found |= EDGE;
        }
        let ascii_infix = matches!(
            byte,
            b'+' | b'-' | b'*' | b'^' | b'.' | b',' | b':' | b'<' | b'>' | b'=' | b'/' | b'~'
        );
        let wide_infix =
            matches!(byte, 0xC2 | 0xD2 | 0xD6 | 0xD8 | 0xDB | 0xDF | 0xE0..=0xE4 | 0xEA | 0xEF | 0xF0..=0xFF);
        if ascii_infix || wide_infix {
            found |= INFIX;
        }
        classes[index] = found;
        byte = byte.wrapping_add(1);
        index += 1;
    }
    classes
}

const fn is_ascii_edge(byte: u8) -> bool {
    matches!(
        byte,
        b',' | b':'
            | b';'
            | b'!'
            | b'?'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'_'
            | b'#'
            | b'*'
            | b'&'
            | b'\''
            | b'"'
            | b'`'
    )
}

/// Whether `character` is a letter in any case or in none.
pub(super) fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
        || (!character.is_ascii() && (is_in(WITH_CASE, character) || is_in(WITHOUT_CASE, character)))
}

/// Whether `character` is a letter without case, or in lower case.
pub(super) fn is_lower(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_lowercase();
    }
    let lower_case = || character.is_lowercase() || character == 'ʔ';
    is_in(WITHOUT_CASE, character) || (is_in(WITH_CASE, character) && lower_case())
}

/// Whether `character` is a letter without case, or in upper case.
pub(super) fn is_upper(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_uppercase();
    }
    is_in(WITHOUT_CASE, character) || (is_in(WITH_CASE, character) && character.is_uppercase())
}

/// Punctuation that is a token wherever it stands at the edge of a word.
pub(super) fn is_edge_punctuation(character: char) -> bool {
    if let Ok(byte) = u8::try_from(character)
        && byte.is_ascii()
    {
        return class(byte) & EDGE != 0 && !matches!(byte, b'\'' | b'"' | b'`');
    }
    matches!(
        character,
        '…' | '¿'
            | '؟'
            | '¡'
            | '。'
            | '？'
            | '！'
            | '，'
            | '、'
            | '；'
            | '：'
            | '～'
            | '·'
            | '।'
            | '،'
            | '۔'
            | '؛'
            | '٪'
    )
}

/// Quotation marks and the brackets that the grammar counts with them.
pub(super) fn is_quote(character: char) -> bool {
    matches!(
        character,
        '\'' | '"' | '`' | ',' | '´' | '»' | '«' | '〔' | '〕' | '（' | '）'
            | '\u{2018}'..='\u{201a}'
            | '\u{201c}'..='\u{201e}'
            | '\u{2329}'..='\u{232a}'
            | '\u{27e6}'..='\u{27e7}'
            | '\u{3008}'..='\u{3011}'
    )
}

/// One-character currency signs.
pub(super) fn is_currency(character: char) -> bool {
    matches!(
        character,
        '$' | '£' | '€' | '¥' | '฿' | '﷼' | '\u{20a0}'..='\u{20bf}'
    )
}

/// Symbols that are a token of their own: emoji, dingbats, arrows, box drawing (about the category So).
pub(super) fn is_icon(character: char) -> bool {
    character >= '\u{a6}' && is_in(ICONS, character)
}

/// Whether `character` is in one of the `ranges`, which ascend and hold both of their ends.
fn is_in(ranges: &[(u32, u32)], character: char) -> bool {
    let point = u32::from(character);
    let after = ranges.partition_point(|&(first, _)| first <= point);
    after > 0 && point <= ranges[after - 1].1
}

/// Letters with case beyond ASCII.
#[rustfmt::skip]
const WITH_CASE: &[(u32, u32)] = &[
    (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x1BF), (0x1C4, 0x2AF), (0x386, 0x386), (0x388, 0x38A), (0x38C, 0x38C),
    (0x38E, 0x38F), (0x391, 0x3A9), (0x3AC, 0x3AF), (0x3B1, 0x3C9), (0x3CC, 0x3CE), (0x400, 0x401), (0x403, 0x40A),
    (0x40C, 0x40D), (0x410, 0x451), (0x453, 0x45A), (0x45C, 0x45D), (0x490, 0x491), (0x496, 0x497), (0x4A2, 0x4A3),
    (0x4AE, 0x4AF), (0x4BA, 0x4BB), (0x4D8, 0x4D9), (0x4E8, 0x4E9), (0x1D00, 0x1D25), (0x1D6B, 0x1D77),
    (0x1D79, 0x1D9A), (0x1E00, 0x1EFF), (0x2C60, 0x2C7B), (0x2C7E, 0x2C7F), (0xA722, 0xA76F), (0xA771, 0xA787),
    (0xA78B, 0xA78E), (0xA790, 0xA7B9), (0xA7FA, 0xA7FA), (0xAB30, 0xAB5A), (0xAB60, 0xAB64), (0xFF21, 0xFF3A),
    (0xFF41, 0xFF5A),
];

/// What the grammar takes for letters without case.
#[rustfmt::skip]
const WITHOUT_CASE: &[(u32, u32)] = &[
    (0x591, 0x5F4), (0x620, 0x64A), (0x66E, 0x6D5), (0x6E5, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8BD), (0x900, 0x9FF),
    (0xB80, 0xCFF), (0xD80, 0xDFF), (0x1100, 0x137F), (0x2E80, 0x2FDF), (0x2FF0, 0x30FF), (0x31C0, 0x31EF),
    (0x3200, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFB1D, 0xFBB1), (0xFBD3, 0xFD3D),
    (0xFD50, 0xFDC7), (0xFDF0, 0xFDFB), (0xFE30, 0xFE4F), (0xFE70, 0xFEFC), (0x1_EE00, 0x1_EEBB),
    (0x1_F200, 0x1_F2FF), (0x2_0000, 0x2_A6DF), (0x2_A700, 0x2_EBEF), (0x2_F800, 0x2_FA1F),
];

/// Symbols other than mathematical ones.
#[rustfmt::skip]
const ICONS: &[(u32, u32)] = &[
    (0xA6, 0xA6), (0xA9, 0xA9), (0xAE, 0xAE), (0xB0, 0xB0), (0x482, 0x482), (0x58D, 0x58E), (0x60E, 0x60F),
    (0x6DE, 0x6DE), (0x6E9, 0x6E9), (0x6FD, 0x6FE), (0x7F6, 0x7F6), (0x9FA, 0x9FA), (0xB70, 0xB70),
    (0xBF3, 0xBF8), (0xBFA, 0xBFA), (0xC7F, 0xC7F), (0xD4F, 0xD4F), (0xD79, 0xD79), (0xF01, 0xF03),
    (0xF13, 0xF13), (0xF15, 0xF17), (0xF1A, 0xF1F), (0xF34, 0xF34), (0xF36, 0xF36), (0xF38, 0xF38),
    (0xFBE, 0xFC5), (0xFC7, 0xFCC), (0xFCE, 0xFCF), (0xFD5, 0xFD8), (0x109E, 0x109F), (0x1390, 0x1399),
    (0x1940, 0x1940), (0x19DE, 0x19FF), (0x1B61, 0x1B6A), (0x1B74, 0x1B7C), (0x2100, 0x2101),
    (0x2103, 0x2106), (0x2108, 0x2109), (0x2114, 0x2114), (0x2116, 0x2117), (0x211E, 0x2123),
    (0x2125, 0x2125), (0x2127, 0x2127), (0x2129, 0x2129), (0x212E, 0x212E), (0x213A, 0x213B),
    (0x214A, 0x214A), (0x214C, 0x214D), (0x214F, 0x214F), (0x218A, 0x218B), (0x2195, 0x2199),
    (0x219C, 0x219F), (0x21A1, 0x21A2), (0x21A4, 0x21A5), (0x21A7, 0x21AD), (0x21AF, 0x21CD),
    (0x21D0, 0x21D1), (0x21D3, 0x21D3), (0x21D5, 0x21F3), (0x2300, 0x2307), (0x230C, 0x231F),
    (0x2322, 0x2328), (0x232B, 0x237B), (0x237D, 0x239A), (0x23B4, 0x23DB), (0x23E2, 0x2426),
    (0x2440, 0x244A), (0x249C, 0x24E9), (0x2500, 0x25B6), (0x25B8, 0x25C0), (0x25C2, 0x25F7),
    (0x2600, 0x266E), (0x2670, 0x2767), (0x2794, 0x27BF), (0x2800, 0x28FF), (0x2B00, 0x2B2F),
    (0x2B45, 0x2B46), (0x2B4D, 0x2B73), (0x2B76, 0x2B95), (0x2B98, 0x2BC8), (0x2BCA, 0x2BFE),
    (0x2CE5, 0x2CEA), (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x2FF0, 0x2FFB),
    (0x3004, 0x3004), (0x3012, 0x3013), (0x3020, 0x3020), (0x3036, 0x3037), (0x303E, 0x303F),
    (0x3190, 0x3191), (0x3196, 0x319F), (0x31C0, 0x31E3), (0x3200, 0x321E), (0x322A, 0x3247),
    (0x3250, 0x3250), (0x3260, 0x327F), (0x328A, 0x32B0), (0x32C0, 0x32FE), (0x3300, 0x33FF),
    (0x4DC0, 0x4DFF), (0xA490, 0xA4C6), (0xA828, 0xA82B), (0xA836, 0xA837), (0xA839, 0xA839),
    (0xAA77, 0xAA79), (0xFDFD, 0xFDFD), (0xFFE4, 0xFFE4), (0xFFE8, 0xFFE8), (0xFFED, 0xFFEE),
    (0xFFFC, 0xFFFD), (0x1_0137, 0x1_013F), (0x1_0179, 0x1_0189), (0x1_018C, 0x1_018E), (0x1_0190, 0x1_019B),
    (0x1_01A0, 0x1_01A0), (0x1_01D0, 0x1_01FC), (0x1_0877, 0x1_0878), (0x1_0AC8, 0x1_0AC8),
    (0x1_173F, 0x1_173F), (0x1_6B3C, 0x1_6B3F), (0x1_6B45, 0x1_6B45), (0x1_BC9C, 0x1_BC9C),
    (0x1_D000, 0x1_D0F5), (0x1_D100, 0x1_D126), (0x1_D129, 0x1_D164), (0x1_D16A, 0x1_D16C),
    (0x1_D183, 0x1_D184), (0x1_D18C, 0x1_D1A9), (0x1_D1AE, 0x1_D1E8), (0x1_D200, 0x1_D241),
    (0x1_D245, 0x1_D245), (0x1_D300, 0x1_D356), (0x1_D800, 0x1_D9FF), (0x1_DA37, 0x1_DA3A),
    (0x1_DA6D, 0x1_DA74), (0x1_DA76, 0x1_DA83), (0x1_DA85, 0x1_DA86), (0x1_ECAC, 0x1_ECAC),
    (0x1_F000, 0x1_F02B), (0x1_F030, 0x1_F093), (0x1_F0A0, 0x1_F0AE), (0x1_F0B1, 0x1_F0BF),
    (0x1_F0C1, 0x1_F0CF), (0x1_F0D1, 0x1_F0F5), (0x1_F110, 0x1_F16B), (0x1_F170, 0x1_F1AC),
    (0x1_F1E6, 0x1_F202), (0x1_F210, 0x1_F23B), (0x1_F240, 0x1_F248), (0x1_F250, 0x1_F251),
    (0x1_F260, 0x1_F265), (0x1_F300, 0x1_F3FA), (0x1_F400, 0x1_F6D4), (0x1_F6E0, 0x1_F6EC),
    (0x1_F6F0, 0x1_F6F9), (0x1_F700, 0x1_F773), (0x1_F780, 0x1_F7D8), (0x1_F800, 0x1_F80B),
    (0x1_F810, 0x1_F847), (0x1_F850, 0x1_F859), (0x1_F860, 0x1_F887), (0x1_F890, 0x1_F8AD),
    (0x1_F900, 0x1_F90B), (0x1_F910, 0x1_F93E), (0x1_F940, 0x1_F970), (0x1_F973, 0x1_F976),
    (0x1_F97A, 0x1_F97A), (0x1_F97C, 0x1_F9A2), (0x1_F9B0, 0x1_F9B9), (0x1_F9C0, 0x1_F9C2),
    (0x1_F9D0, 0x1_F9FF), (0x1_FA60, 0x1_FA6D),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_ascend() {
        for ranges in [WITH_CASE, WITHOUT_CASE, ICONS] {
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    /// What the look at bytes rests on: no plain byte begins a character that the grammar does something with, and
    /// every infix begins with a byte that is marked.
    #[test]
    fn bytes_tell_what_characters_cannot_be() {
        for character in (0x80..0x11_0000).filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            let lead = class(character.encode_utf8(&mut buffer).as_bytes()[0]);
            let acts = is_edge_punctuation(character)
                || is_quote(character)
                || is_currency(character)
                || is_icon(character)
                || matches!(character, '§' | '—' | '–' | '²' | '³');
            assert!(lead & PLAIN == 0 || !acts, "{character:?}");
            let infix = is_icon(character) || matches!(character, '…' | '—' | '–');
            assert!(!infix || lead & INFIX != 0, "{character:?}");
            assert!(
                !character.is_whitespace() || lead & SPACE_LEAD != 0,
                "{character:?}"
            );
        }
    }

    #[test]
    fn letters_are_those_of_the_grammar() {
        for (character, letter, lower, upper) in [
            ('a', true, true, false),
            ('Z', true, false, true),
            ('é', true, true, false),
            ('Ж', true, false, true),
            ('中', true, true, true),
            ('。', true, true, true),
            ('ǅ', true, false, false),
            ('ა', false, false, false),
            ('ท', false, false, false),
            ('7', false, false, false),
            ('×', false, false, false),
        ] {
            assert_eq!(
                (is_letter(character), is_lower(character), is_upper(character)),
                (letter, lower, upper),
                "{character}"
            );
        }
    }
}
