//! Which language a text is in. One file an identifier; all of them fill the column `language`.
//!
//! Columns written: `language.code`, `language.confidence`, `language.script`, `language.second` and its score,
//! `language.third` and its score, `language.line_share`.

use serde::{Deserialize, Serialize};

use crate::classify::cache::ModelName;
use crate::recipe::written;
use crate::stage::{Signal, SignalType};

pub mod fasttext;
mod line_share;
mod sample;
pub mod whatlang;

/// What the annotator of languages depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What identifies the language.
    pub identifier: Identifier,
    /// Lines that are identified one by one, at most.
    pub lines: u32,
    /// Bytes that a fastText model is given of a text, at most; 0 for all of it.
    pub sample_bytes: u64,
}

/// What identifies the language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identifier {
    /// Nothing.
    None,
    /// The crate `whatlang`.
    #[default]
    Whatlang,
    /// A fastText model.
    FastText(ModelName),
}

impl Settings {
    /// The settings that `language` asks for; `model` is the file that it names.
    #[must_use]
    pub fn of(language: &written::Language, model: Option<&ModelName>) -> Self {
        let (identifier, sample_bytes) = match &language.identifier {
            written::Identifier::None => (Identifier::None, 0),
            written::Identifier::Whatlang => (Identifier::Whatlang, 0),
            written::Identifier::Fasttext(path) => {
                let unread = || ModelName {
                    path: path.clone(),
                    hash: String::new(),
                };
                let model = model.cloned().unwrap_or_else(unread);
                (Identifier::FastText(model), language.sample_bytes)
            }
        };
        let lines = match identifier {
            Identifier::None => 0,
            _ => language.lines,
        };
        Self {
            identifier,
            lines,
            sample_bytes,
        }
    }
}

/// The signals of every identifier.
const SIGNALS: [Signal; 8] = [
    Signal::new(
        "code",
        SignalType::Label,
        "the most likely language, ISO 639-3; null where the text has no letters",
    ),
    Signal::new(
        "confidence",
        SignalType::Ratio,
        "whatlang: how far that language is ahead of the second, 0 to 1; fastText: its probability",
    ),
    Signal::new("script", SignalType::Label, "the script that most letters are of"),
    Signal::new(
        "second",
        SignalType::Label,
        "the second most likely language (fastText)",
    ),
    Signal::new("second_score", SignalType::Ratio, "its probability (fastText)"),
    Signal::new(
        "third",
        SignalType::Label,
        "the third most likely language (fastText)",
    ),
    Signal::new("third_score", SignalType::Ratio, "its probability (fastText)"),
    Signal::new(
        "line_share",
        SignalType::Ratio,
        "the share of characters in lines that are, each alone, of the language of the whole; over some lines",
    ),
];
