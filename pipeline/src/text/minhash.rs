//! `MinHash` signatures (Broder 1997): the share of equal minima of two signatures estimates the Jaccard similarity of
//! the two texts' sets of shingles.
//!
//! A shingle is hashed once with xxh3-64 to x. Hash i of it is the upper 32 bits of `a_i * x + b_i` modulo 2^64
//! (Dietzfelbinger's multiply-shift; x is already uniform, so what the family must do is to make the hashes
//! independent of each other), with `a_i` (odd) and `b_i` drawn from xxh3 of i under a fixed seed. A signature is
//! the minima as little-endian 32-bit numbers, `buckets * rows` of them; signatures of other parameters are not
//! comparable.
//!
//! Cost: one multiplication, addition and comparison for each hash of each shingle.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::Normalized;

/// What the hash functions are drawn from. Changing it makes all earlier signatures useless.
const SEED: u64 = 0x6d69_6e68_6173_6831;

/// Bytes of one minimum in a signature.
const MINIMUM_BYTES: usize = 4;

/// Shingles that are folded in at a time: the minima are then loaded and stored a fourth as often, which halves the
/// time.
const BLOCK: usize = 4;

/// Makes signatures of one shape.
#[derive(Clone, Debug)]
pub struct MinHasher {
    ngram: usize,
    multipliers: Vec<u64>,
    summands: Vec<u64>,
}

impl MinHasher {
    /// A hasher of `ngram`-word shingles into `hashes` minima.
    #[must_use]
    pub fn new(ngram: usize, hashes: usize) -> Self {
        let drawn = |index: usize, half: u8| {
            let mut name = index.to_le_bytes().to_vec();
            name.push(half);
            xxh3_64_with_seed(&name, SEED)
        };
        Self {
            ngram,
            multipliers: (0..hashes).map(|index| drawn(index, 0) | 1).collect(),
            summands: (0..hashes).map(|index| drawn(index, 1)).collect(),
        }
    }

    /// The signature of a text; none where it has no words. A text of fewer words than a shingle has is one shingle.
    #[must_use]
    pub fn signature(&self, text: &Normalized) -> Option<Vec<u8>> {
        if text.word_count() == 0 || self.multipliers.is_empty() {
            return None;
        }
        let mut minima = vec![u64::MAX; self.multipliers.len()];
        let mut block = [0; BLOCK];
        let mut filled = 0;
        for shingle in text.shingles(self.ngram) {
            block[filled] = xxh3_64(shingle.as_bytes());
            filled += 1;
            if filled == BLOCK {
                self.fold(block, &mut minima);
                filled = 0;
            }
        }
        if filled > 0 {
            // A shingle taken twice changes no minimum.
            let last = block[filled - 1];
            block[filled..].fill(last);
            self.fold(block, &mut minima);
        }
        let upper_halves = minima
            .iter()
            .flat_map(|minimum| (minimum >> 32).to_le_bytes().into_iter().take(4));
        Some(upper_halves.collect())
    }

    /// Lowers the minima by some shingles' hashes. Whole 64-bit values are compared: their upper halves, which are
    /// what is kept, have the same minimum.
    fn fold(&self, shingles: [u64; BLOCK], minima: &mut [u64]) {
        let functions = self.multipliers.iter().zip(&self.summands);
        for (minimum, (multiplier, summand)) in minima.iter_mut().zip(functions) {
            let hash = |shingle: u64| multiplier.wrapping_mul(shingle).wrapping_add(*summand);
            let [one, two, three, four] = shingles.map(hash);
            *minimum = (*minimum).min(one.min(two).min(three.min(four)));
        }
    }
}

/// The estimated Jaccard similarity of two texts: the share of equal minima of their signatures. 0 where the
/// signatures differ in length or are empty.
#[must_use]
pub fn estimate(one: &[u8], other: &[u8]) -> f64 {
    if one.len() != other.len() || one.len() < MINIMUM_BYTES {
        return 0.0;
    }
    let pairs = one
        .chunks_exact(MINIMUM_BYTES)
        .zip(other.chunks_exact(MINIMUM_BYTES));
    let equal = pairs.filter(|(left, right)| left == right).count();
    equal as f64 / (one.len() / MINIMUM_BYTES) as f64
}

