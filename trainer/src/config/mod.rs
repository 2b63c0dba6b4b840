//! The trainer's configuration as written: plain data, with every default in one place.
//!
//! Read through [`gristmill_schemas::config`], which refuses unknown keys with the nearest known one, and then
//! checked by [`validate`]; both tell all faults at once. Nothing here opens a file other than the configuration.

mod model;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use gristmill_schemas::config::{Override, parse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use model::{ModelConfig, Preset};

use crate::error::{Error, Result};

/// What a training run is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The version of this format: "1".
    pub version: Version,
    /// The folder that receives checkpoints, metrics and the model.
    pub out: PathBuf,
    /// What every random choice follows from: initial weights, order of the data, held-out share, samples.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// The tokens to learn from.
    pub data: DataConfig,
    /// The model's dimensions.
    #[serde(default)]
    pub model: ModelConfig,
    /// What is learned.
    #[serde(default)]
    pub objective: ObjectiveConfig,
    /// How gradients change the weights.
    #[serde(default)]
    pub optimizer: OptimizerConfig,
    /// How long, and how the learning rate moves.
    #[serde(default)]
    pub schedule: ScheduleConfig,
    /// When the state of the run is saved.
    #[serde(default)]
    pub checkpoint: CheckpointConfig,
    /// What is told while it runs.
    #[serde(default)]
    pub log: LogConfig,
    /// The text that the finished model writes.
    #[serde(default)]
    pub sample: SampleConfig,
}

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "1")]
    One,
}

fn default_seed() -> u64 {
    42
}

/// The tokens to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// A folder of shards with its manifest, as `gristmill curate` and `gristmill tokenize` leave it.
    pub shards: PathBuf,
    /// Tokens that the model sees at once.
    #[serde(default = "default_sequence_length")]
    pub sequence_length: usize,
    /// Sequences of one step.
    #[serde(default = "default_batch_size")]
    pub batch_size: usize,
    /// The share of all sequences that is never trained on and serves to measure the loss, from 0 to 0.5. A
    /// document that the mixture repeats can stand on both sides.
    #[serde(default = "default_held_out")]
    pub held_out: f64,
}

fn default_sequence_length() -> usize {
    256
}

fn default_batch_size() -> usize {
    16
}

fn default_held_out() -> f64 {
    0.01
}

/// What is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectiveConfig {
    /// The objective.
    pub kind: ObjectiveKind,
}

/// An objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectiveKind {
    /// Every token from those before it.
    #[default]
    Causal,
}

/// `AdamW` (Loshchilov and Hutter 2019).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// The largest step of a weight, reached at the end of the warm-up.
    pub learning_rate: f64,
    /// How long the mean of the gradients remembers.
    pub beta1: f64,
    /// How long the mean of their squares remembers.
    pub beta2: f64,
    /// What keeps the division by that mean's root finite.
    pub epsilon: f64,
    /// The share of a weight, times the learning rate, that it loses at each step. One-dimensional tensors and the
    /// embedding lose nothing.
    pub weight_decay: f64,
    /// The norm that all gradients together may have; longer ones are shortened to it. 0 switches this off.
    pub clip: f64,
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            weight_decay: 0.1,
            clip: 1.0,
        }
    }
}

/// How long the run is, and how the learning rate moves: up in a line, then down on half a cosine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleConfig {
    /// Steps in all.
    pub steps: u64,
    /// Steps until the full learning rate is reached.
    pub warmup_steps: u64,
    /// The last learning rate, as a share of the full one.
    pub minimum_ratio: f64,
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        Self {
            steps: 1000,
            warmup_steps: 100,
            minimum_ratio: 0.1,
        }
    }
}

/// When the state of the run is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckpointConfig {
    /// Steps between two checkpoints. The last step is always saved.
    pub every_steps: u64,
    /// Checkpoints that are kept; older ones are removed.
    pub keep: usize,
}

impl Default for CheckpointConfig {
    fn default() -> Self {
        Self {
            every_steps: 200,
            keep: 2,
        }
    }
}

