//! From ids to rows of the embedding.

use candle_core::{Result, Tensor};

/// A table with one row for every id.
#[derive(Clone, Debug)]
pub(super) struct Embedding {
    pub(super) weight: Tensor,
}

impl Embedding {
    /// The rows of `ids` of shape (batch, tokens): (batch, tokens, hidden).
    pub(super) fn forward(&self, ids: &Tensor) -> Result<Tensor> {
        let (batch, tokens) = ids.dims2()?;
        let hidden = self.weight.dim(1)?;
        self.weight
            .index_select(&ids.flatten_all()?, 0)?
            .reshape((batch, tokens, hidden))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let ids = Tensor::new(&[[1_u32, 3, 1], [0, 0, 1]], &Device::Cpu).expect("ids");
        check::assert_gradients(&[check::tensor("weight", &[4, 3])], |inputs| {
            let embedding = Embedding {
                weight: inputs[0].clone(),
            };
            embedding.forward(&ids)
        });
    }
}
