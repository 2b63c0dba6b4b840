//! Rules and filters through whole runs: printed and pasted back, limited to sources, tried without a run, and ones
//! that leave nothing.

use std::fs;

use serde_json::Value;

use super::mill::{DEMO, Mill, checkout, command, contents, finished, gristmill, json, run, times};

/// The demo with `more` behind it, in the folder of `mill`.
fn demo_with(mill: &Mill, more: &str) -> std::path::PathBuf {
    let text = fs::read_to_string(checkout().join(DEMO)).expect("the demo's recipe");
    let path = mill.path("recipe.toml");
    fs::write(&path, format!("{text}\n{more}")).expect("written");
    path
}

#[test]
fn printed_rules_pasted_back_give_the_same_verdicts() {
    let ran = run(gristmill().args(["check", DEMO, "--print"])).with_status(0);
    assert!(
        ran.stdout
            .contains("# name = \"gopher_short_doc\"\n# stage = \"quality\""),
        "{}",
        ran.stdout
    );
    let (recipe, rules) = ran
        .stdout
        .split_once("\n# The rules that this comes to")
        .expect("rules");
    assert!(!recipe.contains('#'), "a recipe without comments");
    let (_, entries) = rules.split_once("#\n").expect("entries");
    let pasted: String = entries
        .lines()
        .filter(|line| !line.starts_with("# ("))
        .map(|line| format!("{}\n", line.trim_start_matches(['#', ' '])))
        .collect();
    let mill = Mill::new();
    run(mill.curate(demo_with(&mill, &pasted)).args(["--until", "dedup"])).with_status(0);
    let verdicts = |mill: &Mill| contents(&mill.work().join("verdicts"));
    assert_eq!(verdicts(&mill), verdicts(finished()));
}

#[test]
fn rules_can_be_other_ones_for_a_source() {
    let mill = finished().copy();
    let entry = "[[for]]\nsources = [\"library\"]\nquality.gopher.min_words = 100000\nlanguage.keep = []\n";
    let recipe = demo_with(&mill, entry);
    run(&mut mill.curate(&recipe))
        .with_status(0)
        .reusing(&[("read", true), ("annotate", true)]);
    let kept = |source: &str| {
        mill.number(&format!(
            "SELECT count(*) AS n FROM verdicts JOIN documents ON verdicts.id = documents.id
            WHERE kept AND source = '{source}'"
        ))
    };
    let before = |source: &str| {
        finished().number(&format!(
            "SELECT count(*) AS n FROM verdicts JOIN documents ON verdicts.id = documents.id
            WHERE kept AND source = '{source}'"
        ))
    };
    assert_eq!(kept("crawl"), before("crawl"));
    assert!(kept("library") < before("library"));
    let foreign = "SELECT count(*) AS n FROM verdicts JOIN documents ON verdicts.id = documents.id
        WHERE rule LIKE 'language%' AND source = 'library'";
    assert_eq!(mill.number(foreign), 0);
}

