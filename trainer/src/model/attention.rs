//! The attention of one layer: projections, rotary positions, causal attention with grouped queries.

use candle_core::{Result as TensorResult, Tensor};

use super::architecture::{Architecture, layer_part};
use super::cache::Cache;
use super::rotary::Angles;
use super::weights::Weights;
use crate::error::Result;
use crate::kernel::attention::causal_attention;
use crate::kernel::linear::linear;

/// One layer's attention.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    output: Tensor,
    layer: usize,
    heads: usize,
    key_value_heads: usize,
    head_size: usize,
}

impl Attention {
    pub(super) fn new(architecture: &Architecture, weights: &Weights, layer: usize) -> Result<Self> {
        let hidden = architecture.hidden_size;
        let query_width = architecture.heads * architecture.head_size;
        let key_width = architecture.key_value_heads * architecture.head_size;
        let part = |name: &str, shape: [usize; 2]| {
            weights.get(&layer_part(layer, &format!("self_attn.{name}")), &shape)
        };
        Ok(Self {
            queries: part("q_proj", [query_width, hidden])?,
            keys: part("k_proj", [key_width, hidden])?,
            values: part("v_proj", [key_width, hidden])?,
            output: part("o_proj", [hidden, query_width])?,
            layer,
            heads: architecture.heads,
            key_value_heads: architecture.key_value_heads,
            head_size: architecture.head_size,
        })
    }

    /// What the tokens of (batch, tokens, hidden) take from each other and from those in the cache.
    pub(super) fn forward(
        &self,
        hidden: &Tensor,
        angles: &Angles,
        cache: Option<&mut Cache>,
    ) -> TensorResult<Tensor> {
        let (batch, tokens, _) = hidden.dims3()?;
        let split =
            |projected: Tensor, heads: usize| projected.reshape((batch, tokens, heads, self.head_size));
        let queries = split(linear(hidden, &self.queries)?, self.heads)?;
        let keys = split(linear(hidden, &self.keys)?, self.key_value_heads)?;
        let values = split(linear(hidden, &self.values)?, self.key_value_heads)?;
        let queries = angles.turn(&queries)?;
        let keys = angles.turn(&keys)?;
        let (keys, values) = match cache {
            Some(cache) => cache.extend(self.layer, keys, values)?,
            None => (keys, values),
        };
        let taken = causal_attention(&queries, &keys, &values)?;
        let width = self.heads * self.head_size;
        linear(&taken.reshape((batch, tokens, width))?, &self.output)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;
    use crate::kernel::check;
    use crate::model::architecture::tests::smallest;
    use crate::model::rotary::Rotary;

    #[test]
    fn gradients_are_those_of_finite_differences() -> Result<()> {
        let architecture = smallest(true);
        let angles = Rotary::new(2, 10_000.0, DType::F64).angles(0, 3)?;
        let inputs = [
            check::tensor("hidden", &[2, 3, 4]),
            check::tensor("q_proj", &[4, 4]),
            check::tensor("k_proj", &[2, 4]),
            check::tensor("v_proj", &[2, 4]),
            check::tensor("o_proj", &[4, 4]),
        ];
        check::assert_gradients(&inputs, |inputs| {
            let attention = Attention {
                queries: inputs[1].clone(),
                keys: inputs[2].clone(),
                values: inputs[3].clone(),
                output: inputs[4].clone(),
                layer: 0,
                heads: architecture.heads,
                key_value_heads: architecture.key_value_heads,
                head_size: architecture.head_size,
            };
            attention.forward(&inputs[0], &angles, None)
        });
        Ok(())
    }
}
