//! Identifies the language by a fastText model (Joulin et al. 2017): lid.176 by fastText's makers, `GlotLID`, `OpenLID`
//! or one of one's own.
//!
//! As the reference and datatrove apply it: to the text with spaces for line breaks, all labels scored. Labels may be
//! ISO 639-1 (`en`), ISO 639-3 (`eng`), with a script (`eng_Latn`) or not; codes are written as ISO 639-3. What is no
//! code of either is written as it stands. The script is told by the text's letters, as for every identifier.
//!
//! `confidence` is a probability, which whatlang's is not: a threshold for the one does not fit the other.

use std::sync::Arc;

use super::line_share::line_share;
use super::sample::sample;
use super::{SIGNALS, Settings};
use crate::annotate::{SettingsError, Subject};
use crate::classify::cache::{ModelName, named};
use crate::classify::model::best;
use crate::classify::{Model, Scratch};
use crate::stage::{Annotator, Signal, SignalRow};
use crate::text::languages::iso639_3;

/// Bytes that the script is told by.
const SCRIPT_BYTES: usize = 1_024;

/// The annotator.
#[derive(Debug)]
pub struct FastText {
    /// `None` for what is only asked for its columns: nothing is known of any text then.
    model: Option<Arc<Model>>,
    /// What each label means.
    codes: Vec<String>,
    lines: u32,
    sample_bytes: usize,
}

impl FastText {
    /// The annotator of these settings, by the model of that name. One without a hash was not read and is not loaded:
    /// that is for asking which columns there will be.
    ///
    /// # Errors
    /// When the model cannot be loaded.
    pub fn new(name: &ModelName, settings: &Settings) -> Result<Self, SettingsError> {
        let failed = |error: crate::classify::cache::CacheError| SettingsError {
            annotator: "language",
            message: error.to_string(),
        };
        let model = if name.hash.is_empty() {
            None
        } else {
            Some(named(name).map_err(failed)?)
        };
        let labels = model.iter().flat_map(|model| model.labels());
        Ok(Self {
            codes: labels.map(|label| code(label)).collect(),
            model,
            lines: settings.lines,
            sample_bytes: usize::try_from(settings.sample_bytes).unwrap_or(usize::MAX),
        })
    }

    fn code(&self, label: usize) -> Option<&str> {
        self.codes.get(label).map(String::as_str)
    }
}

/// The language that a model's label means: ISO 639-3, or the label where it is no code.
#[must_use]
pub fn code(label: &str) -> String {
    iso639_3(label).unwrap_or_else(|| label.to_owned())
}

impl Annotator for FastText {
    fn name(&self) -> &'static str {
        "language"
    }

    fn signals(&self) -> &'static [Signal] {
        &SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let script = whatlang::detect_script(&sample(text, SCRIPT_BYTES));
        let mut scratch = Scratch::default();
        let sampled = sample(text, self.sample_bytes);
        // Without a letter there is no language, whatever the model makes of digits.
        let scores = match (&self.model, script) {
            (Some(model), Some(_)) => model.scores(&sampled, &mut scratch),
            _ => &[],
        };
        let found = best(scores, 3);
        let code = |place: usize| found.get(place).and_then(|found| self.code(found.label));
        let score = |place: usize| found.get(place).map(|found| f64::from(found.score));
        row.label(code(0));
        row.ratio(score(0));
        row.label(script.as_ref().map(whatlang::Script::name));
        for place in [1, 2] {
            row.label(code(place));
            row.ratio(score(place));
        }
        let share = match (&self.model, code(0)) {
            (Some(model), Some(main)) if self.lines > 0 => {
                let mut scratch = Scratch::default();
                line_share(document.text.lines(), self.lines, |line| {
                    let found = model.predict(line, 1, &mut scratch);
                    let found = found.first().and_then(|found| self.code(found.label));
                    found.map(|code| code == main)
                })
            }
            _ => None,
        };
        row.ratio(share);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::annotate::tests::{Value, signal};
    use crate::classify::cache::load;
    use crate::classify::train::Training;

    /// A model of three languages, told by their words and letters, under labels of three kinds.
    fn model(folder: &Path) -> ModelName {
        let lines = (0..300).map(|number| match number % 3 {
            0 => format!("__label__en the {number} ships and the sea of the morning\n"),
            1 => format!("__label__deu_Latn die {number} Schiffe und das Meer am Morgen\n"),
            _ => format!("__label__zh-Hans 清晨 的 海 和 {number} 船\n"),
        });
        let (texts, out) = (folder.join("texts"), folder.join("lid.bin"));
        fs::write(&texts, lines.collect::<String>()).expect("written");
        let training = Training {
            dimensions: 8,
            subwords: (1, 3),
            buckets: 2_000,
            ..Training::default()
        };
        training.train(&texts, &out).expect("a model");
        let path = out.display().to_string();
        ModelName {
            hash: load(&path).expect("a model").hash().to_owned(),
            path,
        }
    }

    fn label(code: &str) -> Value {
        Value::Label(Some(code.to_owned()))
    }

    #[test]
    fn labels_become_codes_and_lines_are_counted() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let settings = Settings {
            lines: 8,
            ..Settings::default()
        };
        let annotator = FastText::new(&model(folder.path()), &settings).expect("an annotator");
        for (text, code, script) in [
            ("the sea and the morning", "eng", "Latin"),
            ("das Meer und die Schiffe", "deu", "Latin"),
            ("清晨 的 海", "zho", "Mandarin"),
        ] {
            assert_eq!(signal(&annotator, text, "code"), label(code), "{text}");
            assert_eq!(signal(&annotator, text, "script"), label(script), "{text}");
            assert_eq!(
                signal(&annotator, text, "line_share"),
                Value::Ratio(Some(1.0)),
                "{text}"
            );
        }
        let mixed = "the ships and the sea of the morning\n\ndas Meer am Morgen\n42\nthe ships";
        assert_eq!(signal(&annotator, mixed, "code"), label("eng"));
        let share = 45.0 / 63.0;
        assert_eq!(signal(&annotator, mixed, "line_share"), Value::Ratio(Some(share)));
        assert_ne!(signal(&annotator, mixed, "third"), Value::Label(None));
        for text in ["", "42", "🎉"] {
            assert_eq!(signal(&annotator, text, "code"), Value::Label(None), "{text}");
            assert_eq!(
                signal(&annotator, text, "confidence"),
                Value::Ratio(None),
                "{text}"
            );
        }
    }

    #[test]
    fn a_model_that_changed_is_refused() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let name = ModelName {
            hash: "0".repeat(32),
            ..model(folder.path())
        };
        let error = FastText::new(&name, &Settings::default()).expect_err("another hash");
        assert!(
            error.to_string().contains("not the one that the run began with"),
            "{error}"
        );
    }
}
