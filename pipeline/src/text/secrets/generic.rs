//! Secrets of no service: what is assigned to a name such as `api_key` or `password`, the headers that carry them,
//! and, in code, strings that are too random for anything else.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::assigned::Assignment;
use super::entropy::{entropy, is_placeholder, is_random};
use super::family::{Family, Finding};

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// It is a password.
    Password,
    /// It is a secret.
    Secret,
    /// It may be one.
    Perhaps,
    /// It is something else that is called alike.
    Other,
}

const NAMES: [(&str, Says); 66] = [
    ("password", Says::Password),
    ("passwd", Says::Password),
    ("passwort", Says::Password),
    ("passphrase", Says::Password),
    ("pwd", Says::Password),
    ("_pass", Says::Password),
    ("db_pass", Says::Password),
    ("secret", Says::Secret),
    ("api_key", Says::Secret),
    ("apikey", Says::Secret),
    ("api-key", Says::Secret),
    ("api.key", Says::Secret),
    ("api key", Says::Secret),
    ("access_key", Says::Secret),
    ("accesskey", Says::Secret),
    ("access-key", Says::Secret),
    ("access_token", Says::Secret),
    ("accesstoken", Says::Secret),
    ("access-token", Says::Secret),
    ("auth_token", Says::Secret),
    ("authtoken", Says::Secret),
    ("auth-token", Says::Secret),
    ("private_key", Says::Secret),
    ("privatekey", Says::Secret),
    ("private-key", Says::Secret),
    ("credential", Says::Secret),
    ("bearer", Says::Secret),
    ("refresh_token", Says::Secret),
    ("api_token", Says::Secret),
    ("apitoken", Says::Secret),
    ("api-token", Says::Secret),
    ("token", Says::Perhaps),
    ("key", Says::Perhaps),
    ("auth", Says::Perhaps),
    ("creds", Says::Perhaps),
    ("public", Says::Other),
    ("pub_key", Says::Other),
    ("pubkey", Says::Other),
    ("primary", Says::Other),
    ("foreign", Says::Other),
    ("keyword", Says::Other),
    ("keyboard", Says::Other),
    ("monkey", Says::Other),
    ("author", Says::Other),
    ("tokeniz", Says::Other),
    ("hash", Says::Other),
    ("sha", Says::Other),
    ("md5", Says::Other),
    ("checksum", Says::Other),
    ("digest", Says::Other),
    ("etag", Says::Other),
    ("fingerprint", Says::Other),
    ("integrity", Says::Other),
    ("signature", Says::Other),
    ("commit", Says::Other),
    ("key_id", Says::Other),
    ("keyid", Says::Other),
    ("key id", Says::Other),
    ("cache", Says::Other),
    ("revision", Says::Other),
    ("url", Says::Other),
    ("uri", Says::Other),
    ("csrf", Says::Other),
    ("path", Says::Other),
    ("file", Says::Other),
    ("version", Says::Other),
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(NAMES.map(|(name, _)| name))
        .ok()
});

/// Bytes after such a name, before the operator.
const MOST_BETWEEN: usize = 12;

/// What the end of a name says.
fn says(name: &str) -> Option<Says> {
    let mut strongest = None;
    for found in AUTOMATON.as_ref()?.find_overlapping_iter(name) {
        let (_, says) = NAMES.get(found.pattern().as_usize())?;
        if *says == Says::Other {
            return Some(Says::Other);
        }
        if name.len() - found.end() > MOST_BETWEEN {
            continue;
        }
        strongest = match (strongest, says) {
            (Some(Says::Password), _) | (_, Says::Password) => Some(Says::Password),
            (Some(Says::Secret), _) | (_, Says::Secret) => Some(Says::Secret),
            _ => Some(Says::Perhaps),
        };
    }
    strongest
}

/// The secret that the assignment gives to a name that says so.
pub(super) fn of_name(text: &str, assignment: &Assignment<'_>) -> Option<Finding> {
    let value = &text[assignment.value.clone()];
    let trimmed = value.trim_end_matches(['.', ':', '!', '?']);
    if is_placeholder(trimmed) || is_elsewhere(trimmed) {
        return None;
    }
    let random = trimmed.len() >= 16 && is_random(trimmed) && entropy(trimmed) >= 3.0;
    if !random && !is_password(trimmed, assignment.quoted) {
        return None;
    }
    let says = says(assignment.name)?;
    let is_one = match says {
        Says::Password => is_password(trimmed, assignment.quoted),
        Says::Secret => random,
        Says::Perhaps => random && trimmed.len() >= 20 && entropy(trimmed) >= 3.5,
        Says::Other => false,
    };
    let start = assignment.value.start;
    let (family, rule) = match says {
        Says::Password => (Family::Password, "assigned-password"),
        _ => (Family::Generic, "assigned-secret"),
    };
    is_one.then(|| Finding {
        family,
        rule,
        range: start..start + trimmed.len(),
    })
}

