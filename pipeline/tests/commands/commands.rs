//! The commands that make something, and what all commands have in common: their answers, exit statuses, help, and
//! which of it is stdout and which stderr. `questions.rs` has the commands that look.

use std::fs;

use gristmill::recipe;
use serde_json::Value;

use super::corpus;
use super::mill::{DEMO, Mill, checkout, command, finished, gristmill, json, run, temporary};

#[test]
fn check_tells_what_it_found_on_stderr() {
    let ran = run(&mut command(&["check", DEMO])).with_status(0);
    assert_eq!(ran.stdout, "");
    ran.saying(&[
        "source crawl: 25 files",
        "source library: 32 files",
        "source forge: 286 files",
        "sound",
    ]);
}

#[test]
fn check_print_gives_a_recipe_that_reads_back_the_same() {
    let ran = run(&mut command(&["check", DEMO, "--print", "--set", "seed=7"])).with_status(0);
    let printed: recipe::Recipe = toml::from_str(&ran.stdout).expect("a recipe");
    let path = checkout().join(DEMO);
    let loaded = recipe::load(&path, &["seed=7".parse().expect("an override")]).expect("the demo");
    assert_eq!(printed, loaded.recipe);
    assert_eq!((printed.seed, printed.quality.gopher.min_words), (7, 50));

    let folder = temporary();
    let again = folder.path().join("again.toml");
    fs::write(&again, &ran.stdout).expect("written");
    let again = run(gristmill().args(["check", "--print"]).arg(again)).with_status(0);
    assert_eq!(again.stdout, ran.stdout);
}

#[test]
fn check_columns_lists_what_filters_may_ask_for() {
    let ran = run(&mut command(&["check", DEMO, "--columns"])).with_status(0);
    for column in [
        "language.code",
        "gopher.word_count",
        "toxicity.share",
        "pii.emails",
        "source",
    ] {
        assert!(
            ran.stdout.lines().any(|line| line.starts_with(column)),
            "{column}: {}",
            ran.stdout
        );
    }
}

#[test]
fn curate_keeps_stdout_for_data() {
    let mill = finished().copy();
    let ran = run(&mut mill.curate_demo()).with_status(0);
    let rows = ran.rows();
    let last = rows.last().expect("a row");
    assert_eq!(
        (&last["event"], &last["report"]["name"]),
        (&"report".into(), &"demo".into())
    );
    assert_eq!(last["report"], json(&mill.work().join("report.json")));

    let mut human = command(&["curate", DEMO, "--set", "shards.tokens_per_shard=100000"]);
    human.arg("--set").arg(format!("work={}", mill.work().display()));
    human
        .arg("--set")
        .arg(format!("shards.out={}", mill.out().display()));
    let ran = run(&mut human).with_status(0);
    assert_eq!(ran.stdout, "");
    let ran = ran.saying(&["read", "reused", "FUNNEL", "MIXTURE", "NEXT  gristmill verify"]);
    assert!(
        !ran.stderr.contains('\u{1b}'),
        "no colour where stderr is no terminal"
    );
    let ran = run(human.env("NO_COLOR", "1")).with_status(0);
    assert!(!ran.stderr.contains('\u{1b}'));
    let ran = run(human.arg("--quiet")).with_status(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn curate_stops_where_it_is_told() {
    let mill = Mill::new();
    let ran = run(mill.curate(DEMO).args(["--until", "annotate"])).with_status(0);
    let ended: Vec<Value> = ran
        .rows()
        .into_iter()
        .filter(|row| row["event"] == "ended")
        .collect();
    assert_eq!(ended.len(), 2);
    assert!(mill.work().join("annotations").is_dir() && !mill.work().join("verdicts").exists());
    run(mill.curate(DEMO).args(["--until", "bread"]))
        .with_status(2)
        .saying(&["unknown stage 'bread'", "shard"]);
    run(mill.curate(DEMO).args(["--cluster", "df://mill:1"]))
        .with_status(2)
        .saying(&["df://mill:1"]);
    run(mill.curate(DEMO).args(["--threads", "0"]))
        .with_status(2)
        .saying(&["--threads"]);
}

#[test]
fn completions_and_the_manual_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&mut command(&["completions", shell])).with_status(0);
        assert!(
            ran.stdout.contains("curate") && ran.stdout.contains("partitions"),
            "{shell}"
        );
    }
    run(&mut command(&["completions", "abacus"]))
        .with_status(2)
        .saying(&["abacus"]);
    let ran = run(&mut command(&["manual"])).with_status(0);
    assert!(
        ran.stdout.contains(".TH gristmill") && ran.stdout.contains("curate"),
        "{}",
        ran.stdout
    );
}

#[test]
fn every_command_explains_itself() {
    let ran = run(&mut command(&["--help"])).with_status(0);
    let commands = [
        "curate",
        "check",
        "verify",
        "inspect",
        "query",
        "explain",
        "report",
        "completions",
        "manual",
    ];
    for name in commands {
        assert!(
            ran.stdout.lines().any(|line| line.trim_start().starts_with(name)),
            "{name}: {}",
            ran.stdout
        );
        let ran = run(&mut command(&[name, "--help"])).with_status(0);
        assert!(
            ran.stdout.contains("Usage: gristmill") && ran.stderr.is_empty(),
            "{name}: {}",
            ran.stdout
        );
    }
    let ran = run(&mut command(&["--version"])).with_status(0);
    assert_eq!(ran.stdout, format!("gristmill {}\n", env!("CARGO_PKG_VERSION")));
    run(&mut command(&[])).with_status(2).saying(&["Usage"]);
    run(&mut command(&["grind"])).with_status(2).saying(&["grind"]);
    run(&mut command(&["curate", DEMO, "--set", "no-equals-sign"]))
        .with_status(2)
        .saying(&["key=value"]);
}

/// A folder with the groups in it needs no recipe.
#[test]
fn curate_takes_a_raw_folder() {
    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw/books")).expect("a folder");
    fs::write(
        mill.path("raw/books/pages.jsonl"),
        corpus::jsonl(&corpus::pages()),
    )
    .expect("written");
    let mut curate = command(&["curate", "--raw", "raw", "--out", "here", "--json"]);
    curate
        .args(["--set", "tokenizer.train.vocab_size=300"])
        .current_dir(mill.path(""));
    let ran = run(&mut curate).with_status(0);
    let report = &ran.rows().pop().expect("a report")["report"];
    let shards = report["shards"]["folder"].as_str().expect("a folder");
    run(gristmill().arg("verify").arg(mill.path(shards))).with_status(0);

    run(curate.arg("--raw")).with_status(2);
    let mut both = command(&["curate", DEMO, "--raw", "raw", "--out", "here"]);
    run(&mut both).with_status(2).saying(&["cannot be used with"]);
    fs::create_dir(mill.path("empty")).expect("a folder");
    let mut none = command(&["curate", "--raw", "empty", "--out", "here"]);
    run(none.current_dir(mill.path("")))
        .with_status(2)
        .saying(&["empty", "web"]);
}
