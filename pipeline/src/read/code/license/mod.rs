//! Under which licence a source file is: an SPDX expression, or nothing where nobody says.
//!
//! What the file itself says comes first (`notice.rs`); then the nearest folder above it that says something, by its
//! manifest (`manifest.rs`) or by its licence files (`text.rs`). A folder speaks for all below it.
//!
//! A licence text alone does not tell whether later versions are granted: of GNU licences the `-only` form is given,
//! which grants less.

mod manifest;
mod notice;
mod text;

use std::collections::BTreeMap;

use spdx::{Expression, ParseMode};

pub(super) use self::notice::of_source;
use crate::read::{charset, guard};

/// The largest licence file or manifest that is read; the longest licence of the SPDX list has 60 KB.
pub(in crate::read) const MAX_STATEMENT_BYTES: usize = 256 << 10;

/// The longest expression that is taken for one.
const MAX_EXPRESSION_BYTES: usize = 500;

/// Folders above a file that are asked.
const MOST_FOLDERS: usize = 64;

/// Endings of licence files. Others, such as `.py`, are of code that deals with licences.
const ENDINGS: [&str; 6] = ["", "txt", "md", "markdown", "rst", "adoc"];

/// Parts of names that say which licence a file holds, as in `LICENSE-MIT`.
const ALTERNATIVES: [&str; 14] = [
    "0bsd",
    "apache",
    "apache2",
    "boost",
    "bsd",
    "bsl",
    "cc0",
    "gpl",
    "isc",
    "mit",
    "mpl",
    "unlicense",
    "wtfpl",
    "zlib",
];

/// What a file says about the folder that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is the text of a licence.
    License,
    /// It describes a package, and may name its licence.
    Manifest,
}

/// What a file of this name says about its folder, if anything.
#[must_use]
pub(crate) fn role_of(path: &str) -> Option<Role> {
    let name = base_name(path).to_ascii_lowercase();
    if matches!(
        name.as_str(),
        "cargo.toml" | "package.json" | "pyproject.toml" | "composer.json"
    ) {
        return Some(Role::Manifest);
    }
    let is_stem = |stem: &str| {
        let known = ["license", "licence", "copying", "unlicense", "copyright"];
        known.contains(&stem)
    };
    let first = name.split(['.', '-', '_']).next().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let names_license = ALTERNATIVES.contains(&ending) || ending.bytes().all(|byte| byte.is_ascii_digit());
    let is_text = ENDINGS.contains(&ending) || names_license || ending == "lesser";
    let is_license = is_stem(first) || stem.ends_with("-license") || stem.ends_with("-licence");
    (is_license && is_text).then_some(Role::License)
}

/// The folder that a path lies in; empty for the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders above a path, the nearest first.
pub(crate) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder_of(path));
    let folders = std::iter::from_fn(move || {
        let folder = next?;
        next = (!folder.is_empty()).then(|| folder_of(folder));
        Some(folder)
    });
    folders.take(MOST_FOLDERS)
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What the folders of a tree say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::read) struct Licenses {
    folders: BTreeMap<String, Folder>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Folder {
    manifest: Option<String>,
    /// The expression of each licence file that was recognised, by its name.
    texts: BTreeMap<String, String>,
}

impl Licenses {
    /// Takes what the file at `path` says, if it says something.
    pub(in crate::read) fn add(&mut self, path: &str, bytes: &[u8]) {
        let Some(role) = role_of(path) else {
            return;
        };
        let Ok(content) = charset::decode_text(bytes) else {
            return;
        };
        let name = base_name(path).to_ascii_lowercase();
        let stated = match role {
            Role::License => text::of_license(&content),
            Role::Manifest => manifest::of_manifest(&name, &content),
        };
        let Some(stated) = stated else {
            return;
        };
        let folder = self.folders.entry(folder_of(path).to_owned()).or_default();
        match role {
            Role::License => drop(folder.texts.insert(name, stated)),
            Role::Manifest => folder.manifest = folder.manifest.take().or(Some(stated)),
        }
    }

    /// The licence of the file at `path`, by the folders above it.
    pub(in crate::read) fn of(&self, path: &str) -> Option<String> {
        folders_above(path)
            .filter_map(|folder| self.folders.get(folder))
            .find_map(|folder| folder.manifest.clone().or_else(|| joined(&folder.texts)))
    }
}

/// What several licence files of a folder come to: a choice where their names tell them apart (`LICENSE-MIT`,
/// `LICENSE-APACHE`), all of them otherwise.
fn joined(texts: &BTreeMap<String, String>) -> Option<String> {
    let names_license = |name: &str| {
        name.split(['.', '-', '_'])
            .any(|part| ALTERNATIVES.contains(&part))
    };
    // A `COPYRIGHT` tells in prose what the licences' texts are there for.
    let is_prose = |name: &str| name.starts_with("copyright");
    let has_texts = texts.keys().any(|name| !is_prose(name));
    let mut choices = Vec::new();
    let mut others = Vec::new();
    for (name, license) in texts {
        if has_texts && is_prose(name) {
            continue;
        }
        let list = if names_license(name) {
            &mut choices
        } else {
            &mut others
        };
        list.push(license.as_str());
    }
    // A plain `LICENSE` beside the choices repeats one of them.
    others.retain(|license| !choices.contains(license));
    let is_choice = others.is_empty();
    let mut expressions = [choices, others].concat();
    expressions.sort_unstable();
    expressions.dedup();
    // The lesser licence is an addition to the general one and comes with its text.
    if expressions.iter().any(|license| license.starts_with("LGPL-")) {
        expressions.retain(|license| !license.starts_with("GPL-"));
    }
    if let [only] = expressions[..] {
        return Some(only.to_owned());
    }
    let parts: Vec<String> = expressions.iter().map(|license| grouped(license)).collect();
    let glue = if is_choice { " OR " } else { " AND " };
    (!parts.is_empty()).then(|| parts.join(glue))
}

fn grouped(expression: &str) -> String {
    if expression.contains(' ') {
        format!("({expression})")
    } else {
        expression.to_owned()
    }
}

/// An expression as SPDX spells it, from what people write (`Apache 2.0`, `MIT/Apache-2.0`, `GPL-2.0+`).
fn canonical(written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() || written.len() > MAX_EXPRESSION_BYTES || !written.is_ascii() {
        return None;
    }
    let spelled = guard::guarded(|| {
        let fixed = Expression::canonicalize(written).ok()?;
        let spelled = fixed.unwrap_or_else(|| written.to_owned());
        Expression::parse_mode(&spelled, ParseMode::LAX).ok()?;
        Some(spelled)
    });
    let words: Vec<&str> = spelled.as_ref().ok()?.as_ref()?.split_whitespace().collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests;
