//! `key=value` of the command line, standing over what a file says.

use std::str::FromStr;

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

/// Sets one dotted key, making the tables on the way.
pub(super) fn apply(table: &mut toml::Table, entry: &Override) -> Result<(), String> {
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
            return apply_in_list(next, entry, part);
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
fn apply_in_list(list: &mut toml::Value, entry: &Override, list_name: &str) -> Result<(), String> {
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
    let rest = Override {
        key: key.to_owned(),
        value: entry.value.clone(),
    };
    apply(table, &rest)
}
