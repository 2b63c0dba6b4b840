//! The peers: other programs that do the same work, run by `peers/run.py` on the same slice.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::corpus::Corpus;
use crate::row::Row;
use crate::tokenize::tokenizer_path;

/// Runs the peers in the Python environment whose interpreter is `python`, for the rows named.
///
/// # Errors
/// When the script fails. A peer that is not installed is told of on stderr and left out.
pub(crate) fn run(corpus: &Corpus, python: &Path, rows: &[Row]) -> Result<Vec<Row>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/run.py");
    let slice = corpus.slice()?;
    let mut command = Command::new(python);
    command
        .arg(script)
        .arg("--slice")
        .arg(&slice.folder)
        .arg("--pages")
        .arg(corpus.file("html.jsonl"));
    command
        .arg("--web")
        .arg(corpus.file("web.jsonl"))
        .arg("--warc")
        .arg(corpus.scratch("images.warc.gz"));
    command
        .arg("--tokenizer")
        .arg(tokenizer_path(corpus))
        .arg("--beside");
    command.args(rows.iter().map(|row| row.name.as_str()));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", python.display()))?;
    ensure!(output.status.success(), "the peers ended with {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("no row: {line}")))
        .collect()
}
