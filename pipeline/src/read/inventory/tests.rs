//! Which files a source has.

use std::fs;

use super::*;
use crate::read::basket::write_file;
use crate::recipe::Columns;
use crate::recipe::Group;
use crate::recipe::written::Code;

fn source(folder: &Path, paths: &[&str], format: Format, group: Group) -> Source {
    let folder = folder.to_str().expect("a name in UTF-8");
    Source {
        name: "s".to_owned(),
        group,
        paths: paths.iter().map(|path| format!("{folder}/{path}")).collect(),
        format,
        code: Code::default(),
        columns: Columns::default(),
    }
}

fn names(folder: &Path, inventory: &Inventory) -> Vec<String> {
    let folder = format!("{}/", folder.display());
    inventory
        .files
        .iter()
        .map(|file| file.path.replace(&folder, ""))
        .collect()
}

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in [
        "web/b.warc.gz",
        "web/a.warc.gz",
        "web/notes.dat",
        "web/deep/c.jsonl",
        "web/.hidden.jsonl",
        "code/.gitignore",
        "code/main.py",
        "code/package.json",
        "code/README.md",
        "code/target/out.py",
        "code/photo.jpg",
    ] {
        write_file(folder.path(), name, b"x");
    }
    fs::write(folder.path().join("code/.gitignore"), "target/\n").expect("writes");
    fs::create_dir(folder.path().join("empty")).expect("makes the folder");
    folder
}

#[test]
fn paths_patterns_and_folders_give_each_file_once() {
    let tree = tree();
    let folder = tree.path();
    let cases: [(&[&str], &[&str]); 7] = [
        (&["web/*.warc.gz"], &["web/a.warc.gz", "web/b.warc.gz"]),
        (
            &["web/[ab].{warc,wet}.gz", "web/a.warc.gz"],
            &["web/a.warc.gz", "web/b.warc.gz"],
        ),
        (
            &["web/?.warc.gz", "web/"],
            &["web/a.warc.gz", "web/b.warc.gz", "web/deep/c.jsonl"],
        ),
        (&["web/**/*.jsonl"], &["web/deep/c.jsonl"]),
        (&["**/*.jsonl"], &["web/deep/c.jsonl"]),
        (&["*/deep"], &["web/deep/c.jsonl"]),
        (&["web/.hidden*"], &["web/.hidden.jsonl"]),
    ];
    for (paths, expected) in cases {
        let inventory = list(&source(folder, paths, Format::Auto, Group::Web)).expect("lists");
        let names: Vec<String> = names(folder, &inventory)
            .into_iter()
            .map(|name| name.replace("//", "/"))
            .collect();
        assert_eq!(names, expected, "{paths:?}");
        assert!(inventory.files.iter().all(|file| file.bytes == 1));
    }
}

#[test]
fn what_auto_cannot_place_is_counted_and_named() {
    let tree = tree();
    let inventory = list(&source(tree.path(), &["web"], Format::Auto, Group::Web)).expect("lists");
    assert_eq!(inventory.left_out, 1);
    assert!(inventory.left_out_examples[0].ends_with("web/notes.dat: unknown format"));
    let only = list(&source(tree.path(), &["web/*.dat"], Format::Auto, Group::Web));
    assert!(matches!(only, Err(InventoryError::NoFormat { count: 1, .. })));
}

#[test]
fn a_tree_of_code_is_walked_by_its_ignore_files() {
    let tree = tree();
    let folder = tree.path();
    let auto = list(&source(folder, &["code"], Format::Auto, Group::Code)).expect("lists");
    assert_eq!(
        names(folder, &auto),
        ["code/README.md", "code/main.py", "code/package.json"]
    );
    assert!(auto.files.iter().all(|file| file.format == Format::Code));
    let text = list(&source(folder, &["code"], Format::Text, Group::Books)).expect("lists");
    assert_eq!(text.files.len(), 5);
    assert_eq!(text.left_out, 0);
}

#[test]
fn paths_that_lead_nowhere_are_errors() {
    let tree = tree();
    let list = |path: &str| list(&source(tree.path(), &[path], Format::Auto, Group::Web));
    assert!(matches!(list("web/*.zip"), Err(InventoryError::NoMatch { .. })));
    assert!(matches!(list("empty"), Err(InventoryError::NoMatch { .. })));
    assert!(matches!(
        list("nothing/a.jsonl"),
        Err(InventoryError::Missing { .. })
    ));
    assert!(matches!(
        list("nothing/*.jsonl"),
        Err(InventoryError::Missing { .. })
    ));
    assert!(matches!(list("web/[.jsonl"), Err(InventoryError::Pattern { .. })));
    for path in ["s3://bucket/a", "hf://datasets/x", "https://host/a.warc.gz"] {
        let mut remote = source(tree.path(), &["web"], Format::Auto, Group::Web);
        remote.paths = vec![path.to_owned()];
        let error = super::list(&remote).expect_err("is remote");
        assert!(error.to_string().contains("reads local files"), "{error}");
    }
}

#[test]
fn links_in_folders_are_not_followed() {
    let tree = tree();
    let folder = tree.path();
    std::os::unix::fs::symlink(folder, folder.join("web/deep/loop")).expect("links");
    let inventory = list(&source(folder, &["web"], Format::Auto, Group::Web)).expect("lists");
    assert_eq!(inventory.files.len(), 3);
}

#[test]
fn a_fingerprint_is_of_the_bytes() {
    let tree = tree();
    let path = write_file(tree.path(), "a", &vec![7; 3 << 20]);
    let expected = xxhash_rust::xxh3::xxh3_128(&vec![7; 3 << 20]);
    assert_eq!(fingerprint(&path).expect("reads"), expected);
    assert!(fingerprint("/nonexistent/file").is_err());
}
