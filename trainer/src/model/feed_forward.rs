//! The feed-forward layer: two projections up, one the gate of the other, and one down.

use candle_core::{Result as TensorResult, Tensor};

use super::architecture::{Architecture, layer_part};
use super::weights::Weights;
use crate::error::Result;
use crate::kernel::linear::linear;
use crate::kernel::swiglu::swiglu;

/// One layer's feed-forward part.
#[derive(Clone, Debug)]
pub(super) struct FeedForward {
    gate: Tensor,
    up: Tensor,
    down: Tensor,
}

impl FeedForward {
    pub(super) fn new(architecture: &Architecture, weights: &Weights, layer: usize) -> Result<Self> {
        let (hidden, inner) = (architecture.hidden_size, architecture.intermediate_size);
        let part =
            |name: &str, shape: [usize; 2]| weights.get(&layer_part(layer, &format!("mlp.{name}")), &shape);
        Ok(Self {
            gate: part("gate_proj", [inner, hidden])?,
            up: part("up_proj", [inner, hidden])?,
            down: part("down_proj", [hidden, inner])?,
        })
    }

    pub(super) fn forward(&self, hidden: &Tensor) -> TensorResult<Tensor> {
        let gate = linear(hidden, &self.gate)?;
        let up = linear(hidden, &self.up)?;
        linear(&swiglu(&gate, &up)?, &self.down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let inputs = [
            check::tensor("hidden", &[2, 3]),
            check::tensor("gate", &[5, 3]),
            check::tensor("up", &[5, 3]),
            check::tensor("down", &[3, 5]),
        ];
        check::assert_gradients(&inputs, |inputs| {
            let part = FeedForward {
                gate: inputs[1].clone(),
                up: inputs[2].clone(),
                down: inputs[3].clone(),
            };
            part.forward(&inputs[0])
        });
    }
}
