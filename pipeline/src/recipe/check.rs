//! What the keys of a recipe mean together: every fault that the recipe alone can show, at once.

use std::collections::BTreeSet;

use gristmill_schemas::config::{Fault, nearest};
use serde_json::Value;

use super::Recipe;
use super::written::{Filter, TokenBudget};
use crate::annotate::{Resources, Settings, annotators};
use crate::filter::{rules, unknown_language};
use crate::text::pii::format_names;

/// Hashes of a MinHash signature at most: 16 KiB a document.
const MAX_HASHES: u32 = 4_096;

/// The faults of `recipe`; none if it can be run as far as it alone can tell.
#[must_use]
pub fn faults(recipe: &Recipe) -> Vec<Fault> {
    let mut faults = Vec::new();
    check_name("name", &recipe.name, &mut faults);
    check_sources(recipe, &mut faults);
    check_language(recipe, &mut faults);
    check_formats(recipe, &mut faults);
    check_classifiers(recipe, &mut faults);
    check_scopes(recipe, &mut faults);
    super::check_safety::check(&recipe.safety, &mut faults);
    check_filters(recipe, &mut faults);
    check_dedup(recipe, &mut faults);
    check_mixture(recipe, &mut faults);
    if recipe.tokenizer.path.is_some() && recipe.tokenizer.train.is_some() {
        let message = "either a path or train, not both: a tokenizer is loaded or trained";
        faults.push(Fault::new("tokenizer", message));
    }
    check_folders(recipe, &mut faults);
    faults
}

/// What a run removes from its work folder must not be shards, and what it writes over no tokenizer.
fn check_folders(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let whole = |path: &str| std::path::absolute(path).unwrap_or_else(|_| path.into());
    let out = whole(&recipe.shards.out);
    if out.starts_with(whole(&recipe.work)) {
        faults.push(Fault::new(
            "shards.out",
            "the work folder, or a folder in it; shards need a folder of their own",
        ));
    }
    if let Some(path) = &recipe.tokenizer.path
        && whole(path).starts_with(&out)
    {
        let message = "lies in the folder of the shards, which is written anew; copy it elsewhere first";
        faults.push(Fault::new("tokenizer.path", message));
    }
}

/// Names become folder names and parts of SQL.
fn check_name(key: &str, name: &str, faults: &mut Vec<Fault>) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || !name.bytes().all(plain) {
        faults.push(Fault::new(
            key,
            format!("'{name}' is no name: letters, digits, '-' and '_' only"),
        ));
    }
}

fn check_sources(recipe: &Recipe, faults: &mut Vec<Fault>) {
    if recipe.source.is_empty() {
        faults.push(Fault::new(
            "source",
            "there is none: a recipe needs at least one [[source]]",
        ));
    }
    let mut names = BTreeSet::new();
    for (position, source) in recipe.source.iter().enumerate() {
        let key = |part: &str| format!("source[{position}].{part}");
        check_name(&key("name"), &source.name, faults);
        if !names.insert(&source.name) {
            faults.push(Fault::new(
                key("name"),
                format!("a second source named '{}'", source.name),
            ));
        }
        if source.paths.is_empty() {
            faults.push(Fault::new(
                key("paths"),
                "there is none: name files, folders or patterns",
            ));
        }
    }
}

fn check_language(recipe: &Recipe, faults: &mut Vec<Fault>) {
    for (position, code) in recipe.language.keep.iter().enumerate() {
        if let Some(message) = unknown_language(&recipe.language.identifier, code) {
            faults.push(Fault::new(format!("language.keep[{position}]"), message));
        }
    }
    if recipe.language.min_line_share > 0.0 && recipe.language.lines == 0 {
        let message =
            "lines are looked at one by one only where language.lines says how many; 16, for instance";
        faults.push(Fault::new("language.min_line_share", message));
    }
}

fn check_classifiers(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let classifiers = recipe.classifiers();
    let sources: BTreeSet<&str> = recipe.source.iter().map(|source| source.name.as_str()).collect();
    let mut taken: BTreeSet<String> = ["id", "source", "group", "unit", "row"].map(str::to_owned).into();
    let mut settings = Settings::of(recipe, &Resources::default());
    settings.classifiers.clear();
    for annotator in annotators(&settings).unwrap_or_default() {
        taken.insert(annotator.name().to_owned());
    }
    for (key, classifier) in &classifiers {
        let name = &classifier.name;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_column = name.bytes().all(plain) && name.starts_with(|first: char| first.is_ascii_lowercase());
        if !is_column {
            let message =
                format!("'{name}' is no name of a column: small letters, digits and '_', a letter first");
            faults.push(Fault::new(format!("{key}.name"), message));
        } else if !taken.insert(name.clone()) {
            let message = format!("there is already a column named '{name}'");
            faults.push(Fault::new(format!("{key}.name"), message));
        }
        if classifier.keep_above.is_some() && classifier.drop_above.is_some() {
            let message = "keep_above or drop_above, not both: they would be two rules under one name";
            faults.push(Fault::new(key.clone(), message));
        }
        for source in classifier
            .sources
            .iter()
            .filter(|source| !sources.contains(source.as_str()))
        {
            let known: Vec<&str> = sources.iter().copied().collect();
            let message = format!("no source is named '{source}'; there are: {}", known.join(", "));
            faults.push(Fault::new(format!("{key}.sources"), message));
        }
    }
}

