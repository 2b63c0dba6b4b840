//! The files of this machine.
//!
//! Symbolic links to files are followed (the Hub's own tools keep their downloads behind such), links to folders are
//! not: a link can lead in a circle, and what it leads to can be named. In folders of code (format `code`, or
//! `auto`), what `.gitignore` files in them say is honoured, whether or not they are Git work trees; ignore files
//! above the folder, and the user's own, are not: the same folder has the same files on every machine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::dataset::{Dataset, README};
use super::{InventoryError, Listing, is_deep, names_hidden_files, split_pattern};
use crate::read::seen::Seen;
use crate::recipe::Format;

/// The longest README whose head is looked at.
const MAX_README_BYTES: u64 = 4 << 20;

impl Listing<'_> {
    /// Adds what is at a path of this machine.
    pub(super) fn local(&mut self, path: &str) -> Result<bool, InventoryError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.root(path),
            Ok(metadata) => {
                self.local_file(path, Seen::of_local(&metadata));
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match split_pattern(path) {
                Some((base, pattern)) => self.pattern(path, base, pattern),
                None => Err(self.missing(path)),
            },
            Err(error) => Err(self.unreadable(path, &error)),
        }
    }

    /// Adds all files below a folder that is named itself: where it is a dataset in the Hub's layout, those of its
    /// training split.
    fn root(&mut self, folder: &str) -> Result<bool, InventoryError> {
        let trimmed = folder.trim_end_matches('/');
        let mut found = Vec::new();
        self.folder(folder, folder, &mut found)?;
        let below = |path: &str| {
            let path = path.strip_prefix(trimmed)?;
            Some(path.trim_start_matches('/').to_owned())
        };
        let names: Vec<String> = found.iter().filter_map(|(path, _)| below(path)).collect();
        let readme = found
            .iter()
            .find(|(path, seen)| {
                below(path).as_deref() == Some(README)
                    && seen.bytes.is_some_and(|bytes| bytes <= MAX_README_BYTES)
            })
            .map(|(path, _)| fs::read_to_string(path).map_err(|error| self.unreadable(path, &error)))
            .transpose()?;
        let dataset = Dataset::of(self.source.format, &names, readme.as_deref());
        let dataset = dataset.map_err(|choice| choice.error(self.source, folder))?;
        let any = !found.is_empty();
        for (path, seen) in found {
            match dataset
                .as_ref()
                .and_then(|dataset| dataset.leaves_out(&below(&path)?))
            {
                Some(reason) => self.leave_out(&path, reason),
                None => self.local_file(&path, seen),
            }
        }
        Ok(any)
    }

    /// Finds all files below a folder.
    fn folder(
        &mut self,
        folder: &str,
        written: &str,
        found: &mut Vec<(String, Seen)>,
    ) -> Result<(), InventoryError> {
        let honours_ignore_files = matches!(self.source.format, Format::Code | Format::Auto);
        let mut walk = walk(folder);
        walk.git_ignore(honours_ignore_files);
        for entry in walk.build() {
            let entry = entry.map_err(|error| self.unreadable(written, &error))?;
            if let Some(seen) = self.seen(&entry, written)? {
                found.extend(self.spelled(entry.path(), seen));
            }
        }
        Ok(())
    }

    /// Adds the files that match `pattern` below `base`, and those in folders that match it.
    fn pattern(&mut self, written: &str, base: &str, pattern: &str) -> Result<bool, InventoryError> {
        let matcher = self.matcher(written, pattern)?;
        let root = if base.is_empty() { "." } else { base };
        if !Path::new(root).is_dir() {
            return Err(self.missing(root));
        }
        let mut walk = walk(root);
        walk.git_ignore(false);
        walk.hidden(!names_hidden_files(pattern));
        if !is_deep(pattern) {
            walk.max_depth(Some(pattern.matches('/').count() + 1));
        }
        let mut found = Vec::new();
        for entry in walk.build() {
            let entry = entry.map_err(|error| self.unreadable(written, &error))?;
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            if !matcher.is_match(relative) {
                continue;
            }
            let spelled = Path::new(base).join(relative);
            if let Some(seen) = self.seen(&entry, written)? {
                found.extend(self.spelled(&spelled, seen));
            } else if entry.file_type().is_some_and(|kind| kind.is_dir())
                && !is_deep(pattern)
                && let Some(folder) = spelled.to_str()
            {
                self.folder(folder, written, &mut found)?;
            }
        }
        let any = !found.is_empty();
        for (path, seen) in found {
            self.local_file(&path, seen);
        }
        Ok(any)
    }

    /// What a file is, be it behind a link; `None` for what is no file.
    fn seen(&mut self, entry: &DirEntry, written: &str) -> Result<Option<Seen>, InventoryError> {
        let Some(kind) = entry.file_type() else {
            return Ok(None);
        };
        if kind.is_file() {
            let metadata = entry
                .metadata()
                .map_err(|error| self.unreadable(written, &error))?;
            return Ok(Some(Seen::of_local(&metadata)));
        }
        // The root is named, and may be a link itself.
        if !kind.is_symlink() || entry.depth() == 0 {
            return Ok(None);
        }
        let name = entry.path().to_string_lossy();
        match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_file() => return Ok(Some(Seen::of_local(&metadata))),
            Ok(metadata) if metadata.is_dir() => self.leave_out(&name, "a symbolic link to a folder"),
            Ok(_) => {}
            Err(_) => self.leave_out(&name, "a symbolic link to nothing, or in a circle"),
        }
        Ok(None)
    }

    /// The path as text; what is no text is left out.
    fn spelled(&mut self, path: &Path, seen: Seen) -> Option<(String, Seen)> {
        let Some(path) = path.to_str() else {
            self.leave_out(&path.to_string_lossy(), "the name is not utf-8");
            return None;
        };
        Some((path.to_owned(), seen))
    }

    fn local_file(&mut self, path: &str, seen: Seen) {
        // A file that vanishes or cannot be resolved just now is told by its spelling.
        let place = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        self.file(path, place, seen);
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
