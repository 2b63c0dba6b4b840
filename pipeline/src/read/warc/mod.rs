//! Web archives: WARC 1.0 and 1.1 (ISO 28500), and WET, which is WARC with records of extracted text.
//!
//! A document's place is where its record begins, so that it can be read again by seeking:
//!
//! - plain files: the byte of the file;
//! - gzip files with one member for each record (the standard's way, Common Crawl's): where the member begins in the
//!   compressed file. Should a member hold a second record, its distance inside of the inflated member is added;
//! - gzip files that are one member for all records, and other codecs: the byte of the decompressed stream.
//!
//! Broken records are quarantined with the reason, and reading goes on at the next one: [`frame`] finds it in a
//! stream, [`members`] in a gzip file with a damaged member. Memory: one record, at most 64 MiB.

mod fields;
mod frame;
mod http;
mod members;

use std::io::BufRead;

use fields::{Fields, charset, media_type};
use frame::{Frame, Frames};
use http::Response;

use super::decompress::{self, Codec, StreamError};
use super::disk::Disk;
use super::html::{self, MAX_PAGE_BYTES, Unread};
use super::stream::{MAX_RECORD_BYTES, Stream};
use super::{RawFile, ReadError, file_error, settle};
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// Which records are documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Records {
    /// HTML pages: `response` records with status 200, and `resource` records.
    Pages,
    /// Extracted text: `conversion` records.
    Texts,
}

/// Reads web archives.
pub(super) struct Warc {
    /// Which records are documents.
    pub(super) records: Records,
}

impl Reader for Warc {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut disk = Disk::open(file).map_err(|source| file_error(file, source))?;
        let first = match disk.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) => return settle(StreamError::of(error, 0), file, Place::default(), harvest),
        };
        if first.is_empty() {
            return harvest.quarantine(Place::default(), "the file is empty".to_owned());
        }
        let is_gzip = Codec::of(first) == Codec::Gzip;
        let mut reading = Reading {
            records: self.records,
            file,
            harvest,
            record: 0,
        };
        if is_gzip && members::hold_one_record_each(&mut disk) {
            return members::read(disk, &mut reading);
        }
        let stream = decompress::open(file).map_err(|source| file_error(file, source))?;
        let mut read_again = 0;
        let mut frames = Frames::new(stream, &mut read_again);
        match reading.frames(&mut frames, 0)? {
            Some((place, error)) => settle(error, file, place, reading.harvest),
            None => Ok(()),
        }
    }
}

/// The reading of one file.
struct Reading<'a> {
    records: Records,
    file: &'a RawFile,
    harvest: &'a mut dyn Harvest,
    record: u64,
}

impl Reading<'_> {
    /// Reads all records of a stream that begins at `base`. Where the stream is damaged, returns the place of the
    /// record that it cut and the damage.
    fn frames<R: BufRead>(
        &mut self,
        frames: &mut Frames<'_, R>,
        base: u64,
    ) -> Result<Option<(Place, StreamError)>, ReadError> {
        loop {
            let frame = frames.next();
            let place = Place {
                offset: base + frames.start(),
                record: self.record,
            };
            match frame {
                Ok(Frame::End) => return Ok(None),
                Ok(Frame::Record(fields)) => self.record(place, &fields, frames.block())?,
                Ok(Frame::Broken(reason)) => self.harvest.quarantine(place, reason)?,
                Err(error) => return Ok(Some((place, error))),
            }
            self.record += 1;
        }
    }

    fn record(&mut self, place: Place, fields: &Fields, block: Option<&[u8]>) -> Result<(), ReadError> {
        let record_type = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
        let reading = match (record_type.as_str(), self.records) {
            ("response", Records::Pages) => response,
            ("resource", Records::Pages) => resource,
            ("conversion", Records::Texts) => conversion,
            (other, _) => {
                self.harvest.skip(record_type_reason(other));
                return Ok(());
            }
        };
        let Some(block) = block else {
            let reason = format!("a record of more than {MAX_RECORD_BYTES} bytes");
            return self.harvest.quarantine(place, reason);
        };
        match reading(fields, block) {
            Ok(page) => {
                let url = fields
                    .get("warc-target-uri")
                    .map(|url| url.trim_start_matches('<').trim_end_matches('>').to_owned());
                self.harvest.document(RawDocument {
                    place,
                    key: Some(url.clone().unwrap_or_else(|| self.file.path.clone())),
                    url,
                    title: page.title,
                    author: page.author,
                    date: page.date,
                    language_hint: page.language,
                    text: page.text,
                    ..RawDocument::default()
                })
            }
            Err(Unread::Skip(reason)) => {
                self.harvest.skip(reason);
                Ok(())
            }
            Err(Unread::Quarantine(reason)) => self.harvest.quarantine(place, reason),
        }
    }
}

