//! Secrets that carry their own mark: a prefix that a service gives to all of its keys, and a shape after it.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};

use super::entropy::entropy;
use super::family::{Family, Finding};
use super::{chat, cloud, code, package, payment, service};

/// Bytes of a token at most.
const LONGEST: usize = 8192;

/// The shape of a service's keys.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) rule: &'static str,
    pub(super) family: Family,
    /// What they begin with, as it is written; case counts.
    pub(super) prefix: &'static str,
    /// The whole of one, as a regular expression of ASCII characters.
    pub(super) shape: &'static str,
    /// Bits for each byte that it must have.
    pub(super) entropy: f64,
}

/// A token without a bound on its entropy.
pub(super) const fn token(
    rule: &'static str,
    family: Family,
    prefix: &'static str,
    shape: &'static str,
) -> Token {
    Token {
        rule,
        family,
        prefix,
        shape,
        entropy: 0.0,
    }
}

impl Token {
    /// The same, with that entropy at least.
    pub(super) const fn bits(self, entropy: f64) -> Self {
        Self { entropy, ..self }
    }
}

struct Compiled {
    token: &'static Token,
    shape: OnceLock<Option<Regex>>,
}

/// The tokens by the first byte of their prefix.
static TOKENS: LazyLock<Vec<Vec<Compiled>>> = LazyLock::new(|| {
    let mut by_byte: Vec<Vec<Compiled>> = (0..256).map(|_| Vec::new()).collect();
    for part in [
        cloud::TOKENS,
        code::TOKENS,
        chat::TOKENS,
        payment::TOKENS,
        package::TOKENS,
        service::TOKENS,
    ] {
        for token in part {
            let first = token.prefix.as_bytes().first().copied().unwrap_or_default();
            by_byte[usize::from(first)].push(Compiled {
                token,
                shape: OnceLock::new(),
            });
        }
    }
    by_byte
});

/// The token that begins at `start`.
pub(super) fn at(text: &str, start: usize) -> Option<Finding> {
    let rest = text.get(start..)?;
    let first = rest.as_bytes().first()?;
    for compiled in TOKENS.get(usize::from(*first))? {
        let token = compiled.token;
        if !rest.starts_with(token.prefix) {
            continue;
        }
        let Some(shape) = compiled.shape.get_or_init(|| anchored(token.shape)) else {
            continue;
        };
        let window = &rest[..rest.floor_char_boundary(LONGEST)];
        let Some(found) = shape.find(window) else {
            continue;
        };
        let goes_on = rest
            .as_bytes()
            .get(found.end())
            .is_some_and(|byte| is_token_byte(*byte));
        if goes_on || entropy(found.as_str()) < token.entropy {
            continue;
        }
        let range: Range<usize> = start..start + found.end();
        return Some(Finding {
            family: token.family,
            rule: token.rule,
            range,
        });
    }
    None
}

/// A regular expression of ASCII characters, from where it is asked on.
pub(super) fn anchored(shape: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{shape})"))
        .unicode(false)
        .build()
        .ok()
}

/// Characters that a token is of.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles_and_begins_with_its_prefix() {
        for compiled in TOKENS.iter().flatten() {
            let token = compiled.token;
            assert!(anchored(token.shape).is_some(), "{}", token.rule);
            assert!(!token.prefix.is_empty(), "{}", token.rule);
        }
    }
}
