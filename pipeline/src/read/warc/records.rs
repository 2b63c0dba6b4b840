//! The records of an archive, one by one: what the reader makes documents of, and what tests, benchmarks and other
//! programs can look at without one.

use std::borrow::Cow;
use std::io::{self, BufRead, Cursor};

use super::dialect::Dialect;
use super::fields::{Fields, media_type};
use super::frame::{Frame, Frames};
use super::gzip::Gzip;
use super::http::Message;
use super::members::{self, Members};
use super::source::{Bytes, Raw, Source};
use super::zstandard::Zstandard;
use crate::read::decompress::{self, Codec, StreamError};
use crate::read::disk::Disk;
use crate::read::{RawFile, ReadError, file_error};
use crate::stage::Place;

/// The records of one archive, or of a range of it.
pub struct Records {
    file: RawFile,
    frames: Option<Frames>,
    /// What was found in place of an archive, until it was said.
    refused: Option<String>,
    record: u64,
}

/// What an archive has at a place.
pub enum Found<'a> {
    /// A record.
    Record(Record<'a>),
    /// Something that is no record, or not a whole one, and could not be read.
    Broken {
        /// Where it begins.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
}

/// A record.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// Where it lies.
    pub place: Place,
    /// How many bytes it has, counted as [`Place::offset`] is, with the line ends behind it. `None` if it shares a
    /// compressed member with others, or is cut off.
    pub length: Option<u64>,
    /// Its header.
    pub fields: &'a Fields,
    /// Its block, undecoded; `None` if it was not asked for or has more than 64 MiB.
    pub block: Option<&'a [u8]>,
    /// Why the block is not all there: the file ends inside of it.
    pub cut_off: Option<&'a str>,
}

/// The records of `file`, of all of it or of its range, which begins and ends where [`borders`](crate::read::borders::borders) says.
///
/// # Errors
/// When the file cannot be opened or the disk fails.
pub fn records(file: &RawFile) -> Result<Records, ReadError> {
    let disk = Disk::open(file).map_err(|source| file_error(file, source))?;
    open(Box::new(disk), file)
}

/// The records of an archive in memory, called `name` in messages.
///
/// # Errors
/// Never, but for want of memory.
pub fn records_of(name: &str, bytes: Vec<u8>) -> Result<Records, ReadError> {
    let file = RawFile::new(name.to_owned(), crate::recipe::Format::Warc);
    open(Box::new(Cursor::new(bytes)), &file)
}

pub(super) fn open(raw: Box<dyn Raw>, file: &RawFile) -> Result<Records, ReadError> {
    let mut records = Records {
        file: file.clone(),
        frames: None,
        refused: None,
        record: 0,
    };
    let (start, limit) = file
        .range
        .as_ref()
        .map_or((0, u64::MAX), |range| (range.start, range.end));
    records.frames = match opened(raw, start, limit) {
        Ok(Opened::Empty) => {
            records.refused = Some("the file is empty".to_owned());
            None
        }
        Ok(Opened::Plain(raw, dialect)) => {
            Some(Frames::new(Source::new(Bytes::Plain(raw), start), dialect, limit))
        }
        Ok(Opened::Members(members, dialect)) => Some(Frames::new(
            Source::new(Bytes::Members(members), 0),
            dialect,
            limit,
        )),
        Ok(Opened::Stream(frames)) => Some(*frames),
        Err(StreamError::Disk(source)) => return Err(file_error(file, source)),
        Err(damaged) => {
            records.refused = Some(damaged.to_string());
            None
        }
    };
    Ok(records)
}

/// An archive, by how it can be read.
pub(super) enum Opened {
    /// There is no byte.
    Empty,
    /// Not compressed; at the start that was asked for.
    Plain(Box<dyn Raw>, Dialect),
    /// A member for each record; the first one that was asked for is yet to begin.
    Members(Box<Members>, Dialect),
    /// From its start to its end only.
    Stream(Box<Frames>),
}

/// Sees how `raw` can be read; `start` and `limit` are those of the range that is wanted.
pub(super) fn opened(mut raw: Box<dyn Raw>, start: u64, limit: u64) -> Result<Opened, StreamError> {
    let damaged = |error: io::Error| StreamError::of(error, 0);
    let beginning = raw.fill_buf().map_err(damaged)?;
    if beginning.is_empty() {
        return Ok(Opened::Empty);
    }
    let codec = Codec::of(beginning);
    let members = match codec {
        Codec::Plain => {
            let dialect = Dialect::of(beginning);
            let is_all = start == 0 && limit == u64::MAX;
            if is_all && !raw.is_seekable() {
                return stream(raw, codec);
            }
            raw.seek_to(start)?;
            return Ok(Opened::Plain(raw, dialect));
        }
        Codec::Gzip => members::Codec::Gzip(Box::new(Gzip::new())),
        Codec::Zstd => {
            let dictionary = decompress::zstd_dictionary(&mut raw).map_err(damaged)?;
            members::Codec::Zstandard(Box::new(Zstandard::new(&dictionary).map_err(damaged)?))
        }
        Codec::Bzip2 | Codec::Xz | Codec::Unread(_) => return stream(raw, codec),
    };
    let (mut members, dialect) = look_into_first(Members::new(raw, members, limit))?;
    let Some(dialect) = dialect else {
        return stream(members.into_raw(), codec);
    };
    members.go_to(start)?;
    Ok(Opened::Members(Box::new(members), dialect))
}

