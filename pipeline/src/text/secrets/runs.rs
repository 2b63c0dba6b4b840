//! Runs of token characters, and the secrets that begin in one.

use std::sync::LazyLock;

use regex::Regex;

use super::Scope;
use super::entropy::{entropy, is_placeholder};
use super::family::{Family, Finding};
use super::generic;
use super::token::{self, anchored, is_token_byte};

/// Bytes of the shortest run that is surely looked at.
const SHORTEST: usize = 19;

/// How far apart the places are at which a run is looked for, and which bytes there tell of one: a run of the shortest
/// length holds all three bytes at one of the places, wherever it begins; few words do.
const STRIDE: usize = 12;
const PROBES: [usize; 3] = [0, 3, 7];

/// Bytes that the parts of a token before a dot have at most.
const LONGEST_PART: usize = 26;

/// JSON web tokens: a header and claims that are JSON, a signature or none.
static JWT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    anchored(r"ey[A-Za-z0-9_-]{14,}={0,2}\.ey[A-Za-z0-9/\\_-]{14,}={0,2}\.(?:[A-Za-z0-9/\\_-]{10,}={0,2})?")
});

/// The same once more in Base64: it begins with that of `eyJ`.
static JWT_IN_BASE64: LazyLock<Option<Regex>> =
    LazyLock::new(|| anchored(r"ZXlK[A-Za-z0-9+/\\_-]{60,}={0,2}"));

static DISCORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| anchored(r"[MNO][A-Za-z0-9]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}"));

