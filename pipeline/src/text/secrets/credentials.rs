//! Names and passwords as they are handed to servers: in addresses (`postgres://user:password@host`), on command
//! lines (`curl -u user:password`), in files of settings (`<add key="Password" value="..."/>`).

use memchr::memmem;

use super::Scope;
use super::entropy::is_placeholder;
use super::family::{Family, Finding};

/// Bytes of a name or password at most.
const LONGEST: usize = 256;

/// Bytes before a user's name in which the command must stand.
const COMMAND: usize = 400;

/// Words that stand for a password on command lines of documentation.
const STAND_INS: [&str; 12] = [
    "pass",
    "password",
    "passwd",
    "pwd",
    "test",
    "token",
    "changeme",
    "changeit",
    "secret",
    "x",
    "xxx",
    "x-oauth-basic",
];

/// The password in the address whose scheme ends with the colon at `at`.
pub(super) fn in_address(text: &str, at: usize, scope: Scope) -> Option<Finding> {
    let bytes = text.as_bytes();
    if bytes.get(at + 1..at + 3) != Some(b"//") {
        return None;
    }
    let start = at + 3;
    let is_user = |byte: &&u8| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'/' | b'"' | b'\'' | b'<' | b'>' | b'?' | b'#' | b'@' | b'`' | b'\\'
            )
    };
    let length = bytes[start..].iter().take(LONGEST).take_while(is_user).count();
    if bytes.get(start + length) != Some(&b'@') {
        return None;
    }
    let (user, password) = text[start..start + length].split_once(':')?;
    let hidden = password.starts_with(['$', '{', '%', '[', '(', '*']) || user.starts_with(['$', '{', '[']);
    let uniform = password
        .bytes()
        .all(|byte| matches!(byte, b'x' | b'X' | b'*' | b'.' | b'_' | b'-'));
    let host = bytes
        .get(start + length + 1)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'[' | b'$' | b'{' | b'%' | b'<'));
    // Documentation is full of these; in code they may be in use.
    let stand_in = scope == Scope::Prose && STAND_INS.iter().any(|word| password.eq_ignore_ascii_case(word));
    if hidden || uniform || stand_in || !host || password.len() < 2 {
        return None;
    }
    let first = start + user.len() + 1;
    Some(Finding {
        family: Family::Password,
        rule: "address-password",
        range: first..start + length,
    })
}

/// The password after the colon at `at`, where `curl -u user` stands before it.
pub(super) fn on_command_line(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b':');
    if !bytes
        .get(at + 1..at + 4)
        .is_some_and(|next| next.iter().all(|byte| is_part(&byte)))
    {
        return None;
    }
    let user = at - bytes[..at].iter().rev().take(64).take_while(is_part).count();
    let option = user
        - bytes[..user]
            .iter()
            .rev()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'=' | b'"' | b'\''))
            .count();
    if option == user || !(bytes[..option].ends_with(b"-u") || bytes[..option].ends_with(b"--user")) {
        return None;
    }
    let command = &bytes[option.saturating_sub(COMMAND)..option];
    memmem::rfind(command, b"curl")?;
    let start = at + 1;
    let length = bytes[start..].iter().take(LONGEST).take_while(is_part).count();
    let password = &text[start..start + length];
    let hidden = password.starts_with(['$', '{', '<', '[', '*', '%'])
        || bytes.get(user).is_some_and(|byte| matches!(byte, b'<' | b'$'));
    let stand_in = STAND_INS
        .iter()
        .any(|word| password.trim_end_matches('>').eq_ignore_ascii_case(word));
    if length < 3 || hidden || stand_in || password.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'.')) {
        return None;
    }
    Some(Finding {
        family: Family::Password,
        rule: "command-password",
        range: start..start + length,
    })
}

/// The value of a setting that is called a password: `<add key="ClearTextPassword" value="..."/>`.
///
/// `at` is the equals sign of `value=`.
pub(super) fn in_setting(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    if bytes.get(at + 1) != Some(&b'"') || !bytes[..at].ends_with(b"value") {
        return None;
    }
    let before = bytes[at.saturating_sub(40)..at].to_ascii_lowercase();
    memmem::find(&before, b"password\"")?;
    let start = at + 2;
    let length = bytes[start..]
        .iter()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>'))
        .count();
    let value = &text[start..start + length];
    let variable = value.starts_with('%') && value.ends_with('%');
    // The password of NuGet's own documentation.
    let known = value == "33f!!lloppa" || value == "hal+9ooo_da!sY";
    if length < 8 || variable || known || is_placeholder(value) {
        return None;
    }
    Some(Finding {
        family: Family::Password,
        rule: "setting-password",
        range: start..start + length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses() {
        let found = |text: &str| {
            let at = text.find(':').expect("a colon");
            in_address(text, at, Scope::Prose).map(|finding| text[finding.range].to_owned())
        };
        assert_eq!(
            found("postgres://app:pa55w0rd@db:5432/x").as_deref(),
            Some("pa55w0rd")
        );
        assert_eq!(found("redis://:s3cret@host").as_deref(), Some("s3cret"));
        for text in [
            "https://host:8000/ @you",
            "https://user@host/",
            "https://user:${PASS}@host/",
            "https://user:<GENERIC_SECRET>@host/",
            "https://host/a:b@c",
            "https://user:****@host",
            "http://\"a:b@c",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
