//! What the fuzz targets share: bytes become a file, a reader reads it, and what it finds is checked.
//!
//! Nothing that a reader finds is kept but its hash, so that the memory of a target is the reader's. A panic ends
//! the target even where the reader catches it: libFuzzer's hook comes first.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process;

use gristmill::read::borders::borders;
use gristmill::read::{Context, RawFile, ReadError, reader};
use gristmill::recipe::{Columns, Format, Group};
use gristmill::stage::{Harvest, Place, RawDocument};

mod pack;
mod stretch;

pub use pack::{book, gzip_members, seal_tar};
pub use stretch::stretched;

/// Files of which one in so many is read twice, and one in so many archives in parts as well.
const READ_AGAIN: u64 = 8;

/// How the files begin whose places may count decompressed bytes: gzip, zstd (also behind a frame without data),
/// bzip2, xz.
fn is_compressed(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x1f, 0x8b, ..]
            | [0x28, 0xb5, 0x2f, 0xfd, ..]
            | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]
            | [b'B', b'Z', b'h', ..]
            | [0xfd, b'7', b'z', ..]
    )
}

/// What was found, as one number a record and the place up to which it must lie.
struct Sieve {
    /// One hash for everything found and passed over, in order.
    all: DefaultHasher,
    /// One hash for each document, without the number that counts from the start of a range.
    documents: Vec<u64>,
    end: u64,
}

impl Sieve {
    fn new(end: u64) -> Self {
        Self {
            all: DefaultHasher::new(),
            documents: Vec::new(),
            end,
        }
    }

    fn check(&self, place: Place, length: Option<u64>) {
        let end = place.offset.checked_add(length.unwrap_or(0));
        assert!(
            end.is_some_and(|end| end <= self.end),
            "{place:?}, {length:?} bytes of it, in a file of {} bytes",
            self.end
        );
    }
}

impl Harvest for Sieve {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        self.check(document.place, document.length);
        assert!(!document.text.trim().is_empty(), "a document without a text");
        let mut one = DefaultHasher::new();
        (document.place.offset, document.length, document.key, document.url).hash(&mut one);
        (document.title, document.author, document.date).hash(&mut one);
        (document.language_hint, document.license, document.text).hash(&mut one);
        let one = one.finish();
        (document.place.record, one).hash(&mut self.all);
        self.documents.push(one);
        Ok(())
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        self.check(place, None);
        assert!(!reason.is_empty(), "a quarantine without a reason");
        (place.offset, place.record, reason).hash(&mut self.all);
        Ok(())
    }

    fn skip(&mut self, reason: &'static str) {
        reason.hash(&mut self.all);
    }
}

/// A file in memory-backed storage, where there is some.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let path = folder.join(format!("gristmill-fuzz-{}-{name}", process::id()));
        fs::write(&path, bytes).expect("room for a file");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it when a target dies is one small file.
        let _ = fs::remove_file(&self.0);
    }
}

/// Reads `bytes` as a file called `name` of a source of `group`, and checks what is found.
///
/// # Panics
/// When the reader fails, breaks a promise, or reads the same bytes in two ways.
pub fn read(name: &str, format: Format, group: Group, bytes: &[u8]) {
    let scratch = Scratch::new(name, bytes);
    let file = RawFile {
        path: scratch.0.to_str().expect("a name in UTF-8").to_owned(),
        format,
        columns: Columns::default(),
        range: None,
        context: Context {
            group: Some(group),
            ..Context::default()
        },
        seen: None,
        content: None,
    };
    let end = if is_compressed(bytes) {
        u64::MAX
    } else {
        bytes.len() as u64
    };
    let whole = sieved(&file, end);
    match stretch::draw(bytes) % READ_AGAIN {
        0 => assert_eq!(
            sieved(&file, end).all.finish(),
            whole.all.finish(),
            "read twice, two results"
        ),
        1 if format == Format::Warc => in_parts(&file, bytes.len() as u64, &whole.documents, end),
        _ => {}
    }
}

/// Reads an archive in the parts into which it can be divided: together they must give what the whole gave.
fn in_parts(file: &RawFile, length: u64, whole: &[u64], end: u64) {
    let places = borders(file, length, length / 3).expect("the disk works");
    let mut documents = Vec::new();
    let starts = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().chain(std::iter::once(length));
    for (start, stop) in starts.zip(ends) {
        let range: Range<u64> = start..stop;
        let part = RawFile {
            range: Some(range),
            ..file.clone()
        };
        documents.extend(sieved(&part, end).documents);
    }
    assert_eq!(documents, whole, "read in parts from {places:?}, another result");
}

fn sieved(file: &RawFile, end: u64) -> Sieve {
    let mut sieve = Sieve::new(end);
    reader(file.format)
        .read(file, &mut sieve)
        .expect("the disk works");
    sieve
}
