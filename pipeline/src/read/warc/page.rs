//! The page or the text of a record.

use super::fields::{Fields, charset, media_type};
use super::reasons::{content_type_reason, status_reason};
use super::records::Record;
use crate::read::html::{self, MAX_PAGE_BYTES, Reach, Unread};
use crate::read::stream::MAX_RECORD_BYTES;

/// The page of a record whose block is there.
pub(super) fn of(record: &Record<'_>) -> Result<html::Page, Unread> {
    let block = record.block.unwrap_or_default();
    match record.record_type().to_ascii_lowercase().as_str() {
        "response" => response(record),
        "resource" => resource(record.fields, block),
        _ => conversion(record.fields, block, record.cut_off.is_some()),
    }
}

/// What is said of a record that is not held in memory.
pub(super) fn too_long() -> String {
    format!("a record of more than {MAX_RECORD_BYTES} bytes")
}

/// The page of an HTTP response.
fn response(record: &Record<'_>) -> Result<html::Page, Unread> {
    let Some(response) = record.http() else {
        return Err(Unread::Skip("response of a protocol other than http"));
    };
    let response = response.map_err(Unread::Quarantine)?;
    let status = response.status.unwrap_or_default();
    if status != 200 {
        return Err(Unread::Skip(status_reason(status)));
    }
    let declared = response.fields.get("content-type").unwrap_or_default();
    // Where the server does not say what it sent, the crawler may have looked.
    let content_type = match media_type(declared).as_str() {
        "" | "application/octet-stream" => {
            let identified = record.fields.get("warc-identified-payload-type");
            identified.unwrap_or(declared)
        }
        _ => declared,
    };
    if !is_html(content_type) {
        return Err(Unread::Skip(content_type_reason(content_type)));
    }
    let content = response.beginning(MAX_PAGE_BYTES).map_err(Unread::Quarantine)?;
    let mut page = html::extract(&content, charset(content_type), Reach::Main)?;
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
    html::extract(block, charset(content_type), Reach::Main)
}

/// The text of a conversion. Its first line is often the title, but nothing says so: it stays in the text.
fn conversion(fields: &Fields, block: &[u8], is_cut_off: bool) -> Result<html::Page, Unread> {
    let content_type = fields.get("content-type").unwrap_or_default();
    if media_type(content_type) != "text/plain" {
        return Err(Unread::Skip("conversion to something other than text"));
    }
    let text = match std::str::from_utf8(block) {
        Ok(text) => text,
        // The end may have cut a character in two.
        Err(error) if is_cut_off && error.error_len().is_none() => {
            std::str::from_utf8(&block[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            let at = error.valid_up_to();
            return Err(Unread::Quarantine(format!(
                "invalid utf-8 at byte {at} of the text"
            )));
        }
    };
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
