//! What a listing saw of a file, by which its reader knows that it is still the same file.
//!
//! [`super::inventory`] notes it, a task carries it, and it is looked at again when the file is read: before the
//! first byte and behind the last one for a local file, with every answer for one in a store (`store/`). A file that
//! changed in between is an error and not half of one file and half of another.

use std::fs::{self, Metadata};
use std::io;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What is known of a file's version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its size; `None` where a server does not say.
    pub bytes: Option<u64>,
    /// When it was last changed, spelled as whoever keeps it spells it; compared and never read.
    pub changed: Option<String>,
    /// The store's own mark of this version: an `ETag`, or the Hub's hash of the content.
    pub tag: Option<String>,
    /// The commit to read it from, for a dataset of the Hub.
    pub revision: Option<String>,
}

impl Seen {
    /// What the file system says.
    #[must_use]
    pub fn of_local(metadata: &Metadata) -> Self {
        let changed = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map(|time| time.as_nanos().to_string() + &of_inode(metadata));
        Self {
            bytes: Some(metadata.len()),
            changed,
            tag: None,
            revision: None,
        }
    }

    /// Whether nothing in it would tell another version of the file.
    #[must_use]
    pub fn tells_nothing(&self) -> bool {
        self.bytes.is_none() && self.changed.is_none() && self.tag.is_none()
    }

    /// Says how `now` differs, in what both know.
    #[must_use]
    pub fn difference(&self, now: &Self) -> Option<String> {
        fn differ<T: PartialEq>(then: Option<&T>, now: Option<&T>) -> bool {
            then.is_some() && now.is_some() && then != now
        }
        if differ(self.bytes.as_ref(), now.bytes.as_ref()) {
            let then = self.bytes.unwrap_or_default();
            return Some(format!(
                "{then} bytes then, {} now",
                now.bytes.unwrap_or_default()
            ));
        }
        if differ(self.tag.as_ref(), now.tag.as_ref()) {
            return Some("another version of as many bytes".to_owned());
        }
        differ(self.changed.as_ref(), now.changed.as_ref())
            .then(|| "written to, with as many bytes as before".to_owned())
    }

    /// Looks at the local file at `path` again.
    ///
    /// # Errors
    /// When it has changed or is gone.
    pub(super) fn check_local(&self, path: &str) -> io::Result<()> {
        let now = Self::of_local(&fs::metadata(path)?);
        match self.difference(&now) {
            Some(difference) => Err(changed(&difference)),
            None => Ok(()),
        }
    }
}

/// The error of a file that is another one by now.
pub(super) fn changed(difference: &str) -> io::Error {
    io::Error::other(format!(
        "it has changed since it was listed ({difference}); run again, when nothing writes to it any more"
    ))
}

/// What copying with the times kept does not hide: which file it is, and when it last changed in any way.
#[cfg(unix)]
fn of_inode(metadata: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!(
        " {} {}.{}",
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec()
    )
}

/// Nothing more is known.
#[cfg(not(unix))]
fn of_inode(_metadata: &Metadata) -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::basket::write_file;

    #[test]
    fn a_file_that_grows_or_is_touched_is_another() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = write_file(folder.path(), "a", b"one");
        let seen = Seen::of_local(&fs::metadata(&path).expect("is there"));
        seen.check_local(&path).expect("is the same");
        write_file(folder.path(), "a", b"longer");
        let error = seen.check_local(&path).expect_err("has grown");
        assert!(error.to_string().contains("3 bytes then, 6 now"), "{error}");
        write_file(folder.path(), "a", b"two");
        let file = fs::File::options().write(true).open(&path).expect("opens");
        file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(5))
            .expect("sets the time");
        let error = seen.check_local(&path).expect_err("was written to");
        assert!(error.to_string().contains("written to"), "{error}");
    }

    #[test]
    fn what_only_one_side_knows_is_no_difference() {
        let known = Seen {
            bytes: Some(3),
            tag: Some("a".to_owned()),
            ..Seen::default()
        };
        assert_eq!(known.difference(&Seen::default()), None);
        assert!(Seen::default().tells_nothing() && !known.tells_nothing());
    }
}
