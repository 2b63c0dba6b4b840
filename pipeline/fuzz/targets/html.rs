//! Pages: of the web, whose main text is looked for, and, where the length is odd, of books, which are all text.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    let group = if bytes.len() % 2 == 0 {
        Group::Web
    } else {
        Group::Books
    };
    gristmill_fuzz::read("page.html", Format::Html, group, bytes);
});
