//! A value held against a JSON Schema: unknown keys, wrong types, numbers out of range, words that are no choice.

use serde_json::Value as Json;

use super::{Fault, joined, nearest};

/// Every fault of `value` against `schema`.
pub(super) fn against(value: &Json, schema: &Json) -> Vec<Fault> {
    let mut faults = Vec::new();
    Checker { root: schema }.check(value, schema, "", &mut faults);
    faults
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
            if !choices.contains(&value) {
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
        let words: Vec<&Json> = alternatives
            .iter()
            .flat_map(|alternative| choices(self.resolved(alternative)).unwrap_or_default())
            .collect();
        if words.len() == alternatives.len() {
            faults.push(Fault::new(key, not_a_choice(value, &words)));
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
