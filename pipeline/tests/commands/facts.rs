//! What is in the fixtures, as `fixtures/expected.json` lists it, against what the demo read and wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::mill::{checkout, finished, json};

/// The facts about `fixtures/raw/`.
pub(crate) static EXPECTED: LazyLock<Value> =
    LazyLock::new(|| json(&checkout().join("fixtures/expected.json")));

/// The items of a list.
#[track_caller]
pub(crate) fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[test]
fn every_file_gives_the_documents_that_are_in_it() {
    let rows = finished().query("SELECT path, count(*) AS n FROM documents GROUP BY path");
    let found: BTreeMap<&str, u64> = rows
        .iter()
        .map(|row| {
            (
                row["path"].as_str().expect("a path"),
                row["n"].as_u64().expect("a count"),
            )
        })
        .collect();
    let mut asked = 0;
    for (path, facts) in EXPECTED["files"].as_object().expect("an object") {
        // Three of the responses of one crawl are pages with nothing on them: sound, and no documents.
        let empty = if path.ends_with("mill-journal.warc.gz") {
            3
        } else {
            0
        };
        // A page that the end of its file cuts off is read as far as it goes, and not among the whole ones.
        let cut_off = u64::from(facts.get("bad_member_at").is_some());
        let expected = facts["documents"]
            .as_u64()
            .or_else(|| Some(facts["html_200"].as_u64()? - empty + cut_off));
        let Some(expected) = expected else { continue };
        let path = format!("fixtures/{path}");
        assert_eq!(
            found.get(path.as_str()).copied().unwrap_or_default(),
            expected,
            "{path}"
        );
        asked += 1;
    }
    assert!(asked > 40, "{asked}");
}

#[test]
fn the_tree_of_code_is_walked_as_its_authors_meant_it() {
    let facts = &EXPECTED["code"];
    let is_read = |path: &Value| {
        let path = format!("fixtures/{}", path.as_str().expect("a path"));
        finished().number(&format!(
            "SELECT count(*) AS n FROM documents WHERE path = '{path}'"
        )) == 1
    };
    for kind in ["binary", "ignored_by_gitignore", "empty"] {
        assert!(!list(&facts[kind]).iter().any(is_read), "{kind}");
    }
    for kind in ["not_utf8", "same_licence_note"] {
        assert!(list(&facts[kind]).iter().all(is_read), "{kind}");
    }
}

#[test]
fn every_broken_record_is_in_the_quarantine_with_its_place() {
    let mut rows: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    let folder = finished().work().join("quarantine");
    for entry in std::fs::read_dir(folder).expect("a quarantine") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            let field = |name: &str| row[name].as_u64().expect("a number");
            let (path, reason) = (
                row["path"].as_str().expect("a path"),
                row["reason"].as_str().expect("a reason"),
            );
            assert!(field("offset") < u64::MAX && !reason.is_empty());
            rows.entry(path.to_owned())
                .or_default()
                .push((field("record"), reason.to_owned()));
        }
    }
    for (path, facts) in EXPECTED["files"].as_object().expect("an object") {
        let found = rows.get(&format!("fixtures/{path}"));
        if let Some(bad_lines) = facts["bad_lines"].as_object() {
            let lines: BTreeSet<u64> = bad_lines
                .keys()
                .map(|line| line.parse().expect("a number"))
                .collect();
            let records = found
                .into_iter()
                .flatten()
                .map(|(record, _)| record + 1)
                .collect();
            assert_eq!(lines, records, "{path}: lines from 1");
        }
        // Bytes that are no UTF-8 in a plain text are another charset, not damage.
        if facts.get("broken").is_some() && !path.ends_with("broken-utf8.txt") {
            assert!(found.is_some(), "{path}: {}", facts["broken"]);
        }
    }
    let total: usize = rows.values().map(Vec::len).sum();
    let report = json(&finished().work().join("report.json"));
    assert_eq!(report["quarantine"]["total"], total);
    assert_eq!(total, 21);
}

#[test]
fn the_manifest_counts_what_is_there() {
    let manifest = finished().manifest();
    assert_eq!(
        finished().number("SELECT count(*) AS n FROM tokens"),
        manifest["documents"].as_u64().expect("a count")
    );
    assert_eq!(
        finished().number("SELECT sum(tokens) AS n FROM tokens"),
        manifest["tokens"].as_u64().expect("a count")
    );
    for shard in list(&manifest["shards"]) {
        let stem = shard["stem"].as_str().expect("a stem");
        let sql = |what: &str| format!("SELECT {what} AS n FROM tokens WHERE shard = '{stem}'");
        assert_eq!(shard["documents"], finished().number(&sql("count(*)")), "{stem}");
        assert_eq!(shard["tokens"], finished().number(&sql("sum(tokens)")), "{stem}");
        let bytes = std::fs::metadata(finished().out().join(format!("{stem}.bin")))
            .expect("a shard")
            .len();
        assert_eq!(bytes, 2 * shard["tokens"].as_u64().expect("a count"), "{stem}");
    }
    let of_sources: u64 = manifest["sources"]
        .as_object()
        .expect("an object")
        .values()
        .filter_map(|source| source["tokens"].as_u64())
        .sum();
    assert_eq!(manifest["tokens"], of_sources);
    let unkept = "SELECT count(*) AS n FROM tokens LEFT ANTI JOIN curated ON tokens.id = curated.id";
    assert_eq!(
        finished().number(unkept),
        0,
        "only kept documents are in the shards"
    );
}

#[test]
fn the_mixture_is_reached() {
    let manifest = finished().manifest();
    for (group, asked) in [("web", 0.5), ("books", 0.3), ("code", 0.2)] {
        let record = &manifest["mixture"][group];
        let reached = record["reached"].as_f64().expect("a share");
        assert!(
            (record["asked"].as_f64().expect("a share") - asked).abs() < 1e-9,
            "{record}"
        );
        assert!((reached - asked).abs() < 0.005, "{group}: {reached}");
        assert!(
            record["epochs"].as_f64().expect("a number") <= 1.0,
            "nothing is taken twice: {record}"
        );
    }
    assert_eq!(finished().number("SELECT max(epoch) AS n FROM tokens"), 0);
}

/// No time, no path of `work` or `out`, no core count and no engine.
#[test]
fn the_manifest_tells_nothing_of_this_machine() {
    let text = finished().manifest().to_string();
    for part in ["finished", "tmp", "threads", "datafusion", "seconds", "started"] {
        assert!(!text.contains(part), "{part}: {text}");
    }
}
