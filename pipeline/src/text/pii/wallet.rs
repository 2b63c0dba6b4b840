//! Addresses of cryptocurrencies, told by their checksums: `Base58Check` (Bitcoin and its kin, Tron, Zcash), Bech32
//! (BIP 173, BIP 350, CIP 19), and Ethereum's hexadecimal ones (EIP-55 where letters are of both cases).

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::keccak::keccak256;

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// First bytes of what a `Base58Check` address of 25 bytes holds: Bitcoin, Litecoin, Dogecoin, Dash, Tron.
const VERSIONS: [u8; 9] = [0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41];

/// Zcash's transparent addresses hold two such bytes, 26 in all.
const ZCASH: [[u8; 2]; 2] = [[0x1C, 0xB8], [0x1C, 0xBD]];

/// The human-readable parts of Bech32 addresses: Bitcoin, its test network, Litecoin, Cardano, Cosmos.
const READABLE: [&str; 5] = ["bc", "tb", "ltc", "addr", "cosmos"];

const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The address that is the word of letters and digits at `word`.
pub(super) fn at(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let token = text.get(word.clone())?;
    let found = match token.len() {
        42 if token.starts_with("0x") => is_ethereum(&token[2..]),
        26..=36 if is_base58_start(token) => is_base58(token) || is_bech32(token),
        14..=110 => is_bech32(token),
        _ => false,
    };
    found.then_some(word)
}

fn is_base58_start(token: &str) -> bool {
    token.starts_with(['1', '3', 'L', 'M', 'D', '9', 'A', 'X', '7', 'T', 't'])
}

/// Base58 of a version, a hash, and four bytes of the hash of both.
fn is_base58(token: &str) -> bool {
    let Some(bytes) = decode58(token) else {
        return false;
    };
    let known = match bytes.len() {
        25 => VERSIONS.contains(&bytes[0]),
        26 => ZCASH.iter().any(|version| bytes.starts_with(version)),
        _ => false,
    };
    if !known {
        return false;
    }
    let (payload, check) = bytes.split_at(bytes.len() - 4);
    let hash = Sha256::digest(Sha256::digest(payload));
    hash[..4] == *check
}

/// The bytes that Base58 stands for, 26 at the most.
fn decode58(token: &str) -> Option<Vec<u8>> {
    // From the least significant byte on.
    let mut bytes: Vec<u8> = Vec::with_capacity(26);
    for character in token.bytes() {
        let digit = BASE58.iter().position(|known| *known == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xFF).ok()?;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(u8::try_from(carry & 0xFF).ok()?);
            carry >>= 8;
        }
        if bytes.len() > 26 {
            return None;
        }
    }
    let zeros = token.bytes().take_while(|byte| *byte == b'1').count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

/// A known human-readable part, the separator 1, and data whose polynomial leaves 1 (Bech32) or 0x2bc830a3
/// (Bech32m).
fn is_bech32(token: &str) -> bool {
    let has_both_cases = token.bytes().any(|byte| byte.is_ascii_lowercase())
        && token.bytes().any(|byte| byte.is_ascii_uppercase());
    let Some((readable, data)) = token.split_once('1') else {
        return false;
    };
    let readable = readable.to_ascii_lowercase();
    if has_both_cases || data.len() < 8 || !READABLE.contains(&readable.as_str()) {
        return false;
    }
    let mut values: Vec<u32> = readable.bytes().map(|byte| u32::from(byte >> 5)).collect();
    values.push(0);
    values.extend(readable.bytes().map(|byte| u32::from(byte & 31)));
    for byte in data.bytes() {
        let Some(value) = BECH32
            .iter()
            .position(|known| *known == byte.to_ascii_lowercase())
        else {
            return false;
        };
        values.push(u32::try_from(value).unwrap_or(0));
    }
    matches!(polynomial(&values), 1 | 0x2bc8_30a3)
}

/// The remainder by BIP 173's generator.
fn polynomial(values: &[u32]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum: u32, value| {
        let top = sum >> 25;
        let shifted = ((sum & 0x01ff_ffff) << 5) ^ value;
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(shifted, |sum, (_, term)| sum ^ term)
    })
}

/// Forty hexadecimal digits, not of a constant; letters of both cases must be those that EIP-55 gives.
fn is_ethereum(digits: &str) -> bool {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let lower = digits.to_ascii_lowercase();
    let letters = digits.bytes().filter(u8::is_ascii_alphabetic);
    let upper_count = letters.clone().filter(u8::is_ascii_uppercase).count();
    let letter_count = letters.count();
    let mut distinct = lower.clone().into_bytes();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 9 || lower.contains("00000000") {
        return false;
    }
    if upper_count == 0 || upper_count == letter_count {
        return true;
    }
    let hash = keccak256(lower.as_bytes());
    digits.bytes().enumerate().all(|(place, byte)| {
        let nibble = (hash[place / 2] >> (4 * (1 - place % 2))) & 0xF;
        !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_decide() {
        for (address, is_address) in [
            // The addresses that the formats' own documents give as examples.
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false),
            ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", true),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                true,
            ),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", true),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", false),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", true),
            ("0x0000000000000000000000000000000000000001", false),
            ("0xffffffffffffffffffffffffffffffffffffffff", false),
        ] {
            assert_eq!(at(address, 0..address.len()).is_some(), is_address, "{address}");
        }
    }
}
