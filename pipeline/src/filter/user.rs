//! The recipe's own filters: SQL over the annotations, passed on as it is written.

use crate::recipe::written::Filter;
use crate::stage::Rule;

/// The rule of one `[[filter]]`. Its condition may be over many columns, so the verdict shows no number.
pub(super) fn rule(filter: &Filter) -> Rule {
    Rule {
        stage: "filter",
        name: filter.name.clone(),
        keep: filter.keep.clone(),
        value: None,
        groups: filter
            .groups
            .iter()
            .map(|group| group.name().to_owned())
            .collect(),
        sources: filter.sources.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Group;

    #[test]
    fn a_filter_is_passed_on() {
        let filter = Filter {
            name: "mine".to_owned(),
            groups: vec![Group::Books],
            sources: vec!["gutenberg".to_owned()],
            keep: "gopher.word_count >= 200".to_owned(),
        };
        let rule = rule(&filter);
        assert_eq!(
            (rule.stage, rule.name.as_str(), rule.keep.as_str()),
            ("filter", "mine", "gopher.word_count >= 200")
        );
        assert_eq!(
            (rule.groups, rule.sources),
            (vec!["books".to_owned()], vec!["gutenberg".to_owned()])
        );
    }
}
