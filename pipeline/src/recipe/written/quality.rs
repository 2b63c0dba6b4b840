//! `[quality]`: the published rule sets and their thresholds. A rule set that is not in `rules` asks nothing; its
//! measures are annotated all the same, so that switching it on reads no text again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{BookRules, C4, C4Paragraphs, CodeRules, FineWeb, QualityClassifier, RedPajama};

/// Which quality stays. Code is not asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quality {
    /// The published rule sets to apply.
    pub rules: Vec<RuleSet>,
    /// The thresholds of `gopher`.
    pub gopher: Gopher,
    /// The thresholds of `c4`.
    pub c4: C4,
    /// The threshold of `c4_paragraphs`.
    pub c4_paragraphs: C4Paragraphs,
    /// The thresholds of `fineweb`.
    pub fineweb: FineWeb,
    /// The thresholds of `redpajama`.
    pub redpajama: RedPajama,
    /// The thresholds of `code`.
    pub code: CodeRules,
    /// The thresholds of `book`.
    pub book: BookRules,
    /// The thresholds of `gopher_repetition`.
    pub gopher_repetition: GopherRepetition,
    /// The threshold of `grammar`.
    pub grammar: Grammar,
    /// A classifier of quality; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier: Option<QualityClassifier>,
}

impl Default for Quality {
    fn default() -> Self {
        Self {
            // FineWeb's without C4's, and for code StarCoder's.
            rules: vec![
                RuleSet::Gopher,
                RuleSet::GopherRepetition,
                RuleSet::FineWeb,
                RuleSet::Code,
            ],
            gopher: Gopher::default(),
            c4: C4::default(),
            c4_paragraphs: C4Paragraphs::default(),
            fineweb: FineWeb::default(),
            redpajama: RedPajama::default(),
            code: CodeRules::default(),
            book: BookRules::default(),
            gopher_repetition: GopherRepetition::default(),
            grammar: Grammar::default(),
            classifier: None,
        }
    }
}

/// A published set of quality rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleSet {
    /// The document rules of Gopher (Rae et al. 2021, table A1).
    Gopher,
    /// The page rules of C4 (Raffel et al. 2020, section 2.2). Its lines are removed by `rewrite.lines`.
    C4,
    /// The rule of mC4 that a page has three long paragraphs (Xue et al. 2021).
    C4Paragraphs,
    /// The rules that `FineWeb` added to Gopher's and C4's (Penedo et al. 2024, section 3.6).
    #[serde(rename = "fineweb")]
    FineWeb,
    /// The rules that `RedPajama`-v2's dataset card applies to its signals.
    #[serde(rename = "redpajama")]
    RedPajama,
    /// The rules of `StarCoder` and its successor (Li et al. 2023, Lozhkov et al. 2024), for code.
    Code,
    /// Rules against what scanning and typesetting leave in books, for books.
    Book,
    /// The repetition rules of Gopher (the same table).
    GopherRepetition,
    /// Faults of English grammar. Checking for them takes longer than all other measures together, so they are counted
    /// only where this is asked for.
    Grammar,
}

/// Gopher's thresholds (Rae et al. 2021, table A1, as datatrove applies them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gopher {
    /// Fewest words.
    pub min_words: u64,
    /// Most words.
    pub max_words: u64,
    /// Smallest mean length of a word, in characters.
    pub min_mean_word_length: f64,
    /// Largest mean length of a word, in characters.
    pub max_mean_word_length: f64,
    /// Most hash signs for each word.
    pub max_hash_ratio: f64,
    /// Most ellipses for each word.
    pub max_ellipsis_ratio: f64,
    /// Largest share of lines that begin with a bullet.
    pub max_bullet_line_ratio: f64,
    /// Largest share of lines that end with an ellipsis.
    pub max_ellipsis_line_ratio: f64,
    /// Smallest share of words with a letter in them.
    pub min_alphabetic_word_ratio: f64,
    /// Fewest different words of: the, be, to, of, and, that, have, with.
    pub min_stop_words: u64,
}

impl Default for Gopher {
    fn default() -> Self {
        Self {
            min_words: 50,
            max_words: 100_000,
            min_mean_word_length: 3.0,
            max_mean_word_length: 10.0,
            max_hash_ratio: 0.1,
            max_ellipsis_ratio: 0.1,
            max_bullet_line_ratio: 0.9,
            max_ellipsis_line_ratio: 0.3,
            min_alphabetic_word_ratio: 0.8,
            min_stop_words: 2,
        }
    }
}

/// Gopher's thresholds of repetition (Rae et al. 2021, table A1, as datatrove applies them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GopherRepetition {
    /// Largest share of paragraphs that stood in the text before.
    pub max_paragraphs: f64,
    /// Largest share of characters in such paragraphs.
    pub max_paragraph_characters: f64,
    /// Largest share of lines that stood in the text before.
    pub max_lines: f64,
    /// Largest share of characters in such lines.
    pub max_line_characters: f64,
    /// Largest share of characters in the most frequent two words.
    pub max_top_2_gram: f64,
    /// Largest share of characters in the most frequent three words.
    pub max_top_3_gram: f64,
    /// Largest share of characters in the most frequent four words.
    pub max_top_4_gram: f64,
    /// Largest share of characters in five words that stood in the text before.
    pub max_duplicated_5_grams: f64,
    /// Largest share of characters in six words that stood in the text before.
    pub max_duplicated_6_grams: f64,
    /// Largest share of characters in seven words that stood in the text before.
    pub max_duplicated_7_grams: f64,
    /// Largest share of characters in eight words that stood in the text before.
    pub max_duplicated_8_grams: f64,
    /// Largest share of characters in nine words that stood in the text before.
    pub max_duplicated_9_grams: f64,
    /// Largest share of characters in ten words that stood in the text before.
    pub max_duplicated_10_grams: f64,
}

impl Default for GopherRepetition {
    fn default() -> Self {
        Self {
            max_paragraphs: 0.3,
            max_paragraph_characters: 0.2,
            max_lines: 0.3,
            max_line_characters: 0.2,
            max_top_2_gram: 0.2,
            max_top_3_gram: 0.18,
            max_top_4_gram: 0.16,
            max_duplicated_5_grams: 0.15,
            max_duplicated_6_grams: 0.14,
            max_duplicated_7_grams: 0.13,
            max_duplicated_8_grams: 0.12,
            max_duplicated_9_grams: 0.11,
            max_duplicated_10_grams: 0.1,
        }
    }
}

/// The threshold of `grammar`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Grammar {
    /// Most faults (spelling, order of words, capitals, punctuation, agreement) for each thousand words.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub max_faults: f64,
}

impl Default for Grammar {
    fn default() -> Self {
        Self { max_faults: 100.0 }
    }
}
