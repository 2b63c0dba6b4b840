//! Models in memory: each once in a process, however many units and annotators ask for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Model;
use super::file::ModelError;

/// The models that were loaded, by the hashes of their files.
static LOADED: Mutex<BTreeMap<String, Arc<Model>>> = Mutex::new(BTreeMap::new());

/// A model file as settings name it: where it lies, and which bytes it must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelName {
    /// The file. On a cluster it must lie at the same path everywhere.
    pub path: String,
    /// The hash of its bytes, by [`Model::hash`].
    pub hash: String,
}

/// A model cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file is not usable.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The file has other bytes than it had when the run began.
    #[error("the model {path} is not the one that the run began with (now {found}, then {expected})")]
    Changed {
        /// The file.
        path: String,
        /// The hash that it has.
        found: String,
        /// The hash that it should have.
        expected: String,
    },
}

/// The model at `path`, whichever it is now. It stays in memory for [`named`].
///
/// # Errors
/// When the file cannot be used.
pub fn load(path: &str) -> Result<Arc<Model>, ModelError> {
    let model = Model::load(path)?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let hash = model.hash().to_owned();
    Ok(Arc::clone(loaded.entry(hash).or_insert_with(|| Arc::new(model))))
}

/// The model of that name.
///
/// # Errors
/// When it is not in memory, and its file cannot be used or has changed.
pub fn named(name: &ModelName) -> Result<Arc<Model>, CacheError> {
    // Held while loading: a second thread waits for the first one's model rather than loading it too.
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(model) = loaded.get(&name.hash) {
        return Ok(Arc::clone(model));
    }
    let model = Arc::new(Model::load(&name.path)?);
    if model.hash() != name.hash {
        return Err(CacheError::Changed {
            path: name.path.clone(),
            found: model.hash().to_owned(),
            expected: name.hash.clone(),
        });
    }
    loaded.insert(name.hash.clone(), Arc::clone(&model));
    Ok(model)
}
