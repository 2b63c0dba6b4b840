//! Web archives: WARC 1.0 and 1.1 (ISO 28500), WET, which is WARC with records of extracted text, and their forerunner
//! ARC.
//!
//! A document's place is where its record begins, so that it can be read again by seeking:
//!
//! - plain files: the byte of the file;
//! - gzip files with one member for each record (the standard's way, Common Crawl's), and zstd files with one frame for
//!   each: where the member begins in the compressed file, and the length is that of the member. Should a member hold a
//!   second record, it has the same place, another number, and no length;
//! - gzip files that are one member for all records, and other codecs: the byte of the decompressed stream.
//!
//! Broken records are quarantined with the reason, and reading goes on at the next one: `frame` finds it in a stream,
//! `members` in a file with a damaged member. A page that the end of the file cuts off is read as far as it goes, and
//! quarantined too. Memory: one record, at most 64 MiB; what is no document is passed over without being held.
//!
//! [`records()`] gives what is in an archive without making documents of it.

mod borders;
mod codings;
mod dialect;
mod fields;
mod frame;
mod gzip;
mod http;
mod members;
mod page;
mod reasons;
mod records;
mod source;
mod zstandard;

use self::reasons::record_type_reason;
use super::html::Unread;
use super::{RawFile, ReadError};
use crate::stage::{Harvest, RawDocument, Reader};

pub(in crate::read) use self::borders::borders;
pub use self::fields::Fields;
pub use self::http::Message;
pub use self::records::{Found, Record, Records, records, records_of};

/// Which records are documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Documents {
    /// HTML pages: `response` records with status 200, and `resource` records.
    Pages,
    /// Extracted text: `conversion` records.
    Texts,
}

/// Reads web archives.
pub(super) struct Warc {
    /// Which records are documents.
    pub(super) documents: Documents,
}

impl Reader for Warc {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut records = records(file)?;
        while let Some(found) = records.next_with(|fields| self.documents.hold(fields))? {
            match found {
                Found::Record(record) => self.record(file, &record, harvest)?,
                Found::Broken { place, reason } => harvest.quarantine(place, reason)?,
            }
        }
        Ok(())
    }
}

impl Documents {
    /// Whether a record with this header may be one.
    fn hold(self, fields: &Fields) -> bool {
        let record_type = fields.get("warc-type").unwrap_or_default();
        let wanted: &[&str] = match self {
            Self::Pages => &["response", "resource"],
            Self::Texts => &["conversion"],
        };
        wanted
            .iter()
            .any(|wanted| record_type.eq_ignore_ascii_case(wanted))
    }
}

impl Warc {
    fn record(
        &self,
        file: &RawFile,
        record: &Record<'_>,
        harvest: &mut dyn Harvest,
    ) -> Result<(), ReadError> {
        if !self.documents.hold(record.fields) {
            harvest.skip(record_type_reason(record.record_type()));
            return Ok(());
        }
        if record.block.is_none() {
            return harvest.quarantine(record.place, page::too_long());
        }
        let place = record.place;
        match page::of(record) {
            Ok(mut page) => {
                let lost = page.lost.take();
                let url = record.uri().map(std::borrow::Cow::into_owned);
                harvest.document(RawDocument {
                    place,
                    length: record.length,
                    key: Some(url.clone().unwrap_or_else(|| file.path.clone())),
                    url,
                    ..RawDocument::from(page)
                })?;
                // What is lost of it is said as well.
                if let Some(lost) = lost {
                    harvest.quarantine(place, lost)?;
                }
                match record.cut_off {
                    Some(reason) => harvest.quarantine(place, format!("{reason}; what is there was read")),
                    None => Ok(()),
                }
            }
            Err(unread) => match (record.cut_off, unread) {
                (Some(reason), _) => harvest.quarantine(place, reason.to_owned()),
                (None, Unread::Skip(reason)) => {
                    harvest.skip(reason);
                    Ok(())
                }
                (None, Unread::Quarantine(reason)) => harvest.quarantine(place, reason),
            },
        }
    }
}

#[cfg(test)]
mod tests;
