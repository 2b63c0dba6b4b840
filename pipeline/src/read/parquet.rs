//! Apache Parquet: one document a row, the recipe's columns say which columns are what.
//!
//! Only the named columns are read, row group by row group, a few rows at a time: memory is the pages of these
//! columns and [`BATCH_ROWS`] rows. A damaged row group is quarantined and the next one read. A dot in a column's
//! name leads into a struct. A document's place is the file's row, and where its row
//! group begins and how long that is.

use std::io;

mod chunks;
mod columns;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::RowGroupMetaData;
use ::parquet::file::reader::Length;
use arrow::array::{Array, LargeStringArray};

use self::chunks::Chunks;
use self::columns::{described, find_leaf, strings, unfit};
use super::disk::DiskFailure;
use super::{RawFile, ReadError, file_error, guard};
use crate::recipe::Columns;
use crate::stage::{Harvest, Place, RawDocument, Reader};

/// Rows in memory at once. Rows of web text have some 5 kB, books 1 MB.
const BATCH_ROWS: usize = 64;

/// Reads Parquet files.
pub(super) struct Parquet;

impl Reader for Parquet {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let chunks = Chunks::open(file).map_err(|source| file_error(file, source))?;
        if chunks.len() == 0 {
            return harvest.quarantine(Place::default(), "the file is empty".to_owned());
        }
        let metadata = match guarded(|| ArrowReaderMetadata::load(&chunks, ArrowReaderOptions::new())) {
            Ok(metadata) => metadata,
            Err(failure) => {
                return failure.settle("not a readable parquet file", Place::default(), file, harvest);
            }
        };
        if find_leaf(&metadata, &file.columns.text).is_none() {
            let text = &file.columns.text;
            let reason = unfit(&metadata, text)
                .unwrap_or_else(|| format!("no column '{text}'; there {}", described(&metadata)));
            return harvest.quarantine(Place::default(), reason);
        }
        let mut first_row = 0;
        for (number, group) in metadata.metadata().row_groups().iter().enumerate() {
            let place = Place {
                offset: offset_of(group),
                record: first_row,
            };
            first_row += u64::try_from(group.num_rows()).unwrap_or(0);
            if file
                .range
                .as_ref()
                .is_some_and(|range| !range.contains(&place.offset))
            {
                continue;
            }
            let rows = match guarded(|| open_group(&chunks, &metadata, number, &file.columns)) {
                Ok(rows) => rows,
                Err(failure) => {
                    failure.settle("damaged row group", place, file, harvest)?;
                    continue;
                }
            };
            let bytes = u64::try_from(group.compressed_size()).ok();
            read_group(rows, place, bytes, file, harvest)?;
        }
        Ok(())
    }
}

/// Where the row groups of a file begin; nothing if it is none that can be read.
///
/// # Errors
/// When the file cannot be opened or its disk or store fails.
pub(super) fn group_offsets(file: &RawFile) -> io::Result<Vec<u64>> {
    let chunks = Chunks::open(file)?;
    match guarded(|| ArrowReaderMetadata::load(&chunks, ArrowReaderOptions::new())) {
        Ok(metadata) => Ok(metadata.metadata().row_groups().iter().map(offset_of).collect()),
        Err(failure) => match failure.told() {
            Told::Disk(error) => Err(error),
            Told::File(_) => Ok(Vec::new()),
        },
    }
}

/// Where a row group begins: as its footer says or, where it does not, where its first column does.
fn offset_of(group: &RowGroupMetaData) -> u64 {
    let first_column = || group.columns().iter().map(|column| column.byte_range().0).min();
    group
        .file_offset()
        .and_then(|offset| u64::try_from(offset).ok())
        .or_else(first_column)
        .unwrap_or(0)
}

fn open_group(
    chunks: &Chunks,
    metadata: &ArrowReaderMetadata,
    number: usize,
    columns: &Columns,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let leaves: Vec<usize> = columns
        .names()
        .into_iter()
        .filter_map(|name| find_leaf(metadata, name))
        .collect();
    let group = metadata.metadata().row_group(number);
    chunks.expect(leaves.iter().map(|&leaf| {
        let (start, length) = group.column(leaf).byte_range();
        start..start.saturating_add(length)
    }))?;
    let mask = ProjectionMask::leaves(metadata.parquet_schema(), leaves);
    ParquetRecordBatchReaderBuilder::new_with_metadata(chunks.clone(), metadata.clone())
        .with_row_groups(vec![number])
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS)
        .build()
}

