//! The measures of the rules for code: those of `StarCoder` (Li et al. 2023) and The Stack v2 (Lozhkov et al. 2024), and
//! of `RedPajama`'s GitHub part. All are null for documents of other groups.
//!
//! Lines are Unicode's ([`crate::text::lines`]). Tokens stand in for those of a model: words of letters, numbers and
//! runs of other signs. What was generated, minified or copied in is recognised as when code is read
//! ([`crate::text::machine`]), by the file's own name and by its text; folders are known to the reader alone.
//!
//! Columns written: `code.*`. The rules over them are in `filter/code.rs`.

use crate::annotate::Subject;
use crate::recipe::written::Group;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::comments::{comment_characters, syntax};
use crate::text::encoded::encoded;
use crate::text::machine::{self, Machine};
use crate::text::markup::visible_characters;
use crate::text::{Analysis, characters};

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Code;

impl Annotator for Code {
    fn name(&self) -> &'static str {
        "code"
    }

    fn signals(&self) -> &'static [Signal] {
        const SIGNALS: &[Signal] = &[
            Signal::new(
                "language",
                SignalType::Label,
                "programming language, in lower case: what its source claims, or else by its file's name",
            ),
            Signal::new(
                "data_format",
                SignalType::Label,
                "html, xml, json, yaml, csv, text or graph, where it is a file of that",
            ),
            Signal::new(
                "machine",
                SignalType::Label,
                "generated, minified or vendored, by its name and by what it says of itself",
            ),
            Signal::new("characters", SignalType::Ratio, "Unicode code points"),
            Signal::new("lines", SignalType::Ratio, "lines, blank ones too"),
            Signal::new(
                "mean_line_length",
                SignalType::Ratio,
                "characters in a line, on average",
            ),
            Signal::new(
                "max_line_length",
                SignalType::Ratio,
                "characters in the longest line",
            ),
            Signal::new(
                "alphabetic_share",
                SignalType::Ratio,
                "share of characters that are letters",
            ),
            Signal::new(
                "alphanumeric_share",
                SignalType::Ratio,
                "share of characters that are letters or digits",
            ),
            Signal::new(
                "letters_per_token",
                SignalType::Ratio,
                "letters for each word, number or run of other signs",
            ),
            Signal::new(
                "comment_share",
                SignalType::Ratio,
                "share of characters in comments; null where the language's comments are not known",
            ),
            Signal::new(
                "encoded_share",
                SignalType::Ratio,
                "share of characters in runs of base64, bytes, numbers or escapes",
            ),
            Signal::new(
                "longest_encoded_run",
                SignalType::Ratio,
                "characters of the longest such run",
            ),
            Signal::new(
                "visible_text",
                SignalType::Ratio,
                "characters of an HTML page that are shown; null for anything else",
            ),
            Signal::new(
                "visible_text_share",
                SignalType::Ratio,
                "share of its characters that are shown",
            ),
        ];
        SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        if document.group != Group::Code {
            for signal in self.signals() {
                match signal.signal_type {
                    SignalType::Label => row.label(None),
                    _ => row.ratio(None),
                }
            }
            return;
        }
        let text = document.text.text;
        let name = document.path.rsplit('/').next().unwrap_or_default();
        let language = language(document.language_hint, name);
        let language = language.as_deref();
        let format = data_format(language, text);
        let classes = Classes::of(text);
        let lines = LineLengths::of(&document.text);
        let comments = language
            .and_then(syntax)
            .map(|syntax| comment_characters(text, syntax));
        let data = encoded(text);
        let visible = (format == Some("html")).then(|| visible_characters(text));

        row.label(language);
        row.label(format);
        row.label(machine_kind(name, text));
        row.ratio(Some(classes.all as f64));
        row.ratio(Some(lines.count as f64));
        row.ratio(share(lines.characters, lines.count));
        row.ratio(Some(lines.longest as f64));
        row.ratio(share(classes.letters, classes.all));
        row.ratio(share(classes.letters + classes.digits, classes.all));
        row.ratio(share(classes.letters, classes.tokens));
        row.ratio(comments.and_then(|comments| share(comments, classes.all)));
        row.ratio(share(data.characters, classes.all));
        row.ratio(Some(data.longest as f64));
        row.ratio(visible.map(|visible| visible as f64));
        row.ratio(visible.and_then(|visible| share(visible, classes.all)));
    }
}

/// Languages by the extension of a file, for sources that name none.
#[rustfmt::skip]
const EXTENSIONS: &[(&str, &str)] = &[
    ("asm", "assembly"), ("bash", "shell"), ("c", "c"), ("cc", "c++"), ("clj", "clojure"), ("cpp", "c++"),
    ("cs", "c#"), ("css", "css"), ("csv", "csv"), ("cxx", "c++"), ("dart", "dart"), ("el", "emacs lisp"),
    ("erl", "erlang"), ("ex", "elixir"), ("exs", "elixir"), ("f90", "fortran free form"), ("fs", "f#"), ("go", "go"),
    ("h", "c"), ("hpp", "c++"), ("hs", "haskell"), ("htm", "html"), ("html", "html"), ("ini", "ini"),
    ("java", "java"), ("jl", "julia"), ("js", "javascript"), ("json", "json"), ("kt", "kotlin"),
    ("lisp", "common lisp"), ("lua", "lua"), ("m", "objective-c"), ("md", "markdown"), ("mjs", "javascript"),
    ("ml", "ocaml"), ("php", "php"), ("pl", "perl"), ("pm", "perl"), ("ps1", "powershell"), ("py", "python"),
    ("r", "r"), ("rb", "ruby"), ("rs", "rust"), ("s", "unix assembly"), ("scala", "scala"), ("scss", "scss"),
    ("sh", "shell"), ("sql", "sql"), ("svg", "svg"), ("swift", "swift"), ("tcl", "tcl"), ("tex", "tex"),
    ("toml", "toml"), ("ts", "typescript"), ("tsv", "tsv"), ("tsx", "tsx"), ("txt", "text"), ("vhdl", "vhdl"),
    ("vue", "vue"), ("xml", "xml"), ("yaml", "yaml"), ("yml", "yaml"),
];

