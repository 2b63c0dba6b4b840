//! The head and its loss in one operation: `cross_entropy(x Wᵀ, targets)` without the logits of all rows at once.
//!
//! Logits are by far the largest tensor of a model: 4,096 tokens over 32,000 ids are half a gigabyte, and candle
//! would keep them and make four more of their size. Here a block of rows is taken to its logits, its loss and,
//! where a gradient will be wanted, at once to its share of `dx` and `dW`; the block's logits are then forgotten.

use std::sync::Mutex;

use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::cross_entropy::{Row, counted, targets_of};
use super::matrix::Matrix;
use super::real::Real;
use super::{ROWS_PER_TASK, VALUES_PER_TASK, for_real};

const NAME: &str = "linear_cross_entropy";

/// Rows whose logits are held at once; fixed, so that the order of additions is too.
const ROWS_PER_BLOCK: usize = 512;

/// The mean loss of `x` of shape (rows, hidden) against `targets` of shape (rows), where `weight` of shape
/// (vocabulary, hidden) makes the logits.
pub fn linear_cross_entropy(x: &Tensor, weight: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let operation = LinearCrossEntropy {
        wants_gradient: x.track_op() || weight.track_op(),
        gradients: Mutex::new(None),
    };
    x.contiguous()?
        .apply_op3(&weight.contiguous()?, &targets.contiguous()?, operation)
}

struct LinearCrossEntropy {
    wants_gradient: bool,
    /// The gradients by `x` and by `weight`, made in the forward pass and handed out in the backward one.
    gradients: Mutex<Option<(CpuStorage, CpuStorage)>>,
}

impl CustomOp3 for LinearCrossEntropy {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        targets: &CpuStorage,
        targets_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (rows, hidden) = x_layout.shape().dims2()?;
        let (vocabulary, weight_hidden) = weight_layout.shape().dims2()?;
        if weight_hidden != hidden {
            return Err(Error::Msg(format!(
                "{NAME}: rows of {hidden} values, and a head for {weight_hidden}"
            )));
        }
        let targets = targets_of(targets, targets_layout, rows, vocabulary)?;
        let rows = Matrix::new(x, x_layout.clone());
        let head = Matrix::new(weight, weight_layout.clone());
        let dtype = candle_core::backend::BackendStorage::dtype(x);
        let (loss, gradients) = for_real!(dtype, NAME, forward(&rows, &head, targets, self.wants_gradient))?;
        if let Ok(mut place) = self.gradients.lock() {
            *place = gradients;
        }
        Ok((loss, Shape::from(())))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _targets: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradients = self.gradients.lock().ok().and_then(|mut place| place.take());
        let Some((x_gradient, weight_gradient)) = gradients else {
            return Err(Error::Msg(format!("{NAME}: its gradient was taken before")));
        };
        let upstream = gradient.to_dtype(candle_core::DType::F64)?.to_scalar::<f64>()?;
        let tensor = |storage: CpuStorage, like: &Tensor| {
            for_real!(like.dtype(), NAME, scaled(storage, upstream, like))
        };
        Ok((
            Some(tensor(x_gradient, x)?),
            Some(tensor(weight_gradient, weight)?),
            None,
        ))
    }
}

fn scaled<T: Real>(storage: CpuStorage, factor: f64, like: &Tensor) -> Result<Tensor> {
    let mut values = T::cpu_storage_data(storage)?;
    let factor = T::from_f64(factor);
    if factor != T::ONE {
        for value in &mut values {
            *value *= factor;
        }
    }
    Tensor::from_vec(values, like.shape(), like.device())
}

type Gradients = Option<(CpuStorage, CpuStorage)>;

