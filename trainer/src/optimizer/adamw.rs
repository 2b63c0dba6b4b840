//! `AdamW` (Loshchilov and Hutter 2019) with named state, one fused pass over each tensor.
//!
//! With step number `t` from 1: `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g²`, and
//! `w = w (1 - rate decay) - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`, as in `PyTorch`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use candle_core::{CpuStorage, Error as TensorError, InplaceOp1, Layout, Tensor};
use rayon::prelude::*;

use super::gradients::Gradients;
use crate::config::OptimizerConfig;
use crate::error::{Error, Result};
use crate::kernel::{VALUES_PER_TASK, with_values};
use crate::model::{Parameters, narrow};

/// The optimizer with its memory: two values in `f32` for every weight.
#[derive(Clone, Debug, PartialEq)]
pub struct AdamW {
    config: OptimizerConfig,
    step: u64,
    moments: BTreeMap<String, Moments>,
}

/// What is remembered of one tensor's gradients.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// The running mean of the gradient.
    pub first: Vec<f32>,
    /// The running mean of its square.
    pub second: Vec<f32>,
}

impl AdamW {
    /// An optimizer that has seen nothing.
    #[must_use]
    pub fn new(config: OptimizerConfig, parameters: &Parameters) -> Self {
        let moments = parameters
            .iter()
            .map(|(name, variable)| {
                let zeros = vec![0.0; variable.elem_count()];
                let fresh = Moments {
                    first: zeros.clone(),
                    second: zeros,
                };
                (name.to_owned(), fresh)
            })
            .collect();
        Self {
            config,
            step: 0,
            moments,
        }
    }

    /// An optimizer that goes on after `step` steps with what it remembered.
    ///
    /// # Errors
    /// When the memory is not of these parameters.
    pub fn restore(
        config: OptimizerConfig,
        parameters: &Parameters,
        step: u64,
        mut moments: BTreeMap<String, Moments>,
    ) -> Result<Self> {
        let mut own = BTreeMap::new();
        for (name, variable) in parameters.iter() {
            let count = variable.elem_count();
            match moments.remove(name) {
                Some(found) if found.first.len() == count && found.second.len() == count => {
                    own.insert(name.to_owned(), found);
                }
                _ => {
                    return Err(Error::Resume(format!(
                        "the checkpoint's optimizer has no state of {count} values for '{name}'"
                    )));
                }
            }
        }
        Ok(Self {
            config,
            step,
            moments: own,
        })
    }

    /// Every tensor's memory, by name.
    #[must_use]
    pub fn moments(&self) -> &BTreeMap<String, Moments> {
        &self.moments
    }

    /// Changes every parameter by its gradient times `factor`, at `rate`.
    pub fn step(
        &mut self,
        parameters: &Parameters,
        gradients: &Gradients,
        rate: f64,
        factor: f64,
    ) -> Result<()> {
        self.step += 1;
        let exponent = i32::try_from(self.step).unwrap_or(i32::MAX);
        let correction = |beta: f64| 1.0 - beta.powi(exponent);
        for ((name, variable), (_, gradient)) in parameters.iter().zip(gradients.iter()) {
            let (Some(gradient), Some(moments)) = (gradient, self.moments.get_mut(name)) else {
                continue;
            };
            let decay = if decays(name, variable.as_tensor()) {
                self.config.weight_decay
            } else {
                0.0
            };
            let rule = Rule {
                factor: narrow(factor),
                beta1: narrow(self.config.beta1),
                rest1: narrow(1.0 - self.config.beta1),
                beta2: narrow(self.config.beta2),
                rest2: narrow(1.0 - self.config.beta2),
                keep: narrow(1.0 - rate * decay),
                scale: narrow(rate / correction(self.config.beta1)),
                root: narrow(1.0 / correction(self.config.beta2).sqrt()),
                epsilon: narrow(self.config.epsilon),
            };
            with_values::<f32, _, 1>([gradient], |[gradient]| {
                variable.inplace_op1(&Update {
                    rule,
                    gradient,
                    moments: RefCell::new(moments),
                })
            })?;
        }
        Ok(())
    }
}

/// Matrices decay; factors of normalisations do not, nor does the embedding, whose rows mostly have no gradient.
fn decays(name: &str, tensor: &Tensor) -> bool {
    tensor.rank() > 1 && !name.ends_with("embed_tokens.weight")
}

/// The numbers of one step.
#[derive(Clone, Copy)]
struct Rule {
    factor: f32,
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    keep: f32,
    scale: f32,
    root: f32,
    epsilon: f32,
}

