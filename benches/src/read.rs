//! Reading: WARC framing alone, pages out of WARC, HTML files, JSONL, plain text.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use gristmill::read::{RawFile, ReadError, reader};
use gristmill::recipe::{Format, Group};
use gristmill::stage::{Harvest, Place, RawDocument};

use crate::corpus::{Corpus, Document};
use crate::measure::measure;
use crate::row::{Row, Unit};

/// Pages that Readability and the fallback may both leave without text, of the corpus's pages.
const MOST_PAGES_WITHOUT_TEXT: f64 = 0.02;

pub(crate) fn run(corpus: &Corpus, rows: &mut Vec<Row>) -> Result<()> {
    let pages = corpus.pages()?;
    let html_bytes: u64 = pages.iter().map(|page| page.text.len() as u64).sum();
    let count = pages.len() as u64;

    let images = corpus.scratch("images.warc.gz");
    write_warc(&images, pages, "image/png")?;
    let found = row(
        rows,
        "read.warc_framing",
        Unit::Html,
        html_bytes,
        &[file(&images, Format::Warc)],
    )?;
    ensure!(
        found.skipped == count && found.documents == 0,
        "every record is to be framed and skipped: {found:?}"
    );

    let warc = corpus.scratch("pages.warc.gz");
    write_warc(&warc, pages, "text/html; charset=utf-8")?;
    let found = row(
        rows,
        "read.warc",
        Unit::Html,
        html_bytes,
        &[file(&warc, Format::Warc)],
    )?;
    check_pages(found, count)?;

    let folder = corpus.scratch("pages");
    let files = write_files(&folder, pages, "html", Format::Html)?;
    let found = row(rows, "read.html", Unit::Html, html_bytes, &files)?;
    check_pages(found, count)?;

    let web = corpus.file("web.jsonl");
    let web_bytes = fs::metadata(&web)?.len();
    let found = row(
        rows,
        "read.jsonl",
        Unit::File,
        web_bytes,
        &[file(&web, Format::Jsonl)],
    )?;
    ensure!(
        found.quarantined == 0 && found.documents > 1_000,
        "the corpus is sound: {found:?}"
    );
    ensure!(found.bytes > web_bytes / 2, "most of the file is text: {found:?}");

    let slice = corpus.slice()?;
    let books: Vec<&Document> = slice
        .documents
        .iter()
        .filter(|document| document.group == Group::Books)
        .collect();
    let files = write_files(
        &corpus.scratch("texts"),
        books.iter().copied(),
        "txt",
        Format::Text,
    )?;
    let bytes = books.iter().map(|document| document.text.len() as u64).sum();
    let found = row(rows, "read.text", Unit::Text, bytes, &files)?;
    ensure!(
        found.documents == books.len() as u64 && found.bytes == bytes,
        "every file is a document: {found:?}"
    );
    Ok(())
}

/// What a reader found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    documents: u64,
    /// Bytes of their texts.
    bytes: u64,
    quarantined: u64,
    skipped: u64,
}

impl Harvest for Found {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        self.documents += 1;
        self.bytes += document.text.len() as u64;
        Ok(())
    }

    fn quarantine(&mut self, _place: Place, _reason: String) -> Result<(), ReadError> {
        self.quarantined += 1;
        Ok(())
    }

    fn skip(&mut self, _reason: &'static str) {
        self.skipped += 1;
    }
}

fn row(rows: &mut Vec<Row>, name: &str, unit: Unit, amount: u64, files: &[RawFile]) -> Result<Found> {
    let (found, cost) = measure(
        || Ok(Found::default()),
        |mut found| {
            for file in files {
                reader(file.format).read(file, &mut found)?;
            }
            Ok(found)
        },
    )?;
    let Found {
        documents,
        bytes,
        quarantined,
        skipped,
    } = found;
    rows.push(Row {
        name: name.to_owned(),
        beside: None,
        unit,
        amount,
        documents: documents + quarantined + skipped,
        cost,
        peak_bytes: None,
        answer: format!(
            "{documents} documents, {bytes} bytes of text, {skipped} skipped, {quarantined} quarantined"
        ),
    });
    Ok(found)
}

fn check_pages(found: Found, pages: u64) -> Result<()> {
    ensure!(found.quarantined == 0, "the pages are sound: {found:?}");
    let without = found.skipped as f64 / pages as f64;
    ensure!(
        found.documents + found.skipped == pages,
        "of {pages} pages some are gone: {found:?}"
    );
    ensure!(
        without <= MOST_PAGES_WITHOUT_TEXT,
        "too many of {pages} pages gave no text: {found:?}"
    );
    Ok(())
}

/// A file that is read as a whole.
pub(crate) fn file(path: &Path, format: Format) -> RawFile {
    RawFile::new(path.display().to_string(), format)
}

fn write_files<'a>(
    folder: &Path,
    documents: impl IntoIterator<Item = &'a Document>,
    extension: &str,
    format: Format,
) -> Result<Vec<RawFile>> {
    fs::create_dir_all(folder)?;
    let mut files = Vec::new();
    for (number, document) in documents.into_iter().enumerate() {
        let path = folder.join(format!("{number:05}.{extension}"));
        fs::write(&path, &document.text)?;
        files.push(file(&path, format));
    }
    Ok(files)
}

/// One response a record, one gzip member a record, as Common Crawl has them.
fn write_warc(path: &Path, pages: &[Document], media_type: &str) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for (number, page) in pages.iter().enumerate() {
        let body = &page.text;
        let http = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let header = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n\
             WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
            http.len() + body.len()
        );
        let mut member = GzEncoder::new(&mut file, Compression::default());
        for part in [header.as_str(), http.as_str(), body, "\r\n\r\n"] {
            member.write_all(part.as_bytes())?;
        }
        member.finish()?;
    }
    file.flush()?;
    Ok(())
}
