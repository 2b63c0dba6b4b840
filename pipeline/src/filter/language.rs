//! Keeps documents of the asked languages: `language_not_kept`, `language_unsure`.
//!
//! Where the recipe names no language, all stay, whatever the confidence. A document in which no language was found
//! is of none of the asked ones. Applies to prose.

use super::{number, prose};
use crate::recipe::written::{Identifier, Language};
use crate::stage::Rule;

/// The rules of these settings. Codes that [`iso639_3`] does not know are left out; checking the recipe refuses
/// them.
pub(super) fn rules(settings: &Language) -> Vec<Rule> {
    let mut codes: Vec<&str> = settings.keep.iter().filter_map(|code| iso639_3(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    if settings.identifier == Identifier::None || codes.is_empty() {
        return Vec::new();
    }
    let rule = |name: &str, keep: String| Rule {
        stage: "language",
        name: name.to_owned(),
        keep,
        value: Some("language.confidence".to_owned()),
        groups: prose(),
        sources: Vec::new(),
    };
    let listed = codes.join("', '");
    vec![
        rule(
            "language_not_kept",
            format!("language.code IS NOT NULL AND language.code IN ('{listed}')"),
        ),
        rule(
            "language_unsure",
            format!("language.confidence >= {}", number(settings.confidence)),
        ),
    ]
}

/// The ISO 639-3 code, as the identifier gives it, of a language by its ISO 639-1 or 639-3 code; none where the
/// identifier does not know the language.
///
/// A macrolanguage stands for the member that the identifier knows: `zh` and `zho` are Mandarin (`cmn`), `no` and
/// `nor` Bokmål (`nob`), `fa` and `fas` Iranian Persian (`pes`).
#[must_use]
pub fn iso639_3(code: &str) -> Option<&'static str> {
    let code = code.to_ascii_lowercase();
    let found = LANGUAGES
        .iter()
        .find(|(long, short)| *long == code || short.split(' ').any(|short| short == code));
    found.map(|(long, _)| *long)
}

/// The languages that whatlang 0.18 knows: ISO 639-3, then what else means them.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str)] = &[
    ("afr", "af"), ("aka", "ak"), ("amh", "am"), ("ara", "ar"), ("aze", "az"), ("bel", "be"), ("ben", "bn"),
    ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("cmn", "zh zho"), ("cym", "cy"), ("dan", "da"), ("deu", "de"),
    ("ell", "el"), ("eng", "en"), ("epo", "eo"), ("est", "et"), ("fin", "fi"), ("fra", "fr"), ("guj", "gu"),
    ("heb", "he"), ("hin", "hi"), ("hrv", "hr"), ("hun", "hu"), ("hye", "hy"), ("ind", "id"), ("ita", "it"),
    ("jav", "jv"), ("jpn", "ja"), ("kan", "kn"), ("kat", "ka"), ("khm", "km"), ("kor", "ko"), ("lat", "la"),
    ("lav", "lv"), ("lit", "lt"), ("mal", "ml"), ("mar", "mr"), ("mkd", "mk"), ("mya", "my"), ("nep", "ne"),
    ("nld", "nl"), ("nob", "nb no nor"), ("ori", "or"), ("pan", "pa"), ("pes", "fa fas"), ("pol", "pl"),
    ("por", "pt"), ("ron", "ro"), ("rus", "ru"), ("sin", "si"), ("slk", "sk"), ("slv", "sl"), ("sna", "sn"),
    ("spa", "es"), ("srp", "sr"), ("swe", "sv"), ("tam", "ta"), ("tel", "te"), ("tgl", "tl"), ("tha", "th"),
    ("tuk", "tk"), ("tur", "tr"), ("ukr", "uk"), ("urd", "ur"), ("uzb", "uz"), ("vie", "vi"), ("yid", "yi"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_identifier() {
        let mut known: Vec<&str> = whatlang::Lang::all().iter().map(whatlang::Lang::code).collect();
        known.sort_unstable();
        let listed: Vec<&str> = LANGUAGES.iter().map(|(long, _)| *long).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn both_kinds_of_code_are_understood() {
        for (code, expected) in [
            ("en", Some("eng")),
            ("ENG", Some("eng")),
            ("zh", Some("cmn")),
            ("xx", None),
            ("", None),
        ] {
            assert_eq!(iso639_3(code), expected, "{code}");
        }
    }

    #[test]
    fn the_rules_name_the_languages() {
        let settings = Language {
            keep: ["en", "de", "eng"].map(str::to_owned).to_vec(),
            ..Language::default()
        };
        let list = rules(&settings);
        assert_eq!(
            list[0].keep,
            "language.code IS NOT NULL AND language.code IN ('deu', 'eng')"
        );
        assert_eq!(list[1].keep, "language.confidence >= 0.65");
        assert_eq!(list[1].groups, ["web", "books"]);
        assert_eq!(
            rules(&Language {
                keep: Vec::new(),
                ..Language::default()
            }),
            []
        );
    }
}
