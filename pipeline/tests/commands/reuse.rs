//! Running again does what has changed and nothing else, and comes to what a fresh run comes to.

use std::fs;
use std::process::Command;

use super::corpus;
use super::mill::{Mill, contents, finished, run, times};

/// Changes `arguments` of the finished demo: nothing is read or annotated again, and the shards are those of a fresh
/// run.
#[track_caller]
fn assert_only_judged_again(arguments: &[&str]) {
    let mill = finished().copy();
    let before = ["documents", "annotations"].map(|folder| times(&mill.work().join(folder)));
    run(mill.curate_demo().args(arguments)).with_status(0).reusing(&[
        ("read", true),
        ("annotate", true),
        ("dedup", false),
        ("curate", false),
        ("tokenize", false),
        ("shard", false),
    ]);
    let after = ["documents", "annotations"].map(|folder| times(&mill.work().join(folder)));
    assert_eq!(before, after, "no file was written again");

    let fresh = Mill::new();
    run(fresh.curate_demo().args(arguments)).with_status(0);
    assert_eq!(contents(&mill.out()), contents(&fresh.out()));
    assert_ne!(contents(&mill.out()), contents(&finished().out()));
    for folder in ["verdicts", "duplicates", "curated", "tokens"] {
        assert_eq!(
            contents(&mill.work().join(folder)),
            contents(&fresh.work().join(folder)),
            "{folder}"
        );
    }
}

#[test]
fn a_changed_threshold_reads_and_annotates_nothing_again() {
    assert_only_judged_again(&["--set", "quality.gopher.min_words=120"]);
}

#[test]
fn a_changed_filter_reads_and_annotates_nothing_again() {
    let keep = "filter.0.keep=gopher.word_count >= 1200";
    assert_only_judged_again(&["--set", keep]);
}

/// With a sample that holds all of the text, the tokenizer is the same whatever the mixture.
#[test]
fn a_changed_mixture_tokenizes_nothing_again() {
    let mill = finished().copy();
    let before = times(&mill.work().join("tokens"));
    let all_reused = ["read", "annotate", "dedup", "curate", "tokenize"].map(|stage| (stage, true));
    run(mill.curate_demo().args(["--set", "mixture.web=0.25"]))
        .with_status(0)
        .reusing(&all_reused);
    assert_eq!(times(&mill.work().join("tokens")), before);
    let reached = mill.manifest()["mixture"]["web"]["reached"]
        .as_f64()
        .expect("a share");
    assert!(
        (reached - 1.0 / 3.0).abs() < 0.005,
        "a quarter beside 0.3 and 0.2 is a third: {reached}"
    );
}

/// A mill that runs in its own folder over four large files, each a unit of work of its own.
struct Shelf {
    mill: Mill,
    pages: Vec<String>,
}

impl Shelf {
    fn new(files: &[(&str, usize)]) -> Self {
        let shelf = Self {
            mill: Mill::new(),
            pages: corpus::pages(),
        };
        fs::write(shelf.mill.path("recipe.toml"), corpus::recipe("raw")).expect("written");
        for (name, part) in files {
            shelf.put(name, *part);
        }
        shelf
    }

    /// Writes the file `name` with the pages of one of eight parts.
    fn put(&self, name: &str, part: usize) {
        let pages: Vec<String> = self.pages.iter().skip(part).step_by(8).cloned().collect();
        corpus::write_large(&self.mill.path("raw").join(name), &pages);
    }

    fn curate(&self) -> Command {
        let mut command = self.mill.curate("recipe.toml");
        command.current_dir(self.mill.path(""));
        command
    }

    /// Asserts that there is nothing but what a fresh run over the same files leaves.
    #[track_caller]
    fn assert_as_fresh(&self, files: &[(&str, usize)]) {
        let fresh = Self::new(files);
        run(&mut fresh.curate()).with_status(0);
        assert_eq!(contents(&self.mill.out()), contents(&fresh.mill.out()));
        for folder in [
            "documents",
            "annotations",
            "verdicts",
            "duplicates",
            "curated",
            "tokens",
        ] {
            let (found, expected) = (self.mill.work().join(folder), fresh.mill.work().join(folder));
            assert_eq!(contents(&found), contents(&expected), "{folder}");
        }
    }

    fn documents_of(&self, name: &str) -> u64 {
        self.mill.number(&format!(
            "SELECT count(*) AS n FROM documents WHERE path = 'raw/{name}'"
        ))
    }
}

