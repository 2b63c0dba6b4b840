//! Windows over the axis of tokens, across document borders: the end-of-document token tells the model of them.
//!
//! A window is `length + 1` tokens, and the next one starts `length` further: its first token is the last target
//! of the one before, so every token but the very first is a target once. Up to `length` tokens at the end are
//! left over. Attention is not masked at document borders.

/// How an axis of tokens is cut.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    count: u64,
    length: usize,
}

impl Windows {
    /// Windows of `length` inputs over `tokens` tokens.
    #[must_use]
    pub fn new(tokens: u64, length: usize) -> Self {
        Self {
            count: tokens
                .saturating_sub(1)
                .checked_div(length as u64)
                .unwrap_or_default(),
            length,
        }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Inputs of a window.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// The place of a window's first token.
    #[must_use]
    pub fn start(&self, window: u64) -> u64 {
        window * self.length as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_token_but_the_first_and_the_rest_is_a_target_once(
            tokens in 0_u64..500,
            length in 1_usize..40,
        ) {
            let windows = Windows::new(tokens, length);
            let mut targets = 1;
            for window in 0..windows.count() {
                prop_assert_eq!(windows.start(window) + 1, targets);
                targets += length as u64;
            }
            prop_assert!(targets <= tokens.max(1));
            prop_assert!(tokens.max(1) - targets < length as u64);
        }
    }
}
