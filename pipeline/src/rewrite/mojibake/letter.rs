//! The characters of Windows-1252 as the bytes of UTF-8 that they may have been.

/// The 32 characters that Windows-1252 has in place of the controls 0x80 to 0x9F (the WHATWG's index); U+FFFD where
/// it has none.
const IN_PLACE_OF_CONTROLS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// The first byte of a sequence of UTF-8, if `character` can have been one.
pub(super) fn lead(character: char) -> Option<u8> {
    match character {
        '\u{c2}'..='\u{f4}' => u8::try_from(u32::from(character)).ok(),
        _ => None,
    }
}

/// A further byte of a sequence of UTF-8, if `character` can have been one.
pub(super) fn continuation(character: char) -> Option<u8> {
    if let '\u{80}'..='\u{bf}' = character {
        return u8::try_from(u32::from(character)).ok();
    }
    if character == '\u{fffd}' || character.is_ascii() {
        return None;
    }
    let at = IN_PLACE_OF_CONTROLS
        .iter()
        .position(|known| *known == character)?;
    u8::try_from(0x80 + at).ok()
}

/// The mark that Windows-1252 has in place of a control character. Letters are not among them, since they say little
/// of the encoding; nor is `›`, in whose place terminals begin their commands.
pub(super) fn in_place_of(control: char) -> Option<char> {
    let at = u32::from(control).checked_sub(0x80)?;
    let character = IN_PLACE_OF_CONTROLS.get(usize::try_from(at).ok()?)?;
    matches!(
        character,
        '€' | '‚' | '„' | '…' | '‘' | '’' | '“' | '”' | '•' | '–' | '—' | '™'
    )
    .then_some(*character)
}

/// Whether a character never stands right behind a letter in sound text: a control, a lone accent, a currency or
/// paragraph sign before its number, a fraction. Not among them are closing marks, footnote signs and what stands
/// between numbers.
pub(super) fn is_odd(character: char) -> bool {
    matches!(
        character,
        '\u{80}'
            ..='\u{9f}'
                | '¢'
                | '£'
                | '¤'
                | '¥'
                | '¦'
                | '§'
                | '¨'
                | '©'
                | '¬'
                | '¯'
                | 'µ'
                | '¶'
                | '¸'
                | '¼'
                | '½'
                | '¾'
                | '€'
                | 'ƒ'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | 'Œ'
                | 'Ž'
                | '˜'
                | 'š'
                | 'œ'
                | 'ž'
                | 'Ÿ'
    )
}

/// Whether a character may stand between two letters: an apostrophe, a dash, white space.
pub(super) fn may_join_letters(character: char) -> bool {
    matches!(character, '’' | '–' | '—' | '…' | '•' | '\u{a0}' | '·')
}

/// Whether sound text puts a character right behind a word: what closes a quotation, and what may follow that.
pub(super) fn may_close(character: char) -> bool {
    matches!(
        character,
        '’' | '‘'
            | '“'
            | '”'
            | '»'
            | '«'
            | '›'
            | '‹'
            | '…'
            | '–'
            | '—'
            | '\u{a0}'
            | '™'
            | '®'
            | '•'
    )
}
