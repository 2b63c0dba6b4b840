//! Trees and archives of code, from raw files to shards: what is read, under which language and licence, what is passed
//! over, and what is refused.

use std::fs;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json as value};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::corpus;
use super::mill::{Mill, json, run};

/// A source file of about a page, no two alike, that no filter drops.
fn code(number: usize) -> String {
    let page = &corpus::pages()[number];
    let lines: Vec<&str> = page.split(". ").collect();
    format!(
        "# {}\ndef part_{number}():\n    return {number}\n",
        lines.join(".\n# ")
    )
}

fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("memory");
    }
    builder.into_inner().expect("memory").finish().expect("memory")
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("memory");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn mill() -> Mill {
    let mill = Mill::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = mill.path("raw").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    };
    let notebook = value!({
        "cells": [
            {"cell_type": "markdown", "source": [corpus::pages()[9]]},
            {"cell_type": "code", "source": "x = 1", "outputs": [{"data": {"image/png": "iVBORw0KGgo="}}]},
        ],
        "metadata": {"language_info": {"name": "julia"}},
        "nbformat": 4,
    });
    write("tree/.gitignore", b"*.log\nbuild/\n");
    write("tree/src/.gitignore", b"*.py\n!kept.py\n");
    write("tree/.git/HEAD", b"ref: refs/heads/main\n");
    write("tree/LICENSE", b"Licensed under the MIT license.\n");
    write("tree/src/kept.py", code(1).as_bytes());
    write("tree/src/ignored.py", code(2).as_bytes());
    write("tree/build/out.py", code(3).as_bytes());
    write(
        "tree/run",
        format!("#!/usr/bin/env python3\n{}", code(4)).as_bytes(),
    );
    write("tree/notes.ipynb", notebook.to_string().as_bytes());
    write("tree/broken.ipynb", b"{\"cells\": [");
    write("tree/node_modules/a/index.js", b"var a = 1;\n");
    write("tree/Cargo.lock", b"version = 4\n");
    write(
        "other/a.py",
        format!("# SPDX-License-Identifier: ISC\n{}", code(5)).as_bytes(),
    );
    let files = [
        ("p-1/a.py", code(6)),
        (
            "p-1/COPYING",
            "GNU General Public License, version 3\n".to_owned(),
        ),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    write("p-1.tar.gz", &tar_gz(&files));
    let bomb = " ".repeat(30 << 20);
    let (good, climbing) = (code(7), code(8));
    write(
        "bombs.zip",
        &zipped(&[
            ("../../climbing.py", &climbing),
            ("/absolute.py", &climbing),
            ("bomb.ipynb", &bomb),
            ("nested.zip", "PK"),
            ("good.py", &good),
        ]),
    );
    let recipe = "version = '1'
[[source]]
name = 'forge'
group = 'code'
paths = ['raw']
[language]
identifier = 'none'
[quality]
rules = []
[dedup]
near = false
[tokenizer]
train = { vocab_size = 300 }
";
    fs::write(mill.path("recipe.toml"), recipe).expect("written");
    mill
}

fn curate(mill: &Mill) {
    let mut command = mill.curate("recipe.toml");
    command.current_dir(mill.path(""));
    run(&mut command).with_status(0);
}

#[test]
fn trees_and_archives_are_read_within_bounds() {
    let mill = mill();
    curate(&mill);
    let rows = mill.query("SELECT path, key, language_hint, license FROM documents ORDER BY path, key");
    let found: Vec<Value> = rows
        .iter()
        .map(|row| value!([row["path"], row["key"], row["language_hint"], row["license"]]))
        .collect();
    let expected = [
        value!(["raw/bombs.zip", "good.py", "python", null]),
        value!(["raw/other/a.py", "raw/other/a.py", "python", "ISC"]),
        value!(["raw/p-1.tar.gz", "p-1/COPYING", "text", "GPL-3.0-only"]),
        value!(["raw/p-1.tar.gz", "p-1/a.py", "python", "GPL-3.0-only"]),
        value!(["raw/tree/LICENSE", "raw/tree/LICENSE", "text", "MIT"]),
        value!(["raw/tree/notes.ipynb", "raw/tree/notes.ipynb", "julia", "MIT"]),
        value!(["raw/tree/run", "raw/tree/run", "python", "MIT"]),
        value!(["raw/tree/src/kept.py", "raw/tree/src/kept.py", "python", "MIT"]),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        mill.number("SELECT count(*) AS n FROM documents WHERE text LIKE '%iVBOR%'"),
        0
    );

    let report = json(&mill.work().join("report.json"));
    assert_eq!(report["quarantine"]["total"], 4, "{}", report["quarantine"]);
    let mut reasons = Vec::new();
    for entry in fs::read_dir(mill.work().join("quarantine")).expect("a quarantine") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("text");
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            reasons.push(format!("{}: {}", row["path"], row["reason"]));
        }
    }
    for part in ["climbs out", "absolute", "1,000 times", "not a readable notebook"] {
        assert!(
            reasons.iter().any(|reason| reason.contains(part)),
            "{part}: {reasons:?}"
        );
    }
    let skipped = report["sources"][0]["skipped"].to_string();
    for reason in ["vendored file", "generated file", "archive inside an archive"] {
        assert!(skipped.contains(reason), "{reason}: {skipped}");
    }
}

/// A licence file is read again with what it speaks for, and with nothing else.
#[test]
fn another_licence_makes_new_documents_of_what_lies_below() {
    let mill = mill();
    curate(&mill);
    fs::write(
        mill.path("raw/tree/LICENSE"),
        "Licensed under the Apache License, Version 2.0.\n",
    )
    .expect("written");
    curate(&mill);
    let of = |path: &str| {
        let rows = mill.query(&format!("SELECT license FROM documents WHERE path = '{path}'"));
        rows[0]["license"].clone()
    };
    assert_eq!(of("raw/tree/src/kept.py"), "Apache-2.0");
    assert_eq!(of("raw/other/a.py"), "ISC");
}
