//! What is told of a run: one record a step, to every log that listens.

mod console;
mod jsonl;

use serde::{Deserialize, Serialize};

pub use console::Console;
pub use jsonl::Jsonl;

use crate::error::Result;

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The step, from 1.
    pub step: u64,
    /// Tokens trained on so far.
    pub tokens: u64,
    /// The loss of the step's batch before the step, in nats a token.
    pub loss: f32,
    /// The learning rate of the step.
    pub learning_rate: f64,
    /// The norm of all gradients before clipping.
    pub gradient_norm: f64,
    /// The loss on held-out sequences after the step, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out_loss: Option<f64>,
    /// Tokens per second since this process began to train.
    pub tokens_per_second: f64,
    /// Seconds since this process began to train.
    pub seconds: f64,
}

/// Something that records are told to.
pub trait Log {
    /// Takes one record.
    fn record(&mut self, record: &Record) -> Result<()>;

    /// Takes a sentence about the run.
    fn note(&mut self, text: &str) -> Result<()>;
}

/// A log that keeps silent.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Log for Silent {
    fn record(&mut self, _record: &Record) -> Result<()> {
        Ok(())
    }

    fn note(&mut self, _text: &str) -> Result<()> {
        Ok(())
    }
}
