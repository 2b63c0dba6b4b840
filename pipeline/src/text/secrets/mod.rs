//! Secrets: keys, tokens and passwords that open something.
//!
//! Four walks, none of which looks at a byte more than a few times. Runs of token characters are found by looking at
//! a few bytes of every twelve, and each is held against the prefixes that services give to their keys (`token`); at each
//! `=`, `:` and `>` the value and then the name are looked at (`assigned`, `generic`, `credentials`); some have a
//! mark in their middle (`marks`). One file a family holds the shapes.
//!
//! Shapes are facts about the services, taken from their documentation and from the rules that gitleaks and
//! detect-secrets publish. What stands for a secret that is not told (`xxxx`, `${TOKEN}`, `<your-key>`, AWS's
//! `...EXAMPLE`) is none.

mod assigned;
mod chat;
mod cloud;
mod code;
mod credentials;
mod entropy;
mod family;
mod generic;
mod marks;
mod package;
mod payment;
mod runs;
mod service;
mod token;

use memchr::{memchr_iter, memchr3_iter};

use super::spans::merged;

pub use family::{Family, Finding};

/// What kind of text is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Prose: random strings alone are no secrets there.
    Prose,
    /// Code.
    Code,
}

/// All secrets in `text`, from left to right; they do not overlap.
#[must_use]
pub fn find(text: &str, scope: Scope) -> Vec<Finding> {
    let range = |finding: &Finding| finding.range.clone();
    let mut findings = marks::private_keys(text);
    for more in [
        runs::find(text, scope),
        marks::hooks(text),
        marks::azure(text),
        marks::artifactory(text),
        in_assignments(text, scope),
        in_arguments(text),
    ] {
        findings = merged(findings, more, range);
    }
    findings
}

/// What is assigned, or handed over with a name.
fn in_assignments(text: &str, scope: Scope) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut done = 0;
    for at in memchr3_iter(b'=', b':', b'>', text.as_bytes()) {
        if at < done {
            continue;
        }
        if let Some(finding) = at_operator(text, at, scope).filter(|finding| finding.range.start >= done) {
            done = finding.range.end;
            findings.push(finding);
        }
    }
    findings
}

/// What is handed over after its name, both in quotes: `set("api_key", "...")`.
fn in_arguments(text: &str) -> Vec<Finding> {
    let bytes = text.as_bytes();
    let is_quote = |place: usize| bytes.get(place).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let mut findings: Vec<Finding> = Vec::new();
    for at in memchr_iter(b',', bytes) {
        let quoted = at > 0 && is_quote(at - 1) && (is_quote(at + 1) || is_quote(at + 2));
        if !quoted {
            continue;
        }
        let Some(assignment) = assigned::assignment(text, at) else {
            continue;
        };
        let found = assigned::of_service(text, &assignment).or_else(|| generic::of_name(text, &assignment));
        let done = findings.last().map_or(0, |last| last.range.end);
        findings.extend(found.filter(|finding| finding.range.start >= done));
    }
    findings
}

/// What follows the operator that ends at `at`.
fn at_operator(text: &str, at: usize, scope: Scope) -> Option<Finding> {
    let special = match text.as_bytes()[at] {
        b':' => credentials::in_address(text, at, scope)
            .or_else(|| credentials::on_command_line(text, at))
            .or_else(|| generic::of_header(text, at)),
        b'=' => credentials::in_setting(text, at),
        _ => None,
    };
    if special.is_some() {
        return special;
    }
    let assignment = assigned::assignment(text, at)?;
    assigned::of_service(text, &assignment).or_else(|| generic::of_name(text, &assignment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_take_no_longer_than_others() {
        for unit in [
            "=",
            ":",
            "a=",
            "://",
            "://a:",
            "-----BEGIN PRIVATE KEY-----",
            "Q~",
            "AKC",
            "AP",
            "eyJhbGciOiJIUzI1NiJ9.",
            "key=a1b2c3d4",
            "curl -u a:",
            "sk-aaaaaaaaaaaaaaaaaaaaaaaaa-",
            "a",
            "-",
            ".atlasv1.",
            "password:\"",
            "ghp_",
        ] {
            let text = unit.repeat(300_000 / unit.len());
            for finding in find(&text, Scope::Code) {
                assert!(finding.range.end <= text.len());
            }
        }
    }

    #[test]
    fn random_strings_are_secrets_in_code_alone() {
        let text = "x = f('Zk3mQ9vT7bN2xW5rY8cJ4hL6')";
        assert_eq!(find(text, Scope::Code).len(), 1);
        assert_eq!(find(text, Scope::Prose), []);
        for text in [
            "x = '5cb4a5f04cd412fe946667b17f0129ba17aeb2e0'",
            "x = 'org.example.SomeLongClassNameOf2Things'",
            "x = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789'",
        ] {
            assert_eq!(find(text, Scope::Code), [], "{text}");
        }
    }
}