/// The language that the source claims, or else that of a file of this name.
fn language(hint: Option<&str>, name: &str) -> Option<String> {
    if let Some(hint) = hint.map(str::trim).filter(|hint| !hint.is_empty()) {
        return Some(hint.to_lowercase());
    }
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let found = EXTENSIONS.iter().find(|(known, _)| *known == extension)?;
    Some(found.1.to_owned())
}

/// What kind of data a file of this language is.
fn data_format(language: Option<&str>, text: &str) -> Option<&'static str> {
    // StarCoder's sign of XML, whatever the file is called.
    let head = &text[..text.floor_char_boundary(100)];
    if head.contains("<?xml version=") {
        return Some("xml");
    }
    Some(match language? {
        "html" | "xhtml" => "html",
        "xml" | "svg" => "xml",
        "json" | "jsonl" | "json5" | "geojson" => "json",
        "yaml" => "yaml",
        "csv" | "tsv" => "csv",
        "text" => "text",
        "graphviz (dot)" | "web ontology language" => "graph",
        _ => return None,
    })
}

fn machine_kind(name: &str, text: &str) -> Option<&'static str> {
    let kind = machine::kind_of_path(name).or_else(|| machine::kind_of_text(name, text))?;
    Some(match kind {
        Machine::Generated => "generated",
        Machine::Minified => "minified",
        Machine::Vendored => "vendored",
    })
}

/// The lengths of lines, in characters.
#[derive(Default)]
struct LineLengths {
    count: usize,
    characters: usize,
    longest: usize,
}

impl LineLengths {
    fn of(text: &Analysis<'_>) -> Self {
        let mut lengths = Self::default();
        for line in text.lines() {
            let length = characters(line);
            lengths.count += 1;
            lengths.characters += length;
            lengths.longest = lengths.longest.max(length);
        }
        lengths
    }
}

/// What a character is to the count of tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Sign,
    Space,
}

/// How many characters there are of each class, and how many runs of one.
#[derive(Default)]
struct Classes {
    all: usize,
    letters: usize,
    digits: usize,
    tokens: usize,
}

impl Classes {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let mut last = Class::Space;
        let mut take = |class: Class| {
            counts.all += 1;
            counts.letters += usize::from(class == Class::Letter);
            counts.digits += usize::from(class == Class::Digit);
            counts.tokens += usize::from(class != last && class != Class::Space);
            last = class;
        };
        if text.is_ascii() {
            text.bytes().for_each(|byte| take(class_of_ascii(byte)));
        } else {
            text.chars().for_each(|character| take(class(character)));
        }
        counts
    }
}

fn class_of_ascii(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'\t'..=b'\r' | b' ' => Class::Space,
        _ => Class::Sign,
    }
}

fn class(character: char) -> Class {
    match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => class_of_ascii(byte),
        _ if character.is_alphabetic() => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ if character.is_whitespace() => Class::Space,
        _ => Class::Sign,
    }
}

/// `part` of `whole`; none of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signals_of};

    fn found(path: &str, hint: Option<&str>, text: &str) -> Vec<Value> {
        let document = Subject {
            path,
            language_hint: hint,
            ..Subject::of_text(text, Group::Code)
        };
        signals_of(&Code, &document)
            .into_iter()
            .map(|(_, value)| value)
            .collect()
    }

    #[test]
    fn the_measures_are_taken() {
        let text = "int a = 12; // é\n\n";
        let label = |text: &str| Value::Label(Some(text.to_owned()));
        let ratio = |value: f64| Value::Ratio(Some(value));
        let expected = [
            label("c"),
            Value::Label(None),
            Value::Label(None),
            ratio(18.0),
            ratio(2.0),
            ratio(8.0),
            ratio(16.0),
            ratio(5.0 / 18.0),
            ratio(7.0 / 18.0),
            ratio(5.0 / 7.0),
            ratio(4.0 / 18.0),
            ratio(0.0),
            ratio(0.0),
            Value::Ratio(None),
            Value::Ratio(None),
        ];
        assert_eq!(found("tree/a.c", None, text), expected);
        assert_eq!(found("", Some("C"), text), expected);
    }

    #[test]
    fn data_and_machine_made_files_are_recognised() {
        let label = |text: &str| Value::Label(Some(text.to_owned()));
        let page = found("a/b.html", None, "<p>Some text</p>");
        assert_eq!((&page[1], &page[13]), (&label("html"), &Value::Ratio(Some(9.0))));
        assert_eq!(found("b.txt", None, "<?xml version='1.0'?>")[1], label("xml"));
        assert_eq!(found("x/a.pb.go", None, "package a")[2], label("generated"));
        assert_eq!(
            found("x/a.py", None, "# Automatically generated by x.\n")[2],
            label("generated")
        );
        assert_eq!(found("home/vendor/a.py", None, "a = 1")[2], Value::Label(None));
    }

    #[test]
    fn prose_has_no_measures() {
        let document = Subject::of_text("int a;", Group::Web);
        let values = signals_of(&Code, &document);
        assert!(
            values
                .iter()
                .all(|(_, value)| matches!(value, Value::Ratio(None) | Value::Label(None)))
        );
    }
}
