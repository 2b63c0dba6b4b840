//! The program, command by command, on shards made for the test.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../src/fixture.rs"]
#[expect(unreachable_pub, reason = "the tests inside the crate use this file too")]
mod fixture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// A folder with shards and a configuration for a model that trains in a second or two.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let shards = folder.path().join("shards");
        fs::create_dir(&shards).expect("made");
        fixture::write_shards(&shards, 1_500);
        let config = "version = '1'\n\
             out = 'out'\n\
             [data]\nshards = 'shards'\nsequence_length = 32\nbatch_size = 8\nheld_out = 0.05\n\
             [model]\nhidden_size = 32\nlayers = 2\nheads = 4\nkey_value_heads = 2\nintermediate_size = 64\n\
             [optimizer]\nlearning_rate = 1e-2\n\
             [schedule]\nsteps = 60\nwarmup_steps = 5\n\
             [checkpoint]\nevery_steps = 10\n\
             [sample]\nprompt = 'the miller'\ntokens = 12\n";
        fs::write(folder.path().join("config.toml"), config).expect("written");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gristmill-train"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("starts")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("a line of JSON")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every file below a folder, by its path from there, with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = PathBuf::from(path.file_name().expect("a name"));
        if path.is_dir() {
            let inside = files(&path).into_iter();
            found.extend(inside.map(|(below, bytes)| (name.join(below), bytes)));
        } else {
            found.push((name, fs::read(&path).expect("reads")));
        }
    }
    found.sort();
    found
}

fn assert_same_files(left: &Path, right: &Path) {
    let left_files = files(left);
    let right_files = files(right);
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&left_files), names(&right_files));
    for ((path, left_bytes), (_, right_bytes)) in left_files.iter().zip(&right_files) {
        assert!(left_bytes == right_bytes, "{} differs", path.display());
    }
}

/// The losses in a run's metrics, as they are written.
fn losses(place: &Place, out: &str) -> Vec<String> {
    let metrics = fs::read_to_string(place.path(out).join("metrics.jsonl")).expect("metrics");
    metrics
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).expect("JSON");
            format!(
                "{} {} {}",
                record["step"], record["loss"], record["gradient_norm"]
            )
        })
        .collect()
}

#[test]
fn a_run_learns_and_its_model_is_of_use() {
    let place = Place::new();
    let outcome = place.json(&["run", "config.toml", "--json", "--quiet"]);
    let chance = outcome["chance_loss"].as_f64().expect("a number");
    let held_out = outcome["held_out_loss"].as_f64().expect("a number");
    let first = outcome["first_loss"].as_f64().expect("a number");
    assert!(
        (first - chance).abs() < 0.2,
        "a fresh model is at chance: {outcome}"
    );
    assert!(held_out < chance - 2.0, "it learned: {outcome}");
    let sample = outcome["sample"].as_str().expect("a sample");
    assert!(sample.starts_with("the miller"), "{sample}");
    assert_eq!(losses(&place, "out").len(), 60);

    let eval = place.json(&["eval", "--model", "out/model", "--shards", "shards", "--json"]);
    assert!(eval["loss"].as_f64().expect("a number") < chance - 2.0, "{eval}");
    assert!(eval["bits_per_byte"].as_f64().expect("a number") > 0.0, "{eval}");

    fs::write(
        place.path("text.txt"),
        "the miller grinds the rye at dawn. my sister",
    )
    .expect("written");
    let of_text = place.json(&["eval", "--model", "out", "--text", "text.txt", "--json"]);
    assert!(
        of_text["loss"].as_f64().expect("a number") < chance - 1.0,
        "{of_text}"
    );
    assert!(
        of_text["bits_per_byte"].as_f64().expect("a number") < 6.0,
        "{of_text}"
    );

    let arguments = [
        "generate",
        "--model",
        "out",
        "--prompt",
        "my sister",
        "--tokens",
        "9",
    ];
    let greedy = [&arguments[..], &["--greedy", "--json"]].concat();
    let written = place.json(&greedy);
    assert_eq!(written, place.json(&greedy));
    assert!(written["text"].as_str().expect("text").starts_with("my sister"));
    assert!(!written["ids"].as_array().expect("ids").is_empty());
    let plain = place.run(&arguments);
    assert!(
        text(&plain.stdout).starts_with("my sister"),
        "{}",
        text(&plain.stderr)
    );
    assert!(plain.stderr.is_empty(), "stderr has nothing to tell");
}

