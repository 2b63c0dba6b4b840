//! A source's `paths` -> the files that it has, in one order, each once, with sizes and formats.
//!
//! A path is a file, a folder (walked) or a glob pattern, on this machine (`local.rs`) or in a store (`remote.rs`).
//! Nothing is silent: a path that leads nowhere is an error, and files that are left out are counted and named for
//! the caller to warn of: those that `auto` cannot place, symbolic links that cannot be followed, and what a dataset
//! in the Hub's layout has beside its training split (`dataset.rs`). Hidden files are passed over.

mod dataset;
mod local;
mod remote;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use globset::{GlobBuilder, GlobMatcher};
use xxhash_rust::xxh3::Xxh3;

use super::seen::Seen;
use super::{format_in, store};
use crate::recipe::Format;
use crate::recipe::written::Source;

/// How many left-out files are named.
const NAMED_FILES: usize = 5;

/// A file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its path, spelled as the recipe spells its beginning.
    pub path: String,
    /// Its size on disk or in its store; 0 where a server does not say.
    pub bytes: u64,
    /// Its format, never [`Format::Auto`].
    pub format: Format,
    /// What its version was when it was listed.
    pub seen: Seen,
}

impl ListedFile {
    /// Whether it lies in a store and not on this machine.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        store::is_remote(&self.path)
    }
}

/// The files of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The files to read, sorted by path, none twice.
    pub files: Vec<ListedFile>,
    /// How many files were found and left out.
    pub left_out: u64,
    /// The first few of these by path, each with the reason.
    pub left_out_examples: Vec<String>,
}

/// Why a source's files could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The store did not list what is at the address.
    #[error("source '{source_name}': cannot list '{path}': {message}")]
    Store {
        /// The source.
        source_name: String,
        /// The address.
        path: String,
        /// What went wrong, and what to do.
        message: String,
    },
    /// The dataset is several, and none of them is meant by default.
    #[error(
        "source '{source_name}': '{path}' has {count} configurations and no default one ({examples}); name the files of one by a pattern"
    )]
    Configurations {
        /// The source.
        source_name: String,
        /// The dataset's folder.
        path: String,
        /// How many there are.
        count: usize,
        /// The first few.
        examples: String,
    },
    /// There is nothing at the path.
    #[error(
        "source '{source_name}': there is no file or folder '{path}'; paths are relative to the folder in which the command runs"
    )]
    Missing {
        /// The source.
        source_name: String,
        /// The path.
        path: String,
    },
    /// The pattern or folder holds no file.
    #[error(
        "source '{source_name}': '{path}' holds no file; check the spelling, and that the files are not hidden or ignored"
    )]
    NoMatch {
        /// The source.
        source_name: String,
        /// The pattern or folder.
        path: String,
    },
    /// No file of the source has a name that tells its format.
    #[error(
        "source '{source_name}': none of {count} files has a name that tells its format ({examples}); set the source's format"
    )]
    NoFormat {
        /// The source.
        source_name: String,
        /// How many files there are.
        count: u64,
        /// The first few.
        examples: String,
    },
    /// The pattern is not a valid one.
    #[error("source '{source_name}': '{path}' is not a valid pattern: {message}")]
    Pattern {
        /// The source.
        source_name: String,
        /// The pattern.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The disk or its permissions forbid it.
    #[error("source '{source_name}': cannot list '{path}': {message}; check that the folder can be read")]
    Unreadable {
        /// The source.
        source_name: String,
        /// The path or pattern.
        path: String,
        /// What the system said.
        message: String,
    },
}

/// Lists the files of `source`.
///
/// # Errors
/// When one of its paths leads nowhere, or cannot be listed.
pub fn list(source: &Source) -> Result<Inventory, InventoryError> {
    let mut listing = Listing {
        source,
        files: BTreeMap::new(),
        left_out: BTreeMap::new(),
    };
    listing.web_files()?;
    for path in &source.paths {
        let before = listing.files.len() + listing.left_out.len();
        let is_new = remote::is_web(path) || listing.path(path)?;
        if !is_new && listing.files.len() + listing.left_out.len() == before {
            return Err(InventoryError::NoMatch {
                source_name: source.name.clone(),
                path: path.clone(),
            });
        }
    }
    let mut files: Vec<ListedFile> = listing.files.into_values().collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let examples = listing
        .left_out
        .iter()
        .take(NAMED_FILES)
        .map(|(path, reason)| format!("{path}: {reason}"))
        .collect();
    let inventory = Inventory {
        files,
        left_out: listing.left_out.len() as u64,
        left_out_examples: examples,
    };
    if inventory.files.is_empty() && inventory.left_out > 0 {
        return Err(InventoryError::NoFormat {
            source_name: source.name.clone(),
            count: inventory.left_out,
            examples: inventory.left_out_examples.join(", "),
        });
    }
    Ok(inventory)
}

/// The hash of a file's bytes as they lie on disk: xxh3 of 128 bits.
///
/// # Errors
/// When it cannot be read.
pub fn fingerprint(path: &str) -> io::Result<u128> {
    let mut file = File::open(path)?;
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.digest128()),
            Ok(amount) => hasher.update(&buffer[..amount]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What was found so far. Files are told apart by where they really lie, so that two spellings are one file.
struct Listing<'a> {
    source: &'a Source,
    files: BTreeMap<PathBuf, ListedFile>,
    left_out: BTreeMap<String, &'static str>,
}

impl Listing<'_> {
    /// Adds what is at a path. Returns whether something is, were it found before.
    fn path(&mut self, path: &str) -> Result<bool, InventoryError> {
        if store::is_remote(path) {
            self.remote(path)
        } else {
            self.local(path)
        }
    }

    /// Adds the file at `path`, which really lies at `place`.
    fn file(&mut self, path: &str, place: PathBuf, seen: Seen) {
        let Some(format) = self.format(path) else {
            self.leave_out(path, "unknown format");
            return;
        };
        let file = ListedFile {
            path: path.to_owned(),
            bytes: seen.bytes.unwrap_or_default(),
            format,
            seen,
        };
        let listed = self.files.entry(place).or_insert_with(|| file.clone());
        if file.path < listed.path {
            *listed = file;
        }
    }

    fn leave_out(&mut self, path: &str, reason: &'static str) {
        self.left_out.insert(path.to_owned(), reason);
    }

    fn format(&self, path: &str) -> Option<Format> {
        if self.source.format != Format::Auto {
            return Some(self.source.format);
        }
        format_in(path, Some(self.source.group))
    }

    fn matcher(&self, written: &str, pattern: &str) -> Result<GlobMatcher, InventoryError> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| InventoryError::Pattern {
            source_name: self.source.name.clone(),
            path: written.to_owned(),
            message: error.kind().to_string(),
        })?;
        Ok(glob.compile_matcher())
    }

    fn missing(&self, path: &str) -> InventoryError {
        InventoryError::Missing {
            source_name: self.source.name.clone(),
            path: path.to_owned(),
        }
    }
}

/// The folder before the first part with a special character, and the pattern from there; `None` if no character is
/// special.
fn split_pattern(path: &str) -> Option<(&str, &str)> {
    let special = path.find(['*', '?', '[', '{'])?;
    Some(match path[..special].rfind('/') {
        Some(0) => ("/", &path[1..]),
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => ("", path),
    })
}

/// Whether a pattern reaches folders of any depth.
fn is_deep(pattern: &str) -> bool {
    pattern.contains("**")
}

fn names_hidden_files(pattern: &str) -> bool {
    pattern.split('/').any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests;
