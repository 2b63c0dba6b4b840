//! How much of a text is repeated: parts of it that stand there twice, and runs of words that do.
//!
//! Two kinds of measure of runs of n words, both as Gopher's rules and datatrove 0.10 take them:
//!
//! - the most frequent one (the first of those in the text): how many characters all its occurrences have;
//! - those that were there before, met by reading on: where one begins, its characters are counted and reading goes on
//!   behind it, so that none is counted twice. Such runs are the same when they are the same without their spaces.
//!
//! Nothing is decided by hashes alone: what has an equal hash is compared.
//!
//! Cost: one look into a hash table for each word and kind of measure; longer runs are looked up only where shorter ones
//! are repeated. Of a text of more than [`MOST_WORDS`] words only those are looked at, so that memory and work are
//! bounded. The memory is the thread's and is used again for the next text.

use std::cell::RefCell;

use xxhash_rust::xxh3::xxh3_64;

use super::bytes::{characters, first_bytes};
use super::seen::Seen;

/// Words of a text that are looked at: 20 MB of English.
pub const MOST_WORDS: usize = 1 << 22;

/// Lengths of the runs of which the most frequent one is sought.
pub const TOP_LENGTHS: [usize; 3] = [2, 3, 4];

/// Lengths of the runs of which the repeated ones are summed up.
pub const DUPLICATED_LENGTHS: [usize; 6] = [5, 6, 7, 8, 9, 10];

/// Words up to which a thread keeps the memory it used.
const KEPT_WORDS: usize = 1 << 18;

/// The repeated runs of words of a text, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepeatedRuns {
    /// For each of [`TOP_LENGTHS`]: the characters of all occurrences of the most frequent run, with one space between
    /// words; none where the text has fewer words.
    pub top: [Option<usize>; TOP_LENGTHS.len()],
    /// For each of [`DUPLICATED_LENGTHS`]: the characters of the runs that were there before, without spaces.
    pub duplicated: [usize; DUPLICATED_LENGTHS.len()],
}

/// Parts of a text that are the same as an earlier part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepeatedParts {
    /// All parts.
    pub parts: usize,
    /// Those that were there before.
    pub repeated: usize,
    /// Characters of those.
    pub repeated_characters: usize,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Measures the runs of `words`, the first [`MOST_WORDS`] of them.
#[must_use]
pub fn repeated_runs(words: &[&str]) -> RepeatedRuns {
    let words = &words[..words.len().min(MOST_WORDS)];
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.take_up(words);
        let found = RepeatedRuns {
            top: scratch.top(),
            duplicated: scratch.duplicated(),
        };
        scratch.shrink();
        found
    })
}

/// Counts which of the parts of `text` between runs of at least `newlines` newlines were there before.
#[must_use]
pub fn repeated_parts(text: &str, newlines: usize) -> RepeatedParts {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.split(text, newlines);
        let Scratch { parts, seen, .. } = scratch;
        seen.begin(parts.len());
        let part_of = |number: u32| {
            parts
                .get(index(number))
                .map(|&(start, end)| &text.as_bytes()[start..end])
        };
        let mut found = RepeatedParts {
            parts: parts.len(),
            ..RepeatedParts::default()
        };
        for (number, &(start, end)) in (0_u32..).zip(parts.iter()) {
            let part = &text.as_bytes()[start..end];
            if seen
                .find_or_insert(xxh3_64(part), number, |other| part_of(other) == Some(part))
                .is_some()
            {
                found.repeated += 1;
                found.repeated_characters += characters(part);
            }
        }
        scratch.shrink();
        found
    })
}

/// What is known of a text's words, and room to work in.
#[derive(Default)]
struct Scratch {
    /// The words one after the other, without spaces, and [`PADDING`] more bytes.
    squeezed: Vec<u8>,
    /// Where each word starts in there, and where the last one ends.
    starts: Vec<u32>,
    /// The hash of the run that starts with each word.
    hashes: Vec<u64>,
    word_hashes: Vec<u64>,
    /// How often the run that first stands at each word was met again.
    counts: Vec<u32>,
    /// Whether the run at each word is repeated.
    repeated: Vec<bool>,
    /// The same of the run that is a word shorter.
    shorter: Vec<bool>,
    /// Words at which a repeated run may start.
    candidates: Vec<u32>,
    parts: Vec<(usize, usize)>,
    seen: Seen,
}

/// Bytes that are read at each word's start to see whether a long run may be repeated there.
const PADDING: usize = 16;

impl Scratch {
    fn take_up(&mut self, words: &[&str]) {
        self.squeezed.clear();
        self.starts.clear();
        self.word_hashes.clear();
        for word in words {
            self.starts.push(number(self.squeezed.len()));
            self.squeezed.extend_from_slice(word.as_bytes());
            self.word_hashes.push(word_hash(word.as_bytes()));
        }
        self.starts.push(number(self.squeezed.len()));
        self.squeezed.extend_from_slice(&[0; PADDING]);
    }

    fn words(&self) -> usize {
        self.word_hashes.len()
    }

