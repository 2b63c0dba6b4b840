//! EPUB 2 and 3 (EPUB 3.3 of the W3C, OPS 2.0.1 of the IDPF): one document a book, its chapters in the order of the
//! spine, a blank line between them.
//!
//! A book is a zip archive of XHTML pages: `META-INF/container.xml` names the package document, and that has the
//! metadata, the files and their order ([`package`]). Each chapter becomes text by [`super::html::body_text`], since
//! a chapter is all content. Left out are the table of contents, the cover and the copyright page; pages outside of
//! the linear order (notes, answers) come last.
//!
//! Nothing is unpacked to the disk, so that an entry's name leads nowhere; a chapter whose path climbs out of the
//! book is refused all the same. A chapter that is broken costs itself: it is quarantined, and the others are read.
//! A book under digital rights management is quarantined whole; fonts may be obfuscated. A package document that is
//! missing, cut off, or names no chapter is quarantined too, and the book's pages are read all the same: those that the
//! spine names, then those of the manifest, then all others in the order of the archive.
//!
//! Memory: the archive's directory, one chapter, and the text of the book, at most [`MAX_RECORD_BYTES`].

mod chapter;
mod package;
mod path;
mod protection;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use self::package::{Package, Spine};
use super::archive::zip::{EntryError, Kind, Seekable, Zip};
use super::decompress::{self, Codec, StreamError};
use super::disk::Disk;
use super::html::MAX_PAGE_BYTES;
use super::stream::{MAX_RECORD_BYTES, Whole};
use super::{RawFile, ReadError, charset, file_error};
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// Bytes of all chapters as they are unpacked, at most: markup included, four times the longest text.
const MAX_BOOK_BYTES: usize = 4 * MAX_RECORD_BYTES;

/// Chapters of a book that are quarantined each by itself; what is broken beyond is counted.
const MAX_FAULTS: u64 = 100;

const CONTAINER: &str = "META-INF/container.xml";
const ENCRYPTION: &str = "META-INF/encryption.xml";

/// Reads EPUB files.
pub(super) struct Epub;

impl Reader for Epub {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let mut disk = Disk::open(file).map_err(|source| file_error(file, source))?;
        let beginning = disk.fill_buf().map_err(|source| file_error(file, source))?;
        let refused = if beginning.is_empty() {
            Refused::Book("the file is empty".to_owned())
        } else if Codec::of(beginning) == Codec::Plain {
            match Zip::open(file).map_err(Refused::from) {
                Ok(zip) => return Book::new(zip, file).read(harvest),
                Err(refused) => refused,
            }
        } else {
            match unpacked(file).and_then(|bytes| Ok(Zip::of_bytes(bytes)?)) {
                Ok(zip) => return Book::new(zip, file).read(harvest),
                Err(refused) => refused,
            }
        };
        refused.settle(file, harvest)
    }
}

/// The bytes of a book that is compressed as a file.
fn unpacked(file: &RawFile) -> Result<Vec<u8>, Refused> {
    let mut stream = decompress::open(file).map_err(|source| Refused::File(file_error(file, source)))?;
    match stream.whole(MAX_RECORD_BYTES)? {
        Whole::Bytes(bytes) => Ok(bytes),
        Whole::TooLarge => Err(Refused::Book(format!(
            "a compressed book of more than {MAX_RECORD_BYTES} bytes"
        ))),
    }
}

/// Why a book is not read.
enum Refused {
    /// The disk failed.
    File(ReadError),
    /// The disk failed while the archive was read.
    Disk(std::io::Error),
    /// The book is broken, or not for reading.
    Book(String),
}

impl From<StreamError> for Refused {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Disk(error) => Self::Disk(error),
            StreamError::Damaged { message, .. } => Self::Book(format!("no readable zip archive: {message}")),
        }
    }
}

impl Refused {
    fn settle(self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        match self {
            Self::File(error) => Err(error),
            Self::Disk(source) => Err(file_error(file, source)),
            Self::Book(reason) => harvest.quarantine(Place::default(), reason),
        }
    }
}

/// A book whose archive is open.
struct Book<'a, R> {
    zip: Zip<R>,
    file: &'a RawFile,
    /// The numbers of the archive's files by their paths.
    entries: BTreeMap<String, usize>,
}

