//! Models by fastText itself (0.9.2, its probabilities beside them in `../shared/data/fasttext`), models that were
//! trained here against the crate that trained them, and files that are no models.

use std::fs;
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};

use fasttext::FastText;
use proptest::prelude::*;
use tempfile::TempDir;

use super::evaluate::Evaluation;
use super::examples::Example;
use super::train::{Training, put};
use super::*;
use crate::recipe::written::TextForm;

/// A folder of the data beside the checkout, or where `GRISTMILL_DATA` points.
fn data(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("GRISTMILL_DATA").map_or(beside, PathBuf::from);
    let found = root.join(folder);
    if found.is_dir() {
        return Some(found);
    }
    eprintln!("skipped: there is no {}", found.display());
    None
}

fn load(path: &Path) -> Result<Model, file::ModelError> {
    Model::load(path.to_str().expect("a plain path"))
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).expect("a file");
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .expect("gzip");
    bytes
}

#[test]
fn predictions_are_the_references() {
    let Some(data) = data("fasttext") else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let dense = folder.path().join("lid.bin");
    fs::write(&dense, unpacked(&data.join("lid42_tatoeba.bin.gz"))).expect("written");
    for (model, expected) in [
        (dense, "lid.bin.expected.json"),
        (data.join("lid42_tatoeba.ftz"), "lid.ftz.expected.json"),
    ] {
        let model = load(&model).expect("a model");
        let expected: serde_json::Value =
            serde_json::from_slice(&fs::read(data.join(expected)).expect("a file")).expect("JSON");
        let mut scratch = Scratch::default();
        let mut compared = 0;
        for case in expected.as_array().expect("cases") {
            let text = case["text"].as_str().expect("a text");
            let found = model.predict(text, 3, &mut scratch);
            for (found, expected) in found.iter().zip(case["top3"].as_array().expect("three")) {
                assert_eq!(
                    model.labels()[found.label],
                    expected[0].as_str().expect("a label"),
                    "{text}"
                );
                let difference = f64::from(found.score) - expected[1].as_f64().expect("a score");
                assert!(difference.abs() < 1e-4, "{text}: {difference}");
                compared += 1;
            }
        }
        assert_eq!(compared, 126 * 3);
    }
}

/// Two labels, told by words, by pairs of words and by endings.
fn lines(count: u32) -> String {
    let texts = (0..count).map(|number| match number % 4 {
        0 => format!("__label__food apple pie and {number} cups of tea, baked slowly\n"),
        1 => format!("__label__sport the team scored {number} goals, running quickly\n"),
        2 => format!("__label__food a cup of {number} fresh beans — größer\n"),
        _ => format!("__label__sport goals of the {number} players cup\n"),
    });
    texts.collect()
}

fn trained(folder: &Path, training: &Training) -> PathBuf {
    let texts = folder.join("texts");
    fs::write(&texts, lines(400)).expect("written");
    let out = folder.join("model.bin");
    training.train(&texts, &out).expect("a model");
    out
}

fn small() -> Training {
    Training {
        dimensions: 8,
        buckets: 1_000,
        epochs: 5,
        ..Training::default()
    }
}

#[test]
fn what_was_trained_is_read_as_the_crate_reads_it() {
    let folder = TempDir::new().expect("a folder");
    for (subwords, quantize) in [((0, 0), false), ((2, 4), false), ((2, 4), true)] {
        let training = Training {
            subwords,
            quantize,
            ..small()
        };
        let out = trained(folder.path(), &training);
        let model = load(&out).expect("a model");
        let reference = FastText::load_model(&out).expect("the crate reads it");
        let mut scratch = Scratch::default();
        for text in [
            "a cup of tea",
            "unknown goaler größe",
            "",
            "the the the cup",
            "goals __label__food tea",
        ] {
            // The crate's own `predict` adds the end of the line after the pairs of words.
            let (mut words, mut labels, mut pending) = (Vec::new(), Vec::new(), false);
            let line = format!("{text}\n");
            reference
                .dict()
                .get_line(&mut line.as_bytes(), &mut words, &mut labels, &mut pending);
            let expected = reference.predict_on_words(&words, 2, 0.0);
            let found = model.predict(text, 2, &mut scratch);
            assert_eq!(found.len(), expected.len(), "{text}");
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(
                    format!("__label__{}", model.labels()[found.label]),
                    expected.label
                );
                assert!(
                    (found.score - expected.prob).abs() < 1e-5,
                    "{text}: {found:?} {expected:?}"
                );
            }
        }
    }
}

