//! Drops what is unsafe to learn from: `toxic_words`, and `pii` where the recipe drops documents with personal data.
//! Applies to all groups.

use super::number;
use crate::recipe::written::{Pii, Safety, Toxicity};
use crate::stage::Rule;

/// The rules of these settings.
pub(super) fn rules(settings: &Safety, pii: Pii) -> Vec<Rule> {
    let rule = |name: &str, keep: String, value: &str| Rule {
        stage: "safety",
        name: name.to_owned(),
        keep,
        value: Some(value.to_owned()),
        groups: Vec::new(),
        sources: Vec::new(),
    };
    let mut list = Vec::new();
    if settings.toxicity == Toxicity::Words {
        let keep = format!("toxicity.share <= {}", number(settings.max_toxic_share));
        list.push(rule("toxic_words", keep, "toxicity.share"));
    }
    if pii == Pii::Drop {
        let all = "pii.emails + pii.ip_addresses";
        list.push(rule("pii", format!("{all} = 0"), all));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_follow_the_recipe() {
        let names = |settings: &Safety, pii| -> Vec<String> {
            rules(settings, pii).into_iter().map(|rule| rule.name).collect()
        };
        assert_eq!(names(&Safety::default(), Pii::Mask), ["toxic_words"]);
        assert_eq!(names(&Safety::default(), Pii::Drop), ["toxic_words", "pii"]);
        let off = Safety {
            toxicity: Toxicity::None,
            ..Safety::default()
        };
        assert_eq!(names(&off, Pii::Keep), Vec::<String>::new());
        assert_eq!(
            rules(&Safety::default(), Pii::Keep)[0].keep,
            "toxicity.share <= 0.01"
        );
    }
}
