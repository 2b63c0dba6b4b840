//! What a model knows of words: a text to the numbers of rows, just as the reference implementation numbers them
//! (Bojanowski et al. 2017; Joulin et al. 2017; fastText 0.9.2).
//!
//! A text is cut into words at ASCII white space and zero bytes. Each word is its own row, if the model knows it, and
//! the rows of its subwords: runs of letters of `<word>`, hashed into buckets. Runs of words are hashed into the same
//! buckets. The end of the text is the word `</s>`.

use std::collections::HashMap;

use super::file::{ModelError, ModelFile};

/// The word that a line ends in.
const END: &[u8] = b"</s>";

/// What labels begin with.
pub(super) const LABEL_PREFIX: &str = "__label__";

/// Runs of letters and of words longer than this are no model's: they would cost time without end.
const MAX_RUN: usize = 64;

/// FNV-1a's start and factor (32 bits), with the reference's reading of bytes as signed.
const HASH_START: u32 = 2_166_136_261;
const HASH_FACTOR: u32 = 16_777_619;

/// The factor by which hashes of words become hashes of runs of words.
const RUN_FACTOR: u64 = 116_049_371;

/// Words up to this length, with their marks, need no memory of their own.
const SHORT_WORD_BYTES: usize = 64;

/// Steps from a word's own slot to a free one at most. A sound model needs some dozens.
const MAX_PROBES: usize = 4_096;

/// A slot of the table of words that holds none.
const EMPTY: u32 = u32::MAX;

/// How words become rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Words of a run at most.
    pub(super) word_run: usize,
    /// Rows for runs of letters and words.
    pub(super) buckets: u32,
    /// Letters of a subword at least.
    pub(super) min_letters: usize,
    /// Letters of a subword at most; 0 for no subwords.
    pub(super) max_letters: usize,
}

impl Shape {
    /// Makes sure that the work for a text is linear in its length.
    pub(super) fn check(&self, file: &ModelFile) -> Result<(), ModelError> {
        if self.word_run > MAX_RUN || self.max_letters > MAX_RUN {
            let longest = self.word_run.max(self.max_letters);
            return Err(file.refuse(format!(
                "it has runs of {longest}; no more than {MAX_RUN} are followed"
            )));
        }
        Ok(())
    }
}

/// The words and labels of a model.
#[derive(Debug)]
pub(super) struct Dictionary {
    shape: Shape,
    /// All words, one after the other.
    bytes: Vec<u8>,
    /// Where each word ends in `bytes`; the labels come last.
    ends: Vec<usize>,
    words: usize,
    /// Hash table with open addressing, from words to their numbers.
    slots: Vec<u32>,
    /// What buckets were left when the model was made smaller, and their rows after the words.
    kept_buckets: Option<HashMap<u32, usize>>,
    /// The labels, without their prefix.
    pub(super) labels: Vec<String>,
    /// How many texts had each label in training.
    pub(super) label_counts: Vec<i64>,
}

/// The rows of a text are given one by one to a caller of this kind.
pub(super) trait Rows {
    /// A word that the model knows, with its subwords.
    fn word(&mut self, word: usize, dictionary: &Dictionary);
    /// A row.
    fn row(&mut self, row: usize);
}

impl Dictionary {
    pub(super) fn read(file: &mut ModelFile, shape: Shape) -> Result<Self, ModelError> {
        let size = file.count("words and labels")?;
        let words = file.count("words")?;
        let labels = file.count("labels")?;
        let _tokens = file.i64()?;
        let kept = file.i64()?;
        if words.checked_add(labels) != Some(size) {
            return Err(file.refuse(format!("{words} words and {labels} labels are not {size}")));
        }
        if labels == 0 {
            return Err(file.refuse("it has no labels"));
        }
        // A zero byte, eight of the count, one of the kind.
        file.expect(size as u64, 10, "words and labels")?;
        let mut found = Self {
            shape,
            bytes: Vec::new(),
            ends: Vec::with_capacity(size),
            words,
            slots: vec![EMPTY; (size + size / 2 + 1).next_power_of_two()],
            kept_buckets: None,
            labels: Vec::with_capacity(labels),
            label_counts: Vec::with_capacity(labels),
        };
        for number in 0..size {
            found.read_entry(file, number)?;
        }
        if let Ok(kept) = u64::try_from(kept) {
            found.kept_buckets = Some(Self::read_kept(file, kept)?);
        }
        Ok(found)
    }

    fn read_entry(&mut self, file: &mut ModelFile, number: usize) -> Result<(), ModelError> {
        let start = self.bytes.len();
        file.word(&mut self.bytes)?;
        self.ends.push(self.bytes.len());
        let count = file.i64()?;
        let is_label = file.flag()?;
        if is_label != (number >= self.words) {
            return Err(file.refuse("its labels do not come after its words"));
        }
        if is_label {
            let label = String::from_utf8_lossy(&self.bytes[start..]);
            let label = label.strip_prefix(LABEL_PREFIX).unwrap_or(&label);
            self.labels.push(label.to_owned());
            self.label_counts.push(count);
        }
        let word = &self.bytes[start..];
        let hash = hash(word);
        let slot = self.slot(word, hash);
        let mask = self.slots.len() - 1;
        if slot.wrapping_sub(hash as usize) & mask > MAX_PROBES {
            return Err(file.refuse("its words were made to have the same hash"));
        }
        self.slots[slot] = u32::try_from(number).unwrap_or(EMPTY);
        Ok(())
    }

