//! What a recipe names by path and annotators need: read once, before a run, so that settings depend on what the
//! files hold and not on where they lie.

use std::io;

use gristmill_schemas::config::nearest;

use super::language::fasttext::code;
use crate::classify::Model;
use crate::classify::cache::{self, ModelName};
use crate::classify::file::ModelError;
use crate::lists::cache::BlockList;
use crate::lists::words::WordList;
use crate::recipe::Recipe;
use crate::recipe::written::{Classifier, Identifier};
use crate::text::languages::{iso639_3, spellings};

mod lists;

/// The contents of the files that a recipe's annotators use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// The lists of toxic words.
    pub toxic_words: Vec<WordList>,
    /// The lists of blocked hosts, each of another category.
    pub block_lists: Vec<BlockList>,
    /// The model that identifies languages.
    pub language_model: Option<ModelName>,
    /// The model of each classifier, in the order of [`Recipe::classifiers`].
    pub classifier_models: Vec<ModelName>,
    /// What a user should know of these files.
    pub warnings: Vec<String>,
}

/// A file that a recipe names cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use {path}: {source}")]
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
        lists::words(recipe, &mut resources, &mut errors);
        lists::blocks(recipe, &mut resources, &mut errors);
        if let Identifier::Fasttext(path) = &recipe.language.identifier {
            match model("language.identifier", path) {
                Ok((model, name)) => {
                    errors.extend(unknown_languages(recipe, path, &model));
                    resources.language_model = Some(name);
                }
                Err(error) => errors.push(error),
            }
        }
        for (key, classifier) in recipe.classifiers() {
            match model(&key, &classifier.fasttext) {
                Ok((model, name)) => {
                    errors.extend(unknown_label(&key, &classifier, &model));
                    resources.classifier_models.push(name);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(resources)
        } else {
            Err(ResourceErrors(errors))
        }
    }
}

/// The model at `path` and its name, kept in memory for the annotators.
fn model(key: &str, path: &str) -> Result<(std::sync::Arc<Model>, ModelName), ResourceError> {
    let model = cache::load(path).map_err(|error| ResourceError {
        key: key.to_owned(),
        path: path.to_owned(),
        source: match error {
            ModelError::Unreadable { source, .. } => source,
            ModelError::Unusable { at, message, .. } => {
                io::Error::other(format!("no classifier that can be used: {message} (byte {at})"))
            }
        },
    })?;
    let name = ModelName {
        path: path.to_owned(),
        hash: model.hash().to_owned(),
    };
    Ok((model, name))
}

/// Languages to keep that the model has no label for.
fn unknown_languages(recipe: &Recipe, path: &str, model: &Model) -> Vec<ResourceError> {
    let codes: Vec<String> = model.labels().iter().map(|label| code(label)).collect();
    let is_known = |name: &String| {
        let asked = iso639_3(name).unwrap_or_default();
        spellings(&asked)
            .iter()
            .any(|asked| codes.iter().any(|code| code == asked))
    };
    let kept = recipe.language.keep.iter().enumerate();
    kept.filter(|(_, name)| !is_known(name))
        .map(|(position, name)| ResourceError {
            key: format!("language.keep[{position}]"),
            path: path.to_owned(),
            source: no_label(name, model),
        })
        .collect()
}

fn unknown_label(key: &str, classifier: &Classifier, model: &Model) -> Option<ResourceError> {
    let label = classifier.label();
    model.label(label).is_none().then(|| ResourceError {
        key: if classifier.label.is_some() {
            format!("{key}.label")
        } else {
            key.to_owned()
        },
        path: classifier.fasttext.clone(),
        source: no_label(label, model),
    })
}

/// Labels of a model that are named at most.
const NAMED_LABELS: usize = 10;

fn no_label(name: &str, model: &Model) -> io::Error {
    let labels = model.labels();
    let mut known = labels
        .iter()
        .take(NAMED_LABELS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if labels.len() > NAMED_LABELS {
        known.push_str(&format!(" and {} more", labels.len() - NAMED_LABELS));
    }
    let meant = nearest(name, labels.iter().map(String::as_str));
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
    io::Error::other(format!("the model has no label '{name}'; it has {known}{hint}"))
}
