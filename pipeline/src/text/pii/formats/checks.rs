//! The check digits that several formats share, over a number as it is written.

use crate::text::pii::checksum::{digits, is_day, is_uniform, luhn, mod11_10, pair, verhoeff, weighted};

pub(super) fn luhn_ok(text: &str) -> bool {
    let digits = digits(text);
    luhn(&digits) && !is_uniform(&digits)
}

pub(super) fn mod11_10_ok(text: &str) -> bool {
    mod11_10(&digits(text))
}

/// Verhoeff's digit, of a number that does not read the same backwards.
pub(super) fn verhoeff_ok(text: &str) -> bool {
    let digits = digits(text);
    verhoeff(&digits) && !digits.iter().eq(digits.iter().rev())
}

/// No more than three of a kind in a row is asked for: not all the same digit.
pub(super) fn varied(text: &str) -> bool {
    !is_uniform(&digits(text))
}

/// A date of six digits at `at`: year, month, day.
pub(super) fn has_date(digits: &[u32], at: usize) -> bool {
    digits.len() >= at + 6 && is_day(pair(digits, at + 2), pair(digits, at + 4))
}

/// The weighted sum of all digits, by `modulus`.
pub(super) fn sum_by(text: &str, weights: &[u32], modulus: u32) -> u32 {
    let digits = digits(text);
    if digits.len() < weights.len() || is_uniform(&digits) {
        return u32::MAX;
    }
    weighted(&digits, weights) % modulus
}
