//! For tests: the simple rules of this folder, evaluated without an engine, against decisions of datatrove.
//!
//! The decisions are in `filters/datatrove_decisions.jsonl.gz` of the real test data; GRISTMILL_DATA or
//! `../shared/data` beside the checkout leads there. Where it is absent the comparison is skipped, loudly.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde_json::Value as Json;

use crate::annotate::tests::signals;
use crate::recipe::written::Gopher;
use crate::stage::{Annotator, Rule};

/// The first rule of Gopher's, as `<signal> <comparison> <number>`, that `text` breaks.
pub(crate) fn first_broken(annotator: &dyn Annotator, rules: &[Rule], text: &str) -> Option<String> {
    let values = signals(annotator, text);
    let broken = rules.iter().find(|rule| {
        let parts: Vec<&str> = rule.keep.split(' ').collect();
        let [column, comparison, threshold] = parts[..] else {
            unreachable!("a rule of three parts: {}", rule.keep)
        };
        let threshold: f64 = threshold.parse().expect("a number");
        let signal = column.strip_prefix("gopher.").expect("a signal of gopher's");
        let value = values.iter().find(|(name, _)| *name == signal).expect("a declared signal").1.number();
        value.is_some_and(|value| if comparison == ">=" { value < threshold } else { threshold < value })
    });
    broken.map(|rule| rule.name.clone())
}

/// The rules with their default thresholds.
pub(crate) fn gopher_rules() -> Vec<Rule> {
    super::gopher::rules(&Gopher::default())
}

/// Asserts that the verdicts and reasons on 103 real texts are datatrove's.
pub(crate) fn agreement_with_datatrove(annotator: &dyn Annotator) {
    let Some(file) = data("filters/datatrove_decisions.jsonl.gz") else {
        return;
    };
    let rules = gopher_rules();
    let mut differ = Vec::new();
    let mut count = 0;
    for line in file.lines() {
        let record: Json = serde_json::from_str(&line.expect("a readable line")).expect("a JSON line");
        let text = record["text"].as_str().expect("a text");
        let expected = record["datatrove"]["gopher_quality"]["reason"].as_str().map(str::to_owned);
        let got = first_broken(annotator, &rules, text);
        count += 1;
        if got != expected {
            differ.push(format!("{}: {got:?}, not {expected:?}", record["id"]));
        }
    }
    assert_eq!(count, 103);
    assert_eq!(differ, Vec::<String>::new());
}

/// A compressed file of the real test data, if that is there.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
pub(crate) fn data(path: &str) -> Option<BufReader<GzDecoder<std::fs::File>>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("GRISTMILL_DATA").map_or(beside, PathBuf::from);
    let file = folder.join(path);
    if let Ok(file) = std::fs::File::open(&file) {
        return Some(BufReader::new(GzDecoder::new(file)));
    }
    eprintln!("skipped: {} is not there; set GRISTMILL_DATA to compare with it", file.display());
    None
}
