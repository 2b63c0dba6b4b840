//! What is split off the edges of a chunk, and where its inside is split. Lengths are in bytes.

use super::classes::{
    DIGIT, EDGE, INFIX, class, is_currency, is_edge_punctuation, is_icon, is_letter, is_lower, is_quote,
    is_upper,
};

/// Currency signs of more than one character.
const NAMED_CURRENCIES: [&str; 3] = ["US$", "C$", "A$"];

/// The length of the prefix of `text` that is a token of its own; 0 for none.
pub(super) fn prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(&byte) = bytes.first() else {
        return 0;
    };
    match byte {
        b'A' | b'C' | b'U' => {
            let named = NAMED_CURRENCIES.iter().find(|sign| text.starts_with(**sign));
            named.map_or(0, |sign| sign.len())
        }
        b'.' => {
            let dots = bytes.iter().take_while(|byte| **byte == b'.').count();
            if dots > 1 { dots } else { 0 }
        }
        b'+' => usize::from(!bytes.get(1).is_some_and(u8::is_ascii_digit)),
        b'%' | b'=' | b'$' => 1,
        _ if byte.is_ascii() => usize::from(class(byte) & EDGE != 0),
        _ => text.chars().next().map_or(0, |first| {
            let own = matches!(first, '§' | '—' | '–')
                || is_edge_punctuation(first)
                || is_quote(first)
                || is_currency(first)
                || is_icon(first);
            if own { first.len_utf8() } else { 0 }
        }),
    }
}

/// Units that are split off a number.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "km", "km²", "km³", "m", "m²", "m³", "dm", "dm²", "dm³", "cm", "cm²", "cm³", "mm", "mm²", "mm³", "ha", "µm", "nm",
    "yd", "in", "ft", "kg", "g", "mg", "µg", "t", "lb", "oz", "m/s", "km/h", "kmh", "mph", "hPa", "Pa", "mbar", "mb",
    "MB", "kb", "KB", "gb", "GB", "tb", "TB", "T", "G", "M", "K", "%", "км", "км²", "км³", "м", "м²", "м³", "дм", "дм²",
    "дм³", "см", "см²", "см³", "мм", "мм²", "мм³", "нм", "кг", "г", "мг", "м/с", "км/ч", "кПа", "Па", "мбар", "Кб",
    "КБ", "кб", "Мб", "МБ", "мб", "Гб", "ГБ", "гб", "Тб", "ТБ", "тбكم", "كم²", "كم³", "م", "م²", "م³", "سم", "سم²",
    "سم³", "مم", "مم²", "مم³", "كم", "غرام", "جرام", "جم", "كغ", "ملغ", "كوب", "اكواب",
];

/// Bytes of the longest unit.
const LONGEST_UNIT: usize = 10;

/// The length of the suffix of `text` that is a token of its own; 0 for none. The longest one counts.
pub(super) fn suffix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some((&byte, before)) = bytes.split_last() else {
        return 0;
    };
    match byte {
        b'.' => dots_suffix(text),
        b's' | b'S' if before.last() == Some(&b'\'') => 2,
        b's' | b'S' if before.ends_with("’".as_bytes()) => 1 + '’'.len_utf8(),
        b'0'..=b'9' => 0,
        b'+' => usize::from(ends_with_digit(before)),
        b'$' => currency(text, 1),
        _ if byte.is_ascii() && class(byte) & EDGE != 0 => 1,
        _ if byte.is_ascii() => unit(text),
        _ => {
            let Some(last) = text.chars().next_back() else {
                return 0;
            };
            let own =
                matches!(last, '—' | '–') || is_edge_punctuation(last) || is_quote(last) || is_icon(last);
            if !own {
                return if is_currency(last) {
                    currency(text, last.len_utf8())
                } else {
                    unit(text)
                };
            }
            if text.ends_with("……") {
                2 * last.len_utf8()
            } else {
                last.len_utf8()
            }
        }
    }
}

fn ends_with_digit(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(u8::is_ascii_digit)
}

