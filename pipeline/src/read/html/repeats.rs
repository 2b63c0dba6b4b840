//! Pages that hold their text twice: once for wide screens and once for narrow ones, or in a summary and in full.

use std::collections::{HashMap, HashSet};

/// Shorter blocks repeat by nature: labels, prices. In bytes.
const BLOCK_BYTES: usize = 40;

/// On pages of products, shorter ones still are repeats.
const PRODUCT_BLOCK_BYTES: usize = 20;

/// A page holds its text twice if this many blocks stand there again, with this share of its bytes.
const REPEATED_BLOCKS: usize = 3;
const REPEATED_SHARE: usize = 4;

/// The text with each block once, if it `is_product` or holds its text twice; else as it is.
pub(super) fn without_repeats(text: String, is_product: bool) -> String {
    if !is_product && !holds_itself_twice(&text) {
        return text;
    }
    let shortest = if is_product {
        PRODUCT_BLOCK_BYTES
    } else {
        BLOCK_BYTES
    };
    let mut seen = HashSet::new();
    let kept: Vec<&str> = text
        .split("\n\n")
        .filter(|block| block.len() < shortest || seen.insert(*block))
        .collect();
    kept.join("\n\n")
}

fn holds_itself_twice(text: &str) -> bool {
    let mut times: HashMap<&str, usize> = HashMap::new();
    let (mut blocks, mut bytes) = (0, 0);
    for block in text.split("\n\n").filter(|block| block.len() >= BLOCK_BYTES) {
        let times = times.entry(block).or_default();
        *times += 1;
        if *times > 1 {
            bytes += block.len();
            blocks += usize::from(*times == 2);
        }
    }
    blocks >= REPEATED_BLOCKS && bytes * REPEATED_SHARE >= text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_is_there_twice_is_cut() {
        let block =
            |number: usize| format!("block {number} of a text that is long enough to be told from a label");
        let text: Vec<String> = (0..5).map(block).collect();
        let once = text.join("\n\n");
        let twice = format!("{once}\n\n{once}");
        assert_eq!(without_repeats(twice, false), once);
        let refrain = format!("{once}\n\n{}", text[0]);
        assert_eq!(without_repeats(refrain.clone(), false), refrain);
        assert_eq!(without_repeats(refrain, true), once);
    }
}
