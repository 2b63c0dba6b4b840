//! Cross-entropy from logits in nats, averaged over the rows that have a target.
//!
//! A row's loss is `log(sum(exp(z))) - z[target]`; its gradient is `softmax(z) - 1[target]`, over the number of
//! counted rows. Softmax and logarithm are never made as tensors of their own.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::real::{Real, largest, sum};
use super::{ROWS_PER_TASK, for_real, on_cpu, values, with_values};

const NAME: &str = "cross_entropy";

/// The target of a row that does not count: it adds nothing to the loss, and nothing to what it is divided by.
pub const NO_TARGET: u32 = u32::MAX;

/// The mean loss of `logits` of shape (rows, vocabulary) against `targets` of shape (rows), a scalar.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    logits
        .contiguous()?
        .apply_op2(&targets.contiguous()?, CrossEntropy)
}

struct CrossEntropy;

impl CustomOp2 for CrossEntropy {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        logits: &CpuStorage,
        logits_layout: &Layout,
        targets: &CpuStorage,
        targets_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (rows, vocabulary) = logits_layout.shape().dims2()?;
        let targets = targets_of(targets, targets_layout, rows, vocabulary)?;
        let loss = for_real!(
            logits.dtype(),
            NAME,
            forward(logits, logits_layout, targets, vocabulary)
        )?;
        Ok((loss, Shape::from(())))
    }

    fn bwd(
        &self,
        logits: &Tensor,
        targets: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = for_real!(logits.dtype(), NAME, backward(logits, targets, gradient))?;
        Ok((Some(gradient), None))
    }
}

/// A row of logits that has a target, turned in place into exponentials.
pub(super) struct Row<'a, T> {
    /// The row's loss in nats.
    pub(super) loss: f64,
    exponentials: &'a mut [T],
    sum: T,
    target: usize,
}

impl<'a, T: Real> Row<'a, T> {
    /// `None` where the row has no target; its logits are left as they are then.
    pub(super) fn new(logits: &'a mut [T], target: u32) -> Option<Self> {
        let target = target as usize;
        let wanted = *logits.get(target)?;
        let top = largest(logits);
        for logit in logits.iter_mut() {
            *logit = (*logit - top).exponential();
        }
        let sum = sum(logits);
        Some(Self {
            loss: (sum.logarithm() + top - wanted).to_f64(),
            exponentials: logits,
            sum,
            target,
        })
    }

    /// Turns the row into the loss's gradient by the logits, times `factor`.
    pub(super) fn into_slopes(self, factor: T) {
        let scale = factor / self.sum;
        for share in self.exponentials.iter_mut() {
            *share *= scale;
        }
        if let Some(share) = self.exponentials.get_mut(self.target) {
            *share -= factor;
        }
    }
}

/// The targets of `rows` rows, each inside the vocabulary or [`NO_TARGET`].
pub(super) fn targets_of<'a>(
    targets: &'a CpuStorage,
    layout: &Layout,
    rows: usize,
    vocabulary: usize,
) -> Result<&'a [u32]> {
    let (start, end) = layout
        .contiguous_offsets()
        .ok_or_else(|| Error::msg("the targets are not contiguous"))?;
    let targets = targets.as_slice::<u32>()?.get(start..end).unwrap_or_default();
    if targets.len() != rows {
        return Err(Error::Msg(format!(
            "{NAME}: {} targets for {rows} rows of logits",
            targets.len()
        )));
    }
    let outside = |target: &&u32| **target != NO_TARGET && **target as usize >= vocabulary;
    match targets.iter().find(outside) {
        Some(target) => Err(Error::Msg(format!(
            "{NAME}: target {target} is outside a vocabulary of {vocabulary}"
        ))),
        None => Ok(targets),
    }
}

/// The rows that have a target.
pub(super) fn counted(targets: &[u32]) -> Result<f64> {
    match targets.iter().filter(|target| **target != NO_TARGET).count() {
        0 => Err(Error::Msg(format!("{NAME}: no row has a target"))),
        count => Ok(count as f64),
    }
}

fn forward<T: Real>(
    logits: &CpuStorage,
    layout: &Layout,
    targets: &[u32],
    vocabulary: usize,
) -> Result<CpuStorage> {
    let losses: Vec<f64> = values::<T>(logits, layout)?
        .par_chunks(vocabulary)
        .zip(targets)
        .with_min_len(ROWS_PER_TASK)
        .map_init(Vec::new, |copy, (row, &target)| {
            copy.clear();
            copy.extend_from_slice(row);
            Row::new(copy, target).map_or(0.0, |row| row.loss)
        })
        .collect();
    let mean = losses.iter().sum::<f64>() / counted(targets)?;
    Ok(T::to_cpu_storage_owned(vec![T::from_f64(mean)]))
}

fn backward<T: Real>(logits: &Tensor, targets: &Tensor, gradient: &Tensor) -> Result<Tensor> {
    let (rows, vocabulary) = logits.dims2()?;
    let (target_storage, target_layout) = targets.storage_and_layout();
    let targets = targets_of(on_cpu(&target_storage)?, target_layout, rows, vocabulary)?;
    let factor = T::from_f64(gradient.to_scalar::<T>()?.to_f64() / counted(targets)?);
    with_values::<T, _, 1>([logits], |[values]| {
        let mut output = vec![T::ZERO; values.len()];
        output
            .par_chunks_mut(vocabulary)
            .zip(values.par_chunks(vocabulary))
            .zip(targets)
            .with_min_len(ROWS_PER_TASK)
            .for_each(|((output_row, row), &target)| {
                output_row.copy_from_slice(row);
                match Row::new(output_row, target) {
                    Some(row) => row.into_slopes(factor),
                    None => output_row.fill(T::ZERO),
                }
            });
        Tensor::from_vec(output, logits.shape(), logits.device())
    })
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::kernel::check;

    fn targets(ids: &[u32]) -> Tensor {
        Tensor::new(ids, &Device::Cpu).expect("targets")
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let targets = targets(&[0, 4, NO_TARGET, 2]);
        check::assert_gradients(&[check::tensor("logits", &[4, 5])], |inputs| {
            cross_entropy(&inputs[0], &targets)
        });
    }

    #[test]
    fn it_is_the_plain_form() {
        let targets = targets(&[0, 46, 20, 2, 3, 3]);
        check::assert_same(
            &[(check::tensor("logits", &[6, 47]) * 9.0).expect("scaled")],
            |inputs| cross_entropy(&inputs[0], &targets),
            |inputs| candle_nn::loss::cross_entropy(&inputs[0], &targets),
        );
    }

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_vocabulary() {
        let logits = Tensor::full(3.0_f32, (2, 100), &Device::Cpu).expect("logits");
        let loss = cross_entropy(&logits, &targets(&[1, 99])).expect("a loss");
        let loss = loss.to_scalar::<f32>().expect("a number");
        assert!((loss - 100.0_f32.ln()).abs() < 1e-5, "{loss}");
    }

    #[test]
    fn targets_outside_the_vocabulary_and_none_at_all_are_errors() {
        let logits = check::tensor("logits", &[2, 5]);
        let outside = cross_entropy(&logits, &targets(&[1, 5])).expect_err("5 is outside");
        assert!(outside.to_string().contains("target 5"), "{outside}");
        let none = cross_entropy(&logits, &targets(&[NO_TARGET, NO_TARGET])).expect_err("no target");
        assert!(none.to_string().contains("no row"), "{none}");
    }
}
