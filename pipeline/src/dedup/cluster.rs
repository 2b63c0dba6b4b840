//! Connected components of duplicate pairs, by union-find.
//!
//! Memory: 40 bytes or so for each document that is in a pair, none for the others. The result does not depend on
//! the order of the pairs: the root of a component is always its smallest id.

use std::collections::BTreeMap;
use std::collections::HashMap;

use gristmill_schemas::document::DocumentId;

/// A partition of documents into clusters, grown pair by pair.
#[derive(Debug, Default)]
pub struct Clusters {
    positions: HashMap<DocumentId, usize>,
    ids: Vec<DocumentId>,
    parents: Vec<usize>,
}

impl Clusters {
    /// Puts `left` and `right` into one cluster.
    pub fn join(&mut self, left: DocumentId, right: DocumentId) {
        let left = self.position(left);
        let right = self.position(right);
        let left = self.root(left);
        let right = self.root(right);
        // The smaller id becomes the root. Path halving alone keeps finds logarithmic, amortized.
        if self.ids[left] <= self.ids[right] {
            self.parents[right] = left;
        } else {
            self.parents[left] = right;
        }
    }

    /// Every document that is in a cluster and not its smallest, with the smallest: sorted by document.
    #[must_use]
    pub fn members(mut self) -> BTreeMap<DocumentId, DocumentId> {
        let mut members = BTreeMap::new();
        for position in 0..self.ids.len() {
            let root = self.root(position);
            if root != position {
                members.insert(self.ids[position], self.ids[root]);
            }
        }
        members
    }

    fn position(&mut self, id: DocumentId) -> usize {
        let next = self.ids.len();
        let position = *self.positions.entry(id).or_insert(next);
        if position == next {
            self.ids.push(id);
            self.parents.push(next);
        }
        position
    }

    fn root(&mut self, mut position: usize) -> usize {
        while self.parents[position] != position {
            self.parents[position] = self.parents[self.parents[position]];
            position = self.parents[position];
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, without cleverness: spread the smallest id along the pairs until nothing changes.
    fn by_spreading(pairs: &[(u8, u8)]) -> BTreeMap<DocumentId, DocumentId> {
        let mut smallest: BTreeMap<u8, u8> = pairs.iter().flat_map(|&(a, b)| [(a, a), (b, b)]).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for &(a, b) in pairs {
                let low = smallest[&a].min(smallest[&b]);
                for member in [a, b] {
                    changed |= smallest.insert(member, low) != Some(low);
                }
            }
        }
        let id = |number: u8| DocumentId(u128::from(number));
        smallest
            .into_iter()
            .filter(|(a, b)| a != b)
            .map(|(a, b)| (id(a), id(b)))
            .collect()
    }

    proptest! {
        #[test]
        fn clusters_are_the_connected_components_whatever_the_order(
            pairs in prop::collection::vec((any::<u8>(), any::<u8>()), 0..120),
            reversed in any::<bool>(),
        ) {
            let mut clusters = Clusters::default();
            let mut order: Vec<usize> = (0..pairs.len()).collect();
            if reversed {
                order.reverse();
            }
            for position in order {
                let (left, right) = pairs[position];
                clusters.join(DocumentId(u128::from(left)), DocumentId(u128::from(right)));
            }
            prop_assert_eq!(clusters.members(), by_spreading(&pairs));
        }
    }
}
