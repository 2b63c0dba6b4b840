//! Records of an archive, by the crate fastwarc: headers parsed, bodies passed over.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fastwarc::warc::iter::{ArchiveIterator, ArchiveIteratorOptions};
use serde_json::Value;

use crate::Clock;

/// CPU seconds that all passes together take at least.
const ENOUGH: f64 = 1.0;

/// Goes through `archive` again and again; the row is of one pass.
///
/// # Errors
/// When the archive cannot be read or has no record.
pub(crate) fn run(archive: &Path) -> Result<Value> {
    let first = pass(archive)?;
    ensure!(first.0 > 0, "{} has no record", archive.display());
    let clock = Clock::start();
    let mut passes = 0;
    while clock.cpu_seconds() < ENOUGH {
        ensure!(pass(archive)? == first, "two passes gave different records");
        passes += 1;
    }
    Ok(clock.row(first.0, passes))
}

/// How many records there are, and the bytes of their blocks.
fn pass(archive: &Path) -> Result<(usize, u64)> {
    let options = ArchiveIteratorOptions {
        parse_http: false,
        ..ArchiveIteratorOptions::default()
    };
    let records = ArchiveIterator::from_path_with_options(archive, options)
        .with_context(|| format!("cannot open {}", archive.display()))?;
    let mut found = (0, 0);
    for record in records {
        found.0 += 1;
        found.1 += record?.borrow().content_length();
    }
    Ok(found)
}
