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
        fn bytes_stand_in_their_places(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            let mut padded = [0; 8];
            let taken = bytes.len().min(8);
            padded[..taken].copy_from_slice(&bytes[..taken]);
            prop_assert_eq!(first_bytes(&bytes), u64::from_le_bytes(padded));
        }
    }
}