    /// For each length, the characters of all occurrences of the most frequent run.
    fn top(&mut self) -> [Option<usize>; TOP_LENGTHS.len()] {
        let words = self.words();
        self.hashes.clone_from(&self.word_hashes);
        self.shorter.clear();
        self.shorter.resize(words, true);
        TOP_LENGTHS.map(|length| {
            if words < length {
                return None;
            }
            let (first, count) = self.count_runs(length);
            let run = self.run(first, length);
            Some((characters(run) + length - 1) * index(count))
        })
    }

    /// Counts the runs of `length` words, knowing of those a word shorter which are repeated. Gives the most frequent
    /// one: where it first stands, and how often.
    fn count_runs(&mut self, length: usize) -> (usize, u32) {
        let runs = self.words() - length + 1;
        let mut best = (0, 1);
        let mut seen = std::mem::take(&mut self.seen);
        seen.begin(runs);
        self.counts.clear();
        self.counts.resize(runs, 1);
        self.repeated.clear();
        self.repeated.resize(self.words(), false);
        for at in 0..runs {
            // A run is not repeated unless both runs within it are.
            if !(self.shorter[at] && self.shorter[at + 1]) {
                continue;
            }
            let hash = fold(self.hashes[at], self.word_hashes[at + length - 1]);
            self.hashes[at] = hash;
            let earlier = seen.find_or_insert(hash, number(at), |other| {
                self.same_words(index(other), at, length)
            });
            let Some(first) = earlier.map(index) else {
                continue;
            };
            self.repeated[first] = true;
            self.repeated[at] = true;
            self.counts[first] += 1;
            let count = self.counts[first];
            if best.1 < count || (best.1 == count && first < best.0) {
                best = (first, count);
            }
        }
        self.seen = seen;
        std::mem::swap(&mut self.shorter, &mut self.repeated);
        best
    }

    /// For each length, the characters of the runs that were there before.
    fn duplicated(&mut self) -> [usize; DUPLICATED_LENGTHS.len()] {
        self.find_candidates(DUPLICATED_LENGTHS[0]);
        DUPLICATED_LENGTHS.map(|length| self.sum_duplicated(length))
    }

    /// Finds the words at which a run of `length` words or more can start that stands elsewhere too: the first
    /// [`PADDING`] bytes from there do, or the run is shorter than that.
    fn find_candidates(&mut self, length: usize) {
        let words = self.words();
        self.candidates.clear();
        if words < length {
            return;
        }
        self.seen.begin(words);
        self.repeated.clear();
        self.repeated.resize(words, false);
        for at in 0..words {
            let start = index(self.starts[at]);
            let head = self
                .squeezed
                .get(start..)
                .and_then(<[u8]>::first_chunk::<PADDING>);
            let hash = head.map_or(0, |head| {
                let (low, high) = head.split_at(PADDING / 2);
                fold(first_bytes(low), first_bytes(high))
            });
            // Equal hashes of other bytes only add candidates.
            if let Some(first) = self.seen.find_or_insert(hash, number(at), |_| true) {
                self.repeated[index(first)] = true;
                self.repeated[at] = true;
            }
        }
        for at in 0..=words - length {
            let bytes = self.starts[at + length] - self.starts[at];
            if self.repeated[at] || index(bytes) < PADDING {
                self.candidates.push(number(at));
            }
        }
    }

    fn sum_duplicated(&mut self, length: usize) -> usize {
        let mut sum = 0;
        let mut next = 0;
        let mut seen = std::mem::take(&mut self.seen);
        seen.begin(self.words());
        for &candidate in &self.candidates {
            let at = index(candidate);
            if at < next {
                continue;
            }
            if self.words() < at + length {
                break;
            }
            let run = self.run(at, length);
            let is_same = |other| self.run(index(other), length) == run;
            if seen.find_or_insert(xxh3_64(run), candidate, is_same).is_some() {
                sum += characters(run);
                next = at + length;
            }
        }
        self.seen = seen;
        sum
    }

    /// The run of `length` words that starts with word number `at`, without spaces.
    fn run(&self, at: usize, length: usize) -> &[u8] {
        &self.squeezed[index(self.starts[at])..index(self.starts[at + length])]
    }

    /// Whether two runs are of the same words.
    fn same_words(&self, one: usize, other: usize, length: usize) -> bool {
        let ends = |at: usize| {
            let start = self.starts[at];
            self.starts[at + 1..at + length]
                .iter()
                .map(move |end| end - start)
        };
        self.run(one, length) == self.run(other, length) && ends(one).eq(ends(other))
    }

    /// Puts where the parts of `text` between runs of at least `newlines` newlines start and end into `parts`.
    fn split(&mut self, text: &str, newlines: usize) {
        self.parts.clear();
        let mut start = 0;
        let mut run = 0..0;
        for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
            if at != run.end {
                if newlines <= run.len() {
                    self.parts.push((start, run.start));
                    start = run.end;
                }
                run.start = at;
            }
            run.end = at + 1;
        }
        if newlines <= run.len() {
            self.parts.push((start, run.start));
            start = run.end;
        }
        self.parts.push((start, text.len()));
    }

    /// Gives memory back after a text of unusual length.
    fn shrink(&mut self) {
        if KEPT_WORDS < self.starts.capacity().max(self.parts.capacity()) {
            *self = Self::default();
        }
        self.seen.shrink(4 * KEPT_WORDS);
    }
}

