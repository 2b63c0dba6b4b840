//! A folder in the layout of the Hugging Face Hub: which of its files a curator means by naming the folder.
//!
//! A dataset's repository holds data beside a README whose head (YAML between lines of `---`) may say which files
//! make up which split of which configuration. Who names the folder means what `load_dataset` gives for training:
//! the training split of the default configuration, without the README and what else describes the data. Files of
//! other splits and configurations are named by their paths or by patterns, to which none of this applies.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{InventoryError, NAMED_FILES};
use crate::recipe::Format;
use crate::recipe::written::Source;

mod front_matter;

use front_matter::Node;

/// The file whose head describes a dataset.
pub(super) const README: &str = "README.md";

/// Files at the root of a dataset that describe it.
const DESCRIPTIONS: [&str; 5] = [
    README,
    "dataset_infos.json",
    "dataset_info.json",
    "LICENSE",
    "LICENSE.md",
];

/// Words in the names of files and folders by which the Hub tells splits where the README does not.
const TRAIN: [&str; 2] = ["train", "training"];
const OTHERS: [&str; 8] = [
    "test",
    "testing",
    "eval",
    "evaluation",
    "validation",
    "valid",
    "val",
    "dev",
];

/// A dataset, and what is to be read of it.
#[derive(Debug)]
pub(super) struct Dataset {
    /// The files that the README gives to the training split, if it says.
    train: Option<GlobSet>,
    /// Whether the names of files tell a training split from others.
    has_splits: bool,
}

/// The README names several configurations, and none as the default.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoDefault(Vec<String>);

impl NoDefault {
    pub(super) fn error(&self, source: &Source, path: &str) -> InventoryError {
        let examples: Vec<&str> = self.0.iter().take(NAMED_FILES).map(String::as_str).collect();
        InventoryError::Configurations {
            source_name: source.name.clone(),
            path: path.to_owned(),
            count: self.0.len(),
            examples: examples.join(", "),
        }
    }
}

impl Dataset {
    /// The dataset that a folder with these files is; `None` if it is none. A tree of code is none, whatever lies in
    /// it.
    pub(super) fn of(
        format: Format,
        names: &[String],
        readme: Option<&str>,
    ) -> Result<Option<Self>, NoDefault> {
        if format == Format::Code {
            return Ok(None);
        }
        let head = readme.and_then(front_matter::of);
        let describes = head
            .as_ref()
            .is_some_and(|head| head.get("configs").is_some() || head.get("dataset_info").is_some());
        if !describes && !names.iter().any(|name| name == "dataset_infos.json") {
            return Ok(None);
        }
        let train = match head.as_ref().and_then(|head| head.get("configs")) {
            Some(configurations) => train_files(configurations)?,
            None => None,
        };
        let splits: BTreeSet<bool> = names.iter().filter_map(|name| is_train(name)).collect();
        Ok(Some(Self {
            train,
            has_splits: splits.len() == 2,
        }))
    }

    /// Why the file with this path below the dataset's folder is not read; `None` if it is.
    pub(super) fn leaves_out(&self, name: &str) -> Option<&'static str> {
        if DESCRIPTIONS.contains(&name) {
            return Some("describes the dataset");
        }
        if let Some(train) = &self.train {
            return (!train.is_match(name)).then_some("not of the default configuration's training split");
        }
        (self.has_splits && is_train(name) == Some(false)).then_some("not of the training split")
    }
}

/// Whether a file's name and folders say that it is of the training split (`true`) or of another.
fn is_train(name: &str) -> Option<bool> {
    let words = || name.split(|letter: char| !letter.is_ascii_alphabetic());
    if words().any(|word| OTHERS.contains(&word)) {
        return Some(false);
    }
    words().any(|word| TRAIN.contains(&word)).then_some(true)
}

