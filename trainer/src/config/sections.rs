//! The sections of the configuration besides the model's, each with its defaults.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