/// The page of an HTTP response.
fn response(fields: &Fields, block: &[u8]) -> Result<html::Page, Unread> {
    let is_http = fields
        .get("content-type")
        .is_none_or(|content_type| media_type(content_type) == "application/http");
    if !is_http {
        return Err(Unread::Skip("response of a protocol other than http"));
    }
    let response = Response::parse(block).map_err(Unread::Quarantine)?;
    if response.status != 200 {
        return Err(Unread::Skip(status_reason(response.status)));
    }
    let content_type = response.fields.get("content-type").unwrap_or_default();
    if !is_html(content_type) {
        return Err(Unread::Skip(content_type_reason(content_type)));
    }
    let content = response.content(MAX_PAGE_BYTES).map_err(Unread::Quarantine)?;
    let mut page = html::extract(&content, charset(content_type))?;
    if page.language.is_none() {
        page.language = response.fields.get("content-language").and_then(first_of_list);
    }
    Ok(page)
}

/// The page of a resource, which has no HTTP header.
fn resource(fields: &Fields, block: &[u8]) -> Result<html::Page, Unread> {
    let content_type = fields.get("content-type").unwrap_or_default();
    if !is_html(content_type) {
        return Err(Unread::Skip(content_type_reason(content_type)));
    }
    html::extract(block, charset(content_type))
}

/// The text of a conversion. Its first line is often the title, but nothing says so: it stays in the text.
fn conversion(fields: &Fields, block: &[u8]) -> Result<html::Page, Unread> {
    let content_type = fields.get("content-type").unwrap_or_default();
    if media_type(content_type) != "text/plain" {
        return Err(Unread::Skip("conversion to something other than text"));
    }
    let text = std::str::from_utf8(block).map_err(|error| {
        Unread::Quarantine(format!(
            "invalid utf-8 at byte {} of the text",
            error.valid_up_to()
        ))
    })?;
    if text.trim().is_empty() {
        return Err(Unread::Skip("empty text"));
    }
    let language = fields
        .get("warc-identified-content-language")
        .and_then(first_of_list);
    Ok(html::Page {
        language,
        text: text.to_owned(),
        ..html::Page::default()
    })
}

fn is_html(content_type: &str) -> bool {
    matches!(
        media_type(content_type).as_str(),
        "text/html" | "application/xhtml+xml"
    )
}

fn first_of_list(list: &str) -> Option<String> {
    let first = list.split(',').next()?.trim();
    (!first.is_empty()).then(|| first.to_owned())
}

fn record_type_reason(record_type: &str) -> &'static str {
    match record_type {
        "warcinfo" => "warc record of type warcinfo",
        "request" => "warc record of type request",
        "response" => "warc record of type response",
        "resource" => "warc record of type resource",
        "metadata" => "warc record of type metadata",
        "revisit" => "warc record of type revisit",
        "conversion" => "warc record of type conversion (read the file with format wet for these)",
        "continuation" => "warc record of type continuation",
        _ => "warc record of unknown type",
    }
}

fn status_reason(status: u16) -> &'static str {
    match status {
        301 => "http status 301",
        302 => "http status 302",
        303 => "http status 303",
        304 => "http status 304",
        307 => "http status 307",
        308 => "http status 308",
        400 => "http status 400",
        401 => "http status 401",
        403 => "http status 403",
        404 => "http status 404",
        410 => "http status 410",
        429 => "http status 429",
        500 => "http status 500",
        502 => "http status 502",
        503 => "http status 503",
        504 => "http status 504",
        _ => "http status other than 200",
    }
}

fn content_type_reason(content_type: &str) -> &'static str {
    let media_type = media_type(content_type);
    let (class, subtype) = media_type.split_once('/').unwrap_or((&media_type, ""));
    match (class, subtype) {
        ("", _) => "no content type",
        ("image", _) => "content type image",
        ("video", _) => "content type video",
        ("audio", _) => "content type audio",
        ("font", _) => "content type font",
        ("text", "css") => "content type css",
        ("text" | "application", "javascript" | "x-javascript" | "ecmascript") => "content type javascript",
        ("text", "plain") => "content type plain text",
        ("text" | "application", "xml" | "rss+xml" | "atom+xml") => "content type xml",
        ("application", "json" | "ld+json") => "content type json",
        ("application", "pdf") => "content type pdf",
        _ => "content type other than html",
    }
}

#[cfg(test)]
mod tests;
