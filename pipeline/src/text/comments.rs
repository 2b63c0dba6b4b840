//! Comments in program code, found by the marks that each language has for them, strings left out.
//!
//! This is no parser: a mark within a regular expression or a here-document is taken for a comment. What counts is
//! the share of a file, and there such cases are few.

use memchr::{memchr, memmem};

/// How a language marks its comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// What opens a comment that ends with the line.
    line: &'static [&'static str],
    /// What opens and closes longer ones.
    blocks: &'static [(&'static str, &'static str)],
    /// What strings stand between.
    quotes: &'static [u8],
    /// Whether a string in triple quotes that begins a line is documentation.
    docstrings: bool,
}

const PLAIN: Syntax = Syntax {
    line: &[],
    blocks: &[],
    quotes: b"\"'",
    docstrings: false,
};

const C: Syntax = Syntax {
    line: &["//"],
    blocks: &[("/*", "*/")],
    ..PLAIN
};

const HASH: Syntax = Syntax {
    line: &["#"],
    ..PLAIN
};

const LISP: Syntax = Syntax {
    line: &[";"],
    blocks: &[("#|", "|#")],
    quotes: b"\"",
    docstrings: false,
};

const PERCENT: Syntax = Syntax {
    line: &["%"],
    quotes: b"",
    ..PLAIN
};

const MARKUP: Syntax = Syntax {
    blocks: &[("<!--", "-->")],
    quotes: b"",
    ..PLAIN
};

/// Languages, in lower case as linguist names them, by how they mark comments.
#[rustfmt::skip]
const LANGUAGES: &[(&str, Syntax)] = &[
    ("c, c++, objective-c, objective-c++, c#, java, kotlin, scala, swift, dart, groovy, rust, glsl, hlsl, cuda, zig, \
      solidity, systemverilog, verilog, d, protocol buffer, opencl, vala, processing, thrift, less, scss, v, odin, \
      json with comments, apex, actionscript, haxe, metal, qml, rescript, reason, p4, cap'n proto, bicep", C),
    ("javascript, typescript, tsx, go, vue, svelte, astro", Syntax { quotes: b"\"'`", ..C }),
    ("php", Syntax { line: &["//", "#"], ..C }),
    ("hcl, terraform", Syntax { line: &["#", "//"], ..C }),
    ("css", Syntax { line: &[], ..C }),
    ("f#", Syntax { line: &["//"], blocks: &[("(*", "*)")], quotes: b"\"", ..PLAIN }),
    ("pascal", Syntax { line: &["//"], blocks: &[("{", "}"), ("(*", "*)")], ..PLAIN }),
    ("ocaml, standard ml, coq, isabelle", Syntax { blocks: &[("(*", "*)")], quotes: b"\"", ..PLAIN }),
    ("python, starlark, cython", Syntax { docstrings: true, ..HASH }),
    ("ruby, perl, shell, r, yaml, toml, makefile, dockerfile, cmake, elixir, crystal, tcl, awk, fish, graphql, \
      puppet, meson, nix, raku, gdscript, just", HASH),
    ("nim", Syntax { blocks: &[("#[", "]#")], ..HASH }),
    ("julia", Syntax { blocks: &[("#=", "=#")], ..HASH }),
    ("powershell", Syntax { blocks: &[("<#", "#>")], ..HASH }),
    ("coffeescript", Syntax { blocks: &[("###", "###")], ..HASH }),
    ("lua", Syntax { line: &["--"], blocks: &[("--[[", "]]")], ..PLAIN }),
    ("haskell, elm, purescript, agda, idris, dhall",
        Syntax { line: &["--"], blocks: &[("{-", "-}")], quotes: b"\"", ..PLAIN }),
    ("sql, plsql, plpgsql, tsql, sqlpl", Syntax { line: &["--"], blocks: &[("/*", "*/")], ..PLAIN }),
    ("ada, vhdl", Syntax { line: &["--"], quotes: b"\"", ..PLAIN }),
    ("common lisp, emacs lisp, scheme, clojure, racket, newlisp, hy", LISP),
    ("assembly, unix assembly, llvm, autohotkey", Syntax { line: &[";"], quotes: b"\"", ..C }),
    ("ini", Syntax { line: &[";", "#"], quotes: b"", ..PLAIN }),
    ("tex, bibtex, postscript", PERCENT),
    ("matlab", Syntax { blocks: &[("%{", "%}")], ..PERCENT }),
    ("erlang, prolog", Syntax { quotes: b"\"", blocks: &[("/*", "*/")], ..PERCENT }),
    ("fortran, fortran free form", Syntax { line: &["!"], ..PLAIN }),
    ("html, xml, svg, markdown, xslt", MARKUP),
];

/// The syntax of `language`, named in lower case as linguist does; none where it is not known.
#[must_use]
pub fn syntax(language: &str) -> Option<&'static Syntax> {
    let named = |names: &str| names.split(',').any(|name| name.trim() == language);
    LANGUAGES
        .iter()
        .find(|(names, _)| named(names))
        .map(|(_, syntax)| syntax)
}

