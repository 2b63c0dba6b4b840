//! The wanted fields of a JSON object, without making values of the others.
//!
//! A line of 64 MiB can hold a tree of values ten times as large; what nobody asked for is checked and passed over.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// How many of an object's fields a message names.
const NAMED_FIELDS: usize = 12;

/// The value of a wanted field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A string.
    String(String),
    /// A number or truth value, as JSON spells it.
    Scalar(String),
    /// Something else, of this kind.
    Other(&'static str),
}

/// What was found in an object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row<const WANTED: usize> {
    /// The values at the wanted paths. Where a path leads to several fields, the outermost counts, and of fields of
    /// one name the last.
    pub(super) values: [Option<Found>; WANTED],
    /// How deep each of the values lies.
    depths: [usize; WANTED],
    names: Vec<String>,
    fields: usize,
}

impl<const WANTED: usize> Row<WANTED> {
    /// Reads the values at `paths`. A dot in a path leads into a nested object or, before a number, into a list, or is
    /// part of a field's name.
    pub(super) fn read(json: &str, paths: [&str; WANTED]) -> Result<Self, String> {
        let mut row = Self {
            values: [const { None }; WANTED],
            depths: [usize::MAX; WANTED],
            names: Vec::new(),
            fields: 0,
        };
        let mut kind = "object";
        let node = Node {
            wanted: paths.into_iter().enumerate().collect(),
            depth: 0,
            row: &mut row,
            top: Some(&mut kind),
        };
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let read = node
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        read.map_err(|error| {
            // The library counts lines of its own and says so at the end of its message.
            let message = error.to_string();
            let message = message
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_lowercase();
            format!("not json at character {} of the line: {message}", error.column())
        })?;
        if kind == "object" {
            return Ok(row);
        }
        Err(format!("a json {kind} in place of an object"))
    }

    /// The names of the object's fields, for a message.
    pub(super) fn fields(&self) -> String {
        match self.fields - self.names.len() {
            0 if self.names.is_empty() => "are no fields".to_owned(),
            0 => format!("are {}", self.names.join(", ")),
            more => format!("are {}, and {more} more", self.names.join(", ")),
        }
    }
}

/// A value of the tree, and which paths lead to it or below.
struct Node<'a, const WANTED: usize> {
    wanted: Vec<(usize, &'a str)>,
    depth: usize,
    row: &'a mut Row<WANTED>,
    /// Where the kind of the outermost value goes.
    top: Option<&'a mut &'static str>,
}

impl<'a, const WANTED: usize> Node<'a, WANTED> {
    /// What is wanted of the field or element `name` of this value.
    fn below(&self, name: &str) -> Vec<(usize, &'a str)> {
        let below = self.wanted.iter().filter_map(|&(position, path)| {
            let rest = path.strip_prefix(name)?;
            let rest = if rest.is_empty() {
                rest
            } else {
                rest.strip_prefix('.')?
            };
            Some((position, rest))
        });
        below.collect()
    }

    fn found(self, found: &Found, kind: &'static str) {
        for (position, path) in self.wanted {
            if path.is_empty()
                && let Some(value) = self.row.values.get_mut(position)
                && let Some(depth) = self.row.depths.get_mut(position)
                && self.depth <= *depth
            {
                *value = Some(found.clone());
                *depth = self.depth;
            }
        }
        if let Some(top) = self.top {
            *top = kind;
        }
    }

    fn number(self, number: Option<Number>) {
        let found = number.map_or(Found::Other("number"), |number| Found::Scalar(number.to_string()));
        self.found(&found, "number");
    }
}

impl<'de, const WANTED: usize> DeserializeSeed<'de> for Node<'_, WANTED> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, const WANTED: usize> Visitor<'de> for Node<'_, WANTED> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("json")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.found(&Found::Other("null"), "null");
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.found(&Found::Scalar(value.to_string()), "boolean");
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(Some(value.into()));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(Some(value.into()));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(Number::from_f64(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<(), E> {
        self.found(&Found::String(value), "string");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut position = 0_usize;
        // Without wanted elements there is nothing to count.
        while self.wanted.iter().any(|(_, path)| !path.is_empty()) {
            let wanted = self.below(&position.to_string());
            let is_there = if wanted.is_empty() {
                items.next_element::<IgnoredAny>()?.is_some()
            } else {
                let element = Node {
                    wanted,
                    depth: self.depth + 1,
                    row: &mut *self.row,
                    top: None,
                };
                items.next_element_seed(element)?.is_some()
            };
            if !is_there {
                break;
            }
            position += 1;
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.found(&Found::Other("array"), "array");
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let is_top = self.top.is_some();
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if is_top {
                self.row.fields += 1;
                if self.row.names.len() < NAMED_FIELDS {
                    self.row.names.push(name.clone().into_owned());
                }
            }
            let wanted = self.below(&name);
            if wanted.is_empty() || name.is_empty() {
                fields.next_value::<IgnoredAny>()?;
                continue;
            }
            fields.next_value_seed(Node {
                wanted,
                depth: self.depth + 1,
                row: &mut *self.row,
                top: None,
            })?;
        }
        self.found(&Found::Other("object"), "object");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, path: &str) -> Result<Option<Found>, String> {
        Row::read(json, [path]).map(|row| {
            let [value] = row.values;
            value
        })
    }

    #[test]
    fn paths_lead_into_objects_and_through_dots() {
        let string = |text: &str| Ok(Some(Found::String(text.to_owned())));
        assert_eq!(read(r#"{"a":{"b":{"c":"t"}}}"#, "a.b.c"), string("t"));
        assert_eq!(read(r#"{"a.b":{"c":"t"},"a":{"b":3}}"#, "a.b.c"), string("t"));
        assert_eq!(read(r#"{"a":1,"a":"last"}"#, "a"), string("last"));
        assert_eq!(read(r#"{"a.b":"t","a":{"b":"nested"}}"#, "a.b"), string("t"));
        assert_eq!(read(r#"{"a":[{"b":1}],"":{"b":2}}"#, "a.b"), Ok(None));
        assert_eq!(read(r#"{"a":[1,{"b":"t"},{"b":"u"}]}"#, "a.1.b"), string("t"));
        assert_eq!(read(r#"{"a":["s","t"]}"#, "a.1"), string("t"));
        assert_eq!(read(r#"{"a":["s"]}"#, "a.1"), Ok(None));
        assert_eq!(read(r#"{"a":-5}"#, "a"), Ok(Some(Found::Scalar("-5".to_owned()))));
        assert_eq!(read(r#"{"a":{}}"#, "a"), Ok(Some(Found::Other("object"))));
    }

    #[test]
    fn unwanted_values_are_checked_all_the_same() {
        assert!(read(r#"{"a":"t","b":[1,}"#, "a").is_err());
        assert!(read(r#"{"a":"t"} x"#, "a").is_err());
        let deep = format!(
            "{{\"a\":\"t\",\"b\":{}{}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert_eq!(read(&deep, "a"), Ok(Some(Found::String("t".to_owned()))));
    }
}