/// What is told while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// Steps between two lines where there is no terminal. `metrics.jsonl` has a line for every step.
    pub every_steps: u64,
    /// Steps between two measurements on held-out sequences; 0 measures at the end alone.
    pub held_out_every_steps: u64,
    /// Held-out batches that one measurement takes at most.
    pub held_out_batches: u64,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            every_steps: 20,
            held_out_every_steps: 0,
            held_out_batches: 16,
        }
    }
}

/// The text that the finished model writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SampleConfig {
    /// What it continues; where this is empty, it starts a document.
    pub prompt: String,
    /// Tokens that it writes at most; 0 writes none.
    pub tokens: usize,
    /// How far it strays from the likeliest token; 0 never does.
    pub temperature: f64,
    /// How many of the likeliest tokens it chooses among; 0 is all.
    pub top_k: usize,
}

impl Default for SampleConfig {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            tokens: 64,
            temperature: 0.8,
            top_k: 50,
        }
    }
}

impl Config {
    /// Reads and checks the file at `path`, with `overrides` standing over it.
    ///
    /// # Errors
    /// When the file cannot be read, or with all of its faults.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|error| {
            Error::Usage(format!(
                "cannot read the configuration {}: {error}",
                path.display()
            ))
        })?;
        let refused = |faults| Error::Config {
            path: path.to_owned(),
            faults,
        };
        let parsed = parse::<Self>(&text, overrides).map_err(refused)?;
        let faults = validate::faults(&parsed.value);
        if !faults.is_empty() {
            return Err(refused(parsed.located(faults)));
        }
        Ok(parsed.value)
    }

    /// What decides the bytes of the weights: everything but where things lie and what is told. The shards are
    /// known by their content instead of their path.
    ///
    /// # Errors
    /// When a number has no JSON form.
    pub fn identity(&self) -> Result<Value> {
        let mut value = serde_json::to_value(self)
            .map_err(|error| Error::Usage(format!("the configuration has no JSON form: {error}")))?;
        if let Some(keys) = value.as_object_mut() {
            for apart in ["out", "checkpoint", "log", "sample"] {
                keys.remove(apart);
            }
            if let Some(data) = keys.get_mut("data").and_then(Value::as_object_mut) {
                data.remove("shards");
            }
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, overrides: &[&str]) -> Result<Config> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        fs::write(&path, text).expect("written");
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|text| text.parse().expect("key=value"))
            .collect();
        Config::load(&path, &overrides)
    }

    const SMALLEST: &str = "version = '1'\nout = 'out'\n[data]\nshards = 'shards'\n";

    #[test]
    fn the_smallest_file_has_every_default() -> Result<()> {
        let config = load(SMALLEST, &[])?;
        assert_eq!(config.optimizer, OptimizerConfig::default());
        assert_eq!(config.schedule, ScheduleConfig::default());
        assert_eq!(config.data.batch_size, default_batch_size());
        Ok(())
    }

    #[test]
    fn unknown_keys_are_refused_with_the_nearest_known_one() {
        let text = format!("{SMALLEST}[optimiser]\n[schedule]\nwarmup_step = 3\n");
        let message = load(&text, &[]).expect_err("two unknown keys").to_string();
        assert!(message.contains("did you mean 'optimizer'"), "{message}");
        assert!(message.contains("line 7"), "{message}");
        assert!(message.contains("did you mean 'warmup_steps'"), "{message}");
    }

    #[test]
    fn the_recipe_of_make_train_is_accepted() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/recipes/train-demo.toml");
        assert_eq!(Config::load(&root, &[])?.out, Path::new("out/demo-model"));
        Ok(())
    }

    #[test]
    fn an_override_stands_over_the_file() -> Result<()> {
        let config = load(SMALLEST, &["schedule.steps=7", "schedule.warmup_steps=2"])?;
        assert_eq!(config.schedule.steps, 7);
        Ok(())
    }

    #[test]
    fn paths_and_logs_do_not_change_the_identity() -> Result<()> {
        let here = load(SMALLEST, &[])?.identity()?;
        let there = load(
            SMALLEST,
            &["out=elsewhere", "data.shards=there", "log.every_steps=1"],
        )?;
        assert_eq!(here, there.identity()?);
        let other = load(SMALLEST, &["seed=1"])?;
        assert_ne!(here, other.identity()?);
        Ok(())
    }
}
