//! The entries of an archive, one after another: which are read, as what, and what becomes of their bytes.

use super::name;
use super::tar::Kind;
use crate::read::code::license::Licenses;
use crate::read::code::{self, Outcome, SourceFile};
use crate::read::html::{self, MAX_PAGE_BYTES, Reach, Unread};
use crate::read::stream::MAX_RECORD_BYTES;
use crate::read::{RawFile, ReadError, charset, format_in};
use crate::recipe::Format;
use crate::stage::{Harvest, Place, RawDocument};

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

/// An entry that is to be read.
pub(super) struct Wanted {
    path: String,
    format: Format,
    /// The bytes that it may have.
    pub(super) limit: u64,
}

/// Makes documents of entries.
pub(super) struct Members<'a> {
    file: &'a RawFile,
    /// Where they go.
    pub(super) harvest: &'a mut dyn Harvest,
    licenses: Licenses,
}

impl<'a> Members<'a> {
    /// For the entries of `file`, under the licences that its folders name.
    pub(super) fn new(file: &'a RawFile, harvest: &'a mut dyn Harvest, licenses: Licenses) -> Self {
        Self {
            file,
            harvest,
            licenses,
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
            _ => {
                let reason = "files of this format are not read inside of archives; unpack it";
                return self.refuse(member, reason).map(|()| None);
            }
        };
        Ok(Some(Wanted {
            path,
            format,
            limit: limit as u64,
        }))
    }

    /// Makes a document of an entry's bytes; `length` counts all that it takes in the archive.
    pub(super) fn take(
        &mut self,
        member: &Member,
        wanted: &Wanted,
        bytes: &[u8],
        length: u64,
    ) -> Result<(), ReadError> {
        let (mut document, fault) = match self.read(wanted, bytes) {
            Outcome::Document(document) => (document, None),
            Outcome::Part(document, fault) => (document, Some(fault)),
            Outcome::Skip(reason) => {
                self.harvest.skip(reason);
                return Ok(());
            }
            Outcome::Quarantine(reason) => return self.refuse(member, &reason),
        };
        if document.license.is_none() {
            document.license = self.licenses.of(&wanted.path);
        }
        document.place = member.place;
        document.length = Some(length);
        document.key = Some(wanted.path.clone());
        self.harvest.document(document)?;
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
        let reason = format!("it has {bytes} bytes, and may have {}", wanted.limit);
        self.refuse(member, &reason)
    }

    /// Puts an entry into the quarantine.
    pub(super) fn refuse(&mut self, member: &Member, reason: &str) -> Result<(), ReadError> {
        let shown = &member.name[..member.name.floor_char_boundary(SHOWN_NAME_BYTES)];
        self.harvest
            .quarantine(member.place, format!("entry {shown:?}: {reason}"))
    }

    fn skip(&mut self, reason: &'static str) -> Option<Wanted> {
        self.harvest.skip(reason);
        None
    }

    fn read(&self, wanted: &Wanted, bytes: &[u8]) -> Outcome {
        match wanted.format {
            Format::Code => code::read_source(&SourceFile {
                path: &wanted.path,
                bytes,
                skip: &self.file.context.skip,
            }),
            Format::Html => match html::extract(bytes, None, Reach::of(self.file.context.group)) {
                Ok(page) => Outcome::Document(RawDocument {
                    url: page.url,
                    title: page.title,
                    author: page.author,
                    date: page.date,
                    language_hint: page.language,
                    text: page.text,
                    ..RawDocument::default()
                }),
                Err(Unread::Skip(reason)) => Outcome::Skip(reason),
                Err(Unread::Quarantine(reason)) => Outcome::Quarantine(reason),
            },
            _ => text(bytes),
        }
    }
}

fn text(bytes: &[u8]) -> Outcome {
    if charset::looks_binary(bytes) {
        return Outcome::Quarantine("binary content in place of text".to_owned());
    }
    match charset::decode_text(bytes) {
        Ok(text) if text.trim().is_empty() => Outcome::Skip("empty text"),
        Ok(text) => Outcome::Document(RawDocument {
            text,
            ..RawDocument::default()
        }),
        Err(reason) => Outcome::Quarantine(reason),
    }
}
