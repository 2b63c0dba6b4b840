//! The entries of an archive, one after another: which are read, as what, and what becomes of their bytes.

use super::inside::{Inside, unpacked};
use super::name;
use super::tar::Kind;
use crate::read::code::license::Licenses;
use crate::read::code::{self, Outcome, SourceFile};
use crate::read::decompress::Codec;
use crate::read::html::MAX_PAGE_BYTES;
use crate::read::stream::MAX_RECORD_BYTES;
use crate::read::{RawFile, ReadError, format_in, reader};
use crate::recipe::Format;
use crate::stage::{Harvest, Place, RawDocument};

/// The most bytes of an entry that holds many records, or a book.
const MAX_DATA_BYTES: usize = 4 * MAX_RECORD_BYTES;

/// Bytes of entries that are packed by themselves (books, Parquet, bodies in web archives), for each byte of the archive,
/// and what is allowed to any. Such entries unpack a thousandfold twice; with this bound the work is at most
/// proportional to the archive's size.
const MAX_TWICE_PACKED_RATIO: u64 = 20;
const TWICE_PACKED_FLOOR_BYTES: u64 = 1 << 20;

/// Bytes of a name that a reason shows.
const SHOWN_NAME_BYTES: usize = 200;

/// An entry of an archive of any kind.
pub(super) struct Member {
    /// Its name as it stands there.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: Kind,
    /// Where it lies.
    pub(super) place: Place,
    /// The bytes that it says it has.
    pub(super) size: u64,
}

impl Member {
    /// What is said of it.
    pub(super) fn told(&self, reason: &str) -> String {
        let shown = &self.name[..self.name.floor_char_boundary(SHOWN_NAME_BYTES)];
        format!("entry {shown:?}: {reason}")
    }
}

/// An entry that is to be read.
pub(super) struct Wanted {
    path: String,
    format: Format,
    /// The bytes that it may have.
    pub(super) limit: u64,
}

impl Wanted {
    /// Whether it is one document.
    fn is_one(&self) -> bool {
        matches!(self.format, Format::Text | Format::Html | Format::Epub)
    }

    /// Whether files of its format hold what is packed by itself.
    fn holds_packed(&self) -> bool {
        matches!(self.format, Format::Epub | Format::Parquet | Format::Warc)
    }
}

/// Makes documents of entries.
pub(super) struct Members<'a> {
    file: &'a RawFile,
    /// Where they go.
    pub(super) harvest: &'a mut dyn Harvest,
    licenses: Licenses,
    /// Bytes of entries that are packed by themselves that may yet be read.
    twice_packed: u64,
}

impl<'a> Members<'a> {
    /// For the entries of `file`, which has `bytes` bytes, under the licences that its folders name.
    pub(super) fn new(
        file: &'a RawFile,
        bytes: u64,
        harvest: &'a mut dyn Harvest,
        licenses: Licenses,
    ) -> Self {
        let twice_packed = bytes.saturating_mul(MAX_TWICE_PACKED_RATIO);
        Self {
            file,
            harvest,
            licenses,
            twice_packed: twice_packed.max(TWICE_PACKED_FLOOR_BYTES),
        }
    }

    /// Decides whether an entry is to be read, and tells why where it is not.
    pub(super) fn weigh(&mut self, member: &Member) -> Result<Option<Wanted>, ReadError> {
        match member.kind {
            Kind::File => {}
            Kind::Folder => return Ok(None),
            Kind::Link => return Ok(self.skip("link in an archive")),
            Kind::Special => return Ok(self.skip("device or file with holes in an archive")),
        }
        let path = match name::path_of(&member.name) {
            Ok(path) => path,
            Err(reason) => return self.refuse(member, reason).map(|()| None),
        };
        // As in a folder on disk.
        if path.split('/').any(|part| part.starts_with('.')) {
            return Ok(self.skip("hidden file in an archive"));
        }
        let context = &self.file.context;
        let Some(format) = format_in(&path, context.group) else {
            return Ok(self.skip("archive entry of unknown format"));
        };
        let limit = match format {
            Format::Archive => return Ok(self.skip("archive inside an archive")),
            Format::Code => {
                if let Some(reason) = code::skipped_by_path(&path, &context.skip) {
                    return Ok(self.skip(reason));
                }
                code::most_bytes(&path)
            }
            Format::Text => MAX_RECORD_BYTES,
            Format::Html => MAX_PAGE_BYTES,
            _ => MAX_DATA_BYTES,
        };
        Ok(Some(Wanted {
            path,
            format,
            limit: limit as u64,
        }))
    }

