//! Columns -> verdicts: what a document must show to be kept, as SQL over the annotations. Reads no text, runs no
//! model, so that another threshold costs a scan of a few columns.
//!
//! One file a stage or published rule set; `presets` is the one list. The first rule that a document breaks, in this
//! order, is the reason that its verdict names. `scope.rs` limits rules to sources, `user.rs` puts the user's filters
//! in, `print.rs` writes rules as filters.

mod bad_words;
mod blocklist;
mod book;
mod c4;
mod classifier;
mod code;
mod fineweb;
mod gopher;
mod grammar;
mod language;
mod license;
mod print;
mod redpajama;
mod repetition;
mod safety;
mod scope;
mod user;

pub use language::unknown_language;
pub use print::{as_filter, printed};

use crate::recipe::Recipe;
use crate::recipe::written::{Group, RuleSet};
use crate::stage::Rule;

/// The rules of `recipe`, in the order in which a document meets them: language, quality, safety, the user's own.
///
/// A rule that reads otherwise for some sources stands once for each reading, under one name, for sources that do not
/// overlap.
#[must_use]
pub fn rules(recipe: &Recipe) -> Vec<Rule> {
    user::placed(&scope::rules(recipe, presets), &recipe.filter)
}

/// The rules of stages and rule sets, for all sources alike.
fn presets(recipe: &Recipe) -> Vec<Rule> {
    let mut list = language::rules(&recipe.language);
    for set in &recipe.quality.rules {
        match set {
            RuleSet::Gopher => list.extend(gopher::rules(&recipe.quality.gopher)),
            RuleSet::GopherRepetition => list.extend(repetition::rules(&recipe.quality.gopher_repetition)),
            RuleSet::Grammar => list.extend(grammar::rules(&recipe.quality.grammar)),
            RuleSet::C4 => list.extend(c4::rules(&recipe.quality.c4)),
            RuleSet::C4Paragraphs => list.extend(c4::paragraph_rules(&recipe.quality.c4_paragraphs)),
            RuleSet::FineWeb => list.extend(fineweb::rules(&recipe.quality.fineweb)),
            RuleSet::RedPajama => list.extend(redpajama::rules(&recipe.quality.redpajama)),
            RuleSet::Code => list.extend(code::rules(&recipe.quality.code)),
            RuleSet::Book => list.extend(book::rules(&recipe.quality.book)),
        }
    }
    let classifiers = recipe.classifiers();
    let of = |start: &'static str| {
        let chosen = classifiers.iter().filter(move |(key, _)| key.starts_with(start));
        chosen.filter_map(|(key, classifier)| classifier::rule(key, classifier))
    };
    list.extend(of("quality."));
    list.extend(safety::rules(&recipe.safety, &recipe.rewrite));
    list.extend(bad_words::rule(&recipe.safety));
    list.extend(blocklist::rules(&recipe.safety));
    list.extend(license::rules(&recipe.safety));
    list.extend(of("safety."));
    list.extend(of("classifier["));
    list
}

/// The groups whose documents are prose: rules on language and quality do not apply to code.
fn prose() -> Vec<String> {
    [Group::Web, Group::Books]
        .map(|group| group.name().to_owned())
        .to_vec()
}

/// A rule of quality that compares one of `annotator`'s signals with a threshold, for prose.
fn prose_rule(annotator: &str, name: &str, signal: &str, comparison: &str, threshold: &str) -> Rule {
    let signal = format!("{annotator}.{signal}");
    Rule {
        stage: "quality",
        name: name.to_owned(),
        keep: format!("{signal} {comparison} {threshold}"),
        value: Some(signal),
        groups: prose(),
        sources: Vec::new(),
    }
}

/// A number as SQL: the shortest spelling that is read back as the same number.
fn number(value: f64) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn recipe(toml: &str) -> Recipe {
        let head = "version = \"1\"\n[[source]]\nname = \"a\"\ngroup = \"web\"\npaths = []\n";
        toml::from_str(&format!("{head}{toml}")).expect("a recipe")
    }

    #[test]
    fn rules_stand_in_the_order_of_the_stages() {
        let list = rules(&recipe(
            "[[filter]]\nname = \"mine\"\nkeep = \"shape.lines > 1\"\n",
        ));
        let mut stages: Vec<&str> = list.iter().map(|rule| rule.stage).collect();
        stages.dedup();
        assert_eq!(stages, ["language", "quality", "safety", "filter"]);
        let mut names: Vec<&str> = list.iter().map(|rule| rule.name.as_str()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "names are unique");
    }

    #[test]
    fn everything_can_be_switched_off() {
        let off = "[language]\nidentifier = \"none\"\n[quality]\nrules = []\n[safety]\ntoxicity = \"none\"\n";
        assert_eq!(rules(&recipe(off)), []);
    }

    proptest! {
        #[test]
        fn numbers_are_read_back_as_they_were(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
            prop_assert_eq!(number(value).parse::<f64>().map(f64::to_bits), Ok(value.to_bits()));
        }
    }
}
