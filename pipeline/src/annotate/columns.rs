//! Annotations as columns: one Arrow struct for each annotator, a typed field for each signal.
//!
//! [`SignalType::Count`] is a non-null `UInt64`, [`SignalType::Ratio`] a `Float64`, [`SignalType::Label`] a `Utf8`,
//! [`SignalType::Bytes`] a `Binary`, the last three null where there is no value. Rows stand in the order of the
//! texts.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Float64Builder, StringBuilder, StructArray, UInt64Builder};
use arrow::datatypes::{DataType, Field, Fields};

use super::Subject;
use crate::stage::{Annotator, SignalRow, SignalType};

/// An annotator did not keep to the signals that it declares. A defect of the program, not of the text.
#[derive(Debug, thiserror::Error)]
#[error("annotator '{annotator}' breaks its contract: {message}; please report this")]
pub struct ContractError {
    /// The annotator's name.
    pub annotator: String,
    /// What it did.
    pub message: String,
}

/// The fields of the annotation columns, one struct for each annotator.
#[must_use]
pub fn fields(annotators: &[Box<dyn Annotator>]) -> Vec<Field> {
    let column = |annotator: &dyn Annotator| {
        Field::new(
            annotator.name(),
            DataType::Struct(signal_fields(annotator)),
            false,
        )
    };
    annotators
        .iter()
        .map(|annotator| column(annotator.as_ref()))
        .collect()
}

/// The fields of one annotator's struct.
fn signal_fields(annotator: &dyn Annotator) -> Fields {
    let field = |name: &str, signal_type| match signal_type {
        SignalType::Count => Field::new(name, DataType::UInt64, false),
        SignalType::Ratio => Field::new(name, DataType::Float64, true),
        SignalType::Label => Field::new(name, DataType::Utf8, true),
        SignalType::Bytes => Field::new(name, DataType::Binary, true),
    };
    annotator
        .signals()
        .iter()
        .map(|signal| field(signal.name, signal.signal_type))
        .collect()
}

/// The annotations of `documents`, in the order of [`fields`], each with its annotator's name.
///
/// # Errors
/// When an annotator does not keep to its declared signals.
pub fn annotate<'a>(
    annotators: &[Box<dyn Annotator>],
    documents: impl IntoIterator<Item = Subject<'a>>,
) -> Result<Vec<(String, StructArray)>, ContractError> {
    let mut columns: Vec<Column> = annotators
        .iter()
        .map(|annotator| Column::new(annotator.as_ref()))
        .collect();
    for document in documents {
        for (annotator, column) in annotators.iter().zip(&mut columns) {
            column.next = 0;
            annotator.annotate(&document, column);
            column.end_row()?;
        }
    }
    columns.into_iter().map(Column::finish).collect()
}

/// The struct column of one annotator while it grows.
struct Column {
    annotator: String,
    fields: Fields,
    signals: Vec<SignalColumn>,
    /// The signal that is put next.
    next: usize,
    fault: Option<String>,
}

enum SignalColumn {
    Count(UInt64Builder),
    Ratio(Float64Builder),
    Label(StringBuilder),
    Bytes(BinaryBuilder),
}

impl Column {
    fn new(annotator: &dyn Annotator) -> Self {
        let signal = |signal_type| match signal_type {
            SignalType::Count => SignalColumn::Count(UInt64Builder::new()),
            SignalType::Ratio => SignalColumn::Ratio(Float64Builder::new()),
            SignalType::Label => SignalColumn::Label(StringBuilder::new()),
            SignalType::Bytes => SignalColumn::Bytes(BinaryBuilder::new()),
        };
        Self {
            annotator: annotator.name().to_owned(),
            fields: signal_fields(annotator),
            signals: annotator
                .signals()
                .iter()
                .map(|declared| signal(declared.signal_type))
                .collect(),
            next: 0,
            fault: None,
        }
    }

    fn end_row(&mut self) -> Result<(), ContractError> {
        let declared = self.signals.len();
        let message = match self.fault.take() {
            Some(fault) => fault,
            None if self.next != declared => format!("it put {} of its {declared} signals", self.next),
            None => return Ok(()),
        };
        Err(ContractError {
            annotator: self.annotator.clone(),
            message,
        })
    }

