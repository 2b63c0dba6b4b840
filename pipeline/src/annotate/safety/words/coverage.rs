//! Which words of a text are covered by matches: each counts once, however many phrases it belongs to.
//!
//! Matches come in the order of their ends. What ends further back than the longest match can reach is counted and
//! forgotten, so that memory does not grow with the text.

/// Spans that are kept before the settled ones among them are counted.
const MOST_OPEN: usize = 64;

/// The spans that are covered.
#[derive(Debug)]
pub(super) struct Coverage<W> {
    /// Not overlapping, in order.
    open: Vec<(usize, usize)>,
    /// Bytes of the longest match.
    longest: usize,
    /// How many words there are from a byte to another.
    words_in: W,
    words: usize,
}

impl<W: Fn(usize, usize) -> usize> Coverage<W> {
    /// Nothing is covered.
    pub(super) fn new(longest: usize, words_in: W) -> Self {
        Self {
            open: Vec::new(),
            longest,
            words_in,
            words: 0,
        }
    }

    /// Covers what is between two bytes, the second no smaller than in all calls before.
    pub(super) fn add(&mut self, start: usize, end: usize) {
        let mut start = start;
        while let Some(&(earlier, until)) = self.open.last()
            && until > start
        {
            start = start.min(earlier);
            self.open.pop();
        }
        self.open.push((start, end));
        if self.open.len() > MOST_OPEN {
            let reach = end.saturating_sub(self.longest);
            let settled = self.open.partition_point(|(_, until)| *until <= reach);
            for (start, end) in self.open.drain(..settled) {
                self.words += (self.words_in)(start, end);
            }
        }
    }

    /// How many words are covered.
    pub(super) fn words(self) -> usize {
        let open = self.open.iter();
        self.words
            + open
                .map(|(start, end)| (self.words_in)(*start, *end))
                .sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_byte_counts_once(mut spans in prop::collection::vec((0_usize..400, 1_usize..9), 0..300)) {
            spans.sort_by_key(|(start, length)| (start + length, *start));
            let mut coverage = Coverage::new(8, |start, end| end - start);
            let mut covered = [false; 500];
            for (start, length) in spans {
                coverage.add(start, start + length);
                covered[start..start + length].fill(true);
            }
            prop_assert_eq!(coverage.words(), covered.iter().filter(|byte| **byte).count());
        }
    }
}
