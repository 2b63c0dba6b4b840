//! Which window comes when: a permutation of all windows for every epoch, computed and never stored.
//!
//! A permutation is a Feistel network over the next power of 4, walked until it lands inside the range (Black and
//! Rogaway 2002): one-to-one, with no memory, and any place of it can be asked for directly. One permutation parts
//! the held-out windows from the rest; another for each epoch orders the rest.

use crate::random::{Stream, mixed};

/// Rounds of the network; 4 make it indistinguishable from random in theory (Luby and Rackoff 1988).
const ROUNDS: u64 = 6;

/// The order of windows.
#[derive(Clone, Debug)]
pub struct Sampler {
    seed: u64,
    split: Permutation,
    held_out: u64,
}

impl Sampler {
    /// An order of `windows` windows, of which the share `held_out` is never trained on. At least one is held out
    /// where the share is above 0 and there is more than one.
    #[must_use]
    pub fn new(windows: u64, held_out: f64, seed: u64) -> Self {
        let mut held_out_windows = share_of(windows, held_out);
        if held_out > 0.0 && windows > 1 {
            held_out_windows = held_out_windows.max(1);
        }
        Self {
            seed,
            split: Permutation::new(windows, Stream::new(seed, "held-out").bits(0)),
            held_out: held_out_windows,
        }
    }

    /// Windows to train on.
    #[must_use]
    pub fn training_windows(&self) -> u64 {
        self.split.length - self.held_out
    }

    /// Windows held out.
    #[must_use]
    pub fn held_out_windows(&self) -> u64 {
        self.held_out
    }

    /// The window of the training sample `sample`, counted from 0 over all epochs.
    #[must_use]
    pub fn training_window(&self, sample: u64) -> u64 {
        let length = self.training_windows().max(1);
        let epoch = sample / length;
        let order = Permutation::new(length, Stream::new(self.seed, "epoch").bits(epoch));
        self.split.at(self.held_out + order.at(sample % length))
    }

    /// The held-out window at `position`.
    #[must_use]
    pub fn held_out_window(&self, position: u64) -> u64 {
        self.split.at(position)
    }
}

/// The whole number nearest to `share` of `count`.
fn share_of(count: u64, share: f64) -> u64 {
    // A share is kept as parts of a billion, so that no float has to be turned into a count.
    const PARTS: u64 = 1_000_000_000;
    let mut low = 0;
    let mut high = PARTS;
    while low < high {
        let middle = u64::midpoint(low, high);
        if (middle as f64) < share * PARTS as f64 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let parts = u128::from(count) * u128::from(low) / u128::from(PARTS);
    u64::try_from(parts).unwrap_or(count)
}

/// A permutation of the numbers below `length`.
#[derive(Clone, Debug)]
struct Permutation {
    length: u64,
    key: u64,
    half_bits: u32,
}

impl Permutation {
    fn new(length: u64, key: u64) -> Self {
        let bits = u64::BITS - length.saturating_sub(1).leading_zeros();
        Self {
            length,
            key,
            half_bits: bits.div_ceil(2).max(1),
        }
    }

    /// Where `position` is sent; below `length` for every `position` below it. On average the network is asked
    /// less than 4 times, since its range is less than 4 times as long.
    fn at(&self, position: u64) -> u64 {
        let mut place = self.shuffled(position);
        while place >= self.length && position < self.length {
            place = self.shuffled(place);
        }
        place
    }

    fn shuffled(&self, place: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let mut left = (place >> self.half_bits) & mask;
        let mut right = place & mask;
        for round in 0..ROUNDS {
            let noise = mixed(right ^ mixed(self.key.wrapping_add(round)));
            (left, right) = (right, left ^ (noise & mask));
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_permutation_is_one_to_one(length in 1_u64..600, key in any::<u64>()) {
            let permutation = Permutation::new(length, key);
            let places: BTreeSet<u64> = (0..length).map(|position| permutation.at(position)).collect();
            prop_assert_eq!(places.len() as u64, length);
            prop_assert!(places.iter().all(|place| *place < length));
        }

        #[test]
        fn every_epoch_trains_on_every_window_that_is_not_held_out(
            windows in 2_u64..300,
            held_out in 0.0..0.5_f64,
            seed in any::<u64>(),
        ) {
            let sampler = Sampler::new(windows, held_out, seed);
            let apart: BTreeSet<u64> =
                (0..sampler.held_out_windows()).map(|position| sampler.held_out_window(position)).collect();
            for epoch in 0..2 {
                let start = epoch * sampler.training_windows();
                let seen: BTreeSet<u64> = (start..start + sampler.training_windows())
                    .map(|sample| sampler.training_window(sample))
                    .collect();
                prop_assert!(seen.is_disjoint(&apart));
                prop_assert_eq!(seen.len() + apart.len(), usize::try_from(windows).expect("small"));
            }
        }
    }

    #[test]
    fn epochs_differ_and_are_no_runs() {
        let sampler = Sampler::new(10_000, 0.0, 9);
        let first: Vec<u64> = (0..10_000)
            .map(|sample| sampler.training_window(sample))
            .collect();
        let second: Vec<u64> = (10_000..20_000)
            .map(|sample| sampler.training_window(sample))
            .collect();
        let same = first
            .iter()
            .zip(&second)
            .filter(|(left, right)| left == right)
            .count();
        assert!(same < 10, "{same} places are the same in both epochs");
        let neighbours = first
            .windows(2)
            .filter(|pair| pair[0].abs_diff(pair[1]) == 1)
            .count();
        assert!(neighbours < 12, "{neighbours} neighbours stayed neighbours");
    }

    #[test]
    fn shares_are_counts() {
        assert_eq!(share_of(1_000, 0.1), 100);
        assert_eq!(share_of(3, 0.5), 1);
        assert_eq!(share_of(1_000, 0.0), 0);
        assert_eq!(share_of(u64::MAX, 1.0), u64::MAX);
        assert_eq!(Sampler::new(5, 0.001, 1).held_out_windows(), 1);
    }
}
