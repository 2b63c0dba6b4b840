//! The peers that are written in Rust, each measured in a process of its own: main text of pages, records of archives.
//!
//! ```text
//! gristmill-peers pages PEER PAGES.jsonl [TEXTS.jsonl]    the pages' main texts
//! gristmill-peers records FILE.warc[.gz]                  records counted, their bodies passed over
//! ```
//!
//! stdout is one line of JSON: what was done and what it cost, as `gristmill-bench probe` says it. What is read and
//! written lies outside the clock.

mod pages;
mod records;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use cpu_time::ProcessTime;
use serde_json::{Value, json};

const USAGE: &str = "gristmill-peers pages PEER PAGES.jsonl [TEXTS.jsonl] | records FILE.warc[.gz]";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let outcome = run(&arguments).and_then(|row| Ok(writeln!(io::stdout(), "{row}")?));
    if let Err(error) = outcome {
        // Where stderr is gone there is nobody to tell.
        let _ = writeln!(io::stderr(), "gristmill-peers: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run(arguments: &[OsString]) -> Result<Value> {
    let words: Vec<Option<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    match words.as_slice() {
        [Some("pages"), Some(peer), Some(pages)] => pages::run(peer, Path::new(pages), None),
        [Some("pages"), Some(peer), Some(pages), Some(texts)] => {
            pages::run(peer, Path::new(pages), Some(Path::new(texts)))
        }
        [Some("records"), Some(archive)] => records::run(Path::new(archive)),
        _ => bail!("usage: {USAGE}"),
    }
}

/// A clock of the processor's time and one of the wall.
struct Clock {
    cpu: ProcessTime,
    wall: Instant,
}

impl Clock {
    fn start() -> Self {
        Self {
            cpu: ProcessTime::now(),
            wall: Instant::now(),
        }
    }

    /// CPU seconds of all threads since the start.
    fn cpu_seconds(&self) -> f64 {
        self.cpu.elapsed().as_secs_f64()
    }

    /// The line of a measurement: `documents` documents, a pass.
    fn row(&self, documents: usize, passes: u32) -> Value {
        json!({
            "documents": documents,
            "cpu_seconds": self.cpu_seconds() / f64::from(passes),
            "wall_seconds": self.wall.elapsed().as_secs_f64() / f64::from(passes),
        })
    }
}
