//! From a file and the command line's overrides to a checked recipe.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gristmill_schemas::config::{self, Fault, Faults, Override};

use super::{Recipe, check};

/// Why there is no recipe to run.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The file cannot be read.
    #[error("cannot read the recipe {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The recipe has faults: all of them.
    #[error("{path} has {}:\n{faults}", counted(faults.0.len()))]
    Faulty {
        /// The file.
        path: PathBuf,
        /// Each with its key and line.
        faults: Faults,
    },
}

fn counted(faults: usize) -> String {
    if faults == 1 {
        "a fault".to_owned()
    } else {
        format!("{faults} faults")
    }
}

/// A recipe that passed its own checks.
#[derive(Clone, Debug)]
pub struct LoadedRecipe {
    /// The recipe, with `work` and `shards.out` filled in.
    pub recipe: Recipe,
    parsed: config::Parsed<()>,
    path: PathBuf,
}

impl LoadedRecipe {
    /// An error out of faults found later, located in the file.
    #[must_use]
    pub fn faulty(&self, faults: Vec<Fault>) -> RecipeError {
        RecipeError::Faulty {
            path: self.path.clone(),
            faults: self.parsed.located(faults),
        }
    }
}

/// Reads and checks the recipe at `path`.
///
/// # Errors
/// When the file cannot be read, or with every fault in it.
pub fn load(path: &Path, overrides: &[Override]) -> Result<LoadedRecipe, RecipeError> {
    let text = fs::read_to_string(path).map_err(|source| RecipeError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text, path, overrides)
}

/// As [`load`], from `text`; `path` is for messages.
///
/// # Errors
/// As there.
pub fn parse(text: &str, path: &Path, overrides: &[Override]) -> Result<LoadedRecipe, RecipeError> {
    let faulty = |faults| RecipeError::Faulty {
        path: path.to_owned(),
        faults,
    };
    let (mut recipe, parsed) = config::parse::<Recipe>(text, overrides).map_err(faulty)?.split();
    if recipe.work.is_empty() {
        recipe.work = format!("work/{}", recipe.name);
    }
    if recipe.shards.out.is_empty() {
        recipe.shards.out = format!("out/{}", recipe.name);
    }
    if recipe.tokenizer.path.is_none() && recipe.tokenizer.train.is_none() {
        recipe.tokenizer.train = Some(super::written::TrainTokenizer::default());
    }
    let faults = check::faults(&recipe);
    if !faults.is_empty() {
        return Err(faulty(parsed.located(faults)));
    }
    Ok(LoadedRecipe {
        recipe,
        parsed,
        path: path.to_owned(),
    })
}