    fn finish(self) -> Result<(String, StructArray), ContractError> {
        let finish = |signal| -> ArrayRef {
            match signal {
                SignalColumn::Count(mut builder) => Arc::new(builder.finish()),
                SignalColumn::Ratio(mut builder) => Arc::new(builder.finish()),
                SignalColumn::Label(mut builder) => Arc::new(builder.finish()),
                SignalColumn::Bytes(mut builder) => Arc::new(builder.finish()),
            }
        };
        let arrays: Vec<ArrayRef> = self.signals.into_iter().map(finish).collect();
        match StructArray::try_new(self.fields, arrays, None) {
            Ok(column) => Ok((self.annotator, column)),
            Err(error) => Err(ContractError {
                annotator: self.annotator,
                message: error.to_string(),
            }),
        }
    }

    /// The column that the next signal goes to.
    fn take_next(&mut self) -> Option<&mut SignalColumn> {
        let next = self.next;
        self.next += 1;
        self.signals.get_mut(next)
    }

    fn refuse(&mut self, put: &str) {
        let place = self.next;
        self.fault
            .get_or_insert_with(|| format!("it put a {put} as signal number {place}"));
    }
}

impl SignalRow for Column {
    fn count(&mut self, value: u64) {
        match self.take_next() {
            Some(SignalColumn::Count(builder)) => builder.append_value(value),
            _ => self.refuse("count"),
        }
    }

    fn ratio(&mut self, value: Option<f64>) {
        match self.take_next() {
            Some(SignalColumn::Ratio(builder)) => builder.append_option(value),
            _ => self.refuse("ratio"),
        }
    }

    fn label(&mut self, value: Option<&str>) {
        match self.take_next() {
            Some(SignalColumn::Label(builder)) => builder.append_option(value),
            _ => self.refuse("label"),
        }
    }

    fn bytes(&mut self, value: Option<&[u8]>) {
        match self.take_next() {
            Some(SignalColumn::Bytes(builder)) => builder.append_option(value),
            _ => self.refuse("bytes value"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arrow::array::Array;

    use super::*;
    use crate::annotate::annotators;
    use crate::annotate::tests::everything;
    use crate::recipe::written::Group;
    use crate::stage::Signal;

    #[test]
    fn every_annotator_keeps_to_what_it_declares() {
        let long_word = "x".repeat(100_000);
        let texts = [
            "",
            " \n\n\t",
            "An ordinary sentence, with a number: 42.",
            "漢字とかなの文章です。テスト。",
            &long_word,
            "🎉🎉 👩‍👩‍👧 🇪🇺",
            "\u{0}\u{fffd}\u{301}\u{feff}",
            "#...…•- <EMAIL> a@b.org",
        ];
        let list = annotators(&everything()).expect("annotators");
        let documents = texts.map(|text| Subject::of_text(text, Group::Web));
        let columns = annotate(&list, documents).expect("the contract is kept");
        assert_eq!(columns.len(), list.len());
        for ((name, column), field) in columns.iter().zip(fields(&list)) {
            assert_eq!((name, column.data_type()), (field.name(), field.data_type()));
            assert_eq!((column.len(), column.null_count()), (texts.len(), 0));
        }
    }

    #[test]
    fn names_are_unique_and_spelled_like_sql() {
        let list = annotators(&everything()).expect("annotators");
        let mut names = BTreeSet::new();
        for annotator in &list {
            assert!(names.insert(annotator.name().to_owned()));
            for signal in annotator.signals() {
                assert!(names.insert(format!("{}.{}", annotator.name(), signal.name)));
                assert!(!signal.meaning.is_empty());
            }
        }
        let plain = |name: &String| {
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
        };
        assert!(names.iter().all(plain), "{names:?}");
    }

    struct Liar(fn(&mut dyn SignalRow));

    impl Annotator for Liar {
        fn name(&self) -> &'static str {
            "liar"
        }
        fn signals(&self) -> &'static [Signal] {
            &[Signal {
                name: "one",
                signal_type: SignalType::Count,
                meaning: "a count",
            }]
        }
        fn annotate(&self, _: &Subject<'_>, row: &mut dyn SignalRow) {
            self.0(row);
        }
    }

    #[test]
    fn a_broken_contract_is_an_error() {
        let lies: [fn(&mut dyn SignalRow); 3] = [
            |_| {},
            |row| row.ratio(None),
            |row| {
                row.count(1);
                row.count(2);
            },
        ];
        for lie in lies {
            let list: Vec<Box<dyn Annotator>> = vec![Box::new(Liar(lie))];
            let error = annotate(&list, [Subject::of_text("text", Group::Web)]).expect_err("it lies");
            assert!(error.to_string().contains("'liar'"), "{error}");
        }
    }
}
