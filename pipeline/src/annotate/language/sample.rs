//! A part of a text that stands for all of it: pieces spread evenly from the first byte to the last, cut at white
//! space where there is some. The same text always gives the same sample.

use std::borrow::Cow;

/// Pieces of a sample.
const PIECES: usize = 4;

/// How far from its place a piece's border is moved to white space, in bytes.
const MAX_MOVE: usize = 64;

/// `text`, or pieces of it of about `bytes` bytes in all; all of it for 0.
pub(super) fn sample(text: &str, bytes: usize) -> Cow<'_, str> {
    if bytes == 0 || text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let width = bytes / PIECES;
    let last = text.len() - width;
    let mut sample = String::with_capacity(bytes + PIECES * (MAX_MOVE + 4));
    for piece in 0..PIECES {
        let start = last / (PIECES - 1) * piece + last % (PIECES - 1) * piece / (PIECES - 1);
        let (start, end) = (border(text, start), border(text, start + width));
        sample.push_str(text.get(start..end).unwrap_or_default());
        sample.push(' ');
    }
    Cow::Owned(sample)
}

/// The first white space from `place` on, if it is near; else the character that `place` lies in.
fn border(text: &str, place: usize) -> usize {
    let place = text.floor_char_boundary(place);
    if place == 0 {
        return 0;
    }
    let after = text.as_bytes().get(place..).unwrap_or_default();
    let found = after.iter().take(MAX_MOVE).position(u8::is_ascii_whitespace);
    found.map_or(place, |found| place + found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pieces_reach_from_end_to_end() {
        let text = format!("first {}last", "word ".repeat(5_000));
        let sample = sample(&text, 400);
        assert!(
            sample.starts_with("first ") && sample.ends_with("last "),
            "{sample}"
        );
        assert!(sample.len() < 1_000);
        assert!(
            sample
                .split_whitespace()
                .all(|word| ["first", "word", "last"].contains(&word))
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_sampled(text in "\\PC{0,40}", repeat in 1_usize..50, bytes in 0_usize..500) {
            let text = text.repeat(repeat);
            let most = if bytes == 0 { text.len() } else { bytes + PIECES * (MAX_MOVE + 5) };
            prop_assert!(sample(&text, bytes).len() <= most.max(text.len().min(bytes)));
        }
    }
}
