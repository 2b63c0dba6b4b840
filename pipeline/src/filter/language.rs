//! Keeps documents of the asked languages: `language_not_kept`, `language_unsure`, and `language_mixed` where the
//! recipe asks for it.
//!
//! Where the recipe names no language, all stay, whatever the confidence. A document in which no language was found
//! is of none of the asked ones. Applies to prose.

use gristmill_schemas::config::nearest;

use super::{number, prose};
use crate::recipe::written::{Identifier, Language};
use crate::stage::Rule;
use crate::text::languages::{iso639_3, known, spellings};

/// The rules of these settings. What is no language is left out; checking the recipe refuses it.
pub(super) fn rules(settings: &Language) -> Vec<Rule> {
    let asked: Vec<String> = settings.keep.iter().filter_map(|name| iso639_3(name)).collect();
    let mut codes: Vec<&str> = asked.iter().flat_map(|code| spellings(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    if settings.identifier == Identifier::Whatlang {
        codes.retain(|code| is_of_whatlang(code));
    }
    if settings.identifier == Identifier::None || codes.is_empty() {
        return Vec::new();
    }
    let rule = |name: &str, keep: String, value: &str| Rule {
        stage: "language",
        name: name.to_owned(),
        keep,
        value: Some(value.to_owned()),
        groups: prose(),
        sources: Vec::new(),
    };
    let listed = codes.join("', '");
    let mut list = vec![
        rule(
            "language_not_kept",
            format!("language.code IS NOT NULL AND language.code IN ('{listed}')"),
            "language.confidence",
        ),
        rule(
            "language_unsure",
            format!("language.confidence >= {}", number(settings.confidence)),
            "language.confidence",
        ),
    ];
    if settings.min_line_share > 0.0 {
        let keep = format!("language.line_share >= {}", number(settings.min_line_share));
        list.push(rule("language_mixed", keep, "language.line_share"));
    }
    list
}

/// What is wrong with `name` as a language to keep, if anything is. Which languages a fastText model knows is asked
/// when it is read.
#[must_use]
pub fn unknown_language(identifier: &Identifier, name: &str) -> Option<String> {
    let code = iso639_3(name);
    let is_known = match (&code, identifier) {
        (None, _) => false,
        (Some(code), Identifier::Whatlang) => spellings(code).into_iter().any(is_of_whatlang),
        (Some(_), Identifier::None | Identifier::Fasttext(_)) => true,
    };
    if is_known {
        return None;
    }
    let candidates = known().filter(|candidate| {
        let code = iso639_3(candidate);
        *identifier != Identifier::Whatlang
            || code.is_some_and(|code| spellings(&code).into_iter().any(is_of_whatlang))
    });
    let meant = nearest(&name.to_ascii_lowercase(), candidates);
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
    Some(format!(
        "'{name}' is no ISO 639-1 or 639-3 code of a language that can be identified{hint}"
    ))
}

fn is_of_whatlang(code: &str) -> bool {
    whatlang::Lang::from_code(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeping(names: &[&str]) -> Language {
        Language {
            keep: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Language::default()
        }
    }

    #[test]
    fn every_language_of_whatlang_can_be_kept() {
        for language in whatlang::Lang::all() {
            assert_eq!(unknown_language(&Identifier::Whatlang, language.code()), None);
        }
    }

    #[test]
    fn what_cannot_be_identified_is_told() {
        let whatlang = Identifier::Whatlang;
        for name in ["en", "ENG", "__label__eng_Latn", "zh-Hans", "no", "fa", "zho"] {
            assert_eq!(unknown_language(&whatlang, name), None, "{name}");
        }
        for name in ["xx", "", "english", "ceb", "fao"] {
            assert!(unknown_language(&whatlang, name).is_some(), "{name}");
        }
        assert_eq!(
            unknown_language(&Identifier::Fasttext(String::new()), "ceb"),
            None
        );
        let message = unknown_language(&whatlang, "engl").expect("a fault");
        assert!(message.ends_with("did you mean 'eng'?"), "{message}");
    }

    #[test]
    fn the_rules_name_the_languages() {
        let list = rules(&keeping(&["en", "de", "eng"]));
        assert_eq!(
            list[0].keep,
            "language.code IS NOT NULL AND language.code IN ('deu', 'eng')"
        );
        assert_eq!(list[1].keep, "language.confidence >= 0.65");
        assert_eq!(
            (list.len(), &list[1].groups[..]),
            (2, &["web".to_owned(), "books".to_owned()][..])
        );
        assert!(rules(&keeping(&["zh"]))[0].keep.ends_with("IN ('cmn')"));
        assert_eq!(rules(&keeping(&[])), []);
    }

    #[test]
    fn models_may_know_the_whole_or_a_part() {
        let settings = Language {
            identifier: Identifier::Fasttext("lid.bin".to_owned()),
            min_line_share: 0.5,
            ..keeping(&["fa"])
        };
        let list = rules(&settings);
        assert!(
            list[0].keep.ends_with("IN ('fas', 'pes', 'prs')"),
            "{}",
            list[0].keep
        );
        assert_eq!(list[2].name, "language_mixed");
        assert_eq!(list[2].keep, "language.line_share >= 0.5");
    }
}
