//! Sequences of characters that may be one character's bytes, and how certain that is.
//!
//! A sequence counts only if what it makes is a character that texts hold (letters of the large alphabets, common
//! marks and signs): `É` and a no-break space, as in `CAFÉ !`, would make a sign of phonetics. Then it is
//!
//! - *certain* where sound text cannot have it: its characters do not stand beside each other (`â€™`), it has an
//!   upper-case letter inside of a lower-case word (`cafÃ³n`), or it touches another sequence (`Ð¿Ñ€`);
//! - *likely* otherwise (`Ã”` may close a quotation in Portuguese capitals, `é` and `»` may stand before a dash).

use super::letter::{continuation, in_place_of, is_odd, lead, may_close, may_join_letters};

/// `à` with its second half, a no-break space, taken for a space.
const LONE_LETTER: &str = "Ã ";

/// How certain a repair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Sound text has no such sequence.
    Certain,
    /// Right in a document that is damaged throughout.
    Likely,
    /// A control character, which stands for itself in no text; says nothing of the rest of the document.
    Control,
}

/// Characters that may have been one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, in bytes.
    pub(super) end: usize,
    /// What it was.
    pub(super) character: char,
    /// How certain that is.
    pub(super) certainty: Certainty,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The sequences, in order.
    pub(super) sequences: Vec<Sequence>,
    /// Letters that could begin a sequence, and do not.
    pub(super) sound: usize,
}

impl Found {
    /// How many sequences are of a certainty.
    pub(super) fn count(&self, certainty: Certainty) -> usize {
        self.sequences
            .iter()
            .filter(|sequence| sequence.certainty == certainty)
            .count()
    }
}

/// The sequences in `text`.
pub(super) fn find(text: &str) -> Found {
    let mut found = Found::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = memchr::memchr2(0xC2, 0xC3, &bytes[at..]) {
        at += step;
        // Both bytes begin a character of two bytes.
        let after = at + 2;
        if bytes[at] == 0xC2 {
            found.sequences.extend(control_at(text, at));
            at = after;
            continue;
        }
        // Most letters of sound text are followed by an ASCII letter, and asked nothing more.
        let may_be = bytes.get(after).is_some_and(|byte| !byte.is_ascii());
        if let Some(sequence) = may_be
            .then(|| sequence_at(text, at, &mut found.sequences))
            .flatten()
        {
            at = sequence.end;
            found.sequences.push(sequence);
        } else {
            let is_lone = text[at..].starts_with(LONE_LETTER);
            found.sound += usize::from(!is_lone);
            at = after;
        }
    }
    found
}

/// The control character at `start`, if it is a mark of Windows-1252 that was read as Latin-1.
fn control_at(text: &str, start: usize) -> Option<Sequence> {
    let control = text[start..].chars().next()?;
    let character = in_place_of(control)?;
    // Behind another character beyond ASCII it may be what is left of any encoding.
    let stands_alone = text[..start]
        .chars()
        .next_back()
        .is_none_or(|previous| previous.is_ascii() || character == '…');
    stands_alone.then_some(Sequence {
        start,
        end: start + control.len_utf8(),
        character,
        // The one among them that may be a line end.
        certainty: if character == '…' {
            Certainty::Likely
        } else {
            Certainty::Control
        },
    })
}

/// The sequence that begins at `start`. Makes the one before it certain where it touches it.
fn sequence_at(text: &str, start: usize, before: &mut [Sequence]) -> Option<Sequence> {
    let rest = &text[start..];
    let (length, character) = decoded(rest).or_else(|| decoded_halves(rest))?;
    let end = start + length;
    let touched = before
        .last_mut()
        .filter(|last| last.end == start && last.certainty != Certainty::Control);
    let previous = text[..start].chars().next_back();
    // Behind the remains of something that cannot be put together, nothing is certain.
    if touched.is_none() && previous.is_some_and(|previous| !previous.is_ascii() && is_odd(previous)) {
        return None;
    }
    // A control character is one byte of a character that was damaged twice.
    if touched.is_none() && character.is_control() {
        return None;
    }
    let mut certainty = Certainty::Likely;
    if let Some(last) = touched {
        last.certainty = Certainty::Certain;
        certainty = Certainty::Certain;
    } else if is_certain(&rest[..length], character, previous, text[end..].chars().next()) {
        certainty = Certainty::Certain;
    }
    Some(Sequence {
        start,
        end,
        character,
        certainty,
    })
}

