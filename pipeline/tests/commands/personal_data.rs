//! Personal data and secrets beside the labelled cases that other tools are tested with, in a table: cases, precision
//! and recall here, for each recogniser of Presidio and each rule of gitleaks and detect-secrets. The tools' own
//! figures on their own cases are 1.
//!
//! `cargo test --workspace --release --test commands personal_data -- --nocapture` prints it. The data is not in the
//! tree: `GRISTMILL_DATA` leads to it, or it lies in `../shared/data` beside the checkout.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use gristmill::text::pii::{self, Kind};
use gristmill::text::secrets::{self, Scope};
use serde_json::Value;

use super::mill::skipped;

/// The records of a file of facts, if it is there.
fn facts(name: &str) -> Option<Vec<Value>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("GRISTMILL_DATA").map_or(beside, PathBuf::from);
    let path = folder.join("facts").join(name);
    let Ok(file) = File::open(&path) else {
        skipped(&format!("{} is not there; set GRISTMILL_DATA", path.display()));
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("readable facts");
    let records = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"));
    Some(records.collect())
}

/// What was found right, too much and too little.
#[derive(Clone, Copy, Default)]
struct Score {
    cases: u64,
    right: u64,
    extra: u64,
    missed: u64,
}

impl Score {
    fn add(&mut self, expected: u64, found: u64) {
        self.cases += 1;
        self.right += expected.min(found);
        self.extra += found.saturating_sub(expected);
        self.missed += expected.saturating_sub(found);
    }

    fn share(self, of: u64) -> String {
        let whole = self.right + of;
        if whole == 0 {
            "-".to_owned()
        } else {
            format!("{:.3}", self.right as f64 / whole as f64)
        }
    }
}

fn print(peer: &str, scores: &BTreeMap<String, Score>) -> Score {
    let mut all = Score::default();
    eprintln!(
        "{peer:<42} {:>5} {:>9} {:>7} {:>5}",
        "cases", "precision", "recall", "peer"
    );
    for (name, score) in scores {
        all.cases += score.cases;
        all.right += score.right;
        all.extra += score.extra;
        all.missed += score.missed;
        eprintln!(
            "  {name:<40} {:>5} {:>9} {:>7} {:>5}",
            score.cases,
            score.share(score.extra),
            score.share(score.missed),
            1
        );
    }
    eprintln!(
        "  {:<40} {:>5} {:>9} {:>7} {:>5}\n",
        "all",
        all.cases,
        all.share(all.extra),
        all.share(all.missed),
        1
    );
    all
}

/// What Presidio's recognisers are called here, where it is something else; `None` where the kind is not personal or
/// needs a model.
fn shape_of(recogniser: &str) -> Option<&str> {
    match recogniser {
        // Dates, addresses of the web, and what its language models and test patterns find.
        "date" | "url" | "spacy" | "stanza" | "pattern" => None,
        "ip" => Some("ip_address"),
        "crypto" => Some("crypto_wallet"),
        "certificate_number" => Some("medical_license"),
        "mac" => Some("mac_address"),
        other => Some(other),
    }
}

#[test]
fn personal_data_is_found_as_presidio_finds_it() {
    let Some(facts) = facts("presidio_facts.jsonl.gz") else {
        return;
    };
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for fact in &facts {
        let recogniser = fact["recognizer"].as_str().expect("a recogniser");
        let Some(name) = shape_of(recogniser) else {
            continue;
        };
        let text = fact["text"].as_str().expect("a text");
        let found = pii::find_by_shape(text, name).expect("a format of that name");
        let expected = fact["expected_count"].as_u64().expect("a count");
        scores
            .entry(recogniser.to_owned())
            .or_default()
            .add(expected, found.len() as u64);
        let spans: Option<Vec<Vec<usize>>> = serde_json::from_value(fact["spans"].clone()).ok();
        for (finding, span) in found.iter().zip(spans.unwrap_or_default()) {
            // A network's prefix length is left alone here, a space before the number is none of it, and the sign of a
            // country's code is.
            let overlaps = text[..finding.range.start].chars().count() < span[1]
                && span[0] < text[..finding.range.end].chars().count();
            assert!(overlaps, "{recogniser}: {text}");
        }
    }
    let all = print("Presidio's tests", &scores);
    assert!(all.cases > 300);
    assert_eq!(all.missed, 0);
    // One text is labelled twice, for two strictnesses of its telephone numbers.
    assert_eq!(all.extra, 1);
}

