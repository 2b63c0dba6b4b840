//! How a TOML file of this project is read: strictly, with every fault at once, each with its key and line.
//!
//! A configuration type is plain serde data that also derives [`JsonSchema`]. The schema is the one list of known
//! keys: unknown ones are refused with the nearest known one named, and types, ranges and choices are checked
//! against it before serde sees the file, so that a user mends a file in one round and not key by key.

mod check;
mod overrides;

pub use overrides::Override;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

/// A fault of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The dotted key: `dedup.near.rows`, `source[1].paths`.
    pub key: String,
    /// The line in the file, from 1, where the key stands in it.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Fault {
    /// A fault of `key` whose line is looked up later, if at all.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            line: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(formatter, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(formatter, "{}: ", self.key)?;
        }
        formatter.write_str(&self.message)
    }
}

/// All faults of a configuration file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{fault}")?;
        }
        Ok(())
    }
}

/// A configuration as read, with the lines of its keys for faults that only later checks can find.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// The configuration.
    pub value: T,
    lines: BTreeMap<String, usize>,
}

impl<T> Parsed<T> {
    /// The value, and what locates faults in it.
    pub fn split(self) -> (T, Parsed<()>) {
        (
            self.value,
            Parsed {
                value: (),
                lines: self.lines,
            },
        )
    }

    /// Gives `faults` found by validation the lines of their keys.
    #[must_use]
    pub fn located(&self, faults: Vec<Fault>) -> Faults {
        locate(faults, &self.lines)
    }
}

/// Reads `text` as a `T`, with `overrides` standing over it.
///
/// # Errors
/// Every fault of the text, of the overrides, and of the two against the schema of `T`.
pub fn parse<T: DeserializeOwned + JsonSchema>(
    text: &str,
    overrides: &[Override],
) -> Result<Parsed<T>, Faults> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let faults = errors.iter().map(|error| Fault {
            key: String::new(),
            line: error.span().map(|span| line_of(text, span.start)),
            message: error.message().to_owned(),
        });
        return Err(Faults(faults.collect()));
    }
    let mut lines = BTreeMap::new();
    record_lines(text, document.get_ref(), "", &mut lines);
    let mut table: toml::Table =
        toml::from_str(text).map_err(|error| Faults(vec![Fault::new("", error.message())]))?;

    let mut faults = Vec::new();
    for entry in overrides {
        if let Err(message) = overrides::apply(&mut table, entry) {
            faults.push(Fault::new(&entry.key, format!("--set: {message}")));
        }
    }
    let schema = schemars::schema_for!(T).to_value();
    let json =
        serde_json::to_value(&table).map_err(|error| Faults(vec![Fault::new("", error.to_string())]))?;
    faults.extend(check::against(&json, &schema));
    if !faults.is_empty() {
        return Err(locate(faults, &lines));
    }
    match table.try_into() {
        Ok(value) => Ok(Parsed { value, lines }),
        Err(error) => Err(Faults(vec![Fault::new("", error.message())])),
    }
}

/// The known word nearest to `word`, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(left.1)))
        .map(|(_, candidate)| candidate)
}

fn locate(mut faults: Vec<Fault>, lines: &BTreeMap<String, usize>) -> Faults {
    for fault in &mut faults {
        let mut key = fault.key.as_str();
        while fault.line.is_none() && !key.is_empty() {
            fault.line = lines.get(key).copied();
            key = key.rfind(['.', '[']).map_or("", |end| &key[..end]);
        }
    }
    faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
    Faults(faults)
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&byte| byte == b'\n').count() + 1
}

fn record_lines(text: &str, table: &DeTable<'_>, prefix: &str, lines: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let path = joined(prefix, key.get_ref());
        lines.insert(path.clone(), line_of(text, key.span().start));
        match value.get_ref() {
            DeValue::Table(inner) => record_lines(text, inner, &path, lines),
            DeValue::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    let item_path = format!("{path}[{position}]");
                    lines.insert(item_path.clone(), line_of(text, item.span().start));
                    if let DeValue::Table(inner) = item.get_ref() {
                        record_lines(text, inner, &item_path, lines);
                    }
                }
            }
            _ => {}
        }
    }
}

fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Mill {
        name: String,
        #[serde(default)]
        stones: Stones,
        #[serde(default)]
        grain: Vec<Grain>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    struct Stones {
        #[schemars(range(min = 1, max = 8))]
        pairs: u32,
        speed: f64,
        drive: Drive,
    }

    #[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Drive {
        /// By a river.
        #[default]
        Water,
        /// By a breeze.
        Wind,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Grain {
        Name(String),
        Measured(Measured),
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Measured {
        bushels: u32,
    }

    fn faults(text: &str) -> Vec<String> {
        match parse::<Mill>(text, &[]) {
            Ok(parsed) => panic!("accepted as {:?}", parsed.value),
            Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_good_file_is_read_with_its_defaults() -> Result<(), Faults> {
        let parsed = parse::<Mill>(
            "name = 'a'\ngrain = ['rye', { bushels = 3 }]\nstones.speed = 2",
            &[],
        )?;
        assert_eq!(parsed.value.grain.len(), 2);
        assert_eq!(parsed.value.stones.drive, Drive::Water);
        Ok(())
    }

    #[test]
    fn all_faults_come_at_once_with_their_lines() {
        let text = "nam = 'a'\n\n[stones]\npairs = 9\nspead = 1.0\ndrive = 'winds'\n";
        assert_eq!(
            faults(text),
            [
                "line 1: nam: unknown key 'nam'; did you mean 'name'?",
                "line 4: stones.pairs: 9 is above 8",
                "line 5: stones.spead: unknown key 'spead'; did you mean 'speed'?",
                "line 6: stones.drive: \"winds\" is none of \"water\", \"wind\"; did you mean \"wind\"?",
                "'name' is missing",
            ]
        );
    }

    #[test]
    fn an_item_of_a_list_is_named_by_its_position() {
        let text = "name = 'a'\ngrain = [\n'rye',\n{ bushel = 3 },\n]\n";
        let found = faults(text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            found[0],
            "line 4: grain[1].bushel: unknown key 'bushel'; did you mean 'bushels'?"
        );
    }

    #[test]
    fn broken_toml_is_told_by_line() {
        assert!(faults("name = 'a'\nstones = [\n")[0].starts_with("line "));
    }

    #[test]
    fn overrides_stand_over_the_file() -> Result<(), Faults> {
        let overrides: Vec<Override> = ["stones.pairs=3", "name=other", "stones.drive = wind"]
            .iter()
            .map(|text| text.parse().expect("key=value"))
            .collect();
        let parsed = parse::<Mill>("name = 'a'", &overrides)?;
        assert_eq!(parsed.value.name, "other");
        assert_eq!(parsed.value.stones.pairs, 3);
        assert_eq!(parsed.value.stones.drive, Drive::Wind);
        Ok(())
    }

    #[test]
    fn an_unknown_key_of_the_command_line_is_refused_too() {
        let overrides = ["stones.pears=3".parse().expect("key=value")];
        let faults = parse::<Mill>("name = 'a'", &overrides).expect_err("pears are no grain");
        assert_eq!(
            faults.to_string(),
            "stones.pears: unknown key 'pears'; did you mean 'pairs'?"
        );
    }
}
