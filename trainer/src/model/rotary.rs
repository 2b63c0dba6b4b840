//! The angles of the rotary position encoding: position × theta^(-2i / size) for pair `i` of a head.

use candle_core::{DType, Device, Result, Tensor};

use crate::kernel::rotate::rotate;

/// Cosines and sines for every position.
#[derive(Clone, Debug)]
pub(super) struct Rotary {
    cosines: Tensor,
    sines: Tensor,
}

impl Rotary {
    /// Tables for `positions` positions of heads of `size` values. The angles are made in `f64`: in `f32` they lose
    /// whole digits at far positions.
    pub(super) fn new(positions: usize, size: usize, theta: f64, dtype: DType) -> Result<Self> {
        let half = size / 2;
        let mut angles = Vec::with_capacity(positions * half);
        for position in 0..positions {
            for pair in 0..half {
                let exponent = -2.0 * pair as f64 / size as f64;
                angles.push(position as f64 * theta.powf(exponent));
            }
        }
        let angles = Tensor::from_vec(angles, (positions, half), &Device::Cpu)?;
        Ok(Self {
            cosines: angles.cos()?.to_dtype(dtype)?,
            sines: angles.sin()?.to_dtype(dtype)?,
        })
    }

    /// Positions that the tables reach.
    pub(super) fn positions(&self) -> usize {
        self.cosines.dims().first().copied().unwrap_or_default()
    }

    /// Turns the heads of tokens that stand at `start` and after: (batch, tokens, heads, size).
    pub(super) fn forward(&self, heads: &Tensor, start: usize) -> Result<Tensor> {
        let tokens = heads.dim(1)?;
        rotate(
            heads,
            &self.cosines.narrow(0, start, tokens)?,
            &self.sines.narrow(0, start, tokens)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() -> Result<()> {
        let rotary = Rotary::new(8, 4, 10_000.0, DType::F64)?;
        check::assert_gradients(&[check::tensor("heads", &[1, 3, 2, 4])], |inputs| {
            rotary.forward(&inputs[0], 2)
        });
        Ok(())
    }

    #[test]
    fn scores_depend_on_distance_alone() -> Result<()> {
        let rotary = Rotary::new(64, 8, 10_000.0, DType::F64)?;
        let query = check::tensor("query", &[1, 1, 1, 8]);
        let key = check::tensor("key", &[1, 1, 1, 8]);
        let score = |query_at: usize, key_at: usize| -> Result<f64> {
            let product = (rotary.forward(&query, query_at)? * rotary.forward(&key, key_at)?)?;
            product.sum_all()?.to_scalar()
        };
        assert!((score(7, 3)? - score(54, 50)?).abs() < 1e-12);
        assert!((score(7, 3)? - score(7, 4)?).abs() > 1e-6);
        Ok(())
    }
}
