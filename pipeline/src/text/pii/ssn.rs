//! Social security numbers of the United States: area, group and serial, none of them all zeros.
//!
//! Areas 000, 666 and 900 to 999 are not given out (Social Security Administration, since 2011), nor are numbers
//! that were printed in advertisements.

use std::ops::Range;

use super::checksum::{digits, is_uniform};
use super::kind::Level;

/// Numbers that stood in advertisements and on sample cards.
const PRINTED: [&str; 3] = ["078051120", "219099999", "123456789"];

/// The number that begins with the digit at `start`: with hyphens, or, where it is `named`, with other separators
/// or none.
pub(super) fn at(text: &str, start: usize, level: Level, named: bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let digits_at = |from: usize, count: usize| {
        bytes
            .get(from..from + count)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let separator = bytes
        .get(start + 3)
        .copied()
        .filter(|byte| matches!(byte, b'-' | b' ' | b'.'));
    let gap = usize::from(separator.is_some());
    let (group, serial) = (start + 3 + gap, start + 5 + 2 * gap);
    let end = serial + 4;
    let whole = digits_at(start, 3)
        && digits_at(group, 2)
        && digits_at(serial, 4)
        && (separator.is_none() || bytes.get(serial - 1).copied() == separator);
    let goes_on = bytes
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        || (bytes.get(end).is_some_and(|byte| matches!(byte, b'-' | b'.')) && digits_at(end + 1, 1));
    if !whole || goes_on {
        return None;
    }
    let number: String = text[start..end].chars().filter(char::is_ascii_digit).collect();
    let given = !matches!(&number[..3], "000" | "666")
        && !number.starts_with('9')
        && &number[3..5] != "00"
        && &number[5..] != "0000"
        && !is_uniform(&digits(&number))
        && !PRINTED.contains(&number.as_str());
    let sure = level == Level::Shape || named || (separator == Some(b'-') && !follows_digits(bytes, start));
    (given && sure).then_some(start..end)
}

/// Whether the digits before `start`, behind a separator, make it a part of something longer.
fn follows_digits(bytes: &[u8], start: usize) -> bool {
    let before = |back: usize| start.checked_sub(back).and_then(|place| bytes.get(place));
    before(1).is_some_and(|byte| matches!(byte, b'-' | b'.' | b'/' | b'+' | b'='))
        || (before(1) == Some(&b' ') && before(2).is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_not_given_out_stay() {
        let found = |text: &str| at(text, 0, Level::Sure, false).is_some();
        assert!(found("536-90-4399"));
        for text in [
            "000-12-3456",
            "666-12-3456",
            "912-12-3456",
            "123-00-4567",
            "123-45-0000",
            "078-05-1120",
            "536 90 4399",
            "536-90-43991",
            "536-90.4399",
            "536904399",
        ] {
            assert!(!found(text), "{text}");
        }
        assert!(at("536 90 4399", 0, Level::Sure, true).is_some());
    }
}
