//! Keys without a mark of their own, told by what they are assigned to: `heroku_key = "..."`, `"snyk_token": ...`.
//!
//! At each `=`, `:` and `>` the value after it is looked at first, since most are short or words; only then the name
//! before it, for a service's name and, if the value has the shape of that service's keys, for a secret.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};

use super::entropy::{entropy, is_placeholder};
use super::family::{Family, Finding};
use super::{chat, cloud, code, package, payment, service};

/// A key that is a UUID.
pub(super) const UUID: &str = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// Bytes of a name that are looked at.
const LONGEST_NAME: usize = 56;

/// Bytes between a service's name and the operator at most: `sonar` and `_api_token`.
const MOST_BETWEEN: usize = 22;

/// Bytes of a value at most.
const LONGEST_VALUE: usize = 160;

/// Bytes of the shortest value that is looked at.
const SHORTEST_VALUE: usize = 8;

/// Bytes of the shortest key of a service.
const SHORTEST_KEY: usize = 14;

/// What a service's keys look like where its name is said.
#[derive(Debug)]
pub(super) struct Assigned {
    rule: &'static str,
    family: Family,
    /// Parts of the name, in small letters.
    names: &'static [&'static str],
    /// The whole value, as a regular expression; case does not count.
    shape: &'static str,
    entropy: f64,
}

/// One without a bound on its entropy.
pub(super) const fn assigned(
    rule: &'static str,
    family: Family,
    names: &'static [&'static str],
    shape: &'static str,
) -> Assigned {
    Assigned {
        rule,
        family,
        names,
        shape,
        entropy: 0.0,
    }
}

impl Assigned {
    /// The same, with that entropy at least.
    pub(super) const fn bits(self, entropy: f64) -> Self {
        Self { entropy, ..self }
    }
}

struct Services {
    automaton: Option<AhoCorasick>,
    /// The services that each pattern names.
    owners: Vec<usize>,
    all: Vec<(&'static Assigned, OnceLock<Option<Regex>>)>,
}

static SERVICES: LazyLock<Services> = LazyLock::new(|| {
    let mut all = Vec::new();
    for part in [
        cloud::ASSIGNED,
        code::ASSIGNED,
        chat::ASSIGNED,
        payment::ASSIGNED,
        package::ASSIGNED,
        service::ASSIGNED,
    ] {
        all.extend(part.iter().map(|service| (service, OnceLock::new())));
    }
    let mut patterns = Vec::new();
    let mut owners = Vec::new();
    for (number, (service, _)) in all.iter().enumerate() {
        for name in service.names {
            patterns.push(*name);
            owners.push(number);
        }
    }
    let automaton = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .build(patterns)
        .ok();
    Services {
        automaton,
        owners,
        all,
    }
});

/// A name, and the value that it is given.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    /// The end of the name, on the same line.
    pub(super) name: &'a str,
    /// The value without quotes; it has eight bytes at least.
    pub(super) value: Range<usize>,
    /// Whether the value is in quotes.
    pub(super) quoted: bool,
}

/// The assignment whose operator ends at `at`.
pub(super) fn assignment(text: &str, at: usize) -> Option<Assignment<'_>> {
    let bytes = text.as_bytes();
    if matches!(bytes.get(at + 1), Some(b'=' | b'>' | b':')) {
        return None;
    }
    let skipped = bytes[at + 1..]
        .iter()
        .take(8)
        .take_while(|byte| {
            matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\')
                // What an element of XML holds may stand on its own line.
                || (bytes[at] == b'>' && matches!(byte, b'\n' | b'\r'))
        })
        .count();
    let start = at + 1 + skipped;
    let quoted = start > at + 1 && matches!(bytes[start - 1], b'"' | b'\'' | b'`');
    // Most values are shorter than a key.
    if !bytes
        .get(start + SHORTEST_VALUE - 1)
        .is_some_and(|byte| is_value_byte(*byte))
    {
        return None;
    }
    let mut length = 0;
    let mut unlike_a_word = false;
    for byte in bytes[start..]
        .iter()
        .take(LONGEST_VALUE)
        .take_while(|byte| is_value_byte(**byte))
    {
        length += 1;
        unlike_a_word |= is_unlike_a_word(*byte);
    }
    let value = start..start + length;
    // A row of assignments without spaces, such as the query of an address, or the rest of an address.
    let inner = bytes[value.clone()]
        .windows(2)
        .any(|pair| pair[0] == b'=' && pair[1].is_ascii_alphanumeric());
    if (inner && !quoted) || bytes[start..].starts_with(b"//") {
        return None;
    }
    if length < SHORTEST_VALUE || !unlike_a_word {
        return None;
    }
    Some(Assignment {
        name: name_before(text, at),
        value,
        quoted,
    })
}

