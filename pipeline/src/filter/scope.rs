//! Rules that read otherwise for some sources: the rules of each reading of the recipe, limited to its sources, in
//! one list that keeps the order of every one of them.

use crate::recipe::Recipe;
use crate::recipe::written::Source;
use crate::stage::Rule;

/// The rules that `presets` makes of every reading of `recipe`.
///
/// Where a `[[for]]` does not fit, its keys are left out; checking the recipe refuses it.
pub(super) fn rules(recipe: &Recipe, presets: fn(&Recipe) -> Vec<Rule>) -> Vec<Rule> {
    if recipe.scopes.is_empty() {
        return presets(recipe);
    }
    let Ok(readings) = recipe.readings() else {
        return presets(recipe);
    };
    let mut list: Vec<Rule> = Vec::new();
    for reading in readings {
        let mut next = 0;
        for rule in presets(&reading.recipe) {
            let own = reading.sources.iter().map(|position| &recipe.source[*position]);
            let sources = names(own, &rule);
            if sources.is_empty() {
                continue;
            }
            // The same rule of an earlier reading, if it does not stand before what this reading has had already.
            let same = (next..list.len()).find(|position| is_same(&list[*position], &rule));
            if let Some(position) = same {
                list[position].sources.extend(sources);
                next = position + 1;
                continue;
            }
            list.insert(next, Rule { sources, ..rule });
            next += 1;
        }
    }
    for rule in &mut list {
        let all = names(recipe.source.iter(), rule);
        rule.sources
            .sort_by_key(|name| all.iter().position(|known| known == name));
        if rule.sources == all {
            rule.sources.clear();
        }
    }
    list
}

/// The names of those of `sources` to whose group `rule` applies.
fn names<'a>(sources: impl Iterator<Item = &'a Source>, rule: &Rule) -> Vec<String> {
    let asked = |source: &&Source| {
        rule.groups.is_empty() || rule.groups.iter().any(|group| group == source.group.name())
    };
    sources.filter(asked).map(|source| source.name.clone()).collect()
}

/// Whether two rules are one, their sources aside.
fn is_same(one: &Rule, other: &Rule) -> bool {
    let parts = |rule: &Rule| {
        (
            rule.stage,
            rule.name.clone(),
            rule.keep.clone(),
            rule.value.clone(),
            rule.groups.clone(),
        )
    };
    parts(one) == parts(other)
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    fn recipe(text: &str) -> Recipe {
        let head = "version = \"1\"\n[[source]]\nname = \"crawl\"\ngroup = \"web\"\npaths = [\"a\"]\n\
            [[source]]\nname = \"forum\"\ngroup = \"web\"\npaths = [\"b\"]\n\
            [[source]]\nname = \"forge\"\ngroup = \"code\"\npaths = [\"c\"]\n";
        toml::from_str(&format!("{head}{text}")).expect("a recipe")
    }

    /// Name, condition and sources of the rules of that stage.
    fn told(recipe: &Recipe, name: &str) -> Vec<String> {
        let rules = rules(recipe).into_iter();
        let found = rules.filter(|rule| rule.name.contains(name));
        found
            .map(|rule| format!("{} {:?}", rule.keep, rule.sources))
            .collect()
    }

    #[test]
    fn a_rule_that_reads_the_same_everywhere_is_one_rule() {
        let plain = recipe("");
        let entry = recipe("[[for]]\nsources = [\"forum\"]\nquality.gopher.min_words = 5\n");
        assert_eq!(rules(&entry).len(), rules(&plain).len() + 1);
        assert_eq!(
            told(&entry, "gopher_short_doc"),
            [
                "gopher.word_count >= 5 [\"forum\"]",
                "gopher.word_count >= 50 [\"crawl\"]"
            ]
        );
        assert_eq!(
            told(&entry, "gopher_long_doc"),
            told(&plain, "gopher_long_doc"),
            "for all"
        );
        let said = recipe("[[for]]\nsources = [\"forum\"]\nquality.gopher.min_words = 50\n");
        assert_eq!(rules(&said), rules(&plain));
    }

    #[test]
    fn a_rule_set_can_be_off_for_a_source_and_on_for_another_alone() {
        let off = recipe("[[for]]\nsources = [\"forum\"]\nquality.rules = []\n");
        let rule = rules(&off)
            .into_iter()
            .find(|rule| rule.name == "gopher_short_doc")
            .expect("it is on for others");
        assert_eq!(rule.sources, ["crawl"]);
        let on = recipe(
            "[quality]\nrules = []\n[[for]]\ngroups = [\"web\"]\nsources = [\"forum\"]\nquality.rules = [\"gopher\"]\n",
        );
        let list = rules(&on);
        let quality: Vec<&Rule> = list.iter().filter(|rule| rule.stage == "quality").collect();
        assert_eq!(quality.len(), 10);
        assert!(quality.iter().all(|rule| rule.sources == ["forum"]));
    }

    /// Whatever differs, each source meets its own rules in their order.
    #[test]
    fn every_source_meets_its_rules_in_order() {
        let entry = recipe(
            "[[for]]\nsources = [\"forum\"]\nlanguage.keep = [\"de\"]\nquality.gopher = { min_words = 5, min_stop_words = 0 }\n\
            [[for]]\ngroups = [\"code\"]\nsafety.max_toxic_share = 0.5\n",
        );
        let list = rules(&entry);
        for reading in entry.readings().expect("readings") {
            let source = &entry.source[reading.sources[0]];
            let applies = |rule: &&Rule| {
                (rule.groups.is_empty() || rule.groups.iter().any(|group| group == source.group.name()))
                    && (rule.sources.is_empty() || rule.sources.contains(&source.name))
            };
            let met: Vec<&str> = list
                .iter()
                .filter(applies)
                .map(|rule| rule.keep.as_str())
                .collect();
            let own = super::super::presets(&reading.recipe);
            let expected: Vec<&str> = own
                .iter()
                .filter(applies)
                .map(|rule| rule.keep.as_str())
                .collect();
            assert_eq!(met, expected, "{}", source.name);
        }
    }
}
