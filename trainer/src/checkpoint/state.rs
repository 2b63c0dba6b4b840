//! `state.json`: what a checkpoint holds besides tensors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The state of a run after some step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The version of this format: "1".
    pub version: String,
    /// Steps done. The data's order and every random number follow from it and the seed.
    pub step: u64,
    /// The loss of the first step, in nats a token.
    pub first_loss: f32,
    /// The running mean of the loss.
    pub recent_loss: f32,
    /// The part of the configuration that decides the weights.
    pub config: Value,
    /// The fingerprint of the shards.
    pub data: String,
    /// xxh3-128 of the checkpoint's other files, by name.
    pub files: BTreeMap<String, String>,
}

/// The version that this build writes and reads.
pub(super) const VERSION: &str = "1";

impl State {
    /// The state after `step` steps, as yet without files.
    #[must_use]
    pub fn new(step: u64, losses: (f32, f32), config: Value, data: String) -> Self {
        Self {
            version: VERSION.to_owned(),
            step,
            first_loss: losses.0,
            recent_loss: losses.1,
            config,
            data,
            files: BTreeMap::new(),
        }
    }
}
