//! Notebooks.
#![no_main]

use gristmill::recipe::{Format, Group};
use gristmill_fuzz::stretched;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &*stretched(bytes);
    gristmill_fuzz::read("notebook.ipynb", Format::Code, Group::Code, bytes);
});
