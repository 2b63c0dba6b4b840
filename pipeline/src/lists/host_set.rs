//! Millions of hosts and addresses in eight bytes each: the sorted xxh3 hashes of their one spelling.
//!
//! Two spellings with the same 64 bits are taken for one. With five million entries and five look-ups a document (a
//! host, the domains above it, its address) that happens to one document in 7 * 10^11: never, in practice.
//!
//! A look-up goes to the few dozen hashes that share their first bits, by a table of where those begin, and searches
//! them.

/// Hashes to a step of the table, about.
const HASHES_A_STEP: usize = 32;

/// A set of hashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HostSet {
    /// In order, each once.
    hashes: Vec<u64>,
    /// How many of the first bits of a hash choose the step.
    bits: u32,
    /// Where each step begins in `hashes`, and where the last one ends.
    steps: Vec<usize>,
}

impl HostSet {
    /// The set of `hashes`, in any order and as often as they come.
    #[must_use]
    pub fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.shrink_to_fit();
        let bits = (hashes.len() / HASHES_A_STEP).max(1).ilog2();
        let mut steps = Vec::with_capacity((1 << bits) + 1);
        steps.push(0);
        for step in 1..1_u64 << bits {
            let first = step << (u64::BITS - bits);
            steps.push(hashes.partition_point(|hash| *hash < first));
        }
        steps.push(hashes.len());
        Self { hashes, bits, steps }
    }

    /// How many hashes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Bytes of memory that the set takes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u64>() + self.steps.capacity() * size_of::<usize>()
    }

    /// Whether `hash` is in the set.
    #[must_use]
    pub fn contains(&self, hash: u64) -> bool {
        let step = hash.checked_shr(u64::BITS - self.bits).unwrap_or(0);
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        let (Some(&start), Some(&end)) = (self.steps.get(step), self.steps.get(step.saturating_add(1)))
        else {
            return false;
        };
        self.hashes[start..end].binary_search(&hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    #[test]
    fn an_empty_set_holds_nothing() {
        for set in [HostSet::default(), HostSet::new(Vec::new())] {
            assert!(set.is_empty() && !set.contains(0) && !set.contains(u64::MAX));
        }
    }

    #[test]
    fn a_million_take_eight_bytes_each() {
        let hash = |number: u64| xxh3_64(&number.to_le_bytes());
        let set = HostSet::new((0..1_000_000).map(hash).collect());
        assert_eq!(set.len(), 1_000_000);
        assert!(set.memory_bytes() < 8_500_000, "{}", set.memory_bytes());
        assert!((0..1_000_000).all(|number| set.contains(hash(number))));
        assert!(!(1_000_000..1_100_000).any(|number| set.contains(hash(number))));
    }

    proptest! {
        #[test]
        fn it_is_the_set_of_its_hashes(
            hashes in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..9, Just(u64::MAX)], 0..300),
            others in prop::collection::vec(any::<u64>(), 0..50),
        ) {
            let expected: BTreeSet<u64> = hashes.iter().copied().collect();
            let set = HostSet::new(hashes.clone());
            prop_assert_eq!(set.len(), expected.len());
            for hash in hashes.iter().chain(&others).chain(&[0, 1, u64::MAX]) {
                prop_assert_eq!(set.contains(*hash), expected.contains(hash));
            }
        }
    }
}