impl<'a, R: Seekable> Book<'a, R> {
    fn new(zip: Zip<R>, file: &'a RawFile) -> Self {
        let mut entries = BTreeMap::new();
        for (number, entry) in zip.entries().iter().enumerate() {
            // An entry that climbs out of the archive has no path in it, and is never found.
            if entry.kind == Kind::File
                && let Ok(path) = path::resolved("", &entry.name.replace('\\', "/"))
            {
                entries.entry(path).or_insert(number);
            }
        }
        Self { zip, file, entries }
    }

    fn read(mut self, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        if let Some(damage) = self.zip.damage() {
            harvest.quarantine(Place::default(), format!("the zip archive is damaged: {damage}"))?;
        }
        let package = match self.package() {
            Ok(package) => package,
            Err(refused) => return refused.settle(self.file, harvest),
        };
        if let Some(fault) = &package.fault {
            harvest.quarantine(Place::default(), fault.clone())?;
        }
        let (text, faults) = self.chapters(&package, harvest)?;
        if text.is_empty() {
            if faults == 0 && package.fault.is_none() {
                harvest.skip("no text in the book");
            }
            return Ok(());
        }
        let metadata = package.metadata;
        let is_address = |id: &String| id.starts_with("http://") || id.starts_with("https://");
        harvest.document(RawDocument {
            place: Place::default(),
            key: Some(
                metadata
                    .identifier
                    .clone()
                    .unwrap_or_else(|| self.file.path.clone()),
            ),
            url: metadata.identifier.filter(is_address),
            title: metadata.title,
            author: metadata.author,
            date: metadata.date,
            language_hint: metadata.language,
            text,
            ..RawDocument::default()
        })
    }

    /// The package document, if the book may be read. Where it has a fault, all pages of the book are its chapters.
    fn package(&mut self) -> Result<Package, Refused> {
        let mut package = match self.declared() {
            Ok(package) => package,
            Err(Refused::Book(fault)) => Package {
                fault: Some(fault),
                ..Package::default()
            },
            Err(failed) => return Err(failed),
        };
        if let Some(fault) = &mut package.fault {
            package.spine.extend(self.pages());
            if package.spine.is_empty() {
                return Err(Refused::Book(std::mem::take(fault)));
            }
            fault.push_str(
                "; the book's pages are read in the order of the spine, the manifest and the archive",
            );
        }
        if let Some(encryption) = self.part(ENCRYPTION)? {
            let encrypted = protection::encrypted(&encryption).map_err(Refused::Book)?;
            let protected = package
                .spine
                .iter()
                .find(|chapter| chapter.path.as_ref().is_ok_and(|path| encrypted.contains(path)));
            if let Some(chapter) = protected {
                let href = &chapter.href;
                return Err(Refused::Book(format!(
                    "digital rights management: {ENCRYPTION} says that {href} is encrypted"
                )));
            }
        }
        Ok(package)
    }

    /// What the package document says.
    fn declared(&mut self) -> Result<Package, Refused> {
        // A broken container is as good as none.
        let at = match self.part(CONTAINER) {
            Ok(Some(container)) => package::root_file(&container).ok().flatten(),
            Ok(None) | Err(Refused::Book(_)) => None,
            Err(failed) => return Err(failed),
        };
        // A book without a container that names it has one package document, wherever it lies.
        let at = at.or_else(|| {
            self.entries
                .keys()
                .find(|path| path.to_lowercase().ends_with(".opf"))
                .cloned()
        });
        let Some(at) = at else {
            return Err(Refused::Book(
                "no package document: it is no epub, or a broken one".to_owned(),
            ));
        };
        let Some(document) = self.part(&at)? else {
            return Err(Refused::Book(format!("the package document {at} is missing")));
        };
        let mut package = Package::of(&document, &at);
        package.fault = package.fault.map(|fault| format!("{at}: {fault}"));
        Ok(package)
    }

    /// All pages in the order of the archive, but for those that are not text by their names.
    fn pages(&self) -> Vec<Spine> {
        let is_page = |path: &str| {
            let extension = path
                .rsplit_once('.')
                .map(|(_, extension)| extension.to_ascii_lowercase());
            matches!(extension.as_deref(), Some("xhtml" | "html" | "htm")) && !package::is_frame_name(path)
        };
        let pages = self.entries.iter().filter(|(path, _)| is_page(path));
        let mut pages: Vec<(usize, &String)> = pages.map(|(path, number)| (*number, path)).collect();
        pages.sort_unstable();
        let page = |(_, path): (usize, &String)| Spine {
            href: path.clone(),
            path: Ok(path.clone()),
        };
        pages.into_iter().map(page).collect()
    }

