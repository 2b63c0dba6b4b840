//! The normalisation before attention, before the feed-forward layer and before the head.

use candle_core::{Result, Tensor};

use crate::kernel::rms_norm::rms_norm;

/// Root mean square normalisation with one factor for every hidden value.
#[derive(Clone, Debug)]
pub(super) struct Norm {
    pub(super) weight: Tensor,
    pub(super) epsilon: f64,
}

impl Norm {
    pub(super) fn forward(&self, hidden: &Tensor) -> Result<Tensor> {
        rms_norm(hidden, &self.weight, self.epsilon)
    }
}
