//! Finds the newest checkpoint that is whole and reads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::Tensor;
use xxhash_rust::xxh3::xxh3_128;

use super::folder::checkpoints;
use super::state::{State, VERSION};
use super::tensors::decode;
use super::{OPTIMIZER_FILE, STATE_FILE, WEIGHTS_FILE};
use crate::error::{Error, Result};
use crate::model::Weights;
use crate::optimizer::Moments;

/// A checkpoint as read.
#[derive(Debug)]
pub struct Checkpoint {
    /// Where the run stood.
    pub state: State,
    /// Its weights.
    pub weights: Weights,
    /// What its optimizer remembered.
    pub moments: BTreeMap<String, Moments>,
}

/// The newest whole checkpoint in `folder`; `None` where there is none at all. One that is damaged is passed over
/// with a warning for the one before.
///
/// # Errors
/// When there are checkpoints and all of them are damaged.
pub fn newest(folder: &Path) -> Result<Option<Checkpoint>> {
    let mut last_error = None;
    for (_, path) in checkpoints(folder)?.into_iter().rev() {
        match load(&path) {
            Ok(checkpoint) => return Ok(Some(checkpoint)),
            Err(error) => {
                tracing::warn!(checkpoint = %path.display(), %error, "a damaged checkpoint is passed over");
                last_error = Some(error);
            }
        }
    }
    match last_error {
        Some(error) => Err(Error::Resume(format!(
            "every checkpoint in {} is damaged; the oldest: {error}",
            folder.display()
        ))),
        None => Ok(None),
    }
}

fn load(path: &Path) -> Result<Checkpoint> {
    let state_path = path.join(STATE_FILE);
    let malformed = |fault: String| Error::Malformed {
        path: state_path.clone(),
        fault,
    };
    let text = fs::read(&state_path).map_err(Error::file(&state_path))?;
    let state: State = serde_json::from_slice(&text).map_err(|error| malformed(error.to_string()))?;
    if state.version != VERSION {
        return Err(malformed(format!(
            "version '{}'; this build reads version {VERSION}",
            state.version
        )));
    }
    for name in [WEIGHTS_FILE, OPTIMIZER_FILE] {
        let file = path.join(name);
        let bytes = fs::read(&file).map_err(Error::file(&file))?;
        let hash = format!("{:032x}", xxh3_128(&bytes));
        if state.files.get(name) != Some(&hash) {
            return Err(Error::Malformed {
                path: file,
                fault: "its hash is not the one in state.json".to_owned(),
            });
        }
    }
    Ok(Checkpoint {
        state,
        weights: Weights::new(decode(&path.join(WEIGHTS_FILE))?),
        moments: moments(decode(&path.join(OPTIMIZER_FILE))?)?,
    })
}

fn moments(tensors: BTreeMap<String, Tensor>) -> Result<BTreeMap<String, Moments>> {
    let mut moments: BTreeMap<String, Moments> = BTreeMap::new();
    for (name, tensor) in tensors {
        let Some((parameter, moment)) = name.rsplit_once('.') else {
            continue;
        };
        let entry = moments.entry(parameter.to_owned()).or_insert_with(|| Moments {
            first: Vec::new(),
            second: Vec::new(),
        });
        let values = tensor.to_vec1()?;
        if moment == "first" {
            entry.first = values;
        } else {
            entry.second = values;
        }
    }
    Ok(moments)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::save::save;
    use super::*;
    use crate::config::{ModelConfig, OptimizerConfig};
    use crate::model::Parameters;
    use crate::optimizer::AdamW;

    fn saved(folder: &Path, step: u64, keep: usize) -> Result<AdamW> {
        let architecture = ModelConfig::default().architecture(20, 8);
        let weights = Weights::initialize(&architecture, step)?;
        let optimizer = AdamW::new(OptimizerConfig::default(), &Parameters::new(&weights)?);
        let state = State::new(step, (3.5, 3.25), json!({"seed": 1}), "data".to_owned());
        save(folder, state, &weights, &optimizer, keep)?;
        Ok(optimizer)
    }

    #[test]
    fn the_newest_comes_back_and_old_ones_go() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        for step in 1..=4 {
            saved(folder.path(), step, 2)?;
        }
        let optimizer = saved(folder.path(), 5, 2)?;
        assert_eq!(checkpoints(folder.path())?.len(), 2);
        let checkpoint = newest(folder.path())?.expect("there is one");
        assert_eq!(checkpoint.state.step, 5);
        assert!((checkpoint.state.recent_loss - 3.25).abs() < f32::EPSILON);
        assert_eq!(&checkpoint.moments, optimizer.moments());
        Ok(())
    }

    #[test]
    fn a_damaged_checkpoint_is_passed_over() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        saved(folder.path(), 1, 3)?;
        saved(folder.path(), 2, 3)?;
        let weights = folder.path().join("step-00000002/model.safetensors");
        let mut bytes = fs::read(&weights).expect("reads");
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        fs::write(&weights, bytes).expect("writes");
        assert_eq!(newest(folder.path())?.expect("the first").state.step, 1);
        fs::remove_file(folder.path().join("step-00000001/state.json")).expect("removes");
        let error = newest(folder.path()).expect_err("none is whole");
        assert!(error.to_string().contains("every checkpoint"), "{error}");
        Ok(())
    }
}
