//! Which programming language a file is in, by its name and its text.
//!
//! In the order of GitHub's linguist: what an editor was told (`vim: ft=`, `-*- mode -*-`), the whole name
//! (`Makefile`), the interpreter of a `#!` line, the extension, and, where several languages share it (`.h`, `.m`,
//! `.v`), the patterns that linguist has for telling them apart. Its tables of some 800 languages come with the
//! `linguist` crate; the `#!` line and the choice where no pattern fits are here.
//!
//! A language is named as linguist names it, in lower case: `c++`, `python`, `objective-c`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use linguist::DetectedLanguage;
use linguist::definitions::LANGUAGES;

/// Bytes of a text that are looked at, as in linguist: what a language is shows early.
const PROBE_BYTES: usize = 50 << 10;

/// Lines at each end in which editors look for what they are told, and bytes of each that are looked at.
const MODELINES: usize = 5;
const MODELINE_BYTES: usize = 512;

/// Data of which a repository is full and which nobody wrote by hand, by linguist's names: not read as code.
const DATA_FORMATS: &[&str] = &[
    "Altium Designer",
    "CSV",
    "Checksums",
    "Eagle",
    "G-code",
    "Gerber Image",
    "Gemfile.lock",
    "Go Checksums",
    "Jest Snapshot",
    "KiCad Layout",
    "KiCad Legacy Layout",
    "KiCad Schematic",
    "PostScript",
    "Public Key",
    "Raw token data",
    "STL",
    "SVG",
    "Spline Font Database",
    "TSV",
    "Unity3D Asset",
    "Wavefront Material",
    "Wavefront Object",
    "X PixMap",
];

/// Documents and data that are code only in a tree of code, by extension.
const DOCUMENT_EXTENSIONS: &[&str] = &[
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "cfg", "conf", "csv", "eml", "htm", "html", "ics", "json",
    "jsonl", "log", "markdown", "md", "nb", "po", "rst", "rtf", "srt", "svg", "text", "tsv", "txt", "vcf",
    "vtt", "wat", "xht", "xhtml", "xml",
];

/// What an extension is taken for when its languages cannot be told apart by their text: the one most used.
const MOST_USED: &[(&str, &str)] = &[
    ("as", "ActionScript"),
    ("asm", "Assembly"),
    ("bas", "BASIC"),
    ("bb", "BitBake"),
    ("bf", "Brainfuck"),
    ("bi", "FreeBASIC"),
    ("cake", "C#"),
    ("cfg", "INI"),
    ("cgi", "Perl"),
    ("cl", "Common Lisp"),
    ("cls", "TeX"),
    ("cp", "C++"),
    ("cs", "C#"),
    ("d", "D"),
    ("ddl", "SQL"),
    ("e", "Eiffel"),
    ("es", "JavaScript"),
    ("ex", "Elixir"),
    ("f", "Fortran"),
    ("fcgi", "Perl"),
    ("for", "Fortran"),
    ("frag", "GLSL"),
    ("fs", "F#"),
    ("ftl", "FreeMarker"),
    ("fx", "HLSL"),
    ("g", "GAP"),
    ("gd", "GDScript"),
    ("gs", "JavaScript"),
    ("h", "C"),
    ("hh", "C++"),
    ("i", "SWIG"),
    ("inc", "PHP"),
    ("jq", "jq"),
    ("k", "KFramework"),
    ("l", "Lex"),
    ("lisp", "Common Lisp"),
    ("lp", "Answer Set Programming"),
    ("lsp", "Common Lisp"),
    ("m", "Objective-C"),
    ("ml", "OCaml"),
    ("mm", "Objective-C++"),
    ("mo", "Modelica"),
    ("n", "Nemerle"),
    ("p", "Gnuplot"),
    ("php", "PHP"),
    ("pl", "Perl"),
    ("plt", "Gnuplot"),
    ("pm", "Perl"),
    ("pp", "Puppet"),
    ("prc", "SQL"),
    ("pro", "Prolog"),
    ("properties", "Java Properties"),
    ("q", "q"),
    ("r", "R"),
    ("re", "Reason"),
    ("rs", "Rust"),
    ("s", "Assembly"),
    ("sc", "Scala"),
    ("scm", "Scheme"),
    ("shader", "ShaderLab"),
    ("sls", "Scheme"),
    ("sol", "Solidity"),
    ("spec", "RPM Spec"),
    ("st", "Smalltalk"),
    ("t", "Perl"),
    ("tpl", "Smarty"),
    ("v", "Verilog"),
    ("w", "CWeb"),
    ("x", "Linker Script"),
];

