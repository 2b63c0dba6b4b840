//! Rotary position encoding (Su et al. 2021) in the layout of Hugging Face's Llama: value `i` of a head is paired
//! with value `i + half`, and the pair is turned by an angle that grows with the token's position.
//!
//! The backward turns the gradient by the opposite angle.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::real::Real;
use super::{ROWS_PER_TASK, for_real, values, with_values};

const NAME: &str = "rotate";

/// Turns `x` of shape (batch, tokens, heads, size) by the angles whose cosines and sines have the shape
/// (tokens, size / 2).
pub fn rotate(x: &Tensor, cosines: &Tensor, sines: &Tensor) -> Result<Tensor> {
    x.contiguous()?
        .apply_op3(&cosines.contiguous()?, &sines.contiguous()?, Rotate)
}

struct Rotate;

impl CustomOp3 for Rotate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        cosines: &CpuStorage,
        cosines_layout: &Layout,
        sines: &CpuStorage,
        sines_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, tokens, heads, size) = x_layout.shape().dims4()?;
        let table = (tokens, size / 2);
        if cosines_layout.shape().dims2()? != table || sines_layout.shape().dims2()? != table {
            return Err(Error::Msg(format!(
                "{NAME}: angles of shape {:?} for {tokens} tokens with heads of {size}",
                cosines_layout.dims()
            )));
        }
        let output = for_real!(
            x.dtype(),
            NAME,
            forward(
                x,
                x_layout,
                (cosines, cosines_layout),
                (sines, sines_layout),
                heads
            )
        )?;
        Ok((output, x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        cosines: &Tensor,
        sines: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let turned_back = for_real!(x.dtype(), NAME, backward(gradient, cosines, sines))?;
        Ok((Some(turned_back), None, None))
    }
}

fn forward<T: Real>(
    x: &CpuStorage,
    x_layout: &Layout,
    (cosines, cosines_layout): (&CpuStorage, &Layout),
    (sines, sines_layout): (&CpuStorage, &Layout),
    heads: usize,
) -> Result<CpuStorage> {
    let turned = turn(
        values::<T>(x, x_layout)?,
        values::<T>(cosines, cosines_layout)?,
        values::<T>(sines, sines_layout)?,
        heads,
        cosines_layout.shape().dims2()?,
        T::ONE,
    );
    Ok(T::to_cpu_storage_owned(turned))
}

fn backward<T: Real>(gradient: &Tensor, cosines: &Tensor, sines: &Tensor) -> Result<Tensor> {
    let heads = gradient.dim(2)?;
    let table = cosines.dims2()?;
    with_values::<T, _, 3>([gradient, cosines, sines], |[gradients, cosines, sines]| {
        let turned = turn(gradients, cosines, sines, heads, table, T::ZERO - T::ONE);
        Tensor::from_vec(turned, gradient.shape(), gradient.device())
    })
}

fn turn<T: Real>(
    x: &[T],
    cosines: &[T],
    sines: &[T],
    heads: usize,
    (tokens, half): (usize, usize),
    direction: T,
) -> Vec<T> {
    let mut output = vec![T::ZERO; x.len()];
    if output.is_empty() {
        return output;
    }
    let width = heads * 2 * half;
    output
        .par_chunks_mut(width)
        .zip(x.par_chunks(width))
        .enumerate()
        .with_min_len(ROWS_PER_TASK)
        .for_each(|(row, (output_row, x_row))| {
            let angle = row % tokens * half;
            let (Some(cosine), Some(sine)) =
                (cosines.get(angle..angle + half), sines.get(angle..angle + half))
            else {
                return;
            };
            for (output_head, head) in output_row.chunks_mut(2 * half).zip(x_row.chunks(2 * half)) {
                let (output_first, output_second) = output_head.split_at_mut(half);
                let (first, second) = head.split_at(half);
                for position in 0..half {
                    let turned = sine[position] * direction;
                    output_first[position] = first[position] * cosine[position] - second[position] * turned;
                    output_second[position] = second[position] * cosine[position] + first[position] * turned;
                }
            }
        });
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    fn angles(tokens: usize, half: usize) -> (Tensor, Tensor) {
        let angle = check::tensor("angle", &[tokens, half]);
        (angle.cos().expect("cosines"), angle.sin().expect("sines"))
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let (cosines, sines) = angles(3, 2);
        check::assert_gradients(&[check::tensor("x", &[2, 3, 2, 4])], |inputs| {
            rotate(&inputs[0], &cosines, &sines)
        });
    }

    #[test]
    fn it_is_the_plain_form() {
        let (cosines, sines) = angles(6, 4);
        let cosines = cosines.to_dtype(candle_core::DType::F32).expect("f32");
        let sines = sines.to_dtype(candle_core::DType::F32).expect("f32");
        check::assert_same(
            &[check::tensor("x", &[2, 6, 3, 8])],
            |inputs| rotate(&inputs[0], &cosines, &sines),
            |inputs| {
                let heads_first = inputs[0].transpose(1, 2)?.contiguous()?;
                candle_nn::rotary_emb::rope_slow(&heads_first, &cosines, &sines)?.transpose(1, 2)
            },
        );
    }

    #[test]
    fn a_turn_keeps_lengths() {
        let (cosines, sines) = angles(5, 3);
        let x = check::tensor("x", &[1, 5, 2, 6]);
        let length = |tensor: &Tensor| {
            tensor
                .sqr()
                .and_then(|squares| squares.sum_all())
                .and_then(|sum| sum.to_scalar::<f64>())
                .expect("a length")
        };
        let turned = rotate(&x, &cosines, &sines).expect("turns");
        assert!((length(&x) - length(&turned)).abs() < 1e-12);
    }
}
