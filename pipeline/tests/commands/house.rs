//! The invariants of the house, held by its text: who may name whom, how long a file may be, whose licence is fine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::mill::checkout as root;

/// Lines of a source file at most, tests included.
const MOST_LINES: usize = 500;

/// The stage folders. They meet in columns and in the shared rooms, never in each other.
const STAGES: [&str; 8] = [
    "read", "rewrite", "annotate", "filter", "dedup", "mix", "tokenize", "shard",
];

/// Every licence that a dependency may ask for, as its manifest spells it.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Lines of code that name `what`, comments left out.
fn naming(folder: &Path, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources(folder) {
        let text = fs::read_to_string(&path).expect("readable");
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let lines = code.filter(|line| line.contains(what));
        found.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
    }
    found
}

#[test]
fn trainer_and_pipeline_meet_only_in_schemas() {
    let nothing: [String; 0] = [];
    assert_eq!(naming(&root().join("trainer/src"), "gristmill::"), nothing);
    assert_eq!(naming(&root().join("pipeline/src"), "gristmill_train"), nothing);
    assert_eq!(naming(&root().join("schemas/src"), "gristmill_train"), nothing);
}

#[test]
fn only_the_engine_names_ballista_and_kernels_name_no_engine() {
    let pipeline = root().join("pipeline/src");
    let outside: Vec<String> = naming(&pipeline, "ballista")
        .into_iter()
        .filter(|line| !line.contains("/engine/"))
        .collect();
    assert_eq!(outside, Vec::<String>::new());
    for folder in [
        "rewrite", "annotate", "tokenize", "text", "shard", "read", "filter", "dedup", "mix",
    ] {
        assert_eq!(
            naming(&pipeline.join(folder), "datafusion"),
            Vec::<String>::new(),
            "{folder}"
        );
    }
}

#[test]
fn no_stage_imports_another() {
    for stage in STAGES {
        let folder = root().join("pipeline/src").join(stage);
        for other in STAGES.into_iter().filter(|other| *other != stage) {
            let found = naming(&folder, &format!("crate::{other}::"));
            assert_eq!(found, Vec::<String>::new(), "{stage} imports {other}");
        }
    }
}

#[test]
fn only_the_command_line_reads_the_environment() {
    let outside: Vec<String> = naming(&root().join("pipeline/src"), "env::var")
        .into_iter()
        // Where the tests' own data lies.
        .filter(|line| !line.contains("/cli/") && !line.contains("GRISTMILL_DATA"))
        .collect();
    assert_eq!(outside, Vec::<String>::new());
}

#[test]
fn files_hold_one_idea() {
    for member in ["schemas", "pipeline", "trainer", "benches"] {
        for path in sources(&root().join(member)) {
            let lines = fs::read_to_string(&path).expect("readable").lines().count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn dependencies_are_under_permissive_licences() {
    // Only what this platform builds with is sure to have been fetched.
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100);
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let licence = package["license"].as_str().unwrap_or_default();
        // Of alternatives one must be fine, of what is joined by AND every one.
        let spelled = licence.replace('/', " OR ").replace(['(', ')'], "");
        let fine = spelled.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|licence| LICENCES.contains(&licence.trim()))
        });
        assert!(fine, "{name} is under '{licence}'");
    }
}