static TELEGRAM: LazyLock<Option<Regex>> = LazyLock::new(|| anchored(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}"));

static MAILCHIMP: LazyLock<Option<Regex>> = LazyLock::new(|| anchored(r"[0-9a-z]{32}-us[0-9]{1,2}"));

static MAXMIND: LazyLock<Option<Regex>> = LazyLock::new(|| anchored(r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"));

static TERRAFORM: LazyLock<Option<Regex>> =
    LazyLock::new(|| anchored(r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}"));

/// Google's keys that are printed in its samples, by their first characters.
const SAMPLES: [&str; 16] = [
    "AIzaSyabcdefghij",
    "AIzaSyAnLA7NfeLq",
    "AIzaSyCkEhVjf3pd",
    "AIzaSyDMAScliyLx",
    "AIzaSyD3asb-2pEZ",
    "AIzayDNSXIbFmlXb",
    "AIzaSyAdOS2zB6NC",
    "AIzaSyASWm6HmTMd",
    "AIzaSyANUvH9H9Bs",
    "AIzaSyA5_iVawFQ8",
    "AIzaSyA4UrcGxgwQ",
    "AIzaSyDSb51JiIcB",
    "AIzaSyBF2RrAIm4a",
    "AIzaSyBcE-OOIbhj",
    "AIzaSyB8qGxt4ec1",
    "AIzaSyA8vmApnrHN",
];

/// What a byte is, as a bit; token characters have one.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const JOINT: u8 = 8;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < u8::MAX {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' | b'-' => JOINT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// What begins in a run, from left to right.
pub(super) fn find(text: &str, scope: Scope) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let mut findings: Vec<Finding> = Vec::new();
    let mut at = 0;
    let mut done = 0;
    // Where the next probes are; all before `at` is done with.
    let mut probe = 0;
    while let Some(place) = bytes.get(probe..=probe + PROBES[2]) {
        let is_token = |offset: usize| CLASSES[usize::from(place[offset])] != 0;
        if !(is_token(PROBES[0]) & is_token(PROBES[1]) & is_token(PROBES[2])) {
            probe += STRIDE;
            continue;
        }
        let mut classes = 0;
        let mut start = probe;
        while start > at {
            let class = CLASSES[usize::from(bytes[start - 1])];
            if class == 0 {
                break;
            }
            classes |= class;
            start -= 1;
        }
        let mut end = probe;
        while let Some(byte) = bytes.get(end) {
            let class = CLASSES[usize::from(*byte)];
            if class == 0 {
                break;
            }
            classes |= class;
            end += 1;
        }
        at = end;
        probe = end;
        if end - start < SHORTEST || is_name(&bytes[start..end], classes) || start < done {
            continue;
        }
        if let Some(finding) =
            in_run(text, start, end, classes, done, scope).filter(|finding| finding.range.start >= done)
        {
            done = finding.range.end;
            findings.push(finding);
            at = at.max(done);
            probe = at;
        }
    }
    findings
}

/// Whether a run is a word or a name: no secret is without a digit and a change of case.
fn is_name(run: &[u8], classes: u8) -> bool {
    match classes & (LOWER | UPPER | DIGIT) {
        LOWER => true,
        UPPER => classes & JOINT != 0,
        both if both == LOWER | UPPER => classes & JOINT == 0 && run[1..].iter().all(u8::is_ascii_lowercase),
        _ => false,
    }
}

/// What begins with the run of `start..end`, or with one or two short parts before it.
fn in_run(text: &str, start: usize, end: usize, classes: u8, done: usize, scope: Scope) -> Option<Finding> {
    let bytes = text.as_bytes();
    let hyphens = bytes[start..end].iter().take_while(|byte| **byte == b'-').count();
    if let Some(finding) = at_start(text, start + hyphens) {
        return Some(finding);
    }
    if classes & DIGIT == 0 {
        return None;
    }
    let mut first = start;
    for _ in 0..2 {
        let Some(joint) = first
            .checked_sub(1)
            .filter(|joint| matches!(bytes[*joint], b'.' | b':' | b'~'))
        else {
            break;
        };
        let before = &bytes[done.min(joint)..joint];
        let part = before
            .iter()
            .rev()
            .take(LONGEST_PART)
            .take_while(|byte| is_token_byte(**byte))
            .count();
        if part == 0 {
            break;
        }
        first = joint - part;
        if let Some(finding) = at_start(text, first) {
            return Some(finding);
        }
    }
    let random = scope == Scope::Code && generic::is_random_string(text, start, end);
    random.then_some(Finding {
        family: Family::Generic,
        rule: "random-string",
        range: start..end,
    })
}

fn at_start(text: &str, start: usize) -> Option<Finding> {
    let rest = &text[start..];
    let prefixed =
        token::at(text, start).filter(|finding| is_told(&text[finding.range.clone()], finding.rule));
    if prefixed.is_some() {
        return prefixed;
    }
    let bytes = rest.as_bytes();
    let unmarked: (&LazyLock<Option<Regex>>, Family, &'static str) = match bytes {
        [b'e', b'y', ..] => (&JWT, Family::Jwt, "jwt"),
        [b'Z', b'X', b'l', b'K', ..] => (&JWT_IN_BASE64, Family::Jwt, "jwt"),
        _ if bytes.get(14..23) == Some(b".atlasv1.") => (&TERRAFORM, Family::Cloud, "terraform-token"),
        [b'M' | b'N' | b'O', ..] if (24..=26).any(|dot| bytes.get(dot) == Some(&b'.')) => {
            (&DISCORD, Family::Chat, "discord")
        }
        _ if (8..=10).any(|colon| bytes.get(colon) == Some(&b':')) => (&TELEGRAM, Family::Chat, "telegram"),
        _ if bytes.get(32..35) == Some(b"-us") => (&MAILCHIMP, Family::Chat, "mailchimp"),
        _ if bytes.get(36..40) == Some(b"_mmk") => (&MAXMIND, Family::Service, "maxmind"),
        _ => return None,
    };
    let (shape, family, rule) = unmarked;
    let window = &rest[..rest.floor_char_boundary(8192)];
    let found = shape.as_ref()?.find(window)?;
    let goes_on = bytes.get(found.end()).is_some_and(|byte| is_token_byte(*byte));
    if goes_on || entropy(found.as_str()) < 2.5 {
        return None;
    }
    Some(Finding {
        family,
        rule,
        range: start..start + found.end(),
    })
}

/// Whether a token is one that was given out, and not a sample.
fn is_told(token: &str, rule: &str) -> bool {
    match rule {
        "aws-access-key" => !token.ends_with("EXAMPLE") && !token[4..].bytes().all(|byte| byte == b'X'),
        "gcp-api-key" => !SAMPLES.iter().any(|sample| token.starts_with(sample)),
        "vault-service" => token.bytes().any(|byte| byte.is_ascii_digit()),
        "huggingface" => {
            token.bytes().any(|byte| byte.is_ascii_uppercase())
                && token.bytes().any(|byte| byte.is_ascii_lowercase())
        }
        _ => !is_placeholder(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_where_they_begin() {
        let key = format!("{}{}", "ghp_", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5");
        for text in [
            key.clone(),
            format!("token={key}"),
            format!("--{key}"),
            format!("\"{key}\","),
            format!("https://{key}@github.com"),
        ] {
            let found = find(&text, Scope::Prose);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&text[found[0].range.clone()], key);
        }
        assert_eq!(find(&format!("x{key}"), Scope::Prose), []);
        assert_eq!(find(&format!("{key}x1"), Scope::Prose).len(), 1);
    }
}
