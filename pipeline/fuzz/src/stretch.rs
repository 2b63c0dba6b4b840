//! Long inputs. A fuzzer that counts runs keeps to short ones; what takes long or much memory shows in long ones.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Inputs of which one in so many is stretched.
const STRETCH: u64 = 512;

/// Up to about how many bytes.
const LONG_BYTES: usize = 1 << 20;

/// The longest part that is repeated: more repeats what came with it, too.
const MAX_REPEATED_BYTES: u64 = 64;

/// A number that depends on `bytes` alone, for what is not done to every input.
pub(crate) fn draw(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// `bytes`, and for few of them: some bytes in the middle repeated until the whole has 1 MiB.
#[must_use]
pub fn stretched(bytes: &[u8]) -> Cow<'_, [u8]> {
    let number = draw(bytes);
    if number % STRETCH != 0 || bytes.is_empty() || bytes.len() >= LONG_BYTES {
        return Cow::Borrowed(bytes);
    }
    let number = number / STRETCH;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let start = usize::try_from(number % length).unwrap_or(0);
    // Half of them short: a tag, a bracket.
    let most = if number & 1 == 0 {
        MAX_REPEATED_BYTES / 8
    } else {
        MAX_REPEATED_BYTES
    };
    let count = usize::try_from(1 + (number >> 32) % most).unwrap_or(1);
    let part = &bytes[start..bytes.len().min(start + count)];
    let times = (LONG_BYTES - bytes.len()) / part.len();
    let mut long = bytes[..start].to_vec();
    for _ in 0..times {
        long.extend(part);
    }
    long.extend(&bytes[start..]);
    Cow::Owned(long)
}
