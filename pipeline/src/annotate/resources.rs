//! What a recipe names by path and annotators need: read once, before a run, so that settings depend on what the
//! files hold and not on where they lie.

use std::io;

use crate::recipe::Recipe;

/// The contents of the files that a recipe's annotators use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// The lines of the lists of toxic words.
    pub toxic_words: Vec<String>,
}

/// A file that a recipe names cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}")]
pub struct ResourceError {
    /// Which key of the recipe names it.
    pub key: String,
    /// The file, as the recipe names it.
    pub path: String,
    /// What is wrong with it.
    pub source: io::Error,
}

/// All of a recipe's files that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ResourceErrors(pub Vec<ResourceError>);

impl Resources {
    /// Reads what `recipe` names.
    ///
    /// # Errors
    /// Everything that cannot be read, each with the key that names it.
    pub fn load(recipe: &Recipe) -> Result<Self, ResourceErrors> {
        let mut resources = Self::default();
        let mut errors = Vec::new();
        for (position, path) in recipe.safety.word_lists.iter().enumerate() {
            match std::fs::read_to_string(path) {
                Ok(list) => {
                    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty());
                    resources.toxic_words.extend(lines.map(str::to_owned));
                }
                Err(source) => errors.push(ResourceError {
                    key: format!("safety.word_lists[{position}]"),
                    path: path.clone(),
                    source,
                }),
            }
        }
        if errors.is_empty() {
            Ok(resources)
        } else {
            Err(ResourceErrors(errors))
        }
    }
}
