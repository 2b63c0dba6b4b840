//! The recipe of a folder with `web/`, `books/` or `code/` in it: one source for each, and all defaults.

use std::path::{Path, PathBuf};

use super::Group;

/// The folder has none of the groups.
#[derive(Debug, thiserror::Error)]
#[error("{0} holds none of the folders web, books and code; sort the raw files into them, or write a recipe")]
pub struct NoGroups(PathBuf);

/// The text of the recipe that curates the folder `raw` into `out/work` and `out/shards`.
///
/// # Errors
/// When `raw` has none of the folders that are looked for.
pub fn of_folder(raw: &Path, out: &Path) -> Result<String, NoGroups> {
    let quoted = |path: PathBuf| toml::Value::String(path.to_string_lossy().into_owned()).to_string();
    let mut text = format!(
        "version = \"1\"\nwork = {}\nshards.out = {}\n",
        quoted(out.join("work")),
        quoted(out.join("shards"))
    );
    let mut found = false;
    for group in Group::ALL {
        let name = group.name();
        let folder = raw.join(name);
        if folder.is_dir() {
            found = true;
            let paths = quoted(folder);
            text.push_str(&format!(
                "[[source]]\nname = \"{name}\"\ngroup = \"{name}\"\npaths = [{paths}]\n"
            ));
        }
    }
    if found {
        Ok(text)
    } else {
        Err(NoGroups(raw.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_becomes_a_source() {
        let raw = tempfile::tempdir().expect("a folder");
        assert!(of_folder(raw.path(), Path::new("out")).is_err());
        std::fs::create_dir(raw.path().join("books")).expect("made");
        let text = of_folder(raw.path(), Path::new("out")).expect("a recipe");
        let recipe = crate::recipe::parse(&text, raw.path(), &[])
            .expect("sound")
            .recipe;
        assert_eq!(recipe.source.len(), 1);
        assert_eq!(recipe.source[0].group, Group::Books);
        assert_eq!(
            (recipe.work.as_str(), recipe.shards.out.as_str()),
            ("out/work", "out/shards")
        );
    }
}