/// Names of formats of documents.
fn check_formats(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let known = format_names();
    for (position, name) in recipe.rewrite.pii_formats.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let message = format!(
                "'{name}' is no format of a document; there are: {}",
                known.join(", ")
            );
            faults.push(Fault::new(format!("rewrite.pii_formats[{position}]"), message));
        }
    }
}

fn check_filters(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let mut own_rules = recipe.clone();
    own_rules.filter.clear();
    let presets = rules(&own_rules);
    let mut taken: BTreeSet<&str> = presets.iter().map(|rule| rule.name.as_str()).collect();
    taken.extend(["exact_duplicate", "near_duplicate"]);
    for (position, filter) in recipe.filter.iter().enumerate() {
        let key = |part: &str| format!("filter[{position}].{part}");
        check_name(&key("name"), &filter.name, faults);
        let earlier = &recipe.filter[..position];
        if earlier
            .iter()
            .any(|other| other.name == filter.name && overlap(other, filter))
        {
            faults.push(Fault::new(
                key("name"),
                format!("a second filter named '{}'", filter.name),
            ));
        }
        let stage = filter.stage.name();
        let replaced = presets
            .iter()
            .any(|rule| rule.stage == stage && rule.name == filter.name);
        if filter.stage.adds() && taken.contains(filter.name.as_str()) {
            let of_name = presets.iter().find(|rule| rule.name == filter.name);
            let advice = of_name.map_or_else(String::new, |rule| {
                format!("; with stage = \"{}\" the filter stands in its place", rule.stage)
            });
            let message = format!(
                "'{}' is the name of a rule that there is already{advice}",
                filter.name
            );
            faults.push(Fault::new(key("name"), message));
        } else if !filter.stage.adds() && !replaced {
            let of_stage = presets.iter().filter(|rule| rule.stage == stage);
            let meant = nearest(&filter.name, of_stage.map(|rule| rule.name.as_str()));
            let advice = meant.map_or_else(
                || "leave the stage out to add a filter".to_owned(),
                |name| format!("did you mean '{name}'?"),
            );
            let message = format!(
                "no rule of the stage {stage} is named '{}' for it to stand in place of; {advice}",
                filter.name
            );
            faults.push(Fault::new(key("name"), message));
        }
        check_source_names(recipe, &filter.sources, &key("sources"), faults);
    }
}

/// Whether two filters may meet the same document.
fn overlap(one: &Filter, other: &Filter) -> bool {
    let share_source = one.sources.is_empty()
        || other.sources.is_empty()
        || one.sources.iter().any(|source| other.sources.contains(source));
    let share_group = one.groups.is_empty()
        || other.groups.is_empty()
        || one.groups.iter().any(|group| other.groups.contains(group));
    share_source && share_group
}

fn check_source_names(recipe: &Recipe, names: &[String], key: &str, faults: &mut Vec<Fault>) {
    let known: BTreeSet<&str> = recipe.source.iter().map(|source| source.name.as_str()).collect();
    for name in names {
        if !known.contains(name.as_str()) {
            let known: Vec<&str> = known.iter().copied().collect();
            let message = format!("no source is named '{name}'; there are: {}", known.join(", "));
            faults.push(Fault::new(key, message));
        }
    }
}

/// Keys of `[language]`, `[quality]` and `[safety]` on which annotations depend, which are the same for all sources.
const OF_ALL_SOURCES: [&str; 7] = [
    "language.identifier",
    "language.lines",
    "language.sample_bytes",
    "quality.classifier",
    "safety.toxicity",
    "safety.url_blocklists",
    "safety.word_lists",
];

/// What `[[for]]` says must be of rules and thresholds, for sources that there are.
fn check_scopes(recipe: &Recipe, faults: &mut Vec<Fault>) {
    for (position, scope) in recipe.scopes.iter().enumerate() {
        let key = |part: &str| format!("for[{position}].{part}");
        check_source_names(recipe, &scope.sources, &key("sources"), faults);
        if scope.sources.is_empty() && scope.groups.is_empty() {
            let message = "names neither sources nor groups; what is for all stands in the recipe itself";
            faults.push(Fault::new(format!("for[{position}]"), message));
        }
        let keys = scope.keys();
        if keys.is_empty() {
            let message = "changes nothing: it needs keys of language, quality or safety";
            faults.push(Fault::new(format!("for[{position}]"), message));
        }
        let codes = scope.language.get("keep").and_then(Value::as_array);
        for code in codes.into_iter().flatten().filter_map(Value::as_str) {
            if let Some(message) = unknown_language(&recipe.language.identifier, code) {
                faults.push(Fault::new(key("language.keep"), message));
            }
        }
        for set in keys {
            if OF_ALL_SOURCES.contains(&set.as_str()) {
                let message =
                    "is the same for all sources: annotations depend on it; set it in the recipe itself";
                faults.push(Fault::new(key(&set), message));
            }
        }
    }
    if let Err((position, message)) = recipe.readings() {
        faults.push(Fault::new(format!("for[{position}]"), message));
    }
}

