//! The tensors of a model by name, in the order of their names: fixed ones to run, variables to train.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Result as TensorResult, Tensor, Var};

use super::architecture::{Architecture, Initialization};
use crate::error::{Error, Result};
use crate::random::Stream;

/// Tensors by name, from which a model is put together.
#[derive(Clone, Debug, Default)]
pub struct Weights(BTreeMap<String, Tensor>);

impl Weights {
    /// Takes over named tensors.
    #[must_use]
    pub fn new(tensors: BTreeMap<String, Tensor>) -> Self {
        Self(tensors)
    }

    /// Fresh weights in `f32`. A value depends on the seed, the tensor's name and its place alone.
    pub fn initialize(architecture: &Architecture, seed: u64) -> Result<Self> {
        let mut tensors = BTreeMap::new();
        for parameter in architecture.parameters() {
            let tensor = match parameter.initialization {
                Initialization::Ones => Tensor::ones(parameter.shape.as_slice(), DType::F32, &Device::Cpu)?,
                Initialization::Normal(deviation) => {
                    let stream = Stream::new(seed, &parameter.name);
                    let count = parameter.shape.iter().product::<usize>() as u64;
                    let values: Vec<f32> = (0..count)
                        .map(|place| narrow(deviation * stream.normal(place)))
                        .collect();
                    Tensor::from_vec(values, parameter.shape.as_slice(), &Device::Cpu)?
                }
            };
            tensors.insert(parameter.name, tensor);
        }
        Ok(Self(tensors))
    }

    /// The tensor `name`, which must have `shape`.
    ///
    /// # Errors
    /// When there is none of that name, or when its shape is another.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let tensor = self
            .0
            .get(name)
            .ok_or_else(|| Error::Weights(format!("the tensor '{name}' is missing")))?;
        if tensor.dims() != shape {
            return Err(Error::Weights(format!(
                "the tensor '{name}' has shape {:?}, and the model's dimensions want {shape:?}",
                tensor.dims()
            )));
        }
        Ok(tensor.clone())
    }

    /// All tensors, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.0.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// The same weights in another number type.
    pub fn to_dtype(&self, dtype: DType) -> TensorResult<Self> {
        let mut tensors = BTreeMap::new();
        for (name, tensor) in &self.0 {
            tensors.insert(name.clone(), tensor.to_dtype(dtype)?);
        }
        Ok(Self(tensors))
    }
}

/// What is trained: a variable for every tensor.
#[derive(Debug)]
pub struct Parameters(BTreeMap<String, Var>);

impl Parameters {
    /// Makes every tensor of `weights` a variable.
    pub fn new(weights: &Weights) -> TensorResult<Self> {
        let mut variables = BTreeMap::new();
        for (name, tensor) in weights.iter() {
            variables.insert(name.to_owned(), Var::from_tensor(tensor)?);
        }
        Ok(Self(variables))
    }

    /// The variables' tensors: what is computed from them has a gradient.
    #[must_use]
    pub fn tracked(&self) -> Weights {
        self.view(|variable| variable.as_tensor().clone())
    }

    /// The same values without gradients; later changes of the variables show in them, and nothing is copied.
    #[must_use]
    pub fn detached(&self) -> Weights {
        self.view(Var::as_detached_tensor)
    }

    fn view(&self, tensor: impl Fn(&Var) -> Tensor) -> Weights {
        let tensors = self
            .0
            .iter()
            .map(|(name, variable)| (name.clone(), tensor(variable)))
            .collect();
        Weights(tensors)
    }

    /// All variables, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Var)> {
        self.0.iter().map(|(name, variable)| (name.as_str(), variable))
    }
}

/// The nearest `f32`.
pub(crate) fn narrow(value: f64) -> f32 {
    <f32 as candle_core::WithDType>::from_f64(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::architecture::tests::smallest;

    #[test]
    fn fresh_weights_follow_the_seed() -> Result<()> {
        let values = |seed: u64| -> Result<Vec<f32>> {
            let weights = Weights::initialize(&smallest(true), seed)?;
            let embedding = weights.get("model.embed_tokens.weight", &[7, 4])?;
            Ok(embedding.flatten_all()?.to_vec1()?)
        };
        assert_eq!(values(1)?, values(1)?);
        assert_ne!(values(1)?, values(2)?);
        Ok(())
    }

    #[test]
    fn a_missing_tensor_and_a_wrong_shape_are_named() -> Result<()> {
        let weights = Weights::initialize(&smallest(true), 1)?;
        let missing = weights.get("lm_head.weight", &[7, 4]).expect_err("tied");
        assert!(missing.to_string().contains("'lm_head.weight' is missing"));
        let shape = weights.get("model.norm.weight", &[5]).expect_err("4 values");
        assert!(shape.to_string().contains("[4]"), "{shape}");
        Ok(())
    }

    #[test]
    fn a_detached_view_sees_changes_of_its_variable() -> Result<()> {
        let parameters = Parameters::new(&Weights::initialize(&smallest(true), 1)?)?;
        let view = parameters.detached();
        for (name, variable) in parameters.iter() {
            if name == "model.norm.weight" {
                variable.set(&Tensor::new(&[5.0_f32, 6.0, 7.0, 8.0], &Device::Cpu)?)?;
            }
        }
        let seen: Vec<f32> = view.get("model.norm.weight", &[4])?.to_vec1()?;
        assert_eq!(seen, [5.0, 6.0, 7.0, 8.0]);
        Ok(())
    }
}
