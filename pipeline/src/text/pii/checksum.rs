//! Check digits: the sums that tell a number which was issued from one that only looks like it.
//!
//! All take the characters of a number with its separators left out by [`plain`], and say no to what has another
//! length than theirs.

/// The letters and digits of `text`, letters in upper case.
pub(super) fn plain(text: &str) -> Vec<u8> {
    text.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect()
}

/// The digits of `text`.
pub(super) fn digits(text: &str) -> Vec<u32> {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| u32::from(byte - b'0'))
        .collect()
}

/// The sum of `digits`, each times its weight; digits without a weight count for nothing.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// Luhn's sum (ISO/IEC 7812-1 annex B): payment cards and many others.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, *digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The value of a letter or digit in base 36: `A` is 10.
pub(super) fn base36(byte: u8) -> u32 {
    (byte as char).to_digit(36).unwrap_or(0)
}

/// The remainder by 97 of characters read as base 36, letter by letter (ISO 7064 mod 97-10).
pub(super) fn mod97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, byte| {
        let value = base36(byte);
        let shift = if value > 9 { 100 } else { 10 };
        (remainder * shift + value) % 97
    })
}

/// Whether the last digit checks the others by ISO 7064 mod 11,10.
pub(super) fn mod11_10(digits: &[u32]) -> bool {
    let Some((check, rest)) = digits.split_last() else {
        return false;
    };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        let sum = if sum == 0 { 10 } else { sum };
        (sum * 2) % 11
    });
    (11 - product) % 10 == *check
}

/// Whether the last digit checks the others by Verhoeff's method, the symmetries of a pentagon.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    // The permutation is the powers of one: 1 -> 5 -> 8 -> 9 -> 4 -> 2 -> 7 -> 0 -> 1 and 3 <-> 6.
    let permuted = |digit: u32, times: usize| {
        (0..times % 8).fold(digit, |digit, _| {
            [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][digit as usize % 10]
        })
    };
    // Below 5 a rotation, from 5 on a reflection.
    let product = |left: u32, right: u32| match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left - 5 + 5 - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    };
    let check = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (place, digit)| product(sum, permuted(*digit, place)));
    !digits.is_empty() && check == 0
}

/// The check digit of machine-readable travel documents (ICAO 9303): weights 7, 3, 1, letters from 10 on.
pub(super) fn icao(characters: &[u8]) -> u32 {
    let weights = [7, 3, 1].into_iter().cycle();
    let sum: u32 = characters
        .iter()
        .zip(weights)
        .map(|(byte, weight)| base36(*byte) * weight)
        .sum();
    sum % 10
}

/// Whether there is such a day, of any year.
pub(super) fn is_day(month: u32, day: u32) -> bool {
    let most = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=most).contains(&day)
}

/// The number that two digits make.
pub(super) fn pair(digits: &[u32], at: usize) -> u32 {
    digits.get(at..at + 2).map_or(0, |pair| pair[0] * 10 + pair[1])
}

/// Whether all are the same.
pub(super) fn is_uniform(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_their_neighbours_do_not() {
        assert!(luhn(&digits("7992 7398 713")));
        assert!(!luhn(&digits("79927398710")));
        assert!(verhoeff(&digits("2363")));
        assert!(verhoeff(&digits("123451")));
        assert!(!verhoeff(&digits("123541")));
        assert!(!mod11_10(&digits("136695967")));
        assert!(mod11_10(&digits("136695976")));
        assert_eq!(mod97("3214282912345698765432161182".bytes()), 1);
        assert_eq!(icao(b"L898902C3"), 6);
        assert!(is_day(2, 29) && !is_day(2, 30) && !is_day(13, 1) && !is_day(0, 1));
    }
}