/// Reads the rows of a group of `bytes` bytes that begins at `place`.
fn read_group(
    mut rows: ParquetRecordBatchReader,
    place: Place,
    bytes: Option<u64>,
    file: &RawFile,
    harvest: &mut dyn Harvest,
) -> Result<(), ReadError> {
    let mut place = place;
    loop {
        let batch = match guarded(|| rows.next().transpose()) {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(()),
            Err(failure) => {
                return failure.settle(
                    "damaged row group, the rest of it is not read",
                    place,
                    file,
                    harvest,
                );
            }
        };
        let text = match strings(&batch, &file.columns.text) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let reason = format!("the column '{}' is inside of a list", file.columns.text);
                return harvest.quarantine(place, reason);
            }
            Err(reason) => return harvest.quarantine(place, reason),
        };
        let optional = |name: &str| strings(&batch, name).ok().flatten();
        let [_, id, url, title, language, author, date, license] = file.columns.names().map(optional);
        for row in 0..batch.num_rows() {
            let url = value(url.as_ref(), row);
            if text.is_null(row) {
                harvest.quarantine(
                    place,
                    format!("the column '{}' is null or not utf-8", file.columns.text),
                )?;
            } else if text.value(row).trim().is_empty() {
                harvest.skip("empty text");
            } else {
                harvest.document(RawDocument {
                    place,
                    length: bytes,
                    key: value(id.as_ref(), row)
                        .or_else(|| url.clone())
                        .or_else(|| Some(file.path.clone())),
                    url,
                    title: value(title.as_ref(), row),
                    author: value(author.as_ref(), row),
                    date: value(date.as_ref(), row),
                    language_hint: value(language.as_ref(), row),
                    license: value(license.as_ref(), row),
                    text: text.value(row).to_owned(),
                })?;
            }
            place.record += 1;
        }
    }
}

/// The value of a row, if it has one that is not empty.
fn value(column: Option<&LargeStringArray>, row: usize) -> Option<String> {
    let column = column?;
    (column.is_valid(row) && !column.value(row).is_empty()).then(|| column.value(row).to_owned())
}

/// Why the library did not read on.
enum Failure {
    /// It said so.
    Error(Box<dyn std::error::Error>),
    /// It panicked, with this message.
    Panic(String),
}

/// What a failure is of.
enum Told {
    /// The disk or the store.
    Disk(io::Error),
    /// What the file holds, with the reason.
    File(String),
}

impl Failure {
    fn told(self) -> Told {
        let error = match self {
            Self::Panic(message) => return Told::File(message),
            Self::Error(error) => error,
        };
        let error = match error.downcast::<ParquetError>() {
            Ok(error) => *error,
            Err(error) => return Told::File(error.to_string()),
        };
        let ParquetError::External(source) = error else {
            return Told::File(error.to_string());
        };
        match source.downcast::<io::Error>() {
            Ok(source) if source.raw_os_error().is_some() => Told::Disk(*source),
            Ok(source) => match DiskFailure::unmark(*source) {
                Ok(source) => Told::Disk(source),
                Err(source) => Told::File(source.to_string()),
            },
            Err(source) => Told::File(source.to_string()),
        }
    }

    /// Passes on a failure of the disk, and quarantines all else.
    fn settle(
        self,
        what: &str,
        place: Place,
        file: &RawFile,
        harvest: &mut dyn Harvest,
    ) -> Result<(), ReadError> {
        match self.told() {
            Told::Disk(source) => Err(file_error(file, source)),
            Told::File(message) => harvest.quarantine(place, format!("{what}: {}", message.to_lowercase())),
        }
    }
}

