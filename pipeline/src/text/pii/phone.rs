//! Telephone numbers: international ones (ITU-T E.164), and those of countries where their formatting, or a word
//! before them, tells them from other numbers.
//!
//! Without a word such as `tel` nearby, a number must be written as only telephone numbers are: `+` and a country's
//! code, `(415) 555-0132`, `415-555-0132`, `020 7946 0958`, `01 23 45 67 89`. So numbers in tables, dates,
//! parts and versions stay.

use std::ops::Range;

use super::kind::Level;

/// Country codes (ITU-T E.164) by their first digits, with the fewest and most digits that follow them.
///
/// One digit: 1 and 7. Of the others, those of two digits are listed; all the rest have three.
const TWO_DIGIT_CODES: [u32; 43] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95,
];

/// Characters that stand between the digits of a number.
const SEPARATORS: &[u8] = b" -./()";

/// Digits in groups as they are written.
struct Written {
    range: Range<usize>,
    digits: Vec<u8>,
    groups: Vec<usize>,
    /// The separators in order, without parentheses; the first of a longer one.
    separators: Vec<u8>,
}

/// Reads digits in groups from `start` on, `most` digits at the most.
fn written(bytes: &[u8], start: usize, most: usize) -> Written {
    let mut digits = Vec::new();
    let mut groups = Vec::new();
    let mut separators = Vec::new();
    let (mut at, mut end) = (start, start);
    loop {
        let group = bytes[at..]
            .iter()
            .take(most + 1)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if group == 0 {
            break;
        }
        digits.extend_from_slice(&bytes[at..at + group]);
        groups.push(group);
        at += group;
        end = at;
        if digits.len() > most {
            break;
        }
        let gap = bytes[at..]
            .iter()
            .take(3)
            .take_while(|byte| SEPARATORS.contains(byte))
            .count();
        if gap == 0 || gap > 2 || !bytes.get(at + gap).is_some_and(u8::is_ascii_digit) {
            break;
        }
        // Two separators are a parenthesis with a space or hyphen.
        let space = &bytes[at..at + gap];
        if gap == 2 && !space.iter().any(|byte| matches!(byte, b'(' | b')')) {
            break;
        }
        separators.push(
            *space
                .iter()
                .find(|byte| !matches!(byte, b'(' | b')'))
                .unwrap_or(&b')'),
        );
        at += gap;
    }
    Written {
        range: start..end,
        digits,
        groups,
        separators,
    }
}

/// The telephone number that begins with the digit at `start`, or right before it with `+` or `(`.
pub(super) fn at(text: &str, start: usize, level: Level, named: bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = |back: usize| {
        start
            .checked_sub(back)
            .and_then(|place| bytes.get(place))
            .copied()
    };
    let first = match (before(2), before(1)) {
        (Some(b'+'), Some(b'(')) | (Some(b'('), Some(b'+')) => start - 2,
        (_, Some(b'+' | b'(')) => start - 1,
        _ => start,
    };
    let ends_word = |place: usize| {
        let byte = place.checked_sub(1).map(|place| bytes[place]);
        byte.is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'&' | b'=')
        })
    };
    if ends_word(first) {
        return None;
    }
    let international = bytes[first..start].contains(&b'+');
    let number = written(bytes, start, 15);
    let end = number.range.end;
    let closed = bytes[start..end].contains(&b')');
    let bracket = bytes[first..start].contains(&b'(');
    let first = if bracket && !closed && !international {
        start
    } else {
        first
    };
    let goes_on = bytes
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        || (bytes
            .get(end)
            .is_some_and(|byte| SEPARATORS.contains(byte) || *byte == b',' || *byte == b':')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
        || (bytes.get(end) == Some(&b'%'));
    let decimal = level == Level::Sure
        && before(1) == Some(b'.')
        && before(2).is_some_and(|byte| byte.is_ascii_digit());
    if goes_on
        || decimal
        || !(7..=15).contains(&number.digits.len())
        || number.groups.last().is_none_or(|last| *last < 2)
    {
        return None;
    }
    if level == Level::Sure && !international && is_date(&number) {
        return None;
    }
    let found = if international {
        is_international(&number, level, named)
    } else {
        let parenthesis = first < start;
        is_north_american(&number, parenthesis, level, named)
            || is_national(&number, parenthesis, level, named)
            || (level == Level::Shape && is_shaped(&number))
    };
    if !found || (level == Level::Sure && !named && !international && is_in_numbers(bytes, first)) {
        return None;
    }
    Some(first..end)
}

