//! From a folder of shards to batches: shards make one axis of tokens, [`packing`] cuts it into windows, and
//! [`sampler`] says which window comes when.
//!
//! Nothing here has a state that moves: a batch is a function of the step's number, so a run continues at any step
//! at once, without reading what came before.

pub mod packing;
pub mod sampler;
pub mod shards;

use std::path::Path;

use candle_core::{Device, Tensor};

use packing::Windows;
use sampler::Sampler;
use shards::TokenAxis;

use crate::config::DataConfig;
use crate::error::{Error, Result};

/// Sequences and what follows each of their tokens.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Token ids: (sequences, tokens).
    pub inputs: Tensor,
    /// The id after each token: (sequences, tokens).
    pub targets: Tensor,
}

impl Batch {
    /// Tokens with a target.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.targets.elem_count()
    }
}

/// The batches of a folder of shards.
#[derive(Debug)]
pub struct Dataset {
    axis: TokenAxis,
    windows: Windows,
    sampler: Sampler,
    batch_size: usize,
}

impl Dataset {
    /// Opens the shards of a configuration.
    ///
    /// # Errors
    /// When the folder is not whole, or when it has too few tokens for a single step.
    pub fn open(config: &DataConfig, seed: u64) -> Result<Self> {
        let axis = TokenAxis::open(&config.shards)?;
        let windows = Windows::new(axis.tokens(), config.sequence_length);
        let sampler = Sampler::new(windows.count(), config.held_out, seed);
        if sampler.training_windows() == 0 {
            return Err(too_few(&config.shards, &axis, config.sequence_length));
        }
        Ok(Self {
            axis,
            windows,
            sampler,
            batch_size: config.batch_size,
        })
    }

    /// The tokens behind the batches.
    #[must_use]
    pub fn axis(&self) -> &TokenAxis {
        &self.axis
    }

    /// Sequences to train on, and sequences held out.
    #[must_use]
    pub fn sequences(&self) -> (u64, u64) {
        (self.sampler.training_windows(), self.sampler.held_out_windows())
    }

    /// The batch of training step `step`, from 0.
    pub fn training_batch(&self, step: u64) -> Result<Batch> {
        let size = self.batch_size as u64;
        let samples = step * size..(step + 1) * size;
        self.batch(samples.map(|sample| self.sampler.training_window(sample)))
    }

    /// The held-out batches, of which at most `limit`. None where nothing is held out.
    pub fn held_out_batches(&self, limit: u64) -> impl Iterator<Item = Result<Batch>> {
        let size = self.batch_size as u64;
        let held_out = self.sampler.held_out_windows();
        let batches = held_out.div_ceil(size).min(limit);
        (0..batches).map(move |batch| {
            let positions = batch * size..((batch + 1) * size).min(held_out);
            self.batch(positions.map(|position| self.sampler.held_out_window(position)))
        })
    }

    fn batch(&self, windows: impl Iterator<Item = u64>) -> Result<Batch> {
        read_windows(&self.axis, &self.windows, windows)
    }
}

/// Every window of a folder once, in order: what an evaluation reads. Less than a window is left over at the end.
pub fn every_window(
    axis: &TokenAxis,
    sequence_length: usize,
    batch_size: usize,
) -> Result<impl Iterator<Item = Result<Batch>>> {
    let windows = Windows::new(axis.tokens(), sequence_length);
    if windows.count() == 0 {
        return Err(too_few(axis.folder(), axis, sequence_length));
    }
    let size = batch_size.max(1) as u64;
    Ok((0..windows.count().div_ceil(size)).map(move |batch| {
        let members = batch * size..((batch + 1) * size).min(windows.count());
        read_windows(axis, &windows, members)
    }))
}

fn read_windows(axis: &TokenAxis, windows: &Windows, members: impl Iterator<Item = u64>) -> Result<Batch> {
    let length = windows.length();
    let mut inputs = Vec::new();
    let mut targets = Vec::new();
    let mut ids = Vec::with_capacity(length + 1);
    for window in members {
        ids.clear();
        axis.read(windows.start(window), length + 1, &mut ids)?;
        inputs.extend_from_slice(ids.get(..length).unwrap_or_default());
        targets.extend_from_slice(ids.get(1..).unwrap_or_default());
    }
    let shape = (inputs.len() / length, length);
    Ok(Batch {
        inputs: Tensor::from_vec(inputs, shape, &Device::Cpu)?,
        targets: Tensor::from_vec(targets, shape, &Device::Cpu)?,
    })
}

fn too_few(folder: &Path, axis: &TokenAxis, sequence_length: usize) -> Error {
    Error::Data(format!(
        "{} holds {} tokens, too few for one sequence of {sequence_length} and the token after it: choose a \
         smaller data.sequence_length, or curate more",
        folder.display(),
        axis.tokens()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn dataset(folder: &Path, held_out: f64) -> Dataset {
        let config = DataConfig {
            shards: folder.to_owned(),
            sequence_length: 8,
            batch_size: 3,
            held_out,
        };
        Dataset::open(&config, 5).expect("opens")
    }

    #[test]
    fn targets_are_the_inputs_one_further() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 400);
        let batch = dataset(folder.path(), 0.1).training_batch(3).expect("reads");
        let inputs: Vec<Vec<u32>> = batch.inputs.to_vec2().expect("ids");
        let targets: Vec<Vec<u32>> = batch.targets.to_vec2().expect("ids");
        assert_eq!((inputs.len(), inputs[0].len()), (3, 8));
        for (input, target) in inputs.iter().zip(&targets) {
            assert_eq!(input[1..], target[..7]);
        }
    }

    #[test]
    fn a_batch_depends_on_its_step_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 400);
        let ids = |dataset: &Dataset, step| -> Vec<Vec<u32>> {
            let batch = dataset.training_batch(step).expect("reads");
            batch.inputs.to_vec2().expect("ids")
        };
        let first = dataset(folder.path(), 0.1);
        let all: Vec<_> = (0..40).map(|step| ids(&first, step)).collect();
        let second = dataset(folder.path(), 0.1);
        for step in (0..40).rev() {
            assert_eq!(ids(&second, step), all[usize::try_from(step).expect("small")]);
        }
    }

    #[test]
    fn too_few_tokens_are_an_error_with_advice() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 20);
        let config = DataConfig {
            shards: folder.path().to_owned(),
            sequence_length: 4096,
            batch_size: 1,
            held_out: 0.0,
        };
        let error = Dataset::open(&config, 1).expect_err("too few");
        assert!(error.to_string().contains("data.sequence_length"), "{error}");
    }
}
