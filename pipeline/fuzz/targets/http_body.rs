//! What a server answered: header and body, behind a sound status line, in a sound record.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    let status = b"HTTP/1.1 200 OK\r\n";
    let mut file = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nContent-Length: {}\r\n\r\n",
        status.len() + bytes.len()
    )
    .into_bytes();
    file.extend(status);
    file.extend(bytes);
    file.extend(b"\r\n\r\n");
    gristmill_fuzz::read("answer.warc", Format::Warc, Group::Web, &file);
});
