//! Masks personal data and secrets: `ask jane@example.org` -> `ask <EMAIL>`.
//!
//! The placeholder is the same everywhere, so that what a document becomes does not depend on its neighbours. What
//! counts is told in [`crate::text::pii`] and [`crate::text::secrets`]; where a secret and personal data overlap
//! (`https://app:password@example.org`), the secret stands.

use std::ops::Range;

use crate::stage::Rewriter;
use crate::text::pii::{Wanted, find_wanted};
use crate::text::secrets::{self, Scope};
use crate::text::spans::{merged, replaced};

/// Passes over a text at most. What stood right against something masked may be seen by the next pass; more than two
/// passes take a text that was made for it.
const MOST_PASSES: usize = 16;

/// Replaces what is found by its kind's placeholder.
#[derive(Clone, Debug)]
pub struct Mask {
    /// The personal data to mask.
    pub pii: Option<Wanted>,
    /// The secrets to mask, in a text of that kind.
    pub secrets: Option<Scope>,
}

impl Mask {
    /// What is to be masked in `text`, with what masks it.
    fn found(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let secrets = self
            .secrets
            .map(|scope| secrets::find(text, scope))
            .unwrap_or_default();
        let personal = self
            .pii
            .as_ref()
            .map(|wanted| find_wanted(text, wanted))
            .unwrap_or_default();
        let secrets = secrets
            .into_iter()
            .map(|finding| (finding.range, finding.family.placeholder()))
            .collect();
        let personal = personal
            .into_iter()
            .map(|finding| (finding.range, finding.kind.placeholder()))
            .collect();
        merged(secrets, personal, |(range, _)| range.clone())
    }
}

impl Rewriter for Mask {
    fn rewrite(&self, text: String) -> String {
        let mut text = text;
        for _ in 0..MOST_PASSES {
            let found = self.found(&text);
            if found.is_empty() {
                break;
            }
            text = replaced(&text, found.into_iter());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(scope: Scope) -> Mask {
        Mask {
            pii: Some(Wanted::default()),
            secrets: Some(scope),
        }
    }

    /// Pieces of which personal data and secrets are made, and what stands between them.
    const PIECES: [&str; 40] = [
        "a@b.co",
        "1.2.3.4",
        "fe80::1a2b",
        "+1 415 555 0132",
        "(415) 555-0132",
        "4111 1111 1111 1111",
        "tel ",
        "SSN ",
        "536-90-4399",
        "GB29NWBK60161331926819",
        "passport ",
        "A12803456",
        " ",
        "\n",
        ":",
        "=",
        "\"",
        "'",
        "-",
        ".",
        "@",
        "//",
        "https:",
        "user",
        "pass1!Xy",
        "password",
        "secret",
        "api_key",
        "q8Zk2LmN9pXv4RtY7wBc",
        "ghp_",
        "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5",
        "eyJhbGciOiJIUzI1NiJ9",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "Q~",
        "curl -u ",
        "<",
        ">",
        "é",
        "漢",
    ];

    #[test]
    fn what_is_found_is_masked_in_place() {
        let cases = [
            ("", ""),
            ("nothing here: 12:30", "nothing here: 12:30"),
            (
                "Ask jane@example.org, or 84.1.2.3.",
                "Ask <EMAIL>, or <IP_ADDRESS>.",
            ),
            ("漢字 a@b.org 漢字", "漢字 <EMAIL> 漢字"),
            ("Call +1 415 555 0132 now", "Call <PHONE> now"),
            ("card 4111 1111 1111 1111", "card <CREDIT_CARD>"),
            ("to GB29 NWBK 6016 1331 9268 19", "to <IBAN>"),
            ("SSN: 536 90 4399", "SSN: <US_SSN>"),
            ("Passport number: A12803456.", "Passport number: <NATIONAL_ID>."),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "<CRYPTO_WALLET>"),
            (
                "postgres://app:pa55w0rd@db.example.org/x",
                "postgres://app:<PASSWORD_SECRET>@db.example.org/x",
            ),
            (
                "api_key = \"q8Zk2LmN9pXv4RtY7wBc\"",
                "api_key = \"<GENERIC_SECRET>\"",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(all(Scope::Prose).rewrite(text.to_owned()), expected);
        }
    }

    #[test]
    fn text_with_nothing_to_mask_is_not_copied() {
        let text = "plain text. 1:2, 2024-01-15".to_owned();
        let before = text.as_ptr();
        let after = all(Scope::Code).rewrite(text);
        assert_eq!(after.as_ptr(), before);
    }

    #[test]
    fn placeholders_are_nothing_to_mask() {
        let kinds = crate::text::pii::Kind::ALL.map(crate::text::pii::Kind::placeholder);
        let families = secrets::Family::ALL.map(secrets::Family::placeholder);
        let text = kinds.into_iter().chain(families).collect::<Vec<_>>().join("=");
        assert_eq!(all(Scope::Code).rewrite(text.clone()), text);
    }

    proptest! {
        #[test]
        fn masking_twice_changes_nothing_more(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14),
            code in any::<bool>(),
        ) {
            let mask = all(if code { Scope::Code } else { Scope::Prose });
            let once = mask.rewrite(pieces.concat());
            prop_assert_eq!(mask.rewrite(once.clone()), once);
        }

        #[test]
        fn spans_are_in_order_and_on_characters(text in "(\\PC|[0-9a-f@:.=_ -]){0,80}") {
            let mask = all(Scope::Code);
            let found = mask.found(&text);
            prop_assert!(found.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start));
            for (range, _) in found {
                prop_assert!(!range.is_empty() && text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
            }
        }
    }
}