    fn read_kept(file: &mut ModelFile, kept: u64) -> Result<HashMap<u32, usize>, ModelError> {
        file.expect(kept, 8, "kept buckets")?;
        let mut buckets = HashMap::new();
        for _ in 0..kept {
            let bucket = u32::try_from(file.i32()?);
            let row = usize::try_from(file.i32()?);
            match (bucket, row) {
                (Ok(bucket), Ok(row)) if (row as u64) < kept => buckets.insert(bucket, row),
                _ => return Err(file.refuse("a kept bucket has no row")),
            };
        }
        Ok(buckets)
    }

    /// How many rows the words and buckets need at least.
    pub(super) fn rows(&self) -> usize {
        let runs = self.shape.max_letters > 0 || self.shape.word_run > 1;
        let buckets = match &self.kept_buckets {
            Some(kept) => kept.len(),
            None if runs => self.shape.buckets as usize,
            None => 0,
        };
        self.words + buckets
    }

    /// Whether buckets were taken out of the model.
    pub(super) fn is_pruned(&self) -> bool {
        self.kept_buckets.is_some()
    }

    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The rows of a word that the model knows: its own, then those of its subwords.
    pub(super) fn rows_of_word(&self, word: usize, put: &mut impl FnMut(usize)) {
        put(word);
        let start = word.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(word).copied().unwrap_or(0);
        let bytes = self.bytes.get(start.copied().unwrap_or(0)..end).unwrap_or(&[]);
        if self.shape.max_letters > 0 && bytes != END {
            self.subwords(bytes, put);
        }
    }

    /// Gives all rows of `text` to `rows`, in the reference's order. `hashes` is room for those of the words.
    pub(super) fn rows_of_text(&self, text: &str, hashes: &mut Vec<u32>, rows: &mut impl Rows) {
        hashes.clear();
        let is_end = |byte: u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0x0b | 0x0c | 0);
        let words = text
            .as_bytes()
            .split(|byte| is_end(*byte))
            .filter(|word| !word.is_empty());
        for word in words.chain([END]) {
            let hash = hash(word);
            self.word(word, hash, hashes, rows);
            // The reference stops there, whoever wrote it.
            if word == END {
                break;
            }
        }
        if self.shape.word_run > 1 {
            self.runs_of_words(hashes, rows);
        }
    }

    fn word(&self, word: &[u8], hash: u32, hashes: &mut Vec<u32>, rows: &mut impl Rows) {
        let number = self.slots[self.slot(word, hash)];
        if number == EMPTY {
            if word.starts_with(LABEL_PREFIX.as_bytes()) {
                return;
            }
            if word != END && self.shape.max_letters > 0 {
                self.subwords(word, &mut |row| rows.row(row));
            }
        } else if (number as usize) < self.words {
            rows.word(number as usize, self);
        } else {
            return;
        }
        if self.shape.word_run > 1 {
            hashes.push(hash);
        }
    }

    fn slot(&self, word: &[u8], hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != EMPTY && self.entry(self.slots[slot] as usize) != word {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn entry(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }

    /// The rows of all runs of letters of `<word>`, each hashed by going on from the run that is one letter shorter.
    fn subwords(&self, word: &[u8], put: &mut impl FnMut(usize)) {
        let mut short = [0; SHORT_WORD_BYTES];
        let long: Vec<u8>;
        let marked = if let Some(room) = short.get_mut(..word.len() + 2) {
            room[0] = b'<';
            room[1..=word.len()].copy_from_slice(word);
            room[word.len() + 1] = b'>';
            &*room
        } else {
            long = [b"<", word, b">"].concat();
            &long
        };
        let goes_on = |byte: u8| byte & 0xc0 == 0x80;
        for start in 0..marked.len() {
            if goes_on(marked[start]) {
                continue;
            }
            let (mut place, mut hash) = (start, HASH_START);
            for letters in 1..=self.shape.max_letters {
                let Some(first) = marked.get(place) else {
                    break;
                };
                hash = add(hash, *first);
                place += 1;
                while let Some(next) = marked.get(place).filter(|byte| goes_on(**byte)) {
                    hash = add(hash, *next);
                    place += 1;
                }
                let is_border = letters == 1 && (start == 0 || place == marked.len());
                if letters >= self.shape.min_letters && !is_border {
                    self.bucket(hash.checked_rem(self.shape.buckets), put);
                }
            }
        }
    }

    fn runs_of_words(&self, hashes: &[u32], rows: &mut impl Rows) {
        // The reference keeps hashes as signed numbers and widens them so.
        let widened = |hash: u32| i64::from(hash.cast_signed()).cast_unsigned();
        for start in 0..hashes.len() {
            let mut hash = widened(hashes[start]);
            for next in hashes.iter().skip(start + 1).take(self.shape.word_run - 1) {
                hash = hash.wrapping_mul(RUN_FACTOR).wrapping_add(widened(*next));
                let bucket = hash.checked_rem(u64::from(self.shape.buckets));
                self.bucket(bucket.and_then(|bucket| u32::try_from(bucket).ok()), &mut |row| {
                    rows.row(row);
                });
            }
        }
    }

    /// The row of a bucket, if it has one. There is no bucket where the model has none.
    fn bucket(&self, bucket: Option<u32>, put: &mut impl FnMut(usize)) {
        let Some(bucket) = bucket else {
            return;
        };
        match &self.kept_buckets {
            None => put(self.words + bucket as usize),
            Some(kept) => {
                if let Some(row) = kept.get(&bucket) {
                    put(self.words + row);
                }
            }
        }
    }
}

fn hash(word: &[u8]) -> u32 {
    word.iter().fold(HASH_START, |hash, byte| add(hash, *byte))
}

fn add(hash: u32, byte: u8) -> u32 {
    let signed = i32::from(byte.cast_signed()).cast_unsigned();
    (hash ^ signed).wrapping_mul(HASH_FACTOR)
}