#[test]
fn the_same_texts_give_the_same_bytes() {
    let folder = TempDir::new().expect("a folder");
    let first = fs::read(trained(folder.path(), &small())).expect("a model");
    assert_eq!(
        fs::read(trained(folder.path(), &small())).expect("a model"),
        first
    );
    let other = Training { seed: 1, ..small() };
    assert_ne!(fs::read(trained(folder.path(), &other)).expect("a model"), first);
}

#[test]
fn figures_count_what_is_so() {
    let folder = TempDir::new().expect("a folder");
    let model = load(&trained(folder.path(), &small())).expect("a model");
    let food = model.label("__label__food");
    assert!(food.is_some() && food == model.label("food"));
    let mut evaluation = Evaluation::new(&model, food);
    for (label, text) in [
        ("food", "apple pie and tea"),
        ("food", "the team scored goals"),
        ("sport", "the team scored goals"),
        ("music", "goals of the players"),
    ] {
        evaluation.add(label, text);
    }
    let report = evaluation.report();
    assert_eq!((report.texts, report.accuracy), (4, Some(0.5)));
    let names: Vec<&str> = report.labels.iter().map(|label| label.label.as_str()).collect();
    assert_eq!(names, ["food", "music", "sport"]);
    let [food, music, sport] = &report.labels[..] else {
        panic!("{report:?}")
    };
    assert_eq!((food.precision, food.recall), (Some(1.0), Some(0.5)));
    assert_eq!(
        (music.precision, music.recall, music.f1),
        (None, Some(0.0), Some(0.0))
    );
    assert_eq!((sport.texts, sport.recall), (1, Some(1.0)));
    assert_eq!(report.calibration.iter().map(|bin| bin.texts).sum::<u64>(), 4);
    assert_eq!(
        report.calibration.first().and_then(|bin| bin.recall_above),
        Some(1.0)
    );
    assert!(
        report.table().contains("4 texts, accuracy 0.5000"),
        "{}",
        report.table()
    );
}

#[test]
fn what_the_format_means_by_words_is_not_written() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("lines");
    let mut file = BufWriter::new(fs::File::create(&path).expect("a file"));
    let example = Example {
        label: "a".to_owned(),
        text: "One\ntwo </s> __label__b\0three".to_owned(),
    };
    put(&mut file, &example, TextForm::Lines).expect("written");
    drop(file);
    assert_eq!(
        fs::read_to_string(&path).expect("lines"),
        "__label__a One two three\n"
    );
}

#[test]
fn files_that_are_no_classifiers_are_told() {
    let folder = TempDir::new().expect("a folder");
    let whole = fs::read(trained(folder.path(), &small())).expect("a model");
    let path = folder.path().join("damaged.bin");
    let message = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("written");
        load(&path).expect_err("it is damaged").to_string()
    };
    let with = |place: usize, value: i32| {
        let mut bytes = whole.clone();
        bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    for (bytes, expected) in [
        (Vec::new(), "too short"),
        (vec![b'x'; 1_000], "does not begin as a fastText model"),
        (with(4, 13), "version 13"),
        (with(8, 9), "have 8 columns and its settings say 9"),
        (with(8, i32::MAX), "its settings say 2147483647"),
        (with(8, -1), "claims -1 columns"),
        (with(28, 1_000_000), "runs of 1000000"),
        (with(32, 9), "its loss is number 9"),
        (with(36, 2), "unsupervised"),
        (with(40, i32::MAX), "its dictionary asks for"),
        (with(64, i32::MAX), "words and"),
        (with(72, -5), "claims -5 labels"),
    ] {
        let said = message(&bytes);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    for length in (0..whole.len()).step_by(whole.len() / 97) {
        let said = message(&whole[..length]);
        assert!(
            said.contains("cut off") || said.contains("too short"),
            "{length}: {said}"
        );
    }
    let missing = load(&folder.path().join("none.bin")).expect_err("it is not there");
    assert!(missing.to_string().contains("none.bin"), "{missing}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_models_are_refused_or_still_answer(
        places in prop::collection::vec((0_usize..3_000, any::<u8>()), 1..5),
        quantize in any::<bool>(),
    ) {
        static MODELS: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
        let models = MODELS.get_or_init(|| {
            [false, true].map(|quantize| {
                let folder = TempDir::new().expect("a folder");
                let training = Training { quantize, subwords: (1, 3), buckets: 50, ..small() };
                fs::read(trained(folder.path(), &training)).expect("a model")
            })
        });
        let mut bytes = models[usize::from(quantize)].clone();
        for (place, value) in places {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("model");
        fs::write(&path, bytes).expect("written");
        if let Ok(model) = load(&path) {
            let scores = model.predict("a cup of tea — größer goals", 2, &mut Scratch::default());
            prop_assert!(scores.len() <= 2);
        }
    }
}
