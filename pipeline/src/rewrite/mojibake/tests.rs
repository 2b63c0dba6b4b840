//! Damage and sound text that looks like it. Sentences marked ftfy are from the cases of that library in
//! `../shared/data`, which the last test reads whole.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;

fn repaired(text: &str) -> String {
    RepairMojibake.rewrite(text.to_owned())
}

/// `text` as it looks when its UTF-8 is read as Windows-1252, bytes without a character becoming controls.
fn damaged(text: &str) -> String {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(text.as_bytes())
        .0
        .into_owned()
}

#[test]
fn what_is_certain_is_repaired() {
    let cases = [
        ("Itâ€™s â€œfineâ€\u{9d} â€” 5Â°C, Â£3", "It’s “fine” — 5°C, £3"),
        ("dÃ©jÃ\u{a0} vu", "déjà vu"),
        ("dÃ©jÃ vu", "déjà vu"),
        ("Ã©tÃ©", "été"),
        (
            "RÃ©sumÃ© of HÄ±rsÄ±z, RÄ«ga, FranÃ§ois",
            "Résumé of Hırsız, Rīga, François",
        ),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("æ—¥æœ¬èªž", "日本語"),
        ("nice ðŸ˜€ and ðŸ‘\u{8d}", "nice 😀 and 👍"),
        ("nÃƒÂ© and doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t", "né and doesn’t"),
        ("\u{93}quoted\u{94} \u{96} \u{80}5", "“quoted” – €5"),
        ("lost ï¿½ here", "lost \u{fffd} here"),
        (
            "to Ã la carte and to rÃ©chauffÃ©, Ã s Ã©poques",
            "to à la carte and to réchauffé, às époques",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(repaired(text), expected, "{text:?}");
    }
}

#[test]
fn sound_text_stays_without_a_copy() {
    let texts = [
        "",
        "plain ASCII",
        "NÃO, IRMÃ! «É» CAFÉ\u{a0}! IRMÔ e “MAÇÃ”",
        "« café\u{a0}» et «\u{a0}précité\u{a0}§\u{a0}3\u{a0}»… voilà\u{a0}»",
        "cos’è…” — así está»… hâlâ…”",
        "„Spaß“, „ÖÄÜ“, »Ä«, NESTLÉ®, CAFÈ™",
        "Ø½” pipe, 1200 Å³, 2.5 Å±0.1, ⟨Â²⟩",
        "kâšš, âžžee, čââšš”",
        "the letter “Â” and «Â\u{a0}»",
        "такой текст, 漢字かな, العربية, ไทย, Tiếng Việt, „ja“ – «oui»",
        "it is probably “Ã©” or «Ã¨»",
        "\u{1b}[1m \u{9b}1m \u{85}",
    ];
    for text in texts {
        let text = text.to_owned();
        let before = (text.as_ptr(), text.clone());
        let after = RepairMojibake.rewrite(text);
        assert_eq!((after.as_ptr(), after), before);
    }
}

#[test]
fn what_is_damaged_too_often_is_left() {
    let mut text = "é".to_owned();
    for _ in 0..MOST_ROUNDS {
        text = damaged(&text);
    }
    assert_eq!(repaired(&text), "é");
    let deeper = damaged(&text);
    assert_eq!(repaired(&deeper), deeper);
    // A chain in which each repair makes the next one possible.
    let chain = "Â".repeat(100_000) + "£";
    assert_eq!(repaired(&chain), repaired(&repaired(&chain)));
}

proptest! {
    #[test]
    fn repairing_is_idempotent(
        text in "([a-zA-Z ‘’“”«»…™€ÂÃÄÅâáéíïðÐÑ\u{80}-\u{bf}\u{fffd}]|â€™|Ã©|Ã |\\PC){0,40}",
    ) {
        let once = repaired(&text);
        prop_assert_eq!(repaired(&once), once);
    }

    #[test]
    fn damaged_sentences_come_back(
        words in prop::collection::vec("[a-z]{1,5}[éèüößñçşığřα-ωа-я]{1,3}[a-z]{1,5}", 2..12),
        times in 1_usize..4,
    ) {
        let sentence = words.join(" ");
        let mut text = sentence.clone();
        for _ in 0..times {
            text = damaged(&text);
        }
        prop_assert_eq!(repaired(&text), sentence);
    }
}

/// The folder of real data, where there is one; says so where there is none.
fn real_data(part: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GRISTMILL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no real data at {}", path.display());
    None
}

/// Cases of Windows-1252 and Latin-1 that need more than this encoding: lost bytes, spaces of which nobody knows
/// what they were.
const BEYOND: [&str; 6] = [
    "For goodness' sake. We can come close to fixing this, but fail in the last step",
    "We can mostly decode the face above when we lose the character U+009D",
    "Lossy decoding can have plain ASCII question marks, as well",
    "A complex, lossy pile-up of mojibake in Portuguese",
    "UTF-8 / Windows-1252 mixup in Gaelic involving non-breaking spaces",
    "UTF-8 / Windows-1252 followed by UTF-8 / Windows-1251",
];

/// Other encodings than ours, by what the labels call them.
const OTHERS: [&str; 8] = [
    "MacRoman",
    "indows-1251",
    "windows-1251",
    "Windows-1250",
    "Windows-1257",
    "Codepage 437",
    "ISO-8859-2",
    "The same text as above",
];

#[test]
fn the_cases_of_ftfy_come_right() {
    let Some(path) = real_data("text_fix/ftfy_in_the_wild.json") else {
        return;
    };
    let cases: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(path).expect("reads")).expect("is JSON");
    let mut right = 0;
    for case in &cases {
        let part = |key: &str| case[key].as_str();
        let label = part("label").expect("a label");
        if BEYOND.contains(&label) || OTHERS.iter().any(|other| label.contains(other)) {
            continue;
        }
        let original = part("original").expect("an original");
        let fixed = part("fixed").expect("a text");
        let expected = part("fixed-encoding").unwrap_or(fixed);
        let text = repaired(original);
        assert!(
            text == expected || text == fixed,
            "{label}: {text} for {expected}"
        );
        right += 1;
    }
    assert!(right >= 40, "{right} cases");
}