#[test]
fn an_added_file_alone_is_read_and_a_removed_one_is_gone() {
    let shelf = Shelf::new(&[("a.jsonl", 0), ("b.jsonl", 1), ("c.jsonl", 2)]);
    let first = run(&mut shelf.curate()).with_status(0);
    assert!(
        first.note("read").ends_with("3 of 3 units read"),
        "{}",
        first.note("read")
    );
    let before = times(&shelf.mill.work().join("annotations"));

    shelf.put("aa.jsonl", 3);
    let added = run(&mut shelf.curate()).with_status(0);
    assert!(
        added.note("read").ends_with("1 of 4 units read"),
        "{}",
        added.note("read")
    );
    assert_eq!(added.note("annotate"), "1 of 4 units annotated");
    assert!(shelf.documents_of("aa.jsonl") > 0);
    let after = times(&shelf.mill.work().join("annotations"));
    assert!(
        before.iter().all(|(name, time)| after.get(name) == Some(time)),
        "the others are left alone"
    );
    shelf.assert_as_fresh(&[("a.jsonl", 0), ("aa.jsonl", 3), ("b.jsonl", 1), ("c.jsonl", 2)]);

    fs::remove_file(shelf.mill.path("raw/b.jsonl")).expect("removed");
    let removed = run(&mut shelf.curate()).with_status(0);
    assert!(
        removed.note("read").ends_with("0 of 3 units read"),
        "{}",
        removed.note("read")
    );
    assert_eq!(shelf.documents_of("b.jsonl"), 0);
    shelf.assert_as_fresh(&[("a.jsonl", 0), ("aa.jsonl", 3), ("c.jsonl", 2)]);
}

#[test]
fn a_changed_file_alone_is_read_again() {
    let shelf = Shelf::new(&[("a.jsonl", 0), ("b.jsonl", 1)]);
    run(&mut shelf.curate()).with_status(0);
    shelf.put("b.jsonl", 4);
    let changed = run(&mut shelf.curate()).with_status(0);
    assert!(
        changed.note("read").ends_with("1 of 2 units read"),
        "{}",
        changed.note("read")
    );
    assert_eq!(changed.note("annotate"), "1 of 2 units annotated");
    shelf.assert_as_fresh(&[("a.jsonl", 0), ("b.jsonl", 4)]);
}

/// Touching a file without changing it changes nothing.
#[test]
fn a_touched_file_is_not_read_again() {
    let shelf = Shelf::new(&[("a.jsonl", 0)]);
    run(&mut shelf.curate()).with_status(0);
    shelf.put("a.jsonl", 0);
    let all = ["read", "annotate", "dedup", "curate", "tokenize", "shard"].map(|stage| (stage, true));
    run(&mut shelf.curate()).with_status(0).reusing(&all);
}

#[test]
fn missing_or_damaged_shards_are_written_again() {
    let shelf = Shelf::new(&[("a.jsonl", 0), ("b.jsonl", 1)]);
    run(&mut shelf.curate()).with_status(0);
    let out = shelf.mill.out();
    let whole = contents(&out);
    assert!(whole.len() > 6, "more than one shard: {whole:?}");
    let again = |what: &str| {
        let ran = run(&mut shelf.curate()).with_status(0);
        assert_eq!(ran.end_of("tokenize")["reused"], true, "{what}");
        assert_eq!(ran.end_of("shard")["reused"], false, "{what}");
        assert_eq!(contents(&out), whole, "{what}");
    };
    fs::remove_dir_all(&out).expect("removed");
    again("without the folder");
    for name in [
        "manifest.json",
        "00001.bin",
        "00000.idx",
        "index.parquet",
        "tokenizer.json",
    ] {
        fs::remove_file(out.join(name)).expect("removed");
        again(name);
    }
    let file = fs::OpenOptions::new()
        .write(true)
        .open(out.join("00000.bin"))
        .expect("a shard");
    file.set_len(100).expect("cut");
    again("with a shard cut off");
}

/// A file of the work folder that went missing is made again.
#[test]
fn missing_work_is_done_again() {
    let shelf = Shelf::new(&[("a.jsonl", 0), ("b.jsonl", 1)]);
    run(&mut shelf.curate()).with_status(0);
    for folder in ["documents", "annotations", "verdicts", "curated", "tokens"] {
        let folder = shelf.mill.work().join(folder);
        let whole = contents(&folder);
        let name = whole.keys().find(|name| *name != ".key").expect("a file");
        fs::remove_file(folder.join(name)).expect("removed");
        run(&mut shelf.curate()).with_status(0);
        assert_eq!(contents(&folder), whole, "{}", folder.display());
    }
}
