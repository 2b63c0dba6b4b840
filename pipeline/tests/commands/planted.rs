//! What was planted to be masked, dropped or found twice, as `fixtures/expected.json` lists it, against the demo's
//! verdicts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gristmill::text::pii;
use serde_json::Value;

use super::facts::{EXPECTED, list};
use super::mill::finished;

/// A document with its verdict.
struct Judged {
    id: String,
    text: String,
    verdict: Value,
}

impl Judged {
    fn kept(&self) -> bool {
        self.verdict["kept"] == true
    }

    fn reason(&self) -> (&str, &str) {
        let part = |name: &str| self.verdict[name].as_str().unwrap_or_default();
        (part("stage"), part("rule"))
    }
}

/// All documents of the demo by key, those of the broken files aside: their keys are there twice.
static DOCUMENTS: LazyLock<BTreeMap<String, Judged>> = LazyLock::new(|| {
    let sql = "SELECT key, text, documents.id AS id, kept, stage, rule, rules
        FROM documents JOIN verdicts ON documents.id = verdicts.id WHERE path NOT LIKE '%/broken-%'";
    let mut documents = BTreeMap::new();
    for row in finished().query(sql) {
        let text = |name: &str| row[name].as_str().expect("a text").to_owned();
        let judged = Judged {
            id: text("id"),
            text: text("text"),
            verdict: row.clone(),
        };
        assert!(
            documents.insert(text("key"), judged).is_none(),
            "{} is there twice",
            row["key"]
        );
    }
    documents
});

/// The document that `expected.json` names; paths there are relative to `fixtures/`.
#[track_caller]
fn document(name: &Value) -> &'static Judged {
    let name = name.as_str().expect("a name");
    let key = if name.starts_with("raw/") {
        format!("fixtures/{name}")
    } else {
        name.to_owned()
    };
    DOCUMENTS
        .get(&key)
        .unwrap_or_else(|| panic!("{key} was not read"))
}

#[test]
fn pages_are_decoded_as_their_charset_says() {
    for (key, facts) in EXPECTED["charsets"].as_object().expect("an object") {
        let phrase = facts["must_contain"].as_str().expect("a phrase");
        let text = &document(&Value::from(key.as_str())).text;
        assert!(text.contains(phrase), "{key}, {facts}: {text}");
    }
}

/// Whether the two of a planted pair are in one cluster, of which the kept one is kept.
fn are_paired(pair: &Value, kept_by: &BTreeMap<String, String>) -> bool {
    let (original, copy) = (document(&pair["original"]), document(&pair["copy"]));
    let stands_for = |kept: &Judged, dropped: &Judged| {
        kept.kept() && !dropped.kept() && kept_by.get(&dropped.id) == Some(&kept.id)
    };
    stands_for(original, copy) || stands_for(copy, original)
}

fn kept_by() -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let rows = finished().query("SELECT id, kept_id FROM duplicates");
    rows.iter()
        .map(|row| (text(&row["id"]), text(&row["kept_id"])))
        .collect()
}

#[test]
fn every_planted_exact_duplicate_is_dropped_for_its_original() {
    let pairs = list(&EXPECTED["exact_duplicates"]);
    let kept_by = kept_by();
    for pair in pairs {
        assert!(are_paired(pair, &kept_by), "{pair}");
        let dropped = [document(&pair["original"]), document(&pair["copy"])].map(Judged::reason);
        assert!(dropped.contains(&("dedup", "exact_duplicate")), "{pair}");
    }
    assert_eq!(pairs.len(), 61);
}

#[test]
fn every_planted_near_duplicate_is_found_and_few_distant_pairs() {
    let kept_by = kept_by();
    let found = |name: &str| {
        list(&EXPECTED[name])
            .iter()
            .filter(|pair| are_paired(pair, &kept_by))
            .count()
    };
    // The chance of missing a pair at 0.85 with 14 bands of 8 is 1 in 90, and the sample is fixed.
    assert_eq!(found("near_duplicates"), 50);
    let distant = found("distant_pairs");
    assert!(distant <= 2, "{distant} of the pairs below the threshold");
}

#[test]
fn a_kept_document_stands_for_every_duplicate() {
    let rows = finished().query(
        "SELECT duplicates.id AS id, dropped.kept AS dropped_kept, kept.kept AS kept_kept, method, similarity
        FROM duplicates JOIN verdicts dropped ON duplicates.id = dropped.id
        JOIN verdicts kept ON duplicates.kept_id = kept.id",
    );
    let all = finished().number("SELECT count(*) AS n FROM duplicates");
    assert_eq!(rows.len() as u64, all);
    for row in rows {
        assert_eq!(row["dropped_kept"], false, "{row}");
        // An exact duplicate's original may itself be a near duplicate of another.
        assert!(row["kept_kept"] == true || row["method"] == "exact", "{row}");
    }
}

