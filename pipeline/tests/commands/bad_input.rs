//! Bad input: each record that cannot be read is in the quarantine with its place and reason, each fault of a recipe
//! is told before anything is read, and nothing panics.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::corpus;
use super::mill::{DEMO, Mill, checkout, gristmill, json, run, skipped};

/// A mill in its own folder, with a good file in `raw/`.
fn mill_with_good_file() -> Mill {
    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    fs::write(mill.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    fs::write(mill.path("raw/good.jsonl"), corpus::jsonl(&corpus::pages()[..40])).expect("written");
    mill
}

fn curate(mill: &Mill) -> Command {
    let mut command = mill.curate("recipe.toml");
    command.current_dir(mill.path(""));
    command
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// The rows of all quarantine files.
fn quarantine(mill: &Mill) -> Vec<Value> {
    let mut rows = Vec::new();
    for entry in fs::read_dir(mill.work().join("quarantine")).expect("a quarantine") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("text");
        rows.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).expect("JSON")),
        );
    }
    rows
}

/// Every kind of damage at once, beside a file that is sound: what is sound goes all the way into the shards.
#[test]
fn what_cannot_be_read_is_quarantined_and_the_rest_kept() {
    let mill = mill_with_good_file();
    let fixture = |name: &str| fs::read(checkout().join("fixtures/raw/web").join(name)).expect("a fixture");
    let page = &corpus::pages()[41];
    let good_line = corpus::jsonl(std::slice::from_ref(page));
    let lines = |bad: &[u8]| [good_line.as_bytes(), bad, b"\n", good_line.as_bytes()].concat();
    let mut packed = gzip(corpus::jsonl(&corpus::pages()).as_bytes());
    packed.truncate(packed.len() / 2);
    let length = good_line.len() as u64;
    // File, bytes, documents expected of it, and what the quarantine says of it, with the offset where that is plain.
    let cases: [(&str, Vec<u8>, Option<u64>, Option<(&str, Option<u64>)>); 18] = [
        ("empty.warc.gz", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.wet.gz", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.warc", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.jsonl", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.jsonl.gz", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.jsonl.zst", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.parquet", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.html", vec![], Some(0), Some(("empty", Some(0)))),
        ("empty.txt", vec![], Some(0), Some(("empty", Some(0)))),
        ("cut.jsonl.gz", packed, None, Some(("ends too early", None))),
        (
            "cut.warc.gz",
            fixture("broken-truncated.warc.gz"),
            Some(3),
            Some(("ends too early", Some(5606))),
        ),
        (
            "length.warc",
            fixture("broken-length.warc"),
            Some(2),
            Some(("content-length", Some(3690))),
        ),
        (
            "bytes.jsonl",
            lines(b"{\"text\": \"\xff\xfe\"}"),
            Some(2),
            Some(("invalid utf-8", Some(length))),
        ),
        (
            "nonsense.jsonl",
            lines(b"nonsense"),
            Some(2),
            Some(("not json", Some(length))),
        ),
        (
            "field.jsonl",
            lines(b"{\"body\": \"a\"}"),
            Some(2),
            Some(("no field 'text'", Some(length))),
        ),
        (
            "column.parquet",
            fixture("broken-column.parquet"),
            Some(0),
            Some(("no column 'text'", None)),
        ),
        (
            "cut.parquet",
            fixture("broken-cut.parquet"),
            Some(0),
            Some(("not a readable parquet file", None)),
        ),
        ("latin.txt", b"Caf\xe9 by the \xff bridge".to_vec(), Some(1), None),
    ];
    for (name, bytes, _, _) in &cases {
        fs::write(mill.path("raw").join(name), bytes).expect("written");
    }
    run(&mut curate(&mill)).with_status(0);
    let rows = quarantine(&mill);
    for (name, _, documents, reason) in &cases {
        let path = format!("raw/{name}");
        let found = mill.number(&format!(
            "SELECT count(*) AS n FROM documents WHERE path = '{path}'"
        ));
        if let Some(expected) = documents {
            assert_eq!(found, *expected, "documents of {name}");
        }
        let of_file: Vec<&Value> = rows.iter().filter(|row| row["path"] == path.as_str()).collect();
        let Some((reason, offset)) = reason else {
            assert!(of_file.is_empty(), "{name}: {of_file:?}");
            continue;
        };
        let fits = |row: &&&Value| {
            row["reason"].as_str().is_some_and(|text| text.contains(reason))
                && offset.is_none_or(|offset| row["offset"] == offset)
        };
        assert!(of_file.iter().any(|row| fits(&row)), "{name}: {of_file:?}");
    }
    assert_eq!(
        mill.number("SELECT count(*) AS n FROM documents WHERE path = 'raw/good.jsonl'"),
        40
    );
    let report = json(&mill.work().join("report.json"));
    assert_eq!(report["quarantine"]["total"], rows.len());
    run(gristmill().arg("verify").arg(mill.out())).with_status(0);
}

/// A source without a single document stops the run and leaves a report.
#[test]
fn a_run_over_nothing_readable_says_so() {
    let mill = mill_with_good_file();
    fs::write(mill.path("raw/good.jsonl"), b"").expect("written");
    run(&mut curate(&mill))
        .with_status(1)
        .saying(&["no document could be read", "quarantine"]);
    assert_eq!(json(&mill.work().join("report.json"))["quarantine"]["total"], 1);
    run(gristmill().arg("verify").arg(mill.out()))
        .with_status(1)
        .saying(&["manifest.json"]);
}

#[test]
fn a_run_that_drops_everything_says_so_and_leaves_its_report() {
    let mill = mill_with_good_file();
    let none_is_so_long = ["--set", "quality.gopher.min_words=90000"];
    let ran = run(curate(&mill).args(none_is_so_long)).with_status(1);
    ran.saying(&["every document was dropped", "report"]);
    let report = json(&mill.work().join("report.json"));
    let drops = report["drops"].as_array().expect("a list");
    assert!(
        drops
            .iter()
            .any(|drop| drop["rule"] == "gopher_short_doc" && drop["first"] == 40),
        "{drops:?}"
    );
    assert!(mill.work().join("report.html").is_file());
    assert!(!mill.out().join("manifest.json").exists());
}

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
        "line 10",
        "did you mean 'quality'",
        "line 13",
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
        ("gopher.word_count >>> 3", "SQL"),
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

#[test]
fn a_work_folder_in_use_is_left_alone() {
    let mill = mill_with_good_file();
    fs::create_dir_all(mill.work()).expect("a folder");
    let held = File::create(mill.work().join(".lock")).expect("a lock file");
    held.lock().expect("the lock");
    run(&mut curate(&mill))
        .with_status(1)
        .saying(&["another run is working in"]);
    drop(held);
    run(&mut curate(&mill)).with_status(0);
}

#[test]
fn folders_that_cannot_be_made_are_named() {
    let mill = mill_with_good_file();
    fs::write(mill.work(), b"a file where the folder should be").expect("written");
    run(&mut curate(&mill))
        .with_status(1)
        .saying(&["cannot work in", "work"]);
    fs::remove_file(mill.work()).expect("removed");
    fs::write(mill.out(), b"a file where the folder should be").expect("written");
    run(&mut curate(&mill))
        .with_status(1)
        .saying(&["stage shard", "out"]);
}

/// Files and folders that may not be read are told, never passed over.
#[cfg(unix)]
#[test]
fn unreadable_paths_are_named() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    /// The user that owns nothing.
    const NOBODY: u32 = 65534;
    let mill = mill_with_good_file();
    let allow = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    };
    allow(&mill.path(""), 0o777);
    let secret = mill.path("raw/secret.jsonl");
    fs::write(&secret, b"{\"text\": \"a\"}\n").expect("written");
    allow(&secret, 0o000);
    let mut command = curate(&mill);
    if rustix_is_root() {
        // Root may read everything, so the command runs as somebody who may not, where the folders above let them.
        command.uid(NOBODY).gid(NOBODY);
        if !can_run_as(NOBODY, &mill) {
            skipped("the tests run as root, in a folder that nobody else may enter: nothing is unreadable");
            return;
        }
    }
    run(&mut command)
        .with_status(1)
        .saying(&["raw/secret.jsonl", "ermission denied"]);
    allow(&secret, 0o644);
    run(&mut command).with_status(0);

    let closed = mill.path("raw/closed");
    fs::create_dir(&closed).expect("a folder");
    fs::write(closed.join("more.jsonl"), b"{\"text\": \"a\"}\n").expect("written");
    allow(&closed, 0o000);
    let ran = run(&mut command);
    allow(&closed, 0o755);
    assert_ne!(
        ran.status,
        Some(0),
        "a folder that may not be read is not passed over: {}",
        ran.stdout
    );
    ran.saying(&["raw/closed", "ermission denied"]);
}

#[cfg(unix)]
fn rustix_is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether that user can start the binary and enter the folder of `mill`.
#[cfg(unix)]
fn can_run_as(user: u32, mill: &Mill) -> bool {
    use std::os::unix::process::CommandExt;
    let mut command = gristmill();
    command
        .current_dir(mill.path(""))
        .arg("--version")
        .uid(user)
        .gid(user);
    command.output().is_ok_and(|output| output.status.success())
}
