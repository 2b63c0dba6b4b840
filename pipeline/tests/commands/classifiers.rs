//! `gristmill classifier`, and recipes that use what it made.

use std::fs;

use serde_json::json;

use super::mill::{DEMO, Mill, Ran, checkout, gristmill, run};

/// Words of cooking and of sailing, each text another choice of them.
fn example(number: usize) -> (&'static str, String) {
    let words: [&[&str]; 2] = [
        &[
            "oven", "flour", "butter", "recipe", "baked", "sugar", "dough", "simmer",
        ],
        &[
            "mast", "harbour", "anchor", "sail", "keel", "wind", "deck", "rudder",
        ],
    ];
    let side = number % 2;
    let chosen = (0..6).map(|place| words[side][(number / 2 * 3 + place * place + number / 16) % 8]);
    (
        ["cooking", "sailing"][side],
        chosen.collect::<Vec<_>>().join(" the "),
    )
}

fn examples(mill: &Mill, count: usize) -> String {
    let rows = (0..count).map(|number| {
        let (label, text) = example(number);
        format!(
            "{}\n",
            json!({ "kind": label, "body": format!("{text}, {number}") })
        )
    });
    let path = mill.path("examples.jsonl");
    fs::write(&path, rows.collect::<String>()).expect("written");
    path.display().to_string()
}

fn classifier(mill: &Mill, arguments: &[&str]) -> Ran {
    let mut command = gristmill();
    command
        .current_dir(mill.path(""))
        .arg("classifier")
        .args(arguments);
    run(&mut command)
}

const SMALL: [&str; 6] = ["--dim", "8", "--buckets", "2000", "--epochs", "20"];
const COLUMNS: [&str; 4] = ["--text", "body", "--label", "kind"];

#[test]
fn a_classifier_is_trained_and_tested() {
    let mill = Mill::new();
    let input = examples(&mill, 600);
    let train = |out: &str| {
        let named = ["train", &input, "--out", out, "--holdout", "0.25", "--json"];
        classifier(&mill, &[&named[..], &COLUMNS, &SMALL].concat()).with_status(0)
    };
    let report = &train("one.bin").rows()[0];
    let held_out = report["texts"].as_u64().expect("a count");
    assert!((100..200).contains(&held_out), "{report}");
    assert!(
        report["accuracy"].as_f64().expect("an accuracy") > 0.99,
        "{report}"
    );
    train("two.bin");
    let bytes = |name: &str| fs::read(mill.path(name)).expect("a model");
    assert_eq!(bytes("one.bin"), bytes("two.bin"));
    assert!(!mill.path("one.bin.quarantine.jsonl").exists());

    let tested = classifier(&mill, &[&["test", "one.bin", &input][..], &COLUMNS].concat()).with_status(0);
    for part in [
        "cooking",
        "sailing",
        "600 texts",
        "precision",
        "the most likely label",
    ] {
        assert!(tested.stdout.contains(part), "{part}: {}", tested.stdout);
    }
    let all = format!("sailing={input}");
    let named = [
        "test",
        "one.bin",
        "--all",
        &all,
        "--text",
        "body",
        "--json",
        "--scores-of",
        "sailing",
    ];
    let report = &classifier(&mill, &named).with_status(0).rows()[0];
    assert_eq!(
        (report["texts"].as_u64(), &report["calibrated"]),
        (Some(600), &json!("sailing"))
    );
    assert!(
        (0.45..0.55).contains(&report["accuracy"].as_f64().expect("a half")),
        "{report}"
    );

    let named = ["predict", "one.bin", &input, "--text", "body", "--top", "2"];
    let predicted = classifier(&mill, &named).with_status(0).rows();
    assert_eq!(predicted.len(), 600);
    assert_eq!(predicted[0][0]["label"], example(0).0);
    classifier(&mill, &["test", "one.bin", &input, "--scores-of", "sailling"])
        .with_status(2)
        .saying(&["no label 'sailling'", "did you mean 'sailing'"]);
}

