//! What duplicates are found by: a hash of the folded text, and the `MinHash` signature of the normalised one.
//!
//! Columns written: `fingerprint.exact`, and where near duplicates are asked for, `fingerprint.minhash`.
//! Texts that differ in case and white space alone have the same `exact`; for the signature, punctuation, accents and
//! numbers make no difference either.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::minhash::MinHasher;
use crate::text::normalize::folded;

/// What the fingerprint is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The signature's shape; none without near duplicates.
    pub minhash: Option<Shape>,
}

/// A `MinHash` signature's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Words in a shingle.
    pub ngram: u32,
    /// Bands.
    pub buckets: u32,
    /// Hashes in a band.
    pub rows: u32,
}

/// The annotator.
#[derive(Debug)]
pub struct Fingerprint {
    minhash: Option<MinHasher>,
}

impl Fingerprint {
    /// The annotator of these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let hasher =
            |shape: &Shape| MinHasher::new(size(shape.ngram), size(shape.buckets.saturating_mul(shape.rows)));
        Self {
            minhash: settings.minhash.as_ref().map(hasher),
        }
    }
}

const EXACT: Signal = Signal {
    name: "exact",
    signal_type: SignalType::Bytes,
    meaning: "xxh3-128 of the text without case and runs of white space, big-endian; null where that is empty",
};

const MINHASH: Signal = Signal {
    name: "minhash",
    signal_type: SignalType::Bytes,
    meaning: "MinHash signature, little-endian 32-bit minima; null where there are no words",
};

impl Annotator for Fingerprint {
    fn name(&self) -> &'static str {
        "fingerprint"
    }

    fn signals(&self) -> &'static [Signal] {
        match self.minhash {
            Some(_) => &[EXACT, MINHASH],
            None => &[EXACT],
        }
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let normalized = text.normalized();
        let folded = folded(text.text);
        let exact = (!folded.is_empty()).then(|| xxh3_128(folded.as_bytes()).to_be_bytes());
        row.bytes(exact.as_ref().map(<[u8; 16]>::as_slice));
        if let Some(hasher) = &self.minhash {
            row.bytes(hasher.signature(normalized).as_deref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};

    fn fingerprint(minhash: Option<Shape>) -> Fingerprint {
        Fingerprint::new(&Settings { minhash })
    }

    #[test]
    fn copies_have_the_same_fingerprint() {
        let annotator = fingerprint(Some(Shape {
            ngram: 2,
            buckets: 3,
            rows: 4,
        }));
        let one = signals(&annotator, "Chapter 1: The  Café.");
        assert_eq!(one, signals(&annotator, "chapter 1:\nthe café."));
        let other_number = signals(&annotator, "chapter 22 the cafe");
        assert_ne!(one[0], other_number[0]);
        assert_eq!(one[1], other_number[1]);
        assert_ne!(one, signals(&annotator, "chapter 22 the pub"));
        assert!(matches!(&one[0].1, Value::Bytes(Some(hash)) if hash.len() == 16));
        assert!(matches!(&one[1].1, Value::Bytes(Some(signature)) if signature.len() == 3 * 4 * 4));
    }

    #[test]
    fn the_hash_is_that_of_the_specification() {
        // xxh3-128 of "hello, world!" is in no other byte order.
        let expected = xxh3_128(b"hello, world!").to_be_bytes().to_vec();
        assert_eq!(
            signal(&fingerprint(None), " Hello,\n World!", "exact"),
            Value::Bytes(Some(expected))
        );
    }

    #[test]
    fn nothing_has_none() {
        let annotator = fingerprint(Some(Shape {
            ngram: 5,
            buckets: 14,
            rows: 8,
        }));
        for text in ["", " \n\u{3000}"] {
            assert!(
                signals(&annotator, text)
                    .iter()
                    .all(|(_, value)| *value == Value::Bytes(None))
            );
        }
        assert_eq!(signals(&fingerprint(None), "").len(), 1);
    }
}
