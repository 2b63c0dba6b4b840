//! Fused operations of the model, each with its analytic backward.
//!
//! candle's element-wise operations on the processor run on one thread, keep every intermediate tensor until the
//! loss is dropped, and several of its fused ones have no backward at all and stop the gradient without a word.
//! The operations here make one pass over rows shared out with rayon, keep only their arguments, and are checked
//! against their plain form and against finite differences.
//!
//! A result never depends on the number of threads: rows are independent, and sums over rows are made in blocks
//! of a fixed size whose partial sums are added in order.

pub mod attention;
pub mod cross_entropy;
pub mod linear;
pub mod linear_cross_entropy;
mod matrix;
mod real;
pub mod rms_norm;
pub mod rotate;
pub mod swiglu;

#[cfg(test)]
pub(crate) mod check;

use candle_core::{CpuStorage, DType, Error, Layout, Result, Storage, Tensor};

pub(crate) use real::Real;

/// Rows that one task takes at least, so that sharing out does not cost more than the work.
const ROWS_PER_TASK: usize = 8;

/// Values that one task of an element-wise pass takes.
pub(crate) const VALUES_PER_TASK: usize = 1 << 14;

/// The values of a contiguous tensor that an operation was given.
fn values<'a, T: Real>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    let (start, end) = layout
        .contiguous_offsets()
        .ok_or_else(|| Error::msg("a fused operation was given a tensor that is not contiguous"))?;
    storage
        .as_slice::<T>()?
        .get(start..end)
        .ok_or_else(|| Error::msg("a tensor's layout leads outside its storage"))
}

/// The processor's storage behind a tensor.
fn on_cpu(storage: &Storage) -> Result<&CpuStorage> {
    match storage {
        Storage::Cpu(storage) => Ok(storage),
        _ => Err(Error::msg("this operation runs on the processor alone so far")),
    }
}

/// Runs `body` with the contiguous values of each of `tensors`.
pub(crate) fn with_values<T: Real, R, const N: usize>(
    tensors: [&Tensor; N],
    body: impl FnOnce([&[T]; N]) -> Result<R>,
) -> Result<R> {
    let mut contiguous = Vec::with_capacity(N);
    for tensor in tensors {
        contiguous.push(tensor.contiguous()?);
    }
    let guards: Vec<_> = contiguous.iter().map(Tensor::storage_and_layout).collect();
    let mut slices: [&[T]; N] = [&[]; N];
    for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
        *slice = values(on_cpu(storage)?, layout)?;
    }
    body(slices)
}

fn unsupported<R>(dtype: DType, operation: &'static str) -> Result<R> {
    Err(Error::UnsupportedDTypeForOp(dtype, operation))
}

/// Calls a function that is generic over [`Real`] with the type behind a [`DType`].
macro_rules! for_real {
    ($dtype:expr, $operation:expr, $function:ident ( $($argument:expr),* )) => {
        match $dtype {
            candle_core::DType::F32 => $function::<f32>($($argument),*),
            candle_core::DType::F64 => $function::<f64>($($argument),*),
            other => $crate::kernel::unsupported(other, $operation),
        }
    };
}
use for_real;
