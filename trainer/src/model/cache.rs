//! Keys and values of the tokens that a model has read, so that the next token costs one position alone.

use candle_core::{Result, Tensor};

/// The keys and values of every layer.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    layers: Vec<Option<(Tensor, Tensor)>>,
    tokens: usize,
}

impl Cache {
    /// An empty cache for a model of `layers` layers.
    #[must_use]
    pub fn new(layers: usize) -> Self {
        Self {
            layers: vec![None; layers],
            tokens: 0,
        }
    }

    /// Tokens read so far.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Puts new keys and values of a layer, (batch, tokens, groups, size), behind the known ones; gives all.
    pub(super) fn extend(&mut self, layer: usize, keys: Tensor, values: Tensor) -> Result<(Tensor, Tensor)> {
        let Some(place) = self.layers.get_mut(layer) else {
            return Ok((keys, values));
        };
        let (all_keys, all_values) = match place.take() {
            Some((known_keys, known_values)) => (
                Tensor::cat(&[&known_keys, &keys], 1)?,
                Tensor::cat(&[&known_values, &values], 1)?,
            ),
            None => (keys, values),
        };
        *place = Some((all_keys.clone(), all_values.clone()));
        Ok((all_keys, all_values))
    }

    /// Counts tokens that every layer has taken in.
    pub(super) fn advance(&mut self, tokens: usize) {
        self.tokens += tokens;
    }
}
