//! What a file's source says of it: where its tree begins, what of it is passed over, and which files of the source
//! speak for its licence.
//!
//! Only files that the source lists speak, so that the same recipe over the same inputs finds the same licences, and
//! a changed licence file makes the units below it new.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fingerprints::Fingerprints;
use crate::plan::PlanError;
use crate::read::Context;
use crate::read::code::license::{Role, folder_of, folders_above, role_of};
use crate::read::inventory::ListedFile;
use crate::recipe::Format;
use crate::recipe::written::Source;

/// The contexts of a source's files.
pub(super) struct Contexts<'a> {
    source: &'a Source,
    /// The files that speak for each folder.
    statements: BTreeMap<String, Vec<ListedFile>>,
}

impl<'a> Contexts<'a> {
    /// For the files of `source`, which are `listed`.
    pub(super) fn of(source: &'a Source, listed: &[ListedFile]) -> Self {
        let mut statements: BTreeMap<String, Vec<ListedFile>> = BTreeMap::new();
        for file in listed {
            if file.format == Format::Code && role_of(&file.path).is_some() {
                let folder = folder_of(&file.path).to_owned();
                statements.entry(folder).or_default().push(file.clone());
            }
        }
        Self { source, statements }
    }

    /// The context of `file`; the formats that do not ask have an empty one.
    pub(super) fn of_file(&self, file: &ListedFile) -> Context {
        match file.format {
            Format::Code | Format::Archive => {}
            // A page of a book is content from top to bottom.
            Format::Html => {
                return Context {
                    group: Some(self.source.group),
                    ..Context::default()
                };
            }
            _ => return Context::default(),
        }
        let licenses = match file.format {
            Format::Code => self.speaking_for(&file.path),
            _ => Vec::new(),
        };
        Context {
            group: Some(self.source.group),
            root: self.root(&file.path),
            skip: self.source.code.skip.clone(),
            licenses: licenses.iter().map(|file| file.path.clone()).collect(),
        }
    }

    /// What a file's documents depend on beside itself.
    pub(super) fn identity(&self, context: &Context, prints: &mut Fingerprints) -> Result<Value, PlanError> {
        if *context == Context::default() {
            return Ok(Value::Null);
        }
        let mut licenses = Vec::new();
        for path in &context.licenses {
            let files = self.statements.get(folder_of(path));
            let file = files.and_then(|files| files.iter().find(|file| file.path == *path));
            if let Some(file) = file {
                licenses.push(json!([path, prints.of(file)?]));
            }
        }
        Ok(json!([context.group, context.root, context.skip, licenses]))
    }

    /// The files of the nearest folders above `path` that speak, up to the first with the text of a licence.
    fn speaking_for(&self, path: &str) -> Vec<&ListedFile> {
        let mut speaking = Vec::new();
        for folder in folders_above(path) {
            let Some(files) = self.statements.get(folder) else {
                continue;
            };
            speaking.extend(files);
            if files
                .iter()
                .any(|file| role_of(&file.path) == Some(Role::License))
            {
                break;
            }
        }
        speaking
    }

    /// The longest beginning of `path` that the recipe names as a folder: what a pattern has before its first special
    /// character, or the folder of a file that is named itself.
    fn root(&self, path: &str) -> String {
        let literal = |written: &'a str| {
            let special = written.find(['*', '?', '[', '{']);
            let literal = &written[..special.unwrap_or(written.len())];
            let whole = special.is_none() && literal != path;
            if whole {
                literal.trim_end_matches('/')
            } else {
                folder_of(literal)
            }
        };
        let is_above = |root: &&str| {
            let below = path.strip_prefix(*root);
            below.is_some_and(|below| root.is_empty() || below.starts_with('/'))
        };
        let roots = self.source.paths.iter().map(|written| literal(written));
        let root = roots.filter(is_above).max_by_key(|root| root.len());
        root.unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Group;
    use crate::recipe::written::{Code, Columns};

    fn source(paths: &[&str]) -> Source {
        Source {
            name: "forge".to_owned(),
            group: Group::Code,
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            format: Format::Code,
            columns: Columns::default(),
            code: Code::default(),
        }
    }

    fn listed(path: &str) -> ListedFile {
        ListedFile {
            path: path.to_owned(),
            bytes: 1,
            format: Format::Code,
            seen: crate::read::seen::Seen::default(),
        }
    }

    #[test]
    fn the_nearest_files_speak() {
        let source = source(&["tree"]);
        let files = [
            "tree/LICENSE",
            "tree/a/Cargo.toml",
            "tree/a/b/c.rs",
            "tree/d/COPYING",
            "tree/d/e.c",
            "tree/f.c",
        ];
        let files: Vec<ListedFile> = files.iter().map(|path| listed(path)).collect();
        let contexts = Contexts::of(&source, &files);
        let cases: [(&str, &[&str]); 3] = [
            ("tree/a/b/c.rs", &["tree/a/Cargo.toml", "tree/LICENSE"]),
            ("tree/d/e.c", &["tree/d/COPYING"]),
            ("tree/f.c", &["tree/LICENSE"]),
        ];
        for (path, licenses) in cases {
            let context = contexts.of_file(&listed(path));
            assert_eq!(context.licenses, licenses, "{path}");
            assert_eq!(context.root, "tree");
        }
    }

    #[test]
    fn trees_begin_where_the_recipe_says() {
        let source = source(&[
            "vendor/dump",
            "repos/*/src/**/*.py",
            "one/file.py",
            "vendor/dump/deeper",
            "/abs/tree/",
        ]);
        let contexts = Contexts::of(&source, &[]);
        let cases = [
            ("vendor/dump/a.py", "vendor/dump"),
            ("vendor/dump/deeper/a.py", "vendor/dump/deeper"),
            ("vendor/dumpling/a.py", ""),
            ("repos/x/src/a.py", "repos"),
            ("one/file.py", "one"),
            ("/abs/tree/a/b.py", "/abs/tree"),
        ];
        for (path, root) in cases {
            assert_eq!(contexts.root(path), root, "{path}");
        }
    }
}
