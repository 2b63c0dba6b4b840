//! The gate of the feed-forward layer (Shazeer 2020): `y = gate sigmoid(gate) up`.
//!
//! With `s = sigmoid(gate)`: `dgate = dy up s (1 + gate (1 - s))` and `dup = dy gate s`.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::real::Real;
use super::{VALUES_PER_TASK, for_real, values, with_values};

const NAME: &str = "swiglu";

/// `silu(gate) * up`, value by value.
pub fn swiglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    gate.contiguous()?.apply_op2(&up.contiguous()?, SwiGlu)
}

struct SwiGlu;

impl CustomOp2 for SwiGlu {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        gate: &CpuStorage,
        gate_layout: &Layout,
        up: &CpuStorage,
        up_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        if gate_layout.dims() != up_layout.dims() {
            return Err(Error::Msg(format!(
                "{NAME}: the gate has shape {:?}, the value {:?}",
                gate_layout.dims(),
                up_layout.dims()
            )));
        }
        let output = for_real!(gate.dtype(), NAME, forward(gate, gate_layout, up, up_layout))?;
        Ok((output, gate_layout.shape().clone()))
    }

    fn bwd(
        &self,
        gate: &Tensor,
        up: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (gate_gradient, up_gradient) = for_real!(gate.dtype(), NAME, backward(gate, up, gradient))?;
        Ok((Some(gate_gradient), Some(up_gradient)))
    }
}

fn sigmoid<T: Real>(value: T) -> T {
    T::ONE / (T::ONE + (T::ZERO - value).exponential())
}

fn forward<T: Real>(
    gate: &CpuStorage,
    gate_layout: &Layout,
    up: &CpuStorage,
    up_layout: &Layout,
) -> Result<CpuStorage> {
    let gate = values::<T>(gate, gate_layout)?;
    let up = values::<T>(up, up_layout)?;
    let mut output = vec![T::ZERO; gate.len()];
    output
        .par_chunks_mut(VALUES_PER_TASK)
        .zip(gate.par_chunks(VALUES_PER_TASK))
        .zip(up.par_chunks(VALUES_PER_TASK))
        .for_each(|((output_block, gate_block), up_block)| {
            for ((output_value, &gate_value), &up_value) in
                output_block.iter_mut().zip(gate_block).zip(up_block)
            {
                *output_value = gate_value * sigmoid(gate_value) * up_value;
            }
        });
    Ok(T::to_cpu_storage_owned(output))
}

fn backward<T: Real>(gate: &Tensor, up: &Tensor, gradient: &Tensor) -> Result<(Tensor, Tensor)> {
    with_values::<T, _, 3>([gate, up, gradient], |[gates, ups, gradients]| {
        let mut gate_gradients = vec![T::ZERO; gates.len()];
        let mut up_gradients = vec![T::ZERO; gates.len()];
        gate_gradients
            .par_chunks_mut(VALUES_PER_TASK)
            .zip(up_gradients.par_chunks_mut(VALUES_PER_TASK))
            .zip(gates.par_chunks(VALUES_PER_TASK))
            .zip(ups.par_chunks(VALUES_PER_TASK))
            .zip(gradients.par_chunks(VALUES_PER_TASK))
            .for_each(
                |((((gate_outputs, up_outputs), gate_block), up_block), gradient_block)| {
                    let outputs = gate_outputs.iter_mut().zip(up_outputs);
                    let inputs = gate_block.iter().zip(up_block).zip(gradient_block);
                    for ((gate_output, up_output), ((&gate_value, &up_value), &gradient_value)) in
                        outputs.zip(inputs)
                    {
                        let open = sigmoid(gate_value);
                        let slope = open * (T::ONE + gate_value * (T::ONE - open));
                        *gate_output = gradient_value * up_value * slope;
                        *up_output = gradient_value * gate_value * open;
                    }
                },
            );
        Ok((
            Tensor::from_vec(gate_gradients, gate.shape(), gate.device())?,
            Tensor::from_vec(up_gradients, up.shape(), up.device())?,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let inputs = [check::tensor("gate", &[3, 4]), check::tensor("up", &[3, 4])];
        check::assert_gradients(&inputs, |inputs| swiglu(&inputs[0], &inputs[1]));
    }

    #[test]
    fn it_is_the_plain_form() {
        let inputs = [
            (check::tensor("gate", &[130, 200]) * 20.0).expect("scaled"),
            check::tensor("up", &[130, 200]),
        ];
        check::assert_same(
            &inputs,
            |inputs| swiglu(&inputs[0], &inputs[1]),
            |inputs| inputs[0].silu()? * &inputs[1],
        );
    }
}
