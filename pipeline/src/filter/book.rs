//! Rules for books: what scanning and typesetting leave behind. Apply to books.
//!
//! No paper gives thresholds for these. They were set between books as they are and copies of the same books with
//! errors put in: see `annotate/quality/book.rs` for what was measured.

use super::number;
use crate::recipe::written::{BookRules, Group};
use crate::stage::Rule;

/// The five rules.
pub(super) fn rules(thresholds: &BookRules) -> Vec<Rule> {
    [
        (
            "book_broken_words",
            "broken_word_share",
            thresholds.max_broken_word_share,
        ),
        (
            "book_single_letters",
            "single_letter_share",
            thresholds.max_single_letter_share,
        ),
        (
            "book_contents",
            "contents_line_share",
            thresholds.max_contents_line_share,
        ),
        ("book_index", "index_line_share", thresholds.max_index_line_share),
        (
            "book_hyphens",
            "hyphen_line_share",
            thresholds.max_hyphen_line_share,
        ),
    ]
    .map(|(name, signal, most)| Rule {
        stage: "quality",
        name: name.to_owned(),
        keep: format!("book.{signal} <= {}", number(most)),
        value: Some(format!("book.{signal}")),
        groups: vec![Group::Books.name().to_owned()],
        sources: Vec::new(),
    })
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let list = rules(&BookRules {
            max_index_line_share: 0.4,
            ..BookRules::default()
        });
        assert_eq!(list[3].keep, "book.index_line_share <= 0.4");
        assert!(list.iter().all(|rule| rule.groups == ["books"]));
    }
}
