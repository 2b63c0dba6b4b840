//! The same recipe, inputs and seed give the same bytes: for all cores, partitions and engines, and after a kill in
//! any stage followed by the same command.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use super::mill::{DEMO, Mill, SEVERAL_SHARDS, checkout, contents, finished, hash_of_hashes, run};

/// What a run leaves beside the shards that has to be the same whether it was killed or not.
const FOLDERS: [&str; 7] = [
    "documents",
    "quarantine",
    "annotations",
    "verdicts",
    "duplicates",
    "curated",
    "tokens",
];
/// How often a run is started again when its stage ended before the signal came.
const ATTEMPTS: usize = 8;

#[track_caller]
fn assert_same_shards_with(arguments: &[&str]) {
    let mill = Mill::new();
    run(mill.curate_demo().args(arguments)).with_status(0);
    assert_eq!(
        contents(&mill.out()),
        contents(&finished().out()),
        "{arguments:?}"
    );
    assert_eq!(hash_of_hashes(&mill.out()), hash_of_hashes(&finished().out()));
}

#[test]
fn with_one_thread() {
    assert_same_shards_with(&["--threads", "1"]);
}

#[test]
fn with_two_threads() {
    assert_same_shards_with(&["--threads", "2"]);
}

#[test]
fn with_one_partition() {
    assert_same_shards_with(&["--partitions", "1"]);
}

#[test]
fn with_seven_partitions() {
    assert_same_shards_with(&["--partitions", "7"]);
}

#[test]
fn on_the_cluster_in_this_process() {
    assert_same_shards_with(&["--cluster", "standalone"]);
}

/// The order in which a recipe lists the paths of a source changes the recipe's fingerprint and nothing else.
#[test]
fn with_paths_in_another_order() {
    let folder = checkout().join("fixtures/raw/web");
    let entries = fs::read_dir(folder).expect("the web dumps");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    names.reverse();
    let paths: Vec<String> = names
        .iter()
        .map(|name| format!("\"fixtures/raw/web/{}\"", name.to_string_lossy()))
        .collect();
    let mill = Mill::new();
    let paths = format!("source.0.paths=[{}]", paths.join(", "));
    run(mill.curate_demo().args(["--set", &paths])).with_status(0);

    let without_manifest = |mill: &Mill| {
        let mut contents = contents(&mill.out());
        assert!(contents.remove("manifest.json").is_some());
        contents
    };
    assert_eq!(without_manifest(&mill), without_manifest(finished()));
    let (mut found, mut expected) = (mill.manifest(), finished().manifest());
    assert_ne!(found["recipe_fingerprint"], expected["recipe_fingerprint"]);
    for manifest in [&mut found, &mut expected] {
        manifest["recipe_fingerprint"] = Value::Null;
    }
    assert_eq!(found, expected);
}

/// What became of a run that was to be killed.
#[derive(Debug, PartialEq, Eq)]
enum Kill {
    /// The signal came while the stage was at work.
    InStage,
    /// The stage, or the whole run, had ended by then.
    TooLate,
}

/// Starts `command` and kills it, with the signal that cannot be caught, at the first `event` of `stage`.
fn kill(command: &mut Command, event: &str, stage: &str) -> Kill {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let stdout = child.stdout.take().expect("a pipe");
    let mut last_stage = String::new();
    let mut is_killed = false;
    for line in BufReader::new(stdout).lines() {
        // The last line may be cut off: the process is dead.
        let Ok(row) = serde_json::from_str::<Value>(&line.expect("a line")) else {
            break;
        };
        if row["stage"] == stage && row["event"] == event && !is_killed {
            child.kill().expect("the process is ours");
            is_killed = true;
        }
        row["stage"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut last_stage);
    }
    let status = child.wait().expect("the process ends");
    if is_killed && !status.success() && last_stage == stage {
        Kill::InStage
    } else {
        Kill::TooLate
    }
}

