//! Rules as filters: what `gristmill check --print` shows of a preset, to be read, pasted and changed.

use serde::Serialize;

use crate::recipe::Group;
use crate::recipe::written::{Filter, FilterStage};
use crate::stage::Rule;

/// What stands above the rules.
const HEAD: &str = "
# The rules that this comes to, in the order in which a document meets them. Each can be pasted into the recipe,
# without the '#', and changed: it stands in place of the rule of its name and stage.
";

#[derive(Serialize)]
struct Filters {
    filter: [Filter; 1],
}

/// `rules` as `[[filter]]` entries of a recipe, in comments; those that are `written` as filters by their names.
///
/// # Errors
/// When a rule cannot be spelled as TOML.
pub fn printed(rules: &[Rule], written: &[Filter]) -> Result<String, toml::ser::Error> {
    if rules.is_empty() {
        return Ok(String::new());
    }
    let mut text = HEAD.to_owned();
    for rule in rules {
        let filter = as_filter(rule);
        text.push_str("#\n");
        if written.contains(&filter) {
            text.push_str(&format!(
                "# (then the filter '{}', as it is written above)\n",
                filter.name
            ));
            continue;
        }
        let filters = Filters { filter: [filter] };
        for line in toml::to_string(&filters)?.lines().filter(|line| !line.is_empty()) {
            text.push_str(&format!("# {line}\n"));
        }
    }
    Ok(text)
}

/// The filter that gives the same verdicts as `rule`.
#[must_use]
pub fn as_filter(rule: &Rule) -> Filter {
    let stage = FilterStage::ALL
        .into_iter()
        .find(|stage| stage.name() == rule.stage);
    let groups = Group::ALL.into_iter();
    Filter {
        name: rule.name.clone(),
        stage: stage.unwrap_or_default(),
        groups: groups
            .filter(|group| rule.groups.iter().any(|name| name == group.name()))
            .collect(),
        sources: rule.sources.clone(),
        keep: rule.keep.clone(),
        value: rule.value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;
    use crate::recipe::Recipe;

    const RECIPE: &str = "version = \"1\"
[[source]]
name = \"crawl\"
group = \"web\"
paths = [\"a\"]
[[source]]
name = \"forum\"
group = \"web\"
paths = [\"b\"]
[[filter]]
name = \"mine\"
keep = '''
shape.lines > 1 -- a \"quoted\" comment
'''
[[for]]
sources = [\"forum\"]
quality.gopher.min_words = 5
";

    /// What is printed, pasted behind the recipe that it was printed of, changes no rule.
    #[test]
    fn pasted_back_it_is_the_same() {
        let recipe: Recipe = toml::from_str(RECIPE).expect("a recipe");
        let list = rules(&recipe);
        let text = printed(&list, &recipe.filter).expect("TOML");
        assert!(
            text.contains("# name = \"gopher_short_doc\"\n# stage = \"quality\"\n"),
            "{text}"
        );
        let (_, entries) = text.split_once("#\n").expect("a first entry");
        let uncommented: String = entries
            .lines()
            .filter(|line| !line.starts_with("# ("))
            .map(|line| format!("{}\n", line.trim_start_matches(['#', ' '])))
            .collect();
        let pasted: Recipe = toml::from_str(&format!("{RECIPE}{uncommented}")).expect("still a recipe");
        assert_eq!(pasted.filter.len(), list.len());
        assert_eq!(rules(&pasted), list);
    }
}
