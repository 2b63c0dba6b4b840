//! Logits, loss, gradients and ten steps of training against transformers and torch: `golden/make_llama.py` made
//! the figures.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use gristmill_train::config::OptimizerConfig;
use gristmill_train::data::Batch;
use gristmill_train::model::{Architecture, Decoder, Parameters, Weights};
use gristmill_train::objective::{Causal, Objective};
use gristmill_train::optimizer::{AdamW, Gradients, clip_factor};

struct Golden {
    tensors: HashMap<String, Tensor>,
    name: &'static str,
}

impl Golden {
    fn load(name: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/llama.safetensors");
        Self {
            tensors: candle_core::safetensors::load(path, &Device::Cpu).expect("loads"),
            name,
        }
    }

    fn get(&self, key: &str) -> Tensor {
        self.tensors[&format!("{}/{key}", self.name)].clone()
    }

    fn weights(&self, architecture: &Architecture) -> Weights {
        let tensors: BTreeMap<String, Tensor> = architecture
            .parameters()
            .into_iter()
            .map(|parameter| {
                let tensor = self.get(&format!("start/{}", parameter.name));
                (parameter.name, tensor)
            })
            .collect();
        Weights::new(tensors)
    }
}

fn architecture(tie_embeddings: bool) -> Architecture {
    Architecture {
        vocabulary: 48,
        hidden_size: 16,
        layers: 2,
        heads: 4,
        key_value_heads: 2,
        head_size: 4,
        intermediate_size: 24,
        rope_theta: 10_000.0,
        norm_epsilon: 1e-5,
        tie_embeddings,
        positions: 32,
    }
}

fn assert_near(what: &str, found: &Tensor, expected: &Tensor, tolerance: f64) {
    let difference = (found - expected)
        .and_then(|difference| difference.abs())
        .and_then(|difference| difference.flatten_all())
        .and_then(|difference| difference.max(0))
        .and_then(|largest| largest.to_dtype(DType::F64))
        .and_then(|largest| largest.to_scalar::<f64>())
        .expect("of one shape");
    assert!(difference <= tolerance, "{what} is off by {difference:e}");
}

#[test]
fn ten_steps_are_those_of_torch() {
    for (name, tie_embeddings) in [("tied", true), ("untied", false)] {
        let golden = Golden::load(name);
        let architecture = architecture(tie_embeddings);
        let parameters = Parameters::new(&golden.weights(&architecture)).expect("variables");
        let model = Decoder::new(&architecture, &parameters.tracked()).expect("fits");
        let ids = golden.get("ids").to_dtype(DType::U32).expect("ids");
        let part = |start| {
            ids.narrow(1, start, 12)
                .and_then(|ids| ids.contiguous())
                .expect("12 tokens")
        };
        let batch = Batch {
            inputs: part(0),
            targets: part(1),
        };
        let logits = model.logits(&batch.inputs).expect("logits");
        assert_near(&format!("{name}: logits"), &logits, &golden.get("logits"), 1e-5);

        let config = OptimizerConfig {
            learning_rate: 1e-2,
            ..OptimizerConfig::default()
        };
        let mut optimizer = AdamW::new(config, &parameters);
        let losses: Vec<f32> = golden.get("losses").to_vec1().expect("losses");
        let norms: Vec<f32> = golden.get("norms").to_vec1().expect("norms");
        for (step, (expected_loss, expected_norm)) in losses.iter().zip(&norms).enumerate() {
            let loss = Causal.loss(&model, &batch).expect("a loss");
            let value = loss.to_scalar::<f32>().expect("a number");
            assert!(
                (value - expected_loss).abs() < 2e-5,
                "{name}, step {step}: loss {value} and {expected_loss}"
            );
            let mut store = loss.backward().expect("gradients");
            let gradients = Gradients::gather(&parameters, &mut store).expect("gathers");
            gradients.require_all().expect("every tensor has one");
            if step == 0 {
                for (tensor, gradient) in gradients.iter() {
                    let expected = golden.get(&format!("gradient/{tensor}"));
                    assert_near(
                        &format!("{name}: the gradient of {tensor}"),
                        gradient.expect("there is one"),
                        &expected,
                        1e-6,
                    );
                }
            }
            let norm = gradients.norm();
            assert!(
                (norm - f64::from(*expected_norm)).abs() < 1e-4 * norm,
                "{name}, step {step}: norm {norm} and {expected_norm}"
            );
            optimizer
                .step(&parameters, &gradients, 1e-2, clip_factor(norm, 1.0))
                .expect("steps");
        }
        for (tensor, variable) in parameters.iter() {
            let expected = golden.get(&format!("end/{tensor}"));
            assert_near(
                &format!("{name}: {tensor} at the end"),
                variable.as_tensor(),
                &expected,
                1e-4,
            );
        }
    }
}
