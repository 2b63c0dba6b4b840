//! What datatrove 0.10.1 decides on the 103 texts of `published_facts.rs` by the rules of C4 and `FineWeb`, and that the
//! rules here decide the same, for the same first reason.

use std::collections::BTreeMap;

use gristmill::annotate::Subject;
use gristmill::annotate::quality::c4::C4;
use gristmill::annotate::quality::fineweb::FineWeb;
use gristmill::filter;
use gristmill::recipe::{Group, Recipe};
use gristmill::stage::{Annotator, Rule, SignalRow};
use serde_json::Value;

use super::published_facts::data;

/// Signals as SQL would show them: numbers, quoted labels, and nothing where they are null.
#[derive(Default)]
struct Shown(Vec<Option<String>>);

impl SignalRow for Shown {
    fn count(&mut self, value: u64) {
        self.0.push(Some(value.to_string()));
    }
    fn ratio(&mut self, value: Option<f64>) {
        self.0.push(value.map(|value| value.to_string()));
    }
    fn label(&mut self, value: Option<&str>) {
        self.0.push(value.map(|value| format!("'{value}'")));
    }
    fn bytes(&mut self, _: Option<&[u8]>) {
        self.0.push(None);
    }
}

/// The signals of `text`, by their names in SQL.
fn signals(text: &str) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    let annotators: [&dyn Annotator; 2] = [&C4, &FineWeb];
    for annotator in annotators {
        let mut shown = Shown::default();
        annotator.annotate(&Subject::of_text(text, Group::Web), &mut shown);
        for (signal, value) in annotator.signals().iter().zip(shown.0) {
            all.insert(format!("{}.{}", annotator.name(), signal.name), value);
        }
    }
    all
}

/// Whether one comparison, `column sign literal`, holds; none where the column is null.
fn holds(comparison: &str, signals: &BTreeMap<String, Option<String>>) -> Option<bool> {
    let parts: Vec<&str> = comparison.splitn(3, ' ').collect();
    let [column, sign, literal] = parts[..] else {
        panic!("no comparison: {comparison}");
    };
    let value = signals.get(column).expect("a column").as_deref()?;
    if literal.starts_with('\'') {
        return Some(value == literal);
    }
    let (value, literal): (f64, f64) = (
        value.parse().expect("a number"),
        literal.parse().expect("a number"),
    );
    Some(match sign {
        ">=" => value >= literal,
        "<=" => value <= literal,
        ">" => value > literal,
        "=" => (value - literal).abs() < f64::EPSILON,
        _ => panic!("no sign: {sign}"),
    })
}

/// The first of `rules` that is broken: comparisons with `OR` between them, of which none holds and not all are null.
fn first_broken<'a>(rules: &'a [Rule], signals: &BTreeMap<String, Option<String>>) -> Option<&'a str> {
    let is_broken = |rule: &&Rule| {
        let all: Vec<Option<bool>> = rule.keep.split(" OR ").map(|part| holds(part, signals)).collect();
        !all.contains(&Some(true)) && all.contains(&Some(false))
    };
    rules.iter().find(is_broken).map(|rule| rule.name.as_str())
}

#[track_caller]
fn assert_agrees(set: &str, reference: &str) {
    let Some(decisions) = data("filters/datatrove_decisions.jsonl.gz") else {
        return;
    };
    let recipe = format!(
        "version = \"1\"\n[[source]]\nname = \"a\"\ngroup = \"web\"\npaths = []\n[quality]\nrules = [\"{set}\"]\n"
    );
    let recipe: Recipe = toml::from_str(&recipe).expect("a recipe");
    let mut rules = filter::rules(&recipe);
    rules.retain(|rule| rule.stage == "quality");
    let mut dropped = 0;
    for line in decisions.lines() {
        let record: Value = serde_json::from_str(line).expect("a JSON line");
        let expected = record["datatrove"][reference]["reason"].as_str();
        let signals = signals(record["text"].as_str().expect("a text"));
        assert_eq!(first_broken(&rules, &signals), expected, "{}", record["id"]);
        dropped += usize::from(expected.is_some());
    }
    assert_eq!(decisions.lines().count(), 103);
    assert!(dropped > 10, "some of the texts are dropped");
}

#[test]
fn c4_decides_as_datatrove_does() {
    assert_agrees("c4", "c4_quality");
}

#[test]
fn c4_paragraphs_decide_as_datatrove_does() {
    assert_agrees("c4_paragraphs", "c4_paragraph");
}

#[test]
fn fineweb_decides_as_datatrove_does() {
    assert_agrees("fineweb", "fineweb_quality");
}
