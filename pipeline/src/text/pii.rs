//! Personal data that a scanner can find without a model: e-mail addresses and IP addresses.
//!
//! One scan from left to right looks at each `@`, `:` and `.`, and at the run of characters around it that could
//! belong to an address; no byte is looked at more than a few times. What looks like an address and is none has to
//! stay: version and section numbers (`1.2.3.4-beta`, `1.2.3.4.5`), times, MAC addresses, paths in programs
//! (`a::b`), slices (`x[1::2]`), file names (`logo@2x.png`).
//!
//! Addresses that are constants and name nobody's machine are not taken for personal: loopback, unspecified,
//! broadcast and netmasks. Private networks are, since they tell about somebody's network. (datatrove leaves
//! private networks alone; Presidio takes all of them.)

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use memchr::memchr3;
use memchr::memmem;

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// An IPv4 or IPv6 address.
    IpAddress,
}

impl Kind {
    /// What masks it in text.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "<EMAIL>",
            Self::IpAddress => "<IP_ADDRESS>",
        }
    }

    /// How many placeholders of it are in `text`.
    #[must_use]
    pub fn placeholders(self, text: &str) -> usize {
        memmem::find_iter(text.as_bytes(), self.placeholder().as_bytes()).count()
    }
}

/// Personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

/// All findings in `text`, from left to right; they do not overlap.
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings: Vec<Finding> = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr3(b'@', b':', b'.', rest)) {
        at += step;
        let (found, next) = match bytes[at] {
            b'@' => (email(text, done, at).map(|range| (Kind::Email, range)), at + 1),
            b':' => ipv6(text, done, at),
            _ => ipv4(text, done, at),
        };
        at = next;
        if let Some((kind, range)) = found {
            done = range.end;
            at = at.max(done);
            findings.push(Finding { kind, range });
        }
    }
    findings
}

/// The address around the at sign at `at`, none of it before `from`.
///
/// The local part is of letters, digits and `._%+-`, without a dot at its ends or two in a row; the domain has two
/// labels at least, the last of letters, or is an IPv4 address, bare or in brackets.
fn email(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_local =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    let run = bytes[from..at].iter().rev().take_while(is_local).count();
    let run = &text[at - run..at];
    let after_dots = run.rfind("..").map_or(run, |dots| &run[dots + 2..]);
    let local = after_dots.trim_start_matches('.');
    // `git@host:` names a service, not a person.
    if local.is_empty() || local.ends_with('.') || local == "git" {
        return None;
    }
    let domain = domain_length(&text[at + 1..])?;
    Some(at - local.len()..at + 1 + domain)
}

/// File extensions that stand where a domain's last label would: `logo@2x.png`.
const FILE_EXTENSIONS: [&str; 9] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "pdf"];

/// The length of the domain that `text` starts with.
fn domain_length(text: &str) -> Option<usize> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let inside = bracketed.get(..bracketed.bytes().take(40).position(|byte| byte == b']')?)?;
        let literal = inside.strip_prefix("IPv6:").unwrap_or(inside);
        return literal.parse::<IpAddr>().ok().map(|_| inside.len() + 2);
    }
    let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let run = &text[..text.bytes().take_while(is_domain).count()];
    let before_dots = run.find("..").map_or(run, |dots| &run[..dots]);
    let domain = before_dots.trim_end_matches(['.', '-']);
    let mut labels = 0_usize;
    let mut has_top = false;
    let mut all_numbers = true;
    for label in domain.split('.') {
        if label.is_empty() || label.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return None;
        }
        let is_number = label.bytes().all(|byte| byte.is_ascii_digit());
        all_numbers &= is_number;
        has_top |= labels > 0 && is_top(label);
        labels += 1;
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_file = FILE_EXTENSIONS
        .iter()
        .any(|extension| last.eq_ignore_ascii_case(extension));
    let is_address = (has_top && !is_file) || (all_numbers && labels == 4);
    is_address.then_some(domain.len())
}

