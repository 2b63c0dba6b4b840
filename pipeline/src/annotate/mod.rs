//! Text -> typed columns. Annotators measure and never judge: what a number means for a document is a filter's
//! affair, so that another threshold needs no second look at the text.
//!
//! One file an [`Annotator`]; [`annotators`] is the one list. [`columns`] runs them over a batch of texts, each text
//! analysed once for all of them, into one struct column for each annotator.

use serde::{Deserialize, Serialize};

use crate::lists::words::{WordList, merged};
use crate::recipe::Recipe;
use crate::recipe::written::{RuleSet, Toxicity};
use crate::stage::Annotator;

pub mod classifier;
pub mod columns;
pub mod fingerprint;
pub mod language;
pub mod personal;
pub mod quality;
mod resources;
pub mod safety;
mod subject;

pub use resources::{ResourceError, ResourceErrors, Resources};
pub use subject::Subject;

/// Which annotators run, and with what: all that annotations depend on but the text, and no threshold. Equal
/// settings give equal columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What identifies the language.
    pub language: language::Settings,
    /// The models that judge text, each a column.
    pub classifiers: Vec<classifier::Settings>,
    /// Whether grammar is checked.
    pub grammar: bool,
    /// The words and phrases that toxicity is counted by, beside the built-in ones; `None` switches it off.
    pub toxic_words: Option<Vec<WordList>>,
    /// The kinds of personal data.
    pub pii: personal::pii::Settings,
    /// Which addresses are blocked.
    pub url: safety::url::Settings,
    /// What duplicates are found by.
    pub fingerprint: fingerprint::Settings,
}

impl Settings {
    /// The settings that `recipe` asks for, with the files that it names.
    #[must_use]
    pub fn of(recipe: &Recipe, resources: &Resources) -> Self {
        let toxic_words = merged(&resources.toxic_words);
        let near = recipe.dedup.near.parameters();
        let models = &resources.classifier_models;
        let classifiers = recipe.classifiers().into_iter().enumerate();
        Self {
            language: language::Settings::of(&recipe.language, resources.language_model.as_ref()),
            classifiers: classifiers
                .map(|(position, (_, written))| classifier::Settings::of(&written, models.get(position)))
                .collect(),
            grammar: recipe.rule_sets().contains(&RuleSet::Grammar),
            toxic_words: (recipe.safety.toxicity == Toxicity::Words).then_some(toxic_words),
            pii: personal::pii::Settings {
                kinds: recipe.rewrite.pii_kinds.clone(),
                formats: recipe.rewrite.pii_formats.clone(),
            },
            url: safety::url::Settings {
                block_lists: resources.block_lists.clone(),
            },
            fingerprint: fingerprint::Settings {
                minhash: near.map(|near| fingerprint::Shape {
                    ngram: near.ngram,
                    buckets: near.buckets,
                    rows: near.rows,
                }),
            },
        }
    }
}

impl Settings {
    /// What the annotations depend on: the settings without the places of models and lists, whose hashes say which they are.
    #[must_use]
    pub fn identity(&self) -> Self {
        let mut identity = self.clone();
        if let language::Identifier::FastText(model) = &mut identity.language.identifier {
            model.path.clear();
        }
        for classifier in &mut identity.classifiers {
            classifier.model.path.clear();
        }
        for file in identity
            .url
            .block_lists
            .iter_mut()
            .flat_map(|list| &mut list.files)
        {
            file.path.clear();
        }
        identity
    }
}

/// The settings cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("annotator '{annotator}': {message}")]
pub struct SettingsError {
    /// The annotator's name.
    pub annotator: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

/// The annotators that `settings` ask for, in the order of their columns.
///
/// # Errors
/// When the word lists are too large to search for, or a model or block list cannot be read or is not the one that the
/// run began with.
pub fn annotators(settings: &Settings) -> Result<Vec<Box<dyn Annotator>>, SettingsError> {
    let mut list: Vec<Box<dyn Annotator>> = Vec::new();
    match &settings.language.identifier {
        language::Identifier::None => {}
        language::Identifier::Whatlang => list.push(Box::new(language::whatlang::Whatlang {
            lines: settings.language.lines,
        })),
        language::Identifier::FastText(model) => {
            list.push(Box::new(language::fasttext::FastText::new(
                model,
                &settings.language,
            )?));
        }
    }
    list.push(Box::new(quality::shape::Shape));
    list.push(Box::new(quality::gopher::Gopher));
    list.push(Box::new(quality::repetition::Repetition));
    if settings.grammar {
        list.push(Box::new(quality::grammar::Grammar));
    }
    list.push(Box::new(quality::c4::C4));
    list.push(Box::new(quality::fineweb::FineWeb));
    list.push(Box::new(quality::redpajama::RedPajama));
    list.push(Box::new(quality::code::Code));
    list.push(Box::new(quality::book::Book));
    if let Some(words) = &settings.toxic_words {
        list.push(Box::new(safety::words::ToxicWords::new(words)?));
    }
    list.push(Box::new(safety::url::Address::new(&settings.url)?));
    list.push(Box::new(safety::license::License));
    list.push(Box::new(personal::pii::Pii::new(&settings.pii)));
    list.push(Box::new(personal::secrets::Secrets));
    for classifier in &settings.classifiers {
        list.push(Box::new(classifier::FastTextClassifier::new(classifier)?));
    }
    list.push(Box::new(fingerprint::Fingerprint::new(&settings.fingerprint)));
    Ok(list)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::recipe::written::Group;
    use crate::stage::SignalRow;

    /// A signal's value as a test looks at it.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) enum Value {
        Count(u64),
        Ratio(Option<f64>),
        Label(Option<String>),
        Bytes(Option<Vec<u8>>),
    }

