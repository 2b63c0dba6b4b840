//! A small corpus of sound English text, for tests that need files of their own.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::json;

use super::mill::checkout;

/// Words of a document: enough for every rule of Gopher.
const WORDS: usize = 150;
/// A file from this size on is a unit of work of its own.
const LARGE_FILE_BYTES: usize = 1 << 20;

/// Documents of about a page each, no two alike.
pub(crate) fn pages() -> Vec<String> {
    let book = checkout().join("fixtures/raw/books/handbook-of-the-house.txt");
    let book = fs::read_to_string(book).expect("a book");
    let words: Vec<&str> = book.split_whitespace().collect();
    words.chunks_exact(WORDS).map(|words| words.join(" ")).collect()
}

/// `pages` as JSON lines.
pub(crate) fn jsonl(pages: &[String]) -> String {
    pages.iter().fold(String::new(), |mut lines, page| {
        writeln!(lines, "{}", json!({"text": page})).expect("memory");
        lines
    })
}

/// Writes `pages` as a JSONL file that is large enough to be a unit of work of its own: the last line carries ballast
/// in a field that nothing reads.
pub(crate) fn write_large(path: &Path, pages: &[String]) {
    let (last, others) = pages.split_last().expect("a page");
    let ballast = "-".repeat(LARGE_FILE_BYTES);
    let text = format!("{}{}\n", jsonl(others), json!({"text": last, "ballast": ballast}));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("written");
}

/// A recipe over `path`, as books, with a tokenizer that is trained in no time.
pub(crate) fn recipe(path: &str) -> String {
    format!(
        "version = '1'
[[source]]
name = 'shelf'
group = 'books'
paths = ['{path}']
[quality]
rules = ['gopher']
[tokenizer]
train = {{ vocab_size = 300 }}
[shards]
tokens_per_shard = 10_000
"
    )
}