/// What the killed runs run: several units of work in two groups, with duplicates among them, so that every stage has
/// something to do, and none takes long.
const KILLED_RECIPE: &str = "version = '1'
name = 'killed'
[[source]]
name = 'library'
group = 'books'
paths = ['fixtures/raw/books']
[[source]]
name = 'forge'
group = 'code'
paths = ['fixtures/raw/code']
format = 'code'
[tokenizer]
train = { vocab_size = 512 }
[shards]
tokens_per_shard = 50_000
";

fn curate_to_be_killed(mill: &Mill) -> Command {
    let recipe = mill.path("recipe.toml");
    fs::write(&recipe, KILLED_RECIPE).expect("written");
    mill.curate(recipe)
}

/// The same run, left alone.
static LEFT_ALONE: LazyLock<Mill> = LazyLock::new(|| {
    let mill = Mill::lasting("left-alone");
    run(&mut curate_to_be_killed(&mill)).with_status(0);
    mill
});

/// Kills a run as `stage` starts, goes on and kills it after the first part of `stage` is done, goes on to the end,
/// and compares everything with a run that was left alone.
#[track_caller]
fn assert_same_after_kill_in(stage: &str) {
    let started = || {
        let mill = Mill::new();
        let killed = kill(&mut curate_to_be_killed(&mill), "started", stage);
        (killed == Kill::InStage).then_some(mill)
    };
    let mill = (0..ATTEMPTS)
        .find_map(|_| started())
        .expect("one of the runs is killed in its stage");
    assert!(
        !mill.out().join("manifest.json").exists(),
        "no manifest before the shards are whole"
    );
    // Some stages do their work in one part and have no progress to wait for; then this run goes to its end.
    kill(&mut curate_to_be_killed(&mill), "progress", stage);
    run(&mut curate_to_be_killed(&mill)).with_status(0);

    assert_eq!(contents(&mill.out()), contents(&LEFT_ALONE.out()));
    for folder in FOLDERS {
        let (found, expected) = (mill.work().join(folder), LEFT_ALONE.work().join(folder));
        assert_eq!(
            contents(&found),
            contents(&expected),
            "{folder} after a kill in {stage}"
        );
    }
}

#[test]
fn after_a_kill_in_read() {
    assert_same_after_kill_in("read");
}

#[test]
fn after_a_kill_in_annotate() {
    assert_same_after_kill_in("annotate");
}

#[test]
fn after_a_kill_in_filter() {
    assert_same_after_kill_in("filter");
}

#[test]
fn after_a_kill_in_dedup() {
    assert_same_after_kill_in("dedup");
}

#[test]
fn after_a_kill_in_curate() {
    assert_same_after_kill_in("curate");
}

#[test]
fn after_a_kill_in_tokenize() {
    assert_same_after_kill_in("tokenize");
}

#[test]
fn after_a_kill_in_shard() {
    assert_same_after_kill_in("shard");
}

/// A run killed in the middle of its shards leaves nothing that passes for whole, and cleans up after itself.
#[test]
fn half_written_shards_are_not_taken_for_whole() {
    let mill = Mill::new();
    let stop_before_shards = ["--until", "tokenize"];
    run(mill.curate(DEMO).args(SEVERAL_SHARDS).args(stop_before_shards)).with_status(0);
    fs::create_dir_all(mill.out()).expect("a folder");
    // What a kill at the worst moment leaves: a shard of another run, a partial file, and a file of the user's own.
    for name in [
        ".gristmill",
        "00000.bin",
        "00000.idx",
        "00009.bin",
        "00010.bin.partial",
        "index.parquet.partial",
        "notes.txt",
    ] {
        fs::write(mill.out().join(name), b"half").expect("written");
    }
    let mut verify = super::mill::gristmill();
    run(verify.arg("verify").arg(mill.out()))
        .with_status(1)
        .saying(&["manifest.json"]);
    run(&mut mill.curate_demo()).with_status(0);
    let mut found = contents(&mill.out());
    assert!(found.remove("notes.txt").is_some(), "what is not ours stays");
    assert_eq!(found, contents(&finished().out()));
}
