//! What is split off the edges of a chunk, and where its inside is split. Lengths are in bytes.

use super::classes::{is_currency, is_edge_punctuation, is_icon, is_lower, is_quote, is_upper};

/// The length of the prefix of `text` that is a token of its own; 0 for none.
pub(super) fn prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => return 0,
        Some(byte) if byte.is_ascii_digit() => return 0,
        Some(byte) if byte.is_ascii_alphabetic() => {
            let named = ["US$", "C$", "A$"].iter().find(|sign| text.starts_with(**sign));
            return named.map_or(0, |sign| sign.len());
        }
        Some(b'.') => {
            let dots = bytes.iter().take_while(|byte| **byte == b'.').count();
            return if dots > 1 { dots } else { 0 };
        }
        Some(b'+') => return usize::from(!bytes.get(1).is_some_and(u8::is_ascii_digit)),
        Some(_) => {}
    }
    let Some(first) = text.chars().next() else {
        return 0;
    };
    let own = matches!(first, '§' | '%' | '=' | '—' | '–')
        || is_edge_punctuation(first)
        || is_quote(first)
        || is_currency(first)
        || is_icon(first);
    if own { first.len_utf8() } else { 0 }
}

/// Units that are split off a number, longest first.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "mbar", "км/ч", "мбар",
    "km²", "km³", "dm²", "dm³", "cm²", "cm³", "mm²", "mm³", "m/s", "km/h", "kmh", "mph", "hPa",
    "км²", "км³", "дм²", "дм³", "см²", "см³", "мм²", "мм³", "м/с", "кПа",
    "km", "m²", "m³", "dm", "cm", "mm", "ha", "µm", "nm", "yd", "in", "ft", "kg", "mg", "µg", "lb", "oz", "Pa",
    "mb", "MB", "kb", "KB", "gb", "GB", "tb", "TB", "км", "м²", "м³", "дм", "см", "мм", "нм", "кг", "мг", "Па",
    "Кб", "КБ", "кб", "Мб", "МБ", "мб", "Гб", "ГБ", "гб", "Тб", "ТБ", "тб",
    "m", "g", "t", "T", "G", "M", "K", "%", "м", "г",
];

/// The length of the suffix of `text` that is a token of its own; 0 for none. The longest one counts.
pub(super) fn suffix(text: &str) -> usize {
    let Some(last) = text.chars().next_back() else {
        return 0;
    };
    let before = &text[..text.len() - last.len_utf8()];
    if last == '.' {
        return dots_suffix(text, before);
    }
    if let Some(length) = unit_or_currency(text, last) {
        return length;
    }
    if matches!(last, 's' | 'S') && before.ends_with(['\'', '’']) {
        let apostrophe = before.chars().next_back().map_or(0, char::len_utf8);
        return apostrophe + 1;
    }
    if last.is_ascii_alphanumeric() {
        return 0;
    }
    let after_digit = before.ends_with(|character: char| character.is_ascii_digit());
    let own = is_edge_punctuation(last)
        || is_quote(last)
        || is_icon(last)
        || matches!(last, '—' | '–')
        || (last == '+' && after_digit);
    if !own {
        return 0;
    }
    if last == '…' && before.ends_with('…') {
        return 2 * last.len_utf8();
    }
    last.len_utf8()
}

/// A full stop, or an ellipsis of them, at the end.
fn dots_suffix(text: &str, before: &str) -> usize {
    if before.ends_with('.') {
        return text.len() - text.trim_end_matches('.').len();
    }
    let mut earlier = before.chars().rev();
    let (Some(last), previous) = (earlier.next(), earlier.next()) else {
        return 0;
    };
    let ends_word = last.is_ascii_digit()
        || is_lower(last)
        || is_edge_punctuation(last)
        || is_quote(last)
        || matches!(last, '%' | '²' | '-' | '+' | '|');
    let ends_acronym = is_upper(last) && previous.is_some_and(is_upper);
    let ends_degrees = matches!(last, 'F' | 'C' | 'K') && previous == Some('°');
    usize::from(ends_word || ends_acronym || ends_degrees)
}

/// A unit or a currency sign after a digit.
fn unit_or_currency(text: &str, last: char) -> Option<usize> {
    let after_digit =
        |length: usize| text[..text.len() - length].ends_with(|character: char| character.is_ascii_digit());
    if is_currency(last) {
        let named = ["US$", "C$", "A$"].iter().map(|sign| sign.len());
        let longest = named
            .zip(["US$", "C$", "A$"])
            .find(|(length, sign)| text.ends_with(sign) && after_digit(*length));
        let plain = last.len_utf8();
        return longest
            .map(|(length, _)| length)
            .or_else(|| after_digit(plain).then_some(plain));
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    UNITS
        .iter()
        .find(|unit| text.ends_with(**unit) && after_digit(unit.len()))
        .map(|unit| unit.len())
}

/// Puts `text`, split at its infixes, into `found`. An infix at its very start does not count.
pub(super) fn split_infixes<'a>(text: &'a str, found: &mut Vec<&'a str>) {
    if !text.bytes().any(|byte| !byte.is_ascii_alphanumeric()) {
        found.push(text);
        return;
    }
    let mut start = 0;
    let mut at = 0;
    let mut before = None;
    while let Some(current) = text[at..].chars().next() {
        let plain = current < '\u{2000}' && current.is_alphanumeric();
        let infix = if plain {
            0
        } else {
            infix(before, &text[at..], current)
        };
        if infix == 0 {
            at += current.len_utf8();
            before = Some(current);
            continue;
        }
        if at > 0 {
            if start < at {
                found.push(&text[start..at]);
            }
            found.push(&text[at..at + infix]);
            start = at + infix;
        }
        at += infix;
        before = text[..at].chars().next_back();
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
}

/// The length of the infix that `rest` starts with; 0 for none.
fn infix(before: Option<char>, rest: &str, current: char) -> usize {
    if rest.starts_with("..") {
        return rest.len() - rest.trim_start_matches('.').len();
    }
    if current == '…' || is_icon(current) {
        return current.len_utf8();
    }
    let Some(before) = before else {
        return 0;
    };
    let next = rest[current.len_utf8()..].chars().next();
    let next_is = |class: fn(char) -> bool| next.is_some_and(class);
    let letter_or_digit = before.is_alphabetic() || before.is_ascii_digit();
    let single = match current {
        '+' | '-' | '*' | '^'
            if before.is_ascii_digit() && next_is(|next| next.is_ascii_digit() || next == '-') =>
        {
            true
        }
        '.' => (is_lower(before) || is_quote(before)) && next_is(|next| is_upper(next) || is_quote(next)),
        ',' => before.is_alphabetic() && next_is(char::is_alphabetic),
        ':' | '<' | '>' | '=' | '/' => letter_or_digit && next_is(char::is_alphabetic),
        _ => false,
    };
    if single {
        return current.len_utf8();
    }
    if !letter_or_digit {
        return 0;
    }
    let hyphen = ["---", "--", "-", "——", "—", "–", "~"]
        .iter()
        .find(|hyphen| rest.starts_with(**hyphen));
    let followed = |hyphen: &&&str| rest[hyphen.len()..].starts_with(char::is_alphabetic);
    hyphen.filter(followed).map_or(0, |hyphen| hyphen.len())
}