/// How many characters of `text` are in comments, their marks with them.
#[must_use]
pub fn comment_characters(text: &str, syntax: &Syntax) -> usize {
    let bytes = text.as_bytes();
    let mut opens = [false; 256];
    let marks = syntax
        .line
        .iter()
        .chain(syntax.blocks.iter().map(|(open, _)| open));
    for first in marks.filter_map(|mark| mark.as_bytes().first()) {
        opens[usize::from(*first)] = true;
    }
    for quote in syntax.quotes {
        opens[usize::from(*quote)] = true;
    }
    let mut found = 0;
    let mut at = 0;
    while at < bytes.len() {
        if !opens[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        let end = if let Some(end) = comment_end(text, at, syntax) {
            found += super::characters(&text[at..end]);
            end
        } else if syntax.quotes.contains(&bytes[at]) {
            let (end, is_documentation) = string_end(bytes, at, syntax);
            if is_documentation {
                found += super::characters(&text[at..end]);
            }
            end
        } else {
            at + 1
        };
        at = end;
    }
    found
}

/// Where the comment that opens at `at` ends; none where none opens.
fn comment_end(text: &str, at: usize, syntax: &Syntax) -> Option<usize> {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    for (open, close) in syntax.blocks {
        if rest.starts_with(open.as_bytes()) {
            let inside = at + open.len();
            let length = memmem::find(&bytes[inside..], close.as_bytes());
            return Some(length.map_or(bytes.len(), |length| inside + length + close.len()));
        }
    }
    let opens = |mark: &&&str| rest.starts_with(mark.as_bytes());
    let mark = syntax.line.iter().find(opens)?;
    let before = at.checked_sub(1).map(|before| bytes[before]);
    // `$#`, `${a#b}` and `\%` are no comments.
    let is_inside = match mark.as_bytes() {
        [b'#'] => before.is_some_and(|byte| !byte.is_ascii_whitespace() && byte != b';'),
        [b'%'] => before == Some(b'\\'),
        _ => false,
    };
    (!is_inside).then(|| at + memchr(b'\n', rest).unwrap_or(rest.len()))
}

/// Where the string that opens at `at` ends, and whether it is documentation.
fn string_end(bytes: &[u8], at: usize, syntax: &Syntax) -> (usize, bool) {
    let quote = bytes[at];
    if syntax.docstrings && bytes[at..].starts_with(&[quote; 3]) {
        let inside = at + 3;
        let length = memmem::find(&bytes[inside..], &[quote; 3]);
        let end = length.map_or(bytes.len(), |length| inside + length + 3);
        return (end, begins_line(bytes, at));
    }
    let is_long = quote == b'`';
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        end += 1;
        match byte {
            b'\\' if end < bytes.len() => end += 1,
            b'\n' if !is_long => break,
            _ if byte == quote => break,
            _ => {}
        }
    }
    // An escaped character may have several bytes: go on at its end.
    while bytes.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end += 1;
    }
    (end, false)
}

/// Whether there is nothing before `at` on its line but white space and a prefix of a string (`r`, `b`, `u`, `f`).
fn begins_line(bytes: &[u8], at: usize) -> bool {
    let is_prefix = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f');
    let prefix = bytes[..at]
        .iter()
        .rev()
        .take(2)
        .take_while(|byte| is_prefix(byte))
        .count();
    let mut before = bytes[..at - prefix].iter().rev().take(LONGEST_INDENT);
    let stop = before.find(|byte| !matches!(byte, b' ' | b'\t'));
    stop.is_none_or(|byte| *byte == b'\n')
}

/// White space that is looked at before documentation, so that no line is read for each of its strings.
const LONGEST_INDENT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn share(language: &str, text: &str) -> usize {
        comment_characters(text, syntax(language).expect("a known language"))
    }

    #[test]
    fn comments_are_found_and_strings_left_out() {
        let cases = [
            (
                "c",
                "int a; // one\nchar *b = \"// no\"; /* two\nx */ '\"' // é",
                6 + 11 + 4,
            ),
            (
                "python",
                "#!x\na = '#no' # yes\ndef f():\n    \"\"\"Doc.\"\"\"\n    b = \"\"\"# no\"\"\"\n",
                3 + 5 + 10,
            ),
            ("shell", "echo $# ${a#b} # yes", 5),
            ("tex", "50\\% % yes", 5),
            ("lua", "a --[[ b\nc ]] d -- e", 14 - 3 + 4),
            ("html", "<p><!-- a -->b", 10),
            ("go", "a := `// no\n// no` // yes", 6),
            ("common lisp", "'a ; \"b", 4),
        ];
        for (language, text, expected) in cases {
            assert_eq!(share(language, text), expected, "{language}: {text}");
        }
        assert_eq!(syntax("klingon"), None);
    }

    #[test]
    fn what_is_not_closed_goes_on_to_the_end() {
        assert_eq!(share("c", "a /* b"), 4);
        assert_eq!(share("c", "a \"\\"), 0);
        assert_eq!(share("c", "a \"\\é// x"), 0);
        assert_eq!(share("python", "'''"), 3);
    }
}
