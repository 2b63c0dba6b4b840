//! Rules over `RedPajama`-v2's signals (Weber et al. 2024). The dataset came without thresholds but for the example of
//! its card, which is Gopher's rules on these signals: between 50 and 10,000 words, of 3 to 10 characters on average,
//! at most one symbol for ten words, at most nine lines in ten with a bullet. Its fifth, on the most frequent pair of
//! words, is one of Gopher's on repetition. The other thresholds ask nothing until a recipe sets them. Apply to prose.

use super::{number, prose_rule};
use crate::recipe::written::RedPajama;
use crate::stage::Rule;

/// The rules, in the order of the example; those that ask nothing are left out.
pub(super) fn rules(thresholds: &RedPajama) -> Vec<Rule> {
    let default = RedPajama::default();
    let mut list = vec![
        rule(
            "redpajama_few_words",
            "words",
            ">=",
            &thresholds.min_words.to_string(),
        ),
        rule(
            "redpajama_many_words",
            "words",
            "<=",
            &thresholds.max_words.to_string(),
        ),
        rule(
            "redpajama_short_words",
            "mean_word_length",
            ">=",
            &number(thresholds.min_mean_word_length),
        ),
        rule(
            "redpajama_long_words",
            "mean_word_length",
            "<=",
            &number(thresholds.max_mean_word_length),
        ),
        rule(
            "redpajama_symbols",
            "symbol_ratio",
            "<=",
            &number(thresholds.max_symbol_ratio),
        ),
        rule(
            "redpajama_bullets",
            "bullet_line_share",
            "<=",
            &number(thresholds.max_bullet_line_share),
        ),
    ];
    let further = [
        (
            "redpajama_stop_words",
            "stop_word_share",
            ">=",
            thresholds.min_stop_word_share,
            default.min_stop_word_share,
        ),
        (
            "redpajama_unique_words",
            "unique_word_share",
            ">=",
            thresholds.min_unique_word_share,
            default.min_unique_word_share,
        ),
        (
            "redpajama_entropy",
            "unigram_entropy",
            ">=",
            thresholds.min_unigram_entropy,
            default.min_unigram_entropy,
        ),
        (
            "redpajama_capitals",
            "capital_word_share",
            "<=",
            thresholds.max_capital_word_share,
            default.max_capital_word_share,
        ),
        (
            "redpajama_no_letters",
            "no_letter_word_share",
            "<=",
            thresholds.max_no_letter_word_share,
            default.max_no_letter_word_share,
        ),
    ];
    for (name, signal, comparison, threshold, nothing) in further {
        if threshold.to_bits() != nothing.to_bits() {
            list.push(rule(name, signal, comparison, &number(threshold)));
        }
    }
    list
}

fn rule(name: &str, signal: &str, comparison: &str, threshold: &str) -> Rule {
    prose_rule("redpajama", name, signal, comparison, threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let keeps = |thresholds: &RedPajama| {
            rules(thresholds)
                .into_iter()
                .map(|rule| rule.keep)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keeps(&RedPajama::default()),
            [
                "redpajama.words >= 50",
                "redpajama.words <= 10000",
                "redpajama.mean_word_length >= 3.0",
                "redpajama.mean_word_length <= 10.0",
                "redpajama.symbol_ratio <= 0.1",
                "redpajama.bullet_line_share <= 0.9",
            ]
        );
        let more = RedPajama {
            min_unigram_entropy: 3.0,
            ..RedPajama::default()
        };
        assert_eq!(keeps(&more)[6], "redpajama.unigram_entropy >= 3.0");
    }
}
