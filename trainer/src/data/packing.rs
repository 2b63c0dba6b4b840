//! Windows over the axis of tokens, across document borders: the end-of-document token tells the model of them.
//!
//! A window is `length + 1` tokens, and the next one starts `length` further: its first token is the last target
//! of the one before, so every token but the very first is a target once. Up to `length` tokens at the end are
//! left over. Attention is not masked at document borders.

use candle_core::{Device, Tensor};

use super::Batch;
use crate::error::Result;

/// How an axis of tokens is cut.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    count: u64,
    length: usize,
}

impl Windows {
    /// Windows of `length` inputs over `tokens` tokens.
    #[must_use]
    pub fn new(tokens: u64, length: usize) -> Self {
        Self {
            count: tokens
                .saturating_sub(1)
                .checked_div(length as u64)
                .unwrap_or_default(),
            length,
        }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Inputs of a window.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// The place of a window's first token.
    #[must_use]
    pub fn start(&self, window: u64) -> u64 {
        window * self.length as u64
    }
}

/// Every token of `ids` but the first as a target once: batches of `batch_size` windows of `length`, and at last
/// one that is shorter. What an evaluation of a text reads.
pub fn batches_of(ids: &[u32], length: usize, batch_size: usize) -> impl Iterator<Item = Result<Batch>> {
    let length = length.max(1);
    let targets = ids.get(1..).unwrap_or_default();
    let inputs = ids.get(..targets.len()).unwrap_or_default();
    let whole = targets.len() / length * length;
    let (whole_inputs, last_input) = inputs.split_at(whole);
    let (whole_targets, last_target) = targets.split_at(whole);
    let step = length * batch_size.max(1);
    let batches = whole_inputs.chunks(step).zip(whole_targets.chunks(step));
    let last = Some((last_input, last_target)).filter(|(input, _)| !input.is_empty());
    batches.chain(last).map(move |(inputs, targets)| {
        let columns = length.min(inputs.len());
        let shape = (inputs.len() / columns, columns);
        Ok(Batch {
            inputs: Tensor::from_slice(inputs, shape, &Device::Cpu)?,
            targets: Tensor::from_slice(targets, shape, &Device::Cpu)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_token_of_a_text_but_the_first_is_a_target_once(
            count in 0_u32..60,
            length in 1_usize..9,
            batch_size in 1_usize..4,
        ) {
            let ids: Vec<u32> = (0..count).collect();
            let mut targets = Vec::new();
            for batch in batches_of(&ids, length, batch_size) {
                let batch = batch.expect("a batch");
                prop_assert!(batch.inputs.dims()[1] <= length);
                targets.extend(batch.targets.flatten_all().expect("flat").to_vec1::<u32>().expect("ids"));
            }
            prop_assert_eq!(targets.as_slice(), ids.get(1..).unwrap_or_default());
        }

        #[test]
        fn every_token_but_the_first_and_the_rest_is_a_target_once(
            tokens in 0_u64..500,
            length in 1_usize..40,
        ) {
            let windows = Windows::new(tokens, length);
            let mut targets = 1;
            for window in 0..windows.count() {
                prop_assert_eq!(windows.start(window) + 1, targets);
                targets += length as u64;
            }
            prop_assert!(targets <= tokens.max(1));
            prop_assert!(tokens.max(1) - targets < length as u64);
        }
    }
}
