//! Jupyter notebooks (nbformat 3 and 4) to text: prose as it was written, code between fences, outputs left out.
//!
//! Outputs are what the code computed, and images of it; a notebook of 50 MB has 20 KB that a person wrote. They are
//! passed over while parsing and never in memory beside the notebook's bytes. The fence of a code cell is longer than
//! any within it, so that the text reads back as Markdown. A cell that is none costs no other, and of a notebook that
//! is cut off the cells before that are read.

mod json;

use self::json::{Notebook, Object, Value};

/// The largest notebook that is read, outputs and all.
pub(super) const MAX_NOTEBOOK_BYTES: usize = 64 << 20;

/// What a notebook holds for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extract {
    /// The language of its code, in lower case.
    pub(super) language: String,
    /// Its cells.
    pub(super) text: String,
    /// What of it could not be read.
    pub(super) fault: Option<String>,
}

/// The text of a notebook.
///
/// # Errors
/// Why `json` is none.
pub(super) fn text_of(json: &str) -> Result<Extract, String> {
    let notebook = Notebook::read(json);
    let mut odd = notebook.odd;
    let language = language(&notebook);
    let mut text = String::new();
    for cell in &notebook.cells {
        let source = match cell.get("source").or_else(|| cell.get("input")) {
            Some(Value::Text(source)) => source,
            Some(Value::Part(source)) => {
                odd += 1;
                source
            }
            Some(_) => {
                odd += 1;
                continue;
            }
            None => continue,
        };
        add(cell, source, &language, &mut text);
    }
    let fault = match (notebook.broken, odd) {
        (Some(error), _) => Some(format!("not a readable notebook: {error}")),
        (None, 0) => None,
        (None, odd) => Some(format!(
            "{odd} of the notebook's cells are not as cells should be"
        )),
    };
    match fault {
        Some(fault) if text.is_empty() => Err(fault),
        fault => Ok(Extract {
            language,
            text,
            fault: fault.map(|fault| format!("{fault}; what else there is was read")),
        }),
    }
}

/// The language of a notebook's code.
fn language(notebook: &Notebook) -> String {
    let metadata = &notebook.metadata;
    let of_info = metadata
        .object("language_info")
        .and_then(|info| info.text("name"));
    let of_kernel = || {
        let kernel = metadata.object("kernelspec")?;
        kernel.text("language").or_else(|| kernel.text("name"))
    };
    let of_cells = || notebook.cells.iter().find_map(|cell| cell.text("language"));
    let language = of_info
        .or_else(of_kernel)
        .or_else(|| metadata.text("language"))
        .or_else(of_cells);
    language.map_or("python".to_owned(), spelled)
}

/// Adds the `source` of a cell of a notebook in `language`.
fn add(cell: &Object, source: &str, language: &str, text: &mut String) {
    let source = source.trim_matches(['\n', '\r']);
    if source.trim().is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    match cell.text("cell_type") {
        Some("code") => {
            let own_language = cell.text("language").map(spelled);
            let language = own_language.as_deref().unwrap_or(language);
            let fence = fence(source);
            text.push_str(&format!("{fence}{language}\n{source}\n{fence}\n"));
        }
        Some("heading") => {
            let level = match cell.get("level") {
                Some(Value::Number(level)) => usize::try_from(*level).unwrap_or(usize::MAX).clamp(1, 6),
                _ => 1,
            };
            text.push_str(&format!("{} {source}\n", "#".repeat(level)));
        }
        _ => {
            text.push_str(source);
            text.push('\n');
        }
    }
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
    fn a_bad_cell_costs_itself() {
        let notebook = r#"{"metadata": {"kernelspec": "r", "language_info": [1]}, "cells": [
            null, 5, {"cell_type": "code", "source": {"a": 1}}, {"cell_type": 3, "source": "prose"},
            {"cell_type": "code", "source": ["x = ", 1, "2"], "level": "two"}, {"source": null},
            {"cell_type": "heading", "level": -1, "source": "Head"}]}"#;
        let text = text_of(notebook).expect("a notebook");
        assert_eq!(text.text, "prose\n\n```python\nx = 2\n```\n\n# Head\n");
        let fault = "4 of the notebook's cells are not as cells should be; what else there is was read";
        assert_eq!(text.fault.as_deref(), Some(fault));
        let cut_off = r#"{"cells": [{"source": "one"}, {"source": "two", "outputs": [{"te"#;
        let text = text_of(cut_off).expect("a part of a notebook");
        assert_eq!(text.text, "one\n");
        assert!(
            text.fault
                .is_some_and(|fault| fault.starts_with("not a readable notebook: EOF"))
        );
        let all_odd = text_of(r#"{"cells": [5]}"#).expect_err("is none");
        assert!(all_odd.starts_with("1 of the notebook's cells"), "{all_odd}");
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