/// A full stop, or an ellipsis of them, at the end of `text`, which ends with one.
fn dots_suffix(text: &str) -> usize {
    let dots = text.bytes().rev().take_while(|byte| *byte == b'.').count();
    if dots > 1 {
        return dots;
    }
    let mut earlier = text[..text.len() - 1].chars().rev();
    let (Some(last), previous) = (earlier.next(), earlier.next()) else {
        return 0;
    };
    let ends_word = last.is_ascii_digit()
        || is_lower(last)
        || matches!(last, '%' | '²' | '-' | '+' | '|')
        || is_edge_punctuation(last)
        || is_quote(last);
    let ends_acronym = || is_upper(last) && previous.is_some_and(is_upper);
    let ends_degrees = || matches!(last, 'F' | 'f' | 'C' | 'c' | 'K' | 'k') && previous == Some('°');
    usize::from(ends_word || ends_acronym() || ends_degrees())
}

/// A currency sign after a digit, where `text` ends with the sign of `plain` bytes.
fn currency(text: &str, plain: usize) -> usize {
    let after_digit = |length: usize| ends_with_digit(&text.as_bytes()[..text.len() - length]);
    let named = NAMED_CURRENCIES
        .iter()
        .find(|sign| text.ends_with(**sign) && after_digit(sign.len()));
    match named {
        Some(sign) => sign.len(),
        None if after_digit(plain) => plain,
        None => 0,
    }
}

/// A unit after a digit. No unit holds a digit, so what follows the last one is looked up.
fn unit(text: &str) -> usize {
    let bytes = text.as_bytes();
    let near = bytes.iter().rev().take(LONGEST_UNIT + 1);
    let Some(length) = near.into_iter().position(u8::is_ascii_digit) else {
        return 0;
    };
    let tail = &text[text.len() - length..];
    if UNITS.contains(&tail) { length } else { 0 }
}

/// Puts `text`, split at its infixes, into `found`. An infix at its very start does not count.
pub(super) fn split_infixes<'a>(text: &'a str, found: &mut Vec<&'a str>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut at = 0;
    loop {
        let plain = bytes[at..].iter().take_while(|byte| class(**byte) & INFIX == 0);
        at += plain.count();
        if at == bytes.len() {
            break;
        }
        let infix = infix(text, at);
        if infix == 0 {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
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
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
}

/// The length of the infix of `text` at `at`; 0 for none.
fn infix(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let bytes = rest.as_bytes();
    let Some(&byte) = bytes.first() else {
        return 0;
    };
    if byte == b'.' && bytes.get(1) == Some(&b'.') {
        return bytes.iter().take_while(|byte| **byte == b'.').count();
    }
    if !byte.is_ascii() {
        let Some(current) = rest.chars().next() else {
            return 0;
        };
        if current == '…' || is_icon(current) {
            return current.len_utf8();
        }
        if !matches!(current, '—' | '–') {
            return 0;
        }
    }
    let Some(before) = text[..at].chars().next_back() else {
        return 0;
    };
    let after_one = || rest[1..].chars().next();
    let single = match byte {
        b'+' | b'-' | b'*' | b'^' => {
            before.is_ascii_digit()
                && bytes
                    .get(1)
                    .is_some_and(|next| *next == b'-' || class(*next) & DIGIT != 0)
        }
        b'.' => {
            (is_lower(before) || is_quote(before))
                && after_one().is_some_and(|next| is_upper(next) || is_quote(next))
        }
        b',' => is_letter(before) && after_one().is_some_and(is_letter),
        b':' | b'<' | b'>' | b'=' | b'/' => {
            (is_letter(before) || before.is_ascii_digit()) && after_one().is_some_and(is_letter)
        }
        _ => false,
    };
    if single {
        return 1;
    }
    let hyphen = ["---", "--", "-", "——", "—", "–", "~"]
        .iter()
        .find(|hyphen| rest.starts_with(**hyphen));
    let Some(hyphen) = hyphen else {
        return 0;
    };
    let between = (is_letter(before) || before.is_ascii_digit())
        && rest[hyphen.len()..].chars().next().is_some_and(is_letter);
    if between { hyphen.len() } else { 0 }
}
