//! Raw data in stores: whole runs over a web server and over the Hub's layout, with failures on the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::corpus;
use super::mill::{Mill, Ran, contents, run, temporary};
use super::server::{Fault, Page, Server};

/// The pages of one of eight parts, as a JSONL file that is a unit of work of its own.
pub(crate) fn large_file(part: usize) -> Vec<u8> {
    let folder = temporary();
    let path = folder.path().join("large.jsonl");
    let pages: Vec<String> = corpus::pages().into_iter().skip(part).step_by(8).collect();
    corpus::write_large(&path, &pages);
    fs::read(path).expect("written")
}

/// `gristmill curate` over `paths`, with stores that lose their patience soon and no credentials but `variables`.
pub(crate) fn curate(mill: &Mill, paths: &[String], variables: &[(&str, &str)]) -> Command {
    let recipe = mill.path("recipe.toml");
    let listed = corpus::recipe("PATH").replace("['PATH']", &format!("{paths:?}"));
    fs::write(&recipe, listed).expect("written");
    let mut command = mill.curate(&recipe);
    for (name, _) in std::env::vars() {
        if ["AWS_", "HF_", "GOOGLE_", "AZURE_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
        .env("HOME", mill.path("home"))
        .env("NO_PROXY", "127.0.0.1");
    command
        .env("GRISTMILL_STORE_TIMEOUT", "5")
        .env("GRISTMILL_STORE_RETRIES", "2");
    command.envs(variables.iter().copied());
    command
}

/// Asserts how many units a run read, and that it leaves what a fresh one leaves.
#[track_caller]
pub(crate) fn assert_read(ran: &Ran, units: &str, mill: &Mill, paths: &[String], variables: &[(&str, &str)]) {
    let note = ran.note("read");
    assert!(note.ends_with(&format!("{units} units read")), "{note}");
    let fresh = Mill::new();
    run(&mut curate(&fresh, paths, variables)).with_status(0);
    assert_eq!(contents(&mill.out()), contents(&fresh.out()));
    for folder in ["documents", "annotations", "verdicts", "curated", "tokens"] {
        assert_eq!(
            contents(&mill.work().join(folder)),
            contents(&fresh.work().join(folder)),
            "{folder}"
        );
    }
}

/// How many units' documents there are.
fn documents(mill: &Mill) -> usize {
    fs::read_dir(mill.work().join("documents/shelf")).map_or(0, Iterator::count)
}

/// A dataset on a Hub of our own, whose content lies on another server, as it does there.
struct Hub {
    server: Server,
    content: Server,
    files: BTreeMap<String, Vec<u8>>,
    commits: u64,
}

const API: &str = "/api/datasets/lab/shelf";

impl Hub {
    fn new() -> Self {
        Self {
            server: Server::start(),
            content: Server::start(),
            files: BTreeMap::new(),
            commits: 0,
        }
    }

    /// Makes the files as they are now the head of the branch, listed two a page.
    fn commit(&mut self) {
        self.commits += 1;
        let commit = format!("{:040x}", self.commits);
        let page = |value: &Value| Page::file(value.to_string(), "json");
        self.server
            .put(&format!("{API}/revision/main"), page(&json!({"sha": commit})));
        let mut entries = vec![json!({"type": "directory", "oid": "d", "size": 0, "path": "data"})];
        for (path, bytes) in &self.files {
            let hash = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes));
            let blob = format!("/blob/{hash}");
            let address = format!("/datasets/lab/shelf/resolve/{commit}/{path}");
            self.server.put(
                &address,
                Page::redirect(&self.content.url(&format!("{blob}?signature=s"))),
            );
            self.content
                .put(&blob, Page::file(bytes.clone(), "of the content's server"));
            entries.push(json!({
                "type": "file", "oid": "pointer", "size": 130, "path": path,
                "lfs": {"oid": hash, "size": bytes.len(), "pointerSize": 130},
            }));
        }
        let tree = format!("{API}/tree/{commit}");
        self.server
            .put(&format!("{tree}/data?recursive=true"), page(&json!(entries)));
        let pages = entries.chunks(2).count();
        for (number, entries) in entries.chunks(2).enumerate() {
            let mut listed = page(&json!(entries));
            if number + 1 < pages {
                let next = self
                    .server
                    .url(&format!("{tree}?recursive=true&cursor={}", number + 1));
                listed = listed.with_header("Link", &format!("<{next}>; rel=\"next\""));
            }
            let query = match number {
                0 => "?recursive=true".to_owned(),
                _ => format!("?recursive=true&cursor={number}"),
            };
            self.server.put(&format!("{tree}{query}"), listed);
        }
    }
}