    /// Makes documents of an entry's bytes; `length` counts all that it takes in the archive.
    pub(super) fn take(
        &mut self,
        member: &Member,
        wanted: &Wanted,
        bytes: Vec<u8>,
        length: u64,
    ) -> Result<(), ReadError> {
        if wanted.format != Format::Code {
            return self.read(member, wanted, bytes, length);
        }
        let source = SourceFile {
            path: &wanted.path,
            bytes: &bytes,
            skip: &self.file.context.skip,
        };
        match code::read_source(&source) {
            Outcome::Document(document) => self.give(document, member, wanted, length),
            Outcome::Part(document, fault) => {
                self.give(document, member, wanted, length)?;
                self.refuse(member, &fault)
            }
            Outcome::Skip(reason) => {
                self.harvest.skip(reason);
                Ok(())
            }
            Outcome::Quarantine(reason) => self.refuse(member, &reason),
        }
    }

    fn give(
        &mut self,
        mut document: RawDocument,
        member: &Member,
        wanted: &Wanted,
        length: u64,
    ) -> Result<(), ReadError> {
        if document.license.is_none() {
            document.license = self.licenses.of(&wanted.path);
        }
        document.place = member.place;
        document.length = Some(length);
        document.key = Some(wanted.path.clone());
        self.harvest.document(document)
    }

    /// Reads an entry with the reader of its format.
    fn read(
        &mut self,
        member: &Member,
        wanted: &Wanted,
        bytes: Vec<u8>,
        length: u64,
    ) -> Result<(), ReadError> {
        if bytes.is_empty() {
            self.harvest.skip("empty file in an archive");
            return Ok(());
        }
        let is_packed = Codec::of(&bytes) != Codec::Plain;
        if is_packed || wanted.holds_packed() {
            let Some(left) = self.twice_packed.checked_sub(bytes.len() as u64) else {
                let reason =
                    "more of the archive is packed twice than is unpacked; unpack it and read what it has";
                return self.refuse(member, reason);
            };
            self.twice_packed = left;
        }
        let (content, fault) = if is_packed {
            unpacked(bytes, wanted.limit)
        } else {
            (bytes, None)
        };
        // As of a file outside, the beginning of a text alone is none.
        if let Some(fault) = fault.as_ref().filter(|_| wanted.is_one() || content.is_empty()) {
            return self.refuse(member, fault);
        }
        let file = RawFile {
            path: wanted.path.clone(),
            format: wanted.format,
            range: None,
            seen: None,
            content: Some(content.into()),
            ..self.file.clone()
        };
        let mut inside = Inside {
            harvest: &mut *self.harvest,
            licenses: &self.licenses,
            member,
            path: &wanted.path,
            is_one: wanted.is_one(),
            length,
        };
        reader(wanted.format).read(&file, &mut inside)?;
        fault.map_or(Ok(()), |fault| self.refuse(member, &fault))
    }

    /// Tells of an entry that has more bytes than it may.
    pub(super) fn too_large(
        &mut self,
        member: &Member,
        wanted: &Wanted,
        bytes: u64,
    ) -> Result<(), ReadError> {
        if wanted.format == Format::Code {
            self.harvest.skip(code::TOO_LARGE);
            return Ok(());
        }
        let reason = format!(
            "it has {bytes} bytes, and may have {} in an archive",
            wanted.limit
        );
        self.refuse(member, &reason)
    }

    /// Puts an entry into the quarantine.
    pub(super) fn refuse(&mut self, member: &Member, reason: &str) -> Result<(), ReadError> {
        self.harvest.quarantine(member.place, member.told(reason))
    }

    fn skip(&mut self, reason: &'static str) -> Option<Wanted> {
        self.harvest.skip(reason);
        None
    }
}
