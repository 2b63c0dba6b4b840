//! The words of a text counted as `RedPajama`-v2 counts them, in one pass.
//!
//! There are two kinds: raw words, which are runs of letters, digits and underscores or runs of other signs, and
//! normalised words, which stand between white space and are without ASCII punctuation, in lower case and canonically
//! decomposed (but for the order of several marks on one letter).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use xxhash_rust::xxh3::xxh3_64;

use super::space::space_at;
use super::stop_words::StopWords;

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Raw words.
    pub raw_words: usize,
    /// Raw words with a letter from A to Z.
    pub raw_words_with_letter: usize,
    /// Raw words with a capital and no small letter.
    pub raw_words_in_capitals: usize,
    /// Raw words that are English stop words.
    pub stop_words: usize,
    /// Stretches between full stops, exclamation and question marks that have a letter, digit or underscore.
    pub sentences: usize,
    /// Capitals.
    pub capitals: usize,
    /// Normalised words.
    pub words: usize,
    /// Their characters.
    pub characters: usize,
    /// Characters of them that are numbers.
    pub numeric: usize,
    /// How many of them are different.
    pub different_words: usize,
    /// The entropy of their distribution, in nats; none without words.
    pub entropy: Option<f64>,
    /// How often `lorem ipsum` stands in them.
    pub lorem_ipsum: usize,
    /// How many are `javascript`.
    pub javascript: usize,
    /// Lines with a normalised word in them.
    pub lines_with_words: usize,
}

/// Counts the words of one text.
pub struct WordTally {
    tally: Tally,
    stop_words: StopWords,
    kinds: Kinds,
    /// For the hash of each normalised word, where its count is.
    places: HashMap<u64, usize, BuildHasherDefault<Hashed>>,
    counts: Vec<u64>,
    /// The normalised word that is being built.
    word: String,
    /// Whether the stretch since the last end of a sentence has a word.
    in_sentence: bool,
    line_has_words: bool,
    after_lorem: bool,
}

