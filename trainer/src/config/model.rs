//! The model's dimensions: a preset, any part of which can be set otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Architecture;

/// The model's dimensions. What is not set comes from the preset; the vocabulary comes from the shards' manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// Dimensions that belong together.
    pub preset: Preset,
    /// Values that stand for a token between the layers; a multiple of `heads`.
    pub hidden_size: Option<usize>,
    /// Layers.
    pub layers: Option<usize>,
    /// Attention heads of a layer; a multiple of `key_value_heads`.
    pub heads: Option<usize>,
    /// Heads that keys and values have.
    pub key_value_heads: Option<usize>,
    /// Values inside the feed-forward layer.
    pub intermediate_size: Option<usize>,
    /// The base of the rotary angles.
    pub rope_theta: Option<f64>,
    /// What keeps the normalisation from dividing by 0.
    pub norm_epsilon: Option<f64>,
    /// Whether the head shares the embedding's weight.
    pub tie_embeddings: Option<bool>,
}

/// Dimensions that belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// 4 layers of 128: about 1 million weights with 2,048 ids. Learns on a processor in a minute.
    #[default]
    Tiny,
    /// 8 layers of 384: about 15 million weights with 8,192 ids.
    Small,
    /// 12 layers of 768, as GPT-2: about 100 million weights with 32,000 ids.
    Base,
}

/// (hidden size, layers, heads, heads of keys and values, intermediate size)
type Dimensions = (usize, usize, usize, usize, usize);

impl Preset {
    fn dimensions(self) -> Dimensions {
        match self {
            Self::Tiny => (128, 4, 4, 2, 352),
            Self::Small => (384, 8, 6, 2, 1024),
            Self::Base => (768, 12, 12, 4, 2048),
        }
    }
}

/// The base of the rotary angles in Llama 1 and 2.
const ROPE_THETA: f64 = 10_000.0;
/// The epsilon of Llama 2.
const NORM_EPSILON: f64 = 1e-5;

impl ModelConfig {
    /// The dimensions with the preset filled in, for `vocabulary` ids and sequences of `positions` tokens.
    #[must_use]
    pub fn architecture(&self, vocabulary: usize, positions: usize) -> Architecture {
        let (hidden_size, layers, heads, key_value_heads, intermediate_size) = self.preset.dimensions();
        let hidden_size = self.hidden_size.unwrap_or(hidden_size);
        let heads = self.heads.unwrap_or(heads);
        Architecture {
            vocabulary,
            hidden_size,
            layers: self.layers.unwrap_or(layers),
            heads,
            key_value_heads: self.key_value_heads.unwrap_or(key_value_heads),
            head_size: hidden_size.checked_div(heads).unwrap_or_default(),
            intermediate_size: self.intermediate_size.unwrap_or(intermediate_size),
            rope_theta: self.rope_theta.unwrap_or(ROPE_THETA),
            norm_epsilon: self.norm_epsilon.unwrap_or(NORM_EPSILON),
            tie_embeddings: self.tie_embeddings.unwrap_or(true),
            positions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_has_about_the_weights_that_it_says() {
        let count = |preset, vocabulary| {
            let config = ModelConfig {
                preset,
                ..ModelConfig::default()
            };
            config.architecture(vocabulary, 256).parameter_count()
        };
        assert_eq!(count(Preset::Tiny, 2_048), 1_000_576);
        assert_eq!(count(Preset::Small, 8_192), 15_735_168);
        assert_eq!(count(Preset::Base, 32_000), 100_092_672);
    }
}
