//! The weights of a model: rows of floats, as they are or product-quantized (Jegou et al. 2011, as fastText's .ftz
//! files have them).

use super::file::{ModelError, ModelFile};

/// Centroids of a sub-quantizer: codes are bytes.
const CENTROIDS: usize = 256;

/// Quantized weights that take no more than this many bytes as floats are kept as floats, which are faster.
const MAX_UNPACKED_BYTES: usize = 64 << 20;

/// Rows of weights.
#[derive(Debug)]
pub(super) enum Matrix {
    /// All weights, row after row.
    Dense {
        /// Weights of a row.
        columns: usize,
        /// The weights.
        weights: Vec<f32>,
    },
    /// Codes of parts of rows.
    Quantized(Quantized),
}

/// Rows whose parts are codes of centroids, scaled by the row's norm where that was quantized apart.
#[derive(Debug)]
pub(super) struct Quantized {
    rows: usize,
    quantizer: Quantizer,
    codes: Vec<u8>,
    /// For each row the code of its norm, and the norms.
    norms: Option<(Vec<u8>, Vec<f32>)>,
}

#[derive(Debug)]
struct Quantizer {
    columns: usize,
    /// Parts of a row.
    parts: usize,
    /// Columns of a part; the last may have fewer.
    width: usize,
    centroids: Vec<f32>,
}

impl Matrix {
    /// Reads a matrix that must have `columns` columns.
    pub(super) fn read(file: &mut ModelFile, quantized: bool, columns: usize) -> Result<Self, ModelError> {
        if quantized {
            return Quantized::read(file, columns).map(Quantized::unpacked);
        }
        let (rows, own_columns) = shape(file)?;
        let weights = same_columns(file, own_columns, columns).and_then(|()| {
            let count = rows.checked_mul(columns);
            count.ok_or_else(|| file.refuse(format!("it claims {rows} rows of weights")))
        })?;
        Ok(Self::Dense {
            columns,
            weights: file.floats(weights, "weights")?,
        })
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Dense { columns, weights } => weights.len() / columns,
            Self::Quantized(quantized) => quantized.rows,
        }
    }

    /// Adds row number `row` to `sum`. Rows that there are not add nothing.
    pub(super) fn add_row(&self, row: usize, sum: &mut [f32]) {
        match self {
            Self::Dense { columns, weights } => {
                if let Some(row) = weights.get(row * columns..(row + 1) * columns) {
                    for (sum, weight) in sum.iter_mut().zip(row) {
                        *sum += weight;
                    }
                }
            }
            Self::Quantized(quantized) => quantized.add_row(row, sum),
        }
    }

    /// The product of row number `row` and `vector`.
    pub(super) fn dot(&self, row: usize, vector: &[f32]) -> f32 {
        match self {
            Self::Dense { columns, weights } => weights
                .get(row * columns..(row + 1) * columns)
                .map_or(0.0, |row| {
                    row.iter().zip(vector).map(|(weight, value)| weight * value).sum()
                }),
            Self::Quantized(quantized) => quantized.dot(row, vector),
        }
    }
}

impl Quantized {
    fn read(file: &mut ModelFile, columns: usize) -> Result<Self, ModelError> {
        let has_norms = file.flag()?;
        let (rows, own_columns) = shape(file)?;
        same_columns(file, own_columns, columns)?;
        let count = file.count("codes")?;
        let codes = file.bytes(count, "codes")?;
        let quantizer = Quantizer::read(file, columns)?;
        if rows.checked_mul(quantizer.parts) != Some(codes.len()) {
            let (codes, parts) = (codes.len(), quantizer.parts);
            return Err(file.refuse(format!("{codes} codes are not {rows} rows of {parts} parts")));
        }
        let norms = if has_norms {
            let codes = file.bytes(rows, "norms")?;
            let norms = Quantizer::read(file, 1)?;
            Some((codes, norms.centroids))
        } else {
            None
        };
        Ok(Self {
            rows,
            quantizer,
            codes,
            norms,
        })
    }

    /// The same as floats, where they are few.
    fn unpacked(self) -> Matrix {
        let columns = self.quantizer.columns;
        let floats = self.rows.saturating_mul(columns);
        if floats.saturating_mul(4) > MAX_UNPACKED_BYTES {
            return Matrix::Quantized(self);
        }
        let mut weights = vec![0.0; floats];
        for (row, weights) in weights.chunks_exact_mut(columns).enumerate() {
            self.add_row(row, weights);
        }
        Matrix::Dense { columns, weights }
    }

    fn norm(&self, row: usize) -> f32 {
        self.norms.as_ref().map_or(1.0, |(codes, norms)| {
            let code = codes.get(row).copied().unwrap_or(0);
            norms.get(usize::from(code)).copied().unwrap_or(0.0)
        })
    }

    fn add_row(&self, row: usize, sum: &mut [f32]) {
        let norm = self.norm(row);
        for (sum, centroid) in sum.chunks_mut(self.quantizer.width).zip(self.centroids(row)) {
            for (sum, weight) in sum.iter_mut().zip(centroid) {
                *sum += norm * weight;
            }
        }
    }

    fn dot(&self, row: usize, vector: &[f32]) -> f32 {
        let mut product = 0.0;
        for (values, centroid) in vector.chunks(self.quantizer.width).zip(self.centroids(row)) {
            for (value, weight) in values.iter().zip(centroid) {
                product += value * weight;
            }
        }
        product * self.norm(row)
    }

    /// The centroids that a row is made of, part by part.
    fn centroids(&self, row: usize) -> impl Iterator<Item = &[f32]> {
        let parts = self.quantizer.parts;
        let codes = self.codes.get(row * parts..(row + 1) * parts).unwrap_or(&[]);
        codes
            .iter()
            .enumerate()
            .map(|(part, code)| self.quantizer.centroid(part, *code))
    }
}

impl Quantizer {
    fn read(file: &mut ModelFile, columns: usize) -> Result<Self, ModelError> {
        let own_columns = file.count("columns")?;
        let parts = file.count("parts of a row")?;
        let width = file.count("columns of a part")?;
        let last_width = file.count("columns of the last part")?;
        same_columns(file, own_columns, columns)?;
        let fits = width > 0
            && parts == columns.div_ceil(width)
            && last_width == columns - (parts.max(1) - 1) * width;
        if !fits {
            let message =
                format!("{parts} parts of {width} columns, the last of {last_width}, are not {columns}");
            return Err(file.refuse(message));
        }
        Ok(Self {
            columns,
            parts,
            width,
            centroids: file.floats(columns * CENTROIDS, "centroids")?,
        })
    }

    fn centroid(&self, part: usize, code: u8) -> &[f32] {
        let width = self.width.min(self.columns - part * self.width);
        let start = part * CENTROIDS * self.width + usize::from(code) * width;
        self.centroids.get(start..start + width).unwrap_or(&[])
    }
}

/// Rows and columns, as the file claims them.
fn shape(file: &mut ModelFile) -> Result<(usize, usize), ModelError> {
    Ok((
        file.long_count("rows of weights")?,
        file.long_count("columns of weights")?,
    ))
}

fn same_columns(file: &ModelFile, found: usize, expected: usize) -> Result<(), ModelError> {
    if found == expected {
        return Ok(());
    }
    Err(file.refuse(format!(
        "its weights have {found} columns and its settings say {expected}: these are parts of two models"
    )))
}