fn word_hash(word: &[u8]) -> u64 {
    let length = word.len() as u64;
    let (low, high) = match (word.first_chunk::<8>(), word.last_chunk::<8>()) {
        (Some(first), Some(last)) if word.len() <= 16 => {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        }
        (Some(_), _) => return xxh3_64(word),
        (None, _) => (first_bytes(word), 0),
    };
    fold(low ^ length, high)
}

/// Mixes two numbers into one, as a product folded in half.
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one ^ 0x9E37_79B9_7F4A_7C15) * u128::from(other ^ 0xD6E8_FEB8_6659_FD93);
    let (low, high) = (product & u128::from(u64::MAX), product >> 64);
    u64::try_from(low ^ high).unwrap_or(0)
}

/// Numbers of words and bytes of what is looked at fit in 32 bits: a column of texts holds no more.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn index(value: u32) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn chars(text: &str) -> usize {
        text.chars().count()
    }

    /// The definition, as plainly as it can be said.
    fn by_definition(words: &[&str]) -> RepeatedRuns {
        let top = TOP_LENGTHS.map(|length| {
            let runs: Vec<String> = words.windows(length).map(|run| run.join(" ")).collect();
            let mut counts = BTreeMap::new();
            for run in &runs {
                *counts.entry(run).or_insert(0) += 1;
            }
            let most = counts.values().max()?;
            let first = runs.iter().find(|run| counts[run] == *most)?;
            Some(chars(first) * most)
        });
        let duplicated = DUPLICATED_LENGTHS.map(|length| {
            let (mut seen, mut sum, mut at) = (BTreeSet::new(), 0, 0);
            while at + length <= words.len() {
                let run = words[at..at + length].concat();
                if seen.contains(&run) {
                    sum += chars(&run);
                    at += length;
                } else {
                    seen.insert(run);
                    at += 1;
                }
            }
            sum
        });
        RepeatedRuns { top, duplicated }
    }

    #[test]
    fn runs_are_measured() {
        let text = "the cat the cat the dog";
        let words: Vec<&str> = text.split(' ').collect();
        let found = repeated_runs(&words);
        assert_eq!(found.top, [Some(14), Some(22), Some(15)]);
        assert_eq!(found.duplicated, [0; 6]);
        assert_eq!(repeated_runs(&["one"]).top, [None; 3]);
        assert_eq!(repeated_runs(&[]), RepeatedRuns::default());
        let same = ["word"; 20];
        assert_eq!(
            repeated_runs(&same).top,
            [Some(9 * 19), Some(14 * 18), Some(19 * 17)]
        );
        // Five words begin anew behind each run that was there before: at 1, 6 and 11.
        assert_eq!(repeated_runs(&same).duplicated[0], 3 * 20);
        // Without spaces these are the same.
        let squeezed: Vec<&str> = "1 11 2 3 4 x 11 1 2 3 4".split(' ').collect();
        assert_eq!(repeated_runs(&squeezed).duplicated[0], 6);
    }

    #[test]
    fn parts_are_counted() {
        let parts = |text, newlines| {
            let found = repeated_parts(text, newlines);
            (found.parts, found.repeated, found.repeated_characters)
        };
        assert_eq!(parts("", 1), (1, 0, 0));
        assert_eq!(parts("one", 1), (1, 0, 0));
        assert_eq!(parts("\né\n\né\n", 1), (4, 2, 1));
        assert_eq!(parts("a\nb\n\n\na\nb\n\na", 2), (3, 1, 3));
        assert_eq!(parts("a\n\n", 2), (2, 0, 0));
        assert_eq!(parts("\n\n", 1), (2, 1, 0));
    }

    #[test]
    fn work_is_linear() {
        for text in [
            "a ".repeat(100_000),
            "1 2 3 4 5 6 7 8 9 ".repeat(10_000),
            "long-word-1 ".repeat(100_000),
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            assert!(repeated_runs(&words).duplicated[5] > 0);
        }
    }

    proptest! {
        #[test]
        fn runs_are_as_they_are_defined(words in prop::collection::vec("(a|b|ab|é|aba|the|abcdefghij|0123456789abcdefg)", 0..120)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(repeated_runs(&words), by_definition(&words));
        }

        #[test]
        fn runs_of_whole_sentences_are_found(numbers in prop::collection::vec(0_usize..6, 0..40)) {
            let sentences = ["one two three four five six seven eight nine ten eleven", "a quite different thing", "x", "1 2",
                "and now for something completely different", "one two three four five six"];
            let text: Vec<&str> = numbers.iter().map(|number| sentences[*number]).collect();
            let text = text.join(" ");
            let words: Vec<&str> = text.split(' ').collect();
            prop_assert_eq!(repeated_runs(&words), by_definition(&words));
        }
    }
}
