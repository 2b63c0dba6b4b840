//! The files of a store.
//!
//! An address is an object, a folder (ending in a slash, or with objects below it) or a glob pattern, for which
//! everything below the folder before its first special character is listed. A web server has no listing: its files
//! are named one by one, and special characters are part of their names.

use std::io::Read;
use std::path::PathBuf;

use super::dataset::{Dataset, README};
use super::{InventoryError, Listing, is_deep, names_hidden_files, split_pattern};
use crate::read::seen::Seen;
use crate::read::store::{self, Address, Kind, Remote, StoreError};

/// The longest README whose head is looked at.
const MAX_README_BYTES: u64 = 4 << 20;

/// Whether a path is the address of a file on a web server.
pub(super) fn is_web(path: &str) -> bool {
    path.starts_with("http://") || path.starts_with("https://")
}

impl Listing<'_> {
    /// Adds the source's files on web servers, asked for together.
    pub(super) fn web_files(&mut self) -> Result<(), InventoryError> {
        let source = self.source;
        let mut urls = Vec::new();
        let paths = source.paths.iter().filter(|path| is_web(path));
        for path in paths.clone() {
            match Address::parse(path) {
                Ok(Address::Web(url)) => urls.push(url),
                Ok(_) => {}
                Err(error) => return Err(self.refused(path, &error)),
            }
        }
        if urls.is_empty() {
            return Ok(());
        }
        let heads = store::stores().heads(urls);
        let heads = heads.map_err(|error| self.refused("http", &error))?;
        for (path, seen) in paths.zip(heads) {
            let seen = seen.map_err(|error| self.refused(path, &error))?;
            self.file(path, PathBuf::from(path), seen);
        }
        Ok(())
    }

    fn refused(&self, path: &str, error: &StoreError) -> InventoryError {
        InventoryError::Store {
            source_name: self.source.name.clone(),
            path: path.to_owned(),
            message: match error.kind {
                // Nothing was read yet that could be gone on with.
                Kind::Transient => format!("{}; run again", error.message),
                _ => error.to_string(),
            },
        }
    }

    /// Adds what is at an address, if that is not on a web server.
    pub(super) fn remote(&mut self, path: &str) -> Result<bool, InventoryError> {
        let at = |listing: &Self, error: StoreError| listing.refused(path, &error);
        let address = Address::parse(path).map_err(|error| at(self, error))?;
        let (base, key) = match &address {
            Address::Web(_) => return Ok(true),
            Address::Cloud { base, key } => (base.clone(), key.clone()),
            Address::Hub(hub) => (hub.base.clone(), hub.path.clone()),
        };
        if let Some((folder, pattern)) = split_pattern(&key) {
            let found = self.matching(path, &address, folder, pattern, &at)?;
            let any = !found.is_empty();
            for (key, seen) in found {
                self.object(&base, &key, seen);
            }
            return Ok(any);
        }
        if !key.is_empty() && !key.ends_with('/') {
            match store::stores().head(&address) {
                Ok(seen) => {
                    self.object(&base, &key, seen);
                    return Ok(true);
                }
                Err(error) if error.kind == Kind::Missing => {}
                Err(error) => return Err(at(self, error)),
            }
        }
        let folder = key.trim_end_matches('/');
        let listed = match store::stores().list(&address, folder, true) {
            Ok(listed) => listed,
            Err(error) if error.kind == Kind::Missing && !folder.is_empty() => return Err(self.missing(path)),
            Err(error) => return Err(at(self, error)),
        };
        let below: Vec<(String, Seen)> = listed
            .into_iter()
            .filter_map(|(key, seen)| {
                let inside = inside(&key, folder)?;
                (!inside.is_empty() && !is_hidden(inside)).then(|| (inside.to_owned(), seen))
            })
            .collect();
        if below.is_empty() && !key.is_empty() && !key.ends_with('/') {
            return Err(self.missing(path));
        }
        let base = match folder {
            "" => base,
            folder => format!("{base}/{folder}"),
        };
        self.dataset_or_all(path, &base, below)
            .map_err(|error| error.unwrap_or_else(|error| at(self, error)))
    }

    /// Adds all objects of a folder, or the training split of the dataset that it is.
    fn dataset_or_all(
        &mut self,
        written: &str,
        base: &str,
        files: Vec<(String, Seen)>,
    ) -> Result<bool, Result<InventoryError, StoreError>> {
        let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        let readme = files
            .iter()
            .find(|(name, seen)| name == README && seen.bytes.is_some_and(|bytes| bytes <= MAX_README_BYTES))
            .map(|(_, seen)| text(&format!("{base}/{README}"), seen))
            .transpose()
            .map_err(Err)?;
        let dataset = Dataset::of(self.source.format, &names, readme.as_deref());
        let dataset = dataset.map_err(|choice| Ok(choice.error(self.source, written)))?;
        let any = !files.is_empty();
        for (name, seen) in files {
            match dataset.as_ref().and_then(|dataset| dataset.leaves_out(&name)) {
                Some(reason) => self.leave_out(&format!("{base}/{name}"), reason),
                None => self.object(base, &name, seen),
            }
        }
        Ok(any)
    }

    /// The objects that match `pattern` below `folder`, and those in folders that match it, by their keys.
    fn matching(
        &self,
        path: &str,
        address: &Address,
        folder: &str,
        pattern: &str,
        at: &impl Fn(&Self, StoreError) -> InventoryError,
    ) -> Result<Vec<(String, Seen)>, InventoryError> {
        let matcher = self.matcher(path, pattern)?;
        let is_flat = !pattern.contains('/') && !is_deep(pattern);
        // Of a folder that is matched, everything is taken, so that a flat listing is enough for files alone.
        let is_file_pattern = is_flat && pattern.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let listed = match store::stores().list(address, folder, !is_file_pattern) {
            Ok(listed) => listed,
            Err(error) if error.kind == Kind::Missing => return Err(self.missing(path)),
            Err(error) => return Err(at(self, error)),
        };
        let takes_hidden = names_hidden_files(pattern);
        let depth = pattern.matches('/').count() + 1;
        let mut found = Vec::new();
        for (key, seen) in listed {
            let Some(inside) = inside(&key, folder) else {
                continue;
            };
            if inside.is_empty() || (is_hidden(inside) && !takes_hidden) {
                continue;
            }
            let ancestor = inside
                .match_indices('/')
                .nth(depth - 1)
                .map(|(at, _)| &inside[..at]);
            let is_in_match = !is_deep(pattern) && ancestor.is_some_and(|folder| matcher.is_match(folder));
            if is_in_match || matcher.is_match(inside) {
                found.push((key, seen));
            }
        }
        Ok(found)
    }

    fn object(&mut self, base: &str, key: &str, seen: Seen) {
        let path = format!("{base}/{key}");
        self.file(&path, PathBuf::from(&path), seen);
    }
}

/// The part of `key` behind the folder.
fn inside<'a>(key: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(key);
    }
    key.strip_prefix(folder)?.strip_prefix('/')
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// A small object as text.
fn text(path: &str, seen: &Seen) -> Result<String, StoreError> {
    struct Bytes(Remote);
    impl Read for Bytes {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let available = self.0.fill()?;
            let amount = available.len().min(buffer.len());
            buffer[..amount].copy_from_slice(&available[..amount]);
            self.0.consume(amount);
            Ok(amount)
        }
    }
    let object = store::stores().open(path, Some(seen))?;
    let mut text = Vec::new();
    let read = Bytes(Remote::new(object, 0, MAX_README_BYTES)).read_to_end(&mut text);
    read.map_err(|error| StoreError::usage(format!("cannot read {path}: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