/// Whether it is read from somewhere, and not written down.
fn is_elsewhere(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let begins = [
        "http:",
        "https:",
        "file:",
        "/",
        "./",
        "process.env",
        "os.environ",
        "env.",
        "self.",
        "this.",
        "config.",
        "data:",
        "--",
    ];
    begins.iter().any(|start| lower.starts_with(start)) || value.contains("::") || value.contains("->")
}

/// Whether it is drawn up to be hard to guess: letters and digits, and capitals or signs beside them.
fn is_password(value: &str, quoted: bool) -> bool {
    let has = |is: fn(u8) -> bool| value.bytes().any(is);
    let digit = has(|byte| byte.is_ascii_digit());
    let lower = has(|byte| byte.is_ascii_lowercase());
    let upper = has(|byte| byte.is_ascii_uppercase());
    let sign = has(|byte| {
        matches!(
            byte,
            b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'~' | b'?'
        )
    });
    let kinds = usize::from(digit) + usize::from(lower) + usize::from(upper) + usize::from(sign);
    let least = if quoted { 3 } else { 4 };
    value.len() <= 64 && digit && kinds >= least && entropy(value) >= 2.5
        || (value.len() >= 16 && is_random(value) && entropy(value) >= 3.5)
}

/// The credential in a header: `Authorization: Bearer ...`, `X-Api-Key: ...`.
///
/// `at` is the colon.
pub(super) fn of_header(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    if !bytes[..at].ends_with(b"n") && !bytes[..at].ends_with(b"N") {
        return None;
    }
    let length = bytes[..at]
        .iter()
        .rev()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-')
        .count();
    let name = &text[at - length..at];
    let ends =
        |end: &str| name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end);
    if !ends("authorization") {
        return None;
    }
    let skip = |from: usize| {
        from + bytes[from..]
            .iter()
            .take(8)
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\''))
            .count()
    };
    let mut start = skip(at + 1);
    let scheme = ["basic ", "bearer ", "token ", "api-token ", "apikey "]
        .into_iter()
        .find(|scheme| {
            text.get(start..start + scheme.len())
                .is_some_and(|word| word.eq_ignore_ascii_case(scheme))
        })?;
    start = skip(start + scheme.len());
    let is_value = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'~' | b'@' | b'.' | b'+' | b'/' | b'_' | b'-')
    };
    let length = bytes[start..].iter().take(4096).take_while(is_value).count();
    let value = &text[start..start + length];
    let mixed = value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic());
    if length < 8 || !mixed || entropy(value) < 2.75 || is_placeholder(value) {
        return None;
    }
    Some(Finding {
        family: Family::Generic,
        rule: "authorization-header",
        range: start..start + length,
    })
}

/// Whether the run of `start..end` is a string of code, in quotes, too random to be a name: letters of both cases and
/// digits, long as keys are.
pub(super) fn is_random_string(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let quote = |place: Option<&u8>| place.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let value = &text[start..end];
    let has = |is: fn(u8) -> bool| value.bytes().any(is);
    (24..=128).contains(&value.len())
        && quote(start.checked_sub(1).and_then(|place| bytes.get(place)))
        && quote(bytes.get(end))
        && has(|byte| byte.is_ascii_lowercase())
        && has(|byte| byte.is_ascii_uppercase())
        && has(|byte| byte.is_ascii_digit())
        && is_random(value)
        && entropy(value) >= 4.0
        && !is_placeholder(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::secrets::assigned::assignment;

    fn found(text: &str) -> Option<&str> {
        let finding = text
            .match_indices(['=', ':', '>'])
            .filter_map(|(at, _)| assignment(text, at))
            .find_map(|assignment| of_name(text, &assignment))?;
        Some(&text[finding.range])
    }

    #[test]
    fn names_tell_secrets() {
        for (text, secret) in [
            ("password = \"S3cr3t!pass\"", "S3cr3t!pass"),
            ("api_key: q8Zk2LmN9pXv4RtY7wBc", "q8Zk2LmN9pXv4RtY7wBc"),
            (
                "{\"clientSecret\": \"f3a9c1d07b5e4f28a6c0d9e1\"}",
                "f3a9c1d07b5e4f28a6c0d9e1",
            ),
        ] {
            assert_eq!(found(text), Some(secret), "{text}");
        }
        for text in [
            "password = \"password\"",
            "password = os.environ['PASS_1']",
            "api_key = \"${API_KEY_12}\"",
            "token = getToken2()",
            "key: version-1.2.3",
            "commit_key: 5cb4a5f04cd412fe946667b17f0129ba17aeb2e0",
            "key = \"some_long_name_of_2_things\"",
            "Password: at least 8 letters",
            "public_key = q8Zk2LmN9pXv4RtY7wBc1",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
