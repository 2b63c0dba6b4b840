//! A fastText classifier over every document: of quality, domain, toxicity or what its labels say.
//!
//! One annotator for each classifier of the recipe, its column under the classifier's name: `<name>.score`, the
//! probability of the label that the recipe asks for, and `<name>.label`, the most likely one. The text is brought to
//! the form that the model was trained on ([`normalize`](crate::classify::normalize)) and scored whole. Documents of
//! all groups and sources are scored, so that a rule can be given to others without annotating again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{SettingsError, Subject};
use crate::classify::cache::{CacheError, ModelName, named};
use crate::classify::model::best;
use crate::classify::normalize::normalized;
use crate::classify::{Model, Scratch};
use crate::recipe::written::{Classifier, TextForm};
use crate::stage::{Annotator, Signal, SignalRow, SignalType};

/// What the annotations of a classifier depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The column's name.
    pub name: String,
    /// The model.
    pub model: ModelName,
    /// The label whose probability is the score.
    pub label: String,
    /// What is done to the text first.
    pub normalize: TextForm,
}

impl Settings {
    /// The settings that `classifier` asks for; `model` is the file that it names, if that was read.
    #[must_use]
    pub fn of(classifier: &Classifier, model: Option<&ModelName>) -> Self {
        let unread = || ModelName {
            path: classifier.fasttext.clone(),
            hash: String::new(),
        };
        Self {
            name: classifier.name.clone(),
            model: model.cloned().unwrap_or_else(unread),
            label: classifier.label().to_owned(),
            normalize: classifier.normalize,
        }
    }
}

/// The annotator.
#[derive(Debug)]
pub struct FastTextClassifier {
    name: String,
    normalize: TextForm,
    /// The model and the number of its label; `None` for what is only asked for its columns.
    model: Option<(Arc<Model>, usize)>,
}

impl FastTextClassifier {
    /// The annotator of these settings. A model without a hash was not read and is not loaded: that is for asking
    /// which columns there will be.
    ///
    /// # Errors
    /// When the model cannot be loaded or has no such label.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let failed = |message: String| SettingsError {
            annotator: "classifier",
            message: format!("{}: {message}", settings.name),
        };
        let model = if settings.model.hash.is_empty() {
            None
        } else {
            let model = named(&settings.model).map_err(|error: CacheError| failed(error.to_string()))?;
            let label = model.label(&settings.label);
            let label =
                label.ok_or_else(|| failed(format!("the model has no label '{}'", settings.label)))?;
            Some((model, label))
        };
        Ok(Self {
            name: settings.name.clone(),
            normalize: settings.normalize,
            model,
        })
    }
}

impl Annotator for FastTextClassifier {
    fn name(&self) -> &str {
        &self.name
    }

    fn signals(&self) -> &'static [Signal] {
        &[
            Signal {
                name: "score",
                signal_type: SignalType::Ratio,
                meaning: "the probability of the label that the recipe names",
            },
            Signal {
                name: "label",
                signal_type: SignalType::Label,
                meaning: "the most likely label",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let Some((model, label)) = &self.model else {
            row.ratio(None);
            row.label(None);
            return;
        };
        let mut scratch = Scratch::default();
        let scores = model.scores(&normalized(document.text.text, self.normalize), &mut scratch);
        row.ratio(scores.get(*label).map(|score| f64::from(*score)));
        let most_likely = best(scores, 1).first().map(|found| found.label);
        row.label(
            most_likely
                .and_then(|label| model.labels().get(label))
                .map(String::as_str),
        );
    }
}