fn forward<T: Real>(
    rows: &Matrix<'_>,
    head: &Matrix<'_>,
    targets: &[u32],
    wants_gradient: bool,
) -> Result<(CpuStorage, Gradients)> {
    let vocabulary = head.dims()?.0;
    let count = counted(targets)?;
    let factor = T::from_f64(1.0 / count);
    let mut losses: Vec<f64> = Vec::with_capacity(targets.len());
    let mut x_gradient: Vec<T> = Vec::new();
    let mut weight_gradient: Vec<T> = Vec::new();
    for (block, block_targets) in targets.chunks(ROWS_PER_BLOCK).enumerate() {
        let start = block * ROWS_PER_BLOCK;
        let inputs = rows.rows(start, start + block_targets.len())?;
        let mut logits = inputs.times::<T>(false, head, true)?;
        let block_losses: Vec<f64> = logits
            .par_chunks_mut(vocabulary)
            .zip(block_targets)
            .with_min_len(ROWS_PER_TASK)
            .map(|(row, &target)| loss_and_slopes(row, target, factor, wants_gradient))
            .collect();
        losses.extend(block_losses);
        if wants_gradient {
            let storage = T::to_cpu_storage_owned(logits);
            let slopes = Matrix::whole(&storage, block_targets.len(), vocabulary);
            x_gradient.extend(slopes.times::<T>(false, head, false)?);
            let share = slopes.times::<T>(true, &inputs, false)?;
            if weight_gradient.is_empty() {
                weight_gradient = share;
            } else {
                add(&mut weight_gradient, &share);
            }
        }
    }
    let mean = T::from_f64(losses.iter().sum::<f64>() / count);
    let gradients = wants_gradient.then(|| {
        (
            T::to_cpu_storage_owned(x_gradient),
            T::to_cpu_storage_owned(weight_gradient),
        )
    });
    Ok((T::to_cpu_storage_owned(vec![mean]), gradients))
}

/// The loss of a row of logits, which become their slopes where those are wanted.
fn loss_and_slopes<T: Real>(row: &mut [T], target: u32, factor: T, wants_gradient: bool) -> f64 {
    let Some(found) = Row::new(row, target) else {
        row.fill(T::ZERO);
        return 0.0;
    };
    let loss = found.loss;
    if wants_gradient {
        found.into_slopes(factor);
    }
    loss
}

fn add<T: Real>(total: &mut [T], part: &[T]) {
    total
        .par_chunks_mut(VALUES_PER_TASK)
        .zip(part.par_chunks(VALUES_PER_TASK))
        .for_each(|(sums, values)| {
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        });
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;
    use crate::kernel::check;
    use crate::kernel::cross_entropy::{NO_TARGET, cross_entropy};

    fn targets(ids: &[u32]) -> Tensor {
        Tensor::new(ids, &Device::Cpu).expect("targets")
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let inputs = [check::tensor("x", &[4, 3]), check::tensor("weight", &[5, 3])];
        let targets = targets(&[0, NO_TARGET, 4, 2]);
        check::assert_gradients(&inputs, |inputs| {
            linear_cross_entropy(&inputs[0], &inputs[1], &targets)? * 3.0
        });
    }

    #[test]
    fn it_is_the_plain_form_over_more_than_one_block() {
        let rows = ROWS_PER_BLOCK + 70;
        let ids: Vec<u32> = (0..rows)
            .map(|row| u32::try_from(row % 11).expect("small"))
            .collect();
        let targets = targets(&ids);
        let inputs = [check::tensor("x", &[rows, 6]), check::tensor("weight", &[11, 6])];
        check::assert_same(
            &inputs,
            |inputs| linear_cross_entropy(&inputs[0], &inputs[1], &targets),
            |inputs| cross_entropy(&inputs[0].matmul(&inputs[1].t()?)?, &targets),
        );
    }

    #[test]
    fn a_gradient_is_handed_out_once() -> Result<()> {
        let x = Var::from_tensor(&check::tensor("x", &[2, 3]))?;
        let weight = check::tensor("weight", &[5, 3]);
        let loss = linear_cross_entropy(&x, &weight, &targets(&[1, 2]))?;
        loss.backward()?;
        assert!(loss.backward().is_err());
        Ok(())
    }
}
