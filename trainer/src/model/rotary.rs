//! The angles of the rotary position encoding: position × theta^(-2i / size) for pair `i` of a head.

use candle_core::{DType, Device, Result, Tensor};

use crate::kernel::rotate::rotate;

/// What the angles of every position follow from.
#[derive(Clone, Debug)]
pub(super) struct Rotary {
    /// The angle of the first position for every pair of a head.
    frequencies: Vec<f64>,
    dtype: DType,
}

impl Rotary {
    /// The encoding of heads of `size` values.
    pub(super) fn new(size: usize, theta: f64, dtype: DType) -> Self {
        let frequencies = (0..size / 2)
            .map(|pair| theta.powf(-2.0 * pair as f64 / size as f64))
            .collect();
        Self { frequencies, dtype }
    }

    /// The angles of `tokens` tokens that stand at `start` and after. They are made in `f64`: in `f32` they lose
    /// whole digits at far positions. A forward pass makes them once, for all layers.
    pub(super) fn angles(&self, start: usize, tokens: usize) -> Result<Angles> {
        let angles: Vec<f64> = (start..start + tokens)
            .flat_map(|position| {
                let turns = self.frequencies.iter();
                turns.map(move |frequency| position as f64 * frequency)
            })
            .collect();
        let angles = Tensor::from_vec(angles, (tokens, self.frequencies.len()), &Device::Cpu)?;
        Ok(Angles {
            cosines: angles.cos()?.to_dtype(self.dtype)?,
            sines: angles.sin()?.to_dtype(self.dtype)?,
        })
    }
}

/// Cosines and sines for a run of positions.
#[derive(Clone, Debug)]
pub(super) struct Angles {
    cosines: Tensor,
    sines: Tensor,
}

impl Angles {
    /// Turns the heads of these positions' tokens: (batch, tokens, heads, size).
    pub(super) fn turn(&self, heads: &Tensor) -> Result<Tensor> {
        rotate(heads, &self.cosines, &self.sines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::check;

    #[test]
    fn gradients_are_those_of_finite_differences() -> Result<()> {
        let angles = Rotary::new(4, 10_000.0, DType::F64).angles(2, 3)?;
        check::assert_gradients(&[check::tensor("heads", &[1, 3, 2, 4])], |inputs| {
            angles.turn(&inputs[0])
        });
        Ok(())
    }

    #[test]
    fn scores_depend_on_distance_alone() -> Result<()> {
        let rotary = Rotary::new(8, 10_000.0, DType::F64);
        let query = check::tensor("query", &[1, 1, 1, 8]);
        let key = check::tensor("key", &[1, 1, 1, 8]);
        let score = |query_at: usize, key_at: usize| -> Result<f64> {
            let turned_query = rotary.angles(query_at, 1)?.turn(&query)?;
            let turned_key = rotary.angles(key_at, 1)?.turn(&key)?;
            (turned_query * turned_key)?.sum_all()?.to_scalar()
        };
        assert!((score(7, 3)? - score(54, 50)?).abs() < 1e-12);
        assert!((score(7, 3)? - score(7, 4)?).abs() > 1e-6);
        Ok(())
    }
}
