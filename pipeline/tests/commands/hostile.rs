//! What a careful reader tried to break the mill with: other commands between, empty tables, files of others, long
//! words, conditions that change.

use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::mill::{Mill, checkout, contents, finished, run};

/// A run of another recipe in the same work folder, killed anywhere, leaves nothing that the first recipe's next run
/// takes for its own.
#[test]
fn another_recipe_killed_between_changes_nothing() {
    let mill = finished().copy();
    let other = [
        "--set",
        "tokenizer.train.vocab_size=700",
        "--set",
        "quality.gopher.min_words=300",
        "--set",
        "dedup.near=false",
    ];
    for milliseconds in [5, 40, 80, 120, 160, 220, 300, 450, 700, 1_000] {
        let mut child = mill
            .curate_demo()
            .args(other)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut first = [0];
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut first).expect("it says something");
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("the process is ours");
        child.wait().expect("the process ends");
        run(&mut mill.curate_demo()).with_status(0);
        assert_eq!(
            contents(&mill.out()),
            contents(&finished().out()),
            "killed after {milliseconds} ms"
        );
        for folder in ["verdicts", "duplicates", "curated", "tokens"] {
            assert_eq!(
                contents(&mill.work().join(folder)),
                contents(&finished().work().join(folder)),
                "{folder}, killed after {milliseconds} ms"
            );
        }
    }
}

/// An engine that waits for the partitions of a table without rows would wait for ever.
#[test]
fn a_cluster_does_not_wait_for_empty_tables() {
    let off = ["--set", "dedup.near=false", "--set", "dedup.exact=false"];
    let local = Mill::new();
    run(local.curate_demo().args(off)).with_status(0);
    let cluster = Mill::new();
    run(cluster.curate_demo().args(off).args(["--cluster", "standalone"])).with_status(0);
    assert_eq!(contents(&local.out()), contents(&cluster.out()));
}

#[test]
fn files_of_others_in_the_folder_of_the_shards_survive() {
    for name in ["tokenizer.json", "index.parquet", "00001.bin", "123456.idx"] {
        let mill = Mill::new();
        fs::create_dir_all(mill.out()).expect("a folder");
        let theirs = mill.out().join(name);
        fs::write(&theirs, "theirs").expect("written");
        run(&mut mill.curate_demo())
            .with_status(1)
            .saying(&[name, "nothing says"]);
        assert_eq!(fs::read_to_string(&theirs).expect("still there"), "theirs");
    }
    let mill = finished().copy();
    let theirs = mill.out().join("README.txt");
    fs::write(&theirs, "theirs").expect("written");
    run(mill.curate_demo().args(["--set", "seed=7"])).with_status(0);
    assert_eq!(fs::read_to_string(&theirs).expect("still there"), "theirs");
}

#[test]
fn a_tokenizer_among_the_shards_and_shards_in_the_work_folder_are_refused() {
    let mill = finished().copy();
    let path = format!("tokenizer.path={}", mill.out().join("tokenizer.json").display());
    run(mill
        .curate_demo()
        .args(["--set", &path, "--set", "tokenizer.train="]))
    .with_status(2)
    .saying(&["tokenizer"]);
    let inside = format!("shards.out={}", mill.work().join("tokens").display());
    run(mill.curate_demo().args(["--set", &inside]))
        .with_status(2)
        .saying(&["shards.out", "work folder"]);
    assert_eq!(contents(&mill.out()), contents(&finished().out()));
}

/// A trainer whose work grows with the square of a word's length would not end on a blob.
#[test]
fn a_word_of_a_million_letters_is_trained_on_and_encoded() {
    let mill = Mill::new();
    let blob = "q".repeat(1_000_000);
    let page = "The miller and the river have to be with the grain of that year. ".repeat(20);
    let lines = format!("{}\n{}\n", json!({"text": blob}), json!({"text": page}));
    fs::write(mill.path("blob.jsonl"), lines).expect("written");
    let recipe = format!(
        "version = '1'\n[[source]]\nname = 'blob'\ngroup = 'code'\npaths = ['{}']\n[quality]\nrules = []\n[tokenizer]\n\
        train.vocab_size = 300\n",
        mill.path("blob.jsonl").display()
    );
    fs::write(mill.path("blob.toml"), recipe).expect("written");
    run(&mut mill.curate(mill.path("blob.toml"))).with_status(0);
    assert_eq!(mill.manifest()["documents"], 2);
}

#[test]
fn conditions_that_change_or_look_elsewhere_are_refused_before_anything_is_read() {
    let refused = [
        ("random() > 0.5", "random()"),
        ("now() > '2020-01-01'", "now()"),
        ("id IN (SELECT id FROM annotations)", "subqueries"),
        ("true) OR (true", "one expression"),
        ("gopher.word_count", "true or false"),
        ("read_unit('x') = 'y'", "read_unit"),
        ("gopher.words > 1", "words"),
        ("", "expression"),
    ];
    let mill = Mill::new();
    for (condition, said) in refused {
        let keep = format!("filter.0.keep={condition}");
        run(mill
            .curate(checkout().join("fixtures/recipes/demo.toml"))
            .args(["--set", &keep]))
        .with_status(2)
        .saying(&["filter[0].keep", said]);
    }
    assert!(!mill.work().exists());
    let name = "filter.0.name=gopher_short_doc";
    run(mill.curate_demo().args(["--set", name]))
        .with_status(2)
        .saying(&["already"]);
}

#[test]
fn a_budget_that_fits_nothing_is_an_error_and_a_missed_share_a_warning() {
    let mill = finished().copy();
    run(mill.curate_demo().args(["--set", "mixture.tokens=0"])).with_status(2);
    run(mill.curate_demo().args(["--set", "mixture.tokens=1"]))
        .with_status(1)
        .saying(&["no document fits"]);
    assert!(!mill.out().join("manifest.json").exists());
    let missed = run(mill.curate_demo().args(["--set", "mixture.tokens=1000"])).with_status(0);
    let warnings = missed
        .rows()
        .iter()
        .filter(|row| row["event"] == "warning")
        .count();
    assert!(warnings > 0, "{}", missed.stdout);
}

#[test]
fn patterns_in_the_name_of_the_work_folder_are_no_patterns() {
    let mill = Mill::new();
    let work = mill.path("a[b]*c?d e%20'");
    let set = format!("work={}", work.display());
    run(mill.curate_demo().args(["--set", &set])).with_status(0);
    assert_eq!(contents(&mill.out()), contents(&finished().out()));
}