    /// The text of an XML part of the book, if it is there.
    fn part(&mut self, path: &str) -> Result<Option<String>, Refused> {
        let Some(number) = self.find(path) else {
            return Ok(None);
        };
        match self.zip.read(number, MAX_PAGE_BYTES as u64) {
            Ok(bytes) => Ok(Some(charset::decode_page(&bytes, None).text.into_owned())),
            Err(error) => Err(match reason(error) {
                Ok(reason) => Refused::Book(format!("{path}: {reason}")),
                Err(error) => Refused::Disk(error),
            }),
        }
    }

    /// The number of the file at `path`, or of the one that differs in case alone.
    fn find(&self, path: &str) -> Option<usize> {
        let exact = self.entries.get(path).copied();
        exact.or_else(|| {
            let mut names = self.entries.iter();
            names
                .find(|(name, _)| name.eq_ignore_ascii_case(path))
                .map(|(_, number)| *number)
        })
    }

    /// The text of all chapters, and how many could not be read.
    fn chapters(&mut self, package: &Package, harvest: &mut dyn Harvest) -> Result<(String, u64), ReadError> {
        let mut text = String::new();
        let mut faults = 0;
        let mut unpacked = 0;
        let mut seen = BTreeSet::new();
        for (number, chapter) in package.spine.iter().enumerate() {
            let mut place = Place {
                offset: 0,
                record: number as u64,
            };
            let found = self.chapter(chapter, &mut seen, &mut place, &mut unpacked)?;
            let added = found.and_then(|more| {
                if text.len() + more.len() > MAX_RECORD_BYTES || unpacked > MAX_BOOK_BYTES {
                    return Err(
                        "the book is too long, and this chapter is beyond what is read of it".to_owned(),
                    );
                }
                Ok(more)
            });
            match added {
                Ok(more) if more.is_empty() => {}
                Ok(more) => {
                    if !text.is_empty() {
                        text.push_str("\n\n");
                    }
                    text.push_str(&more);
                }
                Err(reason) => {
                    faults += 1;
                    if faults <= MAX_FAULTS {
                        harvest.quarantine(place, format!("chapter {}: {reason}", chapter.href))?;
                    }
                }
            }
        }
        if faults > MAX_FAULTS {
            let reason = format!("{} more chapters of the book cannot be read", faults - MAX_FAULTS);
            harvest.quarantine(Place::default(), reason)?;
        }
        Ok((text, faults))
    }

    /// The text of a chapter, none where it was read before or is not the book's text; or why it cannot be read.
    fn chapter(
        &mut self,
        chapter: &Spine,
        seen: &mut BTreeSet<usize>,
        place: &mut Place,
        unpacked: &mut usize,
    ) -> Result<Result<String, String>, ReadError> {
        let path = match &chapter.path {
            Ok(path) => path,
            Err(reason) => return Ok(Err(reason.clone())),
        };
        let Some(number) = self.find(path) else {
            return Ok(Err("it is not in the archive".to_owned()));
        };
        // A spine that names one chapter a million times is a bomb too.
        if !seen.insert(number) {
            return Ok(Ok(String::new()));
        }
        if let Some(entry) = self.zip.entries().get(number) {
            place.offset = entry.offset;
        }
        let bytes = match self.zip.read(number, MAX_PAGE_BYTES as u64) {
            Ok(bytes) => bytes,
            Err(error) => {
                return reason(error)
                    .map(Err)
                    .map_err(|source| file_error(self.file, source));
            }
        };
        *unpacked += bytes.len();
        Ok(chapter::text(&bytes))
    }
}

/// Why an entry cannot be read, or the error of the disk.
fn reason(error: EntryError) -> Result<String, std::io::Error> {
    match error {
        EntryError::Disk(error) => Err(error),
        EntryError::TooLarge(bytes) => Ok(format!("it has {bytes} bytes, more than {MAX_PAGE_BYTES}")),
        EntryError::Refused(reason) => Ok(reason),
    }
}

#[cfg(test)]
pub(in crate::read) mod tests;
