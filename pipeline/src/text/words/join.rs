//! Joins neighbouring tokens that together are an exception: of `x=:)`, whose colon was split off first, the last two.
//!
//! As the reference does it: an exception that is split when nothing is excepted is sought as the sequence of those
//! tokens. Of matches that overlap the longest counts, then the first; one that loses still keeps others from its
//! tokens. A sequence may stretch over single spaces; then it is no exception and stays as it is, but it counts
//! among the matches.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::Splitter;
use super::exceptions::EXCEPTIONS;
use super::glance::{Glance, hash};

static SEQUENCES: LazyLock<Sequences> = LazyLock::new(Sequences::new);

/// The exceptions that affixes and infixes alone would split.
struct Sequences {
    glance: Glance,
    /// By the hash of their first token.
    buckets: Vec<Vec<Sequence>>,
}

const BUCKETS: usize = 1024;

struct Sequence {
    tokens: Vec<&'static str>,
    /// The lengths of the exception's own pieces in bytes.
    pieces: &'static [u8],
}

impl Sequences {
    fn new() -> Self {
        let mut sequences = Self {
            glance: Glance::default(),
            buckets: (0..BUCKETS).map(|_| Vec::new()).collect(),
        };
        let mut splitter = Splitter {
            ignores_exceptions: true,
            ..Splitter::default()
        };
        for exception in EXCEPTIONS.iter() {
            let mut tokens = Vec::new();
            splitter.split_apart(&exception.chunk, &mut tokens);
            if let [first, _, ..] = tokens[..] {
                sequences.glance.insert(first);
                if let Some(bucket) = sequences.buckets.get_mut(hash(first) % BUCKETS) {
                    bucket.push(Sequence {
                        tokens,
                        pieces: &exception.pieces,
                    });
                }
            }
        }
        sequences
    }

    /// Those of which `tokens` begins with the first two.
    fn of(&self, tokens: &[&str]) -> impl Iterator<Item = &Sequence> {
        let pair = tokens.first_chunk::<2>();
        let bucket = pair.and_then(|[first, _]| self.buckets.get(hash(first) % BUCKETS));
        let all = bucket.into_iter().flatten();
        all.filter(move |sequence| sequence.tokens.first_chunk() == pair)
    }
}

/// A sequence that was found.
#[derive(Clone, Copy)]
struct Match {
    start: usize,
    end: usize,
    /// What stands there instead; `None` where nothing changes.
    pieces: Option<&'static [u8]>,
}

/// Remembers where sequences may start.
#[derive(Default)]
pub(super) struct Joiner {
    candidates: Vec<usize>,
}

impl Joiner {
    /// Takes note of the tokens `found[first..]`, which are those of a chunk.
    pub(super) fn look_at(&mut self, found: &[&str], first: usize) {
        for (number, token) in found.iter().enumerate().skip(first) {
            if SEQUENCES.glance.may_hold(token) {
                self.candidates.push(number);
            }
        }
    }

    /// Takes note of the last token of `found`, a mark behind a word: it can begin an emoticon whose rest follows
    /// after a space.
    #[inline]
    pub(super) fn look_at_mark(&mut self, found: &[&str]) {
        if let Some(&(":" | ";")) = found.last() {
            self.candidates.push(found.len() - 1);
        }
    }

    /// Whether so many places are remembered that it is time to join.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.candidates.len() >= MOST_TOGETHER
    }

    /// Joins what can be joined in `found`, the tokens of `text` up to the end of a chunk.
    pub(super) fn join<'a>(&mut self, text: &'a str, found: &mut Vec<&'a str>) {
        let mut chosen: Vec<Match> = Vec::new();
        let mut overlapping = Overlapping::default();
        for start in self.candidates.drain(..) {
            let rest = &found[start..];
            for sequence in SEQUENCES.of(rest) {
                let Some(stretch) = stretch(text, rest, &sequence.tokens) else {
                    continue;
                };
                let changes = stretch == Stretch::Whole && !is_same(&sequence.tokens, sequence.pieces);
                let found = Match {
                    start,
                    end: start + sequence.tokens.len(),
                    pieces: changes.then_some(sequence.pieces),
                };
                if overlapping.end <= start || overlapping.matches.len() >= MOST_TOGETHER {
                    overlapping.choose(&mut chosen);
                }
                overlapping.end = overlapping.end.max(found.end);
                overlapping.matches.push(found);
            }
        }
        overlapping.choose(&mut chosen);
        replace(&chosen, text, found);
    }
}

/// Matches that are chosen among together: more of them overlap in no text of sense.
const MOST_TOGETHER: usize = 4096;

/// Matches of which each overlaps another.
#[derive(Default)]
struct Overlapping {
    matches: Vec<Match>,
    end: usize,
    taken: Vec<bool>,
}

impl Overlapping {
    /// Puts those that count and change something into `chosen`, in order, and forgets all.
    fn choose(&mut self, chosen: &mut Vec<Match>) {
        if self.matches.iter().all(|found| found.pieces.is_none()) {
            self.matches.clear();
            return;
        }
        let first = chosen.len();
        let start = self.matches.first().map_or(0, |found| found.start);
        self.taken.clear();
        self.taken.resize(self.end - start, false);
        self.matches
            .sort_by_key(|found| (Reverse(found.end - found.start), found.start));
        for found in self.matches.drain(..) {
            let place = found.start - start..found.end - start;
            let is_free = !self.taken[place.start] && !self.taken[place.end - 1];
            self.taken[place].fill(true);
            if is_free && found.pieces.is_some() {
                chosen.push(found);
            }
        }
        chosen[first..].sort_by_key(|found| found.start);
    }
}

#[derive(PartialEq, Eq)]
enum Stretch {
    /// The tokens touch each other.
    Whole,
    /// There are spaces between them.
    Spaced,
}

/// Whether `found` begins with the tokens of a sequence, none or one space between two of them.
fn stretch(text: &str, found: &[&str], tokens: &[&str]) -> Option<Stretch> {
    let head = found.get(..tokens.len())?;
    if head != tokens {
        return None;
    }
    let mut stretch = Stretch::Whole;
    for pair in head.windows(2) {
        let end = offset(text, pair[0]) + pair[0].len();
        match offset(text, pair[1]) - end {
            0 => {}
            1 if text.as_bytes()[end] == b' ' => stretch = Stretch::Spaced,
            _ => return None,
        }
    }
    Some(stretch)
}

/// Where `token`, a part of `text`, starts in it.
fn offset(text: &str, token: &str) -> usize {
    token.as_ptr().addr() - text.as_ptr().addr()
}

fn is_same(tokens: &[&str], pieces: &[u8]) -> bool {
    let lengths = tokens.iter().map(|token| token.len());
    lengths.eq(pieces.iter().map(|length| usize::from(*length)))
}

/// Puts the pieces of `matches` in the place of their tokens.
fn replace<'a>(matches: &[Match], text: &'a str, found: &mut Vec<&'a str>) {
    let Some(first) = matches.first() else {
        return;
    };
    let old = found.split_off(first.start);
    let mut done = first.start;
    for Match { start, end, pieces } in matches {
        found.extend_from_slice(&old[done - first.start..start - first.start]);
        let mut at = offset(text, old[start - first.start]);
        for &length in pieces.iter().copied().flatten() {
            found.push(&text[at..at + usize::from(length)]);
            at += usize::from(length);
        }
        done = *end;
    }
    found.extend_from_slice(&old[done - first.start..]);
}