fn guarded<T, E: std::error::Error + 'static>(work: impl FnOnce() -> Result<T, E>) -> Result<T, Failure> {
    match guard::guarded(work) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::Error(Box::new(error))),
        Err(message) => Err(Failure::Panic(message)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use ::parquet::file::properties::WriterProperties;
    use arrow::array::{
        ArrayRef, BinaryArray, BooleanArray, Int64Array, ListArray, NullArray, RecordBatch, StringArray,
        StringViewArray, StructArray,
    };
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field, Fields};

    use super::*;
    use crate::read::basket::{Basket, harvest_bytes, raw_file, write_file};
    use crate::recipe::Format;

    /// A file with row groups of two rows.
    pub(in crate::read) fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, column)| (name, column, true)),
        )
        .expect("a batch");
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(2))
            .build();
        let mut writer =
            ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).expect("writes");
        writer.into_inner().expect("closes")
    }

    #[test]
    fn rows_become_documents_whatever_the_string_type() {
        let texts: Vec<Option<&str>> = vec![Some("one"), None, Some(" "), Some("four"), Some("five")];
        let columns: [ArrayRef; 4] = [
            Arc::new(StringArray::from(texts.clone())),
            Arc::new(LargeStringArray::from(texts.clone())),
            Arc::new(StringViewArray::from(texts.clone())),
            Arc::new(BinaryArray::from(
                texts
                    .iter()
                    .map(|text| text.map(str::as_bytes))
                    .collect::<Vec<_>>(),
            )),
        ];
        for text in columns {
            let id: ArrayRef = Arc::new(Int64Array::from(vec![10, 11, 12, 13, 14]));
            let basket = harvest_bytes(
                "a.parquet",
                &file(vec![("id", id), ("text", text)]),
                Format::Parquet,
            );
            assert_eq!(basket.texts(), ["one", "four", "five"]);
            assert_eq!(basket.documents[1].key.as_deref(), Some("13"));
            assert_eq!(basket.documents[1].place.record, 3);
            assert!(basket.documents[1].place.offset > basket.documents[0].place.offset);
            assert_eq!(basket.quarantined[0].0.record, 1);
            assert_eq!(basket.skipped.get("empty text"), Some(&1));
        }
    }

    /// The texts of the column at the path `text`.
    fn texts_at(path: &str, columns: Vec<(&str, ArrayRef)>) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = write_file(folder.path(), "a.parquet", &file(columns));
        let raw = RawFile {
            format: Format::Parquet,
            columns: Columns {
                text: path.to_owned(),
                ..Columns::default()
            },
            ..raw_file(&file)
        };
        let mut basket = Basket::default();
        Parquet.read(&raw, &mut basket).expect("reads");
        basket.texts().into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn paths_lead_into_structs_and_lists_and_through_dots() {
        let strings = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let structs = |texts: &[&str]| {
            let fields = Fields::from(vec![Field::new("text", DataType::Utf8, true)]);
            StructArray::new(fields, vec![strings(texts)], None)
        };
        let one: ArrayRef = Arc::new(structs(&["deep"]));
        assert_eq!(
            texts_at("content.text", vec![("content", Arc::clone(&one))]),
            ["deep"]
        );
        let dotted = vec![("content", one), ("content.text", strings(&["plain"]))];
        assert_eq!(texts_at("content.text", dotted), ["plain"]);
        let values = structs(&["a0", "a1", "b0"]);
        let field = Arc::new(Field::new("item", values.data_type().clone(), true));
        let list = ListArray::new(field, OffsetBuffer::from_lengths([2, 1]), Arc::new(values), None);
        let list: ArrayRef = Arc::new(list);
        assert_eq!(
            texts_at("turns.0.text", vec![("turns", Arc::clone(&list))]),
            ["a0", "b0"]
        );
        assert_eq!(texts_at("turns.1.text", vec![("turns", list)]), ["a1"]);
    }

    #[test]
    fn files_without_text_say_what_they_have() {
        let column: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
        let more = Arc::clone(&column);
        let nulls: ArrayRef = Arc::new(NullArray::new(1));
        let lists: ArrayRef = Arc::new(ListArray::new(
            Arc::new(Field::new("item", DataType::Utf8, true)),
            OffsetBuffer::from_lengths([1]),
            Arc::clone(&column),
            None,
        ));
        let numbers: ArrayRef = Arc::new(StructArray::from(vec![(
            Arc::new(Field::new("n", DataType::Utf8, true)),
            ArrayRef::clone(&column),
        )]));
        let cases = [
            (
                file(vec![("body", column), ("text", numbers)]),
                "the column 'text' is of type Struct(\"n\": Utf8), not text; name one of its fields, such as 'text.n'",
            ),
            (
                file(vec![("text", lists)]),
                "the column 'text' is of type List(Utf8), not text; name one of its elements, such as 'text.0'",
            ),
            (
                file(vec![("text", nulls)]),
                "the column 'text' is of type Null, not text; name a column of strings",
            ),
            (file(vec![("body", more)]), "no column 'text'; there are body"),
            (b"PAR1 nothing".to_vec(), "not a readable parquet file: "),
            (Vec::new(), "the file is empty"),
        ];
        for (bytes, reason) in cases {
            let basket = harvest_bytes("a.parquet", &bytes, Format::Parquet);
            assert!(
                basket.quarantined[0].1.starts_with(reason),
                "{:?}",
                basket.quarantined
            );
        }
    }

    #[test]
    fn numbers_are_text_as_in_other_formats_with_columns() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![5]));
        assert_eq!(texts_at("text", vec![("text", numbers)]), ["5"]);
        let truths: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
        assert_eq!(texts_at("text", vec![("text", truths)]), ["true"]);
    }

    #[test]
    fn a_damaged_row_group_costs_no_other() {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["one", "two", "three", "four"]));
        let mut bytes = file(vec![("text", text)]);
        // The first row group's pages begin behind the magic number.
        for byte in &mut bytes[4..30] {
            *byte = 0xff;
        }
        let basket = harvest_bytes("a.parquet", &bytes, Format::Parquet);
        assert_eq!(basket.texts(), ["three", "four"]);
        assert_eq!(basket.quarantined.len(), 1);
        assert!(
            basket.quarantined[0].1.starts_with("damaged row group"),
            "{:?}",
            basket.quarantined
        );
    }
}
