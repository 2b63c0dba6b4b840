//! Program code: one document a file, with its language and its licence.
//!
//! What is no source text (binaries, giants) is skipped and counted, for a tree of code is full of it, and so is what
//! the recipe's `code.skip` names: what was generated, minified, or copied in from elsewhere. A file is judged by its
//! path below the root of its tree, the folder that the recipe names or the archive that it lies in.
//! Memory: one file, at most [`MAX_CODE_BYTES`], or [`notebook::MAX_NOTEBOOK_BYTES`] of a notebook.

mod language;
pub(crate) mod license;
mod notebook;

pub(super) use self::language::{is_code_anywhere, may_be_in_tree};
use self::license::Licenses;
use super::stream::Whole;
use super::{RawFile, ReadError, charset, decompress, file_error, guard, settle, uncompressed_name};
use crate::recipe::CodeKind;
use crate::stage::{Harvest, Place, RawDocument, Reader};
use crate::text::machine::{self, Machine};

/// The largest source file. The Stack (Kocetkov et al. 2022) keeps files up to 1 MB; what is larger is data or generated.
const MAX_CODE_BYTES: usize = 1 << 20;

/// Reads source files.
pub(super) struct Code;

impl Reader for Code {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let place = Place::default();
        let root = file.context.root.as_str();
        let below = file.path.strip_prefix(root).unwrap_or(&file.path);
        let path = below.trim_start_matches('/');
        if let Some(reason) = skipped_by_path(path, &file.context.skip) {
            harvest.skip(reason);
            return Ok(());
        }
        let mut stream = decompress::open(file).map_err(|source| file_error(file, source))?;
        let bytes = match stream.whole(most_bytes(path)) {
            Ok(Whole::Bytes(bytes)) => bytes,
            Ok(Whole::TooLarge) => {
                harvest.skip(TOO_LARGE);
                return Ok(());
            }
            Err(error) => return settle(error, file, place, harvest),
        };
        let source = SourceFile {
            path,
            bytes: &bytes,
            skip: &file.context.skip,
        };
        match read_source(&source) {
            Outcome::Skip(reason) => harvest.skip(reason),
            Outcome::Quarantine(reason) => return harvest.quarantine(place, reason),
            Outcome::Document(document) => return give(document, file, harvest),
            Outcome::Part(document, reason) => {
                give(document, file, harvest)?;
                return harvest.quarantine(place, reason);
            }
        }
        Ok(())
    }
}

/// Gives the document of `file` to the harvest, with what the file alone does not say.
fn give(mut document: RawDocument, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
    if document.license.is_none() {
        document.license = folder_licenses(file)?.of(&file.path);
    }
    document.key = Some(file.path.clone());
    harvest.document(document)
}

/// Why a file that is larger than [`most_bytes`] is skipped.
pub(super) const TOO_LARGE: &str = "source file larger than 1 MiB";

/// Why the file at `path`, below the root of its tree, is skipped before it is opened, if it is.
pub(super) fn skipped_by_path(path: &str, skip: &[CodeKind]) -> Option<&'static str> {
    skipped(machine::kind_of_path(path), skip)
}

/// The most bytes that a file of this name may have.
pub(super) fn most_bytes(path: &str) -> usize {
    if is_notebook(path) {
        notebook::MAX_NOTEBOOK_BYTES
    } else {
        MAX_CODE_BYTES
    }
}

/// A source file in memory.
pub(super) struct SourceFile<'a> {
    /// Its path below the root of its tree.
    pub(super) path: &'a str,
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// What is not to be read.
    pub(super) skip: &'a [CodeKind],
}

/// What became of a source file.
pub(super) enum Outcome {
    /// A document, without key and place; its licence as far as it names it itself.
    Document(RawDocument),
    /// A document of what could be read of it, and why the rest could not.
    Part(RawDocument, String),
    /// It is sound and no document.
    Skip(&'static str),
    /// It should have been one.
    Quarantine(String),
}

/// Makes a document of a source file.
pub(super) fn read_source(file: &SourceFile<'_>) -> Outcome {
    if charset::looks_binary(file.bytes) {
        return Outcome::Skip("binary file");
    }
    let Ok(text) = charset::decode_text(file.bytes) else {
        return Outcome::Skip("source file in no known encoding");
    };
    if text.trim().is_empty() {
        return Outcome::Skip("empty source file");
    }
    let name = uncompressed_name(file.path);
    if is_notebook(file.path) {
        return read_notebook(&text);
    }
    if let Some(reason) = skipped(machine::kind_of_text(name, &text), file.skip) {
        return Outcome::Skip(reason);
    }
    // The patterns that tell languages apart come from outside and are run on hostile text.
    let language = guard::guarded(|| language::of(name, &text)).ok().flatten();
    Outcome::Document(RawDocument {
        language_hint: language,
        license: license::of_source(&text),
        text,
        ..RawDocument::default()
    })
}

fn read_notebook(json: &str) -> Outcome {
    match notebook::text_of(json) {
        Err(reason) => Outcome::Quarantine(reason),
        Ok(notebook) if notebook.text.is_empty() => Outcome::Skip("notebook without cells"),
        Ok(notebook) if notebook.text.len() > MAX_CODE_BYTES => Outcome::Skip(TOO_LARGE),
        Ok(notebook) => {
            let document = RawDocument {
                language_hint: Some(notebook.language),
                license: license::of_source(&notebook.text),
                text: notebook.text,
                ..RawDocument::default()
            };
            match notebook.fault {
                None => Outcome::Document(document),
                Some(fault) => Outcome::Part(document, fault),
            }
        }
    }
}

fn is_notebook(path: &str) -> bool {
    let name = uncompressed_name(path);
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("ipynb"))
}

/// The reason to skip a file of this kind, where its kind is to be skipped.
fn skipped(kind: Option<Machine>, skip: &[CodeKind]) -> Option<&'static str> {
    let (kind, reason) = match kind? {
        Machine::Generated => (CodeKind::Generated, "generated file"),
        Machine::Minified => (CodeKind::Minified, "minified file"),
        Machine::Vendored => (CodeKind::Vendored, "vendored file"),
    };
    skip.contains(&kind).then_some(reason)
}

/// What the files that speak for the folders of `file` say.
fn folder_licenses(file: &RawFile) -> Result<Licenses, ReadError> {
    let mut licenses = Licenses::default();
    for path in &file.context.licenses {
        let mut stream = decompress::open(&file.beside(path)).map_err(|source| ReadError::File {
            path: path.clone(),
            source,
        })?;
        match stream.whole(license::MAX_STATEMENT_BYTES) {
            Ok(Whole::Bytes(bytes)) => licenses.add(path, &bytes),
            // It is a file of the source, so that it is told of where it is read itself.
            Ok(Whole::TooLarge) | Err(decompress::StreamError::Damaged { .. }) => {}
            Err(decompress::StreamError::Disk(source)) => return Err(file_error(file, source)),
        }
    }
    Ok(licenses)
}

#[cfg(test)]
mod tests;
