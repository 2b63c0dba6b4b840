//! One piece of reading in a process of its own, for `peers/reading/run.py`, which runs the peers in the same way.
//!
//! ```text
//! gristmill-bench probe pages FILE.warc.gz [TEXTS.jsonl]    main text of the pages of an archive
//! gristmill-bench probe records FILE.warc[.gz]              its records framed, their blocks passed over
//! ```
//!
//! stdout is one line of JSON: what was done and what it cost. Texts are kept until the clock has stopped.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use gristmill::read::warc::{self, Found};
use gristmill::read::{ReadError, reader};
use gristmill::recipe::Format;
use gristmill::stage::{Harvest, Place, RawDocument};
use serde_json::json;

use crate::measure::{measure, once};
use crate::read::file;
use crate::row::Cost;

/// The first argument that makes this program a probe.
pub(crate) const CHILD: &str = "probe";

/// Runs the probe that `arguments` name.
///
/// # Errors
/// When there is no such probe, or it fails.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> Result<()> {
    let arguments: Vec<OsString> = arguments.collect();
    let words: Vec<Option<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    match words.as_slice() {
        [Some("pages"), Some(archive)] => pages(archive, None),
        [Some("pages"), Some(archive), Some(texts)] => pages(archive, Some(Path::new(texts))),
        [Some("records"), Some(archive)] => records(archive),
        _ => bail!("usage: gristmill-bench probe pages FILE [TEXTS.jsonl] | records FILE"),
    }
}

/// Everything from the archive's bytes to the text: records, HTTP, encoding, extraction.
fn pages(archive: &str, texts: Option<&Path>) -> Result<()> {
    let (found, cost) = once(|| {
        let mut found = Texts::default();
        reader(Format::Warc).read(&file(Path::new(archive), Format::Warc), &mut found)?;
        Ok(found)
    })?;
    ensure!(
        found.quarantined.is_empty(),
        "records in quarantine: {:?}",
        found.quarantined
    );
    if let Some(path) = texts {
        let mut file = BufWriter::new(File::create(path)?);
        for (url, text) in &found.documents {
            let id = url.rsplit('/').next().context("an address has an end")?;
            writeln!(file, "{}", json!({"id": id, "text": text}))?;
        }
        file.flush()?;
    }
    say(found.documents.len() as u64 + found.without_text, cost)
}

/// Records alone: framed, their headers parsed, their blocks passed over.
fn records(archive: &str) -> Result<()> {
    let raw = file(Path::new(archive), Format::Warc);
    let (count, cost) = measure(
        || Ok(()),
        |()| {
            let mut count = 0_u64;
            let mut records = warc::records(&raw)?;
            while let Some(found) = records.next_with(|_| false)? {
                match found {
                    Found::Record(_) => count += 1,
                    Found::Broken { place, reason } => bail!("byte {}: {reason}", place.offset),
                }
            }
            Ok(count)
        },
    )?;
    say(count, cost)
}

fn say(documents: u64, cost: Cost) -> Result<()> {
    let row = json!({
        "documents": documents,
        "cpu_seconds": cost.cpu_seconds,
        "wall_seconds": cost.wall_seconds,
    });
    Ok(writeln!(io::stdout(), "{row}")?)
}

/// Address and text of each page.
#[derive(Debug, Default)]
struct Texts {
    documents: Vec<(String, String)>,
    without_text: u64,
    quarantined: Vec<String>,
}

impl Harvest for Texts {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        let url = document.url.unwrap_or_default();
        self.documents.push((url, document.text));
        Ok(())
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        self.quarantined.push(format!("byte {}: {reason}", place.offset));
        Ok(())
    }

    fn skip(&mut self, _reason: &'static str) {
        self.without_text += 1;
    }
}