impl WordTally {
    /// A tally of a text of so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        // A text repeats itself: a hundred kilobytes have some five thousand words.
        let expected = (bytes / 16).min(1 << 12);
        Self {
            tally: Tally::default(),
            stop_words: StopWords::english(),
            kinds: Kinds { table: &KINDS },
            places: HashMap::with_capacity_and_hasher(expected, BuildHasherDefault::default()),
            counts: Vec::with_capacity(expected),
            word: String::new(),
            in_sentence: false,
            line_has_words: false,
            after_lorem: false,
        }
    }

    /// Counts the words of `text`.
    #[must_use]
    pub fn tally(mut self, text: &str) -> Tally {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let space = space_at(text, at);
            if space > 0 {
                if bytes[at] == b'\n' {
                    self.end_line();
                }
                at += space;
                continue;
            }
            let start = at;
            let mut classes = 0;
            while let Some(&byte) = bytes.get(at) {
                let class = CLASSES[usize::from(byte)];
                if class == SPACE || (class == WIDE && space_at(text, at) > 0) {
                    break;
                }
                classes |= class;
                at += 1;
            }
            let chunk = &text[start..at];
            if classes & !(UPPER | LOWER | DIGIT) == 0 {
                self.plain(chunk, classes);
            } else if classes & WIDE == 0 {
                self.ascii(chunk);
            } else {
                self.wide(chunk);
            }
            self.end_word();
        }
        self.end_line();
        self.tally.sentences += usize::from(self.in_sentence);
        self.tally.different_words = self.counts.len();
        self.tally.entropy = entropy(&self.counts);
        self.tally
    }

    /// Takes a chunk of ASCII letters and digits alone, of these classes.
    fn plain(&mut self, chunk: &str, classes: u8) {
        self.raw_word(chunk.as_bytes(), classes);
        self.word.push_str(chunk);
        self.in_sentence = true;
    }

    /// Counts a raw word of letters and digits of ASCII, of these classes.
    fn raw_word(&mut self, word: &[u8], classes: u8) {
        self.tally.raw_words += 1;
        self.tally.raw_words_with_letter += usize::from(classes & (UPPER | LOWER) != 0);
        self.tally.raw_words_in_capitals += usize::from(classes & (UPPER | LOWER) == UPPER);
        if classes == LOWER {
            self.tally.stop_words += usize::from(self.stop_words.contain(word));
        }
        if classes & UPPER != 0 {
            self.tally.capitals += word.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        }
        if classes & DIGIT != 0 {
            self.tally.numeric += word.iter().filter(|byte| byte.is_ascii_digit()).count();
        }
    }

    /// Takes a chunk of ASCII.
    fn ascii(&mut self, chunk: &str) {
        let bytes = chunk.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            let mut classes = 0;
            while let Some(&byte) = bytes
                .get(at)
                .filter(|byte| CLASSES[usize::from(**byte)] & WORD != 0)
            {
                classes |= CLASSES[usize::from(byte)];
                if byte != b'_' {
                    self.word.push(char::from(byte));
                }
                at += 1;
            }
            if start < at {
                self.raw_word(&bytes[start..at], classes);
                self.in_sentence = true;
                continue;
            }
            while let Some(&byte) = bytes
                .get(at)
                .filter(|byte| CLASSES[usize::from(**byte)] & WORD == 0)
            {
                if matches!(byte, b'.' | b'!' | b'?') {
                    self.end_sentence();
                }
                if !byte.is_ascii_punctuation() {
                    self.word.push(char::from(byte));
                }
                at += 1;
            }
            self.tally.raw_words += 1;
        }
    }

    /// Takes a chunk with characters beyond ASCII.
    fn wide(&mut self, chunk: &str) {
        let mut run = Run::default();
        for (at, character) in chunk.char_indices() {
            let kind = self.kinds.of(character);
            let is_word = kind & WORD_LIKE != 0;
            if at > 0 && is_word != (run.kinds & WORD_LIKE != 0) {
                self.end_run(&chunk[run.start..at], run);
                run = Run { start: at, kinds: 0 };
            }
            run.kinds |= kind;
            self.in_sentence |= is_word;
            self.tally.capitals += usize::from(kind & CAPITAL != 0);
            self.tally.numeric += usize::from(kind & NUMERIC != 0);
            if kind & CHANGES == 0 {
                self.word.push(character);
                continue;
            }
            if matches!(character, '.' | '!' | '?') {
                self.end_sentence();
            }
            if !character.is_ascii_punctuation() {
                let word = &mut self.word;
                for small in character.to_lowercase() {
                    decompose_canonical(small, |part| word.push(part));
                }
            }
        }
        self.end_run(&chunk[run.start..], run);
    }

    fn end_run(&mut self, word: &str, run: Run) {
        self.tally.raw_words += 1;
        self.tally.raw_words_with_letter += usize::from(run.kinds & LATIN != 0);
        self.tally.raw_words_in_capitals += usize::from(run.kinds & (CAPITAL | SMALL) == CAPITAL);
        if run.kinds & (CAPITAL | SMALL) == SMALL && word.is_ascii() {
            self.tally.stop_words += usize::from(self.stop_words.contain(word.as_bytes()));
        }
    }

    fn end_sentence(&mut self) {
        self.tally.sentences += usize::from(self.in_sentence);
        self.in_sentence = false;
    }

    fn end_line(&mut self) {
        self.tally.lines_with_words += usize::from(self.line_has_words);
        self.line_has_words = false;
    }

    /// Counts the normalised word that was built, if any, and makes room for the next.
    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        self.word.make_ascii_lowercase();
        let word = self.word.as_bytes();
        self.tally.words += 1;
        self.tally.characters += super::characters(&self.word);
        self.line_has_words = true;
        self.tally.lorem_ipsum += usize::from(self.after_lorem && word.starts_with(b"ipsum"));
        self.after_lorem = word.ends_with(b"lorem");
        self.tally.javascript += usize::from(word == b"javascript");
        let next = self.counts.len();
        let place = *self.places.entry(xxh3_64(word)).or_insert(next);
        if place == next {
            self.counts.push(0);
        }
        self.counts[place] += 1;
        self.word.clear();
    }
}

/// A run of characters that are all like words, or none of them.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    /// The kinds of its characters.
    kinds: u8,
}

/// A letter, a digit or an underscore.
const WORD_LIKE: u8 = 1;
/// A letter from A to Z.
const LATIN: u8 = 2;
const CAPITAL: u8 = 4;
const SMALL: u8 = 8;
const NUMERIC: u8 = 16;
/// It is not in normalised words as it is: a capital, a letter with an accent, ASCII punctuation.
const CHANGES: u8 = 32;

/// Characters whose kinds are looked up: all alphabets of modern languages.
const LOOKED_UP: u32 = 0x3000;

/// The kinds of characters.
#[derive(Clone, Copy)]
struct Kinds {
    table: &'static [u8],
}

static KINDS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let kind_at = |point| char::from_u32(point).map_or(0, kinds_of);
    (0..LOOKED_UP).map(kind_at).collect()
});

impl Kinds {
    fn of(self, character: char) -> u8 {
        match u32::from(character) {
            // Han, but for the numbers among them.
            0x4E00..=0x9FFF if HAN_NUMBERS.binary_search(&character).is_err() => WORD_LIKE,
            point => usize::try_from(point)
                .ok()
                .and_then(|point| self.table.get(point).copied())
                .unwrap_or_else(|| kinds_of(character)),
        }
    }
}

