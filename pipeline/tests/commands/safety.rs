//! The lists and licences of `[safety]`: what they drop and under which name, and what is said of lists that are no
//! good.

use std::fs;

use serde_json::json;

use super::bad_input::curate;
use super::corpus;
use super::mill::{Mill, gristmill, run};

/// A recipe over pages and code, with these keys of `[safety]`.
fn mill(safety: &str) -> Mill {
    let mill = Mill::new();
    fs::create_dir_all(mill.path("raw")).expect("a folder");
    let recipe = format!(
        "version = '1'
[[source]]
name = 'pages'
group = 'web'
paths = ['raw/pages.jsonl']
[[source]]
name = 'programs'
group = 'code'
paths = ['raw/code.jsonl']
[quality]
rules = []
[dedup]
near = false
[safety]
{safety}
[tokenizer]
train = {{ vocab_size = 300 }}
[shards]
tokens_per_shard = 10_000
"
    );
    fs::write(mill.path("recipe.toml"), recipe).expect("written");
    let pages = corpus::pages();
    let write = |name: &str, key: &str, first: usize, values: &[&str]| {
        let lines = values.iter().zip(&pages[first..]);
        let lines: Vec<String> = lines
            .map(|(value, page)| format!("{}\n", json!({"text": page, key: value})))
            .collect();
        fs::write(mill.path("raw").join(name), lines.concat()).expect("written");
    };
    write("pages.jsonl", "url", 0, &URLS);
    write("code.jsonl", "license", URLS.len(), &LICENSES);
    mill
}

const URLS: [&str; 6] = [
    "https://good.example/",
    "https://www.BAD.example/page?x=1",
    "https://deep.bad.example/",
    "https://mail.example/spam/a",
    "https://mail.example/post",
    "",
];

const LICENSES: [&str; 6] = [
    "MIT",
    "MIT OR GPL-3.0-only",
    "GPL-3.0-only",
    "Apache-2.0 AND MIT",
    "all rights reserved",
    "",
];

/// The reasons of the drops, with how many there are of each.
fn drops(mill: &Mill) -> Vec<(String, u64)> {
    let sql = "SELECT rule, count(*) AS n FROM verdicts WHERE NOT kept AND stage = 'safety' GROUP BY rule ORDER BY rule";
    let rows = mill.query(sql).into_iter();
    rows.map(|row| {
        let rule = row["rule"].as_str().expect("a rule").to_owned();
        (rule, row["n"].as_u64().expect("a count"))
    })
    .collect()
}

fn assert_drops(mill: &Mill, expected: &[(&str, u64)]) {
    let expected: Vec<(String, u64)> = expected
        .iter()
        .map(|(rule, count)| ((*rule).to_owned(), *count))
        .collect();
    assert_eq!(drops(mill), expected);
}

/// Lists in the folders of their categories.
fn write_lists(mill: &Mill) {
    for (path, lines) in [
        ("lists/adult/domains", "bad.example\n"),
        ("lists/spam/urls", "# letters\nhttp://mail.example/spam\n"),
    ] {
        let path = mill.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, lines).expect("written");
    }
}

#[test]
fn blocked_addresses_are_dropped_and_say_for_what() {
    let mill = mill("url_blocklists = ['lists']");
    write_lists(&mill);
    run(&mut curate(&mill)).with_status(0);
    assert_drops(&mill, &[("blocked_url", 3)]);
    let sql = "SELECT url.blocked AS category, count(*) AS n FROM annotations WHERE url.blocked IS NOT NULL \
        GROUP BY url.blocked ORDER BY url.blocked";
    assert_eq!(
        mill.query(sql),
        [
            json!({"category": "adult", "n": 2}),
            json!({"category": "spam", "n": 1})
        ]
    );
    // Another category needs no second look at the text.
    let only = ["--set", "safety.drop_url_categories=['adult']"];
    run(curate(&mill).args(only))
        .with_status(0)
        .reusing(&[("annotate", true)]);
    assert_drops(&mill, &[("blocked_url_adult", 2)]);
    // Lists that moved are the same lists, lists that changed are others.
    fs::rename(mill.path("lists"), mill.path("moved")).expect("moved");
    let moved = ["--set", "safety.url_blocklists=['moved']"];
    run(curate(&mill).args(moved))
        .with_status(0)
        .reusing(&[("annotate", true)]);
    fs::write(mill.path("moved/spam/urls"), "mail.example\n").expect("written");
    run(curate(&mill).args(moved))
        .with_status(0)
        .reusing(&[("annotate", false)]);
    assert_drops(&mill, &[("blocked_url", 4)]);
}

