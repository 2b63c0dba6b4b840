//! The words that a user reads, as snapshots: the faults of a recipe, and the summary at the end of a run.

use std::fs;

use super::mill::{DEMO, Mill, finished, gristmill, run, temporary};

/// A recipe with a fault of every kind that its text alone can show.
const FAULTY: &str = "version = '2'
name = 'a mill'
sed = 4
[[source]]
name = 'crawl'
group = 'webs'
paths = 'raw'
[quality]
rules = ['gofer']
[quality.gopher]
min_word = 5
max_words = -1
[dedup]
near = { ngrams = 3 }
";

/// A recipe whose text is sound and whose meaning is not.
const MISTAKEN: &str = "version = '1'
name = 'a mill'
[[source]]
name = 'crawl'
group = 'web'
paths = []
[[source]]
name = 'crawl'
group = 'books'
paths = ['fixtures/raw/books']
[language]
keep = ['en', 'xx']
[[filter]]
name = 'long'
sources = ['crawls']
keep = 'true'
[mixture]
web = 0
books = 0
code = 0
";

/// What `gristmill check` says of a recipe with this text, without the temporary path.
fn faults(text: &str) -> String {
    let folder = temporary();
    let path = folder.path().join("mill.toml");
    fs::write(&path, text).expect("written");
    let ran = run(gristmill().arg("check").arg(&path)).with_status(2);
    assert_eq!(ran.stdout, "");
    ran.stderr
        .replace(&path.to_string_lossy().into_owned(), "mill.toml")
}

#[test]
fn all_faults_of_the_text_come_at_once() {
    insta::assert_snapshot!(faults(FAULTY));
}

#[test]
fn all_faults_of_the_meaning_come_at_once() {
    insta::assert_snapshot!(faults(MISTAKEN));
}

#[test]
fn all_faults_of_inputs_and_models_come_at_once() {
    let overrides = [
        "source.0.paths=['nowhere']",
        "source.1.paths=['fixtures/*.nothing']",
        "filter.0.keep=gopher.wordcount > 3",
        "safety.word_lists=['none.txt']",
        "tokenizer={path='fixtures/README.md'}",
    ];
    let mut command = gristmill();
    command.args(["check", DEMO]);
    for setting in overrides {
        command.args(["--set", setting]);
    }
    let ran = run(&mut command).with_status(2);
    insta::assert_snapshot!(ran.stderr);
}

/// The summary from the funnel to the quarantine: what stands before and after it are times and paths.
#[test]
fn the_summary_of_the_demo() {
    let mill: &Mill = finished();
    let ran = run(gristmill().args(["report", "--work"]).arg(mill.work())).with_status(0);
    let start = ran.stdout.find("FUNNEL").expect("a funnel");
    let end = ran.stdout.find("TIMES").expect("times");
    insta::assert_snapshot!(ran.stdout[start..end]);
}
