//! The whole model: from ids to logits.

use candle_core::{DType, Device, Result as TensorResult, Tensor};

use super::architecture::{Architecture, EMBEDDING, FINAL_NORM, HEAD};
use super::cache::Cache;
use super::embedding::Embedding;
use super::layer::Layer;
use super::norm::Norm;
use super::rotary::Rotary;
use super::weights::Weights;
use crate::error::{Error, Result};
use crate::kernel::linear::linear;
use crate::kernel::linear_cross_entropy::linear_cross_entropy;

/// A decoder put together from weights.
#[derive(Clone, Debug)]
pub struct Decoder {
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Norm,
    head: Tensor,
    rotary: Rotary,
    positions: usize,
}

impl Decoder {
    /// Puts the model together.
    ///
    /// # Errors
    /// When a tensor is missing or of another shape than the dimensions say.
    pub fn new(architecture: &Architecture, weights: &Weights) -> Result<Self> {
        let table = [architecture.vocabulary, architecture.hidden_size];
        let embedding = weights.get(EMBEDDING, &table)?;
        let head = if architecture.tie_embeddings {
            embedding.clone()
        } else {
            weights.get(HEAD, &table)?
        };
        let layers = (0..architecture.layers)
            .map(|layer| Layer::new(architecture, weights, layer))
            .collect::<Result<_>>()?;
        let rotary = Rotary::new(architecture.head_size, architecture.rope_theta, embedding.dtype());
        Ok(Self {
            embedding: Embedding { weight: embedding },
            layers,
            norm: Norm {
                weight: weights.get(FINAL_NORM, &[architecture.hidden_size])?,
                epsilon: architecture.norm_epsilon,
            },
            head,
            rotary,
            positions: architecture.positions,
        })
    }

    /// An empty cache for this model.
    #[must_use]
    pub fn cache(&self) -> Cache {
        Cache::new(self.layers.len())
    }

    /// Tokens that a sequence may have.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// The logits after every token of `ids` of shape (batch, tokens): (batch, tokens, vocabulary).
    pub fn logits(&self, ids: &Tensor) -> TensorResult<Tensor> {
        linear(&self.hidden(ids, None)?, &self.head)
    }

    /// The mean loss of foretelling `targets`, (batch, tokens), from `ids`: what cross-entropy of [`Self::logits`]
    /// gives, without all logits at once.
    pub fn next_token_loss(&self, ids: &Tensor, targets: &Tensor) -> TensorResult<Tensor> {
        let hidden = self.hidden(ids, None)?.flatten(0, 1)?;
        linear_cross_entropy(&hidden, &self.head, &targets.flatten_all()?)
    }

    /// Reads `ids` behind what the cache holds and gives the logits of the token after them.
    ///
    /// # Errors
    /// When `ids` is empty, or when the model has no positions left.
    pub fn next_logits(&self, ids: &[u32], cache: &mut Cache) -> Result<Vec<f32>> {
        let end = cache.tokens() + ids.len();
        if end > self.positions() {
            return Err(Error::Weights(format!(
                "{end} tokens are more than the {} positions that this model was made for",
                self.positions()
            )));
        }
        let Some(last) = ids.len().checked_sub(1) else {
            return Err(Error::Weights("there is no token to continue from".to_owned()));
        };
        let input = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let hidden = self.hidden(&input, Some(cache))?.narrow(1, last, 1)?;
        cache.advance(ids.len());
        let logits = linear(&hidden.contiguous()?, &self.head)?;
        Ok(logits.flatten_all()?.to_dtype(DType::F32)?.to_vec1()?)
    }

    fn hidden(&self, ids: &Tensor, mut cache: Option<&mut Cache>) -> TensorResult<Tensor> {
        let start = cache.as_deref().map_or(0, Cache::tokens);
        let angles = self.rotary.angles(start, ids.dim(1)?)?;
        let mut hidden = self.embedding.forward(ids)?;
        for layer in &self.layers {
            hidden = layer.forward(&hidden, &angles, cache.as_deref_mut())?;
        }
        self.norm.forward(&hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;
    use crate::kernel::cross_entropy::cross_entropy;
    use crate::model::architecture::tests::smallest;

    /// Every value of every parameter of the whole model, tied and untied, against finite differences.
    #[test]
    fn gradients_are_those_of_finite_differences() -> Result<()> {
        for tie_embeddings in [false, true] {
            let architecture = smallest(tie_embeddings);
            let parameters = architecture.parameters();
            let inputs: Vec<Tensor> = parameters
                .iter()
                .map(|parameter| check::tensor(&parameter.name, &parameter.shape))
                .collect();
            let ids = Tensor::new(&[[1_u32, 5, 0, 2], [6, 6, 3, 1]], &Device::Cpu)?;
            let targets = Tensor::new(&[5_u32, 0, 2, 4, 6, 3, 1, 1], &Device::Cpu)?;
            check::assert_gradients(&inputs, |inputs| {
                let named = parameters.iter().zip(inputs);
                let tensors = named
                    .map(|(parameter, tensor)| (parameter.name.clone(), tensor.clone()))
                    .collect();
                let decoder = Decoder::new(&architecture, &Weights::new(tensors)).expect("fits");
                cross_entropy(&decoder.logits(&ids)?.flatten(0, 1)?, &targets)
            });
        }
        Ok(())
    }

    #[test]
    fn the_cache_changes_nothing() -> Result<()> {
        let architecture = smallest(true);
        let decoder = Decoder::new(&architecture, &Weights::initialize(&architecture, 3)?)?;
        let ids = [1_u32, 5, 0, 2, 6, 3];
        let whole = decoder.logits(&Tensor::new(&ids, &Device::Cpu)?.unsqueeze(0)?)?;
        let mut cache = decoder.cache();
        decoder.next_logits(&ids[..3], &mut cache)?;
        for position in 3..ids.len() {
            let step = decoder.next_logits(&ids[position..=position], &mut cache)?;
            let expected: Vec<f32> = whole.get(0)?.get(position)?.to_vec1()?;
            for (left, right) in step.iter().zip(&expected) {
                assert!(
                    (left - right).abs() < 1e-6,
                    "position {position}: {left} and {right}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn too_many_tokens_are_an_error() -> Result<()> {
        let architecture = smallest(true);
        let decoder = Decoder::new(&architecture, &Weights::initialize(&architecture, 3)?)?;
        let error = decoder
            .next_logits(&[0; 9], &mut decoder.cache())
            .expect_err("8 positions");
        assert!(error.to_string().contains("8 positions"), "{error}");
        Ok(())
    }
}