#[test]
fn licences_are_asked_of_code_alone() {
    let mill = mill("licenses = 'permissive'");
    run(&mut curate(&mill)).with_status(0);
    assert_drops(&mill, &[("license_not_permissive", 2), ("license_unknown", 1)]);
    for (setting, expected) in [
        ("safety.unlicensed='keep'", vec![("license_not_permissive", 2)]),
        (
            "safety.licenses=['MIT']",
            vec![("license_not_listed", 3), ("license_unknown", 1)],
        ),
        (
            "safety.licenses=['GPL-3.0']",
            vec![("license_not_listed", 3), ("license_unknown", 1)],
        ),
        (
            "safety.licenses=['MIT', 'Apache-2.0']",
            vec![("license_not_listed", 2), ("license_unknown", 1)],
        ),
        ("safety.licenses='any'", vec![]),
    ] {
        run(curate(&mill).args(["--set", setting]))
            .with_status(0)
            .reusing(&[("annotate", true)]);
        assert_drops(&mill, &expected);
    }
}

#[test]
fn any_bad_word_drops_a_text_where_that_is_asked() {
    let mill = mill(
        "word_lists = [{ path = 'words', category = 'house' }]\nmax_toxic_share = 1\nmax_toxic_words = 0",
    );
    fs::create_dir_all(mill.path("words")).expect("a folder");
    let word = corpus::pages()[0].split(' ').next().expect("a word").to_owned();
    fs::write(mill.path("words/en.txt"), &word).expect("written");
    fs::write(mill.path("words/README"), "about").expect("written");
    let ran = run(&mut curate(&mill)).with_status(0);
    let warning = "safety.word_lists[0]: words holds what is named by no language: README";
    assert!(ran.stdout.contains(warning), "{}", ran.stdout);
    let dropped: u64 = drops(&mill)
        .iter()
        .filter(|(rule, _)| rule == "bad_words")
        .map(|(_, n)| n)
        .sum();
    let found = mill.number("SELECT count(*) AS n FROM annotations WHERE toxicity.category = 'house'");
    assert!(found > 0);
    assert_eq!(dropped, found);
}

#[test]
fn lists_that_cannot_be_used_are_refused() {
    let mill = mill("");
    write_lists(&mill);
    fs::create_dir_all(mill.path("empty")).expect("a folder");
    let packed = zstd::encode_all(&b"bad.example\n"[..], 1).expect("memory");
    fs::write(mill.path("cut.txt"), &packed[..packed.len() - 2]).expect("written");
    for (setting, parts) in [
        (
            "url_blocklists=['none.txt']",
            ["safety.url_blocklists[0]", "none.txt"],
        ),
        (
            "url_blocklists=['lists', 'empty']",
            ["safety.url_blocklists[1]", "no block list"],
        ),
        (
            "url_blocklists=['cut.txt']",
            ["safety.url_blocklists[0]", "cut.txt"],
        ),
        (
            "word_lists=['lists/adult']",
            ["safety.word_lists[0]", "named by a language"],
        ),
        (
            "word_lists=[{path='none', language='de'}]",
            ["safety.word_lists[0]", "none"],
        ),
        (
            "word_lists=[{path='none', language='german'}]",
            ["safety.word_lists[0].language", "german"],
        ),
        (
            "licenses=['apache-2.0']",
            ["safety.licenses[0]", "did you mean 'Apache-2.0'"],
        ),
        ("licenses='permisive'", ["safety.licenses", "line"]),
    ] {
        let setting = format!("safety.{setting}");
        let mut check = gristmill();
        check
            .current_dir(mill.path(""))
            .args(["check", "recipe.toml", "--set", &setting]);
        run(&mut check).with_status(2).saying(&parts);
    }
    let both = [
        "--set",
        "safety.url_blocklists=['lists']",
        "--set",
        "safety.drop_url_categories=['adlut']",
    ];
    run(curate(&mill).args(both)).with_status(2).saying(&[
        "safety.drop_url_categories[0]",
        "'adlut'",
        "adult, spam",
    ]);
    assert!(!mill.work().exists(), "nothing was begun");
}

#[test]
fn what_is_strange_in_a_list_is_told_by_its_line_alone() {
    let mill = mill("url_blocklists = ['odd.txt', 'void.txt']\nword_lists = ['words.txt']");
    fs::write(mill.path("odd.txt"), "bad.example\nsecret line\n/banner/*\n").expect("written");
    fs::write(mill.path("void.txt"), "# nothing\n").expect("written");
    fs::write(mill.path("words.txt"), "mud scum\n...\n").expect("written");
    let mut check = gristmill();
    check.current_dir(mill.path("")).args(["check", "recipe.toml"]);
    let ran = run(&mut check).with_status(0).saying(&[
        "safety.url_blocklists[0]: odd.txt has 2 lines that are no entry, the first at line 2, and 1 entries",
        "safety.url_blocklists[1]: void.txt holds no entry",
        "safety.word_lists[0]: words.txt has 1 lines that are no entry, the first at line 2, and 1 entries",
    ]);
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
}
