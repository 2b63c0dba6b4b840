//! A published model of 260 thousand weights (grouped queries, tied embeddings) against figures computed with numpy
//! in `f64`, whose greedy text is the one printed in karpathy/llama2.c.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use gristmill_train::checkpoint::hugging_face;
use gristmill_train::generate::{Sampling, generate};
use gristmill_train::kernel::cross_entropy::cross_entropy;
use gristmill_train::model::Decoder;
use gristmill_train::text::Text;
use serde_json::Value;

/// The folder with the model, where this machine has it.
fn folder() -> Option<PathBuf> {
    let data = env::var_os("GRISTMILL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let folder = data.join("checkpoint_stories260K");
    if folder.exists() {
        return Some(folder);
    }
    // Written past the test harness, which hides what a passing test prints.
    let notice = format!("skipped: {} is not there; set GRISTMILL_DATA", folder.display());
    let _ = writeln!(io::stderr(), "{notice}");
    None
}

fn ids(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).expect("a list of ids")
}

#[test]
fn a_published_model_writes_its_published_text() {
    let Some(folder) = folder() else { return };
    let expected: Value =
        serde_json::from_slice(&fs::read(folder.join("expected.json")).expect("reads")).expect("JSON");
    let pretrained = hugging_face::load(&folder).expect("loads");
    let model = Decoder::new(&pretrained.architecture, &pretrained.weights).expect("fits");
    let text = Text::load(&pretrained.tokenizer).expect("a tokenizer");

    let greedy = ids(&expected["greedy_ids"]);
    let start = text.encode("").expect("encodes");
    assert_eq!(start[0], greedy[0], "a text starts with <s>");
    let mut written = greedy[..1].to_vec();
    written.extend(
        generate(
            &model,
            &greedy[..1],
            greedy.len() - 1,
            &pretrained.end,
            &Sampling::GREEDY,
        )
        .expect("writes"),
    );
    assert_eq!(written, greedy);
    let story = text.decode(&written).expect("decodes");
    assert_eq!(story, expected["greedy_text"].as_str().expect("text"));

    let known = ids(&expected["nll_ids"]);
    assert_eq!(
        text.encode(expected["nll_text"].as_str().expect("text"))
            .expect("encodes"),
        known
    );
    let inputs = Tensor::new(known.as_slice(), &Device::Cpu)
        .and_then(|ids| ids.unsqueeze(0))
        .expect("ids");
    let logits = model
        .logits(&inputs)
        .and_then(|logits| logits.get(0))
        .expect("logits");
    let targets = Tensor::new(&known[1..], &Device::Cpu).expect("targets");
    let loss = logits
        .narrow(0, 0, known.len() - 1)
        .and_then(|logits| cross_entropy(&logits, &targets))
        .and_then(|loss| loss.to_scalar::<f32>())
        .expect("a loss");
    let mean = expected["mean_nll"].as_f64().expect("a number");
    assert!((f64::from(loss) - mean).abs() < 1e-5, "{loss} and {mean}");

    let last: Vec<f32> = logits
        .get(known.len() - 1)
        .and_then(|row| row.to_vec1())
        .expect("the last row");
    for pair in expected["logits_last_top5"].as_array().expect("pairs") {
        let id = usize::try_from(pair[0].as_u64().expect("an id")).expect("small");
        let logit = pair[1].as_f64().expect("a logit");
        assert!(
            (f64::from(last[id]) - logit).abs() < 1e-4,
            "id {id}: {} and {logit}",
            last[id]
        );
    }
}
