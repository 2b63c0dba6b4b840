//! What other tools decide on real and published inputs, and how often the rules here decide the same.
//!
//! The data is not in the tree: `GRISTMILL_DATA` leads to it, or it lies in `../shared/data` beside the checkout.
//! Where it is absent a test is skipped, and says so.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use gristmill::annotate::Subject;
use gristmill::annotate::language::whatlang::Whatlang;
use gristmill::recipe::Group;
use gristmill::stage::{Annotator, SignalRow};
use gristmill::text::pii;
use serde_json::Value;

use super::mill::{Mill, run, skipped};

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

/// The rule sets that datatrove has too: their names in a recipe, and in its decisions.
const RULE_SETS: [(&str, &str); 5] = [
    ("gopher", "gopher_quality"),
    ("gopher_repetition", "gopher_repetition"),
    ("c4", "c4_quality"),
    ("c4_paragraphs", "c4_paragraph"),
    ("fineweb", "fineweb_quality"),
];

/// A recipe that judges texts as they are by one rule set.
fn judging(rule_set: &str, texts: &Path) -> String {
    format!(
        "version = \"1\"\nname = \"judged\"\n\
        [[source]]\nname = \"texts\"\ngroup = \"web\"\npaths = [{texts:?}]\n\
        [rewrite]\nmojibake = false\nunicode = \"none\"\npii = \"keep\"\nsecrets = \"keep\"\n\
        [language]\nidentifier = \"none\"\n\
        [quality]\nrules = [\"{rule_set}\"]\n\
        [safety]\ntoxicity = \"none\"\n\
        [dedup]\nexact = false\nnear = false\n"
    )
}

/// datatrove 0.10.1 with its defaults, on pages, books and tweets: verdict and first reason are the same on all.
#[test]
fn published_rules_decide_as_datatrove_does() {
    let Some(decisions) = data("filters/datatrove_decisions.jsonl.gz") else {
        return;
    };
    let records: Vec<Value> = decisions
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect();
    assert_eq!(records.len(), 103);
    for (rule_set, theirs) in RULE_SETS {
        let mill = Mill::new();
        let texts = mill.path("texts.jsonl");
        fs::write(&texts, &decisions).expect("a file of texts");
        let recipe = mill.path("judged.toml");
        fs::write(&recipe, judging(rule_set, &texts)).expect("a recipe");
        run(mill.curate(&recipe).args(["--until", "filter"])).with_status(0);
        let rows = mill.query(
            "SELECT documents.key AS key, verdicts.rule AS rule FROM verdicts \
            JOIN documents ON documents.id = verdicts.id",
        );
        let ours: BTreeMap<&str, Option<&str>> = rows
            .iter()
            .map(|row| (row["key"].as_str().expect("a key"), row["rule"].as_str()))
            .collect();
        let mut dropped = 0;
        for record in &records {
            let expected = record["datatrove"][theirs]["reason"].as_str();
            let key = record["id"].as_str().expect("an id");
            assert_eq!(ours.get(key), Some(&expected), "{rule_set}, {key}");
            dropped += usize::from(expected.is_some());
        }
        assert!(0 < dropped && dropped < 103, "{rule_set} drops some of the texts");
    }
}

/// Takes the first label that is put.
#[derive(Default)]
struct Label(Option<String>);

impl SignalRow for Label {
    fn count(&mut self, _: u64) {}
    fn ratio(&mut self, _: Option<f64>) {}
    fn label(&mut self, value: Option<&str>) {
        if self.0.is_none() {
            self.0 = value.map(str::to_owned);
        }
    }
    fn bytes(&mut self, _: Option<&[u8]>) {}
}

/// Labelled sentences of Tatoeba and whatlang's own examples: the samples that are taken of longer texts leave the
/// identifier's answer as it is.
#[test]
fn languages_are_those_that_the_identifier_finds() {
    let (Some(examples), Some(sentences)) = (
        data("langid/whatlang_examples.json"),
        data("langid/tatoeba_first40.jsonl.gz"),
    ) else {
        return;
    };
    let examples: BTreeMap<String, String> = serde_json::from_str(&examples).expect("JSON");
    let mut texts: Vec<(String, String)> = examples.into_iter().collect();
    assert_eq!(texts.len(), 69);
    for line in sentences.lines() {
        let record: Value = serde_json::from_str(line).expect("a JSON line");
        let part = |key: &str| record[key].as_str().expect("a string").to_owned();
        texts.push((part("lang"), part("text")));
    }
    let (mut right, mut theirs) = (0, 0);
    for (language, text) in &texts {
        let mut label = Label::default();
        Whatlang { lines: 0 }.annotate(&Subject::of_text(text, Group::Web), &mut label);
        let found = whatlang::detect_lang(text).map(|found| found.code());
        assert_eq!(label.0.as_deref(), found, "{text}");
        right += usize::from(label.0.as_ref() == Some(language));
        theirs += usize::from(found == Some(language));
    }
    assert_eq!(right, theirs);
    assert!(right * 2 > texts.len(), "{right} of {}", texts.len());
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
