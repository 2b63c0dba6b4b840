//! WHAT is to be done: the recipe as written, then checked. No stage is run and nothing is written from here.
//!
//! `written.rs` is the file format; `check.rs` says what its keys mean together. What can only be known from the
//! inputs and the engine (files, SQL) is checked by [`crate::plan::check`].

mod check;
mod folder;
mod load;
pub mod written;

pub use check::faults;
pub use folder::{NoGroups, of_folder};
pub use load::{LoadedRecipe, RecipeError, load, parse};
pub use written::{Columns, Format, Group, Recipe};
