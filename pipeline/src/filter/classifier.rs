//! Drops by the scores of classifiers: each with a threshold is a rule under the classifier's name.
//!
//! `keep_above` keeps scores that reach it and `drop_above` drops them, as datatrove's `keep_labels` and
//! `remove_labels` do. A text in which the model knows nothing has no score, and is not kept by `keep_above`.

use super::number;
use crate::recipe::written::Classifier;
use crate::stage::Rule;

/// The rule of one classifier; none without a threshold.
pub(super) fn rule(key: &str, classifier: &Classifier) -> Option<Rule> {
    let score = format!("{}.score", classifier.name);
    let keep = match (classifier.keep_above, classifier.drop_above) {
        (Some(least), None) => format!("{score} IS NOT NULL AND {score} >= {}", number(least)),
        (None, Some(most)) => format!("{score} < {}", number(most)),
        (None, None) => return None,
        // Checking the recipe refuses both at once.
        (Some(least), Some(most)) => {
            format!("{score} >= {} AND {score} < {}", number(least), number(most))
        }
    };
    let stage = match key {
        "quality.classifier" => "quality",
        "safety.toxicity" => "safety",
        _ => "filter",
    };
    Some(Rule {
        stage,
        name: classifier.name.clone(),
        keep,
        value: Some(score),
        groups: classifier
            .groups
            .iter()
            .map(|group| group.name().to_owned())
            .collect(),
        sources: classifier.sources.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Group;
    use crate::recipe::written::TextForm;

    #[test]
    fn thresholds_become_rules() {
        let mut classifier = Classifier {
            name: "medical".to_owned(),
            fasttext: "medical.ftz".to_owned(),
            label: None,
            normalize: TextForm::Lines,
            keep_above: Some(0.5),
            drop_above: None,
            groups: vec![Group::Web],
            sources: vec!["crawl".to_owned()],
        };
        let kept = rule("classifier[0]", &classifier).expect("a rule");
        assert_eq!(kept.keep, "medical.score IS NOT NULL AND medical.score >= 0.5");
        assert_eq!((kept.stage, kept.name.as_str()), ("filter", "medical"));
        assert_eq!(
            (kept.groups, kept.sources),
            (vec!["web".to_owned()], vec!["crawl".to_owned()])
        );
        classifier.keep_above = None;
        assert_eq!(rule("classifier[0]", &classifier), None);
        classifier.drop_above = Some(0.25);
        let dropped = rule("safety.toxicity", &classifier).expect("a rule");
        assert_eq!(
            (dropped.stage, dropped.keep.as_str()),
            ("safety", "medical.score < 0.25")
        );
    }
}
