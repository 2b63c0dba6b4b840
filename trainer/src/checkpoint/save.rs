//! Saves the state of a run and removes what is older than is to be kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gristmill_schemas::atomic;
use xxhash_rust::xxh3::xxh3_128;

use super::folder::{checkpoints, name_of, remove, write_folder};
use super::state::State;
use super::tensors::{Stored, encode, encode_weights};
use super::{OPTIMIZER_FILE, STATE_FILE, WEIGHTS_FILE};
use crate::error::{Error, Result};
use crate::model::Weights;
use crate::optimizer::AdamW;

/// Saves a checkpoint in `folder` and keeps the newest `keep`. Gives where it lies.
///
/// # Errors
/// When the disk refuses; earlier checkpoints stay as they are then.
pub fn save(
    folder: &Path,
    mut state: State,
    weights: &Weights,
    optimizer: &AdamW,
    keep: usize,
) -> Result<PathBuf> {
    let path = folder.join(name_of(state.step));
    let files = [
        (WEIGHTS_FILE, encode_weights(weights)?),
        (OPTIMIZER_FILE, encode_moments(optimizer)?),
    ];
    for (name, bytes) in &files {
        state
            .files
            .insert((*name).to_owned(), format!("{:032x}", xxh3_128(bytes)));
    }
    let mut text = serde_json::to_vec_pretty(&state)
        .map_err(|error| Error::Training(format!("the state of the run has no JSON form: {error}")))?;
    text.push(b'\n');
    write_folder(&path, |partial| {
        for (name, bytes) in &files {
            write(&partial.join(name), bytes)?;
        }
        write(&partial.join(STATE_FILE), &text)
    })?;
    let all = checkpoints(folder)?;
    for (_, old) in all.iter().rev().skip(keep) {
        remove(old)?;
    }
    Ok(path)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    atomic::write(path, bytes).map_err(Error::unwritable(path))
}

/// `NAME.first` and `NAME.second` for every parameter `NAME`.
fn encode_moments(optimizer: &AdamW) -> Result<Vec<u8>> {
    let mut stored = BTreeMap::new();
    for (name, moments) in optimizer.moments() {
        for (moment, values) in [("first", &moments.first), ("second", &moments.second)] {
            stored.insert(
                format!("{name}.{moment}"),
                Stored::new(vec![values.len()], values),
            );
        }
    }
    encode(&stored)
}