/// Bytes that end no value.
fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(
            byte,
            b'"' | b'\'' | b'`' | b';' | b',' | b'<' | b'>' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'\\'
        )
}

/// Bytes that names and words do not have.
fn is_unlike_a_word(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b':' | b'%' | b'!' | b'@' | b'#' | b'$' | b'^' | b'&' | b'*')
}

/// The name before the operator that ends at `at`.
fn name_before(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let back = |end: usize, most: usize, is_part: fn(u8) -> bool| {
        end - bytes[..end]
            .iter()
            .rev()
            .take(most)
            .take_while(|byte| is_part(**byte))
            .count()
    };
    let operator = back(at, 4, |byte| {
        matches!(byte, b'=' | b':' | b'?' | b'|' | b'!' | b'+' | b'-')
    });
    let end = back(operator, 4, |byte| {
        matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b']')
    });
    let start = back(end, LONGEST_NAME, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b' ' | b'\t' | b'@' | b'/')
    });
    &text[start..end]
}

/// The key of a service that the assignment names.
pub(super) fn of_service(text: &str, assignment: &Assignment<'_>) -> Option<Finding> {
    if assignment.value.len() < SHORTEST_KEY {
        return None;
    }
    let services = &*SERVICES;
    let name = assignment.name;
    let start = assignment.value.start;
    let rest = &text[start..text.floor_char_boundary((start + LONGEST_VALUE).min(text.len()))];
    for named in services.automaton.as_ref()?.find_overlapping_iter(name) {
        if name.len() - named.end() > MOST_BETWEEN {
            continue;
        }
        let (service, shape) = services
            .all
            .get(*services.owners.get(named.pattern().as_usize())?)?;
        let Some(shape) = shape.get_or_init(|| valued(service.shape)) else {
            continue;
        };
        let Some(found) = shape.find(rest) else {
            continue;
        };
        let next = rest.as_bytes().get(found.end());
        let goes_on = next.is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'(')
        });
        let value = found.as_str();
        let unlike_a_word = value.bytes().any(|byte| byte.is_ascii_digit() || byte == b':');
        if goes_on
            || !unlike_a_word
            || is_odd_hexadecimal(value)
            || entropy(value) < service.entropy
            || is_placeholder(value)
        {
            continue;
        }
        return Some(Finding {
            family: service.family,
            rule: service.rule,
            range: start..start + found.end(),
        });
    }
    None
}

/// Whether hexadecimal digits are of both cases, as no program writes them.
fn is_odd_hexadecimal(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// A regular expression from where it is asked on, the longest of its branches first as they are written.
fn valued(shape: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{shape})"))
        .unicode(false)
        .case_insensitive(true)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles() {
        assert!(SERVICES.automaton.is_some());
        for (service, _) in &SERVICES.all {
            assert!(valued(service.shape).is_some(), "{}", service.rule);
        }
    }

    #[test]
    fn operators_and_quotes_are_many() {
        for text in [
            "heroku_key = \"12345678-abcd-abcd-abcd-1234567890ab\"",
            "HEROKU.KEY := '12345678-abcd-abcd-abcd-1234567890ab'",
            "\"heroku\": \"12345678-abcd-abcd-abcd-1234567890ab\",",
            "heroku-token => 12345678-abcd-abcd-abcd-1234567890ab",
            "<heroku>12345678-abcd-abcd-abcd-1234567890ab</heroku>",
        ] {
            let operators = text.match_indices(['=', ':', '>']);
            let found = operators
                .filter_map(|(at, _)| assignment(text, at))
                .find_map(|assignment| of_service(text, &assignment));
            let value = found.map(|finding| &text[finding.range]);
            assert_eq!(value, Some("12345678-abcd-abcd-abcd-1234567890ab"), "{text}");
        }
    }
}
