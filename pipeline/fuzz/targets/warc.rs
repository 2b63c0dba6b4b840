//! Web archives: as they are, and, behind a first byte that no archive has, as gzip members of given contents.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    match bytes {
        [0xff, pieces @ ..] => gristmill_fuzz::read(
            "crawl.warc.gz",
            Format::Warc,
            Group::Web,
            &gristmill_fuzz::gzip_members(pieces),
        ),
        _ => gristmill_fuzz::read("crawl.warc", Format::Warc, Group::Web, bytes),
    }
});
