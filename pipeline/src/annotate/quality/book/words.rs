//! Words that recognition of print has broken, told by their spelling alone.

use crate::text::characters;

/// What is wrong with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Letters and digits: `th1s`.
    Mixed,
    /// A sign between letters: `wi;h`.
    InnerSign,
    /// Capitals in the middle: `tHe`.
    GarbledCase,
    /// No vowel: `wbh`.
    Vowelless,
    /// No word, but a sign that stands nowhere alone.
    Stray,
    /// One small letter that is no word.
    SingleLetter,
}

/// What is wrong with `chunk`, which stands between white space.
pub(super) fn fault(chunk: &str) -> Option<Fault> {
    // Most words are of small letters, with a vowel.
    let bytes = chunk.as_bytes();
    if bytes.len() > 1 && bytes.iter().all(u8::is_ascii_lowercase) && bytes.iter().any(|byte| is_vowel(*byte))
    {
        return None;
    }
    let is_edge = |character: char| !character.is_alphanumeric();
    let start = chunk.trim_start_matches(is_edge);
    let core = start.trim_end_matches(is_edge);
    if core.is_empty() {
        let is_stray = chunk.contains(['|', '~', '^', '\\', '¦', '¬', '■', '□', '¢', '¤']);
        return is_stray.then_some(Fault::Stray);
    }
    let after = &start[core.len()..];
    if core.contains("://") || core.contains('@') || core.starts_with("www.") || core.len() > LONGEST_WORD {
        return None;
    }
    // Dashes stand between words of their own.
    let mut parts = core.split(['-', '—', '–', '\u{2010}', '/', '_']);
    parts.find_map(|part| part_fault(part, chunk, after))
}

/// Bytes of a word that are looked at: what is longer is none, and no book is full of it.
const LONGEST_WORD: usize = 200;

/// What is wrong with a part of a word; `after` is the punctuation after the whole of it.
fn part_fault(part: &str, chunk: &str, after: &str) -> Option<Fault> {
    if part.len() == 1 && part == chunk {
        let is_no_word = matches!(
            part,
            "b" | "c" | "d" | "f" | "g" | "h" | "j" | "l" | "m" | "n" | "p" | "q" | "r" | "t"
        );
        return is_no_word.then_some(Fault::SingleLetter);
    }
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && part.contains(char::is_alphabetic) && !is_numbered(part) {
        return Some(Fault::Mixed);
    }
    if has_inner_sign(part) {
        return Some(Fault::InnerSign);
    }
    let mut words = part.split(|character: char| !character.is_alphabetic());
    words.find_map(|word| word_fault(word, after))
}

/// `1st`, `1840s`, `12mo`, `5s`, `A1`, `p12`: a number with up to two letters on either side.
fn is_numbered(part: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .take_while(|character| character.is_alphabetic())
            .count()
    };
    let before = letters(part);
    let after = part
        .chars()
        .rev()
        .take_while(|character| character.is_alphabetic())
        .count();
    let number = part.trim_matches(char::is_alphabetic);
    let is_plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'\''));
    is_plain && before + after <= 2
}

/// Whether a sign that does not belong there stands between two letters.
fn has_inner_sign(part: &str) -> bool {
    if part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let mut before = None;
    let mut signs = part.chars().peekable();
    while let Some(character) = signs.next() {
        let is_between =
            before.is_some_and(char::is_alphabetic) && signs.peek().is_some_and(|next| next.is_alphabetic());
        let is_odd = matches!(
            character,
            ',' | ';'
                | ':'
                | '!'
                | '?'
                | '|'
                | '~'
                | '^'
                | '<'
                | '>'
                | '='
                | '+'
                | '\\'
                | '#'
                | '$'
                | '%'
                | '{'
                | '}'
                | '•'
                | '■'
                | '□'
                | '¦'
                | '¬'
                | '§'
                | '°'
                | '£'
                | '¢'
                | '®'
                | '©'
        );
        if is_between && is_odd {
            return true;
        }
        before = Some(character);
    }
    // `the.mill` has lost a space; `e.g`, `Ph.D` and `U.S.A` have not.
    part.contains('.')
        && part
            .split('.')
            .all(|piece| characters(piece) > 2 && piece.contains(char::is_alphabetic))
}