#[test]
fn a_dataset_of_the_hub_is_read_and_read_again_where_it_changed() {
    let mut hub = Hub::new();
    let readme = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n---\n";
    hub.files.insert("README.md".to_owned(), readme.into());
    hub.files.insert("data/train-0.jsonl".to_owned(), large_file(0));
    hub.files.insert("data/train-1.jsonl".to_owned(), large_file(1));
    hub.files.insert("data/test-0.jsonl".to_owned(), large_file(2));
    hub.commit();
    let mill = Mill::new();
    let paths = ["hf://datasets/lab/shelf".to_owned()];
    let endpoint = hub.server.url("");
    let variables = [("HF_ENDPOINT", endpoint.as_str()), ("HF_TOKEN", "hf_secret")];

    let first = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&first, "2 of 2", &mill, &paths, &variables);
    assert!(first.stdout.contains("2 files are not read"), "{}", first.stdout);
    let asked = hub.server.requests();
    assert!(
        asked
            .iter()
            .all(|request| request.authorization.as_deref() == Some("Bearer hf_secret"))
    );
    let content = hub.content.requests();
    assert!(
        content.iter().all(|request| request.authorization.is_none()),
        "the token stays with the Hub"
    );
    assert!(content.iter().all(|request| request.range.is_some()));

    hub.commit();
    let same = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert!(
        same.note("read").ends_with("0 of 2 units read"),
        "another commit of the same files: {}",
        same.note("read")
    );

    hub.files.insert("data/train-2.jsonl".to_owned(), large_file(3));
    hub.commit();
    let added = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&added, "1 of 3", &mill, &paths, &variables);

    hub.files.insert("data/train-0.jsonl".to_owned(), large_file(4));
    hub.commit();
    let changed = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&changed, "1 of 3", &mill, &paths, &variables);

    hub.files.remove("data/train-1.jsonl");
    hub.commit();
    let removed = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&removed, "0 of 2", &mill, &paths, &variables);
    let gone = "SELECT count(*) AS n FROM documents WHERE path LIKE '%train-1.jsonl'";
    assert_eq!(mill.number(gone), 0);

    // A pattern means what it says, whatever the README does.
    let paths = ["hf://datasets/lab/shelf@main/data/test-*".to_owned()];
    let mut command = curate(&mill, &paths, &variables);
    let ran = run(command.args(["--until", "read"])).with_status(0);
    assert!(
        ran.note("read").ends_with("1 of 1 units read"),
        "{}",
        ran.note("read")
    );
}

#[test]
fn a_store_that_fails_in_the_middle_stops_the_run_and_the_next_goes_on() {
    let server = Server::start();
    // What is larger is read first.
    let larger = [large_file(0), b"\n".repeat(1000)].concat();
    server.put("/larger.jsonl", Page::file(larger, "1"));
    server.put("/failing.jsonl", Page::file(large_file(1), "2"));
    let paths = [server.url("/larger.jsonl"), server.url("/failing.jsonl")];
    let mill = Mill::new();
    server.fail(
        "/failing.jsonl",
        [
            Fault::Cut(200_000),
            Fault::Stall(0),
            Fault::Status(503),
            Fault::Status(503),
        ],
    );
    let mut command = curate(&mill, &paths, &[("GRISTMILL_STORE_TIMEOUT", "2")]);
    run(command.args(["--partitions", "1"])).with_status(1).saying(&[
        "/failing.jsonl",
        "at byte 200000 after 2 more tries",
        "503",
        "run again to go on",
    ]);
    assert_eq!(documents(&mill), 1, "what was read before is kept");

    server.mend();
    let ran = run(&mut curate(&mill, &paths, &[])).with_status(0);
    assert_read(&ran, "1 of 2", &mill, &paths, &[]);
}

