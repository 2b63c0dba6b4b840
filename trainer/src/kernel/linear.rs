//! A matrix product with a weight as it is stored: `y = x Wᵀ`, `W` of shape (out, in).
//!
//! candle's own way, `x.matmul(&w.t())`, gives the gradient of the transpose, which then costs a transposed add.
//! Here the gradients come in the shapes of the arguments: `dx = dy W` and `dW = dyᵀ x`.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, Error, Layout, Result, Shape, Tensor};

/// `x Wᵀ` for `x` of shape (..., in) and `weight` of shape (out, in).
pub fn linear(x: &Tensor, weight: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2(&weight.contiguous()?, Linear)
}

struct Linear;

impl CustomOp2 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (outputs, inputs) = weight_layout.shape().dims2()?;
        let dims = x_layout.dims();
        if dims.last() != Some(&inputs) {
            return Err(Error::Msg(format!(
                "linear: the input has shape {dims:?}, the weight ({outputs}, {inputs})"
            )));
        }
        let rows = x_layout.shape().elem_count() / inputs.max(1);
        let left = Layout::contiguous_with_offset((rows, inputs), x_layout.start_offset());
        let right = weight_layout.transpose(0, 1)?;
        let product = x.matmul(weight, (1, rows, outputs, inputs), &left, &right)?;
        let mut shape = dims.to_vec();
        if let Some(last) = shape.last_mut() {
            *last = outputs;
        }
        Ok((product, Shape::from(shape)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (outputs, inputs) = weight.dims2()?;
        let rows = gradient.contiguous()?.reshape(((), outputs))?;
        let x_gradient = rows.matmul(weight)?.reshape(x.shape())?;
        let weight_gradient = rows.t()?.matmul(&x.reshape(((), inputs))?)?;
        Ok((Some(x_gradient), Some(weight_gradient)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let inputs = [check::tensor("x", &[2, 3, 5]), check::tensor("weight", &[4, 5])];
        check::assert_gradients(&inputs, |inputs| linear(&inputs[0], &inputs[1]));
    }

    #[test]
    fn it_is_the_plain_product() {
        let inputs = [check::tensor("x", &[7, 33]), check::tensor("weight", &[17, 33])];
        check::assert_same(
            &inputs,
            |inputs| linear(&inputs[0], &inputs[1]),
            |inputs| inputs[0].matmul(&inputs[1].t()?),
        );
    }

    #[test]
    fn shapes_that_do_not_fit_are_an_error() {
        let outcome = linear(&check::tensor("x", &[2, 3]), &check::tensor("weight", &[4, 5]));
        assert!(outcome.expect_err("3 is not 5").to_string().contains("(4, 5)"));
    }
}
