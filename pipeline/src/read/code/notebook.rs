//! Jupyter notebooks (nbformat 3 and 4) to text: prose as it was written, code between fences, outputs left out.
//!
//! Outputs are what the code computed, and images of it; a notebook of 50 MB has 20 KB that a person wrote. They are
//! passed over while parsing and never in memory beside the notebook's bytes. The fence of a code cell is longer than
//! any within it, so that the text reads back as Markdown.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The largest notebook that is read, outputs and all.
pub(super) const MAX_NOTEBOOK_BYTES: usize = 64 << 20;

/// What a notebook holds for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The language of its code, in lower case.
    pub(super) language: String,
    /// Its cells.
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
struct Notebook {
    cells: Option<Vec<Cell>>,
    /// Where nbformat 3 has the cells.
    worksheets: Option<Vec<Worksheet>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Worksheet {
    #[serde(default)]
    cells: Vec<Cell>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    kernelspec: Option<Kernel>,
    language_info: Option<LanguageInfo>,
    language: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Kernel {
    language: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct LanguageInfo {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Cell {
    #[serde(default, rename = "cell_type")]
    kind: String,
    source: Option<Source>,
    /// The source of a code cell in nbformat 3, and its language.
    input: Option<Source>,
    language: Option<String>,
    /// Of a heading cell in nbformat 3.
    level: Option<usize>,
}

/// A text in one piece or in lines.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Source {
    Whole(String),
    Lines(Vec<String>),
    Other(IgnoredAny),
}

/// The text of a notebook.
///
/// # Errors
/// Why `json` is none.
pub(super) fn text_of(json: &str) -> Result<Text, String> {
    let notebook: Notebook =
        serde_json::from_str(json).map_err(|error| format!("not a readable notebook: {error}"))?;
    let metadata = notebook.metadata;
    let worksheets = notebook.worksheets.unwrap_or_default();
    let cells: Vec<Cell> = match notebook.cells {
        Some(cells) => cells,
        None => worksheets.into_iter().flat_map(|sheet| sheet.cells).collect(),
    };
    let of_kernel = metadata
        .kernelspec
        .and_then(|kernel| kernel.language.or(kernel.name));
    let of_cells = || cells.iter().find_map(|cell| cell.language.clone());
    let language = metadata
        .language_info
        .and_then(|info| info.name)
        .or(of_kernel)
        .or(metadata.language)
        .or_else(of_cells);
    let language = language.map_or("python".to_owned(), |name| spelled(&name));
    let mut text = String::new();
    for cell in cells {
        let own_language = cell.language.as_deref().map(spelled);
        let fence_language = own_language.as_deref().unwrap_or(&language);
        let source = cell.source.or(cell.input);
        let source = match source {
            Some(Source::Whole(source)) => source,
            Some(Source::Lines(lines)) => lines.concat(),
            Some(Source::Other(_)) | None => continue,
        };
        let source = source.trim_matches(['\n', '\r']);
        if source.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        match cell.kind.as_str() {
            "code" => {
                let fence = fence(source);
                text.push_str(&format!("{fence}{fence_language}\n{source}\n{fence}\n"));
            }
            "heading" => {
                let level = cell.level.unwrap_or(1).clamp(1, 6);
                text.push_str(&format!("{} {source}\n", "#".repeat(level)));
            }
            _ => {
                text.push_str(source);
                text.push('\n');
            }
        }
    }
    Ok(Text { language, text })
}

/// A kernel's language as linguist names it: `ir` and `python3` are names of kernels.
fn spelled(name: &str) -> String {
    let name: String = name
        .chars()
        .take(40)
        .filter(|letter| !letter.is_control())
        .collect();
    let name = name.trim().to_lowercase();
    match name.as_str() {
        "" | "ipython" | "ipython2" | "ipython3" | "python2" | "python3" => "python".to_owned(),
        "ir" => "r".to_owned(),
        "bash" | "sh" | "zsh" => "shell".to_owned(),
        _ => name,
    }
}

/// Back quotes, three at least and one more than any run of them in `source`.
fn fence(source: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for byte in source.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat((longest + 1).max(3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_become_text_and_outputs_do_not() {
        let notebook = r##"{
            "nbformat": 4, "metadata": {"language_info": {"name": "R"}, "widgets": {"a": [1, {"b": null}]}},
            "cells": [
                {"cell_type": "markdown", "source": ["# Title\n", "\n", "Prose."], "metadata": {}},
                {"cell_type": "code", "source": "x <- 1\nplot(x)", "execution_count": 1,
                 "outputs": [{"data": {"image/png": "iVBORw0KGgo="}, "output_type": "display_data"}]},
                {"cell_type": "code", "source": []},
                {"cell_type": "raw", "source": "raw text"},
                {"cell_type": "code", "source": "cat('```')"}
            ]}"##;
        let text = text_of(notebook).expect("a notebook");
        assert_eq!(text.language, "r");
        assert_eq!(
            text.text,
            "# Title\n\nProse.\n\n```r\nx <- 1\nplot(x)\n```\n\nraw text\n\n````r\ncat('```')\n````\n"
        );
    }

    #[test]
    fn notebooks_of_the_older_format_are_read() {
        let notebook = r#"{"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": [
            {"cell_type": "heading", "level": 2, "source": ["A heading"]},
            {"cell_type": "code", "language": "python", "input": ["print(1)\n"], "outputs": [{"text": "1"}]}
        ]}]}"#;
        let text = text_of(notebook).expect("a notebook");
        assert_eq!(text.language, "python");
        assert_eq!(text.text, "## A heading\n\n```python\nprint(1)\n```\n");
    }

    #[test]
    fn what_is_no_notebook_is_told() {
        let deep = "[".repeat(100_000);
        for json in ["", "{", "[1]", "{\"cells\": 3}", deep.as_str()] {
            let error = text_of(json).expect_err("is none");
            assert!(error.starts_with("not a readable notebook"), "{error}");
        }
        let deep_output = format!(
            "{{\"cells\": [], \"x\": {}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        // Whether it is read or told, it ends.
        let _outcome = text_of(&deep_output);
    }

    proptest! {
        #[test]
        fn a_fence_is_never_within_what_it_holds(source in "[`a\n]{0,40}") {
            prop_assert!(!source.contains(&fence(&source)));
        }
    }
}
