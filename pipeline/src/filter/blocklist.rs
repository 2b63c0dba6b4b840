//! Drops documents by their address: `blocked_url`, or one rule for each category that the recipe names
//! (`blocked_url_adult`). Applies to all groups, and never to documents without an address.

use crate::recipe::written::Safety;
use crate::stage::Rule;

/// The rules of these settings.
pub(super) fn rules(settings: &Safety) -> Vec<Rule> {
    if settings.url_blocklists.is_empty() {
        return Vec::new();
    }
    let rule = |name: String, keep: String| Rule {
        stage: "safety",
        name,
        keep,
        value: None,
        groups: Vec::new(),
        sources: Vec::new(),
    };
    let categories = &settings.drop_url_categories;
    if categories.is_empty() {
        return vec![rule("blocked_url".to_owned(), "url.blocked IS NULL".to_owned())];
    }
    let of_category = |category: &String| {
        let keep = format!("url.blocked IS NULL OR url.blocked <> '{category}'");
        rule(format!("blocked_url_{category}"), keep)
    };
    categories.iter().map(of_category).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::written::BlockListPath;

    #[test]
    fn the_rules_follow_the_recipe() {
        let names = |settings: &Safety| -> Vec<String> {
            rules(settings).into_iter().map(|rule| rule.name).collect()
        };
        let mut settings = Safety::default();
        assert_eq!(names(&settings), Vec::<String>::new());
        settings.url_blocklists = vec![BlockListPath::Path("adult.txt".to_owned())];
        assert_eq!(names(&settings), ["blocked_url"]);
        settings.drop_url_categories = vec!["adult".to_owned(), "malware".to_owned()];
        assert_eq!(names(&settings), ["blocked_url_adult", "blocked_url_malware"]);
        assert_eq!(
            rules(&settings)[0].keep,
            "url.blocked IS NULL OR url.blocked <> 'adult'"
        );
    }
}
