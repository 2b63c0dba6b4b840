//! What the keys of a recipe mean together: every fault that the recipe alone can show, at once.

use std::collections::BTreeSet;

use gristmill_schemas::config::Fault;

use super::Recipe;
use super::written::TokenBudget;
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
    let sources: BTreeSet<&str> = recipe.source.iter().map(|source| source.name.as_str()).collect();
    let mut own_rules = recipe.clone();
    own_rules.filter.clear();
    let mut built_in: BTreeSet<String> = rules(&own_rules).into_iter().map(|rule| rule.name).collect();
    built_in.extend(["exact_duplicate", "near_duplicate"].map(str::to_owned));
    let mut names = BTreeSet::new();
    for (position, filter) in recipe.filter.iter().enumerate() {
        let key = |part: &str| format!("filter[{position}].{part}");
        check_name(&key("name"), &filter.name, faults);
        if !names.insert(&filter.name) {
            faults.push(Fault::new(
                key("name"),
                format!("a second filter named '{}'", filter.name),
            ));
        }
        if built_in.contains(&filter.name) {
            let message = format!("'{}' is the name of a rule that there is already", filter.name);
            faults.push(Fault::new(key("name"), message));
        }
        for source in &filter.sources {
            if !sources.contains(source.as_str()) {
                let known: Vec<&str> = sources.iter().copied().collect();
                let message = format!("no source is named '{source}'; there are: {}", known.join(", "));
                faults.push(Fault::new(key("sources"), message));
            }
        }
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
