//! The loss of a model on shards or text.

use serde::Serialize;

use crate::data::Batch;
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

/// Measures the loss of `model` over the targets of `batches`, each token counted once. `byte_lengths` has the
/// bytes of text that each id stands for, where they are known.
///
/// # Errors
/// When there is no batch, or with the error of one that could not be read.
pub fn evaluate(
    model: &Decoder,
    batches: impl IntoIterator<Item = Result<Batch>>,
    byte_lengths: Option<&[u64]>,
) -> Result<Evaluation> {
    let mut nats = 0.0;
    let mut tokens = 0;
    let mut bytes = 0;
    for batch in batches {
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
    use crate::data::every_window;
    use crate::data::shards::TokenAxis;
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
        let with = |batch_size| evaluate(&model, every_window(&axis, 16, batch_size)?, Some(&ones));
        let (one, many) = (with(1)?, with(7)?);
        assert_eq!(one.tokens, many.tokens);
        assert!((one.loss - many.loss).abs() < 1e-5, "{one:?} {many:?}");
        let bits = one.bits_per_byte.expect("every token is a byte");
        assert!((bits - one.loss / std::f64::consts::LN_2).abs() < 1e-9);
        Ok(())
    }
}