fn check_dedup(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let Some(parameters) = recipe.dedup.near.parameters() else {
        return;
    };
    let hashes = parameters.buckets * parameters.rows;
    if hashes > MAX_HASHES {
        let message =
            format!("buckets times rows is {hashes}, and a signature has {MAX_HASHES} hashes at most");
        faults.push(Fault::new("dedup.near", message));
    }
}

fn check_mixture(recipe: &Recipe, faults: &mut Vec<Fault>) {
    let weights = [recipe.mixture.web, recipe.mixture.books, recipe.mixture.code];
    if recipe.mixture.tokens == TokenBudget::Tokens(0) {
        faults.push(Fault::new(
            "mixture.tokens",
            "0 tokens are nothing to write; \"auto\", \"all\" or a number above 0",
        ));
    }
    if weights.iter().any(|weight| !weight.is_finite()) || weights.iter().sum::<f64>() <= 0.0 {
        faults.push(Fault::new("mixture", "at least one group needs a share above 0"));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::parse;

    fn message(text: &str) -> String {
        match parse(text, Path::new("mill.toml"), &[]) {
            Ok(loaded) => panic!("accepted as {:?}", loaded.recipe),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn all_faults_come_at_once() {
        let text = "version = '1'
name = 'a mill'
[[source]]
name = 'crawl'
group = 'web'
paths = []
[[source]]
name = 'crawl'
group = 'books'
paths = ['b']
[language]
keep = ['en', 'xx']
[[filter]]
name = 'long'
sources = ['crawls']
keep = 'true'
[mixture]
web = 0
books = 0
code = 0
";
        insta::assert_snapshot!(message(text), @r#"
mill.toml has 6 faults:
line 2: name: 'a mill' is no name: letters, digits, '-' and '_' only
line 6: source[0].paths: there is none: name files, folders or patterns
line 8: source[1].name: a second source named 'crawl'
line 12: language.keep[1]: 'xx' is no ISO 639-1 or 639-3 code of a language that can be identified
line 15: filter[0].sources: no source is named 'crawls'; there are: crawl
line 17: mixture: at least one group needs a share above 0
"#);
    }

    #[test]
    fn faults_of_filters_and_entries_for_sources_are_told() {
        let text = "version = '1'
name = 'a'
[[source]]
name = 'crawl'
group = 'web'
paths = ['a']
[[filter]]
name = 'gopher_short_doc'
keep = 'true'
[[filter]]
name = 'gopher_shrt_doc'
stage = 'quality'
keep = 'true'
[[filter]]
name = 'twice'
sources = ['crawl']
keep = 'true'
[[filter]]
name = 'twice'
keep = 'true'
[[for]]
quality.gopher.min_words = 3
[[for]]
sources = ['forum']
[[for]]
sources = ['crawl']
safety.word_lists = ['a.txt']
language.keep = ['xx']
";
        insta::assert_snapshot!(message(text), @r#"
mill.toml has 8 faults:
line 8: filter[0].name: 'gopher_short_doc' is the name of a rule that there is already; with stage = "quality" the filter stands in its place
line 11: filter[1].name: no rule of the stage quality is named 'gopher_shrt_doc' for it to stand in place of; did you mean 'gopher_short_doc'?
line 19: filter[3].name: a second filter named 'twice'
line 21: for[0]: names neither sources nor groups; what is for all stands in the recipe itself
line 23: for[1]: changes nothing: it needs keys of language, quality or safety
line 24: for[1].sources: no source is named 'forum'; there are: crawl
line 27: for[2].safety.word_lists: is the same for all sources: annotations depend on it; set it in the recipe itself
line 28: for[2].language.keep: 'xx' is no ISO 639-1 or 639-3 code of a language that can be identified
"#);
        let text = "version = '1'\n[[for]]\nsources = ['b']\nquality.gopher.min_wrds = 3\n[[source]]\nname = 'b'\n\
            group = 'web'\npaths = ['c']\n";
        insta::assert_snapshot!(message(text), @r"
mill.toml has a fault:
line 4: for[0].quality.gopher.min_wrds: unknown key 'min_wrds'; did you mean 'min_words'?
");
    }

    #[test]
    fn defaults_are_filled_in() {
        let text = "version = '1'\nname = 'a'\n[[source]]\nname = 'b'\ngroup = 'web'\npaths = ['c']\n";
        let recipe = parse(text, Path::new("a.toml"), &[])
            .expect("a whole recipe")
            .recipe;
        assert_eq!(
            (recipe.work.as_str(), recipe.shards.out.as_str()),
            ("work/a", "out/a")
        );
        assert!(recipe.tokenizer.train.is_some());
    }
}
