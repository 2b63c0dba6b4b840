//! A hash table that says whether something was seen before, made for many short passes: it keeps its memory, and a new
//! pass costs nothing however large the table has grown.

/// Places looked at before something new is given up on: no text of sense comes near it, and a text made to collide
/// costs no more than this for each of its words.
const MOST_PROBES: usize = 256;

#[derive(Clone, Copy, Default)]
struct Slot {
    /// The upper half of the hash.
    tag: u32,
    /// The item's number, counted from the pass's first; what is smaller is left from an earlier pass.
    stamp: u32,
}

/// Numbered items by their hashes.
#[derive(Default)]
pub(crate) struct Seen {
    slots: Vec<Slot>,
    /// Slots in use by this pass, a power of two, less one.
    mask: usize,
    /// The stamp of item 0.
    first: u32,
    /// The first stamp that this pass cannot give.
    next: u32,
}

impl Seen {
    /// Forgets everything, and makes room for `count` items, numbered from 0.
    pub(crate) fn begin(&mut self, count: usize) {
        let needed = (count * 2).next_power_of_two().max(64);
        let stamps = u32::try_from(count).unwrap_or(u32::MAX);
        let free = self.next.max(1);
        match free.checked_add(stamps) {
            Some(next) if needed <= self.slots.len() => {
                (self.first, self.next) = (free, next);
            }
            _ => {
                let length = needed.max(self.slots.len());
                self.slots.clear();
                self.slots.resize(length, Slot::default());
                (self.first, self.next) = (1, stamps.saturating_add(1));
            }
        }
        self.mask = needed - 1;
    }

    /// The item that was put in before and of which `is_same` holds; where there is none, `item` is put in.
    #[inline]
    pub(crate) fn find_or_insert(
        &mut self,
        hash: u64,
        item: u32,
        is_same: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let tag = u32::try_from(hash >> 32).unwrap_or(0);
        let mut at = usize::try_from(hash & 0xFFFF_FFFF).unwrap_or(0) & self.mask;
        for _ in 0..MOST_PROBES {
            let slot = self.slots.get_mut(at)?;
            if slot.stamp < self.first {
                *slot = Slot {
                    tag,
                    stamp: self.first.saturating_add(item),
                };
                return None;
            }
            let found = slot.stamp - self.first;
            if slot.tag == tag && is_same(found) {
                return Some(found);
            }
            at = (at + 1) & self.mask;
        }
        None
    }

    /// Gives memory back where the table has more than `most` slots.
    pub(crate) fn shrink(&mut self, most: usize) {
        if self.slots.len() > most {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_seen_is_found_again(passes in prop::collection::vec(prop::collection::vec(0_u64..50, 0..200), 1..6)) {
            let mut seen = Seen::default();
            for items in passes {
                seen.begin(items.len());
                for (number, item) in items.iter().enumerate() {
                    // A poor hash: most items collide, and only looking at them tells them apart.
                    let found = seen.find_or_insert(item % 7, u32::try_from(number).expect("few"), |other| {
                        items[other as usize] == *item
                    });
                    let expected = items[..number].iter().position(|other| other == item);
                    prop_assert_eq!(found.map(|found| found as usize), expected);
                }
            }
        }
    }

    #[test]
    fn stamps_may_run_out() {
        let mut seen = Seen {
            next: u32::MAX - 3,
            ..Seen::default()
        };
        for _ in 0..3 {
            seen.begin(3);
            assert_eq!(seen.find_or_insert(5, 0, |_| true), None);
            assert_eq!(seen.find_or_insert(5, 1, |_| true), Some(0));
        }
    }

    #[test]
    fn collisions_are_given_up_on() {
        let mut seen = Seen::default();
        seen.begin(10_000);
        for item in 0..10_000 {
            assert_eq!(seen.find_or_insert(0, item, |_| false), None);
        }
    }
}
