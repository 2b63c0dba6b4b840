//! The dimensions of a decoder, and the list of its parameters by Hugging Face's names.

use serde::{Deserialize, Serialize};

/// The dimensions of a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// Ids that the embedding knows.
    pub vocabulary: usize,
    /// Values that stand for a token between the layers.
    pub hidden_size: usize,
    /// Layers.
    pub layers: usize,
    /// Attention heads of a layer.
    pub heads: usize,
    /// Heads that keys and values have; each serves `heads / key_value_heads` query heads.
    pub key_value_heads: usize,
    /// Values of one head.
    pub head_size: usize,
    /// Values inside the feed-forward layer.
    pub intermediate_size: usize,
    /// The base of the rotary angles.
    pub rope_theta: f64,
    /// What keeps the normalisation from dividing by 0.
    pub norm_epsilon: f64,
    /// Whether the head shares the embedding's weight.
    pub tie_embeddings: bool,
    /// Positions that the model was made for.
    pub positions: usize,
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initialization {
    /// Normally distributed around 0 with this standard deviation.
    Normal(f64),
    /// All 1.
    Ones,
}

/// One tensor of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in Hugging Face's files.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// How it starts.
    pub initialization: Initialization,
}

/// The standard deviation of fresh weights: that of GPT-2 and Llama.
const DEVIATION: f64 = 0.02;

/// The embedding's name.
pub(super) const EMBEDDING: &str = "model.embed_tokens.weight";
/// The head's name, where it is not the embedding.
pub(super) const HEAD: &str = "lm_head.weight";
/// The last normalisation's name.
pub(super) const FINAL_NORM: &str = "model.norm.weight";

/// The name of a part of a layer.
pub(super) fn layer_part(layer: usize, part: &str) -> String {
    format!("model.layers.{layer}.{part}.weight")
}

impl Architecture {
    /// Every tensor of the model, with its shape and start.
    ///
    /// The two projections that end in a residual sum start smaller by `sqrt(2 layers)`, so that the sum's variance
    /// does not grow with the depth (Radford et al. 2019).
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let normal = Initialization::Normal(DEVIATION);
        let residual = Initialization::Normal(DEVIATION / (2.0 * self.layers as f64).sqrt());
        let ones = Initialization::Ones;
        let query_width = self.heads * self.head_size;
        let key_width = self.key_value_heads * self.head_size;
        let (hidden, inner) = (self.hidden_size, self.intermediate_size);
        let mut parameters = Vec::new();
        let mut push = |name: String, shape: Vec<usize>, initialization| {
            parameters.push(Parameter {
                name,
                shape,
                initialization,
            });
        };
        push(EMBEDDING.to_owned(), vec![self.vocabulary, hidden], normal);
        for layer in 0..self.layers {
            let mut part = |name: &str, shape: Vec<usize>, initialization| {
                push(layer_part(layer, name), shape, initialization);
            };
            part("input_layernorm", vec![hidden], ones);
            part("self_attn.q_proj", vec![query_width, hidden], normal);
            part("self_attn.k_proj", vec![key_width, hidden], normal);
            part("self_attn.v_proj", vec![key_width, hidden], normal);
            part("self_attn.o_proj", vec![hidden, query_width], residual);
            part("post_attention_layernorm", vec![hidden], ones);
            part("mlp.gate_proj", vec![inner, hidden], normal);
            part("mlp.up_proj", vec![inner, hidden], normal);
            part("mlp.down_proj", vec![hidden, inner], residual);
        }
        push(FINAL_NORM.to_owned(), vec![hidden], ones);
        if !self.tie_embeddings {
            push(HEAD.to_owned(), vec![self.vocabulary, hidden], normal);
        }
        parameters
    }

    /// The number of trainable values.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.parameters()
            .iter()
            .map(|parameter| parameter.shape.iter().product::<usize>())
            .sum()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A model small enough for finite differences.
    pub(crate) fn smallest(tie_embeddings: bool) -> Architecture {
        Architecture {
            vocabulary: 7,
            hidden_size: 4,
            layers: 2,
            heads: 2,
            key_value_heads: 1,
            head_size: 2,
            intermediate_size: 3,
            rope_theta: 10_000.0,
            norm_epsilon: 1e-5,
            tie_embeddings,
            positions: 8,
        }
    }

    #[test]
    fn the_count_is_that_of_the_published_llama_2_7b() {
        let llama = Architecture {
            vocabulary: 32_000,
            hidden_size: 4_096,
            layers: 32,
            heads: 32,
            key_value_heads: 32,
            head_size: 128,
            intermediate_size: 11_008,
            rope_theta: 10_000.0,
            norm_epsilon: 1e-5,
            tie_embeddings: false,
            positions: 4_096,
        };
        assert_eq!(llama.parameter_count(), 6_738_415_616);
    }

    #[test]
    fn a_tied_head_is_not_counted_twice() {
        let untied = smallest(false).parameter_count();
        let tied = smallest(true).parameter_count();
        assert_eq!(untied - tied, 7 * 4);
    }
}
