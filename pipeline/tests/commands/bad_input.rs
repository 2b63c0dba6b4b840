//! Bad input: each record that cannot be read is in the quarantine with its place and reason, what is sound is kept,
//! and a run that cannot go on says why.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::corpus;
use super::mill::{Mill, checkout, gristmill, json, run, skipped};

/// A mill in its own folder, with a good file in `raw/`.
pub(crate) fn mill_with_good_file() -> Mill {
    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    fs::write(mill.path("recipe.toml"), corpus::recipe("raw")).expect("written");
    fs::write(mill.path("raw/good.jsonl"), corpus::jsonl(&corpus::pages()[..40])).expect("written");
    mill
}

/// Runs the recipe of `mill` in its folder.
pub(crate) fn curate(mill: &Mill) -> Command {
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

/// The documents of a file in `raw/`.
fn documents_of(mill: &Mill, name: &str) -> u64 {
    mill.number(&format!(
        "SELECT count(*) AS n FROM documents WHERE path = 'raw/{name}'"
    ))
}

/// A file that is damaged, and what is to be made of it.
struct Damage {
    name: String,
    bytes: Vec<u8>,
    /// The sound documents in it, where that is plain.
    documents: Option<u64>,
    /// Part of what the quarantine says, and the offset where that is plain.
    reason: &'static str,
    offset: Option<u64>,
}

fn damage(
    name: &str,
    bytes: Vec<u8>,
    documents: Option<u64>,
    reason: &'static str,
    offset: Option<u64>,
) -> Damage {
    Damage {
        name: name.to_owned(),
        bytes,
        documents,
        reason,
        offset,
    }
}

/// A damaged file of every kind.
fn damages() -> Vec<Damage> {
    let fixture = |name: &str| fs::read(checkout().join("fixtures/raw/web").join(name)).expect("a fixture");
    let page = &corpus::pages()[41];
    let good_line = corpus::jsonl(std::slice::from_ref(page));
    let lines = |bad: &[u8]| [good_line.as_bytes(), bad, b"\n", good_line.as_bytes()].concat();
    let mut packed = gzip(corpus::jsonl(&corpus::pages()).as_bytes());
    packed.truncate(packed.len() / 2);
    let after_first_line = Some(good_line.len() as u64);
    let mut damages = vec![
        damage("cut.jsonl.gz", packed, None, "ends too early", None),
        damage(
            "cut.warc.gz",
            fixture("broken-truncated.warc.gz"),
            // The page that is cut off is read as far as it goes.
            Some(4),
            "ends too early",
            Some(5606),
        ),
        damage(
            "length.warc",
            fixture("broken-length.warc"),
            // So is the one whose length leads behind the end of the file.
            Some(3),
            "content-length",
            Some(3690),
        ),
        damage(
            "bytes.jsonl",
            lines(&["{\"text\": \"éééééééééééé".as_bytes(), b"\xff\"}"].concat()),
            Some(2),
            "invalid utf-8",
            after_first_line,
        ),
        damage(
            "nonsense.jsonl",
            lines(b"nonsense"),
            Some(2),
            "not json",
            after_first_line,
        ),
        damage(
            "field.jsonl",
            lines(b"{\"body\": \"\"}"),
            Some(2),
            "no field 'text'",
            after_first_line,
        ),
        damage(
            "column.parquet",
            fixture("broken-column.parquet"),
            Some(0),
            "no column 'text'",
            None,
        ),
        damage(
            "cut.parquet",
            fixture("broken-cut.parquet"),
            Some(0),
            "not a readable parquet file",
            None,
        ),
    ];
    for ending in [
        "warc",
        "warc.gz",
        "wet.gz",
        "jsonl",
        "jsonl.gz",
        "jsonl.zst",
        "parquet",
        "html",
        "txt",
    ] {
        let name = format!("empty.{ending}");
        damages.push(damage(&name, Vec::new(), Some(0), "the file is empty", Some(0)));
    }
    damages
}

/// Every kind of damage at once, beside a file that is sound: what is sound goes all the way into the shards.
#[test]
fn what_cannot_be_read_is_quarantined_and_the_rest_kept() {
    let mill = mill_with_good_file();
    let damages = damages();
    for damage in &damages {
        fs::write(mill.path("raw").join(&damage.name), &damage.bytes).expect("written");
    }
    // Bytes that are no UTF-8 in a plain text are another charset, and no damage.
    fs::write(mill.path("raw/latin.txt"), b"Caf\xe9 by the \xff bridge").expect("written");
    run(&mut curate(&mill)).with_status(0);

    let rows = quarantine(&mill);
    assert!(rows.iter().all(|row| row["path"] != "raw/latin.txt"), "{rows:?}");
    assert_eq!(documents_of(&mill, "latin.txt"), 1);
    for Damage {
        name,
        documents,
        reason,
        offset,
        ..
    } in &damages
    {
        let found = documents_of(&mill, name);
        assert!(
            documents.is_none_or(|documents| documents == found),
            "{found} documents of {name}"
        );
        let path = format!("raw/{name}");
        let of_file: Vec<&Value> = rows.iter().filter(|row| row["path"] == path.as_str()).collect();
        let fits = |row: &&Value| {
            row["reason"].as_str().is_some_and(|text| text.contains(reason))
                && offset.is_none_or(|offset| row["offset"] == offset)
        };
        assert!(of_file.iter().any(fits), "{name}: {of_file:?}");
    }
    assert_eq!(documents_of(&mill, "good.jsonl"), 40);
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
    if is_root() {
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
fn is_root() -> bool {
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
