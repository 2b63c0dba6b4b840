//! The gradients of a step by name, with the sum of squares of each.

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::kernel::{VALUES_PER_TASK, with_values};
use crate::model::Parameters;

/// The gradient of every parameter, in the order of their names.
#[derive(Debug)]
pub struct Gradients(Vec<Gradient>);

#[derive(Debug)]
struct Gradient {
    name: String,
    /// `None` where no gradient flowed to the parameter.
    tensor: Option<Tensor>,
    squares: f64,
}

impl Gradients {
    /// Takes the parameters' gradients out of what a backward pass left.
    pub fn gather(parameters: &Parameters, store: &mut GradStore) -> Result<Self> {
        let mut gradients = Vec::new();
        for (name, variable) in parameters.iter() {
            let tensor = store.remove(variable);
            let squares = match &tensor {
                Some(tensor) => sum_of_squares(tensor)?,
                None => 0.0,
            };
            gradients.push(Gradient {
                name: name.to_owned(),
                tensor,
                squares,
            });
        }
        Ok(Self(gradients))
    }

    /// The norm of all gradients together.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.0.iter().map(|gradient| gradient.squares).sum::<f64>().sqrt()
    }

    /// Asserts that every parameter has a gradient that is finite and not all 0.
    ///
    /// Several operations of candle stop the gradient without a word, and a model's loss falls even so; this is
    /// what notices.
    ///
    /// # Errors
    /// Names every parameter without one.
    pub fn require_all(&self) -> Result<()> {
        let faults: Vec<String> = self
            .0
            .iter()
            .filter_map(|gradient| {
                let fault = match &gradient.tensor {
                    None => "none at all",
                    Some(_) if !gradient.squares.is_finite() => "one that is not finite",
                    Some(_) if gradient.squares == 0.0 => "one that is all 0",
                    Some(_) => return None,
                };
                Some(format!("{} has {fault}", gradient.name))
            })
            .collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::Training(format!(
            "after the first step not every trainable tensor has a gradient: {}",
            faults.join("; ")
        )))
    }

    /// Every name with its gradient, if there is one.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Tensor>)> {
        self.0
            .iter()
            .map(|gradient| (gradient.name.as_str(), gradient.tensor.as_ref()))
    }
}

/// Sums blocks of a fixed size in order, so that the number of threads does not show.
fn sum_of_squares(tensor: &Tensor) -> Result<f64> {
    let sums = with_values::<f32, _, 1>([tensor], |[values]| {
        let sums: Vec<f64> = values
            .par_chunks(VALUES_PER_TASK)
            .map(|block| block.iter().map(|&value| f64::from(value).powi(2)).sum())
            .collect();
        Ok(sums)
    })?;
    Ok(sums.iter().sum())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use candle_core::Device;

    use super::*;
    use crate::model::Weights;

    fn parameters(names: [&str; 3]) -> Result<Parameters> {
        let mut tensors = BTreeMap::new();
        for name in names {
            tensors.insert(name.to_owned(), Tensor::new(&[3.0_f32, 4.0], &Device::Cpu)?);
        }
        Ok(Parameters::new(&Weights::new(tensors))?)
    }

    #[test]
    fn a_tensor_that_the_gradient_did_not_reach_is_named() -> Result<()> {
        let parameters = parameters(["a", "b", "c"])?;
        let weights = parameters.tracked();
        let a = weights.get("a", &[2])?;
        let b = weights.get("b", &[2])?;
        let loss = (a.sqr()?.sum_all()? + (b * 0.0)?.sum_all()?)?;
        let gradients = Gradients::gather(&parameters, &mut loss.backward()?)?;
        let message = gradients
            .require_all()
            .expect_err("b and c have none")
            .to_string();
        assert!(!message.contains("a has"), "{message}");
        assert!(
            message.contains("b has") && message.contains("c has none at all"),
            "{message}"
        );
        Ok(())
    }

    #[test]
    fn the_norm_is_over_all() -> Result<()> {
        let parameters = parameters(["a", "b", "c"])?;
        let weights = parameters.tracked();
        let mut loss = Tensor::zeros((), candle_core::DType::F32, &Device::Cpu)?;
        for name in ["a", "b", "c"] {
            loss = (loss + (weights.get(name, &[2])?.sqr()?.sum_all()? * 0.5)?)?;
        }
        let gradients = Gradients::gather(&parameters, &mut loss.backward()?)?;
        gradients.require_all()?;
        assert!((gradients.norm() - 75.0_f64.sqrt()).abs() < 1e-6);
        Ok(())
    }

    #[test]
    fn a_gradient_that_is_not_finite_is_named() -> Result<()> {
        let parameters = parameters(["a", "b", "c"])?;
        let weights = parameters.tracked();
        let mut loss = Tensor::zeros((), candle_core::DType::F32, &Device::Cpu)?;
        for name in ["a", "b", "c"] {
            let factor = if name == "b" { f64::INFINITY } else { 1.0 };
            loss = (loss + (weights.get(name, &[2])?.sum_all()? * factor)?)?;
        }
        let gradients = Gradients::gather(&parameters, &mut loss.backward()?)?;
        let message = gradients.require_all().expect_err("b is infinite").to_string();
        assert!(message.contains("b has one that is not finite"), "{message}");
        Ok(())
    }
}