/// Whether another number stands right before, so that this is one of a row.
fn is_in_numbers(bytes: &[u8], first: usize) -> bool {
    let before = |back: usize| first.checked_sub(back).and_then(|place| bytes.get(place));
    let joined =
        before(1).is_some_and(|byte| matches!(byte, b'-' | b'.' | b'/' | b'+' | b'*' | b'^' | b'%' | b'\\'));
    let spaced = before(1).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b','))
        && before(2).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && before(3).is_some_and(u8::is_ascii_digit);
    joined || spaced
}

/// A country's code and a number of a length that is in use there.
fn is_international(number: &Written, level: Level, named: bool) -> bool {
    let digits = &number.digits;
    let value = |count: usize| {
        digits[..count]
            .iter()
            .fold(0_u32, |value, digit| value * 10 + u32::from(digit - b'0'))
    };
    let code = match digits[0] {
        b'0' => return false,
        b'1' | b'7' => 1,
        _ if TWO_DIGIT_CODES.contains(&value(2)) => 2,
        _ => 3,
    };
    let length = digits.len() - code;
    let fits = match code {
        1 if digits[0] == b'1' => length == 10 && is_area(&digits[1..4]) && digits[4] >= b'2',
        1 => length == 10,
        2 => (6..=13).contains(&length),
        _ => (5..=12).contains(&length) && is_code(value(3)),
    };
    // What has no gaps may as well be a sum or an offset: it has to have the length of most numbers.
    let plausible = level == Level::Shape || named || number.groups.len() > 1 || digits.len() >= 10;
    fits && plausible && !digits.iter().all(|digit| *digit == digits[0])
}

/// Whether three digits are a country's code.
fn is_code(code: u32) -> bool {
    matches!(
        code,
        211..=213 | 216 | 218 | 220..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=383 | 385..=387 | 389 | 420 | 421 | 423
            | 500..=509 | 590..=599 | 670 | 672..=683 | 685..=692 | 800 | 808 | 850 | 852 | 853 | 855 | 856 | 870 | 878
            | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 979 | 992..=996 | 998
    )
}

/// Whether the groups are a day: 2024-01-15, 15.01.2024.
fn is_date(number: &Written) -> bool {
    let year = |at: usize| matches!(number.digits.get(at..at + 2), Some(b"18" | b"19" | b"20"));
    match number.groups[..] {
        [4, 2, 2] | [4, 4] => year(0),
        [2, 2, 4] => year(4),
        _ => false,
    }
}

/// Whether three digits are an area code of the North American plan.
fn is_area(area: &[u8]) -> bool {
    area[0] >= b'2' && !(area[1] == b'1' && area[2] == b'1')
}

/// `(415) 555-0132`, `415-555-0132`, `415.555.0132`, with or without a 1 before it.
fn is_north_american(number: &Written, parenthesis: bool, level: Level, named: bool) -> bool {
    let (digits, groups, separators) = match (number.digits.len(), number.groups[..].first()) {
        (11, Some(1)) if number.digits[0] == b'1' => {
            (&number.digits[1..], &number.groups[1..], &number.separators[1..])
        }
        (10, _) => (&number.digits[..], &number.groups[..], &number.separators[..]),
        _ => return false,
    };
    if !is_area(&digits[..3]) || digits[3] < b'2' {
        return false;
    }
    if groups == [10] {
        return level == Level::Shape || named;
    }
    if groups != [3, 3, 4] {
        return false;
    }
    let alike = separators[0] == separators[1] && matches!(separators[0], b'-' | b'.');
    let bracketed = (parenthesis || separators[0] == b')') && matches!(separators[1], b'-' | b'.' | b' ');
    alike || bracketed || level == Level::Shape || named
}

