//! A source's `paths` -> the files that it has, in one order, each once, with sizes and formats.
//!
//! A path is a file, a folder (walked) or a glob pattern. Nothing is silent: a path that leads nowhere is an error,
//! and files that `auto` cannot place are counted and named for the caller to warn of. Hidden files are passed over
//! and symbolic links inside of folders are not followed. In folders of code (format `code`, or `auto`), what
//! `.gitignore` files in them say is honoured, whether or not they are Git work trees; ignore files above the
//! folder, and the user's own, are not: the same folder has the same files on every machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use xxhash_rust::xxh3::Xxh3;

use super::format_in;
use crate::recipe::Format;
use crate::recipe::written::Source;

/// How many left-out files are named.
const NAMED_FILES: usize = 5;

/// A file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its path, spelled as the recipe spells its beginning.
    pub path: String,
    /// Its size on disk.
    pub bytes: u64,
    /// Its format, never [`Format::Auto`].
    pub format: Format,
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
    /// The path is an address.
    #[error(
        "source '{source_name}': '{path}' is not on this machine: this version reads local files; fetch it first and name the local copy"
    )]
    Remote {
        /// The source.
        source_name: String,
        /// The address.
        path: String,
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
    for path in &source.paths {
        let before = listing.files.len() + listing.left_out.len();
        let is_new = listing.path(path)?;
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
        if is_remote(path) {
            return Err(InventoryError::Remote {
                source_name: self.source.name.clone(),
                path: path.to_owned(),
            });
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path, path),
            Ok(metadata) => {
                self.file(path, metadata.len());
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match split_pattern(path) {
                Some((base, pattern)) => self.pattern(path, base, pattern),
                None => Err(InventoryError::Missing {
                    source_name: self.source.name.clone(),
                    path: path.to_owned(),
                }),
            },
            Err(error) => Err(self.unreadable(path, &error)),
        }
    }

    /// Adds all files below a folder.
    fn folder(&mut self, folder: &str, written: &str) -> Result<bool, InventoryError> {
        let honours_ignore_files = matches!(self.source.format, Format::Code | Format::Auto);
        let mut walk = walk(folder);
        walk.git_ignore(honours_ignore_files);
        let mut found = false;
        for entry in walk.build() {
            let entry = entry.map_err(|error| self.unreadable(written, &error))?;
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            found = true;
            let metadata = entry
                .metadata()
                .map_err(|error| self.unreadable(written, &error))?;
            self.found(entry.path(), metadata.len());
        }
        Ok(found)
    }

    /// Adds the files that match `pattern` below `base`, and those in folders that match it.
    fn pattern(&mut self, written: &str, base: &str, pattern: &str) -> Result<bool, InventoryError> {
        let matcher = self.matcher(written, pattern)?;
        let root = if base.is_empty() { "." } else { base };
        if !Path::new(root).is_dir() {
            return Err(InventoryError::Missing {
                source_name: self.source.name.clone(),
                path: root.to_owned(),
            });
        }
        let mut walk = walk(root);
        walk.git_ignore(false);
        walk.hidden(!names_hidden_files(pattern));
        let is_deep = pattern.contains("**");
        if !is_deep {
            walk.max_depth(Some(pattern.matches('/').count() + 1));
        }
        let mut found = false;
        for entry in walk.build() {
            let entry = entry.map_err(|error| self.unreadable(written, &error))?;
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            if !matcher.is_match(relative) {
                continue;
            }
            let spelled = Path::new(base).join(relative);
            let kind = entry.file_type();
            if kind.is_some_and(|kind| kind.is_file()) {
                let metadata = entry
                    .metadata()
                    .map_err(|error| self.unreadable(written, &error))?;
                self.found(&spelled, metadata.len());
                found = true;
            } else if kind.is_some_and(|kind| kind.is_dir())
                && !is_deep
                && let Some(folder) = spelled.to_str()
            {
                found |= self.folder(folder, written)?;
            }
        }
        Ok(found)
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

    fn found(&mut self, path: &Path, bytes: u64) {
        let Some(path) = path.to_str() else {
            let name = path.to_string_lossy().into_owned();
            self.left_out.insert(name, "the name is not utf-8");
            return;
        };
        self.file(path, bytes);
    }

    fn file(&mut self, path: &str, bytes: u64) {
        let Some(format) = self.format(path) else {
            self.left_out.insert(path.to_owned(), "unknown format");
            return;
        };
        // A file that vanishes or cannot be resolved just now is told by its spelling.
        let place = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        let file = ListedFile {
            path: path.to_owned(),
            bytes,
            format,
        };
        let listed = self.files.entry(place).or_insert_with(|| file.clone());
        if file.path < listed.path {
            *listed = file;
        }
    }

    fn format(&self, path: &str) -> Option<Format> {
        if self.source.format != Format::Auto {
            return Some(self.source.format);
        }
        format_in(path, Some(self.source.group))
    }

    fn unreadable(&self, written: &str, error: &dyn std::error::Error) -> InventoryError {
        InventoryError::Unreadable {
            source_name: self.source.name.clone(),
            path: written.to_owned(),
            message: error.to_string(),
        }
    }
}

/// A walk that depends on nothing but what lies below `root`.
fn walk(root: &str) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false)
        .hidden(true)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp);
    walk
}

fn is_remote(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
    })
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

fn names_hidden_files(pattern: &str) -> bool {
    pattern.split('/').any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests;
