//! `FineWeb`'s own quality rules (Penedo et al. 2024, section 3.6), in datatrove's order and under its reasons' names.
//! Apply to prose.

use super::{number, prose_rule};
use crate::recipe::written::FineWeb;
use crate::stage::Rule;

/// The five rules.
pub(super) fn rules(thresholds: &FineWeb) -> Vec<Rule> {
    vec![
        rule("empty", "lines", ">", "0"),
        rule(
            "line_punct_ratio",
            "punctuated_line_ratio",
            ">=",
            &number(thresholds.min_punctuated_line_ratio),
        ),
        rule(
            "short_line_ratio",
            "short_line_ratio",
            "<=",
            &number(thresholds.max_short_line_ratio),
        ),
        rule(
            "char_dup_ratio",
            "duplicate_character_ratio",
            "<=",
            &number(thresholds.max_duplicate_character_ratio),
        ),
        rule(
            "list_ratio",
            "newline_ratio",
            "<=",
            &number(thresholds.max_newline_ratio),
        ),
    ]
}

fn rule(name: &str, signal: &str, comparison: &str, threshold: &str) -> Rule {
    prose_rule("fineweb", name, signal, comparison, threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let list = rules(&FineWeb {
            max_newline_ratio: 0.5,
            ..FineWeb::default()
        });
        let keeps: Vec<&str> = list.iter().map(|rule| rule.keep.as_str()).collect();
        assert_eq!(
            keeps,
            [
                "fineweb.lines > 0",
                "fineweb.punctuated_line_ratio >= 0.12",
                "fineweb.short_line_ratio <= 0.67",
                "fineweb.duplicate_character_ratio <= 0.01",
                "fineweb.newline_ratio <= 0.5",
            ]
        );
    }
}
