//! Character classes of the token grammar (spaCy 3.8, `lang/char_classes.py`, from which the sets are taken).

/// Letters without case, or in lower case.
pub(super) fn is_lower(character: char) -> bool {
    character.is_alphabetic() && !character.is_uppercase()
}

/// Letters without case, or in upper case.
pub(super) fn is_upper(character: char) -> bool {
    character.is_alphabetic() && !character.is_lowercase()
}

/// Punctuation that is a token wherever it stands at the edge of a word.
pub(super) fn is_edge_punctuation(character: char) -> bool {
    matches!(
        character,
        '…' | ','
            | ':'
            | ';'
            | '!'
            | '?'
            | '¿'
            | '؟'
            | '¡'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '_'
            | '#'
            | '*'
            | '&'
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
        '\'' | '"'
            | '”'
            | '“'
            | '`'
            | '‘'
            | '´'
            | '’'
            | '‚'
            | ','
            | '„'
            | '»'
            | '«'
            | '「'
            | '」'
            | '『'
            | '』'
            | '（'
            | '）'
            | '〔'
            | '〕'
            | '【'
            | '】'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '\u{2329}'
            | '\u{232a}'
            | '⟦'
            | '⟧'
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
    let point = u32::from(character);
    if point < 0xA6 {
        return false;
    }
    let after = ICONS.partition_point(|&(first, _)| first <= point);
    after > 0 && point <= ICONS[after - 1].1
}

/// The blocks of the category So that text holds, without the mathematical symbols among them.
#[rustfmt::skip]
const ICONS: &[(u32, u32)] = &[
    (0xA6, 0xA6), (0xA9, 0xA9), (0xAE, 0xAE), (0xB0, 0xB0), (0x482, 0x482), (0x60E, 0x60F), (0x6DE, 0x6DE),
    (0x6E9, 0x6E9), (0xF01, 0xF03), (0xFBE, 0xFC5), (0x2100, 0x2101), (0x2103, 0x2106), (0x2108, 0x2109),
    (0x2114, 0x2114), (0x2116, 0x2117), (0x211E, 0x2123), (0x2125, 0x2125), (0x2127, 0x2127), (0x2129, 0x2129),
    (0x212E, 0x212E), (0x213A, 0x213B), (0x2195, 0x2199), (0x219C, 0x219F), (0x21A1, 0x21A2), (0x21A4, 0x21A5),
    (0x21A7, 0x21AD), (0x21AF, 0x21CD), (0x21D0, 0x21D1), (0x21D3, 0x21D3), (0x21D5, 0x21F3), (0x2300, 0x2307),
    (0x230C, 0x231F), (0x2322, 0x2328), (0x232B, 0x237B), (0x237D, 0x239A), (0x23B4, 0x23DB), (0x23E2, 0x2426),
    (0x2440, 0x244A), (0x249C, 0x24E9), (0x2500, 0x25B6), (0x25B8, 0x25C0), (0x25C2, 0x25F7), (0x2600, 0x266E),
    (0x2670, 0x2767), (0x2794, 0x27BF), (0x2800, 0x28FF), (0x2B00, 0x2B2F), (0x2B45, 0x2B46), (0x2B4D, 0x2BFE),
    (0x2E80, 0x2FFB), (0x3004, 0x3004), (0x3012, 0x3013), (0x3020, 0x3020), (0x3036, 0x3037), (0x303E, 0x303F),
    (0x3190, 0x3191), (0x3196, 0x319F), (0x31C0, 0x31E3), (0x3200, 0x321E), (0x322A, 0x3247), (0x3250, 0x3250),
    (0x3260, 0x327F), (0x328A, 0x32B0), (0x32C0, 0x33FF), (0x4DC0, 0x4DFF), (0xA490, 0xA4C6), (0xFDFD, 0xFDFD),
    (0xFFE4, 0xFFE4), (0xFFE8, 0xFFE8), (0xFFED, 0xFFEE), (0xFFFC, 0xFFFD), (0x1_D000, 0x1_D1E8),
    (0x1_D300, 0x1_D356), (0x1_F000, 0x1_F0F5), (0x1_F110, 0x1_F3FA), (0x1_F400, 0x1_FA6D),
];