/// Numbers of other countries, with the 0 that is dialled within them.
fn is_national(number: &Written, parenthesis: bool, level: Level, named: bool) -> bool {
    let (digits, groups) = (&number.digits, &number.groups);
    let single = number.separators.windows(2).all(|pair| pair[0] == pair[1]);
    let trunk = digits[0] == b'0' && digits[1] != b'0';
    let firm = match groups[..] {
        // France: 01 23 45 67 89, but not the first numbers in order.
        [2, 2, 2, 2, 2] => trunk && single && !is_counting(digits),
        // The United Kingdom: 020 7946 0958, 0161 496 0000, 01632 960000 (only as such with a parenthesis).
        [3, 4, 4] => digits.starts_with(b"02") && single && number.separators[0] == b' ',
        [4, 3, 4] => {
            digits[0] == b'0'
                && matches!(digits[1], b'1' | b'7' | b'8')
                && single
                && number.separators[0] == b' '
        }
        [5, 6] => digits[0] == b'0' && matches!(digits[1], b'1' | b'7') && (parenthesis || digits[1] == b'7'),
        // Brazil: (11) 98456-5666.
        [2, 5, 4] => parenthesis && digits[2] == b'9',
        _ => false,
    };
    let length = digits.len();
    let open = level == Level::Shape || named;
    let any = match digits[0] {
        b'0' => trunk && (9..=12).contains(&length),
        // China's and India's mobile numbers, and what is grouped elsewhere.
        b'1' => length == 11 && matches!(digits[1], b'3'..=b'9'),
        b'6'..=b'9' => (8..=10).contains(&length),
        _ => (8..=10).contains(&length) && groups.len() > 1,
    };
    firm || (open && any && !is_counting(digits) && (named || digits[0] == b'0' || groups.len() > 1))
}

/// What is taken for a number where nothing but numbers is expected.
fn is_shaped(number: &Written) -> bool {
    let length = number.digits.len();
    (length == 10 && matches!(number.digits[0], b'2'..=b'5'))
        || (length == 12 && number.digits.starts_with(b"91") && number.groups.len() > 2)
}

/// Whether pairs of digits count up: 01 02 03 04 05.
fn is_counting(digits: &[u8]) -> bool {
    let pairs: Vec<u32> = digits
        .chunks(2)
        .map(|pair| {
            pair.iter()
                .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
        })
        .collect();
    let step = |pair: &[u32]| pair[1].checked_sub(pair[0]);
    let first = pairs.get(..2).and_then(step);
    let even = digits.iter().all(|digit| *digit == digits[digits.len() - 1]);
    even || (first.is_some() && pairs.windows(2).all(|pair| step(pair) == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, named: bool) -> Option<&str> {
        let start = text.find(|character: char| character.is_ascii_digit())?;
        at(text, start, Level::Sure, named).map(|range| &text[range])
    }

    #[test]
    fn formatted_numbers_are_found() {
        for text in [
            "+1 415 555 0132",
            "+14155550132",
            "(415) 555-0132",
            "(415)555-0132",
            "415-555-0132",
            "415.555.0132",
            "1-415-555-0132",
            "+44 20 7946 0958",
            "+49 (0)30 1234567",
            "+55 11 98456 5666",
            "+39 06 678 4343",
            "020 7946 0958",
            "01 42 68 53 00",
            "01.42.68.53.00",
            "+972-9-7625400",
            "+86 138 1234 5678",
            "(11) 98456-5666",
        ] {
            assert_eq!(found(text, false), Some(text), "{text}");
        }
        for text in [
            "030/1234567",
            "09-7625400",
            "13812345678",
            "4155550132",
            "415 555 0132",
            "98765 43210",
        ] {
            assert_eq!(found(text, false), None, "{text}");
            assert_eq!(found(text, true), Some(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "2024-01-15",
            "1234567",
            "555-0132",
            "01 02 03 04 05",
            "10 20 30 40 50",
            "115-555-0132",
            "415-155-0132",
            "+1234567",
            "1.234.567.890",
            "978-3-16-148410-0",
            "12,345,678.90",
            "415-555-01321",
            "x415-555-0132",
            "$415-555-0132",
            "00 11 22 33 44",
            "1990-1991",
            "+12345678",
            "(2010) 123-456",
            "(2001-04-24",
            "+2147483647",
            "+35236450.6",
            "0.1234567890",
            "3.14159265358979",
            "192.168.100.200",
            "+0123456789",
        ] {
            assert_eq!(found(text, false), None, "{text}");
        }
    }
}
