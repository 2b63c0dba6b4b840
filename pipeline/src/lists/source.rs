//! The lines of a list's file: gzip, zstd, bzip2, xz or plain, told by its first bytes, at an address or on the disk.
//!
//! Memory is one line. A line longer than [`MAX_LINE_BYTES`] is no entry of any list: its beginning is given, and the
//! reader of the list finds nothing in it.

use std::io::{self, BufRead, Read};

use xxhash_rust::xxh3::Xxh3;

/// The longest line that can be an entry.
pub const MAX_LINE_BYTES: usize = 16 << 10;

/// What is wrong with the lines of a list, beside what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries that were taken.
    pub entries: u64,
    /// Lines that hold something, and no entry.
    pub strange: u64,
    /// The first of them, counted from 1; 0 where there is none.
    pub first_strange: u64,
}

/// What a line of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Blank, or a comment.
    Nothing,
    /// So many entries.
    Entries(u64),
    /// Something, and no entry.
    Strange,
}

impl Tally {
    fn add(&mut self, number: u64, line: Line) {
        match line {
            Line::Nothing => {}
            Line::Entries(entries) => self.entries += entries,
            Line::Strange => {
                self.strange += 1;
                if self.first_strange == 0 {
                    self.first_strange = number;
                }
            }
        }
    }
}

/// Gives every line of the file at `path` to `take`, trimmed of white space, and counts what it makes of them.
///
/// # Errors
/// When the file cannot be read, or is damaged.
pub fn lines(path: &str, mut take: impl FnMut(&[u8]) -> Line) -> io::Result<Tally> {
    let mut reader = crate::read::open_plain(path)?;
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let limit = MAX_LINE_BYTES as u64 + 1;
        reader.by_ref().take(limit).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(tally);
        }
        number += 1;
        if line.len() > MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            reader.skip_until(b'\n')?;
            tally.add(number, Line::Strange);
            continue;
        }
        let mut content = line.as_slice();
        if number == 1 {
            content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        }
        tally.add(number, take(content.trim_ascii()));
    }
}

/// The hash of what the file at `path` holds, decompressed: xxh3 with 128 bits, in hexadecimal.
///
/// # Errors
/// When the file cannot be read, or is damaged.
pub fn hash(path: &str) -> io::Result<String> {
    let mut reader = crate::read::open_plain(path)?;
    let mut hasher = Xxh3::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(format!("{:032x}", hasher.digest128()));
        }
        hasher.update(bytes);
        let taken = bytes.len();
        reader.consume(taken);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> (Tally, Vec<String>) {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(bytes).expect("written");
        let mut seen = Vec::new();
        let tally = lines(&file.path().to_string_lossy(), |line| {
            seen.push(String::from_utf8_lossy(line).into_owned());
            match line {
                b"" => Line::Nothing,
                b"?" => Line::Strange,
                _ => Line::Entries(1),
            }
        });
        (tally.expect("readable"), seen)
    }

    #[test]
    fn lines_are_trimmed_and_counted() {
        let (tally, seen) = read(b"\xef\xbb\xbfone\r\n\n  two \n?\n?");
        assert_eq!(seen, ["one", "", "two", "?", "?"]);
        assert_eq!((tally.entries, tally.strange, tally.first_strange), (2, 2, 4));
    }

    #[test]
    fn a_line_without_end_is_passed_over() {
        let long = "x".repeat(3 * MAX_LINE_BYTES) + "\nshort\n";
        let (tally, seen) = read(long.as_bytes());
        assert_eq!(seen, ["short"]);
        assert_eq!((tally.entries, tally.strange, tally.first_strange), (1, 1, 1));
        assert_eq!(read(b"").0, Tally::default());
    }

    #[test]
    fn compressed_lists_are_read_and_damaged_ones_refused() {
        let mut plain = tempfile::NamedTempFile::new().expect("a file");
        plain.write_all(b"example.com\n").expect("written");
        let packed = zstd::encode_all(&b"example.com\n"[..], 1).expect("memory");
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&packed).expect("written");
        let path = |file: &tempfile::NamedTempFile| file.path().to_string_lossy().into_owned();
        assert_eq!(
            hash(&path(&file)).expect("readable"),
            hash(&path(&plain)).expect("readable")
        );
        let mut cut = tempfile::NamedTempFile::new().expect("a file");
        cut.write_all(&packed[..packed.len() - 3]).expect("written");
        assert!(lines(&path(&cut), |_| Line::Nothing).is_err());
        assert!(hash(&path(&cut)).is_err());
    }
}