#[test]
fn stopping_and_threads_change_no_byte() {
    let place = Place::new();
    let run = |out: &str, threads: &str, more: &[&str]| {
        let set = format!("out={out}");
        let arguments = [&["run", "config.toml", "--quiet", "--set", &set], more].concat();
        let output = place
            .command(&arguments)
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("starts");
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    run("whole", "1", &[]);
    run("parts", "2", &["--stop-after", "23"]);
    assert!(
        !place.path("parts/model").exists(),
        "an unfinished run exports no model"
    );
    run("parts", "3", &["--resume"]);
    assert_same_files(&place.path("whole/model"), &place.path("parts/model"));
    assert_same_files(&place.path("whole/checkpoints"), &place.path("parts/checkpoints"));
    assert_eq!(losses(&place, "whole"), losses(&place, "parts"));
    // A finished run that is resumed again is still the same.
    run("parts", "2", &["--resume"]);
    assert_same_files(&place.path("whole/model"), &place.path("parts/model"));
}

#[test]
fn a_killed_run_ends_in_the_same_bytes() {
    let place = Place::new();
    let whole = place.run(&["run", "config.toml", "--quiet", "--set", "out=whole"]);
    assert!(whole.status.success(), "{}", text(&whole.stderr));
    let mut child = place
        .command(&["run", "config.toml", "--quiet", "--set", "out=killed"])
        .spawn()
        .expect("starts");
    for _ in 0..2_000 {
        if place.path("killed/checkpoints/step-00000020").exists() {
            break;
        }
        sleep(Duration::from_millis(5));
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("ends");
    // As if the kill had come while a checkpoint was being written.
    let partial = place.path("killed/checkpoints/step-00000050.partial");
    fs::create_dir_all(&partial).expect("made");
    fs::write(partial.join("state.json"), "{").expect("written");
    let resumed = place.run(&["run", "config.toml", "--set", "out=killed", "--resume"]);
    assert!(resumed.status.success(), "{}", text(&resumed.stderr));
    assert!(
        text(&resumed.stderr).contains("continuing after step"),
        "{}",
        text(&resumed.stderr)
    );
    assert_same_files(&place.path("whole/model"), &place.path("killed/model"));
    assert_same_files(
        &place.path("whole/checkpoints"),
        &place.path("killed/checkpoints"),
    );
    assert_eq!(losses(&place, "whole"), losses(&place, "killed"));
}

#[test]
fn faults_are_told_and_have_their_exit_codes() {
    let place = Place::new();
    let fails = |arguments: &[&str], code: i32, words: &[&str]| {
        let output = place.run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        assert!(output.stdout.is_empty(), "stdout is for data");
        for word in words {
            assert!(
                message.contains(word),
                "{arguments:?} says '{message}', not '{word}'"
            );
        }
    };
    fails(&["run"], 2, &["CONFIG"]);
    fails(&["run", "absent.toml"], 2, &["absent.toml"]);
    fails(
        &[
            "run",
            "config.toml",
            "--set",
            "schedule.step=3",
            "--set",
            "data.held_out=no",
        ],
        2,
        &["schedule.step", "did you mean 'steps'", "data.held_out"],
    );
    fails(
        &[
            "run",
            "config.toml",
            "--set",
            "model.heads=5",
            "--set",
            "schedule.steps=0",
        ],
        2,
        &["model.hidden_size", "schedule.steps"],
    );
    fails(
        &["run", "config.toml", "--set", "data.shards=absent"],
        1,
        &["absent/manifest.json"],
    );
    fails(
        &[
            "run",
            "config.toml",
            "--set",
            "optimizer.learning_rate=1e30",
            "--quiet",
        ],
        1,
        &["not finite"],
    );
    fails(&["eval", "--model", "absent"], 2, &["--shards"]);
    fails(
        &["eval", "--model", "absent", "--shards", "shards"],
        1,
        &["absent/config.json"],
    );

    let short = [
        "run",
        "config.toml",
        "--quiet",
        "--set",
        "schedule.steps=6",
        "--set",
        "out=short",
    ];
    let first = place.run(&short);
    assert!(first.status.success(), "{}", text(&first.stderr));
    fails(&short, 2, &["--resume", "--overwrite"]);
    fails(
        &[&short[..], &["--resume", "--set", "seed=1"]].concat(),
        1,
        &["seed was 42 and is now 1"],
    );
    let again = place.run(&[&short[..], &["--overwrite"]].concat());
    assert!(again.status.success(), "{}", text(&again.stderr));
    fs::write(place.path("shards/tokenizer.json"), "{}").expect("written");
    fails(
        &[
            "run",
            "config.toml",
            "--quiet",
            "--set",
            "schedule.steps=6",
            "--set",
            "out=bad",
        ],
        1,
        &["tokenizer.json"],
    );
}