/// The character that the first characters of `text` were, and how many bytes those have.
fn decoded(text: &str) -> Option<(usize, char)> {
    let mut characters = text.chars();
    let first = lead(characters.next()?)?;
    let count = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut length = 2;
    let mut last_odd = None;
    for byte in &mut bytes[1..count] {
        let character = characters.next()?;
        if character == '\u{fffd}' && first >= 0xE0 && last_odd == Some(true) {
            // A byte is lost, and so is the character, but not that it was one.
            return Some((length + character.len_utf8(), '\u{fffd}'));
        }
        *byte = continuation(character)?;
        length += character.len_utf8();
        last_odd = Some(is_odd(character));
    }
    if let Some(character) = std::str::from_utf8(&bytes[..count]).ok()?.chars().next() {
        return is_common(character).then_some((length, character));
    }
    None
}

/// The character beyond U+FFFF of which the halves were encoded each by itself (CESU-8), as some databases do:
/// `í ½í¸\u{8d}`.
fn decoded_halves(text: &str) -> Option<(usize, char)> {
    let mut characters = text.chars();
    let mut half = || -> Option<(usize, u16)> {
        if characters.next()? != 'í' {
            return None;
        }
        let (second, third) = (characters.next()?, characters.next()?);
        let (high, low) = (continuation(second)?, continuation(third)?);
        let unit = 0xD000 | u16::from(high & 0x3F) << 6 | u16::from(low & 0x3F);
        Some((2 + second.len_utf8() + third.len_utf8(), unit))
    };
    let (first, second) = (half()?, half()?);
    let character = char::decode_utf16([first.1, second.1]).next()?.ok()?;
    is_common(character).then_some((first.0 + second.0, character))
}

/// Whether a character is one that texts hold.
fn is_common(character: char) -> bool {
    matches!(u32::from(character),
        // Latin, with the letters of Romanian behind; Greek, Cyrillic, Hebrew, Arabic.
        0x80..=0x017F | 0x0192 | 0x0218..=0x021B | 0x02C6..=0x02DD | 0x0300..=0x0345 | 0x0386..=0x03CE
        | 0x0400..=0x045F | 0x0490..=0x0493 | 0x05B0..=0x05C2 | 0x05D0..=0x05EA | 0x060C..=0x0652 | 0x0660..=0x06D3
        | 0x06F0..=0x06F9
        // Scripts of India, Thai, Georgian; Vietnamese.
        | 0x0901..=0x0D6F | 0x0E01..=0x0E5B | 0x10D0..=0x10FA | 0x1E00..=0x1EF9
        // Punctuation, currencies, letter-like signs, arrows, mathematics, signs.
        | 0x2002..=0x2044 | 0x2070..=0x209C | 0x20A0..=0x20BF | 0x2100..=0x214B | 0x2153..=0x215E | 0x2160..=0x217F
        | 0x2190..=0x22FF | 0x2302..=0x23FF | 0x2460..=0x28FF
        // Chinese, Japanese, Korean.
        | 0x3000..=0x30FF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xFF01..=0xFFE6
        // Ligatures, variants of signs, a byte order mark, a character that was lost before.
        | 0xFB00..=0xFB06 | 0xFE0E | 0xFE0F | 0xFEFF | 0xFFFD
        // Letters of mathematics, emoji.
        | 0x1D400..=0x1D7FF | 0x1F300..=0x1FAFF)
}

