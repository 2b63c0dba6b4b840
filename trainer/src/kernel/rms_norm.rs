//! Root mean square normalisation (Zhang and Sennrich 2019): `y = w x / sqrt(mean(x²) + epsilon)` over rows.
//!
//! With `r = 1 / sqrt(mean(x²) + epsilon)` and `n` columns: `dx = r (w dy - x r² sum(w dy x) / n)`, and `dw` is
//! the sum over rows of `dy x r`.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::real::{Real, sum_of_pairs};
use super::{ROWS_PER_TASK, for_real, values, with_values};

const NAME: &str = "rms_norm";

/// Rows whose share of the weight's gradient is summed in one piece; fixed, so that the order of additions is too.
const ROWS_PER_SUM: usize = 64;

/// Normalises the last dimension of `x` and scales it by `weight`.
pub fn rms_norm(x: &Tensor, weight: &Tensor, epsilon: f64) -> Result<Tensor> {
    x.contiguous()?
        .apply_op2(&weight.contiguous()?, RmsNorm { epsilon })
}

struct RmsNorm {
    epsilon: f64,
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let columns = weight_layout.shape().dims1()?;
        if x_layout.dims().last() != Some(&columns) || columns == 0 {
            return Err(Error::Msg(format!(
                "{NAME}: the input has shape {:?}, the weight {columns} values",
                x_layout.dims()
            )));
        }
        let output = for_real!(
            x.dtype(),
            NAME,
            forward(x, x_layout, weight, weight_layout, self.epsilon)
        )?;
        Ok((output, x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (x_gradient, weight_gradient) =
            for_real!(x.dtype(), NAME, backward(x, weight, gradient, self.epsilon))?;
        Ok((Some(x_gradient), Some(weight_gradient)))
    }
}

fn forward<T: Real>(
    x: &CpuStorage,
    x_layout: &Layout,
    weight: &CpuStorage,
    weight_layout: &Layout,
    epsilon: f64,
) -> Result<CpuStorage> {
    let x = values::<T>(x, x_layout)?;
    let weight = values::<T>(weight, weight_layout)?;
    let columns = weight.len();
    let mut output = vec![T::ZERO; x.len()];
    output
        .par_chunks_mut(columns)
        .zip(x.par_chunks(columns))
        .with_min_len(ROWS_PER_TASK)
        .for_each(|(output_row, row)| {
            let scale = inverse_root_mean_square(row, epsilon);
            for ((output_value, &value), &factor) in output_row.iter_mut().zip(row).zip(weight) {
                *output_value = value * scale * factor;
            }
        });
    Ok(T::to_cpu_storage_owned(output))
}

fn backward<T: Real>(
    x: &Tensor,
    weight: &Tensor,
    gradient: &Tensor,
    epsilon: f64,
) -> Result<(Tensor, Tensor)> {
    with_values::<T, _, 3>([x, weight, gradient], |[values, factors, gradients]| {
        let columns = factors.len();
        let mut x_gradients = vec![T::ZERO; values.len()];
        let block = columns * ROWS_PER_SUM;
        let partial_sums: Vec<Vec<T>> = x_gradients
            .par_chunks_mut(block)
            .zip(values.par_chunks(block))
            .zip(gradients.par_chunks(block))
            .map(|((x_gradient_block, value_block), gradient_block)| {
                let mut weight_sums = vec![T::ZERO; columns];
                let rows = x_gradient_block
                    .chunks_mut(columns)
                    .zip(value_block.chunks(columns))
                    .zip(gradient_block.chunks(columns));
                for ((x_gradient_row, row), gradient_row) in rows {
                    backward_row(
                        x_gradient_row,
                        &mut weight_sums,
                        row,
                        gradient_row,
                        factors,
                        epsilon,
                    );
                }
                weight_sums
            })
            .collect();
        let mut weight_gradients = vec![T::ZERO; columns];
        for partial in &partial_sums {
            for (total, &part) in weight_gradients.iter_mut().zip(partial) {
                *total += part;
            }
        }
        Ok((
            Tensor::from_vec(x_gradients, x.shape(), x.device())?,
            Tensor::from_vec(weight_gradients, columns, x.device())?,
        ))
    })
}

fn backward_row<T: Real>(
    x_gradient_row: &mut [T],
    weight_sums: &mut [T],
    row: &[T],
    gradient_row: &[T],
    factors: &[T],
    epsilon: f64,
) {
    let scale = inverse_root_mean_square(row, epsilon);
    for ((output, &gradient), &factor) in x_gradient_row.iter_mut().zip(gradient_row).zip(factors) {
        *output = gradient * factor;
    }
    let along = sum_of_pairs(x_gradient_row, row, |weighted, value| weighted * value);
    let correction = along * scale * scale / T::from_f64(row.len() as f64);
    for (output, &value) in x_gradient_row.iter_mut().zip(row) {
        *output = (*output - value * correction) * scale;
    }
    for ((total, &gradient), &value) in weight_sums.iter_mut().zip(gradient_row).zip(row) {
        *total += gradient * value * scale;
    }
}

fn inverse_root_mean_square<T: Real>(row: &[T], epsilon: f64) -> T {
    let squares = sum_of_pairs(row, row, |value, same| value * same);
    (squares / T::from_f64(row.len() as f64) + T::from_f64(epsilon)).inverse_root()
}

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let inputs = [check::tensor("x", &[2, 3, 5]), check::tensor("weight", &[5])];
        check::assert_gradients(&inputs, |inputs| rms_norm(&inputs[0], &inputs[1], 1e-5));
    }

    #[test]
    fn it_is_the_plain_form() {
        let inputs = [check::tensor("x", &[150, 24]), check::tensor("weight", &[24])];
        check::assert_same(
            &inputs,
            |inputs| rms_norm(&inputs[0], &inputs[1], 1e-5),
            |inputs| candle_nn::ops::rms_norm_slow(&inputs[0], &inputs[1], 1e-5),
        );
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let x = check::tensor("x", &[500, 24]).to_dtype(DType::F32).expect("f32");
        let weight = check::tensor("weight", &[24]).to_dtype(DType::F32).expect("f32");
        check::assert_thread_invariant(|| {
            let (_, gradient) = backward::<f32>(&x, &weight, &x, 1e-5).expect("runs");
            gradient.to_vec1().expect("values")
        });
    }
}
