//! Numbers of payment cards: an issuer's prefix, a length that it uses, Luhn's sum (ISO/IEC 7812-1).
//!
//! One number in ten has a right sum by chance, so that a row of digits is not enough: it must be grouped as cards
//! are, or stand alone as 15 or 16 digits of one of the large issuers.

use std::ops::Range;

use super::checksum::{digits, is_uniform, luhn};
use super::kind::Level;

/// Prefixes (from, to, as many digits as written), the lengths that their cards have, and the groups in which they
/// are printed.
const ISSUERS: [(&str, &str, &[usize]); 14] = [
    // Visa.
    ("4", "4", &[13, 16, 19]),
    // Mastercard.
    ("51", "55", &[16]),
    ("2221", "2720", &[16]),
    // American Express.
    ("34", "34", &[15]),
    ("37", "37", &[15]),
    // Diners Club.
    ("300", "305", &[14]),
    ("36", "36", &[14]),
    ("38", "39", &[14, 16]),
    // Discover and UnionPay, which share some.
    ("60", "65", &[16, 17, 18, 19]),
    // JCB.
    ("3528", "3589", &[16]),
    // Maestro and Dankort.
    ("50", "50", &[16]),
    ("56", "58", &[16, 19]),
    ("67", "67", &[16, 18, 19]),
    // Travel cards (UATP).
    ("1", "1", &[15]),
];

/// Whether the first digits and the length are an issuer's.
fn is_issued(digits: &str) -> bool {
    ISSUERS.iter().any(|(from, to, lengths)| {
        let start = digits.get(..from.len()).unwrap_or_default();
        *from <= start && start <= *to && lengths.contains(&digits.len())
    })
}

/// The card number that begins with the digit at `start`.
pub(super) fn at(text: &str, start: usize, level: Level, named: bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut groups: Vec<usize> = Vec::new();
    let mut separator = None;
    let mut end = start;
    loop {
        let group = bytes[end..]
            .iter()
            .take(20)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if group == 0 || group > 19 {
            return None;
        }
        groups.push(group);
        end += group;
        let all: usize = groups.iter().sum();
        let next = bytes.get(end).filter(|byte| matches!(byte, b' ' | b'-'));
        let goes_on = next.is_some() && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !goes_on || all >= 16 || (separator.is_some() && separator != next) || groups.len() == 5 {
            break;
        }
        if group > 6 {
            break;
        }
        separator = next;
        end += 1;
    }
    let found: String = text[start..end].chars().filter(char::is_ascii_digit).collect();
    let numbers = digits(&found);
    if !is_issued(&found) || is_uniform(&numbers) || !luhn(&numbers) {
        return None;
    }
    if level == Level::Shape {
        return Some(start..end);
    }
    let printed = match groups[..] {
        [4, 4, 4, 4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 3] => true,
        [13..=19] => {
            named
                || (!found.starts_with('1')
                    && matches!(found.len(), 15 | 16)
                    && stands_alone(text, start, end))
        }
        _ => named,
    };
    (printed && !is_decimal(text, start, end) && !is_in_row(text.as_bytes(), start, end))
        .then_some(start..end)
}

/// Whether it is no part of an address, a path, an identifier or a quoted key.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].bytes().next_back();
    let after = text.as_bytes().get(end);
    let is_free = |byte: Option<&u8>| {
        !byte.is_some_and(|byte| {
            matches!(
                byte,
                b'/' | b'=' | b'_' | b'-' | b'#' | b'&' | b'@' | b'\\' | b'%' | b'*' | b'+' | b'"' | b'\''
            )
        })
    };
    is_free(before.as_ref()) && is_free(after)
}

/// Whether further numbers stand right before or after it.
fn is_in_row(bytes: &[u8], start: usize, end: usize) -> bool {
    let is = |place: Option<usize>, what: fn(&u8) -> bool| {
        place.and_then(|place| bytes.get(place)).is_some_and(what)
    };
    let joint: fn(&u8) -> bool = |byte| matches!(byte, b' ' | b'-');
    is(start.checked_sub(1), joint) && is(start.checked_sub(2), u8::is_ascii_digit)
        || is(Some(end), joint) && is(Some(end + 1), u8::is_ascii_digit)
}

/// Whether it is what stands behind a decimal point, or before one.
fn is_decimal(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|place| bytes.get(place));
    let point = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'.' | b','));
    point(before)
        && start
            .checked_sub(2)
            .is_some_and(|place| bytes[place].is_ascii_digit())
        || point(bytes.get(end)) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked() {
        for (card, is_card) in [
            ("4111111111111111", true),
            ("4111 1111 1111 1111", true),
            ("5555-5555-5555-4444", true),
            ("3782 822463 10005", true),
            ("4111 1111-1111 1111", false),
            ("4111111111111112", false),
            ("9111111111111111", false),
            ("4111 111111 111111", false),
            ("4000000000000", false),
        ] {
            let found = at(card, 0, Level::Sure, false);
            assert_eq!(found, is_card.then_some(0..card.len()), "{card}");
        }
        assert!(at("4222222222222", 0, Level::Sure, true).is_some());
        assert_eq!(at("0.4111111111111111", 2, Level::Sure, false), None);
        assert_eq!(at("id/4111111111111111", 3, Level::Sure, false), None);
    }
}
