//! Random numbers without a state: every number is a hash of a seed, a name and a position.
//!
//! candle's generator on the processor cannot be seeded, and a generator with a state would have to be saved in
//! every checkpoint. Here the value at any position can be had at once and in any order, so a run continues with
//! nothing more than its step number.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The odd constant of `SplitMix64` (Steele, Lea, Flood 2014): 2^64 over the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// An unending sequence of random numbers, read by position.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: u64,
}

impl Stream {
    /// The sequence of this `seed` and `name`.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        Self {
            key: xxh3_64_with_seed(name.as_bytes(), seed),
        }
    }

    /// 64 random bits.
    #[must_use]
    pub fn bits(&self, position: u64) -> u64 {
        mixed(self.key ^ mixed(position.wrapping_mul(GOLDEN).wrapping_add(GOLDEN)))
    }

    /// A number from 0 to below 1, in steps of 2^-53.
    #[must_use]
    pub fn uniform(&self, position: u64) -> f64 {
        (self.bits(position) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the standard normal distribution (Box and Muller's method).
    #[must_use]
    pub fn normal(&self, position: u64) -> f64 {
        let radius = self.uniform(position.wrapping_mul(2));
        let angle = self.uniform(position.wrapping_mul(2).wrapping_add(1));
        // 1 - radius is never 0, so the logarithm is finite.
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}

/// `SplitMix64`'s finalizer: every bit of the input moves about half of the output's.
#[must_use]
pub fn mixed(bits: u64) -> u64 {
    let once = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_has_its_moments() {
        let stream = Stream::new(1, "moments");
        let count = 100_000;
        let values: Vec<f64> = (0..count).map(|position| stream.normal(position)).collect();
        let mean = values.iter().sum::<f64>() / count as f64;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64;
        let fourth = values.iter().map(|value| value.powi(4)).sum::<f64>() / count as f64;
        assert!(mean.abs() < 0.01, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
        assert!((fourth - 3.0).abs() < 0.15, "fourth moment {fourth}");
    }

    #[test]
    fn seeds_names_and_positions_all_count() {
        let here = Stream::new(1, "a").bits(0);
        assert_ne!(here, Stream::new(2, "a").bits(0));
        assert_ne!(here, Stream::new(1, "b").bits(0));
        assert_ne!(here, Stream::new(1, "a").bits(1));
        assert_eq!(here, Stream::new(1, "a").bits(0));
    }

    #[test]
    fn the_uniform_fills_its_range() {
        let stream = Stream::new(3, "range");
        let values: Vec<f64> = (0..10_000).map(|position| stream.uniform(position)).collect();
        assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        let below_a_tenth = values.iter().filter(|value| **value < 0.1).count();
        assert!((900..1100).contains(&below_a_tenth), "{below_a_tenth}");
    }
}
