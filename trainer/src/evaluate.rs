//! The loss of a model on shards.

use serde::Serialize;

use crate::data::every_window;
use crate::data::shards::TokenAxis;
use crate::error::{Error, Result};
use crate::model::Decoder;
use crate::objective::{Causal, Objective};

/// How well a model foresees tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Tokens that were foretold.
    pub tokens: u64,
    /// The mean loss in nats a token.
    pub loss: f64,
    /// e to the power of the loss.
    pub perplexity: f64,
    /// The loss in bits for a byte of text, which compares across tokenizers. Known for tokenizers of bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_byte: Option<f64>,
}

/// How an evaluation reads.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Tokens that the model sees at once.
    pub sequence_length: usize,
    /// Sequences computed together.
    pub batch_size: usize,
    /// Batches at most; `None` reads all.
    pub batches: Option<usize>,
}

/// Measures the loss of `model` over the tokens of `axis`, cut into sequences that do not overlap; what is left
/// over at the end, less than a sequence, is not read. `byte_lengths` has the bytes that each id stands for.
///
/// # Errors
/// When there are too few tokens, or when a shard is damaged.
pub fn evaluate(
    model: &Decoder,
    axis: &TokenAxis,
    reading: &Reading,
    byte_lengths: Option<&[u64]>,
) -> Result<Evaluation> {
    let mut nats = 0.0;
    let mut tokens = 0;
    let mut bytes = 0;
    let batches = every_window(axis, reading.sequence_length, reading.batch_size)?;
    for batch in batches.take(reading.batches.unwrap_or(usize::MAX)) {
        let batch = batch?;
        let loss = Causal.loss(model, &batch)?.to_scalar::<f32>()?;
        nats += f64::from(loss) * batch.tokens() as f64;
        tokens += batch.tokens() as u64;
        if let Some(lengths) = byte_lengths {
            for id in batch.targets.flatten_all()?.to_vec1::<u32>()? {
                bytes += lengths.get(id as usize).copied().unwrap_or_default();
            }
        }
    }
    if tokens == 0 {
        return Err(Error::Data("there was nothing to evaluate".to_owned()));
    }
    let loss = nats / tokens as f64;
    Ok(Evaluation {
        tokens,
        loss,
        perplexity: loss.exp(),
        bits_per_byte: (bytes > 0).then(|| nats / std::f64::consts::LN_2 / bytes as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelConfig;
    use crate::fixture;
    use crate::model::Weights;

    #[test]
    fn batches_do_not_change_the_mean() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        fixture::write_shards(folder.path(), 120);
        let axis = TokenAxis::open(folder.path())?;
        let architecture = ModelConfig::default().architecture(320, 16);
        let model = Decoder::new(&architecture, &Weights::initialize(&architecture, 2)?)?;
        let ones = vec![1; 320];
        let with = |batch_size| {
            let reading = Reading {
                sequence_length: 16,
                batch_size,
                batches: None,
            };
            evaluate(&model, &axis, &reading, Some(&ones))
        };
        let (one, many) = (with(1)?, with(7)?);
        assert_eq!(one.tokens, many.tokens);
        assert!((one.loss - many.loss).abs() < 1e-5, "{one:?} {many:?}");
        let bits = one.bits_per_byte.expect("every token is a byte");
        assert!((bits - one.loss / std::f64::consts::LN_2).abs() < 1e-9);
        Ok(())
    }
}
