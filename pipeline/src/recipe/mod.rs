//! WHAT is to be done: the recipe as written, then validated. No stage is run and nothing is written from here.

pub mod written;

pub use written::{Columns, Format, Group, Recipe};
