//! What in a text is unsafe to learn from. One file a signal.

pub mod words;
