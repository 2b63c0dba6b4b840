//! Labelled texts, out of any file that the pipeline can read: columns of JSONL, Parquet and CSV files, lines that
//! begin with `__label__x`, or whole files and folders of one label.

use std::collections::BTreeMap;

use serde::Serialize;

use super::dictionary::LABEL_PREFIX;
use crate::read::inventory::{self, InventoryError};
use crate::read::{RawFile, ReadError, read};
use crate::recipe::written::{Code, Columns, Format, Group, Source};
use crate::stage::{Harvest, Place, RawDocument};

/// A text and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The label, without `__label__` and without white space.
    pub label: String,
    /// The text.
    pub text: String,
}

/// Where labelled texts come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Files with a column for the text and one for the label, or lines that begin with their labels.
    Labeled {
        /// Files, folders or patterns.
        path: String,
        /// The column of the text.
        text: String,
        /// The column of the label, of strings or numbers.
        label: String,
    },
    /// All documents of these files have the same label.
    Whole {
        /// Files, folders or patterns.
        path: String,
        /// The column of the text, where there are columns.
        text: String,
        /// The label.
        label: String,
    },
}

/// A record that is no example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The file.
    pub path: String,
    /// Bytes from the start of the file, or of its decompressed stream.
    pub offset: u64,
    /// The record's number in the file, from 0; of lines, the line's.
    pub record: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Examples of each label.
    pub labels: BTreeMap<String, u64>,
    /// Records that are no examples, in the order of reading.
    pub refused: Vec<Refused>,
    /// How many there are: no more than [`MAX_REFUSED`] are told apart.
    pub refused_count: u64,
}

/// Refused records that are told apart at most.
pub const MAX_REFUSED: usize = 10_000;

/// Examples cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// There are no such files.
    #[error(transparent)]
    Inventory(#[from] InventoryError),
    /// A file cannot be read, or what was read cannot be put away.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Takes an example, or says why it cannot be put away.
pub type Take<'a> = dyn FnMut(Example) -> Result<(), String> + 'a;

/// Reads all examples of `inputs` in order.
///
/// # Errors
/// When a file cannot be read, or `take` fails.
pub fn each(inputs: &[Input], take: &mut Take<'_>) -> Result<Counts, ExampleError> {
    let mut counts = Counts::default();
    for input in inputs {
        let (path, text, label) = match input {
            Input::Labeled { path, text, label } | Input::Whole { path, text, label } => (path, text, label),
        };
        let columns = Columns {
            text: text.clone(),
            // A label, like a date, is a string or a number and may be missing: it is read where dates are.
            date: label.clone(),
            ..Columns::default()
        };
        let source = Source {
            name: "labeled".to_owned(),
            group: Group::Web,
            paths: vec![path.clone()],
            format: Format::Auto,
            columns: columns.clone(),
            code: Code::default(),
        };
        let one_label = match input {
            Input::Labeled { .. } => None,
            Input::Whole { label, .. } => Some(label.as_str()),
        };
        for file in files(&source)? {
            let file = RawFile {
                columns: columns.clone(),
                ..file
            };
            let mut harvest = Labeling {
                file: &file,
                one_label,
                counts: &mut counts,
                take: &mut *take,
            };
            read(&file, &mut harvest)?;
        }
    }
    Ok(counts)
}

/// The files of an input. One that is named and whose name tells no format is text: `train.ft`, `cooking.valid`.
fn files(source: &Source) -> Result<Vec<RawFile>, ExampleError> {
    if let [path] = &source.paths[..]
        && crate::read::format_of(path).is_none()
        && std::path::Path::new(path).is_file()
    {
        return Ok(vec![RawFile::new(path, Format::Text)]);
    }
    let listed = inventory::list(source)?.files.into_iter();
    Ok(listed
        .map(|listed| RawFile {
            seen: Some(listed.seen),
            ..RawFile::new(listed.path, listed.format)
        })
        .collect())
}

/// Gives documents their labels.
struct Labeling<'a, 'b> {
    file: &'a RawFile,
    one_label: Option<&'a str>,
    counts: &'a mut Counts,
    take: &'a mut Take<'b>,
}

impl Labeling<'_, '_> {
    fn example(&mut self, place: Place, label: &str, text: String) -> Result<(), ReadError> {
        let label = label.strip_prefix(LABEL_PREFIX).unwrap_or(label);
        let label = label.split_whitespace().collect::<Vec<_>>().join("_");
        if label.is_empty() {
            self.refuse(place, "it has no label".to_owned());
            return Ok(());
        }
        if text.trim().is_empty() {
            self.refuse(place, "it has a label and no text".to_owned());
            return Ok(());
        }
        *self.counts.labels.entry(label.clone()).or_default() += 1;
        (self.take)(Example { label, text }).map_err(|message| ReadError::Harvest {
            path: self.file.path.clone(),
            message,
        })
    }

    fn refuse(&mut self, place: Place, reason: String) {
        self.counts.refused_count += 1;
        if self.counts.refused.len() < MAX_REFUSED {
            self.counts.refused.push(Refused {
                path: self.file.path.clone(),
                offset: place.offset,
                record: place.record,
                reason,
            });
        }
    }

    /// Lines as fastText has them: `__label__x text`.
    fn lines(&mut self, text: &str) -> Result<(), ReadError> {
        let mut offset = 0;
        for (record, line) in text.split_inclusive('\n').enumerate() {
            let place = Place {
                offset,
                record: record as u64,
            };
            offset += line.len() as u64;
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let (label, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            if !label.starts_with(LABEL_PREFIX) {
                self.refuse(place, format!("the line does not begin with {LABEL_PREFIX}"));
            } else if rest.trim_start().starts_with(LABEL_PREFIX) {
                self.refuse(place, "the line has more than one label".to_owned());
            } else {
                self.example(place, label, rest.to_owned())?;
            }
        }
        Ok(())
    }
}

impl Harvest for Labeling<'_, '_> {
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError> {
        let place = document.place;
        if let Some(label) = self.one_label {
            return self.example(place, label, document.text);
        }
        match self.file.format {
            Format::Jsonl | Format::Parquet | Format::Csv => {
                if let Some(label) = document.date {
                    return self.example(place, &label, document.text);
                }
                let column = &self.file.columns.date;
                self.refuse(
                    place,
                    format!("it has no label: the column '{column}' is empty or not there"),
                );
                Ok(())
            }
            _ => self.lines(&document.text),
        }
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        self.refuse(place, reason);
        Ok(())
    }

    fn skip(&mut self, _reason: &'static str) {}
}
