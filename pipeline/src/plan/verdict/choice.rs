//! Which documents the report shows of a rule: a few that broke it, and a few that came near.
//!
//! The choice is by a hash of the document's id and the seed, so that it is the same on every run and on any number
//! of cores, and another for every rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Documents of each kind that are chosen for a rule.
pub const CHOSEN: usize = 3;

/// A document that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// What the choice goes by: the least of them are taken.
    rank: (f64, u64),
    /// Its unit.
    pub unit: String,
    /// Its row there.
    pub row: u32,
    /// The number that the rule is about.
    pub value: Option<f64>,
}

/// What was chosen for a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Documents that broke it, those first that broke no earlier rule.
    pub dropped: Vec<Candidate>,
    /// Documents that broke no rule, nearest to the threshold first.
    pub near: Vec<Candidate>,
}

/// What was chosen, by the rules' positions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices(pub BTreeMap<usize, Choice>);

impl Choices {
    /// Adds what another unit chose.
    pub(super) fn join(&mut self, other: Self) {
        for (rule, choice) in other.0 {
            let own = self.0.entry(rule).or_default();
            own.dropped.extend(choice.dropped);
            own.near.extend(choice.near);
            cut(&mut own.dropped);
            cut(&mut own.near);
        }
    }
}

fn cut(candidates: &mut Vec<Candidate>) {
    candidates.sort_by(|left, right| compare(left.rank, right.rank));
    candidates.truncate(CHOSEN);
}

fn compare(left: (f64, u64), right: (f64, u64)) -> std::cmp::Ordering {
    left.0.total_cmp(&right.0).then(left.1.cmp(&right.1))
}

/// The least ranks seen, of one kind and rule within a unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Least(Vec<Candidate>);

impl Least {
    /// The first part of a rank from which on nothing is taken any more.
    pub(super) fn bar(&self) -> f64 {
        if self.0.len() < CHOSEN {
            return f64::INFINITY;
        }
        self.0.last().map_or(f64::INFINITY, |last| last.rank.0)
    }

    /// Takes a document if it is among the least.
    pub(super) fn offer(&mut self, rank: (f64, u64), unit: &str, row: u32, value: Option<f64>) {
        let last = self.0.last().filter(|_| self.0.len() == CHOSEN);
        if last.is_some_and(|last| compare(rank, last.rank).is_ge()) {
            return;
        }
        self.0.push(Candidate {
            rank,
            unit: unit.to_owned(),
            row,
            value,
        });
        cut(&mut self.0);
    }

    pub(super) fn into_candidates(self) -> Vec<Candidate> {
        self.0
    }
}

/// The second part of a document's rank for a rule, which decides among equals.
pub(super) fn draw(seed: u64, rule: usize, id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(id.as_bytes(), seed ^ (rule as u64).rotate_left(32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_choice_does_not_depend_on_order_or_division(
            mut ranks in proptest::collection::vec((0_u8..4, any::<u64>()), 0..40),
            border in 0_usize..40,
        ) {
            let choose = |ranks: &[(u8, u64)]| {
                let mut least = Least::default();
                for (distance, draw) in ranks {
                    least.offer((f64::from(*distance), *draw), "u", 0, None);
                }
                let choice = Choice { near: least.into_candidates(), ..Choice::default() };
                Choices([(0, choice)].into())
            };
            let whole = choose(&ranks);
            let border = border.min(ranks.len());
            let mut parts = choose(&ranks[border..]);
            parts.join(choose(&ranks[..border]));
            prop_assert_eq!(&parts, &whole);
            ranks.reverse();
            prop_assert_eq!(choose(&ranks), whole);
        }
    }
}