/// What a dry run counts is what a run counts, and it leaves the work folder as it was.
#[test]
fn a_dry_run_counts_what_a_run_would_and_writes_nothing() {
    let mill = finished().copy();
    let change = ["--set", "quality.gopher.min_words=120"];
    let (files, written) = (contents(&mill.path("")), times(&mill.path("")));
    let ran = run(mill.curate_demo().arg("--dry-run").args(change)).with_status(0);
    assert_eq!(
        (contents(&mill.path("")), times(&mill.path(""))),
        (files, written)
    );
    let dry = ran.rows().pop().expect("a row")["dry_run"].clone();

    let before = json(&mill.work().join("report.json"));
    assert_eq!(dry["before"]["drops"], before["drops"]);
    run(mill.curate_demo().args(change)).with_status(0);
    let after = json(&mill.work().join("report.json"));
    assert_eq!(dry["now"]["drops"], after["drops"]);
    assert_ne!(dry["now"]["drops"], dry["before"]["drops"]);
    let steps = |funnel: &Value| -> Vec<(Value, Value)> {
        let steps = funnel.as_array().expect("steps").iter();
        let judged = steps.filter(|step| {
            step["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("after "))
        });
        judged
            .map(|step| (step["name"].clone(), step["count"].clone()))
            .collect()
    };
    assert_eq!(steps(&dry["now"]["funnel"]), steps(&after["funnel"]));

    let mut command = command(&["curate", DEMO, "--dry-run", "--until", "filter", "--set"]);
    command.arg(format!("work={}", mill.work().display()));
    let ran = run(&mut command).with_status(0);
    for part in [
        "FUNNEL",
        "DOCUMENTS BY RULE",
        "quality gopher_short_doc",
        "duplicates were not looked for",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn a_dry_run_needs_the_annotations_of_its_recipe() {
    let nothing = Mill::new();
    run(nothing.curate(DEMO).arg("--dry-run"))
        .with_status(1)
        .saying(&["no annotations", "--until annotate"]);
    assert!(!nothing.work().exists());
    let mill = finished().copy();
    for (set, part) in [
        ("language.identifier=none", "other settings"),
        ("dedup.near.rows=9", "other settings"),
        ("rewrite.pii=keep", "another [rewrite]"),
    ] {
        run(mill.curate_demo().args(["--dry-run", "--set", set]))
            .with_status(1)
            .saying(&[part, "--until annotate"]);
    }
    run(mill
        .curate_demo()
        .args(["--dry-run", "--set", "filter.0.keep=gopher.wrd_count > 1"]))
    .with_status(2)
    .saying(&["did you mean 'gopher.word_count'"]);
}

#[test]
fn a_filter_that_drops_everything_stops_the_run() {
    let mill = finished().copy();
    let out = times(&mill.out());
    let hungry = "[[filter]]\nname = \"hungry\"\nkeep = \"shape.bytes < 0\"\n";
    let recipe = demo_with(&mill, hungry);
    let ran = run(&mut mill.curate(&recipe)).with_status(1);
    let ran = ran.saying(&[
        "every document was dropped",
        " by the rule 'hungry' of the stage filter first",
        "the report",
    ]);
    assert!(!ran.stdout.contains("\"stage\":\"shard\""), "{}", ran.stdout);
    assert_eq!(times(&mill.out()), out, "the shards are left alone");
    let report = json(&mill.work().join("report.json"));
    let drops = report["drops"].as_array().expect("a list");
    let hungry = drops
        .iter()
        .find(|rule| rule["rule"] == "hungry")
        .expect("it is told");
    let all = mill.number("SELECT count(*) AS n FROM documents");
    assert_eq!(hungry["together"], all);
    // With the filter gone, the run comes to what it came to before.
    run(&mut mill.curate_demo()).with_status(0);
    assert_eq!(contents(&mill.out()), contents(&finished().out()));
}

#[test]
fn explain_tells_what_every_rule_said() {
    let on_work = |arguments: &[&str]| {
        let mut command = command(arguments);
        command.arg("--work").arg(finished().work());
        run(&mut command)
    };
    let ran = on_work(&["explain", "notes-0004"]).with_status(0);
    for part in [
        "passed       quality gopher_short_doc: gopher.word_count = ",
        "(kept if >= 50)",
        "nearest      gopher",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let ran = on_work(&["explain", "notes-de-5"]).with_status(0);
    assert!(
        ran.stdout.contains("broken       language language_not_kept"),
        "{}",
        ran.stdout
    );
    let ran = on_work(&["explain", "notes-0004", "--json"]).with_status(0);
    let story = &ran.rows()[0];
    let rules = story["rules"].as_array().expect("a list");
    assert!(
        rules.len() > 10 && rules.iter().all(|rule| rule["broken"] == false),
        "{story}"
    );
    assert_eq!(story["nearest_rules"].as_array().map(Vec::len), Some(3));

    on_work(&["explain", "notes-0004x"])
        .with_status(1)
        .saying(&["did you mean 'notes-0004'?"]);
    let page = "SELECT id, url FROM documents WHERE url IS NOT NULL ORDER BY url LIMIT 1";
    let page = finished().query(page).pop().expect("a page");
    let (id, url) = (
        page["id"].as_str().expect("an id"),
        page["url"].as_str().expect("a URL"),
    );
    let ran = on_work(&["explain", url]).with_status(0);
    assert!(
        ran.stdout.contains(&format!("document     {id}")),
        "{}",
        ran.stdout
    );
}

/// Dropped and nearly dropped documents are shown, the same on every run.
#[test]
fn the_report_shows_what_the_rules_do() {
    let report = json(&finished().work().join("report.json"));
    let samples = report["samples"].as_array().expect("a list");
    let of_rule = |name: &str| samples.iter().find(|rule| rule["rule"] == name).expect("samples");
    let short = of_rule("gopher_short_doc");
    let value = |sample: &Value| sample["value"].as_f64().expect("a number");
    let near = short["near"].as_array().expect("a list");
    assert_eq!(near.len(), 3);
    assert!(
        near.iter().map(value).all(|words| (50.0..150.0).contains(&words)),
        "{short}"
    );
    let dropped = short["dropped"].as_array().expect("a list");
    assert!(!dropped.is_empty());
    for sample in dropped {
        let broken = format!(
            "SELECT count(*) AS n FROM verdicts WHERE id = '{}' AND array_has(rules, 'gopher_short_doc')",
            sample["id"].as_str().expect("an id")
        );
        assert_eq!(finished().number(&broken), 1);
    }
    let page = fs::read_to_string(finished().work().join("report.html")).expect("a page");
    assert!(page.contains("nearly dropped"));
    let mill = Mill::new();
    run(mill.curate_demo().args(["--partitions", "3", "--until", "dedup"])).with_status(0);
    assert_eq!(
        json(&mill.work().join("report.json"))["samples"],
        report["samples"]
    );
}

/// All that is wrong with the filters' SQL comes at once, each with its key and line.
#[test]
fn faults_of_sql_come_at_once_with_what_was_meant() {
    let mill = Mill::new();
    let filters = [
        "gopher.word_cuont >= 200 AND shape.lins > 1",
        "gopher.word_count",
        "random() < 0.5",
        "id IN (SELECT id FROM annotations)",
        "count(*) > 3",
        "gopher.word_count > 1; DROP TABLE x",
    ];
    let more: String = filters
        .iter()
        .enumerate()
        .map(|(number, keep)| format!("[[filter]]\nname = \"f{number}\"\nkeep = \"{keep}\"\n"))
        .collect();
    let recipe = demo_with(&mill, &more);
    let ran = run(gristmill().arg("check").arg(&recipe)).with_status(2);
    ran.saying(&[
        "recipe.toml has 7 faults",
        "filter[2].keep: there is no column 'gopher.word_cuont'; did you mean 'gopher.word_count'?",
        "filter[2].keep: there is no column 'shape.lins'; did you mean 'shape.lines'?",
        "filter[3].keep: a condition is true or false, and this is UInt64",
        "filter[4].keep: random() does not give the same answer",
        "filter[5].keep: a condition is asked of each document alone, without subqueries",
        "filter[6].keep: a condition is asked of each document alone",
        "filter[7].keep: a condition is one expression, and ';' follows it",
    ]);
}