/// What was planted beside the addresses and is none.
const LOOKALIKES: [&str; 7] = [
    "1.2.3.4-beta",
    "12:30:45",
    "3.2.1",
    "999.300.12.7",
    "@miller and @carter",
    "4@60",
    "dead:beef",
];

#[test]
fn planted_addresses_are_counted_and_masked() {
    for (key, facts) in EXPECTED["personal_data"].as_object().expect("an object") {
        let text = &document(&Value::from(key.as_str())).text;
        let planted = |name: &str| facts[name].as_u64().expect("a count");
        let masked = |kind: pii::Kind| kind.placeholders(text) as u64;
        assert_eq!(masked(pii::Kind::Email), planted("email"), "{key}");
        assert_eq!(
            masked(pii::Kind::IpAddress),
            planted("ipv4") + planted("ipv6"),
            "{key}"
        );
        // What only looks like an address stays.
        let is_there = LOOKALIKES.iter().any(|lookalike| text.contains(lookalike));
        assert!(planted("lookalikes") == 0 || is_there, "{key}: {text}");
    }
    let rows = finished().query("SELECT text FROM curated");
    assert!(rows.len() > 1_000);
    for row in &rows {
        let text = row["text"].as_str().expect("a text");
        assert!(pii::find(text).is_empty(), "{text}");
    }
    let sql = "SELECT sum(pii['emails']) AS n FROM annotations";
    let emails: u64 = DOCUMENTS
        .values()
        .map(|judged| pii::Kind::Email.placeholders(&judged.text) as u64)
        .sum();
    assert!(finished().number(sql) >= emails && emails > 50);
}

#[test]
fn planted_pages_are_dropped_by_their_rules() {
    for (rule, names) in EXPECTED["drops"].as_object().expect("an object") {
        let reasons = list(names).iter().map(|name| document(name).reason());
        match rule.as_str() {
            "toxic" => {
                for reason in reasons {
                    assert_eq!(reason, ("safety", "toxic_words"));
                }
            }
            "boilerplate_cookies" => {
                for reason in reasons {
                    assert_eq!(reason, ("quality", "gopher_short_doc"), "{rule}");
                }
            }
            // Pages of links are mostly dropped; rules for lines, and for repetition, are not there yet.
            "boilerplate_links" | "repeated_lines" => {}
            // A page of few letters may be dropped by its language first, and breaks the rule all the same.
            _ => {
                for name in list(names) {
                    let verdict = &document(name).verdict;
                    let broken = list(&verdict["rules"]);
                    assert!(
                        broken.iter().any(|found| found == rule.as_str()),
                        "{name}: {verdict}"
                    );
                }
            }
        }
    }
}

#[test]
fn other_languages_are_dropped_as_such() {
    let mut asked = 0;
    for (language, names) in EXPECTED["languages"].as_object().expect("an object") {
        for name in list(names) {
            assert_eq!(
                document(name).reason(),
                ("language", "language_not_kept"),
                "{language}: {name}"
            );
            asked += 1;
        }
    }
    assert_eq!(asked, 50);
}

#[test]
fn every_dropped_document_has_a_stage_and_a_rule() {
    let documents = finished().number("SELECT count(*) AS n FROM documents");
    assert_eq!(
        documents,
        finished().number("SELECT count(DISTINCT id) AS n FROM documents")
    );
    for table in ["annotations", "verdicts"] {
        assert_eq!(
            finished().number(&format!("SELECT count(*) AS n FROM {table}")),
            documents,
            "{table}"
        );
        let sql = format!("SELECT count(*) AS n FROM documents JOIN {table} ON documents.id = {table}.id");
        assert_eq!(finished().number(&sql), documents, "{table}");
    }
    let unexplained = "SELECT count(*) AS n FROM verdicts
        WHERE kept <> (stage IS NULL) OR kept <> (rule IS NULL) OR kept <> (cardinality(rules) = 0)";
    assert_eq!(finished().number(unexplained), 0);
    let kept = finished().number("SELECT count(*) AS n FROM verdicts WHERE kept");
    assert_eq!(finished().number("SELECT count(*) AS n FROM curated"), kept);
    let stages = finished().query("SELECT DISTINCT stage FROM verdicts WHERE NOT kept ORDER BY stage");
    let stages: Vec<&str> = stages.iter().filter_map(|row| row["stage"].as_str()).collect();
    assert_eq!(stages, ["dedup", "language", "quality", "safety"]);
    // A filter of the recipe's own is counted although a published rule came first.
    let own =
        "SELECT count(*) AS n FROM verdicts WHERE array_has(rules, 'lines_too_long') AND stage = 'quality'";
    assert_eq!(finished().number(own), 1);
}
