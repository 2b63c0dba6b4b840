//! Repairs UTF-8 that was read as Windows-1252 or Latin-1: `dâ€™Ã©tÃ©` -> `d’été`.
//!
//! A character beyond ASCII has two to four bytes in UTF-8, and each of them, read by itself, became a character of
//! its own. Such a sequence is put back together where that is certain ([`sequence`] says when): because no text
//! has these characters beside each other, or because the document has shown before that it is damaged in this way
//! and holds little that is not. Text that went through the mill twice or three times is repaired as often. Control
//! characters of Latin-1 (U+0080 to U+009F) become what Windows-1252 has in their place, as browsers read them.
//!
//! Why: half a percent of crawled pages have it, and to a tokenizer each is a word of its own.
//!
//! Cost: a search for the bytes 0xC2 and 0xC3, with which every such character begins in UTF-8.
//!
//! Idempotent, because a text is repaired until nothing is left to repair; one that needs more than
//! [`MOST_ROUNDS`] is left as it is, since nothing is certain in it.

mod letter;
mod sequence;

use self::sequence::{Certainty, Sequence};
use crate::stage::Rewriter;

/// How often a text may have been damaged. Three times was seen in the wild (ftfy's cases), and each time doubles
/// the length of what is damaged.
const MOST_ROUNDS: usize = 6;

/// Repairs a text.
#[derive(Clone, Copy, Debug)]
pub struct RepairMojibake;

impl Rewriter for RepairMojibake {
    fn rewrite(&self, text: String) -> String {
        let Some(mut repaired) = round(&text) else {
            return text;
        };
        for _ in 1..MOST_ROUNDS {
            match round(&repaired) {
                Some(better) => repaired = better,
                None => return repaired,
            }
        }
        match round(&repaired) {
            Some(_) => text,
            None => repaired,
        }
    }
}

/// The text with all sequences repaired that are certain; `None` where there is none.
fn round(text: &str) -> Option<String> {
    let found = sequence::find(text);
    let certain = found.count(Certainty::Certain);
    let is_damaged = certain > found.sound;
    let is_repaired = |sequence: &&Sequence| match sequence.certainty {
        Certainty::Certain | Certainty::Control => true,
        Certainty::Likely => is_damaged,
    };
    let mut repairs: Vec<Sequence> = found.sequences.iter().filter(is_repaired).cloned().collect();
    if is_damaged {
        repairs.extend(sequence::lone_letters(text));
        repairs.sort_by_key(|sequence| sequence.start);
    }
    if repairs.is_empty() {
        return None;
    }
    let mut repaired = String::with_capacity(text.len());
    let mut copied = 0;
    for sequence in repairs {
        repaired.push_str(&text[copied..sequence.start]);
        repaired.push(sequence.character);
        copied = sequence.end;
    }
    repaired.push_str(&text[copied..]);
    Some(repaired)
}

#[cfg(test)]
mod tests;