#[test]
fn an_object_that_changes_behind_its_listing_stops_the_run() {
    let server = Server::start();
    server.put("/a.jsonl", Page::file(large_file(0), "1"));
    server.fail("/a.jsonl", [Fault::Replace(Page::file(large_file(1), "2"))]);
    let paths = [server.url("/a.jsonl")];
    let mill = Mill::new();
    run(&mut curate(&mill, &paths, &[])).with_status(1).saying(&[
        "/a.jsonl",
        "it has changed since it was listed",
        "run again",
    ]);
    assert_eq!(documents(&mill), 0, "nothing half-read is kept");
    let ran = run(&mut curate(&mill, &paths, &[])).with_status(0);
    assert_read(&ran, "1 of 1", &mill, &paths, &[]);
}

#[test]
fn failures_that_pass_leave_no_trace() {
    let server = Server::start();
    server.put("/a.jsonl", Page::file(large_file(0), "1"));
    let paths = [server.url("/a.jsonl?key=1")];
    let mill = Mill::new();
    server.fail(
        "/a.jsonl",
        [
            Fault::Status(503),
            Fault::Cut(500_000),
            Fault::Stall(100_000),
            Fault::Cut(70_000),
        ],
    );
    let ran = run(&mut curate(&mill, &paths, &[("GRISTMILL_STORE_TIMEOUT", "2")])).with_status(0);
    assert_read(&ran, "1 of 1", &mill, &paths, &[]);
    assert_eq!(
        mill.number("SELECT count(DISTINCT path) AS n FROM documents WHERE path LIKE '%?key=1'"),
        1
    );
}

#[test]
fn what_no_store_has_is_told_before_anything_is_read() {
    let server = Server::start();
    let cases = [
        (server.url("/gone.jsonl"), "the server answered 404"),
        (
            "ftp://host/a.jsonl".to_owned(),
            "known: s3, gs, az, abfs, http, https, hf",
        ),
        (
            "hf://datasets/lab/none".to_owned(),
            "the Hub has no dataset 'lab/none' with a revision 'main'",
        ),
    ];
    let endpoint = server.url("");
    for (path, reason) in cases {
        let mill = Mill::new();
        let mut command = curate(&mill, &[path], &[("HF_ENDPOINT", &endpoint)]);
        run(&mut command)
            .with_status(2)
            .saying(&["source[0].paths", reason]);
        assert!(!mill.work().join("documents").exists());
    }
}

/// A file that is written to all the while.
#[test]
fn a_file_that_changes_while_it_is_read_stops_the_run_and_leaves_nothing() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};

    let mill = Mill::new();
    let path = mill.path("raw/growing.jsonl");
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    fs::write(&path, large_file(0)).expect("written");
    let paths = [mill.path("raw").to_str().expect("a name").to_owned()];
    let is_over = AtomicBool::new(false);
    let append = |path: &Path| {
        let mut file = fs::File::options().append(true).open(path).expect("opens");
        while !is_over.load(Ordering::Relaxed) {
            file.write_all(b"{\"text\":\"another line\"}\n").expect("written");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| append(&path));
        let failed = run(&mut curate(&mill, &paths, &[]));
        is_over.store(true, Ordering::Relaxed);
        failed.with_status(1).saying(&[
            "growing.jsonl",
            "it has changed since it was listed",
            "run again, when nothing writes to it any more",
        ]);
    });
    assert_eq!(documents(&mill), 0, "nothing half-read is kept");
    assert_eq!(
        fs::read_dir(mill.work().join("quarantine")).map_or(0, Iterator::count),
        0
    );
    let ran = run(&mut curate(&mill, &paths, &[])).with_status(0);
    assert_read(&ran, "1 of 1", &mill, &paths, &[]);
}
