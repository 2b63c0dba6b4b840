//! Gopher's quality rules (Rae et al. 2021, table A1), in datatrove's order and under its reasons' names, so that
//! the first reason of a verdict can be compared. Apply to prose.

use super::{number, prose_rule};
use crate::recipe::written::Gopher;
use crate::stage::Rule;

/// The ten rules.
pub(super) fn rules(thresholds: &Gopher) -> Vec<Rule> {
    let at_least = |name, signal, least: String| rule(name, signal, ">=", &least);
    let at_most = |name, signal, most: String| rule(name, signal, "<=", &most);
    vec![
        at_least("gopher_short_doc", "word_count", thresholds.min_words.to_string()),
        at_most("gopher_long_doc", "word_count", thresholds.max_words.to_string()),
        at_least(
            "gopher_below_avg_threshold",
            "mean_word_length",
            number(thresholds.min_mean_word_length),
        ),
        at_most(
            "gopher_above_avg_threshold",
            "mean_word_length",
            number(thresholds.max_mean_word_length),
        ),
        at_most(
            "gopher_too_many_hashes",
            "hash_ratio",
            number(thresholds.max_hash_ratio),
        ),
        at_most(
            "gopher_too_many_ellipsis",
            "ellipsis_ratio",
            number(thresholds.max_ellipsis_ratio),
        ),
        at_most(
            "gopher_too_many_bullets",
            "bullet_line_ratio",
            number(thresholds.max_bullet_line_ratio),
        ),
        at_most(
            "gopher_too_many_end_ellipsis",
            "ellipsis_line_ratio",
            number(thresholds.max_ellipsis_line_ratio),
        ),
        at_least(
            "gopher_below_alpha_threshold",
            "alphabetic_word_ratio",
            number(thresholds.min_alphabetic_word_ratio),
        ),
        at_least(
            "gopher_enough_stop_words",
            "stop_words",
            thresholds.min_stop_words.to_string(),
        ),
    ]
}

fn rule(name: &str, signal: &str, comparison: &str, threshold: &str) -> Rule {
    prose_rule("gopher", name, signal, comparison, threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let list = rules(&Gopher {
            min_mean_word_length: 2.5,
            ..Gopher::default()
        });
        let keeps: Vec<&str> = list.iter().map(|rule| rule.keep.as_str()).collect();
        assert_eq!(keeps.len(), 10);
        assert_eq!(keeps[0], "gopher.word_count >= 50");
        assert_eq!(keeps[2], "gopher.mean_word_length >= 2.5");
        assert_eq!(keeps[3], "gopher.mean_word_length <= 10.0");
        assert!(list.iter().all(|rule| rule.groups == ["web", "books"]));
    }
}