/// In ordinary text, with the defaults of a recipe, hardly anything of what has only the shape is taken.
#[test]
fn numbers_without_words_or_formatting_stay() {
    let Some(facts) = facts("presidio_facts.jsonl.gz") else {
        return;
    };
    let sure = [Kind::Email, Kind::IpAddress];
    for fact in facts.iter().filter(|fact| fact["expected_count"] == 0) {
        let text = fact["text"].as_str().expect("a text");
        let found = pii::find(text)
            .into_iter()
            .filter(|finding| !sure.contains(&finding.kind));
        let found: Vec<Kind> = found.map(|finding| finding.kind).collect();
        let is_another = ["78-05", "1234567890120", "91-415"]
            .iter()
            .any(|part| text.contains(part));
        assert!(
            found.is_empty() || is_another,
            "{}: {text}: {found:?}",
            fact["recognizer"]
        );
    }
}

/// Rules of gitleaks whose texts that they must not flag are flagged for another of its rules' sake.
const ANOTHER_RULE: [(&str, u64); 3] = [
    // The other kind of key of the same service.
    ("anthropic-admin-api-key", 1),
    ("anthropic-api-key", 1),
    // What is assigned to a name with `key` or `token`.
    ("cisco-meraki-api-key", 2),
];

#[test]
fn secrets_are_found_as_gitleaks_and_detect_secrets_find_them() {
    for (file, key, peer) in [
        ("gitleaks_facts.jsonl.gz", "rule", "gitleaks' rules"),
        ("detect_secrets_facts.jsonl.gz", "plugin", "detect-secrets' tests"),
    ] {
        let Some(facts) = facts(file) else {
            return;
        };
        let mut scores: BTreeMap<String, Score> = BTreeMap::new();
        for fact in &facts {
            let text = fact["text"].as_str().expect("a text");
            let expected = u64::from(fact["should_flag"].as_bool().expect("a verdict"));
            let found = u64::from(!secrets::find(text, Scope::Code).is_empty());
            let rule = fact[key].as_str().expect("a rule");
            scores.entry(rule.to_owned()).or_default().add(expected, found);
        }
        let all = print(peer, &scores);
        assert!(all.cases > 30);
        assert_eq!(all.missed, 0, "{peer}");
        let extra: Vec<(&str, u64)> = scores
            .iter()
            .filter(|(_, score)| score.extra > 0)
            .map(|(rule, score)| (rule.as_str(), score.extra))
            .collect();
        let expected: &[(&str, u64)] = if key == "rule" { &ANOTHER_RULE } else { &[] };
        assert_eq!(extra, expected, "{peer}");
    }
}

/// data-juicer's cleaners of links and addresses: what is no address stays.
#[test]
fn what_data_juicer_leaves_is_left() {
    let Some(facts) = facts("data_juicer_facts.jsonl.gz") else {
        return;
    };
    let cleaning = |fact: &&Value| fact["file"].as_str().is_some_and(|file| file.contains("clean_"));
    let mut asked = 0;
    for fact in facts.iter().filter(cleaning) {
        let (Some(inputs), Some(outputs)) = (fact["input"].as_array(), fact["expected"].as_array()) else {
            continue;
        };
        for (input, output) in inputs.iter().zip(outputs) {
            let text = input["text"].as_str().expect("a text");
            if Some(text) == output.as_str() {
                asked += 1;
                assert_eq!(pii::find(text), [], "{text}");
            }
        }
    }
    assert!(asked > 3, "{asked}");
}