/// Whether sound text cannot have the characters of `sequence`, which were `character`, between its neighbours.
fn is_certain(sequence: &str, character: char, previous: Option<char>, next: Option<char>) -> bool {
    let mut characters = sequence.chars();
    let (Some(first), Some(second)) = (characters.next(), characters.next()) else {
        return false;
    };
    let is_inside_word = previous.is_some_and(|previous| previous.is_ascii_lowercase());
    // Who explains the damage quotes it: `«Ã©»`.
    let begins = previous.is_none_or(|previous| !previous.is_alphanumeric());
    if begins && next.is_some_and(is_quotation_mark) && !is_quotation_mark(character) {
        return false;
    }
    match characters.next() {
        None => match first {
            // Of these capitals none ends a word in capitals, before a mark, with any likelihood; and of what they
            // begin, a single one makes a word: `Ã©`, `Ä±`, `Å¡`, `È™`, `Î³`, `Ì¶`.
            'Ã' | 'Ä' | 'Å' | 'È' | 'Î' | 'Ï' | 'Ì' | 'Í' | 'Ð' | 'Ñ' => {
                let joins_word = next.is_some_and(|next| next.is_ascii_alphabetic());
                let is_quoted = second == '‘' && !(first == 'Ã' && previous.is_some_and(char::is_alphabetic));
                is_odd(second)
                    || is_inside_word
                    || (joins_word && !may_join_letters(second) && !is_quoted)
                    || (character == 'à' && is_word(previous, next))
            }
            'Â' => is_certain_behind_a(second, previous),
            _ => false,
        },
        Some(third) => {
            // `está»…` closes a quotation, `précité §` has a no-break space.
            let second_is_sound = may_close(second);
            match first {
                'â' if second == '™' => third == '«' || !may_close(third),
                'á' if matches!(second, 'º' | '»') => !may_close(third),
                'ï' if character == '\u{feff}' => true,
                'í' if character > '\u{ffff}' => true,
                // Sami writes `âšš` and `âžž`.
                _ if matches!(second, 'š' | 'ž') => !matches!(third, 'š' | 'ž') && !may_close(third),
                _ if second_is_sound && first != 'â' => false,
                _ => is_odd(second) || (is_odd(third) && second != '\u{a0}'),
            }
        }
    }
}

fn is_quotation_mark(character: char) -> bool {
    matches!(character, '"' | '\'' | '‘'..='‟' | '«' | '»' | '‹' | '›' | '「'..='』' | '\u{200e}' | '\u{a0}')
}

/// Whether what stands between `previous` and `next` is a word of a sentence, and not a letter spoken of.
fn is_word(previous: Option<char>, next: Option<char>) -> bool {
    let follows = previous.is_none_or(|previous| matches!(previous, ' ' | '\n' | '\'' | '’'));
    follows && next.is_some_and(|next| next == ' ' || next.is_ascii_lowercase())
}

/// Whether `Â` before `second` cannot be a letter: what it was is `second` itself.
fn is_certain_behind_a(second: char, previous: Option<char>) -> bool {
    if is_odd(second) || matches!(second, '®' | '°' | 'ª' | 'º' | '¡' | '¿' | '´') {
        return true;
    }
    previous.is_some_and(|previous| {
        previous.is_ascii_lowercase()
            || previous.is_ascii_digit()
            || matches!(previous, '.' | ',' | ';' | ':' | '!' | '?')
    })
}

/// `à` of which the second half, a no-break space, was taken for a space, as HTML does: `Ã la`, `dÃ©jÃ vu`. Only in a
/// text that is known to be damaged; Portuguese makes other words of it.
pub(super) fn lone_letters(text: &str) -> Vec<Sequence> {
    let mut found = Vec::new();
    for (start, letter) in text.match_indices(LONE_LETTER) {
        let previous = text[..start].chars().next_back();
        let begins_word = !previous.is_some_and(char::is_alphanumeric);
        let ends_word = previous.is_some_and(|previous| previous.is_ascii_lowercase());
        if !begins_word && !ends_word {
            continue;
        }
        let rest = &text[start + letter.len()..];
        let has_ending = begins_word && (rest.starts_with("s ") || rest.starts_with("quel"));
        found.push(Sequence {
            start,
            end: start + letter.len() - usize::from(!has_ending),
            character: 'à',
            certainty: Certainty::Likely,
        });
    }
    found
}
