//! Counts keys, tokens and passwords by family: what the text holds still, and what was masked in it.
//!
//! Columns written: `secrets.cloud`, `secrets.code` and so on, one a family, and `secrets.total`. What counts is told
//! in [`crate::text::secrets`]; random strings count in code alone. The secrets themselves are written nowhere.

use crate::annotate::Subject;
use crate::recipe::written::Group;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::secrets::{Family, Scope, find};
use crate::text::spans::marks;

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Secrets;

const fn count(name: &'static str, meaning: &'static str) -> Signal {
    Signal {
        name,
        signal_type: SignalType::Count,
        meaning,
    }
}

/// One signal a family, in the order of [`Family::ALL`], and their sum.
const SIGNALS: [Signal; Family::ALL.len() + 1] = [
    count("cloud", "keys of clouds and what runs in them, masked ones too"),
    count(
        "code",
        "tokens of version control and its pipelines, masked ones too",
    ),
    count(
        "chat",
        "tokens of chat, mail and social networks, masked ones too",
    ),
    count("payment", "keys of payment, banking and shops, masked ones too"),
    count("package", "tokens of registries of packages, masked ones too"),
    count("service", "keys of other services, masked ones too"),
    count("jwt", "JSON web tokens, masked ones too"),
    count("private_key", "blocks of private keys, masked ones too"),
    count(
        "password",
        "passwords in addresses, commands and assignments, masked ones too",
    ),
    count(
        "generic",
        "other assigned secrets and random strings in code, masked ones too",
    ),
    count("total", "secrets of all families, masked ones too"),
];

impl Annotator for Secrets {
    fn name(&self) -> &'static str {
        "secrets"
    }

    fn signals(&self) -> &'static [Signal] {
        &SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let scope = if document.group == Group::Code {
            Scope::Code
        } else {
            Scope::Prose
        };
        let mut counts = marks(text, &Family::ALL.map(Family::placeholder));
        for finding in find(text, scope) {
            counts[finding.family as usize] += 1;
        }
        for count in counts {
            row.count(count);
        }
        row.count(counts.iter().sum());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};

    #[test]
    fn masked_and_bare_secrets_count() {
        let text = "<CODE_SECRET> https://app:pa55w0rd@example.org <PASSWORD_SECRET>";
        for (name, count) in [("code", 1), ("password", 2), ("cloud", 0), ("total", 3)] {
            assert_eq!(signal(&Secrets, text, name), Value::Count(count), "{name}");
        }
    }

    #[test]
    fn signals_stand_in_the_order_of_the_families() {
        for (place, family) in Family::ALL.into_iter().enumerate() {
            let (_, value) = &signals(&Secrets, family.placeholder())[place];
            assert_eq!(*value, Value::Count(1), "{family:?}");
        }
    }
}