/// The dialect of an archive whose first member holds one record and ends there, so that others can be expected to; of
/// others, nothing.
fn look_into_first(mut members: Members) -> Result<(Members, Option<Dialect>), StreamError> {
    // The limit of a range is behind its own members, and the first one may be of another range.
    let limit = members.set_limit(u64::MAX);
    let first = members.next().and_then(|_| members.fill_buf().map(Dialect::of));
    // A damaged member is met in good order when it is read; here it says that there may be others.
    let dialect = first.or_else(|error| match StreamError::of(error, 0) {
        StreamError::Disk(error) => Err(StreamError::Disk(error)),
        StreamError::Damaged { .. } => Ok(Dialect::Warc),
    })?;
    let source = Source::new(Bytes::Members(Box::new(members)), 0);
    let mut frames = Frames::new(source, dialect, u64::MAX);
    frames.next(&mut |_| false).map_err(StreamError::Disk)?;
    let is_alone = frames.part_is_over();
    let mut members = frames
        .into_source()
        .into_members()
        .ok_or_else(|| StreamError::Damaged {
            at: 0,
            message: "no members".to_owned(),
        })?;
    members.set_limit(limit);
    Ok((members, is_alone.then_some(dialect)))
}

/// The records of a file that has to be read from its start to its end.
fn stream(mut raw: Box<dyn Raw>, codec: Codec) -> Result<Opened, StreamError> {
    raw.seek_to(0)?;
    let mut stream = decompress::decoder(raw, codec).map_err(StreamError::Disk)?;
    let beginning = stream.fill_buf().map_err(|error| StreamError::of(error, 0))?;
    let dialect = Dialect::of(beginning);
    let source = Source::new(Bytes::Stream(stream), 0);
    Ok(Opened::Stream(Box::new(Frames::new(source, dialect, u64::MAX))))
}

impl Records {
    /// What comes next; `keep` is given a record's header and says whether its block is wanted. Blocks that are not are
    /// passed over without a copy.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn next_with(
        &mut self,
        mut keep: impl FnMut(&Fields) -> bool,
    ) -> Result<Option<Found<'_>>, ReadError> {
        let mut place = Place {
            offset: 0,
            record: self.record,
        };
        if let Some(reason) = self.refused.take() {
            return Ok(Some(Found::Broken { place, reason }));
        }
        let Some(frames) = &mut self.frames else {
            return Ok(None);
        };
        let frame = frames
            .next(&mut keep)
            .map_err(|source| file_error(&self.file, source))?;
        place.offset = frames.start();
        self.record += 1;
        Ok(match frame {
            Frame::End => None,
            Frame::Broken(reason) => Some(Found::Broken { place, reason }),
            Frame::Record => Some(Found::Record(Record {
                place,
                length: frames.length(),
                fields: frames.fields(),
                block: frames.block(),
                cut_off: frames.cut_off(),
            })),
        })
    }
}

impl<'a> Record<'a> {
    /// The value of `WARC-Type`.
    #[must_use]
    pub fn record_type(&self) -> &'a str {
        self.fields.get("warc-type").unwrap_or_default()
    }

    /// The address that was asked for, spaces in it written as addresses have them.
    #[must_use]
    pub fn uri(&self) -> Option<Cow<'a, str>> {
        let uri = self.fields.get("warc-target-uri")?;
        let uri = uri.trim_start_matches('<').trim_end_matches('>');
        Some(if uri.contains(' ') {
            Cow::Owned(uri.replace(' ', "%20"))
        } else {
            Cow::Borrowed(uri)
        })
    }

    /// Whether the block is an HTTP message.
    #[must_use]
    pub fn is_http(&self) -> bool {
        match self.fields.get("content-type") {
            Some(content_type) => media_type(content_type) == "application/http",
            None => ["response", "request", "revisit"]
                .iter()
                .any(|known| self.record_type().eq_ignore_ascii_case(known)),
        }
    }

    /// Whether the block, though it may be as long as it says, is not all that was sent.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.cut_off.is_some() || self.fields.get("warc-truncated").is_some()
    }

    /// The HTTP message in the block; `None` if there is none or it was not asked for.
    ///
    /// # Errors
    /// Says why the block is no HTTP message, though it should be.
    #[must_use]
    pub fn http(&self) -> Option<Result<Message<'a>, String>> {
        let block = self.block.filter(|_| self.is_http())?;
        Some(Message::parse(block, self.is_truncated()))
    }

    /// The content of the block with all encodings of HTTP undone, if that is at most `limit` bytes.
    ///
    /// # Errors
    /// Says why it cannot be had.
    pub fn content(&self, limit: usize) -> Result<Cow<'a, [u8]>, String> {
        match (self.http(), self.block) {
            (Some(message), _) => message?.content(limit),
            (None, Some(block)) => Ok(Cow::Borrowed(block)),
            (None, None) => Err("the block was not asked for, or is too long".to_owned()),
        }
    }
}
