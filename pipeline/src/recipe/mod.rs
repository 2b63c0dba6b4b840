//! WHAT is to be done: the recipe as written, then checked. No stage is run and nothing is written from here.
//!
//! `written.rs` is the file format; `check.rs` says what its keys mean together. What can only be known from the
//! inputs and the engine (files, SQL) is checked by [`crate::plan::check`].

mod check;
mod check_safety;
mod folder;
mod load;
pub mod written;

pub use check::faults;
pub use folder::{NoGroups, of_folder};
pub use load::{LoadedRecipe, RecipeError, load, parse};
pub use written::{CodeKind, Columns, Format, Group, Recipe};

/// The key of work that depends on `settings` alone: 32 hexadecimal digits over their JSON.
#[must_use]
pub fn key(settings: &impl serde::Serialize) -> String {
    // Settings are plain data whose JSON cannot fail; were it to, the key would still differ from any other.
    let text = serde_json::to_string(settings).unwrap_or_else(|error| error.to_string());
    crate::shard::spelled(xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
}
