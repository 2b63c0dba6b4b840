//! The columns of a Parquet file by the names that the recipe has for them.
//!
//! A dot in a name leads into a struct, a number to an element of a list; a column whose own name has the dot goes
//! before.

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use arrow::array::{Array, ArrayRef, AsArray, LargeStringArray, RecordBatch, StructArray, UInt64Array};
use arrow::compute::{CastOptions, can_cast_types, cast_with_options, take};
use arrow::datatypes::{DataType, Fields};

/// How many of a file's columns a message names.
const NAMED_COLUMNS: usize = 12;

/// Bytes of a type that a message shows.
const SHOWN_TYPE_BYTES: usize = 200;

/// What the format puts between a list and what is in its elements: by the standard, and by older writers.
const LIST_PARTS: [&[&str]; 4] = [
    &["list", "element"],
    &["list", "item"],
    &["bag", "array_element"],
    &["array"],
];

/// The leaf column that `name` leads to, the one with the longest name of its own if there are several.
pub(super) fn find_leaf(metadata: &ArrowReaderMetadata, name: &str) -> Option<usize> {
    let leaves = metadata.parquet_schema().columns().iter().enumerate();
    let found = leaves.filter(|(_, leaf)| leads_to(name, leaf.path().parts()));
    found
        .min_by_key(|(_, leaf)| leaf.path().parts().len())
        .map(|(position, _)| position)
}

/// Whether the path `name` leads to the column with these names from the outermost on.
fn leads_to(name: &str, parts: &[String]) -> bool {
    let Some((first, inner)) = parts.split_first() else {
        return false;
    };
    let Some(rest) = name.strip_prefix(first.as_str()) else {
        return false;
    };
    match rest.strip_prefix('.') {
        Some(rest) => leads_on(Some(rest), inner),
        None => rest.is_empty() && leads_on(None, inner),
    }
}

/// Whether what is left of a path leads through the names that are left.
fn leads_on(rest: Option<&str>, inner: &[String]) -> bool {
    let Some(rest) = rest else {
        return inner.is_empty();
    };
    let (number, behind) = match rest.split_once('.') {
        Some((number, behind)) => (number, Some(behind)),
        None => (rest, None),
    };
    let is_list = |list: &&[&str]| {
        inner.len() >= list.len() && inner.iter().zip(*list).all(|(part, name)| part == name)
    };
    let mut lists = LIST_PARTS.iter().copied().filter(|list| is_list(list));
    let is_element =
        number.parse::<u64>().is_ok() && lists.any(|list| leads_on(behind, &inner[list.len()..]));
    is_element || leads_to(rest, inner)
}

/// The columns that a file has, for a message.
pub(super) fn described(metadata: &ArrowReaderMetadata) -> String {
    let leaves = metadata.parquet_schema().columns();
    let names: Vec<String> = leaves
        .iter()
        .take(NAMED_COLUMNS)
        .map(|leaf| leaf.path().string())
        .collect();
    match leaves.len() - names.len() {
        0 if names.is_empty() => "are no columns".to_owned(),
        0 => format!("are {}", names.join(", ")),
        more => format!("are {}, and {more} more", names.join(", ")),
    }
}

/// What the name leads to that is no column of text, and what to name in its place: a list, or a struct.
pub(super) fn unfit(metadata: &ArrowReaderMetadata, name: &str) -> Option<String> {
    let kind = type_at(metadata.schema().fields(), name)?;
    let instead = match kind {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            format!("name one of its elements, such as '{name}.0', or join them beforehand")
        }
        DataType::Struct(fields) => match fields.first() {
            Some(field) => format!("name one of its fields, such as '{name}.{}'", field.name()),
            None => "name another".to_owned(),
        },
        _ => "name a column of strings".to_owned(),
    };
    let kind = kind.to_string();
    let shown = &kind[..kind.floor_char_boundary(SHOWN_TYPE_BYTES)];
    Some(format!(
        "the column '{name}' is of type {shown}, not text; {instead}"
    ))
}

/// The type at a dotted path.
fn type_at<'a>(fields: &'a Fields, path: &str) -> Option<&'a DataType> {
    if let Some((_, field)) = fields.find(path) {
        return Some(field.data_type());
    }
    let mut dots = path.rmatch_indices('.');
    dots.find_map(|(dot, _)| {
        let (_, field) = fields.find(&path[..dot])?;
        type_inside(field.data_type(), &path[dot + 1..])
    })
}

