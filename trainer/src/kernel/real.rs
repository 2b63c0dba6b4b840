//! The number types that the kernels are written over: `f32` to train, `f64` to check gradients.

use candle_core::WithDType;

/// A floating-point number with what the kernels need beyond arithmetic.
pub(crate) trait Real: WithDType {
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// e to the power of this.
    #[must_use]
    fn exponential(self) -> Self;

    /// The natural logarithm.
    #[must_use]
    fn logarithm(self) -> Self;

    /// 1 over the square root.
    #[must_use]
    fn inverse_root(self) -> Self;

    /// The larger of the two.
    #[must_use]
    fn larger(self, other: Self) -> Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    /// Within 2 units in the last place of the true value. The compiler turns loops over this into vector
    /// instructions, which it cannot do with the system's `expf`, and the result is the same on every system.
    ///
    /// The argument is split as `n ln 2 + r`; the polynomial in `r` is that of Cephes' `expf`.
    #[inline]
    fn exponential(self) -> Self {
        // Adding and subtracting 1.5 * 2^23 rounds to a whole number and leaves it in the low bits of the sum.
        const ROUNDER: f32 = 12_582_912.0;
        const LN_2_HIGH: f32 = 0.693_359_4;
        const LN_2_LOW: f32 = -2.121_944_4e-4;
        let bounded = self.clamp(-87.0, 88.0);
        let shifted = bounded * std::f32::consts::LOG2_E + ROUNDER;
        let whole = shifted - ROUNDER;
        let rest = bounded - whole * LN_2_HIGH - whole * LN_2_LOW;
        let mut sum = 1.987_569_1e-4;
        for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
            sum = sum * rest + coefficient;
        }
        let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
        (sum * rest * rest + rest + 1.0) * power
    }

    #[inline]
    fn logarithm(self) -> Self {
        self.ln()
    }

    #[inline]
    fn inverse_root(self) -> Self {
        1.0 / self.sqrt()
    }

    #[inline]
    fn larger(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline]
    fn exponential(self) -> Self {
        self.exp()
    }

    #[inline]
    fn logarithm(self) -> Self {
        self.ln()
    }

    #[inline]
    fn inverse_root(self) -> Self {
        1.0 / self.sqrt()
    }

    #[inline]
    fn larger(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Numbers summed side by side, so that the additions of one sum need not wait for each other.
const LANES: usize = 8;

/// The sum of `term(left, right)` over two slices of one length, in an order fixed by the length alone.
#[inline]
pub(crate) fn sum_of_pairs<T: Real>(left: &[T], right: &[T], term: impl Fn(T, T) -> T) -> T {
    let mut sums = [T::ZERO; LANES];
    let (left_blocks, left_rest) = left.as_chunks::<LANES>();
    let (right_blocks, right_rest) = right.as_chunks::<LANES>();
    for (left_block, right_block) in left_blocks.iter().zip(right_blocks) {
        for lane in 0..LANES {
            sums[lane] += term(left_block[lane], right_block[lane]);
        }
    }
    let mut total = T::ZERO;
    for sum in sums {
        total += sum;
    }
    for (&left_value, &right_value) in left_rest.iter().zip(right_rest) {
        total += term(left_value, right_value);
    }
    total
}

/// The sum of a slice, in an order fixed by its length alone.
#[inline]
pub(crate) fn sum<T: Real>(values: &[T]) -> T {
    sum_of_pairs(values, values, |value, _| value)
}

/// The largest value of a slice; the smallest finite number where it is empty.
#[inline]
pub(crate) fn largest<T: Real>(values: &[T]) -> T {
    let mut best = [T::from_f64(f64::from(f32::MIN)); LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            best[lane] = best[lane].larger(block[lane]);
        }
    }
    let mut largest = best[0];
    for &value in best.iter().chain(rest) {
        largest = largest.larger(value);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_the_system() {
        let mut argument = -86.0_f32;
        while argument < 87.0 {
            let expected = f64::from(argument).exp();
            let relative = (f64::from(argument.exponential()) - expected).abs() / expected;
            assert!(relative < 2.5e-7, "exp({argument}) is off by {relative}");
            argument += 0.003_7;
        }
        assert!(f32::NAN.exponential().is_nan());
        assert!((-1.0e9_f32).exponential() < 1.0e-37);
        assert!(1.0e9_f32.exponential().is_finite());
    }

    #[test]
    fn sums_and_maxima_take_every_value() {
        for length in 0..40_u8 {
            let values: Vec<f64> = (0..length).map(f64::from).collect();
            let expected: f64 = values.iter().sum();
            assert!((sum(&values) - expected).abs() < 1e-9);
            if let Some(last) = values.last() {
                assert!((largest(&values) - last).abs() < f64::EPSILON);
            }
        }
    }
}
