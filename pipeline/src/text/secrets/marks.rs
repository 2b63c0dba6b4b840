//! Secrets that are told by something in their middle or by a block around them: private keys, web hooks, Azure's
//! client secrets.

use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use super::family::{Family, Finding};
use super::token::anchored;

/// Bytes of a block's first line at most.
const HEADER: usize = 120;

/// Characters of Base64 that a key has at least.
const BODY: usize = 40;

/// Blocks of private keys, PEM and PGP.
///
/// Each block is read to the next five hyphens and no further, so that many beginnings without an end cost no more
/// than one.
pub(super) fn private_keys(text: &str) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings: Vec<Finding> = Vec::new();
    let begin = memmem::Finder::new(b"-----BEGIN");
    let hyphens = memmem::Finder::new(b"-----");
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| begin.find(rest)) {
        let start = at + step;
        at = start + 10;
        let header = &bytes[at..bytes.len().min(at + HEADER)];
        let Some(length) = hyphens.find(header) else {
            continue;
        };
        let title = &header[..length];
        if !title.ends_with(b"PRIVATE KEY") && !title.ends_with(b"PRIVATE KEY BLOCK") {
            continue;
        }
        let body = at + length + 5;
        let Some(length) = hyphens.find(&bytes[body..]) else {
            break;
        };
        let end = body + length;
        at = end;
        let base64 = bytes[body..end]
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric())
            .count();
        if base64 < BODY || !bytes[end + 5..].starts_with(b"END") {
            continue;
        }
        let close = &bytes[end + 5..bytes.len().min(end + 5 + HEADER)];
        let end = hyphens.find(close).map_or(end, |length| end + 5 + length + 5);
        findings.push(Finding {
            family: Family::PrivateKey,
            rule: "private-key",
            range: start..end,
        });
        at = end;
    }
    findings
}

/// The parts of addresses of web hooks that are secret, after what the addresses have in common.
static HOOKS: LazyLock<Vec<(&'static str, Option<Regex>)>> = LazyLock::new(|| {
    let uuid = "[A-Za-z0-9]{8}-(?:[A-Za-z0-9]{4}-){3}[A-Za-z0-9]{12}";
    [
        (
            "hooks.slack.com/",
            r"(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,60}".to_owned(),
        ),
        (
            "webhook.office.com/",
            format!("webhookb2/{uuid}@{uuid}/IncomingWebhook/[A-Za-z0-9]{{32}}/{uuid}(?:/[A-Za-z0-9_-]+)?"),
        ),
        (
            ".com/api/webhooks/",
            r"[0-9]{17,20}/[A-Za-z0-9_-]{60,68}".to_owned(),
        ),
        (
            "hooks.zapier.com/hooks/catch/",
            r"[0-9]{4,}/[A-Za-z0-9]{5,}".to_owned(),
        ),
    ]
    .into_iter()
    .map(|(host, shape)| (host, anchored(&shape)))
    .collect()
});

/// Addresses of web hooks.
pub(super) fn hooks(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (host, shape) in HOOKS.iter() {
        let Some(shape) = shape else {
            continue;
        };
        for place in memmem::find_iter(text.as_bytes(), host.as_bytes()) {
            let start = place + host.len();
            let window = &text[start..text.floor_char_boundary((start + 400).min(text.len()))];
            if let Some(found) = shape.find(window) {
                findings.push(Finding {
                    family: Family::Chat,
                    rule: "web-hook",
                    range: start..start + found.end(),
                });
            }
        }
    }
    findings.sort_by_key(|finding| finding.range.start);
    findings
}

/// Azure's client secrets: three characters, a digit, `Q~`, and 31 to 34 more.
pub(super) fn azure(text: &str) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.' | b'-');
    let mut findings: Vec<Finding> = Vec::new();
    for place in memmem::find_iter(bytes, b"Q~") {
        let Some(start) = place.checked_sub(4) else {
            continue;
        };
        let length = bytes[place + 2..]
            .iter()
            .take(36)
            .take_while(|byte| is_part(**byte))
            .count();
        let end = place + 2 + length;
        let trimmed = end
            - bytes[place + 2..end]
                .iter()
                .rev()
                .take_while(|byte| **byte == b'.')
                .count();
        let begun =
            bytes[start..place - 1].iter().all(|byte| is_part(*byte)) && bytes[place - 1].is_ascii_digit();
        let inside = start
            .checked_sub(1)
            .is_some_and(|before| is_part(bytes[before]) || bytes[before] == b'/');
        let whole = (31..=34).contains(&(trimmed - place - 2));
        let done = findings.last().is_some_and(|last| last.range.end > start);
        if begun && whole && !inside && !done && super::entropy::entropy(&text[start..trimmed]) >= 3.0 {
            findings.push(Finding {
                family: Family::Cloud,
                rule: "azure-client-secret",
                range: start..trimmed,
            });
        }
    }
    findings
}

/// Artifactory's tokens, shorter than all others: `AKC`, or `AP` and a hexadecimal digit, and letters and digits.
pub(super) fn artifactory(text: &str) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings: Vec<Finding> = Vec::new();
    for (prefix, least) in [("AKC", 10), ("AP", 9)] {
        for start in memmem::find_iter(bytes, prefix.as_bytes()) {
            let before = start.checked_sub(1).map(|place| bytes[place]);
            let begins = before
                .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b':' | b'"' | b'\''));
            if !begins {
                continue;
            }
            let rest = &bytes[start + prefix.len()..];
            let length = rest
                .iter()
                .take(256)
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
            let end = start + prefix.len() + length;
            let ends = bytes
                .get(end)
                .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b';'));
            let digits = rest[..length].iter().filter(|byte| byte.is_ascii_digit()).count();
            // Of the second kind, words begin alike.
            let marked = prefix == "AKC"
                || rest.first().is_some_and(u8::is_ascii_digit)
                || (digits > 1 && matches!(rest.first(), Some(b'A'..=b'F')));
            if ends && marked && (least..256).contains(&length) {
                findings.push(Finding {
                    family: Family::Package,
                    rule: "artifactory",
                    range: start..end,
                });
            }
        }
    }
    findings.sort_by_key(|finding| finding.range.start);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_need_a_key_and_an_end() {
        let key = format!(
            "-----BEGIN RSA {0} KEY-----\n{1}\n-----END RSA {0} KEY-----",
            "PRIVATE",
            "MIIB".repeat(20)
        );
        let text = format!("before {key} after");
        let found = private_keys(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].range.clone()], key);
        let empty = "-----BEGIN OPENSSH PRIVATE KEY----------END OPENSSH PRIVATE KEY-----";
        assert_eq!(private_keys(empty), []);
        assert_eq!(
            private_keys(&"-----BEGIN RSA PRIVATE KEY-----\n".repeat(1000)),
            []
        );
        assert_eq!(private_keys(&key.replace("PRIVATE", "PUBLIC")), []);
    }
}