    /// Keeps what is put.
    #[derive(Default)]
    pub(crate) struct Row(Vec<Value>);

    impl Row {
        pub(crate) fn values(self) -> Vec<Value> {
            self.0
        }
    }

    impl SignalRow for Row {
        fn count(&mut self, value: u64) {
            self.0.push(Value::Count(value));
        }
        fn ratio(&mut self, value: Option<f64>) {
            self.0.push(Value::Ratio(value));
        }
        fn label(&mut self, value: Option<&str>) {
            self.0.push(Value::Label(value.map(str::to_owned)));
        }
        fn bytes(&mut self, value: Option<&[u8]>) {
            self.0.push(Value::Bytes(value.map(<[u8]>::to_vec)));
        }
    }

    /// The signals of `text`, each with its name.
    pub(crate) fn signals(annotator: &dyn Annotator, text: &str) -> Vec<(&'static str, Value)> {
        signals_of(annotator, &Subject::of_text(text, Group::Web))
    }

    /// The signals of `document`, each with its name.
    pub(crate) fn signals_of(
        annotator: &dyn Annotator,
        document: &Subject<'_>,
    ) -> Vec<(&'static str, Value)> {
        let mut row = Row(Vec::new());
        annotator.annotate(document, &mut row);
        let names = annotator.signals().iter().map(|signal| signal.name);
        assert_eq!(annotator.signals().len(), row.0.len(), "{}", annotator.name());
        names.zip(row.0).collect()
    }

    /// The signal of that name.
    pub(crate) fn signal(annotator: &dyn Annotator, text: &str, name: &str) -> Value {
        let found = signals(annotator, text)
            .into_iter()
            .find(|(signal, _)| *signal == name);
        found.expect("a signal of that name").1
    }

    /// Settings with everything on.
    pub(crate) fn everything() -> Settings {
        Settings {
            language: language::Settings::default(),
            classifiers: Vec::new(),
            grammar: true,
            toxic_words: Some(Vec::new()),
            pii: personal::pii::Settings::default(),
            url: safety::url::Settings::default(),
            fingerprint: fingerprint::Settings {
                minhash: Some(fingerprint::Shape {
                    ngram: 5,
                    buckets: 14,
                    rows: 8,
                }),
            },
        }
    }

    fn recipe(toml: &str) -> Recipe {
        let head = "version = \"1\"\n[[source]]\nname = \"a\"\ngroup = \"web\"\npaths = []\n";
        toml::from_str(&format!("{head}{toml}")).expect("a recipe")
    }

    #[test]
    fn settings_hold_no_threshold() {
        let plain = Settings::of(&recipe(""), &Resources::default());
        let all = Settings::of(
            &recipe("[quality]\nrules = [\"grammar\"]\n"),
            &Resources::default(),
        );
        assert_eq!(all, everything());
        let thresholds = "[language]\nconfidence = 0.1\n[safety]\nmax_toxic_share = 0.5\n[quality.gopher]\nmin_words = 3\n\
            [dedup.near]\nsimilarity = 0.9\n";
        assert_eq!(Settings::of(&recipe(thresholds), &Resources::default()), plain);
        assert_ne!(
            Settings::of(&recipe("[dedup.near]\nrows = 9\n"), &Resources::default()),
            plain
        );
    }

    fn resources(words: &[String]) -> Resources {
        let list = WordList {
            language: None,
            category: "toxic".to_owned(),
            entries: words.to_vec(),
        };
        Resources {
            toxic_words: vec![list],
            ..Resources::default()
        }
    }

    #[test]
    fn settings_survive_their_json() {
        let words = vec!["b".to_owned(), "a".to_owned(), "b".to_owned()];
        let settings = Settings::of(&recipe(""), &resources(&words));
        let json = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Settings>(&json).expect("the same"),
            settings
        );
        let mut turned = words;
        turned.reverse();
        assert_eq!(
            serde_json::to_string(&Settings::of(&recipe(""), &resources(&turned))).expect("JSON"),
            json
        );
    }

    #[test]
    fn what_is_switched_off_is_not_there() {
        let none = Settings::of(
            &recipe(
                "[language]\nidentifier = \"none\"\n[safety]\ntoxicity = \"none\"\n[dedup]\nnear = false\n",
            ),
            &Resources::default(),
        );
        let list = annotators(&none).expect("annotators");
        let names: Vec<&str> = list.iter().map(|annotator| annotator.name()).collect();
        assert_eq!(
            names,
            [
                "shape",
                "gopher",
                "gopher_repetition",
                "c4",
                "fineweb",
                "redpajama",
                "code",
                "book",
                "url",
                "license",
                "pii",
                "secrets",
                "fingerprint"
            ]
        );
    }
}
