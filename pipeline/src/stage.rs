//! THE CONTRACT: what each kind of stage is given, what it gives back, and what it may not do. Read this first.
//!
//! A stage does one kind of thing, and its kind is its trait:
//!
//! | trait | from | to | may not |
//! |---|---|---|---|
//! | [`Reader`] | a raw file | documents, quarantined records | change text, judge it |
//! | [`Rewriter`] | text | text | drop a document |
//! | [`Annotator`] | a document, its text analysed once | typed signals | drop a document, change text |
//! | [`Rule`] | annotation columns | keep or drop | read text, run a model |
//! | [`Kernel`] | columns | a column | hold state, spawn threads |
//!
//! None of them reads the clock, the environment or unseeded randomness, and none of them names the engine that
//! runs it: `plan/` composes them, `engine/` runs the plans. What is global (duplicates, the mixture) is a plan
//! over columns and has no trait.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use crate::annotate::Subject;
use crate::read::{RawFile, ReadError};

/// Where a record lies in its raw file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes from the start of the file as it lies on disk, where its format allows seeking there; else bytes of
    /// the decompressed stream.
    pub offset: u64,
    /// The record's number in the file, or in the range of it that is read, from 0.
    pub record: u64,
}

/// A document as a reader finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawDocument {
    /// Where its record lies.
    pub place: Place,
    /// How many bytes its record has, counted as [`Place::offset`] is; `None` where it is the whole file.
    pub length: Option<u64>,
    /// The source's own id for it, where there is one.
    pub key: Option<String>,
    /// The address it was fetched from.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was published: `YYYY-MM-DD`, or the part of it that is known.
    pub date: Option<String>,
    /// The language that the source claims: of people, or of programming.
    pub language_hint: Option<String>,
    /// The licence that was found for it, as an SPDX expression.
    pub license: Option<String>,
    /// Its text, valid UTF-8, otherwise untouched.
    pub text: String,
}

/// Where a reader puts what it finds, record by record, so that nothing but the record is in memory.
pub trait Harvest {
    /// Takes a document.
    fn document(&mut self, document: RawDocument) -> Result<(), ReadError>;

    /// Takes note of a record that should have been a document and could not be read. The run goes on.
    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError>;

    /// Counts a record that is sound and no document: a redirect, an image, a request.
    fn skip(&mut self, reason: &'static str);
}

/// Turns a raw file of one format into documents, as a stream.
pub trait Reader: Send + Sync {
    /// Reads all records of `file` in order.
    ///
    /// What is wrong with a record goes to [`Harvest::quarantine`]; where the rest of the file cannot be reached
    /// (a cut-off gzip), that is quarantined too, and what came before stands.
    ///
    /// # Errors
    /// When the file cannot be opened or the disk fails.
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError>;
}

/// Changes the text of a document. The only kind of stage that may.
pub trait Rewriter: Send + Sync {
    /// The text as it should be. Idempotent: rewriting twice changes nothing more.
    fn rewrite(&self, text: String) -> String;
}

/// The type of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalType {
    /// A count, never null.
    Count,
    /// A ratio or score; null where it is not defined (a ratio over no words).
    Ratio,
    /// A label; null where there is none.
    Label,
    /// Raw bytes of a fixed meaning, such as a hash; null where there are none.
    Bytes,
}

/// A signal that an annotator computes for every document: one field of its struct column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The field's name; in SQL it is `<annotator>.<name>`.
    pub name: &'static str,
    /// Its type.
    pub signal_type: SignalType,
    /// What it measures, with its unit, for documentation.
    pub meaning: &'static str,
}

impl Signal {
    /// A signal.
    #[must_use]
    pub const fn new(name: &'static str, signal_type: SignalType, meaning: &'static str) -> Self {
        Self {
            name,
            signal_type,
            meaning,
        }
    }
}

/// Where an annotator puts the signals of one document, in the order in which it declares them.
pub trait SignalRow {
    /// Puts a [`SignalType::Count`].
    fn count(&mut self, value: u64);
    /// Puts a [`SignalType::Ratio`].
    fn ratio(&mut self, value: Option<f64>);
    /// Puts a [`SignalType::Label`].
    fn label(&mut self, value: Option<&str>);
    /// Puts a [`SignalType::Bytes`].
    fn bytes(&mut self, value: Option<&[u8]>);
}

/// Computes signals of a document from its analysed text and what its source says of it.
pub trait Annotator: Send + Sync {
    /// The struct column's name.
    fn name(&self) -> &str;

    /// The signals, in the order of the fields.
    fn signals(&self) -> &'static [Signal];

    /// Puts one value for each signal into `row`, in that order.
    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow);
}

/// A condition that a document must meet to be kept, over annotation columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stage that the verdict names: `language`, `quality`, `safety`, `filter`.
    pub stage: &'static str,
    /// The drop reason that the verdict names.
    pub name: String,
    /// SQL over the annotation columns, true for documents to keep. Where it is null, the rule does not apply.
    pub keep: String,
    /// SQL of the number that the verdict shows.
    pub value: Option<String>,
    /// The groups it applies to; empty for all.
    pub groups: Vec<String>,
    /// The sources it applies to; empty for all.
    pub sources: Vec<String>,
}

/// Why a kernel could not compute.
#[derive(Debug, thiserror::Error)]
#[error("{function}: {message}")]
pub struct KernelError {
    /// The kernel's name.
    pub function: &'static str,
    /// What went wrong, on what.
    pub message: String,
}

/// A function of columns, reached from plans by its name alone, on this machine or another: all its
/// configuration is in its arguments. One adapter (`plan/udf.rs`) makes it known to an engine.
pub trait Kernel: Send + Sync + 'static {
    /// The name in SQL.
    fn name(&self) -> &'static str;

    /// The types of its arguments.
    fn arguments(&self) -> Vec<DataType>;

    /// The type of its result.
    fn returns(&self) -> DataType;

    /// Whether it writes files, so that an engine must call it once for each row and not leave a call out.
    fn has_effects(&self) -> bool {
        false
    }

    /// Computes the result for a batch: as many rows as each of the arguments has.
    ///
    /// # Errors
    /// When an argument cannot be worked on or, for a kernel with effects, when the disk fails.
    fn invoke(&self, arguments: &[ArrayRef]) -> Result<ArrayRef, KernelError>;
}
