//! `[rewrite]`, `[language]`, `[[filter]]`: what text must be like to stay. What its quality must be is in `quality.rs`,
//! what is unsafe in `safety.rs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, PiiKind, Secrets, ToxicityClassifier};

/// What happens to text before it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rewrite {
    /// Repair UTF-8 that was read as Windows-1252 (`Ã©` for `é`), where that is certain.
    pub mojibake: bool,
    /// Unicode normalization.
    pub unicode: Unicode,
    /// Personal data.
    pub pii: Pii,
    /// The kinds of personal data that are looked for.
    pub pii_kinds: Vec<PiiKind>,
    /// Formats of document numbers, by name (`uk_postcode`, `de_tax_id`), that count by shape and check digit wherever
    /// they stand; in ordinary text most of what they find is something else.
    pub pii_formats: Vec<String>,
    /// Keys, tokens and passwords.
    pub secrets: Secrets,
    /// What is undone in books: what their publisher and their pages did to the text.
    pub books: Vec<BookRepair>,
    /// Whose lines are removed from pages of the web, and marks of citations with them. None by default, because
    /// what is removed cannot be asked for again; the rule sets of the same names judge pages without it.
    pub lines: Vec<LineRules>,
}

impl Default for Rewrite {
    fn default() -> Self {
        Self {
            mojibake: true,
            unicode: Unicode::default(),
            pii: Pii::default(),
            pii_kinds: PiiKind::SURE.to_vec(),
            pii_formats: Vec::new(),
            secrets: Secrets::default(),
            books: vec![
                BookRepair::Gutenberg,
                BookRepair::Pages,
                BookRepair::Hyphens,
                BookRepair::Wraps,
            ],
            lines: Vec::new(),
        }
    }
}

/// A repair of books. They run in this order, whatever order they are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BookRepair {
    /// Project Gutenberg's header and licence are cut off.
    Gutenberg,
    /// Page numbers, running heads and form feeds are taken out.
    Pages,
    /// Words that were broken at the end of a line are joined.
    Hyphens,
    /// Lines that were broken at a column are joined; verse, lists and tables keep theirs.
    Wraps,
}

/// A published set of lines that are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineRules {
    /// C4's: lines without terminal punctuation, of less than three words or with a very long one, on JavaScript,
    /// cookies or terms of use.
    C4,
    /// The same, but lines may end in any way, as `FineWeb` does it.
    FineWeb,
}

/// Unicode normalization (UAX #15). Newlines and control characters are repaired under all but `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unicode {
    /// Text stays as it was read.
    None,
    /// Canonical composition.
    #[default]
    Nfc,
    /// Compatibility composition: ligatures and full-width letters are folded too.
    Nfkc,
}

/// What happens to personal data in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pii {
    /// It stays and is counted.
    Keep,
    /// It is replaced by a placeholder of its kind and counted.
    #[default]
    Mask,
    /// A document with any is dropped.
    Drop,
}

/// Which languages stay. Code is not asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Language {
    /// What identifies the language.
    pub identifier: Identifier,
    /// Languages to keep, by ISO 639-1 or 639-3 code or the label of a model (`en`, `eng`, `eng_Latn`); empty keeps
    /// all. A script in it is passed over: `language.script` is there for filters.
    pub keep: Vec<String>,
    /// Documents identified with less confidence than this are dropped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// Lines of a document that are identified one by one, at most, for `language.line_share`; 0 for none.
    #[schemars(range(min = 0, max = 1000))]
    pub lines: u32,
    /// Documents of which a smaller share is in lines of their main language are dropped; 0 drops none.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_line_share: f64,
    /// Bytes that a fastText model is given of a document, in pieces from all over it; 0 for the whole.
    pub sample_bytes: u64,
}

impl Default for Language {
    fn default() -> Self {
        // 0.65 is FineWeb's threshold (for fastText's score).
        Self {
            identifier: Identifier::default(),
            keep: vec!["en".to_owned()],
            confidence: 0.65,
            lines: 0,
            min_line_share: 0.0,
            sample_bytes: 0,
        }
    }
}

/// What identifies the language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Identifier {
    /// Nothing: documents of all languages stay.
    None,
    /// Trigram profiles of 69 languages. Its confidence is no probability.
    #[default]
    Whatlang,
    /// A fastText model: `{ fasttext = "lid.176.bin" }`. Its confidence is a probability.
    Fasttext(String),
}

/// A filter of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Its name: the reason that the verdict gives.
    pub name: String,
    /// The stage of the rule of this name that it stands in place of; `filter` for a filter that adds to the rules.
    #[serde(default, skip_serializing_if = "FilterStage::adds")]
    pub stage: FilterStage,
    /// The groups it applies to; empty for all.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The sources it applies to; empty for all.
    #[serde(default)]
    pub sources: Vec<String>,
    /// SQL over the annotation columns, true for documents to keep: `gopher.word_count >= 200`. Where it is null
    /// (a ratio over nothing), the document stays.
    pub keep: String,
    /// SQL of the number that the verdict shows. By default that of the first comparison that fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Which rule a filter stands in place of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FilterStage {
    /// None: it comes after all of them.
    #[default]
    Filter,
    /// One of those on language.
    Language,
    /// One of those on quality.
    Quality,
    /// One of those on safety.
    Safety,
}

impl FilterStage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Filter, Self::Language, Self::Quality, Self::Safety];

    /// The name, as in the recipe.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Language => "language",
            Self::Quality => "quality",
            Self::Safety => "safety",
        }
    }

    /// Whether the filter adds to the rules.
    #[must_use]
    pub fn adds(&self) -> bool {
        *self == Self::Filter
    }
}

/// What finds toxic text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Toxicity {
    /// Nothing.
    None,
    /// Word lists.
    #[default]
    Words,
    /// A classifier: `{ fasttext = "toxicity.bin" }`.
    #[serde(untagged)]
    Classifier(ToxicityClassifier),
}
