//! What is learned. One file an objective; a new one is that file, a kind in the configuration, and a line here.

mod causal;

use candle_core::{Result, Tensor};

pub use causal::Causal;

use crate::config::{ObjectiveConfig, ObjectiveKind};
use crate::data::Batch;
use crate::model::Decoder;

/// A loss to make smaller.
pub trait Objective {
    /// The mean loss of a batch over its targets, in nats, as a scalar from which gradients flow.
    fn loss(&self, model: &Decoder, batch: &Batch) -> Result<Tensor>;
}

/// The objective of a configuration.
#[must_use]
pub fn objective(config: &ObjectiveConfig) -> Box<dyn Objective> {
    match config.kind {
        ObjectiveKind::Causal => Box::new(Causal),
    }
}
