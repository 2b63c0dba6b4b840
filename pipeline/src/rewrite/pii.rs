//! Masks e-mail and IP addresses: `ask jane@example.org` -> `ask <EMAIL>`.
//!
//! The placeholder is the same everywhere, so that what a document becomes does not depend on its neighbours. What
//! counts as an address is told in [`crate::text::pii`].

use crate::stage::Rewriter;
use crate::text::pii;

/// Replaces each address by its kind's placeholder.
#[derive(Clone, Copy, Debug)]
pub struct MaskPii;

impl Rewriter for MaskPii {
    fn rewrite(&self, text: String) -> String {
        let mut text = text;
        // An address that stood right against another is seen when that one is masked; what is masked holds none of
        // the characters that are looked for, so there is an end.
        loop {
            let findings = pii::find(&text);
            if findings.is_empty() {
                return text;
            }
            let mut masked = String::with_capacity(text.len());
            let mut start = 0;
            for finding in findings {
                masked.push_str(&text[start..finding.range.start]);
                masked.push_str(finding.kind.placeholder());
                start = finding.range.end;
            }
            masked.push_str(&text[start..]);
            text = masked;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked_in_place() {
        let cases = [
            ("", ""),
            ("nothing here: 12:30", "nothing here: 12:30"),
            (
                "Ask jane@example.org, or 84.1.2.3.",
                "Ask <EMAIL>, or <IP_ADDRESS>.",
            ),
            ("漢字 a@b.org 漢字", "漢字 <EMAIL> 漢字"),
        ];
        for (text, expected) in cases {
            assert_eq!(MaskPii.rewrite(text.to_owned()), expected);
        }
    }

    #[test]
    fn text_without_addresses_is_not_copied() {
        let text = "plain text. 1:2".to_owned();
        let before = text.as_ptr();
        let after = MaskPii.rewrite(text);
        assert_eq!(after.as_ptr(), before);
    }
}
