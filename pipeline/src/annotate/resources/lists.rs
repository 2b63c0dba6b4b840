//! The lists of `[safety]`: which files they are, and what they hold.

use super::{ResourceError, Resources};
use crate::lists::cache::{self, BlockList, ListFile};
use crate::lists::layout;
use crate::lists::source::{self, Tally};
use crate::lists::words::{self, TOXIC, WordList};
use crate::recipe::Recipe;
use crate::text::languages::iso639_3;

/// Reads the word lists.
pub(super) fn words(recipe: &Recipe, resources: &mut Resources, errors: &mut Vec<ResourceError>) {
    for (position, written) in recipe.safety.word_lists.iter().enumerate() {
        let key = format!("safety.word_lists[{position}]");
        let list = written.described();
        let found = match layout::word_lists(&list.path) {
            Ok(found) => found,
            Err(source) => {
                errors.push(fault(&key, &list.path, source));
                continue;
            }
        };
        if !found.others.is_empty() {
            let names = found.others.join(", ");
            let warning = format!("{key}: {} holds what is named by no language: {names}", list.path);
            resources.warnings.push(warning);
        }
        for (path, of_name) in found.lists {
            match words::read(&path) {
                Ok((entries, tally)) => {
                    resources.warnings.extend(warning(&key, &path, tally));
                    resources.toxic_words.push(WordList {
                        language: list.language.as_deref().and_then(iso639_3).or(of_name),
                        category: list.category.clone().unwrap_or_else(|| TOXIC.to_owned()),
                        entries,
                    });
                }
                Err(source) => errors.push(fault(&key, &path, source)),
            }
        }
    }
}

/// Hashes the block lists and counts what is in them.
pub(super) fn blocks(recipe: &Recipe, resources: &mut Resources, errors: &mut Vec<ResourceError>) {
    for (position, written) in recipe.safety.url_blocklists.iter().enumerate() {
        let key = format!("safety.url_blocklists[{position}]");
        let files = match layout::block_lists(written.path()) {
            Ok(files) => files,
            Err(source) => {
                errors.push(fault(&key, written.path(), source));
                continue;
            }
        };
        for (path, of_name) in files {
            let category = written.category().map_or(of_name, str::to_owned);
            let read = source::hash(&path).and_then(|hash| Ok((hash, cache::read(&path, |_| ())?)));
            match read {
                Ok((hash, tally)) => {
                    resources.warnings.extend(warning(&key, &path, tally));
                    place(&mut resources.block_lists, category).push(ListFile { path, hash });
                }
                Err(source) => errors.push(fault(&key, &path, source)),
            }
        }
    }
    for (position, category) in recipe.safety.drop_url_categories.iter().enumerate() {
        let categories: Vec<&str> = resources
            .block_lists
            .iter()
            .map(|list| list.category.as_str())
            .collect();
        if errors.is_empty() && !categories.contains(&category.as_str()) {
            let message = format!(
                "no list is of the category '{category}'; there are: {}",
                categories.join(", ")
            );
            errors.push(fault(
                &format!("safety.drop_url_categories[{position}]"),
                "safety.url_blocklists",
                std::io::Error::other(message),
            ));
        }
    }
}

/// The files of a category.
fn place(lists: &mut Vec<BlockList>, category: String) -> &mut Vec<ListFile> {
    let known = lists.iter().position(|list| list.category == category);
    let place = known.unwrap_or(lists.len());
    if known.is_none() {
        lists.push(BlockList {
            category,
            files: Vec::new(),
        });
    }
    &mut lists[place].files
}

fn fault(key: &str, path: &str, source: std::io::Error) -> ResourceError {
    ResourceError {
        key: key.to_owned(),
        path: path.to_owned(),
        source,
    }
}

/// What is to be said of a list that was read.
fn warning(key: &str, path: &str, tally: Tally) -> Option<String> {
    if tally.strange > 0 {
        return Some(format!(
            "{key}: {path} has {} lines that are no entry, the first at line {}, and {} entries",
            tally.strange, tally.first_strange, tally.entries
        ));
    }
    (tally.entries == 0).then(|| format!("{key}: {path} holds no entry"))
}
