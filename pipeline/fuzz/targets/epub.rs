//! Books: zip archives as they are, and everything else as the files of a book that is packed rightly.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    if bytes.starts_with(b"PK") {
        gristmill_fuzz::read("book.epub", Format::Epub, Group::Books, bytes);
    } else {
        gristmill_fuzz::read(
            "book.epub",
            Format::Epub,
            Group::Books,
            &gristmill_fuzz::book(bytes),
        );
    }
});
