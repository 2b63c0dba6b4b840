//! `[[for]]`: other rules and other thresholds for the documents of some sources or groups.
//!
//! An entry holds keys of `[language]`, `[quality]` and `[safety]` that stand in place of the recipe's own for the
//! documents that it is for: one mechanism for every rule set, now and to come, since it changes the recipe that a
//! rule set reads and not the rule set. Tables are merged key by key, everything else is replaced. Where several
//! entries are for a source, the later one wins.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Group, Language, Quality, Recipe, RuleSet, Safety, Source};

/// Keys of one part of the recipe, as written.
pub type Keys = Map<String, Value>;

/// Other rules and thresholds for some sources or groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The groups it is for; empty for all.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// The sources it is for; empty for all of these groups.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What stands in place of keys of `[language]`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "Language")]
    pub language: Keys,
    /// What stands in place of keys of `[quality]`: other thresholds (`gopher.min_words`), other rule sets (`rules`).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "Quality")]
    pub quality: Keys,
    /// What stands in place of keys of `[safety]`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "Safety")]
    pub safety: Keys,
}

impl Scope {
    fn is_for(&self, source: &Source) -> bool {
        let group = self.groups.is_empty() || self.groups.contains(&source.group);
        let name = self.sources.is_empty() || self.sources.contains(&source.name);
        group && name
    }

    /// The dotted keys that it sets: `quality.gopher.min_words`.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for (part, written) in [
            ("language", &self.language),
            ("quality", &self.quality),
            ("safety", &self.safety),
        ] {
            leaves(part, written, &mut keys);
        }
        keys
    }
}

fn leaves(prefix: &str, keys: &Keys, found: &mut Vec<String>) {
    for (name, value) in keys {
        let key = format!("{prefix}.{name}");
        match value {
            Value::Object(inner) => leaves(&key, inner, found),
            _ => found.push(key),
        }
    }
}

/// The sources for which a recipe reads the same, and how it reads for them.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The positions of the sources in the recipe.
    pub sources: Vec<usize>,
    /// The recipe with the keys of every `[[for]]` that is for them.
    pub recipe: Recipe,
}

impl Recipe {
    /// How the recipe reads for each of its sources: one reading where no `[[for]]` tells them apart.
    ///
    /// # Errors
    /// The position of a `[[for]]` whose keys do not fit, and why.
    pub fn readings(&self) -> Result<Vec<Reading>, (usize, String)> {
        let mut readings: BTreeMap<Vec<usize>, Reading> = BTreeMap::new();
        for (position, source) in self.source.iter().enumerate() {
            let entries: Vec<usize> = (0..self.scopes.len())
                .filter(|entry| self.scopes[*entry].is_for(source))
                .collect();
            if let Some(reading) = readings.get_mut(&entries) {
                reading.sources.push(position);
                continue;
            }
            let mut recipe = self.clone();
            for entry in &entries {
                recipe
                    .take(&self.scopes[*entry])
                    .map_err(|error| (*entry, error.to_string()))?;
            }
            let reading = Reading {
                sources: vec![position],
                recipe,
            };
            readings.insert(entries, reading);
        }
        // The order is that of the sources, and not that of the entries.
        let mut readings: Vec<Reading> = readings.into_values().collect();
        readings.sort_by(|left, right| left.sources.cmp(&right.sources));
        Ok(readings)
    }

    /// The rule sets that are applied to any of the sources: what annotations are needed for.
    #[must_use]
    pub fn rule_sets(&self) -> Vec<RuleSet> {
        let mut sets = self.quality.rules.clone();
        for reading in self.readings().into_iter().flatten() {
            for set in reading.recipe.quality.rules {
                if !sets.contains(&set) {
                    sets.push(set);
                }
            }
        }
        sets
    }

    fn take(&mut self, scope: &Scope) -> Result<(), serde_json::Error> {
        self.language = merged(&self.language, &scope.language)?;
        self.quality = merged(&self.quality, &scope.quality)?;
        self.safety = merged(&self.safety, &scope.safety)?;
        Ok(())
    }
}

fn merged<T: Serialize + DeserializeOwned>(base: &T, keys: &Keys) -> Result<T, serde_json::Error> {
    let mut value = serde_json::to_value(base)?;
    lay_over(&mut value, keys);
    serde_json::from_value(value)
}

fn lay_over(value: &mut Value, keys: &Keys) {
    let Value::Object(table) = value else {
        *value = Value::Object(keys.clone());
        return;
    };
    for (name, over) in keys {
        match (table.get_mut(name), over) {
            (Some(inner @ Value::Object(_)), Value::Object(keys)) => lay_over(inner, keys),
            _ => {
                table.insert(name.clone(), over.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(scopes: &str) -> Recipe {
        let text = format!(
            "version = \"1\"\n[[source]]\nname = \"crawl\"\ngroup = \"web\"\npaths = [\"a\"]\n\
            [[source]]\nname = \"forum\"\ngroup = \"web\"\npaths = [\"b\"]\n\
            [[source]]\nname = \"library\"\ngroup = \"books\"\npaths = [\"c\"]\n\
            [quality.gopher]\nmin_words = 60\n{scopes}"
        );
        toml::from_str(&text).expect("a recipe")
    }

    #[test]
    fn without_entries_there_is_one_reading() {
        let recipe = recipe("");
        let readings = recipe.readings().expect("readings");
        assert_eq!(readings.len(), 1);
        assert_eq!(
            (readings[0].sources.as_slice(), &readings[0].recipe),
            ([0, 1, 2].as_slice(), &recipe)
        );
    }

    #[test]
    fn keys_stand_over_the_recipe_and_later_ones_over_earlier_ones() {
        let recipe = recipe(
            "[[for]]\ngroups = [\"web\"]\nquality.gopher = { min_words = 20, max_words = 900 }\n\
            [[for]]\nsources = [\"forum\"]\nquality.gopher.min_words = 5\nlanguage.keep = []\n",
        );
        let readings = recipe.readings().expect("readings");
        let read = |position: usize| &readings[position].recipe;
        let gopher = |position: usize| {
            let gopher = &read(position).quality.gopher;
            (gopher.min_words, gopher.max_words)
        };
        assert_eq!(
            [gopher(0), gopher(1), gopher(2)],
            [(20, 900), (5, 900), (60, 100_000)]
        );
        assert_eq!(read(0).language.keep, ["en"]);
        assert!(read(1).language.keep.is_empty());
        let mut keys = recipe.scopes[1].keys();
        keys.sort();
        assert_eq!(keys, ["language.keep", "quality.gopher.min_words"]);
    }
}
