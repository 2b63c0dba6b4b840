//! What judging is counted in: documents and bytes, by rule, stage, language, source and length.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Edges of the histogram of document lengths, in bytes of text: powers of four from 64 to 1 Mi.
const LENGTH_EDGES: [u64; 8] = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

/// Documents and bytes of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
}

impl Amount {
    pub(super) fn add(&mut self, bytes: u64) {
        self.documents += 1;
        self.bytes += bytes;
    }

    fn remove(&mut self, bytes: u64) {
        self.documents = self.documents.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    fn join(&mut self, other: Self) {
        self.documents += other.documents;
        self.bytes += other.bytes;
    }
}

/// What a rule cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCounts {
    /// Documents counted to it: it was the first that they broke.
    pub first: Amount,
    /// Documents that broke it and no other.
    pub alone: Amount,
    /// Documents that broke it, whatever else they broke.
    pub together: Amount,
}

impl RuleCounts {
    fn join(&mut self, other: Self) {
        self.first.join(other.first);
        self.alone.join(other.alone);
        self.together.join(other.together);
    }
}

/// What judging came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// All documents.
    pub all: Amount,
    /// Those kept.
    pub kept: Amount,
    /// Those dropped, by the stage that did.
    pub dropped: BTreeMap<String, Amount>,
    /// By stage, then by rule.
    pub rules: BTreeMap<String, BTreeMap<String, RuleCounts>>,
    /// All documents by language, and those kept.
    pub languages: BTreeMap<String, (Amount, u64)>,
    /// Documents kept, by source.
    pub sources: BTreeMap<String, Amount>,
    /// Documents by length: kept and dropped, one more than there are edges.
    pub lengths: [(u64, u64); LENGTH_EDGES.len() + 1],
}

/// A document as it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) source: &'a str,
    pub(super) language: Option<&'a str>,
    pub(super) bytes: u64,
}

impl VerdictCounts {
    /// The edges of [`lengths`](Self::lengths), in bytes.
    #[must_use]
    pub fn length_edges() -> &'static [u64] {
        &LENGTH_EDGES
    }

    /// The rule that was the first to drop the most documents, with its stage and what it dropped.
    #[must_use]
    pub fn costliest(&self) -> Option<(&str, &str, Amount)> {
        let rules = self.rules.iter().flat_map(|(stage, rules)| {
            let of_stage = rules.iter();
            of_stage.map(move |(rule, counts)| (stage.as_str(), rule.as_str(), counts.first))
        });
        // Of equal ones the first by name, whatever the order of the rules.
        rules.max_by(|left, right| {
            let by_documents = left.2.documents.cmp(&right.2.documents);
            by_documents.then_with(|| (right.0, right.1).cmp(&(left.0, left.1)))
        })
    }

    /// Counts a document that is kept or dropped; the rules that it broke are counted apart.
    pub(super) fn count(&mut self, document: Counted<'_>, kept: bool) {
        self.all.add(document.bytes);
        let language = document.language.unwrap_or("?");
        if !self.languages.contains_key(language) {
            self.languages.insert(language.to_owned(), Default::default());
        }
        let bin = bin(document.bytes);
        if let Some(of_language) = self.languages.get_mut(language) {
            of_language.0.add(document.bytes);
            of_language.1 += u64::from(kept);
        }
        if kept {
            self.kept.add(document.bytes);
            self.lengths[bin].0 += 1;
        } else {
            self.lengths[bin].1 += 1;
        }
    }

    /// Counts what rules of one stage came to.
    pub(super) fn count_rule(&mut self, stage: &str, rule: &str, counts: RuleCounts) {
        if counts == RuleCounts::default() {
            return;
        }
        let of_stage = self.rules.entry(stage.to_owned()).or_default();
        of_stage.entry(rule.to_owned()).or_default().join(counts);
        if counts.first.documents > 0 {
            self.dropped
                .entry(stage.to_owned())
                .or_default()
                .join(counts.first);
        }
    }

    /// Counts as dropped by `rule`, and by it alone, what was counted as kept.
    pub(super) fn drop_kept(&mut self, document: Counted<'_>, stage: &str, rule: &str) {
        let mut amount = Amount::default();
        amount.add(document.bytes);
        let counts = RuleCounts {
            first: amount,
            alone: amount,
            together: amount,
        };
        self.count_rule(stage, rule, counts);
        self.kept.remove(document.bytes);
        if let Some((_, kept)) = self.languages.get_mut(document.language.unwrap_or("?")) {
            *kept = kept.saturating_sub(1);
        }
        if let Some(of_source) = self.sources.get_mut(document.source) {
            of_source.remove(document.bytes);
        }
        let (kept, dropped) = &mut self.lengths[bin(document.bytes)];
        *kept = kept.saturating_sub(1);
        *dropped += 1;
    }

    /// Adds what another unit came to.
    pub(super) fn join(&mut self, other: Self) {
        self.all.join(other.all);
        self.kept.join(other.kept);
        for (stage, amount) in other.dropped {
            self.dropped.entry(stage).or_default().join(amount);
        }
        for (stage, rules) in other.rules {
            let of_stage = self.rules.entry(stage).or_default();
            for (rule, counts) in rules {
                of_stage.entry(rule).or_default().join(counts);
            }
        }
        for (language, (amount, kept)) in other.languages {
            let of_language = self.languages.entry(language).or_default();
            of_language.0.join(amount);
            of_language.1 += kept;
        }
        for (source, amount) in other.sources {
            self.sources.entry(source).or_default().join(amount);
        }
        for (own, more) in self.lengths.iter_mut().zip(other.lengths) {
            own.0 += more.0;
            own.1 += more.1;
        }
    }
}

fn bin(bytes: u64) -> usize {
    LENGTH_EDGES.iter().filter(|edge| bytes >= **edge).count()
}