#[test]
fn texts_that_teach_nothing_are_refused() {
    let mill = Mill::new();
    let lines = |name: &str, text: &str| fs::write(mill.path(name), text).expect("written");
    lines("one.txt", "__label__a b c\n__label__a d e\n");
    lines("none.txt", "b c\n\n__label__a\n__label__a __label__b c\n");
    classifier(&mill, &["train", "one.txt", "--out", "m.bin"])
        .with_status(1)
        .saying(&["all 2 texts have the label 'a'", "two labels"]);
    classifier(&mill, &["train", "none.txt", "--out", "m.bin"])
        .with_status(1)
        .saying(&["3 records were passed over", "no labeled text to learn from"]);
    let quarantine = fs::read_to_string(mill.path("m.bin.quarantine.jsonl")).expect("a list");
    let reasons = [
        "does not begin with",
        "a label and no text",
        "more than one label",
    ];
    for (line, reason) in quarantine.lines().zip(reasons) {
        assert!(line.contains(reason), "{line}");
    }
    assert_eq!(quarantine.lines().count(), 3);
    assert!(!mill.path("m.bin").exists(), "no model is left");

    lines(
        "rows.jsonl",
        "{\"text\":\"a b\",\"label\":1}\n{\"text\":\"c d\"}\n{\"text\":\"e f\",\"label\":0}\n",
    );
    classifier(
        &mill,
        &[
            "train",
            "rows.jsonl",
            "--out",
            "m.bin",
            "--min-count",
            "1",
            "--lr",
            "1",
        ],
    )
    .with_status(0)
    .saying(&[
        "1 records were passed over",
        "rows.jsonl, record 1",
        "no label",
        "labels ",
    ]);
    classifier(&mill, &["train", "--out", "m.bin"])
        .with_status(2)
        .saying(&["no labeled text"]);
    classifier(
        &mill,
        &[
            "train",
            "one.txt",
            "--out",
            "m.bin",
            "--buckets",
            "100000000",
            "--dim",
            "4096",
        ],
    )
    .with_status(2)
    .saying(&["fewer"]);
    lines(
        "no.bin",
        "this is no model at all, and yet it is long enough to be taken for one at first",
    );
    classifier(&mill, &["test", "no.bin", "one.txt"])
        .with_status(1)
        .saying(&["no.bin", "does not begin as a fastText model"]);
}

/// The demo with `more` at its end.
fn demo_with(mill: &Mill, more: &str) -> std::path::PathBuf {
    let demo = fs::read_to_string(checkout().join(DEMO)).expect("the demo");
    let path = mill.path("recipe.toml");
    fs::write(&path, format!("{demo}\n{more}")).expect("written");
    path
}

#[test]
fn a_recipe_drops_by_a_classifier() {
    let mill = Mill::new();
    let input = examples(&mill, 200);
    let named = ["train", &input, "--out", "topic.bin", "--normalize", "words"];
    classifier(&mill, &[&named[..], &COLUMNS, &SMALL].concat())
        .with_status(0)
        .saying(&["normalize = \"words\""]);
    let model = mill.path("topic.bin").display().to_string();
    let entry = format!("[[classifier]]\nname = \"topic\"\nfasttext = \"{model}\"\nnormalize = \"words\"\n");
    let with = |more: &str| demo_with(&mill, &format!("{entry}{more}"));

    let refused = |more: &str, parts: &[&str]| {
        let recipe = with(more);
        run(gristmill().arg("check").arg(recipe))
            .with_status(2)
            .saying(parts);
    };
    refused("", &["classifier[0]", "no label 'topic'", "it has ", "cooking"]);
    refused(
        "label = \"cookin\"\n",
        &["classifier[0].label", "did you mean 'cooking'"],
    );
    let both = "label = \"cooking\"\nkeep_above = 0.1\ndrop_above = 0.9\n";
    refused(both, &["classifier[0]", "not both"]);
    let twice = format!("label = \"cooking\"\n{entry}label = \"sailing\"\n");
    refused(&twice, &["classifier[1].name", "already a column named 'topic'"]);

    let recipe = with("label = \"cooking\"\nkeep_above = 0.5\ngroups = [\"web\"]\n");
    run(mill.curate(&recipe).args(["--until", "dedup"])).with_status(0);
    let agree = "SELECT count(*) AS n FROM verdicts v JOIN annotations a ON v.id = a.id \
        WHERE (a.\"group\" = 'web' AND a.topic.score < 0.5) <> array_has(v.rules, 'topic')";
    assert_eq!(mill.number(agree), 0);
    let dropped = "SELECT count(*) AS n FROM verdicts WHERE array_has(rules, 'topic')";
    assert!(mill.number(dropped) > 0);
    let scored = "SELECT count(*) AS n FROM annotations WHERE topic.score IS NULL OR topic.label IS NULL";
    assert_eq!(mill.number(scored), 0);

    // Another threshold and another place of the same model annotate nothing anew.
    let moved = mill.path("moved.bin");
    fs::rename(mill.path("topic.bin"), &moved).expect("moved");
    let text = fs::read_to_string(&recipe).expect("the recipe");
    let text = text
        .replace(&model, &moved.display().to_string())
        .replace("0.5\ngroups", "0.9\ngroups");
    fs::write(&recipe, text).expect("written");
    run(mill.curate(&recipe).args(["--until", "dedup"]))
        .with_status(0)
        .reusing(&[("annotate", true), ("filter", false)]);
}
