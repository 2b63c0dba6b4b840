//! The order of documents in the shards: by a hash of seed, document and epoch, and by nothing else, so that it is
//! the same whatever the order in which documents were read.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::datatypes::{DataType, UInt64Type};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::stage::{Kernel, KernelError};

/// Where the document `id` stands in epoch `epoch` of an order drawn from `seed`.
#[must_use]
pub fn order_key(seed: u64, id: &str, epoch: u64) -> u64 {
    // Each epoch has its own seed, so that no two epochs go through the documents in the same order.
    let epoch_seed = xxh3_64_with_seed(&epoch.to_le_bytes(), seed);
    xxh3_64_with_seed(id.as_bytes(), epoch_seed)
}

/// `order_key(seed, id, epoch)` as a function of plans.
pub struct OrderKey;

impl Kernel for OrderKey {
    fn name(&self) -> &'static str {
        "order_key"
    }

    fn arguments(&self) -> Vec<DataType> {
        vec![DataType::UInt64, DataType::Utf8, DataType::UInt64]
    }

    fn returns(&self) -> DataType {
        DataType::UInt64
    }

    fn invoke(&self, arguments: &[ArrayRef]) -> Result<ArrayRef, KernelError> {
        let [seeds, ids, epochs] = arguments else {
            let message = format!(
                "expected a seed, an id and an epoch, not {} arguments",
                arguments.len()
            );
            return Err(KernelError {
                function: self.name(),
                message,
            });
        };
        let seeds = seeds.as_primitive::<UInt64Type>();
        let ids = ids.as_string::<i32>();
        let epochs = epochs.as_primitive::<UInt64Type>();
        let keys: UInt64Array = (0..ids.len())
            .map(|row| order_key(seeds.value(row), ids.value(row), epochs.value(row)))
            .collect();
        Ok(Arc::new(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_epoch_has_its_own_order() {
        let ids: Vec<String> = (0..100).map(|number| format!("{number:032x}")).collect();
        let ordered = |seed, epoch| {
            let mut order: Vec<&String> = ids.iter().collect();
            order.sort_by_key(|id| order_key(seed, id, epoch));
            order
        };
        assert_eq!(ordered(1, 0), ordered(1, 0));
        assert_ne!(ordered(1, 0), ordered(1, 1));
        assert_ne!(ordered(1, 0), ordered(2, 0));
    }
}
