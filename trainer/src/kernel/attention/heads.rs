//! Heads as matrices in place: the arguments of attention are read where they lie, without a transposed copy.

use candle_core::{CpuStorage, Layout, Shape};
use rayon::prelude::*;

use crate::kernel::Real;
use crate::kernel::matrix::Matrix;

/// A contiguous argument of shape (batch, rows, heads, size), of which single heads are read in place.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a> {
    pub(super) storage: &'a CpuStorage,
    start: usize,
}

impl<'a> Operand<'a> {
    pub(super) fn new(storage: &'a CpuStorage, layout: &Layout) -> Self {
        Self {
            storage,
            start: layout.start_offset(),
        }
    }

    /// Where one head of one sequence lies: a matrix of `rows` by `size` whose rows are `heads * size` apart.
    pub(super) fn head(
        self,
        sequence: usize,
        head: usize,
        (rows, heads, size): (usize, usize, usize),
    ) -> Matrix<'a> {
        let offset = self.start + (sequence * rows * heads + head) * size;
        let layout = Layout::new(Shape::from((rows, size)), vec![heads * size, 1], offset);
        Matrix::new(self.storage, layout)
    }
}

/// Lays heads of rows × size, sequence after sequence, out as (batch, rows, heads, size).
pub(super) fn interleaved<T: Real>(heads: &[&[T]], rows: usize, count: usize, size: usize) -> Vec<T> {
    let width = count * size;
    let mut output = vec![T::ZERO; heads.len() * rows * size];
    if output.is_empty() {
        return output;
    }
    output
        .par_chunks_mut(rows * width)
        .zip(heads.par_chunks(count))
        .for_each(|(sequence, sequence_heads)| {
            for (row, output_row) in sequence.chunks_mut(width).enumerate() {
                for (target, head) in output_row.chunks_mut(size).zip(sequence_heads) {
                    target.copy_from_slice(&head[row * size..(row + 1) * size]);
                }
            }
        });
    output
}