/// What is wrong with a word of letters alone.
fn word_fault(word: &str, after: &str) -> Option<Fault> {
    if has_garbled_case(word) {
        return Some(Fault::GarbledCase);
    }
    let is_latin = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_vowelless = is_latin
        && word.len() >= 3
        && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        && !word.bytes().any(is_vowel)
        && !after.starts_with('.')
        && !word
            .bytes()
            .all(|byte| b"ivxlcdm".contains(&byte.to_ascii_lowercase()))
        && !SHORTENED.contains(&word.to_ascii_lowercase().as_str());
    is_vowelless.then_some(Fault::Vowelless)
}

/// Words without a vowel that books print.
const SHORTENED: [&str; 16] = [
    "brr", "crwth", "cwm", "cwt", "hmm", "lbs", "mrs", "mss", "nth", "pfft", "psst", "pst", "sbs", "shh",
    "tsk", "vls",
];

/// Prefixes of names after which a capital follows.
const NAME_PREFIXES: [&str; 13] = [
    "Mc", "Mac", "Fitz", "De", "Del", "Di", "Du", "La", "Le", "Van", "Von", "St", "San",
];

/// Whether a capital follows a small letter, or small letters follow several capitals.
fn has_garbled_case(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.iter().skip(1).all(u8::is_ascii_lowercase) {
        return false;
    }
    let mut before: Option<char> = None;
    for (at, character) in word.char_indices() {
        let follows_small = before.is_some_and(char::is_lowercase);
        if character.is_uppercase() && follows_small && !NAME_PREFIXES.contains(&&word[..at]) {
            return true;
        }
        before = Some(character);
    }
    let capitals = word
        .chars()
        .take_while(|character| character.is_uppercase())
        .count();
    let small = word.chars().skip(capitals).count();
    // `MSs` and `CDs` are plurals, `IIId` and `XVth` are numbers.
    let is_numeral = word
        .chars()
        .take(capitals)
        .all(|character| "IVXLCDM".contains(character));
    capitals >= 2 && small > 0 && !word.ends_with('s') && !(is_numeral && small <= 2)
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_words_are_told_from_odd_ones() {
        let broken = [
            ("th1s", Fault::Mixed),
            ("1ittle,", Fault::Mixed),
            ("c0uld-be", Fault::Mixed),
            ("wi;h", Fault::InnerSign),
            ("and,then", Fault::InnerSign),
            ("th^e", Fault::InnerSign),
            ("there.Then", Fault::InnerSign),
            ("tHe", Fault::GarbledCase),
            ("THey", Fault::GarbledCase),
            ("wbh", Fault::Vowelless),
            ("Tbc,", Fault::Vowelless),
            ("|", Fault::Stray),
            ("~~", Fault::Stray),
            ("b", Fault::SingleLetter),
        ];
        for (word, expected) in broken {
            assert_eq!(fault(word), Some(expected), "{word}");
        }
        let sound = [
            "the",
            "a",
            "I",
            "O",
            "1st",
            "1840s",
            "12mo",
            "5s.",
            "A1",
            "McKay",
            "MacDonald,",
            "O'Brien",
            "e.g.",
            "Ph.D.",
            "U.S.A.",
            "and/or",
            "don’t",
            "_rose_",
            "well-known",
            "said—he",
            "cwt.",
            "Mrs",
            "MDCCC",
            "xxx",
            "XVth",
            "CDs",
            "shh!",
            "THE",
            "é",
            "naïve",
            "日本",
            "***",
            "—",
            "b)",
            "J.",
            "x",
            "http://a.b/c1d",
            "10:30",
            "1,000",
        ];
        for word in sound {
            assert_eq!(fault(word), None, "{word}");
        }
    }
}
