//! How a TOML file of this project is read: strictly, with every fault at once, each with its key and line.
//!
//! A configuration type is plain serde data that also derives [`JsonSchema`]. The schema is the one list of known
//! keys: unknown ones are refused with the nearest known one named, and types, ranges and choices are checked
//! against it before serde sees the file, so that a user mends a file in one round and not key by key.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
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

/// One `key=value` of the command line, standing over what the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The dotted key. List items are named by position: `source.0.name`.
    pub key: String,
    /// The value, as TOML; what is not TOML is taken as a string.
    pub value: String,
}

impl FromStr for Override {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Self {
                key: key.trim().to_owned(),
                value: value.trim().to_owned(),
            }),
            _ => Err(format!("'{text}' is not of the form key=value")),
        }
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
        (self.value, Parsed { value: (), lines: self.lines })
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
        if let Err(message) = apply(&mut table, entry) {
            faults.push(Fault::new(&entry.key, format!("--set: {message}")));
        }
    }
    let schema = schemars::schema_for!(T).to_value();
    let json =
        serde_json::to_value(&table).map_err(|error| Faults(vec![Fault::new("", error.to_string())]))?;
    Checker { root: &schema }.check(&json, &schema, "", &mut faults);
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

/// Sets one dotted key, making the tables on the way.
fn apply(table: &mut toml::Table, entry: &Override) -> Result<(), String> {
    let parsed: Result<toml::Table, _> = toml::from_str(&format!("value = {}", entry.value));
    let value = match parsed {
        Ok(mut single) if single.len() == 1 => single.remove("value"),
        _ => None,
    };
    let value = value.unwrap_or_else(|| toml::Value::String(entry.value.clone()));
    let mut parts: Vec<&str> = entry.key.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let mut place = table;
    for part in parts {
        let next = place
            .entry(part)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        if next.is_array() {
            return apply_in_list(next, entry, part, value);
        }
        // A short form such as `near = true` gives way to the table that the override speaks of.
        if !next.is_table() {
            *next = toml::Value::Table(toml::Table::new());
        }
        place = next
            .as_table_mut()
            .ok_or_else(|| format!("'{part}' holds no keys"))?;
    }
    place.insert(last.to_owned(), value);
    Ok(())
}

/// The rest of [`apply`] where the path leads through a list of tables: `source.0.name`.
fn apply_in_list(
    list: &mut toml::Value,
    entry: &Override,
    list_name: &str,
    value: toml::Value,
) -> Result<(), String> {
    let rest = entry
        .key
        .split_once(&format!("{list_name}."))
        .map(|(_, rest)| rest)
        .unwrap_or_default();
    let (position, key) = rest.split_once('.').ok_or_else(|| {
        format!("'{list_name}' is a list: name an item and its key, as in {list_name}.0.name")
    })?;
    let item = position
        .parse::<usize>()
        .ok()
        .and_then(|position| list.get_mut(position));
    let table = item
        .and_then(toml::Value::as_table_mut)
        .ok_or_else(|| format!("'{list_name}' has no item '{position}'"))?;
    table.insert(key.to_owned(), value);
    Ok(())
}

/// Walks a value beside its JSON Schema. It knows the part of the language that schemars writes for plain serde
/// types: properties, items, alternatives, choices, types and ranges.
struct Checker<'a> {
    root: &'a Json,
}

impl<'a> Checker<'a> {
    fn check(&self, value: &Json, schema: &'a Json, key: &str, faults: &mut Vec<Fault>) {
        let schema = self.resolved(schema);
        for word in ["anyOf", "oneOf"] {
            if let Some(alternatives) = schema.get(word).and_then(Json::as_array) {
                self.check_alternatives(value, alternatives, key, faults);
                return;
            }
        }
        if let Some(choices) = choices(schema) {
            if !choices.iter().any(|choice| value == *choice) {
                faults.push(Fault::new(key, not_a_choice(value, &choices)));
            }
            return;
        }
        if let Some(message) = wrong_type(value, schema) {
            faults.push(Fault::new(key, message));
            return;
        }
        match value {
            Json::Object(entries) => self.check_keys(entries, schema, key, faults),
            Json::Array(items) => {
                if let Some(item_schema) = schema.get("items") {
                    for (position, item) in items.iter().enumerate() {
                        self.check(item, item_schema, &format!("{key}[{position}]"), faults);
                    }
                }
            }
            Json::Number(_) => check_range(value, schema, key, faults),
            _ => {}
        }
    }

