//! What `[safety]` alone can show to be wrong: languages, categories and licences that there are not.

use gristmill_schemas::config::{Fault, nearest};
use spdx::identifiers::LICENSES;

use super::written::{Licenses, Safety};
use crate::text::languages::iso639_3;

/// Adds what is wrong.
pub(super) fn check(safety: &Safety, faults: &mut Vec<Fault>) {
    for (position, written) in safety.word_lists.iter().enumerate() {
        let key = |part: &str| format!("safety.word_lists[{position}].{part}");
        let list = written.described();
        if let Some(language) = list.language.filter(|code| iso639_3(code).is_none()) {
            let message = format!("'{language}' is no ISO 639-1 or 639-3 code of a language");
            faults.push(Fault::new(key("language"), message));
        }
        check_category(&key("category"), list.category.as_deref(), faults);
    }
    for (position, list) in safety.url_blocklists.iter().enumerate() {
        let key = format!("safety.url_blocklists[{position}].category");
        check_category(&key, list.category(), faults);
    }
    for (position, category) in safety.drop_url_categories.iter().enumerate() {
        let key = format!("safety.drop_url_categories[{position}]");
        check_category(&key, Some(category), faults);
        if safety.drop_url_categories[..position].contains(category) {
            faults.push(Fault::new(key, format!("'{category}' is named twice")));
        }
    }
    if safety.url_blocklists.is_empty() && !safety.drop_url_categories.is_empty() {
        let message = "there is no list in safety.url_blocklists that could be of a category";
        faults.push(Fault::new("safety.drop_url_categories", message));
    }
    check_licenses(&safety.licenses, faults);
}

/// A category becomes part of a rule's name and of its SQL.
fn check_category(key: &str, category: Option<&str>, faults: &mut Vec<Fault>) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let Some(category) = category else {
        return;
    };
    if category.is_empty() || !category.bytes().all(plain) {
        let message = format!("'{category}' is no name of a category: small letters, digits and '_'");
        faults.push(Fault::new(key, message));
    }
}

fn check_licenses(licenses: &Licenses, faults: &mut Vec<Fault>) {
    let Licenses::Listed(listed) = licenses else {
        return;
    };
    if listed.is_empty() {
        faults.push(Fault::new(
            "safety.licenses",
            "names no licence, so that all code would be dropped",
        ));
    }
    for (position, id) in listed.iter().enumerate() {
        let known = || LICENSES.iter().map(|license| license.name);
        if known().any(|name| name == id) {
            continue;
        }
        let meant = nearest(id, known());
        let hint = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
        let message = format!("'{id}' is no id of the SPDX list of licences{hint}");
        faults.push(Fault::new(format!("safety.licenses[{position}]"), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(toml: &str) -> Vec<String> {
        let safety: Safety = toml::from_str(toml).expect("a table");
        let mut faults = Vec::new();
        check(&safety, &mut faults);
        faults.into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn what_there_is_not_is_told_with_its_key() {
        let sound = "word_lists = ['a.txt', { path = 'b', language = 'de', category = 'adult' }]\n\
            url_blocklists = ['c', { path = 'd', category = 'malware_2' }]\ndrop_url_categories = ['malware_2']\n\
            licenses = ['MIT', 'GPL-3.0']\nunlicensed = 'keep'\n";
        assert_eq!(keys(sound), Vec::<String>::new());
        for (toml, key) in [
            (
                "word_lists = ['a', { path = 'b', language = 'german' }]",
                "safety.word_lists[1].language",
            ),
            (
                "word_lists = [{ path = 'b', category = \"a'b\" }]",
                "safety.word_lists[0].category",
            ),
            (
                "url_blocklists = [{ path = 'b', category = '' }]",
                "safety.url_blocklists[0].category",
            ),
            ("drop_url_categories = ['adult']", "safety.drop_url_categories"),
            (
                "url_blocklists = ['a']\ndrop_url_categories = [\"' OR\"]",
                "safety.drop_url_categories[0]",
            ),
            (
                "url_blocklists = ['a']\ndrop_url_categories = ['a', 'a']",
                "safety.drop_url_categories[1]",
            ),
            ("licenses = []", "safety.licenses"),
            ("licenses = ['MIT', 'Apache 2']", "safety.licenses[1]"),
        ] {
            assert_eq!(keys(toml), [key], "{toml}");
        }
    }
}
