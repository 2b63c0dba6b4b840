//! The functions of the near-duplicate plans, over MinHash signatures that the annotation pass has stored.
//!
//! Signatures are compared without reading text: two documents whose hashes agree in one whole band become a
//! candidate pair, and the share of equal hashes estimates the Jaccard similarity of their shingles (Broder 1997).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListBuilder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Int64Type};

use crate::stage::{Kernel, KernelError};
use crate::text::minhash;

/// `minhash_bands(signature, buckets, rows)`: one hash for each band, as a list.
pub struct MinHashBands;

impl Kernel for MinHashBands {
    fn name(&self) -> &'static str {
        "minhash_bands"
    }

    fn arguments(&self) -> Vec<DataType> {
        vec![DataType::Binary, DataType::Int64, DataType::Int64]
    }

    fn returns(&self) -> DataType {
        DataType::List(Arc::new(Field::new_list_field(DataType::UInt64, true)))
    }

    fn invoke(&self, arguments: &[ArrayRef]) -> Result<ArrayRef, KernelError> {
        let [signatures, buckets, rows] = arguments else {
            return Err(self.failure("expected a signature, buckets and rows"));
        };
        let signatures = signatures.as_binary::<i32>();
        let buckets = buckets.as_primitive::<Int64Type>();
        let rows = rows.as_primitive::<Int64Type>();
        let mut lists = ListBuilder::new(UInt64Builder::new());
        for row in 0..signatures.len() {
            if signatures.is_null(row) {
                lists.append(false);
                continue;
            }
            let shape = usize::try_from(buckets.value(row))
                .ok()
                .zip(usize::try_from(rows.value(row)).ok());
            let Some((buckets, rows)) = shape else {
                return Err(self.failure("buckets and rows are counts"));
            };
            for band in minhash::bands(signatures.value(row), buckets, rows) {
                lists.values().append_value(band);
            }
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    }
}

impl MinHashBands {
    fn failure(&self, message: &str) -> KernelError {
        KernelError {
            function: self.name(),
            message: message.to_owned(),
        }
    }
}

/// `minhash_similarity(left, right)`: the estimated Jaccard similarity, null where a signature is.
pub struct MinHashSimilarity;

impl Kernel for MinHashSimilarity {
    fn name(&self) -> &'static str {
        "minhash_similarity"
    }

    fn arguments(&self) -> Vec<DataType> {
        vec![DataType::Binary, DataType::Binary]
    }

    fn returns(&self) -> DataType {
        DataType::Float64
    }

    fn invoke(&self, arguments: &[ArrayRef]) -> Result<ArrayRef, KernelError> {
        let [left, right] = arguments else {
            let message = "expected two signatures".to_owned();
            return Err(KernelError {
                function: self.name(),
                message,
            });
        };
        let left = left.as_binary::<i32>();
        let right = right.as_binary::<i32>();
        let estimates: Float64Array = (0..left.len())
            .map(|row| {
                let both = left.is_valid(row) && right.is_valid(row);
                both.then(|| minhash::estimate(left.value(row), right.value(row)))
            })
            .collect();
        Ok(Arc::new(estimates))
    }
}