    fn check_keys(
        &self,
        entries: &serde_json::Map<String, Json>,
        schema: &'a Json,
        key: &str,
        faults: &mut Vec<Fault>,
    ) {
        let properties = schema.get("properties").and_then(Json::as_object);
        for (name, value) in entries {
            let path = joined(key, name);
            if let Some(property) = properties.and_then(|properties| properties.get(name)) {
                self.check(value, property, &path, faults);
                continue;
            }
            match schema.get("additionalProperties") {
                Some(Json::Bool(false)) => {
                    let known: Vec<&str> = properties
                        .into_iter()
                        .flat_map(|known| known.keys().map(String::as_str))
                        .collect();
                    faults.push(Fault::new(path, unknown_key(name, &known)));
                }
                Some(inner @ Json::Object(_)) => self.check(value, inner, &path, faults),
                _ => {}
            }
        }
        let required = schema.get("required").and_then(Json::as_array);
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            if !entries.contains_key(name) {
                faults.push(Fault::new(key, format!("'{name}' is missing")));
            }
        }
    }

    /// One alternative without fault is enough; else the faults of the one that comes nearest are told.
    fn check_alternatives(&self, value: &Json, alternatives: &'a [Json], key: &str, faults: &mut Vec<Fault>) {
        let mut nearest_faults: Option<Vec<Fault>> = None;
        for alternative in alternatives {
            let mut own = Vec::new();
            self.check(value, alternative, key, &mut own);
            if own.is_empty() {
                return;
            }
            let speaks_of_parts = own.iter().all(|fault| fault.key != key || value.is_object());
            let same_kind = speaks_of_parts && wrong_type(value, self.resolved(alternative)).is_none();
            let fewer = nearest_faults.as_ref().is_none_or(|best| own.len() < best.len());
            if same_kind && fewer && choices(self.resolved(alternative)).is_none() {
                nearest_faults = Some(own);
            }
        }
        if let Some(own) = nearest_faults {
            faults.extend(own);
            return;
        }
        let mut forms: Vec<String> = Vec::new();
        for alternative in alternatives {
            self.forms(alternative, &mut forms);
        }
        faults.push(Fault::new(
            key,
            format!("expected {}, not {value}", forms.join(", ")),
        ));
    }

    fn forms(&self, schema: &'a Json, forms: &mut Vec<String>) {
        let schema = self.resolved(schema);
        for word in ["anyOf", "oneOf"] {
            if let Some(alternatives) = schema.get(word).and_then(Json::as_array) {
                for alternative in alternatives {
                    self.forms(alternative, forms);
                }
                return;
            }
        }
        if let Some(choices) = choices(schema) {
            forms.extend(choices.iter().map(ToString::to_string));
            return;
        }
        let types = types_of(schema);
        if !types.contains(&"null") || types.len() > 1 {
            forms.extend(
                types
                    .iter()
                    .filter(|name| **name != "null")
                    .map(|name| described(name)),
            );
        }
    }

    fn resolved(&self, schema: &'a Json) -> &'a Json {
        let mut schema = schema;
        while let Some(name) = schema.get("$ref").and_then(Json::as_str) {
            match name
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
            {
                Some(definition) => schema = definition,
                None => break,
            }
        }
        schema
    }
}

fn unknown_key(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("unknown key '{name}'; did you mean '{meant}'?"),
        None => format!("unknown key '{name}'; known here: {}", known.join(", ")),
    }
}

fn not_a_choice(value: &Json, choices: &[&Json]) -> String {
    let words: Vec<&str> = choices.iter().filter_map(|choice| choice.as_str()).collect();
    let all: Vec<String> = choices.iter().map(ToString::to_string).collect();
    match value.as_str().and_then(|word| nearest(word, words)) {
        Some(meant) => format!("{value} is none of {}; did you mean \"{meant}\"?", all.join(", ")),
        None => format!("{value} is none of {}", all.join(", ")),
    }
}

fn choices(schema: &Json) -> Option<Vec<&Json>> {
    if let Some(constant) = schema.get("const") {
        return Some(vec![constant]);
    }
    schema
        .get("enum")
        .and_then(Json::as_array)
        .map(|choices| choices.iter().collect())
}

fn types_of(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(name)) => vec![name],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn described(type_name: &str) -> String {
    match type_name {
        "object" => "a table",
        "array" => "a list",
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        other => other,
    }
    .to_owned()
}

fn wrong_type(value: &Json, schema: &Json) -> Option<String> {
    let types = types_of(schema);
    let fits = |name: &&str| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => true,
    };
    if types.is_empty() || types.iter().any(fits) {
        return None;
    }
    let wanted: Vec<String> = types
        .iter()
        .filter(|name| **name != "null")
        .map(|name| described(name))
        .collect();
    Some(format!("expected {}, not {value}", wanted.join(" or ")))
}

fn check_range(value: &Json, schema: &Json, key: &str, faults: &mut Vec<Fault>) {
    let Some(number) = value.as_f64() else { return };
    let bound = |word: &str| schema.get(word).and_then(Json::as_f64);
    if let Some(minimum) = bound("minimum").filter(|minimum| number < *minimum) {
        faults.push(Fault::new(key, format!("{value} is below {minimum}")));
    }
    if let Some(maximum) = bound("maximum").filter(|maximum| number > *maximum) {
        faults.push(Fault::new(key, format!("{value} is above {maximum}")));
    }
    if let Some(minimum) = bound("exclusiveMinimum").filter(|minimum| number <= *minimum) {
        faults.push(Fault::new(key, format!("{value} is not above {minimum}")));
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
