//! The recipe's own filters: SQL over the annotations, passed on as it is written; after all rules, or in place of one
//! of them.

use crate::recipe::written::Filter;
use crate::stage::Rule;

/// `rules` with `filters` put in: behind them, or in place of the rules whose stage and name they have.
///
/// Where a rule stands several times, each for other sources, its filters take those places in their order.
pub(super) fn placed(rules: &[Rule], filters: &[Filter]) -> Vec<Rule> {
    let is_of = |rule: &Rule, filter: &Filter| rule.stage == filter.stage.name() && rule.name == filter.name;
    let mut list = Vec::with_capacity(rules.len() + filters.len());
    let mut seen: Vec<(&'static str, String)> = Vec::new();
    let places = rules.len();
    for position in 0..places {
        let old = &rules[position];
        let mut instead = filters.iter().filter(|filter| is_of(old, filter));
        if instead.clone().next().is_none() {
            list.push(old.clone());
            continue;
        }
        let name = (old.stage, old.name.clone());
        let earlier = seen.iter().filter(|before| **before == name).count();
        let is_last = !rules[position + 1..]
            .iter()
            .any(|later| (later.stage, &later.name) == (old.stage, &old.name));
        let taken = if is_last { usize::MAX } else { 1 };
        list.extend(instead.by_ref().skip(earlier).take(taken).map(rule));
        seen.push(name);
    }
    // A filter whose rule is not there is refused when the recipe is checked; it would not be lost.
    let homeless = |filter: &&Filter| !rules.iter().any(|old| is_of(old, filter));
    list.extend(filters.iter().filter(homeless).map(rule));
    list
}

/// The rule of one `[[filter]]`.
fn rule(filter: &Filter) -> Rule {
    Rule {
        stage: filter.stage.name(),
        name: filter.name.clone(),
        keep: filter.keep.clone(),
        value: filter.value.clone(),
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
    use crate::recipe::written::FilterStage;

    fn filter(name: &str, stage: FilterStage, keep: &str) -> Filter {
        Filter {
            name: name.to_owned(),
            stage,
            groups: vec![Group::Books],
            sources: vec!["gutenberg".to_owned()],
            keep: keep.to_owned(),
            value: None,
        }
    }

    fn preset(name: &str) -> Rule {
        Rule {
            stage: "quality",
            name: name.to_owned(),
            keep: "true".to_owned(),
            value: None,
            groups: Vec::new(),
            sources: Vec::new(),
        }
    }

    #[test]
    fn a_filter_is_passed_on() {
        let rule = rule(&filter("mine", FilterStage::Filter, "gopher.word_count >= 200"));
        assert_eq!(
            (rule.stage, rule.name.as_str(), rule.keep.as_str()),
            ("filter", "mine", "gopher.word_count >= 200")
        );
        assert_eq!(
            (rule.groups, rule.sources),
            (vec!["books".to_owned()], vec!["gutenberg".to_owned()])
        );
    }

    #[test]
    fn filters_stand_behind_the_rules_or_in_their_places() {
        let told = |list: Vec<Rule>| -> Vec<String> {
            list.into_iter()
                .map(|rule| format!("{}={}", rule.name, rule.keep))
                .collect()
        };
        let rules = ["a", "b", "c", "b"].map(preset).to_vec();
        let quality = FilterStage::Quality;
        let after = |filters: &[Filter]| told(placed(&rules, filters));
        assert_eq!(
            after(&[filter("b", FilterStage::Filter, "x")]),
            ["a=true", "b=true", "c=true", "b=true", "b=x"]
        );
        assert_eq!(after(&[filter("b", quality, "x")]), ["a=true", "b=x", "c=true"]);
        let two = [filter("b", quality, "x"), filter("b", quality, "y")];
        assert_eq!(after(&two), ["a=true", "b=x", "c=true", "b=y"]);
        let three = [two[0].clone(), two[1].clone(), filter("b", quality, "z")];
        assert_eq!(after(&three), ["a=true", "b=x", "c=true", "b=y", "b=z"]);
    }
}
