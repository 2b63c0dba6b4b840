//! Matrices inside a storage and their products, without a tensor around them.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, Layout, Result};

use super::Real;

/// A matrix somewhere in a storage.
pub(super) struct Matrix<'a> {
    storage: &'a CpuStorage,
    layout: Layout,
}

impl<'a> Matrix<'a> {
    /// The matrix that `layout`, of rank 2, describes.
    pub(super) fn new(storage: &'a CpuStorage, layout: Layout) -> Self {
        Self { storage, layout }
    }

    /// A rows × columns matrix whose values lie in order from the storage's start on.
    pub(super) fn whole(storage: &'a CpuStorage, rows: usize, columns: usize) -> Self {
        Self::new(storage, Layout::contiguous((rows, columns)))
    }

    /// Rows and columns.
    pub(super) fn dims(&self) -> Result<(usize, usize)> {
        self.layout.shape().dims2()
    }

    /// The rows from `start` to before `end`.
    pub(super) fn rows(&self, start: usize, end: usize) -> Result<Self> {
        let layout = self.layout.narrow(0, start, end - start)?;
        Ok(Self::new(self.storage, layout))
    }

    /// The matrix product; each side may be read transposed.
    pub(super) fn times<T: Real>(
        &self,
        transposed: bool,
        other: &Matrix<'_>,
        other_transposed: bool,
    ) -> Result<Vec<T>> {
        let left = side(&self.layout, transposed)?;
        let right = side(&other.layout, other_transposed)?;
        let (rows, inner) = left.shape().dims2()?;
        let columns = right.shape().dims2()?.1;
        let product = self
            .storage
            .matmul(other.storage, (1, rows, columns, inner), &left, &right)?;
        T::cpu_storage_data(product)
    }
}

fn side(layout: &Layout, transposed: bool) -> Result<Layout> {
    if transposed {
        return layout.transpose(0, 1);
    }
    Ok(layout.clone())
}
