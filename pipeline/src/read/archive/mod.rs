//! Archives: what lies inside, within bounds.
//!
//! The parts here know where entries lie and how large they may be, and nothing of what is in them.

pub(in crate::read) mod zip;

mod name;
mod tar;
