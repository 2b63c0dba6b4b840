//! The JSON of a notebook, read as far as it makes sense.
//!
//! Only what a notebook's text is made of becomes values; outputs, attachments and the state of widgets are passed over.
//! A value of a type that it should not have is odd, and costs nothing but itself; where the JSON breaks off, the cells
//! before that are there.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// The fields of cells and of metadata whose values are kept.
const KEPT: [&str; 8] = [
    "cell_type",
    "input",
    "kernelspec",
    "language",
    "language_info",
    "level",
    "name",
    "source",
];

/// What a notebook holds.
#[derive(Debug, Default)]
pub(super) struct Notebook {
    /// Its cells, in order.
    pub(super) cells: Vec<Object>,
    /// How many values stand among them that are no cells.
    pub(super) odd: u64,
    /// Its metadata.
    pub(super) metadata: Object,
    /// Why the JSON is not read to its end.
    pub(super) broken: Option<String>,
}

/// The kept fields of an object.
#[derive(Debug, Default)]
pub(super) struct Object(Vec<(&'static str, Value)>);

/// A value that is kept.
#[derive(Debug)]
pub(super) enum Value {
    /// A string, or a list of strings joined.
    Text(String),
    /// The strings of a list that holds something else, too.
    Part(String),
    /// A number that counts something.
    Number(u64),
    /// An object.
    Object(Object),
    /// Null.
    Nothing,
    /// Anything else.
    Odd,
}

impl Notebook {
    /// Reads a notebook.
    pub(super) fn read(json: &str) -> Self {
        let mut notebook = Self::default();
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let read = Top(&mut notebook)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        notebook.broken = read.err().map(|error| error.to_string());
        notebook
    }
}

impl Object {
    /// The value of a field, if it has one; of fields of one name the last.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(known, _)| *known == name)?;
        (!matches!(value, Value::Nothing)).then_some(value)
    }

    /// The text of a field.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The object in a field.
    pub(super) fn object(&self, name: &str) -> Option<&Self> {
        match self.get(name) {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }
    }
}

/// The outermost object.
struct Top<'a>(&'a mut Notebook);

/// The list of cells.
struct Cells<'a>(&'a mut Notebook);

/// The list of work sheets, each of which has cells (nbformat 3).
struct Sheets<'a>(&'a mut Notebook);

/// One of them.
struct Sheet<'a>(&'a mut Notebook);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the object of a notebook")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match name.as_ref() {
                "cells" => fields.next_value_seed(Cells(self.0))?,
                "worksheets" => fields.next_value_seed(Sheets(self.0))?,
                "metadata" => {
                    if let Value::Object(metadata) = fields.next_value()? {
                        self.0.metadata = metadata;
                    }
                }
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of cells")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<(), A::Error> {
        while let Some(value) = cells.next_element::<Value>()? {
            match value {
                Value::Object(cell) => self.0.cells.push(cell),
                _ => self.0.odd += 1,
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Sheets<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Sheets<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of work sheets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sheets: A) -> Result<(), A::Error> {
        while sheets.next_element_seed(Sheet(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Sheet<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Sheet<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a work sheet")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if name == "cells" {
                fields.next_value_seed(Cells(&mut *self.0))?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("json")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Value, E> {
        Ok(Value::Odd)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_i64<E: Error>(self, _value: i64) -> Result<Value, E> {
        Ok(Value::Odd)
    }

    fn visit_f64<E: Error>(self, _value: f64) -> Result<Value, E> {
        Ok(Value::Odd)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut joined = String::new();
        let mut is_whole = true;
        while let Some(item) = items.next_element::<Value>()? {
            match item {
                Value::Text(text) => joined.push_str(&text),
                _ => is_whole = false,
            }
        }
        Ok(if is_whole {
            Value::Text(joined)
        } else {
            Value::Part(joined)
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match KEPT.iter().find(|known| **known == name) {
                Some(name) => kept.push((*name, fields.next_value()?)),
                None => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Value::Object(Object(kept)))
    }
}