/// The hash of each of the `buckets` bands of `rows` minima, with the band's number mixed in, so that equal hashes
/// mean equal bands at the same place. Empty where the signature is not of that shape.
#[must_use]
pub fn bands(signature: &[u8], buckets: usize, rows: usize) -> Vec<u64> {
    let band_bytes = rows * MINIMUM_BYTES;
    if band_bytes == 0 || signature.len() != buckets * band_bytes {
        return Vec::new();
    }
    let numbered = (0_u64..).zip(signature.chunks_exact(band_bytes));
    numbered
        .map(|(number, band)| xxh3_64_with_seed(band, number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn text(words: impl Iterator<Item = u32>) -> Normalized {
        let words: Vec<String> = words.map(spelled).collect();
        Normalized::new(&words.join(" "))
    }

    /// A number as letters, since digits are normalised away.
    fn spelled(number: u32) -> String {
        number
            .to_string()
            .bytes()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect()
    }

    fn jaccard(one: &Normalized, other: &Normalized, ngram: usize) -> f64 {
        let one: BTreeSet<&str> = one.shingles(ngram).collect();
        let other: BTreeSet<&str> = other.shingles(ngram).collect();
        one.intersection(&other).count() as f64 / one.union(&other).count() as f64
    }

    #[test]
    fn the_estimate_is_near_the_true_similarity() {
        // 256 hashes: the standard deviation of an estimate is sqrt(j (1 - j) / 256), at most 0.031.
        let hasher = MinHasher::new(5, 256);
        let one = text(0..2_000);
        let mut summed_error = 0.0;
        for shift in [20, 100, 200, 400, 700, 1_000, 1_400, 1_900] {
            let other = text(shift..2_000 + shift);
            let truth = jaccard(&one, &other, 5);
            let signatures = hasher
                .signature(&one)
                .zip(hasher.signature(&other))
                .expect("both have words");
            let error = estimate(&signatures.0, &signatures.1) - truth;
            assert!(error.abs() < 0.1, "{truth} {error}");
            summed_error += error;
        }
        assert!(
            summed_error.abs() / 8.0 < 0.03,
            "the estimate is biased: {summed_error}"
        );
    }

    #[test]
    fn texts_without_words_have_no_signature() {
        let hasher = MinHasher::new(5, 112);
        assert_eq!(hasher.signature(&Normalized::new(" ... ")), None);
        let short = hasher
            .signature(&Normalized::new("Two words"))
            .expect("it has words");
        assert_eq!(short.len(), 448);
        assert_eq!(hasher.signature(&Normalized::new("two, WORDS")), Some(short));
    }

    #[test]
    fn signatures_do_not_change_between_versions() {
        let signature = MinHasher::new(2, 2).signature(&Normalized::new("one two three"));
        // Recorded from the first version: signatures on disk must stay comparable.
        assert_eq!(signature, Some(vec![4, 32, 115, 34, 103, 58, 131, 88]));
    }

    #[test]
    fn bands_tell_their_place() {
        let signature = vec![7; 4 * 6];
        let hashes = bands(&signature, 3, 2);
        assert_eq!(hashes.len(), 3);
        assert_eq!(hashes.iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(bands(&signature, 4, 2), Vec::<u64>::new());
        assert_eq!(bands(&[], 1, 0), Vec::<u64>::new());
    }

    #[test]
    fn signatures_of_other_shapes_are_not_similar() {
        assert_eq!(
            estimate(&[1, 2, 3, 4], &[1, 2, 3, 4, 5, 6, 7, 8]).to_bits(),
            0.0_f64.to_bits()
        );
        assert_eq!(estimate(&[], &[]).to_bits(), 0.0_f64.to_bits());
        assert_eq!(
            estimate(&[1, 2, 3, 4], &[1, 2, 3, 4]).to_bits(),
            1.0_f64.to_bits()
        );
    }
}
