//! Program code: one document a file, its language by the file's name.
//!
//! What is no source text (binaries, generated giants) is skipped and counted, for a tree of code is full of it.
//! Memory: one file, at most [`MAX_CODE_BYTES`].

use super::stream::Whole;
use super::{RawFile, ReadError, charset, decompress, file_error, settle, uncompressed_name};
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// The largest source file. The Stack (Kocetkov et al. 2022) keeps files up to 1 MB; what is larger is data or generated.
const MAX_CODE_BYTES: usize = 1 << 20;

/// Languages by extension.
const EXTENSIONS: &[(&str, &str)] = &[
    ("ada", "ada"),
    ("adb", "ada"),
    ("ads", "ada"),
    ("asm", "assembly"),
    ("awk", "awk"),
    ("bash", "shell"),
    ("c", "c"),
    ("cc", "c++"),
    ("clj", "clojure"),
    ("cmake", "cmake"),
    ("cpp", "c++"),
    ("cs", "c#"),
    ("css", "css"),
    ("cu", "cuda"),
    ("cxx", "c++"),
    ("d", "d"),
    ("dart", "dart"),
    ("el", "emacs lisp"),
    ("erl", "erlang"),
    ("ex", "elixir"),
    ("exs", "elixir"),
    ("f", "fortran"),
    ("f90", "fortran"),
    ("fs", "f#"),
    ("go", "go"),
    ("groovy", "groovy"),
    ("h", "c"),
    ("hh", "c++"),
    ("hpp", "c++"),
    ("hs", "haskell"),
    ("java", "java"),
    ("jl", "julia"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("kt", "kotlin"),
    ("kts", "kotlin"),
    ("lisp", "common lisp"),
    ("lua", "lua"),
    ("m", "objective-c"),
    ("mjs", "javascript"),
    ("ml", "ocaml"),
    ("mli", "ocaml"),
    ("nim", "nim"),
    ("pas", "pascal"),
    ("php", "php"),
    ("pl", "perl"),
    ("pm", "perl"),
    ("proto", "protocol buffers"),
    ("ps1", "powershell"),
    ("py", "python"),
    ("pyi", "python"),
    ("pyx", "cython"),
    ("r", "r"),
    ("rb", "ruby"),
    ("rs", "rust"),
    ("s", "assembly"),
    ("scala", "scala"),
    ("scm", "scheme"),
    ("scss", "scss"),
    ("sh", "shell"),
    ("sol", "solidity"),
    ("sql", "sql"),
    ("sv", "systemverilog"),
    ("swift", "swift"),
    ("tcl", "tcl"),
    ("tex", "tex"),
    ("toml", "toml"),
    ("ts", "typescript"),
    ("tsx", "typescript"),
    ("v", "verilog"),
    ("vhd", "vhdl"),
    ("vhdl", "vhdl"),
    ("vue", "vue"),
    ("yaml", "yaml"),
    ("yml", "yaml"),
    ("zig", "zig"),
    ("zsh", "shell"),
];

/// Languages by whole name, in lower case.
const NAMES: &[(&str, &str)] = &[
    ("cmakelists.txt", "cmake"),
    ("dockerfile", "dockerfile"),
    ("gnumakefile", "makefile"),
    ("makefile", "makefile"),
    ("rakefile", "ruby"),
];

/// The languages of files that are code only in a tree of code.
const DOCUMENT_EXTENSIONS: &[(&str, &str)] = &[
    ("htm", "html"),
    ("html", "html"),
    ("json", "json"),
    ("markdown", "markdown"),
    ("md", "markdown"),
    ("rst", "restructuredtext"),
    ("txt", "text"),
    ("xhtml", "html"),
    ("xml", "xml"),
];

/// The programming language of a file by its name.
pub(super) fn language_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let named = look_up(NAMES, &name);
    named.or_else(|| look_up(EXTENSIONS, extension(&name)?))
}

/// The language of any text in a tree of code, documentation and data included.
pub(super) fn language_in_tree(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    language_of(name).or_else(|| look_up(DOCUMENT_EXTENSIONS, extension(&lower)?))
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(_, extension)| extension)
}

fn look_up(table: &[(&str, &'static str)], wanted: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(known, _)| *known == wanted)
        .map(|(_, language)| *language)
}

/// Reads source files.
pub(super) struct Code;

impl Reader for Code {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let place = Place::default();
        let mut stream = decompress::open(&file.path).map_err(|source| file_error(file, source))?;
        let bytes = match stream.whole(MAX_CODE_BYTES) {
            Ok(Whole::Bytes(bytes)) => bytes,
            Ok(Whole::TooLarge) => {
                harvest.skip("source file larger than 1 MiB");
                return Ok(());
            }
            Err(error) => return settle(error, file, place, harvest),
        };
        if charset::looks_binary(&bytes) {
            harvest.skip("binary file");
            return Ok(());
        }
        let Ok(text) = charset::decode_text(&bytes) else {
            harvest.skip("source file in no known encoding");
            return Ok(());
        };
        if text.trim().is_empty() {
            harvest.skip("empty source file");
            return Ok(());
        }
        harvest.document(RawDocument {
            place,
            key: Some(file.path.clone()),
            language_hint: language_in_tree(uncompressed_name(&file.path)).map(str::to_owned),
            text,
            ..RawDocument::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::basket::harvest_bytes;
    use crate::recipe::Format;

    #[test]
    fn names_tell_languages() {
        let cases = [
            ("main.RS", Some("rust")),
            ("Makefile", Some("makefile")),
            ("README.md", Some("markdown")),
            (".py", None),
            ("LICENSE", None),
        ];
        for (name, language) in cases {
            assert_eq!(language_in_tree(name), language, "{name}");
        }
        assert_eq!(language_of("README.md"), None);
    }

    #[test]
    fn the_tables_are_sorted_and_without_repeats() {
        for table in [EXTENSIONS, NAMES, DOCUMENT_EXTENSIONS] {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }

    #[test]
    fn what_is_no_source_text_is_skipped() {
        let giant = "x = 1\n".repeat(200_000);
        let cases: [(&[u8], &str); 4] = [
            (b"\x7fELF\0\0", "binary file"),
            (giant.as_bytes(), "source file larger than 1 MiB"),
            ("ä ö ü ß é è ê ç ñ å ø\u{fffd}".as_bytes(), ""),
            (b" \n", "empty source file"),
        ];
        for (bytes, reason) in cases {
            let basket = harvest_bytes("a.py", bytes, Format::Code);
            assert!(basket.quarantined.is_empty());
            if reason.is_empty() {
                assert_eq!(basket.documents[0].language_hint.as_deref(), Some("python"));
            } else {
                assert_eq!(basket.skipped.get(reason), Some(&1));
            }
        }
    }
}