/// The kinds of `character`, from the tables of Unicode.
fn kinds_of(character: char) -> u8 {
    let mut small = character.to_lowercase();
    let mut parts = 0;
    let mut is_whole = small.next() == Some(character) && small.next().is_none();
    decompose_canonical(character, |part| {
        parts += 1;
        is_whole &= part == character;
    });
    let flag = |is_so: bool, flag: u8| if is_so { flag } else { 0 };
    flag(is_word_character(character), WORD_LIKE)
        | flag(character.is_ascii_alphabetic(), LATIN)
        | flag(character.is_uppercase(), CAPITAL)
        | flag(character.is_lowercase(), SMALL)
        | flag(is_numeric(character), NUMERIC)
        | flag(
            !is_whole || parts != 1 || character.is_ascii_punctuation(),
            CHANGES,
        )
}

/// The entropy of a distribution of counts, in nats; none without any.
fn entropy(counts: &[u64]) -> Option<f64> {
    let all: u64 = counts.iter().sum();
    if all == 0 {
        return None;
    }
    let all = all as f64;
    // A word that is there once adds nothing, and most are.
    let sum: f64 = counts
        .iter()
        .filter(|&&count| count > 1)
        .map(|&count| count as f64 * (count as f64).ln())
        .sum();
    // Of one word a thousand times, rounding may leave less than nothing.
    Some((all.ln() - sum / all).max(0.0))
}

/// Whether `character` is a letter, digit or underscore as Python's `\\w` has it: no marks, no circled letters.
fn is_word_character(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    let is_circled = matches!(u32::from(character), 0x24B6..=0x24E9 | 0x1F130..=0x1F189);
    character.is_alphanumeric() && !is_circled && !is_combining_mark(character)
}

/// Ideographs that stand for a number (Unihan's numeric values), ascending.
#[rustfmt::skip]
const HAN_NUMBERS: &[char] = &[
    '㐅', '㒃', '㠪', '㭍', '一', '七', '万', '三', '九', '二', '五', '亖', '亿', '什', '仟', '仨', '伍', '佰', '億', '兆',
    '兩', '八', '六', '十', '千', '卄', '卅', '卌', '叁', '参', '參', '叄', '四', '壱', '壹', '幺', '廾', '廿', '弌', '弍',
    '弎', '弐', '拾', '捌', '柒', '漆', '玖', '百', '肆', '萬', '貮', '貳', '贰', '阡', '陆', '陌', '陸', '零',
];

/// Whether `character` is a digit, a number or an ideograph that stands for one.
fn is_numeric(character: char) -> bool {
    character.is_numeric()
        || (('\u{3400}'..='\u{9fff}').contains(&character) && HAN_NUMBERS.binary_search(&character).is_ok())
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
const UNDERSCORE: u8 = 8;
const OTHER: u8 = 16;
const SPACE: u8 = 32;
const WIDE: u8 = 64;
const WORD: u8 = UPPER | LOWER | DIGIT | UNDERSCORE;

/// The class of each byte; those beyond ASCII are wide.
const CLASSES: [u8; 256] = {
    let mut classes = [WIDE; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDERSCORE,
            b'\t'..=b'\r' | 0x1C..=b' ' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

/// A hash of what is a hash already.
#[derive(Clone, Copy, Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::space::is_space;

    fn tally(text: &str) -> Tally {
        WordTally::new(text.len()).tally(text)
    }

    #[test]
    fn raw_words_are_runs() {
        let cases = [
            ("", 0),
            ("a-b c_d!", 5),
            ("it's", 3),
            ("Größe…é", 3),
            ("漢字。", 2),
            ("e\u{301}", 2),
            ("a\u{3000}b", 2),
        ];
        for (text, expected) in cases {
            assert_eq!(tally(text).raw_words, expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_of_any_script() {
        assert!(HAN_NUMBERS.is_sorted());
        assert_eq!(tally("三百 ٣ ½ 1 é").numeric, 5);
    }

    #[test]
    fn normalised_words_are_decomposed() {
        let found = tally("É. é e\u{301}\nÉ, --");
        assert_eq!((found.words, found.different_words, found.characters), (4, 1, 8));
        assert_eq!((found.lines_with_words, found.capitals), (2, 2));
        assert_eq!(found.entropy, Some(0.0));
    }

    #[test]
    fn ascii_counts_alike_on_both_ways() {
        let text = "The Mill_house 12a IS old; with (it)'s 3 JavaScript... lorem ipsum! ok? yes";
        let mut wide = WordTally::new(text.len());
        for chunk in text.split(is_space) {
            wide.wide(chunk);
            wide.end_word();
        }
        let (wide, plain) = (wide.tally(""), tally(text));
        assert_eq!(wide, plain);
        assert_eq!(
            (
                plain.stop_words,
                plain.sentences,
                plain.lorem_ipsum,
                plain.numeric
            ),
            (6, 4, 1, 3)
        );
    }
}