/// Names of linguist's that are kinds of another language.
const KINDS: &[(&str, &str)] = &[
    ("Lean 4", "Lean"),
    ("OASv2-json", "JSON"),
    ("OASv2-yaml", "YAML"),
    ("OASv3-json", "JSON"),
    ("OASv3-yaml", "YAML"),
    ("TSX", "TypeScript"),
    ("Unix Assembly", "Assembly"),
];

/// The languages of each interpreter, by its name, none twice.
static INTERPRETERS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let names: BTreeMap<_, _> = LANGUAGES.iter().collect();
    let mut interpreters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, language) in names {
        for interpreter in language.interpreters.iter().flatten() {
            interpreters.entry(interpreter).or_default().push(name);
        }
    }
    interpreters
});

/// The language of a file called `name` that holds `text`, in lower case.
pub(super) fn of(name: &str, text: &str) -> Option<String> {
    let told = by_modeline(text);
    told.or_else(|| by_name_and_text(name, text)).map(spelled)
}

/// Whether a file of this name belongs to a tree of code: its documentation and configuration do too, and what has no
/// extension may begin with `#!`.
pub(in crate::read) fn may_be_in_tree(name: &str) -> bool {
    let Some(extension) = extension(name) else {
        return true;
    };
    let known = candidates(name);
    extension.eq_ignore_ascii_case("ipynb") || known.iter().any(|language| !DATA_FORMATS.contains(language))
}

/// Whether a file of this name is code wherever it lies.
pub(in crate::read) fn is_code_anywhere(name: &str) -> bool {
    let is_document = extension(name).is_some_and(|extension| {
        DOCUMENT_EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    !is_document && !name.starts_with('.') && !candidates(name).is_empty() && may_be_in_tree(name)
}

fn spelled(language: &'static str) -> String {
    let kind = KINDS.iter().find(|(kind, _)| *kind == language);
    kind.map_or(language, |(_, language)| language).to_lowercase()
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(_, extension)| extension)
}

/// The languages that a name allows.
fn candidates(name: &str) -> Vec<&'static str> {
    let named = names(linguist::detect_language_by_filename(name));
    if !named.is_empty() || extension(name).is_none() {
        return named;
    }
    let as_written = names(linguist::detect_language_by_extension(name));
    if !as_written.is_empty() {
        return as_written;
    }
    names(linguist::detect_language_by_extension(name.to_ascii_lowercase()))
}

/// Names of what was found; where the library cannot say, nothing was.
fn names(found: linguist::Result<Vec<DetectedLanguage>>) -> Vec<&'static str> {
    found
        .unwrap_or_default()
        .into_iter()
        .map(|language| language.name)
        .collect()
}

fn by_name_and_text(name: &str, text: &str) -> Option<&'static str> {
    let mut known = candidates(name);
    if let [only] = known[..] {
        return Some(only);
    }
    let mut by_interpreter = by_interpreter(text);
    if by_interpreter.iter().any(|language| known.contains(language)) {
        by_interpreter.retain(|language| known.contains(language));
    }
    if let [only] = by_interpreter[..] {
        return Some(only);
    }
    if known.is_empty() {
        known = by_interpreter;
    }
    let lower = name.to_ascii_lowercase();
    let probe = &text[..text.floor_char_boundary(PROBE_BYTES)];
    let told_apart = names(linguist::disambiguate(&lower, probe));
    let told_apart: Vec<_> = told_apart
        .into_iter()
        .filter(|language| known.contains(language))
        .collect();
    if let [only] = told_apart[..] {
        return Some(only);
    }
    let extension = extension(&lower)?;
    let most_used = MOST_USED
        .binary_search_by_key(&extension, |(known, _)| known)
        .ok()
        .map(|index| MOST_USED[index].1);
    most_used
        .filter(|language| known.contains(language))
        .or_else(|| told_apart.first().or(known.first()).copied())
}

/// What the lines at either end tell an editor.
fn by_modeline(text: &str) -> Option<&'static str> {
    let cut = |line: &'_ str| line[..line.floor_char_boundary(MODELINE_BYTES)].to_owned();
    let mut lines: Vec<String> = text.lines().take(MODELINES).map(cut).collect();
    let end = text.floor_char_boundary(text.len().saturating_sub(MODELINES * MODELINE_BYTES));
    let mut last: Vec<String> = text[end..].lines().rev().take(MODELINES).map(cut).collect();
    last.reverse();
    lines.extend(last);
    let is_told = lines.iter().any(|line| {
        line.contains("-*-") || line.contains("vi") || line.contains("Vi") || line.contains("ex:")
    });
    if !is_told {
        return None;
    }
    names(linguist::detect_language_by_modeline(&lines.join("\n")))
        .first()
        .copied()
}

