//! Which files a path of a recipe means, and what each of them is about.
//!
//! A file means itself. A folder of word lists holds a file for each language, named by its code (`de`, `pt-BR.txt`:
//! the layout of LDNOOBW). A folder of block lists holds a folder for each category with `domains` and `urls` in it
//! (the layout of the University of Toulouse's lists and of squidGuard), or a file for each category (`adult.txt`).

use std::fs;
use std::io;
use std::path::Path;

use crate::text::languages::iso639_3;

/// Names of the lists of a category in a folder of its name.
const PLAIN_NAMES: [&str; 3] = ["domains", "urls", "hosts"];

/// Endings of files that are lists, where a folder holds other things too.
const ENDINGS: [&str; 4] = ["txt", "list", "hosts", "domains"];

/// Endings that only tell how a file is compressed.
const COMPRESSED: [&str; 5] = ["gz", "zst", "xz", "bz2", "zstd"];

/// Folders below a folder that are looked into.
const MAX_DEPTH: usize = 3;

/// The word lists of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordFiles {
    /// Each file, with its language where its name tells it.
    pub lists: Vec<(String, Option<String>)>,
    /// Names in the folder that are of no language.
    pub others: Vec<String>,
}

/// The word lists that `path` means.
///
/// # Errors
/// When the folder cannot be listed, or no file in it is named by a language.
pub fn word_lists(path: &str) -> io::Result<WordFiles> {
    if !Path::new(path).is_dir() {
        return Ok(WordFiles {
            lists: vec![(path.to_owned(), None)],
            others: Vec::new(),
        });
    }
    let mut found = WordFiles::default();
    for name in names(path)? {
        let file = below(path, &name);
        if Path::new(&file).is_dir() {
            continue;
        }
        match iso639_3(stem(&name)) {
            Some(language) => found.lists.push((file, Some(language))),
            None => found.others.push(name),
        }
    }
    if found.lists.is_empty() {
        return Err(io::Error::other(
            "no file in this folder is named by a language, as `de` or `pt-BR.txt` would be",
        ));
    }
    Ok(found)
}

/// The block lists that `path` means, each with its category.
///
/// # Errors
/// When the folder cannot be listed, or holds no list.
pub fn block_lists(path: &str) -> io::Result<Vec<(String, String)>> {
    let folder = Path::new(path);
    if !folder.is_dir() {
        let file_name = file_name(path);
        let parent = folder
            .parent()
            .map(|parent| parent.to_string_lossy().into_owned())
            .unwrap_or_default();
        return Ok(vec![(path.to_owned(), category(&file_name, &parent))]);
    }
    let mut lists = Vec::new();
    collect(path, 0, &mut lists)?;
    if lists.is_empty() {
        return Err(io::Error::other(
            "this folder holds no block list: no `domains`, `urls` or `hosts` in folders named by category, \
             no file like `adult.txt`",
        ));
    }
    Ok(lists)
}

fn collect(folder: &str, depth: usize, lists: &mut Vec<(String, String)>) -> io::Result<()> {
    let names = names(folder)?;
    let plain: Vec<&String> = names
        .iter()
        .filter(|name| PLAIN_NAMES.contains(&stem(name)) && !Path::new(&below(folder, name)).is_dir())
        .collect();
    for name in &names {
        let path = below(folder, name);
        if Path::new(&path).is_dir() {
            if depth < MAX_DEPTH {
                collect(&path, depth + 1, lists)?;
            }
        } else if plain.contains(&name) || (plain.is_empty() && has_ending(name)) {
            lists.push((path, category(name, folder)));
        }
    }
    Ok(())
}

/// The names in a folder, in order; hidden ones left out.
fn names(folder: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn below(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

/// The category that names tell: the file's, or the folder's where the file's tells nothing.
fn category(file: &str, folder: &str) -> String {
    let stem = stem(file);
    let folder = file_name(folder);
    let name = if PLAIN_NAMES.contains(&stem) && !folder.is_empty() {
        &folder
    } else {
        stem
    };
    let plain = |character: char| match character.to_ascii_lowercase() {
        kept @ ('a'..='z' | '0'..='9') => kept,
        _ => '_',
    };
    name.chars().map(plain).collect()
}

fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name();
    name.map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A name up to its first dot.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn has_ending(name: &str) -> bool {
    let mut endings: Vec<&str> = name.split('.').skip(1).collect();
    if endings.last().is_some_and(|last| COMPRESSED.contains(last)) {
        endings.pop();
    }
    endings.last().is_some_and(|last| ENDINGS.contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(names: &[&str]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "example.com\n").expect("written");
        }
        let path = folder.path().to_string_lossy().into_owned();
        (folder, path)
    }

    #[test]
    fn word_lists_are_told_by_the_names_of_languages() {
        let (_kept, path) = folder_of(&["de", "pt-BR.txt", "LICENSE", "tlh.txt.gz", ".git/x"]);
        let WordFiles { lists, others } = word_lists(&path).expect("lists");
        let languages: Vec<Option<&str>> = lists.iter().map(|(_, language)| language.as_deref()).collect();
        assert_eq!(languages, [Some("deu"), Some("por"), Some("tlh")]);
        assert_eq!(others, ["LICENSE"]);
        assert_eq!(
            word_lists(&lists[0].0).expect("a list"),
            WordFiles {
                lists: vec![(lists[0].0.clone(), None)],
                others: vec![]
            }
        );
        let (_kept, path) = folder_of(&["README.md"]);
        assert!(word_lists(&path).is_err());
    }

    #[test]
    fn block_lists_are_told_by_the_names_of_categories() {
        let (_kept, path) = folder_of(&[
            "adult/domains",
            "adult/urls.gz",
            "adult/usage",
            "web-Ads/domains",
            "malware.txt.zst",
            "README",
        ]);
        let categories = |path: &str| -> Vec<String> {
            let lists = block_lists(path).expect("lists").into_iter();
            lists.map(|(_, category)| category).collect()
        };
        assert_eq!(categories(&path), ["adult", "adult", "malware", "web_ads"]);
        assert_eq!(categories(&format!("{path}/adult")), ["adult", "adult"]);
        assert_eq!(categories(&format!("{path}/adult/domains")), ["adult"]);
        assert_eq!(categories("nowhere/Spam-Hosts.txt"), ["spam_hosts"]);
        let (_kept, path) = folder_of(&["README"]);
        assert!(block_lists(&path).is_err());
    }
}
