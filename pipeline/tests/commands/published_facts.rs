//! What other tools decide on real and published inputs, and how often the rules here decide the same.
//!
//! The data is not in the tree: `GRISTMILL_DATA` leads to it, or it lies in `../shared/data` beside the checkout.
//! Where it is absent a test is skipped, and says so.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use gristmill::annotate::Subject;
use gristmill::annotate::quality::gopher::Gopher;
use gristmill::filter;
use gristmill::recipe::{Group, Recipe};
use gristmill::stage::{Annotator, Rule, SignalRow};
use gristmill::text::pii;
use serde_json::Value;

use super::mill::skipped;

/// A file of the real test data as text, if it is there.
pub(super) fn data(path: &str) -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let file = std::env::var_os("GRISTMILL_DATA")
        .map_or(beside, PathBuf::from)
        .join(path);
    let Ok(opened) = File::open(&file) else {
        skipped(&format!("{} is not there; set GRISTMILL_DATA", file.display()));
        return None;
    };
    let mut text = String::new();
    let opened = BufReader::new(opened);
    let read = if file.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(opened).read_to_string(&mut text)
    } else {
        { opened }.read_to_string(&mut text)
    };
    read.expect("readable test data");
    Some(text)
}

/// Gopher's signals as plain numbers; a ratio over nothing is not a number.
struct Numbers(Vec<f64>);

impl SignalRow for Numbers {
    #[expect(clippy::cast_precision_loss, reason = "word counts are small")]
    fn count(&mut self, value: u64) {
        self.0.push(value as f64);
    }
    fn ratio(&mut self, value: Option<f64>) {
        self.0.push(value.unwrap_or(f64::NAN));
    }
    fn label(&mut self, _: Option<&str>) {}
    fn bytes(&mut self, _: Option<&[u8]>) {}
}

/// The first of `rules`, each `gopher.<signal> <comparison> <number>`, that `text` breaks.
fn first_broken<'a>(rules: &'a [Rule], text: &str) -> Option<&'a str> {
    let mut row = Numbers(Vec::new());
    Gopher.annotate(&Subject::of_text(text, Group::Web), &mut row);
    let is_broken = |rule: &&Rule| {
        let mut parts = rule.keep.split(' ');
        let signal = parts
            .next()
            .and_then(|column| column.strip_prefix("gopher."))
            .expect("a column of gopher's");
        let is_least = parts.next() == Some(">=");
        let threshold: f64 = parts
            .next()
            .and_then(|number| number.parse().ok())
            .expect("a number");
        let place = Gopher
            .signals()
            .iter()
            .position(|declared| declared.name == signal)
            .expect("a declared signal");
        let value = row.0[place];
        if is_least {
            value < threshold
        } else {
            threshold < value
        }
    };
    rules.iter().find(is_broken).map(|rule| rule.name.as_str())
}

/// datatrove 0.10.1 with its defaults, on pages, books and tweets: verdict and first reason are the same on all.
#[test]
fn gopher_quality_decides_as_datatrove_does() {
    let Some(decisions) = data("filters/datatrove_decisions.jsonl.gz") else {
        return;
    };
    let recipe = "version = \"1\"\n[[source]]\nname = \"a\"\ngroup = \"web\"\npaths = []\n";
    let recipe: Recipe = toml::from_str(recipe).expect("a recipe");
    let mut rules = filter::rules(&recipe);
    rules.retain(|rule| rule.stage == "quality");
    let mut dropped = 0;
    for (number, line) in decisions.lines().enumerate() {
        let record: Value = serde_json::from_str(line).expect("a JSON line");
        let expected = record["datatrove"]["gopher_quality"]["reason"].as_str();
        let text = record["text"].as_str().expect("a text");
        assert_eq!(
            first_broken(&rules, text),
            expected,
            "text number {number}, {}",
            record["id"]
        );
        dropped += usize::from(expected.is_some());
    }
    assert_eq!(decisions.lines().count(), 103);
    assert!(dropped > 0, "some of the texts are dropped");
}

fn found(text: &str, kind: pii::Kind) -> Vec<String> {
    let findings = pii::find(text).into_iter().filter(|finding| finding.kind == kind);
    findings.map(|finding| text[finding.range].to_owned()).collect()
}

/// Presidio's own tests of its e-mail and IP recognisers: the count of addresses in each text.
#[test]
fn addresses_are_found_as_presidio_finds_them() {
    let Some(facts) = data("facts/presidio_facts.jsonl.gz") else {
        return;
    };
    // Constants that name no machine, and five numbers in a row, are no addresses here.
    let on_purpose = ["connecting from ::1", "192.168.1.1.1", "0.0.0.0/0"];
    let mut asked = 0;
    for line in facts.lines() {
        let fact: Value = serde_json::from_str(line).expect("a JSON line");
        let kind = match fact["recognizer"].as_str() {
            Some("email") => pii::Kind::Email,
            Some("ip") => pii::Kind::IpAddress,
            _ => continue,
        };
        asked += 1;
        let text = fact["text"].as_str().expect("a text");
        let count = found(text, kind).len() as u64;
        let differs = Some(count) != fact["expected_count"].as_u64();
        assert_eq!(differs, on_purpose.contains(&text), "{text}: {count}");
    }
    assert_eq!(asked, 34);
}

/// datatrove's own tests of its PII formatter: what is masked in a list of valid and invalid e-mail addresses, and
/// which IP addresses are valid. Private networks, which datatrove leaves alone, are masked here.
#[test]
fn addresses_are_masked_as_datatrove_masks_them() {
    let Some(facts) = data("facts/datatrove_pii.json") else {
        return;
    };
    let facts: Vec<Value> = serde_json::from_str(&facts).expect("JSON");
    assert_eq!(facts.len(), 2);
    for fact in facts {
        let (input, expected) = (
            fact["input"].as_str().expect("a text"),
            fact["expected"].as_str().expect("a text"),
        );
        for (line, expected) in input.lines().zip(expected.lines()) {
            let mut masked = line.to_owned();
            for finding in pii::find(line).into_iter().rev() {
                let placeholder = if finding.kind == pii::Kind::Email {
                    "EMAIL"
                } else {
                    "IP"
                };
                masked.replace_range(finding.range, placeholder);
            }
            let is_private = line
                .parse()
                .is_ok_and(|address: std::net::Ipv4Addr| address.is_private());
            assert_eq!(masked, if is_private { "IP" } else { expected }, "{line}");
        }
    }
}
