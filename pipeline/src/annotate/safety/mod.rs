//! What in a text, its address and its licence is unsafe to learn from. One file a signal.

pub mod license;
pub mod url;
pub mod words;