/// The type at `path` inside of a struct or list.
fn type_inside<'a>(kind: &'a DataType, path: &str) -> Option<&'a DataType> {
    let element = match kind {
        DataType::Struct(fields) => return type_at(fields, path),
        DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
            element
        }
        _ => return None,
    };
    let (number, behind) = path
        .split_once('.')
        .map_or((path, None), |(number, behind)| (number, Some(behind)));
    number.parse::<u64>().ok()?;
    match behind {
        Some(behind) => type_inside(element.data_type(), behind),
        None => Some(element.data_type()),
    }
}

/// A column as strings; what is not UTF-8 is null. `None` if it is not there.
pub(super) fn strings(batch: &RecordBatch, name: &str) -> Result<Option<LargeStringArray>, String> {
    let Some(column) = column(&StructArray::from(batch.clone()), name) else {
        return Ok(None);
    };
    let kind = column.data_type();
    let is_scalar = !kind.is_nested() && !matches!(kind, DataType::Null);
    if !is_scalar || !can_cast_types(kind, &DataType::LargeUtf8) {
        return Err(format!(
            "the column '{name}' is of type {kind}, not text; name a column of strings"
        ));
    }
    let options = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    let column = cast_with_options(&column, &DataType::LargeUtf8, &options)
        .map_err(|error| format!("the column '{name}' cannot be read as text: {error}").to_lowercase())?;
    Ok(column.as_string_opt::<i64>().cloned())
}

/// The column at a dotted path. One whose name holds the dot goes before.
fn column(columns: &StructArray, path: &str) -> Option<ArrayRef> {
    if let Some(column) = columns.column_by_name(path) {
        return Some(ArrayRef::clone(column));
    }
    // The longest name first, as in `find_leaf`.
    let mut dots = path.rmatch_indices('.');
    dots.find_map(|(dot, _)| inside(columns.column_by_name(&path[..dot])?, &path[dot + 1..]))
}

/// What is at `path` inside of a struct or list.
fn inside(column: &ArrayRef, path: &str) -> Option<ArrayRef> {
    if let Some(columns) = column.as_struct_opt() {
        return self::column(columns, path);
    }
    let (number, behind) = path
        .split_once('.')
        .map_or((path, None), |(number, behind)| (number, Some(behind)));
    let element = element(column, number.parse().ok()?)?;
    match behind {
        Some(behind) => inside(&element, behind),
        None => Some(element),
    }
}

/// The element with this number of each row's list; null where it has fewer.
fn element(column: &ArrayRef, number: usize) -> Option<ArrayRef> {
    let (values, ends): (&ArrayRef, Vec<(usize, usize)>) = if let Some(list) = column.as_list_opt::<i32>() {
        let bounds = list.value_offsets().windows(2);
        let bounds =
            bounds.map(|pair| Some((usize::try_from(pair[0]).ok()?, usize::try_from(pair[1]).ok()?)));
        (list.values(), bounds.collect::<Option<_>>()?)
    } else {
        let list = column.as_list_opt::<i64>()?;
        let bounds = list.value_offsets().windows(2);
        let bounds =
            bounds.map(|pair| Some((usize::try_from(pair[0]).ok()?, usize::try_from(pair[1]).ok()?)));
        (list.values(), bounds.collect::<Option<_>>()?)
    };
    let rows = ends.into_iter().enumerate().map(|(row, (start, end))| {
        let position = start.checked_add(number).filter(|position| *position < end);
        position
            .filter(|_| column.is_valid(row))
            .map(|position| position as u64)
    });
    take(values, &rows.collect::<UInt64Array>(), None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_leaves() {
        let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let yes = [
            ("a", "a"),
            ("a.b", "a/b"),
            ("a.b", "a.b"),
            ("a.b.c", "a.b/c"),
            ("m.0.content", "m/list/element/content"),
            ("m.12", "m/array"),
            ("m.0.1", "m/list/element/list/element"),
        ];
        for (name, leaf) in yes {
            assert!(leads_to(name, &parts(leaf)), "{name} {leaf}");
        }
        for (name, leaf) in [
            ("a", "a/b"),
            ("a.b", "a"),
            ("ab", "a"),
            ("m.x", "m/list/element"),
            ("m", "m/list/element"),
        ] {
            assert!(!leads_to(name, &parts(leaf)), "{name} {leaf}");
        }
    }
}
