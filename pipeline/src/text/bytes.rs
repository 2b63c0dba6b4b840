//! What can be told of text by its bytes.

/// Characters of UTF-8: its bytes that do not continue one.
#[must_use]
pub fn characters(text: &[u8]) -> usize {
    // Sums of bytes in blocks of less than 256, so that the compiler can add up many at once.
    let blocks = text.chunks(192).map(|block| {
        let starts = block.iter().map(|byte| u8::from(byte & 0xC0 != 0x80));
        usize::from(starts.fold(0_u8, u8::wrapping_add))
    });
    blocks.sum()
}

/// The first eight bytes as a number, lowest first, the missing ones zero.
#[inline]
pub(super) fn first_bytes(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last)) << (8 * (length - 4));
        return u64::from(u32::from_le_bytes(*first)) | last;
    }
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return 0;
    };
    // Of one to three bytes: the first, the middle one and the last, which may be the same.
    u64::from(first)
        | u64::from(bytes[length / 2]) << (8 * (length / 2))
        | u64::from(last) << (8 * (length - 1))
}

/// How many of the eight bytes, from the lowest, are ASCII letters one after the other.
#[inline]
pub(super) fn leading_letters(eight: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    // In each byte: the letter in lower case, without its high bit, so that the additions carry into no other byte.
    let folded = (eight | (0x20 * ONES)) & !HIGH;
    let from_a = folded + (0x80 - 0x61) * ONES;
    let beyond_z = folded + (0x7F - 0x7A) * ONES;
    let letters = from_a & !beyond_z & !eight & HIGH;
    ((letters ^ HIGH).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn characters_are_counted(text in "\\PC{0,400}") {
            prop_assert_eq!(characters(text.as_bytes()), text.chars().count());
        }

        #[test]
        fn leading_letters_are_counted(bytes in prop::array::uniform8(prop_oneof![any::<u8>(), 0x40_u8..0x7B])) {
            let expected = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            prop_assert_eq!(leading_letters(u64::from_le_bytes(bytes)), expected);
        }

        #[test]
        fn bytes_stand_in_their_places(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            let mut padded = [0; 8];
            let taken = bytes.len().min(8);
            padded[..taken].copy_from_slice(&bytes[..taken]);
            prop_assert_eq!(first_bytes(&bytes), u64::from_le_bytes(padded));
        }
    }
}
