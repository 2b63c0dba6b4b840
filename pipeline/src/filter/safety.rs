//! Drops what is unsafe to learn from: `toxic_words`, and `pii` and `secrets` where the recipe drops documents with any.
//! Applies to all groups.

use super::number;
use crate::recipe::written::{Pii, Rewrite, Safety, Secrets, Toxicity};
use crate::stage::Rule;

/// The rules of these settings.
pub(super) fn rules(settings: &Safety, rewrite: &Rewrite) -> Vec<Rule> {
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
    if rewrite.pii == Pii::Drop {
        list.push(rule("pii", "pii.total = 0".to_owned(), "pii.total"));
    }
    if rewrite.secrets == Secrets::Drop {
        list.push(rule("secrets", "secrets.total = 0".to_owned(), "secrets.total"));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_follow_the_recipe() {
        let rewrite = |pii, secrets| Rewrite {
            pii,
            secrets,
            ..Rewrite::default()
        };
        let names = |settings: &Safety, pii, secrets| -> Vec<String> {
            let list = rules(settings, &rewrite(pii, secrets));
            list.into_iter().map(|rule| rule.name).collect()
        };
        assert_eq!(
            names(&Safety::default(), Pii::Mask, Secrets::Mask),
            ["toxic_words"]
        );
        assert_eq!(
            names(&Safety::default(), Pii::Drop, Secrets::Drop),
            ["toxic_words", "pii", "secrets"]
        );
        let off = Safety {
            toxicity: Toxicity::None,
            ..Safety::default()
        };
        assert_eq!(names(&off, Pii::Keep, Secrets::Keep), Vec::<String>::new());
        assert_eq!(
            rules(&Safety::default(), &Rewrite::default())[0].keep,
            "toxicity.share <= 0.01"
        );
    }
}
