//! `[[classifier]]`, and the short forms `quality.classifier` and `safety.toxicity`: models that judge text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Recipe, Toxicity};

/// A fastText classifier, applied to every document. Its column `<name>` has `score`, the probability of `label`, and
/// `label`, the most likely one. Without a threshold it measures and drops nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Classifier {
    /// Its name: that of the column, and the reason that the verdict gives. Small letters, digits and `_`.
    pub name: String,
    /// The model, a `.bin` or `.ftz` file.
    pub fasttext: String,
    /// The label whose probability is the score, with `__label__` or without; by default that of the classifier's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is done to the text first: what was done to the texts that the model was trained on.
    #[serde(default)]
    pub normalize: TextForm,
    /// Documents with a score below this are dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub keep_above: Option<f64>,
    /// Documents with this score or a higher one are dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub drop_above: Option<f64>,
    /// The groups that the threshold applies to; empty for all.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The sources that the threshold applies to; empty for all.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// What is done to a text before a classifier sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextForm {
    /// Line breaks become spaces: what the makers of DCLM's, FineWeb's and fastText's own models did.
    #[default]
    Lines,
    /// Letters small, and punctuation apart from words.
    Words,
}

/// The quality classifier: a `[[classifier]]` named `quality`, for web pages and books.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityClassifier {
    /// The model, a `.bin` or `.ftz` file.
    pub fasttext: String,
    /// The label whose probability is the score; by default `quality`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is done to the text first: what was done to the texts that the model was trained on.
    #[serde(default)]
    pub normalize: TextForm,
    /// Documents with a score below this are dropped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub keep_above: f64,
}

/// The toxicity classifier: a `[[classifier]]` named `toxicity`, for all groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToxicityClassifier {
    /// The model, a `.bin` or `.ftz` file.
    pub fasttext: String,
    /// The label whose probability is the score; by default `toxicity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is done to the text first: what was done to the texts that the model was trained on.
    #[serde(default)]
    pub normalize: TextForm,
    /// Documents with this score or a higher one are dropped.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub drop_above: f64,
}

fn half() -> f64 {
    0.5
}

impl Classifier {
    /// The label whose probability is the score.
    #[must_use]
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

impl Recipe {
    /// All classifiers, each with the key that it is written under, the short forms written out.
    #[must_use]
    pub fn classifiers(&self) -> Vec<(String, Classifier)> {
        let mut all = Vec::new();
        if let Some(short) = self.quality.classifier.clone() {
            let long = Classifier {
                name: "quality".to_owned(),
                fasttext: short.fasttext,
                label: short.label,
                normalize: short.normalize,
                keep_above: Some(short.keep_above),
                drop_above: None,
                groups: vec![Group::Web, Group::Books],
                sources: Vec::new(),
            };
            all.push(("quality.classifier".to_owned(), long));
        }
        if let Toxicity::Classifier(short) = self.safety.toxicity.clone() {
            let long = Classifier {
                name: "toxicity".to_owned(),
                fasttext: short.fasttext,
                label: short.label,
                normalize: short.normalize,
                keep_above: None,
                drop_above: Some(short.drop_above),
                groups: Vec::new(),
                sources: Vec::new(),
            };
            all.push(("safety.toxicity".to_owned(), long));
        }
        let written = self.classifier.iter().cloned().enumerate();
        all.extend(written.map(|(position, long)| (format!("classifier[{position}]"), long)));
        all
    }
}