/// The patterns of the training split of the default configuration; `None` if it names no files.
fn train_files(configurations: &Node) -> Result<Option<GlobSet>, NoDefault> {
    let all = configurations.items();
    let name = |configuration: &Node| {
        let name = configuration.get("config_name").and_then(Node::text);
        name.unwrap_or("default").to_owned()
    };
    let is_default = |configuration: &&Node| {
        configuration.get("default").and_then(Node::text) == Some("true") || name(configuration) == "default"
    };
    let chosen = match all {
        [] => return Ok(None),
        [only] => only,
        several => match several.iter().find(is_default) {
            Some(default) => default,
            None => return Err(NoDefault(several.iter().map(name).collect())),
        },
    };
    let Some(files) = chosen.get("data_files") else {
        return Ok(None);
    };
    let folder = chosen.get("data_dir").and_then(Node::text);
    let mut patterns = GlobSetBuilder::new();
    let mut any = false;
    for pattern in train_patterns(files) {
        let pattern = match folder {
            Some(folder) => format!("{}/{pattern}", folder.trim_matches('/')),
            None => pattern.to_owned(),
        };
        // The Hub's patterns are fsspec's, in which a star stays within its folder, as here.
        if let Ok(pattern) = Glob::new(pattern.trim_start_matches("./")) {
            any = true;
            patterns.add(pattern);
        }
    }
    Ok(patterns.build().ok().filter(|_| any))
}

/// `data_files` is a path, a list of them, a list of splits with paths, or a map from split to paths.
fn train_patterns(files: &Node) -> Vec<&str> {
    if let Some(path) = files.text() {
        return vec![path];
    }
    if let Some(train) = files.get("train") {
        return train.texts();
    }
    let mut patterns = files.texts();
    for part in files.items() {
        if part.get("split").and_then(Node::text) == Some("train")
            && let Some(path) = part.get("path")
        {
            patterns.extend(path.texts());
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of<'a>(names: &[&'a str], readme: Option<&str>) -> Vec<&'a str> {
        let owned: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let dataset = Dataset::of(Format::Auto, &owned, readme).expect("a choice");
        let is_read = |name: &&str| match &dataset {
            Some(dataset) => dataset.leaves_out(name).is_none(),
            None => true,
        };
        names.iter().copied().filter(is_read).collect()
    }

    const FILES: [&str; 7] = [
        "README.md",
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
        "data/test-00000-of-00001.parquet",
        "data/validation-00000-of-00001.parquet",
        "extra/train-00000-of-00001.parquet",
        "latest-contest.jsonl",
    ];

    #[test]
    fn the_readme_says_what_is_for_training() {
        let readme = "---\nlicense: mit\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    \
                      path: data/train-*\n  - split: test\n    path: data/test-*\n- config_name: extra\n  \
                      data_files: extra/*\n---\n# Title\n";
        assert_eq!(read_of(&FILES, Some(readme)), FILES[1..3]);
        let map = "---\nconfigs:\n- config_name: a\n  data_files:\n    train:\n    - \"extra/*\"\n    test: data/*\n---\n";
        assert_eq!(read_of(&FILES, Some(map)), [FILES[5]]);
    }

    #[test]
    fn without_it_names_do() {
        let readme = "---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n---\n";
        assert_eq!(
            read_of(&FILES, Some(readme)),
            [FILES[1], FILES[2], FILES[5], FILES[6]]
        );
        let only_test = ["README.md", "data/test-0.parquet"];
        assert_eq!(read_of(&only_test, Some(readme)), [only_test[1]]);
    }

    #[test]
    fn other_folders_are_no_datasets() {
        assert_eq!(read_of(&FILES, None), FILES);
        assert_eq!(read_of(&FILES, Some("# Notes\n---\nconfigs: x\n---\n")), FILES);
    }

    #[test]
    fn several_configurations_want_a_choice() {
        let readme = "---\nconfigs:\n- config_name: en\n  data_files: en/*\n- config_name: fr\n  data_files: fr/*\n---\n";
        let choice = Dataset::of(Format::Auto, &[], Some(readme)).expect_err("none is the default");
        assert_eq!(choice, NoDefault(vec!["en".to_owned(), "fr".to_owned()]));
        let default = readme.replace("fr\n  data_files", "fr\n  default: true\n  data_files");
        let names = ["en/a.parquet", "fr/a.parquet"];
        assert_eq!(read_of(&names, Some(&default)), ["fr/a.parquet"]);
    }
}
