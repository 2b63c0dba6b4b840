//! How a text is made: the measures that the published quality rules are over, and general ones. One file an
//! annotator.

pub mod book;
pub mod c4;
pub mod code;
pub mod fineweb;
pub mod gopher;
pub mod grammar;
pub mod redpajama;
pub mod shape;
#[cfg(test)]
