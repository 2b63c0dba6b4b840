//! Which files a source has.

use std::fs;
use std::path::Path;

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
    let addresses = [
        ("ftp://host/a", "no store is known by the scheme 'ftp'"),
        ("hf://datasets/x", "hf://datasets/OWNER/NAME"),
        (
            "https://me:pw@host/a.warc.gz",
            "would be written into every document",
        ),
    ];
    for (path, reason) in addresses {
        let mut remote = source(tree.path(), &["web"], Format::Auto, Group::Web);
        remote.paths = vec![path.to_owned()];
        let error = super::list(&remote).expect_err("is no address");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn links_to_files_are_followed_and_other_links_named() {
    let tree = tree();
    let folder = tree.path();
    let link =
        |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.join("web").join(name)).expect("links");
    link(folder, "deep/loop");
    link(Path::new("circle"), "circle");
    link(&folder.join("code/README.md"), "linked.md");
    link(&folder.join("web/a.warc.gz"), "same.warc.gz");
    let inventory = list(&source(folder, &["web"], Format::Auto, Group::Web)).expect("lists");
    let found = names(folder, &inventory);
    assert_eq!(
        found,
        [
            "web/a.warc.gz",
            "web/b.warc.gz",
            "web/deep/c.jsonl",
            "web/linked.md"
        ]
    );
    let left_out = inventory.left_out_examples.join("\n");
    assert!(
        left_out.contains("web/circle: a symbolic link to nothing, or in a circle"),
        "{left_out}"
    );
    assert!(
        left_out.contains("web/deep/loop: a symbolic link to a folder"),
        "{left_out}"
    );
    let named = list(&source(folder, &["web/circle"], Format::Text, Group::Web));
    assert!(
        matches!(named, Err(InventoryError::Unreadable { .. })),
        "{named:?}"
    );
}

#[test]
fn a_dataset_of_the_hub_means_its_training_split() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let readme = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n---\n";
    for (name, bytes) in [
        ("set/README.md", readme),
        ("set/data/train-0.parquet", "x"),
        ("set/data/test-0.parquet", "x"),
    ] {
        write_file(folder.path(), name, bytes.as_bytes());
    }
    let listed = |path: &str| list(&source(folder.path(), &[path], Format::Auto, Group::Web)).expect("lists");
    let whole = listed("set");
    assert_eq!(names(folder.path(), &whole), ["set/data/train-0.parquet"]);
    assert_eq!(whole.left_out, 2);
    assert_eq!(
        names(folder.path(), &listed("set/data/test-*")),
        ["set/data/test-0.parquet"]
    );
}

#[test]
fn a_fingerprint_is_of_the_bytes() {
    let tree = tree();
    let path = write_file(tree.path(), "a", &vec![7; 3 << 20]);
    let expected = xxhash_rust::xxh3::xxh3_128(&vec![7; 3 << 20]);
    assert_eq!(fingerprint(&path).expect("reads"), expected);
    assert!(fingerprint("/nonexistent/file").is_err());
}
