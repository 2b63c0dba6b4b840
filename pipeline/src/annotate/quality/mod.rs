//! How a text is made: the measures that the published quality rules are over, and general ones. One file an
//! annotator.

pub mod gopher;
pub mod grammar;
pub mod repetition;
pub mod shape;
