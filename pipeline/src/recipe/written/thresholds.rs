//! `[quality.c4]` and its kin: the thresholds of the published rule sets for pages, code and books.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// C4's thresholds (Raffel et al. 2020, section 2.2, as datatrove applies them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct C4 {
    /// Whether lines that do not end in terminal punctuation count as removed. `FineWeb` counts them in.
    pub terminal_punctuation: bool,
    /// Fewest sentences in the lines that stay.
    pub min_sentences: u64,
}

impl Default for C4 {
    fn default() -> Self {
        Self {
            terminal_punctuation: true,
            min_sentences: 5,
        }
    }
}

/// mC4's threshold (Xue et al. 2021, section 3.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct C4Paragraphs {
    /// Fewest characters of the third longest line.
    pub min_paragraph_length: u64,
}

impl Default for C4Paragraphs {
    fn default() -> Self {
        Self {
            min_paragraph_length: 200,
        }
    }
}

/// `FineWeb`'s thresholds (Penedo et al. 2024, section 3.6, as datatrove applies them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FineWeb {
    /// Smallest share of lines that end in terminal punctuation.
    pub min_punctuated_line_ratio: f64,
    /// Largest share of lines of at most 30 characters.
    pub max_short_line_ratio: f64,
    /// Largest share of characters in lines that were there before.
    pub max_duplicate_character_ratio: f64,
    /// Most newlines for each word.
    pub max_newline_ratio: f64,
}

impl Default for FineWeb {
    fn default() -> Self {
        Self {
            min_punctuated_line_ratio: 0.12,
            max_short_line_ratio: 0.67,
            max_duplicate_character_ratio: 0.01,
            max_newline_ratio: 0.3,
        }
    }
}

/// `RedPajama`-v2's thresholds: those of the example on its dataset card, which are Gopher's on its own signals. The
/// other signals were published without any, so what is not in the example is off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RedPajama {
    /// Fewest words.
    pub min_words: u64,
    /// Most words.
    pub max_words: u64,
    /// Smallest mean length of a word, in characters.
    pub min_mean_word_length: f64,
    /// Largest mean length of a word, in characters.
    pub max_mean_word_length: f64,
    /// Most hash signs and ellipses for each word.
    pub max_symbol_ratio: f64,
    /// Largest share of lines that begin with a bullet.
    pub max_bullet_line_share: f64,
    /// Smallest share of stop words; 0 asks nothing.
    pub min_stop_word_share: f64,
    /// Smallest share of different words; 0 asks nothing.
    pub min_unique_word_share: f64,
    /// Smallest entropy of the words, in nats; 0 asks nothing.
    pub min_unigram_entropy: f64,
    /// Largest share of words in capitals; 1 asks nothing.
    pub max_capital_word_share: f64,
    /// Largest share of words without a letter from A to Z; 1 asks nothing.
    pub max_no_letter_word_share: f64,
}

impl Default for RedPajama {
    fn default() -> Self {
        Self {
            min_words: 50,
            max_words: 10_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_symbol_ratio: 0.1,
            max_bullet_line_share: 0.9,
            min_stop_word_share: 0.0,
            min_unique_word_share: 0.0,
            min_unigram_entropy: 0.0,
            max_capital_word_share: 1.0,
            max_no_letter_word_share: 1.0,
        }
    }
}

/// Thresholds for code: those of `StarCoder` (Li et al. 2023, section 3) and of The Stack v2 (Lozhkov et al. 2024,
/// section 4), which say where the two differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CodeRules {
    /// Most lines (The Stack v2).
    pub max_lines: u64,
    /// Largest mean length of a line, in characters; not for markup and prose.
    pub max_mean_line_length: f64,
    /// Longest line, in characters; not for markup and prose.
    pub max_line_length: u64,
    /// Longest line of markup and prose (HTML, JSON, Markdown, Roff, TeX, text, XML), in characters.
    pub max_markup_line_length: u64,
    /// Smallest share of characters that are letters or digits (`StarCoder`).
    pub min_alphanumeric_share: f64,
    /// Smallest share of characters that are letters; not for assembly (The Stack v2).
    pub min_alphabetic_share: f64,
    /// Fewest letters for each word, number or run of signs (`RedPajama`, for the tokens of a model).
    pub min_letters_per_token: f64,
    /// Whether files that say that they were generated, or look minified, stay.
    pub keep_generated: bool,
    /// Smallest share of characters in comments, in languages whose comments are known.
    pub min_comment_share: f64,
    /// Largest share of characters in comments.
    pub max_comment_share: f64,
    /// Largest share of characters in base64, hexadecimal or escaped data (The Stack v2).
    pub max_encoded_share: f64,
    /// Longest run of such data, in characters (The Stack v2).
    pub max_encoded_run: u64,
    /// Whether XML stays (`StarCoder` drops it).
    pub keep_xml: bool,
    /// Fewest characters that a reader of an HTML page sees.
    pub min_visible_text: u64,
    /// Smallest share of them in the page.
    pub min_visible_text_share: f64,
    /// Fewest characters of a JSON or YAML file.
    pub min_data_length: u64,
    /// Most characters of a JSON or YAML file.
    pub max_data_length: u64,
    /// Smallest share of letters in a JSON or YAML file.
    pub min_data_alphabetic_share: f64,
    /// Most lines of a file of text, JSON, YAML, CSV or a graph (The Stack v2).
    pub max_data_lines: u64,
}

impl Default for CodeRules {
    fn default() -> Self {
        Self {
            max_lines: 100_000,
            max_mean_line_length: 100.0,
            max_line_length: 1000,
            max_markup_line_length: 100_000,
            min_alphanumeric_share: 0.25,
            min_alphabetic_share: 0.25,
            min_letters_per_token: 1.5,
            keep_generated: false,
            min_comment_share: 0.01,
            max_comment_share: 0.8,
            max_encoded_share: 0.5,
            max_encoded_run: 1024,
            keep_xml: false,
            min_visible_text: 100,
            min_visible_text_share: 0.2,
            min_data_length: 50,
            max_data_length: 5000,
            min_data_alphabetic_share: 0.5,
            max_data_lines: 512,
        }
    }
}

/// Thresholds for books. None is published: they lie between books as they are and the same books with faults put in
/// (`annotate/quality/book/mod.rs` says which), and hold for languages in Latin script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BookRules {
    /// Largest share of words that recognition has broken: 0.05 where one character in 25 is wrong.
    pub max_broken_word_share: f64,
    /// Largest share of words of one letter that is no word.
    pub max_single_letter_share: f64,
    /// Largest share of lines of a table of contents.
    pub max_contents_line_share: f64,
    /// Largest share of lines of an index.
    pub max_index_line_share: f64,
    /// Largest share of lines that end within a word.
    pub max_hyphen_line_share: f64,
}

impl Default for BookRules {
    fn default() -> Self {
        Self {
            max_broken_word_share: 0.05,
            max_single_letter_share: 0.01,
            max_contents_line_share: 0.3,
            max_index_line_share: 0.3,
            max_hyphen_line_share: 0.04,
        }
    }
}