/// One tensor's step, in place.
struct Update<'a> {
    rule: Rule,
    gradient: &'a [f32],
    moments: RefCell<&'a mut Moments>,
}

impl InplaceOp1 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(values) = storage else {
            return Err(TensorError::msg("adamw: the weights are not f32"));
        };
        let weights = layout
            .contiguous_offsets()
            .and_then(|(start, end)| values.get_mut(start..end))
            .ok_or_else(|| TensorError::msg("adamw: the weights are not contiguous"))?;
        let mut moments = self.moments.borrow_mut();
        let Moments { first, second } = &mut **moments;
        let rule = self.rule;
        weights
            .par_chunks_mut(VALUES_PER_TASK)
            .zip(first.par_chunks_mut(VALUES_PER_TASK))
            .zip(second.par_chunks_mut(VALUES_PER_TASK))
            .zip(self.gradient.par_chunks(VALUES_PER_TASK))
            .for_each(|(((weights, first), second), gradients)| {
                let values = weights.iter_mut().zip(first).zip(second).zip(gradients);
                for (((weight, first), second), gradient) in values {
                    let gradient = gradient * rule.factor;
                    *first = rule.beta1 * *first + rule.rest1 * gradient;
                    *second = rule.beta2 * *second + rule.rest2 * gradient * gradient;
                    let divisor = second.sqrt() * rule.root + rule.epsilon;
                    *weight = *weight * rule.keep - rule.scale * *first / divisor;
                }
            });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::model::Weights;

    /// The published rule written out in `f64`, for the weights [1, -2] and the gradients [w, 3].
    fn reference(steps: i32, decay: f64) -> [f64; 2] {
        let mut weights = [1.0_f64, -2.0];
        let mut first = [0.0; 2];
        let mut second = [0.0; 2];
        for step in 1..=steps {
            let gradients = [weights[0], 3.0];
            for place in 0..2 {
                first[place] = 0.9 * first[place] + 0.1 * gradients[place];
                second[place] = 0.95 * second[place] + 0.05 * gradients[place] * gradients[place];
                let mean = first[place] / (1.0 - 0.9_f64.powi(step));
                let square = second[place] / (1.0 - 0.95_f64.powi(step));
                weights[place] -= 0.1 * decay * weights[place];
                weights[place] -= 0.1 * mean / (square.sqrt() + 1e-8);
            }
        }
        weights
    }

    fn trained(name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = Tensor::new(&[1.0_f32, -2.0], &Device::Cpu)?.reshape(shape)?;
        let weights = Weights::new(BTreeMap::from([(name.to_owned(), tensor)]));
        let parameters = Parameters::new(&weights)?;
        let config = OptimizerConfig {
            learning_rate: 0.1,
            ..OptimizerConfig::default()
        };
        let mut optimizer = AdamW::new(config, &parameters);
        let tracked = parameters.tracked().get(name, shape)?;
        for _ in 0..20 {
            let flat = tracked.flatten_all()?;
            let squared = (flat.narrow(0, 0, 1)?.sqr()? * 0.5)?;
            let loss = (squared + (flat.narrow(0, 1, 1)? * 3.0)?)?.sum_all()?;
            let gradients = Gradients::gather(&parameters, &mut loss.backward()?)?;
            optimizer.step(&parameters, &gradients, 0.1, 1.0)?;
        }
        Ok(tracked.flatten_all()?.to_vec1()?)
    }

    #[test]
    fn it_is_the_published_rule() -> Result<()> {
        for (name, shape, decay) in [
            ("a.weight", vec![1, 2], 0.1),
            ("norm.weight", vec![2], 0.0),
            ("model.embed_tokens.weight", vec![1, 2], 0.0),
        ] {
            let found = trained(name, &shape)?;
            for (value, expected) in found.iter().zip(reference(20, decay)) {
                assert!(
                    (f64::from(*value) - expected).abs() < 1e-5,
                    "{name}: {value} and {expected}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn a_memory_of_other_tensors_is_refused() -> Result<()> {
        let tensor = Tensor::new(&[1.0_f32], &Device::Cpu)?;
        let parameters = Parameters::new(&Weights::new(BTreeMap::from([("a".to_owned(), tensor)])))?;
        let error = AdamW::restore(OptimizerConfig::default(), &parameters, 1, BTreeMap::new())
            .expect_err("no state for a");
        assert!(error.to_string().contains("'a'"), "{error}");
        Ok(())
    }
}
