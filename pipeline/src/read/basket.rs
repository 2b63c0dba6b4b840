//! For the tests of this folder: a harvest that keeps everything, and files to read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::decompress::Codec;
use super::{RawFile, ReadError, reader};
use crate::recipe::Format;
use crate::stage::{Harvest, Place, RawDocument};

/// Everything that a reader found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Basket {
    pub(super) documents: Vec<RawDocument>,
    pub(super) quarantined: Vec<(Place, String)>,
    pub(super) skipped: BTreeMap<&'static str, u64>,
}

impl Basket {
    /// The texts, in order.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.documents
            .iter()
            .map(|document| document.text.as_str())
            .collect()
    }
}

impl Harvest for Basket {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        self.documents.push(document);
        Ok(())
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        self.quarantined.push((place, reason));
        Ok(())
    }

    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }
}

/// The file at `path`, whose format does not matter.
pub(super) fn raw_file(path: &str) -> RawFile {
    RawFile::new(path.to_owned(), Format::Auto)
}

/// Reads the file at `path`.
pub(super) fn harvest_file(path: &str, format: Format) -> Basket {
    let file = RawFile {
        format,
        ..raw_file(path)
    };
    let mut basket = Basket::default();
    reader(format).read(&file, &mut basket).expect("the disk works");
    basket
}

/// Reads `bytes` as a file called `name`. Paths in keys are cut down to that name.
pub(super) fn harvest_bytes(name: &str, bytes: &[u8], format: Format) -> Basket {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write_file(folder.path(), name, bytes);
    let mut basket = harvest_file(&path, format);
    for document in &mut basket.documents {
        if document.key.as_ref() == Some(&path) {
            document.key = Some(name.to_owned());
        }
    }
    basket
}

/// Writes a file and returns its path.
pub(super) fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("makes the folder");
    }
    fs::write(&path, bytes).expect("writes");
    path.to_str().expect("a name in UTF-8").to_owned()
}

/// One member, frame or stream of `bytes`.
pub(super) fn compressed(bytes: &[u8], codec: Codec) -> Vec<u8> {
    match codec {
        Codec::Plain | Codec::Unread(_) => bytes.to_vec(),
        Codec::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).expect("compresses");
            encoder.finish().expect("compresses")
        }
        Codec::Zstd => zstd::encode_all(bytes, 0).expect("compresses"),
        Codec::Bzip2 => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
            encoder.write_all(bytes).expect("compresses");
            encoder.finish().expect("compresses")
        }
        Codec::Xz => {
            let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
            encoder.write_all(bytes).expect("compresses");
            encoder.finish().expect("compresses")
        }
    }
}

/// The folder of real data, where there is one; says so where there is none.
pub(super) fn real_data(part: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GRISTMILL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let folder = folder.join(part);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("skipped: no real data at {}", folder.display());
    None
}
