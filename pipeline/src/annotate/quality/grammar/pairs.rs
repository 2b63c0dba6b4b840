//! Neighbouring words that English does not put side by side: "of is", "the of", "to was", "they has".
//!
//! A checker's rules look for the mistakes that people make, and text that was shuffled, or translated word by word,
//! makes others. These pairs are of closed classes alone (articles, prepositions, auxiliaries, pronouns), which are two
//! words of five in any English text, so that a few hundred words show whether the order is broken. A pair counts
//! where only white space is between its words; nothing is assumed of any other word.

// Classes of words, as bits. "his" is of none, since too much may follow it.
const ARTICLE: u32 = 1;
const OWNER: u32 = 1 << 1;
const PREPOSITION: u32 = 1 << 2;
const OF: u32 = 1 << 3;
const TO: u32 = 1 << 4;
/// Finite forms of "be".
const BE: u32 = 1 << 5;
const BARE_BE: u32 = 1 << 6;
const BEEN: u32 = 1 << 7;
/// "has", "had".
const HAS: u32 = 1 << 8;
const HAVE: u32 = 1 << 9;
/// Modal verbs that are no nouns.
const MODAL: u32 = 1 << 10;
/// "will", "can", "may", "might", "must": modal verbs, and nouns too.
const MODAL_NOUN: u32 = 1 << 11;
const AND: u32 = 1 << 12;
const PERSON: u32 = 1 << 13;
const OBJECT: u32 = 1 << 14;
const DOES: u32 = 1 << 15;
/// Subjects with plural verbs: "they", "we", "these", "those".
const MANY: u32 = 1 << 16;
/// Verbs that these do not take: "is", "was", "has", "does".
const SINGULAR: u32 = 1 << 17;
/// "it", "this".
const ONE: u32 = 1 << 18;
const ARE: u32 = 1 << 19;

/// Which classes may not follow which.
const FORBIDDEN: [(u32, u32); 18] = [
    (
        ARTICLE,
        ARTICLE
            | OWNER
            | PREPOSITION
            | OF
            | TO
            | BE
            | BARE_BE
            | BEEN
            | HAS
            | HAVE
            | MODAL
            | AND
            | PERSON
            | OBJECT
            | DOES,
    ),
    (
        OWNER,
        ARTICLE
            | OWNER
            | PREPOSITION
            | OF
            | TO
            | BE
            | BARE_BE
            | BEEN
            | HAS
            | HAVE
            | MODAL
            | AND
            | PERSON
            | OBJECT
            | DOES,
    ),
    (PREPOSITION, BE | BARE_BE | BEEN | HAS | HAVE | MODAL | DOES | OF),
    (
        OF,
        BE | BARE_BE | BEEN | HAS | HAVE | MODAL | DOES | OF | TO | AND,
    ),
    (TO, BE | BEEN | HAS | MODAL | DOES | OF | TO),
    (BE, BE | BARE_BE | BEEN | HAS | HAVE | MODAL | DOES),
    (
        BARE_BE,
        BE | BARE_BE | BEEN | HAS | HAVE | MODAL | MODAL_NOUN | DOES,
    ),
    (BEEN, BE | BARE_BE | BEEN | HAS | HAVE | MODAL | MODAL_NOUN | DOES),
    (HAS, BE | BARE_BE | HAS | HAVE | MODAL | DOES),
    (HAVE, BE | BARE_BE | HAS | HAVE | MODAL | DOES),
    (MODAL, BE | BEEN | HAS | MODAL | MODAL_NOUN | DOES | OF),
    (MODAL_NOUN, BEEN | MODAL),
    (AND, AND),
    (PERSON, ARTICLE | PERSON | BEEN | OF),
    (DOES, BE | BEEN | HAS | MODAL | OF),
    (MANY, SINGULAR),
    (ONE, ARE),
    (OBJECT, OBJECT | PERSON),
];

/// The classes of a word; none for most.
fn classes(word: &str) -> u32 {
    /// Letters of the longest word of a class.
    const MOST: usize = 7;
    let mut folded = [0; MOST];
    let Some(folded) = folded.get_mut(..word.len()) else {
        return 0;
    };
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    match std::str::from_utf8(folded).unwrap_or_default() {
        "the" | "a" | "an" => ARTICLE,
        "my" | "your" | "our" | "their" | "its" => OWNER,
        "at" | "from" | "into" | "with" | "during" | "among" | "upon" | "toward" | "towards" | "by"
        | "for" | "in" | "on" => PREPOSITION,
        "of" => OF,
        "to" => TO,
        "is" | "was" => BE | SINGULAR,
        "are" => BE | ARE,
        "were" | "am" => BE,
        "be" => BARE_BE,
        "been" => BEEN,
        "has" => HAS | SINGULAR,
        "had" => HAS,
        "have" => HAVE,
        "would" | "could" | "should" | "cannot" => MODAL,
        "will" | "can" | "may" | "might" | "must" => MODAL_NOUN,
        "and" | "or" => AND,
        "he" | "she" | "i" => PERSON,
        "we" | "they" => PERSON | MANY,
        "these" | "those" => MANY,
        "me" | "him" | "us" | "them" => OBJECT,
        "does" => DOES | SINGULAR,
        "it" | "this" => ONE,
        _ => 0,
    }
}

/// How many pairs of `text` cannot be, and how many sentences end in a word that needs another.
pub(super) fn count(text: &str) -> usize {
    let mut faults = 0;
    let mut before = 0;
    for chunk in text.split_ascii_whitespace() {
        let word = chunk.trim_matches(|character: char| !character.is_alphanumeric());
        let start = word.as_ptr().addr() - chunk.as_ptr().addr();
        let (opens, closes) = (start == 0, start + word.len() == chunk.len());
        let here = classes(word);
        if opens
            && FORBIDDEN
                .iter()
                .any(|(first, then)| before & first != 0 && here & then != 0)
        {
            faults += 1;
        }
        let ends_sentence = !closes && chunk.ends_with(['.', '!', '?']);
        if ends_sentence && word.len() > 1 && here & (ARTICLE | OWNER | AND) != 0 {
            faults += 1;
        }
        before = if closes { here } else { 0 };
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_cannot_be_are_counted() {
        for (text, faults) in [
            ("", 0),
            ("The mill of the river is old, and it has been in use.", 0),
            ("What it is of, the miller could not say: to have and to hold.", 0),
            ("the of", 1),
            ("The mill is are old.", 1),
            ("of. The", 0),
            ("in the (of) river", 0),
            ("They has it and and we is.", 3),
            ("He ran to the.", 1),
        ] {
            assert_eq!(count(text), faults, "{text}");
        }
    }
}
