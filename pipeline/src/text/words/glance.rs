//! A set of short strings that is asked often and rarely says yes.

use super::super::bytes::first_bytes;

/// Bits of the table, a power of two: the thousand entries that it is for leave most of them free.
const BITS: usize = 1 << 16;

/// May hold a string, or certainly does not.
pub(super) struct Glance([u64; BITS / 64]);

impl Default for Glance {
    fn default() -> Self {
        Self([0; BITS / 64])
    }
}

impl Glance {
    /// Whether `text` may have been inserted.
    #[inline]
    pub(super) fn may_hold(&self, text: &str) -> bool {
        let bit = hash(text) % BITS;
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    pub(super) fn insert(&mut self, text: &str) {
        let bit = hash(text) % BITS;
        self.0[bit / 64] |= 1 << (bit % 64);
    }
}

/// A hash of a string's length and its first eight bytes.
#[inline]
pub(super) fn hash(text: &str) -> usize {
    let mixed =
        (first_bytes(text.as_bytes()) ^ (text.len() as u64) << 56).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 44).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_inserted_is_held() {
        let mut glance = Glance::default();
        let words = ["", "a", "ab", "abc", "don't", "abcdefgh", "abcdefghij"];
        for word in words {
            glance.insert(word);
        }
        assert!(words.iter().all(|word| glance.may_hold(word)));
        let others = (0..1_000).filter(|number| glance.may_hold(&number.to_string()));
        assert!(others.count() < 10);
    }
}
