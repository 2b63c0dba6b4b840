//! The commands that look at what a run has left: verify, inspect, query, explain, report.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::mill::{command, contents, finished, gristmill, json, run};

/// A command on the work folder of the finished demo.
fn on_work(arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.arg("--work").arg(finished().work());
    command
}

/// The id of the document under `key`.
fn id_of(key: &str) -> String {
    let rows = finished().query(&format!("SELECT id FROM documents WHERE key = '{key}'"));
    assert_eq!(rows.len(), 1, "{key}");
    rows[0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn verify_says_that_shards_are_whole() {
    let manifest = finished().manifest();
    let shards = manifest["shards"].as_array().expect("a list").len();
    assert!(shards > 5, "the demo is in several shards");
    let ran = run(gristmill().arg("verify").arg(finished().out())).with_status(0);
    assert!(
        ran.stdout.contains(&format!("is whole: {shards} shards")),
        "{}",
        ran.stdout
    );
    let ran = run(gristmill().args(["verify", "--json"]).arg(finished().out())).with_status(0);
    let row = &ran.rows()[0];
    assert_eq!(
        (&row["tokens"], &row["documents"]),
        (&manifest["tokens"], &manifest["documents"])
    );
    assert_eq!(row["files"], 2 * shards + 2);
}

#[test]
fn verify_names_the_file_that_was_changed() {
    let mill = finished().copy();
    let refused = |parts: &[&str]| {
        run(gristmill().arg("verify").arg(mill.out()))
            .with_status(1)
            .saying(parts);
    };
    for (name, position) in [
        ("00002.bin", 1_001),
        ("00003.idx", 40),
        ("index.parquet", 500),
        ("tokenizer.json", 9),
    ] {
        let path = mill.out().join(name);
        let whole = fs::read(&path).expect("a file");
        let mut flipped = whole.clone();
        flipped[position] ^= 1;
        fs::write(&path, flipped).expect("written");
        refused(&[name, "hash"]);
        fs::write(&path, &whole[..whole.len() / 2]).expect("written");
        refused(&[name]);
        fs::remove_file(&path).expect("removed");
        refused(&[name, "No such file"]);
        fs::write(&path, whole).expect("written");
    }
    run(gristmill().arg("verify").arg(mill.out())).with_status(0);

    let path = mill.out().join("manifest.json");
    let whole = fs::read_to_string(&path).expect("a manifest");
    let tokens = mill.manifest()["tokens"].to_string();
    fs::write(&path, whole.replacen(&tokens, "17", 1)).expect("written");
    refused(&["manifest.json", "17"]);
    fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    refused(&["manifest.json", "is not a manifest"]);
    fs::remove_file(&path).expect("removed");
    refused(&["manifest.json", "whole only when its manifest is there"]);
}

#[test]
fn inspect_looks_at_shards_and_tables() {
    let ran = run(gristmill().arg("inspect").arg(finished().out())).with_status(0);
    for part in [
        "demo: ",
        "vocabulary of 2048",
        "books",
        "asked  30.0%",
        "tokens",
        "--- shard 00000 document 2",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    for name in ["00001.bin", "00001.idx"] {
        let ran = run(gristmill()
            .args(["inspect", "--head", "1"])
            .arg(finished().out().join(name)))
        .with_status(0);
        assert!(
            ran.stdout.starts_with("00001: ") && ran.stdout.contains("--- document 0"),
            "{}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("--- document 1"));
    }
    let rows = finished().number("SELECT count(*) AS n FROM tokens");
    let ran = run(gristmill()
        .arg("inspect")
        .arg(finished().out().join("index.parquet")))
    .with_status(0);
    assert!(ran.stdout.contains(&format!("{rows} rows")), "{}", ran.stdout);
    let ran = run(gristmill()
        .arg("inspect")
        .arg(finished().work().join("documents")))
    .with_status(0);
    assert!(
        ran.stdout.contains("1,463 rows") && ran.stdout.contains("language_hint"),
        "{}",
        ran.stdout
    );

    run(&mut command(&["inspect", "nowhere"]))
        .with_status(2)
        .saying(&["nowhere is not there"]);
    let ran = run(&mut command(&["inspect", "fixtures/README.md"])).with_status(1);
    ran.saying(&["fixtures/README.md is neither shards nor Parquet"]);
}

#[test]
fn query_answers_as_a_table_and_as_json() {
    let sql = "SELECT \"group\", count(*) AS n FROM documents GROUP BY \"group\" ORDER BY n";
    let ran = run(&mut on_work(&["query", sql])).with_status(0);
    assert!(
        ran.stdout.starts_with("+-") && ran.stdout.contains("| web"),
        "{}",
        ran.stdout
    );
    let groups: Vec<Value> = finished().query(sql);
    let names: Vec<&str> = groups.iter().filter_map(|row| row["group"].as_str()).collect();
    assert_eq!(names, ["books", "code", "web"]);
    for table in [
        "documents",
        "annotations",
        "verdicts",
        "duplicates",
        "curated",
        "tokens",
    ] {
        assert!(
            finished().number(&format!("SELECT count(*) AS n FROM {table}")) > 0,
            "{table}"
        );
    }
    assert_eq!(
        finished().query("SELECT id FROM documents WHERE id = 'none'"),
        Vec::<Value>::new()
    );
}

#[test]
fn query_refuses_what_does_not_fit() {
    for sql in ["SELEC", "SELECT nothing FROM documents", "SELECT * FROM nowhere"] {
        run(&mut on_work(&["query", sql]))
            .with_status(2)
            .saying(&["the query does not fit"]);
    }
    run(&mut command(&["query", "SELECT 1", "--work", "nowhere"]))
        .with_status(1)
        .saying(&["nowhere", "curate"]);
}

/// Questions change nothing: not the data, whatever the SQL says.
#[test]
fn query_writes_nothing() {
    let mill = finished().copy();
    let before = contents(&mill.path(""));
    let target = mill.path("stolen.csv");
    for sql in [
        format!("COPY documents TO '{}'", target.display()),
        format!(
            "CREATE EXTERNAL TABLE a (b INT) STORED AS CSV LOCATION '{}'",
            target.display()
        ),
        "DROP TABLE documents".to_owned(),
        "INSERT INTO verdicts SELECT * FROM verdicts".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
    ] {
        let mut command = command(&["query", &sql, "--work"]);
        let ran = run(command.arg(mill.work()));
        assert_ne!(ran.status, Some(0), "{sql}: {}", ran.stdout);
    }
    assert_eq!(contents(&mill.path("")), before);
}

#[test]
fn explain_tells_of_kept_dropped_and_doubled_documents() {
    let ran = run(&mut on_work(&["explain", "notes-0004"])).with_status(0);
    for part in [
        "key          notes-0004",
        "notes.jsonl.gz at byte",
        "verdict      kept",
        "gopher",
        "shard 0000",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let by_id = run(&mut on_work(&["explain", &id_of("notes-0004")])).with_status(0);
    assert_eq!(by_id.stdout, ran.stdout);

    let ran = run(&mut on_work(&["explain", "notes-de-5"])).with_status(0);
    assert!(
        ran.stdout.contains("dropped by language: language_not_kept"),
        "{}",
        ran.stdout
    );

    let pair = "SELECT id, kept_id FROM duplicates WHERE method = 'near' ORDER BY id LIMIT 1";
    let pair = finished().query(pair).pop().expect("a near duplicate");
    let (copy, kept) = (
        pair["id"].as_str().expect("an id"),
        pair["kept_id"].as_str().expect("an id"),
    );
    let ran = run(&mut on_work(&["explain", copy])).with_status(0);
    assert!(
        ran.stdout.contains(&format!("near of {kept}, similarity 0.")),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("dropped by dedup: near_duplicate"),
        "{}",
        ran.stdout
    );
    let ran = run(&mut on_work(&["explain", kept])).with_status(0);
    assert!(
        ran.stdout.contains(&format!("stands for   {copy} (near")),
        "{}",
        ran.stdout
    );
}

#[test]
fn explain_gives_json_and_refuses_the_unknown() {
    let ran = run(&mut on_work(&["explain", "notes-0004", "--json"])).with_status(0);
    let story = &ran.rows()[0];
    assert_eq!(
        (&story["key"], &story["verdict"][0]["kept"]),
        (&"notes-0004".into(), &true.into())
    );
    assert_eq!(story["tokens"][0]["epoch"], 0);
    let ran = run(&mut on_work(&["explain", "it's none"])).with_status(1);
    assert_eq!(ran.stdout, "");
    ran.saying(&["no document has the id, key or URL 'it's none'", "quarantine"]);
}

/// A document that the quota left out is told to be so.
#[test]
fn explain_tells_what_the_mixture_left_out() {
    let left = "SELECT curated.id AS id FROM curated LEFT ANTI JOIN tokens ON curated.id = tokens.id LIMIT 1";
    let left = finished()
        .query(left)
        .pop()
        .expect("the demo leaves some of the web");
    let ran = run(&mut on_work(&["explain", left["id"].as_str().expect("an id")])).with_status(0);
    assert!(ran.stdout.contains("not taken"), "{}", ran.stdout);
}

#[test]
fn report_prints_the_last_run_and_writes_its_page() {
    let mill = finished().copy();
    let page = mill.work().join("report.html");
    let whole = fs::read(&page).expect("a page");
    fs::remove_file(&page).expect("removed");
    let ran = run(gristmill().args(["report", "--work"]).arg(mill.work())).with_status(0);
    for part in ["FUNNEL", "MIXTURE", "QUARANTINE", "documents read"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert_eq!(ran.stderr, "");
    assert_eq!(fs::read(&page).expect("a page"), whole);
    let ran = run(gristmill().args(["report", "--json", "--work"]).arg(mill.work())).with_status(0);
    let printed: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(printed, json(&mill.work().join("report.json")));
    run(&mut command(&["report", "--work", "nowhere"]))
        .with_status(1)
        .saying(&["nowhere"]);
}

/// The page stands alone: it asks for nothing over the network.
#[test]
fn the_report_page_needs_no_network() {
    let page = fs::read_to_string(finished().work().join("report.html")).expect("a page");
    let page = page.replace("<link rel=\"icon\" href=\"data:,\">", "");
    for part in [
        "<script src",
        "<link",
        "src=\"http",
        "@import",
        "url(http",
        "fetch(",
    ] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("exact_duplicate") && page.contains("books"));
}
