//! Archives: zip by content or, as a program that unpacks itself, by name; else tar, with checksums made right. Where
//! the length is odd, of code, with licences that speak for folders.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    let group = if bytes.len() % 2 == 0 {
        Group::Web
    } else {
        Group::Code
    };
    match bytes {
        [b'M', b'Z', ..] => gristmill_fuzz::read("a.zip", Format::Archive, group, bytes),
        [b'P', b'K', ..] => gristmill_fuzz::read("archive", Format::Archive, group, bytes),
        _ => {
            let mut tar = bytes.to_vec();
            gristmill_fuzz::seal_tar(&mut tar);
            gristmill_fuzz::read("archive", Format::Archive, group, &tar);
        }
    }
});
