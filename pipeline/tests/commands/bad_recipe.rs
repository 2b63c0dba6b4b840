//! Bad recipes: every fault is told with its key, its line and what would be right, before anything is read.

use std::fs;

use super::bad_input::{curate, mill_with_good_file};
use super::corpus;
use super::mill::{DEMO, Mill, gristmill, run};

/// Faults of the recipe end with status 2 and name what is wrong, and nothing is written.
#[track_caller]
fn assert_refused(arguments: &[&str], parts: &[&str]) {
    let mill = Mill::new();
    run(mill.curate(DEMO).args(arguments))
        .with_status(2)
        .saying(parts);
    assert!(!mill.work().exists(), "nothing was begun");
    let mut check = gristmill();
    run(check.arg("check").arg(DEMO).args(arguments))
        .with_status(2)
        .saying(parts);
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    let mill = mill_with_good_file();
    let recipe = corpus::recipe("raw") + "[qualty]\nrules = []\n[dedup]\nexcat = true\n";
    fs::write(mill.path("recipe.toml"), recipe).expect("written");
    let parts = [
        "line 12",
        "did you mean 'quality'",
        "line 15",
        "did you mean 'exact'",
    ];
    run(&mut curate(&mill)).with_status(2).saying(&parts);
    assert_refused(&["--set", "sed=1"], &["unknown key 'sed'", "did you mean 'seed'"]);
}

#[test]
fn what_is_no_recipe_is_refused() {
    let mill = mill_with_good_file();
    for (text, part) in [
        ("not a recipe", "line 1"),
        ("", "version"),
        ("version = '1'\nsource = 3\n", "line 2"),
    ] {
        fs::write(mill.path("recipe.toml"), text).expect("written");
        run(&mut curate(&mill))
            .with_status(2)
            .saying(&["recipe.toml", part]);
    }
    fs::write(mill.path("recipe.toml"), b"name = '\xff'").expect("written");
    run(&mut curate(&mill)).with_status(2).saying(&["recipe.toml"]);
    fs::remove_file(mill.path("recipe.toml")).expect("removed");
    run(&mut curate(&mill))
        .with_status(2)
        .saying(&["recipe.toml", "No such file"]);
}

#[test]
fn paths_that_lead_nowhere_are_refused() {
    assert_refused(
        &["--set", "source.0.paths=['fixtures/nowhere']"],
        &["source[0].paths", "nowhere"],
    );
    let pattern = "source.1.paths=['fixtures/*.nothing']";
    assert_refused(&["--set", pattern], &["source[1].paths", "holds no file", "line"]);
}

#[test]
fn filters_that_do_not_fit_are_refused_before_anything_is_read() {
    let keep = |sql: &str| format!("filter.0.keep={sql}");
    for (sql, part) in [
        ("gopher.word_count >>> 3", "sql"),
        ("gopher.wordcount > 3", "wordcount"),
        ("no_such_column", "no_such_column"),
        ("no_such_function(id)", "no_such_function"),
        ("text LIKE '%a%'", "text"),
        ("gopher.word_count", "filter[0].keep"),
    ] {
        assert_refused(&["--set", &keep(sql)], &["filter[0].keep", part]);
    }
}

#[test]
fn models_and_lists_that_are_none_are_refused() {
    let tokenizer = |path: &str| format!("tokenizer={{path='{path}'}}");
    assert_refused(
        &["--set", &tokenizer("fixtures/README.md")],
        &["tokenizer.path", "fixtures/README.md"],
    );
    assert_refused(
        &["--set", &tokenizer("fixtures/expected.json")],
        &["tokenizer.path"],
    );
    assert_refused(
        &["--set", &tokenizer("nowhere.json")],
        &["nowhere.json", "No such file"],
    );
    let list = "safety.word_lists=['nowhere.txt']";
    assert_refused(&["--set", list], &["safety.word_lists[0]", "nowhere.txt"]);
}
