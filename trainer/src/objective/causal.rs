//! Every token from those before it: cross-entropy in nats a token.

use candle_core::{Result, Tensor};

use super::Objective;
use crate::data::Batch;
use crate::model::Decoder;

/// The loss of language modelling.
#[derive(Clone, Copy, Debug)]
pub struct Causal;

impl Objective for Causal {
    fn loss(&self, model: &Decoder, batch: &Batch) -> Result<Tensor> {
        model.next_token_loss(&batch.inputs, &batch.targets)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::config::ModelConfig;
    use crate::error::Result;
    use crate::model::Weights;

    #[test]
    fn a_fresh_model_knows_nothing() -> Result<()> {
        let architecture = ModelConfig::default().architecture(500, 16);
        let model = Decoder::new(&architecture, &Weights::initialize(&architecture, 1)?)?;
        let ids: Vec<u32> = (0..17).map(|position| position * 29 % 500).collect();
        let batch = Batch {
            inputs: Tensor::new(&ids[..16], &Device::Cpu)?.unsqueeze(0)?,
            targets: Tensor::new(&ids[1..], &Device::Cpu)?.unsqueeze(0)?,
        };
        let loss = Causal.loss(&model, &batch)?.to_scalar::<f32>()?;
        assert!((loss - 500.0_f32.ln()).abs() < 0.1, "loss {loss}");
        Ok(())
    }
}
