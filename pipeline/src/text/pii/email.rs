//! E-mail addresses.

use std::net::IpAddr;
use std::ops::Range;

/// The address around the at sign at `at`, none of it before `from`.
///
/// The local part is of letters, digits and `._%+-`, without a dot at its ends or two in a row; the domain has two
/// labels at least, the last of letters, or is an IPv4 address, bare or in brackets.
pub(super) fn email(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
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