fn is_top(label: &str) -> bool {
    let punycode = label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    punycode || (label.len() > 1 && label.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// What a scan from one byte gives: a finding, if any, and where to go on.
type Scanned = (Option<(Kind, Range<usize>)>, usize);

/// The IPv6 address in the run of hexadecimal digits, colons and dots around `at`.
fn ipv6(text: &str, from: usize, at: usize) -> Scanned {
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
    if address.is_loopback() || address.is_unspecified() || !is_plausible(trimmed) {
        return (None, next);
    }
    (Some((Kind::IpAddress, first..last)), end)
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
fn ipv4(text: &str, from: usize, at: usize) -> Scanned {
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
    let last = first + address.len();
    // The parser of the standard library wants four octets without leading zeros.
    let Ok(octets) = address.parse::<Ipv4Addr>() else {
        return (None, end);
    };
    let constant = octets.is_loopback() || octets.octets()[0] == 0 || octets.octets()[0] == 255;
    if constant || !is_free_before(&text[..start], first > start) || !is_free_after(&text[last..]) {
        return (None, end);
    }
    (Some((Kind::IpAddress, first..last)), end)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text)
            .into_iter()
            .map(|finding| &text[finding.range])
            .collect()
    }

    #[test]
    fn addresses_are_found() {
        for (text, expected) in [
            (
                "write to jane.doe+news@mail.example.co.uk.",
                "jane.doe+news@mail.example.co.uk",
            ),
            ("<a@xn--d1acufc.xn--p1ai>", "a@xn--d1acufc.xn--p1ai"),
            ("请联系info@example.com谢谢", "info@example.com"),
            ("root@[10.1.2.3]", "root@[10.1.2.3]"),
            ("from 84.112.7.9:8080, again", "84.112.7.9"),
            ("(192.168.1.1)", "192.168.1.1"),
            ("10.0.0.4-", "10.0.0.4"),
            ("at 2001:db8:85a3::8a2e:370.", "2001:db8:85a3::8a2e:370"),
            ("[fe80::1]:443", "fe80::1"),
            (
                "host:2400:c401::5054:ff:fe1b:b031",
                "2400:c401::5054:ff:fe1b:b031",
            ),
            ("::ffff:84.112.7.9", "::ffff:84.112.7.9"),
            ("text::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        assert_eq!(found("10.0.0.1-10.0.0.9, a@b.org;c@d.org").len(), 4);
    }

    #[test]
    fn what_only_looks_like_an_address_stays() {
        for text in [
            "1.2.3.4-beta",
            "v1.2.3.4",
            "1.2.3.4.5",
            "libfoo-1.2.3.4.tar.gz",
            "version 1.2.3.4",
            "Section 4.1.2.3",
            "1.2.3.4+dfsg",
            "256.1.1.1",
            "10.00.0.1",
            "12:30:45",
            "00:1A:2B:3C:4D:5E",
            "00:11:22:33:44:55:66:77",
            "std::vec",
            "dead::beef",
            "a::b::c",
            "x[1::2]",
            "x[::10]",
            "1:2:3:4:5:6:7:8",
            "::",
            "::1",
            "127.0.0.1",
            "255.255.255.0",
            "0.0.0.0",
            "logo@2x.png",
            "@decorator.name",
            "pkg@1.2.3",
            "git@example.org:a/b",
            "a@b",
            "12345:db8::1",
            "text2001:db8::1",
            "1.2.3.4_x",
            "ab.1.2.3.4",
            "3.14",
            "...",
            "user@-x.com",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_counted() {
        assert_eq!(Kind::Email.placeholders("<EMAIL>, <EMAIL> <IP_ADDRESS>"), 2);
        assert_eq!(Kind::IpAddress.placeholders("<EMAIL>, <EMAIL> <IP_ADDRESS>"), 1);
    }
}
