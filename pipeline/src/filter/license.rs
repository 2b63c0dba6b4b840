//! Drops code by its licence: `license_unknown` where nobody names one, `license_not_permissive` or
//! `license_not_listed` where it is not what the recipe asks for. Applies to code.
//!
//! The Stack (`BigCode`) kept permissive licences alone in its first version, and code without any licence too in its
//! second: `safety.unlicensed` is that choice.

use crate::recipe::written::{Group, LicensePolicy, Licenses, Safety, Unlicensed};
use crate::stage::Rule;

/// The rules of these settings.
pub(super) fn rules(settings: &Safety) -> Vec<Rule> {
    let (name, keep) = match &settings.licenses {
        Licenses::Policy(LicensePolicy::Any) => return Vec::new(),
        Licenses::Policy(LicensePolicy::Permissive) => (
            "license_not_permissive",
            "license.category = 'permissive'".to_owned(),
        ),
        Licenses::Listed(listed) => ("license_not_listed", allows(listed)),
    };
    let rule = |name: &str, keep: String| Rule {
        stage: "safety",
        name: name.to_owned(),
        keep,
        value: None,
        groups: vec![Group::Code.name().to_owned()],
        sources: Vec::new(),
    };
    let mut list = Vec::new();
    if settings.unlicensed == Unlicensed::Drop {
        list.push(rule("license_unknown", "license.category IS NOT NULL".to_owned()));
    }
    list.push(rule(name, keep));
    list
}

/// Whether one of a licence's choices is of listed licences alone. Where nobody names a licence that is null; where
/// it is no SPDX expression, it is on no list.
fn allows(listed: &[String]) -> String {
    let names: Vec<String> = listed.iter().map(|id| pattern(id)).collect();
    let name = format!("({})[+]?( WITH [^ ]+)?", names.join("|"));
    let choices = format!("(^| OR ){name}( AND {name})*( OR |$)");
    format!(
        "CASE WHEN license.category IS NULL THEN NULL ELSE coalesce(regexp_like(license.choices, '{choices}'), false) END"
    )
}

/// An id as a regular expression. A GNU licence named without `-only` or `-or-later` is both.
fn pattern(id: &str) -> String {
    let escaped = id.replace('.', "[.]");
    let is_gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"]
        .iter()
        .any(|start| id.starts_with(start));
    if is_gnu && !id.ends_with("-only") && !id.ends_with("-or-later") {
        return format!("{escaped}(-only|-or-later)?");
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(settings: &Safety) -> Vec<String> {
        rules(settings).into_iter().map(|rule| rule.name).collect()
    }

    #[test]
    fn the_rules_follow_the_recipe() {
        let mut settings = Safety::default();
        assert_eq!(names(&settings), Vec::<String>::new());
        settings.licenses = Licenses::Policy(LicensePolicy::Permissive);
        assert_eq!(names(&settings), ["license_unknown", "license_not_permissive"]);
        settings.unlicensed = Unlicensed::Keep;
        assert_eq!(names(&settings), ["license_not_permissive"]);
        settings.licenses = Licenses::Listed(vec!["MIT".to_owned()]);
        assert_eq!(names(&settings), ["license_not_listed"]);
        assert!(rules(&settings).iter().all(|rule| rule.groups == ["code"]));
    }

    #[test]
    fn ids_are_found_as_they_are_written() {
        assert_eq!(pattern("Apache-2.0"), "Apache-2[.]0");
        assert_eq!(pattern("GPL-3.0"), "GPL-3[.]0(-only|-or-later)?");
        assert_eq!(pattern("GPL-3.0-only"), "GPL-3[.]0-only");
    }
}
