//! A mill of one's own: the real binary, run in a temporary folder, and what it said and left.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

/// The recipe that most tests run, from the root of the checkout.
pub(crate) const DEMO: &str = "fixtures/recipes/demo.toml";
/// Makes the demo write several shards, so that borders between shards are part of what is compared.
pub(crate) const SEVERAL_SHARDS: [&str; 2] = ["--set", "shards.tokens_per_shard=100000"];

/// The root of the checkout, in which the recipes' paths are right.
pub(crate) fn checkout() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the package lies in a checkout")
}

/// The binary under test, in the root of the checkout, whatever the environment says.
pub(crate) fn gristmill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gristmill"));
    command.current_dir(checkout()).stdin(Stdio::null());
    command.env_remove("GRISTMILL_LOG").env_remove("NO_COLOR");
    command
}

/// The binary under test with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = gristmill();
    command.args(arguments);
    command
}

/// A temporary folder on the disk that the build is on.
pub(crate) fn temporary() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder")
}

/// Says on stderr that a test, or a part of it, could not be carried out here.
pub(crate) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `command` to its end. It never panics, whatever it was given.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary starts");
    let stdout = String::from_utf8(stdout).expect("stdout is UTF-8");
    let stderr = String::from_utf8(stderr).expect("stderr is UTF-8");
    assert!(!stderr.contains("panicked"), "{command:?}: {stderr}");
    Ran {
        status: status.code(),
        stdout,
        stderr,
    }
}

impl Ran {
    /// Asserts the exit status.
    #[track_caller]
    pub(crate) fn with_status(self, status: i32) -> Self {
        assert_eq!(
            self.status,
            Some(status),
            "stderr: {}\nstdout: {}",
            self.stderr,
            self.stdout
        );
        self
    }

    /// Asserts that stderr holds each of `parts`.
    #[track_caller]
    pub(crate) fn saying(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "'{part}' is not in: {}", self.stderr);
        }
        self
    }

    /// stdout as JSON lines, each of which has to be JSON.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Value> {
        let row = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(row).collect()
    }

    /// What the run said at the end of `stage`.
    #[track_caller]
    pub(crate) fn end_of(&self, stage: &str) -> Value {
        let is_end = |row: &Value| row["event"] == "ended" && row["stage"] == stage;
        let rows = self.rows();
        rows.into_iter()
            .find(is_end)
            .unwrap_or_else(|| panic!("no end of {stage}: {}", self.stdout))
    }

    /// Asserts which of `stages` found all of their work done already.
    #[track_caller]
    pub(crate) fn reusing(self, stages: &[(&str, bool)]) -> Self {
        for (stage, reused) in stages {
            let end = self.end_of(stage);
            assert_eq!(end["reused"], *reused, "{stage}: {end}");
        }
        self
    }

    /// What the run counted of `stage`, in words.
    #[track_caller]
    pub(crate) fn note(&self, stage: &str) -> String {
        self.end_of(stage)["note"].as_str().expect("a note").to_owned()
    }
}

/// A folder in which a recipe is run.
pub(crate) struct Mill {
    root: PathBuf,
    _temporary: Option<TempDir>,
}

impl Mill {
    pub(crate) fn new() -> Self {
        let temporary = temporary();
        Self {
            root: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// A mill for a static, which is never dropped: at a fixed place, made anew by every process.
    pub(crate) fn lasting(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("the last process is gone");
        }
        fs::create_dir_all(&root).expect("a folder");
        Self {
            root,
            _temporary: None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.path("work")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// `gristmill curate` of `recipe` with its results here, telling its events as JSON.
    pub(crate) fn curate(&self, recipe: impl AsRef<Path>) -> Command {
        let mut command = gristmill();
        command.arg("curate").arg(recipe.as_ref()).arg("--json");
        command
            .arg("--set")
            .arg(format!("work={}", self.work().display()));
        command
            .arg("--set")
            .arg(format!("shards.out={}", self.out().display()));
        command
    }

    /// As [`curate`](Self::curate), of the demo into several shards.
    pub(crate) fn curate_demo(&self) -> Command {
        let mut command = self.curate(DEMO);
        command.args(SEVERAL_SHARDS);
        command
    }

    /// The rows that answer `sql`.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Value> {
        let mut command = gristmill();
        command.args(["query", sql, "--json", "--work"]).arg(self.work());
        run(&mut command).with_status(0).rows()
    }

    /// The one number that answers `sql`, under the name `n`.
    #[track_caller]
    pub(crate) fn number(&self, sql: &str) -> u64 {
        let rows = self.query(sql);
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0]["n"]
            .as_u64()
            .unwrap_or_else(|| panic!("{sql}: {}", rows[0]))
    }

    /// The manifest of the shards.
    #[track_caller]
    pub(crate) fn manifest(&self) -> Value {
        json(&self.out().join("manifest.json"))
    }

    /// A copy with the work and the shards of this one.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        copy_folder(&self.work(), &copy.work());
        copy_folder(&self.out(), &copy.out());
        copy
    }
}

/// The demo, run once for all tests that only look at what it left.
pub(crate) fn finished() -> &'static Mill {
    static FINISHED: LazyLock<Mill> = LazyLock::new(|| {
        let mill = Mill::lasting("finished");
        run(&mut mill.curate_demo()).with_status(0);
        mill
    });
    &FINISHED
}

/// The JSON in a file.
#[track_caller]
pub(crate) fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Every file below `folder` by its path there, with its length and hash.
#[track_caller]
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, (usize, String)> {
    let mut found = BTreeMap::new();
    for path in files(folder) {
        let bytes = fs::read(&path).expect("a readable file");
        let hash = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
        found.insert(name_below(folder, &path), (bytes.len(), hash));
    }
    found
}

/// When each file below `folder` was written.
#[track_caller]
pub(crate) fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time = |path: &PathBuf| {
        fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .expect("a time")
    };
    files(folder)
        .iter()
        .map(|path| (name_below(folder, path), time(path)))
        .collect()
}

/// One hash over the names and contents of all files below `folder`.
#[track_caller]
pub(crate) fn hash_of_hashes(folder: &Path) -> String {
    let listed = format!("{:?}", contents(folder));
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(listed.as_bytes()))
}

fn name_below(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder)
        .expect("a path below")
        .to_string_lossy()
        .into_owned()
}

/// All files below `folder`, hidden ones too.
#[track_caller]
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for path in files(from) {
        let copy = to.join(path.strip_prefix(from).expect("a path below"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
        fs::copy(&path, copy).expect("copied");
    }
}
