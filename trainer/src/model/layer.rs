//! One layer: attention and feed-forward, each over a normalised input and added to what came in.

use candle_core::{Result as TensorResult, Tensor};

use super::architecture::{Architecture, layer_part};
use super::attention::Attention;
use super::cache::Cache;
use super::feed_forward::FeedForward;
use super::norm::Norm;
use super::rotary::Angles;
use super::weights::Weights;
use crate::error::Result;

/// One layer of a decoder.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    attention_norm: Norm,
    attention: Attention,
    feed_forward_norm: Norm,
    feed_forward: FeedForward,
}

impl Layer {
    pub(super) fn new(architecture: &Architecture, weights: &Weights, layer: usize) -> Result<Self> {
        let norm = |name: &str| -> Result<Norm> {
            Ok(Norm {
                weight: weights.get(&layer_part(layer, name), &[architecture.hidden_size])?,
                epsilon: architecture.norm_epsilon,
            })
        };
        Ok(Self {
            attention_norm: norm("input_layernorm")?,
            attention: Attention::new(architecture, weights, layer)?,
            feed_forward_norm: norm("post_attention_layernorm")?,
            feed_forward: FeedForward::new(architecture, weights, layer)?,
        })
    }

    pub(super) fn forward(
        &self,
        hidden: &Tensor,
        angles: &Angles,
        cache: Option<&mut Cache>,
    ) -> TensorResult<Tensor> {
        let normal = self.attention_norm.forward(hidden)?;
        let attended = (hidden + self.attention.forward(&normal, angles, cache)?)?;
        let normal = self.feed_forward_norm.forward(&attended)?;
        attended + self.feed_forward.forward(&normal)?
    }
}
