//! A document's story in words.

use serde_json::{Map, Value};

use crate::report::numbers;

/// The story in words.
#[expect(clippy::too_many_lines, reason = "one part of the story after the other")]
pub(super) fn told(story: &Map<String, Value>) -> String {
    let mut text = String::new();
    let mut say = |label: &str, value: String| {
        text.push_str(&format!("{label:<12} {value}\n"));
    };
    let field = |name: &str| story.get(name).map(plain).unwrap_or_default();
    say("document", field("id"));
    for name in ["key", "source", "group", "url", "title"] {
        if story.contains_key(name) {
            say(name, field(name));
        }
    }
    say(
        "from",
        format!(
            "{} at byte {}, record {}",
            field("path"),
            field("offset"),
            field("record")
        ),
    );
    say("text", field("text").replace('\n', " / "));
    for annotation in items(story, "annotations") {
        for (name, value) in annotation {
            if let Value::Object(signals) = value {
                let signals = signals.iter().filter(|(_, value)| plain(value).len() < 40);
                let signals: Vec<String> = signals
                    .map(|(name, value)| format!("{name} {}", plain(value)))
                    .collect();
                say(name, signals.join(", "));
            }
        }
    }
    for (label, line) in rules(story) {
        say(label, line);
    }
    for verdict in items(story, "verdict") {
        if verdict.get("kept") == Some(&Value::Bool(true)) {
            say("verdict", "kept".to_owned());
            continue;
        }
        let part = |name: &str| verdict.get(name).map(plain).unwrap_or_default();
        let value = if verdict.contains_key("value") {
            format!(" (value {})", part("value"))
        } else {
            String::new()
        };
        say(
            "verdict",
            format!(
                "dropped by {}: {}{value}; broke {}",
                part("stage"),
                part("rule"),
                part("rules")
            ),
        );
    }
    for duplicate in items(story, "duplicate_of") {
        let part = |name: &str| duplicate.get(name).map(plain).unwrap_or_default();
        say(
            "duplicate",
            format!(
                "{} of {}, similarity {}",
                part("method"),
                part("kept_id"),
                part("similarity")
            ),
        );
    }
    for duplicate in items(story, "duplicates") {
        let part = |name: &str| duplicate.get(name).map(plain).unwrap_or_default();
        say(
            "stands for",
            format!(
                "{} ({}, similarity {})",
                part("id"),
                part("method"),
                part("similarity")
            ),
        );
    }
    let kept = items(story, "verdict").any(|verdict| verdict.get("kept") == Some(&Value::Bool(true)));
    if kept && story.contains_key("tokens") && items(story, "tokens").next().is_none() {
        say(
            "shards",
            "not taken: its group's share of the mixture was full".to_owned(),
        );
    }
    for place in items(story, "tokens") {
        let part = |name: &str| place.get(name).map(plain).unwrap_or_default();
        say(
            "shards",
            format!(
                "shard {}, document {}, {} tokens, epoch {}",
                part("shard"),
                part("document"),
                part("tokens"),
                part("epoch")
            ),
        );
    }
    text
}

/// A line for each rule, those that were broken first; then the ones that were nearly broken.
fn rules(story: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let spelled = |rule: &Map<String, Value>| {
        let part = |name: &str| rule.get(name).map(plain).unwrap_or_default();
        let comparisons: Vec<String> = items(rule, "comparisons")
            .map(|comparison| {
                let part = |name: &str| comparison.get(name).map(plain).unwrap_or_default();
                let number = |name: &str| {
                    let number = comparison.get(name).and_then(Value::as_f64);
                    number.map_or_else(|| "none".to_owned(), numbers::fine_tick)
                };
                format!(
                    "{} = {} (kept if {} {})",
                    part("about"),
                    number("value"),
                    part("operator"),
                    number("threshold")
                )
            })
            .collect();
        let what = if comparisons.is_empty() {
            format!("kept if {}", part("keep"))
        } else {
            comparisons.join(", ")
        };
        format!("{} {}: {what}", part("stage"), part("rule"))
    };
    let answers = [
        ("broken", Value::Bool(true)),
        ("passed", Value::Bool(false)),
        ("no answer", Value::Null),
    ];
    for (label, answer) in answers {
        let rules = items(story, "rules").filter(|rule| rule.get("broken") == Some(&answer));
        lines.extend(rules.map(|rule| (label, spelled(rule))));
    }
    let nearest = story.get("nearest_rules").map(plain).unwrap_or_default();
    if !nearest.is_empty() {
        lines.push(("nearest", nearest));
    }
    lines
}

fn items<'a>(story: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    story
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
