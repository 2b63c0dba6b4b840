//! C4's page rules (Raffel et al. 2020, section 2.2) and mC4's rule of paragraphs (Xue et al. 2021), in datatrove's
//! order and under its reasons' names. Apply to prose.
//!
//! A page that says "lorem ipsum" after its first curly bracket breaks the rule on curly brackets, as in the reference,
//! which stops reading there.

use super::prose;
use crate::recipe::written::{C4, C4Paragraphs};
use crate::stage::Rule;

/// The rules of a page from which C4's lines are gone, or would be.
pub(super) fn rules(thresholds: &C4) -> Vec<Rule> {
    let ending = if thresholds.terminal_punctuation {
        ""
    } else {
        "_any_ending"
    };
    let signal = |name: &str| format!("c4.{name}{ending}");
    let (lorem, curly, reason, sentences) = (
        signal("lorem_ipsum_lines"),
        signal("curly_bracket_lines"),
        signal("page_reason"),
        signal("sentences"),
    );
    vec![
        rule(
            "lorem_ipsum",
            format!("{lorem} = 0 OR {reason} = 'curly_bracket'"),
            lorem,
        ),
        rule("curly_bracket", format!("{curly} = 0"), curly),
        rule(
            "too_few_sentences",
            format!("{sentences} >= {}", thresholds.min_sentences),
            sentences,
        ),
    ]
}

/// The rule of three long paragraphs.
pub(super) fn paragraph_rules(thresholds: &C4Paragraphs) -> Vec<Rule> {
    vec![rule(
        "< 3 paragraphs",
        format!("c4.third_longest_line >= {}", thresholds.min_paragraph_length),
        "c4.third_longest_line".to_owned(),
    )]
}

fn rule(name: &str, keep: String, value: String) -> Rule {
    Rule {
        stage: "quality",
        name: name.to_owned(),
        keep,
        value: Some(value),
        groups: prose(),
        sources: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_carry_their_thresholds() {
        let keeps = |thresholds: &C4| {
            rules(thresholds)
                .into_iter()
                .map(|rule| rule.keep)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keeps(&C4::default()),
            [
                "c4.lorem_ipsum_lines = 0 OR c4.page_reason = 'curly_bracket'",
                "c4.curly_bracket_lines = 0",
                "c4.sentences >= 5",
            ]
        );
        let fineweb = C4 {
            terminal_punctuation: false,
            min_sentences: 3,
        };
        assert_eq!(keeps(&fineweb)[2], "c4.sentences_any_ending >= 3");
        assert_eq!(
            paragraph_rules(&C4Paragraphs::default())[0].keep,
            "c4.third_longest_line >= 200"
        );
    }
}
