//! Drops texts with any bad word: `bad_words`, C4's rule (Raffel et al. 2020, section 2.2), where the recipe sets
//! `safety.max_toxic_words`. With 0 and a list of LDNOOBW it is that rule; `toxic_words` (`safety.rs`) is about their
//! share instead. Applies to all groups.

use crate::recipe::written::{Safety, Toxicity};
use crate::stage::Rule;

/// The rule of these settings, if there is one.
pub(super) fn rule(settings: &Safety) -> Option<Rule> {
    let most = settings.max_toxic_words?;
    (settings.toxicity == Toxicity::Words).then(|| Rule {
        stage: "safety",
        name: "bad_words".to_owned(),
        keep: format!("toxicity.words <= {most}"),
        value: Some("toxicity.words".to_owned()),
        groups: Vec::new(),
        sources: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_follows_the_recipe() {
        assert_eq!(rule(&Safety::default()), None);
        let mut settings = Safety {
            max_toxic_words: Some(0),
            ..Safety::default()
        };
        let found = rule(&settings).expect("a rule");
        assert_eq!(
            (found.name.as_str(), found.keep.as_str()),
            ("bad_words", "toxicity.words <= 0")
        );
        settings.toxicity = Toxicity::None;
        assert_eq!(rule(&settings), None);
    }
}
