//! Gopher's repetition rules (Rae et al. 2021, table A1), in datatrove's order and under its reasons' names, so that
//! the first reason of a verdict can be compared. Apply to prose.

use super::{number, prose};
use crate::recipe::written::GopherRepetition;
use crate::stage::Rule;

/// The thirteen rules.
pub(super) fn rules(thresholds: &GopherRepetition) -> Vec<Rule> {
    [
        ("dup_para_frac", "paragraphs", thresholds.max_paragraphs),
        (
            "dup_para_char_frac",
            "paragraph_characters",
            thresholds.max_paragraph_characters,
        ),
        ("dup_line_frac", "lines", thresholds.max_lines),
        (
            "dup_line_char_frac",
            "line_characters",
            thresholds.max_line_characters,
        ),
        ("top_2_gram", "top_2_gram", thresholds.max_top_2_gram),
        ("top_3_gram", "top_3_gram", thresholds.max_top_3_gram),
        ("top_4_gram", "top_4_gram", thresholds.max_top_4_gram),
        (
            "duplicated_5_n_grams",
            "duplicated_5_grams",
            thresholds.max_duplicated_5_grams,
        ),
        (
            "duplicated_6_n_grams",
            "duplicated_6_grams",
            thresholds.max_duplicated_6_grams,
        ),
        (
            "duplicated_7_n_grams",
            "duplicated_7_grams",
            thresholds.max_duplicated_7_grams,
        ),
        (
            "duplicated_8_n_grams",
            "duplicated_8_grams",
            thresholds.max_duplicated_8_grams,
        ),
        (
            "duplicated_9_n_grams",
            "duplicated_9_grams",
            thresholds.max_duplicated_9_grams,
        ),
        (
            "duplicated_10_n_grams",
            "duplicated_10_grams",
            thresholds.max_duplicated_10_grams,
        ),
    ]
    .map(|(name, signal, most)| Rule {
        stage: "quality",
        name: name.to_owned(),
        keep: format!("gopher_repetition.{signal} <= {}", number(most)),
        value: Some(format!("gopher_repetition.{signal}")),
        groups: prose(),
        sources: Vec::new(),
    })
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let list = rules(&GopherRepetition {
            max_top_2_gram: 0.25,
            ..GopherRepetition::default()
        });
        let keeps: Vec<&str> = list.iter().map(|rule| rule.keep.as_str()).collect();
        assert_eq!(keeps[0], "gopher_repetition.paragraphs <= 0.3");
        assert_eq!(keeps[4], "gopher_repetition.top_2_gram <= 0.25");
        assert_eq!(keeps[12], "gopher_repetition.duplicated_10_grams <= 0.1");
        assert!(list.iter().all(|rule| rule.groups == ["web", "books"]));
    }
}
