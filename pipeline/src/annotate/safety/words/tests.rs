use std::fs;
use std::io::Write;

use flate2::read::GzDecoder;
use serde_json::Value as Json;

use super::*;
use crate::annotate::tests::{Row, Value, signals};
use crate::lists::{layout, words};
use crate::recipe::written::Group;

fn list(language: Option<&str>, category: &str, entries: &[&str]) -> WordList {
    WordList {
        language: language.map(str::to_owned),
        category: category.to_owned(),
        entries: entries.iter().map(|entry| (*entry).to_owned()).collect(),
    }
}

fn counted(text: &str) -> Vec<Value> {
    let further = [list(
        None,
        TOXIC,
        &["mud scum eater", "scum", "坏词", "คำหยาบ", "3p", "🖕"],
    )];
    let annotator = ToxicWords::new(&further).expect("a small list");
    let signals = signals(&annotator, text).into_iter();
    signals.map(|(_, value)| value).take(2).collect()
}

#[test]
fn words_and_phrases_are_counted() {
    for (text, words, share) in [
        ("A friendly text", 0, Some(0.0)),
        ("You GRUBWORT, you!", 1, Some(1.0 / 3.0)),
        ("grubwort grubwort mudscum", 3, Some(1.0)),
        ("grubworts and unmudscum", 0, Some(0.0)),
        ("a mud-scum, eater", 3, Some(0.75)),
        ("mud scum", 1, Some(0.5)),
        ("这是坏词吗", 2, Some(0.4)),
        ("5p, 13p and 3P", 1, Some(0.25)),
        ("for you: 🖕🖕", 2, Some(1.0)),
        ("...", 0, None),
    ] {
        assert_eq!(
            counted(text),
            [Value::Count(words), Value::Ratio(share)],
            "{text}"
        );
    }
    assert!(matches!(counted("นี่คือคำหยาบนะ")[0], Value::Count(words) if words > 0));
}

#[test]
fn the_built_in_list_is_in_use() {
    let entries = BUILT_IN
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for entry in entries {
        assert_eq!(counted(entry)[0], Value::Count(1), "{entry}");
    }
}

const GERMAN: &str = "Wer reitet so spät durch Nacht und Wind? Es ist der Vater mit seinem Kind.";
const DANISH: &str = "Der er mange fag i skolen, og eleverne kan selv vælge mellem nogle af dem hvert år.";
const RUSSIAN: &str = "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.";

fn of_languages(text: &str, hint: Option<&str>) -> (Value, Value) {
    let lists = [
        list(Some("deu"), "adult", &["wind", "später vater"]),
        list(Some("eng"), "spam", &["fag", "wind"]),
        list(Some("zho"), TOXIC, &["坏词"]),
        list(Some("kab"), TOXIC, &["xyzzy"]),
    ];
    let annotator = ToxicWords::new(&lists).expect("small lists");
    let mut row = Row::default();
    let document = Subject {
        language_hint: hint,
        ..Subject::of_text(text, Group::Web)
    };
    annotator.annotate(&document, &mut row);
    let mut values = row.values().into_iter();
    let words = values.next().expect("a count");
    (words, values.nth(1).expect("a category"))
}

#[test]
fn a_list_counts_in_its_language() {
    let label = |name: &str| Value::Label(Some(name.to_owned()));
    let nothing = (Value::Count(0), Value::Label(None));
    assert_eq!(of_languages(GERMAN, None), (Value::Count(1), label("adult")));
    let danish = DANISH.replace(" fag ", " fag xyzzy wind ");
    // The built-in list is for all texts, and has the word too.
    assert_eq!(of_languages(DANISH, None), (Value::Count(1), label(TOXIC)));
    assert_eq!(of_languages(&danish, None), (Value::Count(1), label(TOXIC)));
    assert_eq!(of_languages(&danish, Some("de-AT")).0, Value::Count(2));
    assert_eq!(of_languages(&danish, Some("kab")).0, Value::Count(2));
    // Another script is another language.
    assert_eq!(of_languages(&format!("{GERMAN} 坏词"), None).0, Value::Count(3));
    let english = format!("{RUSSIAN} wind");
    assert_eq!(of_languages(&english, None), (Value::Count(1), label("spam")));
    assert_eq!(of_languages(RUSSIAN, None), nothing);
    assert_eq!(of_languages("", None), nothing);
}

#[test]
fn hostile_texts_are_counted_in_bounded_memory() {
    let entries: Vec<String> = (1..=60).map(|length| "a ".repeat(length)).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let annotator = ToxicWords::new(&[list(None, TOXIC, &entries)]).expect("a small list");
    let text = "a ".repeat(100_000);
    assert_eq!(signals(&annotator, &text)[0].1, Value::Count(100_000));
}

fn data(name: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("GRISTMILL_DATA")
        .map_or_else(|| "../../shared/data".into(), std::path::PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    let _ = writeln!(std::io::stderr(), "skipped: no {}", path.display());
    None
}

/// The lists of LDNOOBW, one a language.
fn ldnoobw() -> Option<Vec<WordList>> {
    let folder = data("safety/ldnoobw")?;
    let found = layout::word_lists(&folder.to_string_lossy()).expect("lists");
    assert_eq!(found.others, ["LICENSE"]);
    let read = |(path, language): (String, Option<String>)| WordList {
        language,
        category: TOXIC.to_owned(),
        entries: words::read(&path).expect("a list").0,
    };
    Some(found.lists.into_iter().map(read).collect())
}

#[test]
fn every_entry_of_every_language_is_found_in_a_sentence() {
    let Some(lists) = ldnoobw() else { return };
    assert_eq!(lists.len(), 28);
    let annotator = ToxicWords::new(&words::merged(&lists)).expect("lists");
    let mut found = 0;
    for list in &lists {
        for (number, entry) in list.entries.iter().enumerate() {
            for entry in [entry.clone(), entry.to_uppercase()] {
                let text = format!("Zz zz {entry}, zz.");
                let document = Subject {
                    language_hint: list.language.as_deref(),
                    ..Subject::of_text(&text, Group::Web)
                };
                assert!(annotator.count(&document).0 > 0, "{:?} {number}", list.language);
                found += 1;
            }
        }
    }
    assert!(found > 5_000, "{found}");
}

/// Sentences of Tatoeba in 42 languages: none of them was chosen for being rude.
#[test]
fn sentences_are_seldom_toxic_in_another_language() {
    let (Some(lists), Some(path)) = (ldnoobw(), data("langid/tatoeba_first40.jsonl.gz")) else {
        return;
    };
    let gated = ToxicWords::new(&words::merged(&lists)).expect("lists");
    let mut everywhere = lists;
    for list in &mut everywhere {
        list.language = None;
    }
    let everywhere = ToxicWords::new(&words::merged(&everywhere)).expect("lists");
    let text = std::io::read_to_string(GzDecoder::new(fs::File::open(path).expect("a file"))).expect("text");
    let (mut sentences, mut of_gated, mut of_everywhere) = (0, 0, 0);
    for line in text.lines() {
        let row: Json = serde_json::from_str(line).expect("JSON");
        let document = Subject::of_text(row["text"].as_str().expect("a text"), Group::Web);
        sentences += 1;
        of_gated += u32::from(gated.count(&document).0 > 0);
        of_everywhere += u32::from(everywhere.count(&document).0 > 0);
    }
    let said = format!("{sentences} sentences: {of_gated} with lists by language, {of_everywhere} without");
    assert!(
        of_gated * 4 < of_everywhere && of_gated * 200 < sentences,
        "{said}"
    );
    let _ = writeln!(std::io::stderr(), "{said}");
}
