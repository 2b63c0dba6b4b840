//! IPv4 and IPv6 addresses.
//!
//! Addresses that are constants and name nobody's machine are not taken for personal: loopback, unspecified,
//! broadcast and netmasks. Private networks are, since they tell about somebody's network. (datatrove leaves
//! private networks alone; Presidio takes all of them, constants too, as [`Level::Shape`] does.)

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::kind::Level;

/// What a scan from one byte gives: a finding, if any, and where to go on.
pub(super) type Scanned = (Option<Range<usize>>, usize);

/// The IPv6 address in the run of hexadecimal digits, colons and dots around `at`.
pub(super) fn ipv6(text: &str, from: usize, at: usize, level: Level) -> Scanned {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let start = at - bytes[from..at].iter().rev().take_while(is_part).count();
    let end = at + bytes[at..].iter().take_while(is_part).count();
    let run = text[start..end].trim_end_matches('.');
    let run = if run.ends_with("::") {
        run
    } else {
        run.trim_end_matches(':')
    };
    let trimmed = if run.starts_with("::") {
        run
    } else {
        run.trim_start_matches([':', '.'])
    };
    let first = start + run.len() - trimmed.len();
    let last = first + trimmed.len();
    // Where it is none, a dotted part may still be an IPv4 address: only the colons are done with.
    let next = end
        - text[at..end]
            .bytes()
            .rev()
            .take_while(|byte| *byte != b':')
            .count();
    let inside_word = starts_word(&text[last..]) || (first == start && ends_in_word(&text[..first]));
    if trimmed.len() < 3 || trimmed.len() > 45 || inside_word {
        return (None, next);
    }
    let Ok(address) = trimmed.parse::<Ipv6Addr>() else {
        return (None, next);
    };
    let constant = address.is_loopback() || address.is_unspecified() || !is_plausible(trimmed);
    if level == Level::Sure && constant {
        return (None, next);
    }
    (Some(first..last), end)
}

/// Whether what parses as an IPv6 address is meant as one, and not as a slice, a path or eight numbers.
fn is_plausible(address: &str) -> bool {
    let groups = || address.split(':').filter(|group| !group.is_empty());
    if address.contains('.') {
        return true;
    }
    if !address.contains("::") {
        return groups().any(|group| group.len() > 2);
    }
    let has_digit = address.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = address.bytes().any(|byte| byte.is_ascii_alphabetic());
    let long_first = groups().next().is_some_and(|group| group.len() == 4);
    match groups().count() {
        0..=2 => long_first && has_digit && has_letter,
        _ => has_digit && groups().any(|group| group.len() > 2),
    }
}

/// The IPv4 address in the run of digits and dots around `at`.
pub(super) fn ipv4(text: &str, from: usize, at: usize, level: Level) -> Scanned {
    let bytes = text.as_bytes();
    let digit_at = |place: Option<usize>| {
        place
            .and_then(|place| bytes.get(place))
            .is_some_and(u8::is_ascii_digit)
    };
    if !digit_at(at.checked_sub(1)) || !digit_at(Some(at + 1)) || at == from {
        return (None, at + 1);
    }
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let start = at - bytes[from..at].iter().rev().take_while(is_part).count();
    let end = at + bytes[at..].iter().take_while(is_part).count();
    let run = &text[start..end];
    let address = run.trim_matches('.');
    let first = start + run.len() - run.trim_start_matches('.').len();
    let address = match level {
        Level::Sure => address,
        Level::Shape => address
            .match_indices('.')
            .nth(3)
            .map_or(address, |(fourth, _)| &address[..fourth]),
    };
    let last = first + address.len();
    // The parser of the standard library wants four octets without leading zeros.
    let Ok(octets) = address.parse::<Ipv4Addr>() else {
        return (None, end);
    };
    let constant = octets.is_loopback() || octets.octets()[0] == 0 || octets.octets()[0] == 255;
    let free = match level {
        Level::Sure => {
            !constant && is_free_before(&text[..start], first > start) && is_free_after(&text[last..])
        }
        Level::Shape => !ends_in_word(&text[..start]),
    };
    if !free {
        return (None, end);
    }
    (Some(first..last), end)
}

/// Words after which four numbers are a version or a section.
const NUMBERED: [&str; 10] = [
    "version", "versions", "ver", "v", "release", "rev", "revision", "section", "chapter", "firmware",
];

/// Whether what stands before four octets lets them be an address.
fn is_free_before(before: &str, after_dot: bool) -> bool {
    if ends_in_word(before) {
        return false;
    }
    if after_dot {
        return true;
    }
    if let Some(name) = before.strip_suffix('-') {
        return !name.ends_with(char::is_alphabetic);
    }
    let before = before.trim_end_matches([' ', ':', '=', '"', '\'', '.']);
    if before.ends_with('§') {
        return false;
    }
    let letters = before
        .bytes()
        .rev()
        .take(10)
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let word = &before[before.len() - letters..];
    !NUMBERED
        .iter()
        .any(|numbered| word.eq_ignore_ascii_case(numbered))
}

/// Whether what stands after four octets lets them be an address.
fn is_free_after(after: &str) -> bool {
    if starts_word(after) || after.starts_with(['+', '~']) {
        return false;
    }
    !after
        .strip_prefix(['-', '.'])
        .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|character: char| character == '_' || character.is_ascii_alphanumeric())
}

fn starts_word(text: &str) -> bool {
    text.starts_with(|character: char| character == '_' || character.is_ascii_alphanumeric())
}