/// The languages of the program that a `#!` line names.
fn by_interpreter(text: &str) -> Vec<&'static str> {
    let Some(line) = text.strip_prefix("#!").and_then(|rest| rest.lines().next()) else {
        return Vec::new();
    };
    let line = &line[..line.floor_char_boundary(MODELINE_BYTES)];
    let mut words = line.split_whitespace();
    let program = words.next().map_or("", base_name);
    let program = if program == "env" {
        // Options and settings may stand before the program.
        words
            .find(|word| !word.starts_with('-') && !word.contains('='))
            .map_or("", base_name)
    } else {
        program
    };
    // `python3.11` is `python3`, and then `python`.
    let mut name = program;
    loop {
        if let Some(languages) = INTERPRETERS.get(name) {
            return languages.clone();
        }
        let shorter = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let shorter = shorter.trim_end_matches(['.', '-']);
        if shorter.is_empty() || shorter == name {
            return Vec::new();
        }
        name = shorter;
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_tell_languages() {
        let cases = [
            ("main.RS", "fn main() {}", Some("rust")),
            ("Makefile", "all:\n", Some("makefile")),
            ("README.md", "# Title\n", Some("markdown")),
            ("a.py", "x = 1\n", Some("python")),
            ("a.tsx", "export default () => <p/>;\n", Some("typescript")),
            ("run", "#!/usr/bin/env -S FOO=1 python3.11 -u\n", Some("python")),
            ("run", "#!/bin/bash\n", Some("shell")),
            ("run", "no language at all", None),
            ("a.unknown", "text", None),
            (
                "a.h",
                "#include <vector>\nclass A { std::vector<int> b; };\n",
                Some("c++"),
            ),
            ("a.h", "int answer(void);\n", Some("c")),
            (
                "a.h",
                "#import <Foundation/Foundation.h>\n@interface A : NSObject\n@end\n",
                Some("objective-c"),
            ),
            (
                "a.m",
                "function y = f(x)\n  % twice\n  y = 2 * x;\nend\n",
                Some("matlab"),
            ),
            ("a.m", "@implementation A\n@end\n", Some("objective-c")),
            ("a.m", "", Some("objective-c")),
            ("a.v", "module a(input clk);\nendmodule\n", Some("verilog")),
            (
                "a.v",
                "Theorem t : forall n : nat, n = n.\nProof. auto. Qed.\n",
                Some("rocq prover"),
            ),
            ("a.pl", "use strict;\nmy $x = 1;\n", Some("perl")),
            (
                "a.pl",
                "parent(a, b).\nchild(X, Y) :- parent(Y, X).\n",
                Some("prolog"),
            ),
            ("a.pl", "#! /usr/bin/env perl\nmy %of = (a :- b);\n", Some("perl")),
            ("a.ts", "const a: number = 1;\n", Some("typescript")),
            ("a.R", "f <- function(x) x + 1\n", Some("r")),
            ("notes.txt", "# vim: set ft=ruby :\nputs 1\n", Some("ruby")),
            ("a.inc", "; -*- mode: lua -*-\n", Some("lua")),
        ];
        for (name, text, language) in cases {
            assert_eq!(of(name, text).as_deref(), language, "{name}: {text}");
        }
    }

    #[test]
    fn trees_hold_code_and_its_documents() {
        for name in [
            "a.rs",
            "README.md",
            "package.json",
            "LICENSE",
            "run",
            "Makefile",
            "a.ipynb",
            "a.yaml",
        ] {
            assert!(may_be_in_tree(name), "{name}");
        }
        for name in ["a.png", "a.csv", "a.svg", "a.so", "a.tar"] {
            assert!(!may_be_in_tree(name), "{name}");
        }
        for name in ["a.rs", "Makefile", "a.yaml", "a.tex"] {
            assert!(is_code_anywhere(name), "{name}");
        }
        for name in [
            "a.md",
            "LICENSES.txt",
            "a.json",
            "run",
            "a.html",
            "a.csv",
            ".py",
            ".gitignore",
        ] {
            assert!(!is_code_anywhere(name), "{name}");
        }
    }

    #[test]
    fn the_tables_are_sorted_and_name_known_languages() {
        assert!(MOST_USED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(DOCUMENT_EXTENSIONS.is_sorted());
        let named = MOST_USED.iter().map(|(_, language)| language);
        let named = named.chain(KINDS.iter().flat_map(|(kind, language)| [kind, language]));
        for language in named.chain(DATA_FORMATS) {
            assert!(LANGUAGES.contains_key(*language), "{language}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        for line in ["-*- mode: ", "vim: set ", "#! ", "<", "@", "/*", " ", "\t:"] {
            let text = line.repeat((1 << 20) / line.len());
            for name in ["a.h", "a.m", "a.pl", "a.inc", "a.md", "a.sql"] {
                of(name, &text);
            }
        }
    }
}
