//! Labelled texts to a model, by the crate `fasttext`: a softmax over labels, trained with one thread, so that the
//! same texts in the same order give the same bytes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use fasttext::FastText;
use fasttext::args::{Args, LossName};
use fasttext::matrix::Matrix;
use gristmill_schemas::atomic::AtomicFile;

use super::dictionary::LABEL_PREFIX;
use super::examples::Example;
use super::normalize::normalized;
use crate::recipe::written::TextForm;

/// Weights of a model take no more than this: 8 GiB.
const MAX_WEIGHT_BYTES: u64 = 8 << 30;

/// How a model is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Columns of the weights.
    pub dimensions: u16,
    /// The learning rate at the start; it falls to 0.
    pub learning_rate: f64,
    /// How often each text is seen.
    pub epochs: u16,
    /// Words of a run at most: 2 for pairs of words.
    pub word_ngrams: u8,
    /// Rows for runs of words and letters.
    pub buckets: u32,
    /// Words that are in the texts more seldom than this are not learnt.
    pub min_count: u16,
    /// Letters of subwords, at least and at most; 0 for none.
    pub subwords: (u8, u8),
    /// What the first weights are drawn from.
    pub seed: u16,
    /// Whether the weights are quantized, which makes the file ten times smaller.
    pub quantize: bool,
}

impl Default for Training {
    // Near the best of 48 choices on the held-out fifths of two small sets (README, "Classifiers").
    fn default() -> Self {
        Self {
            dimensions: 32,
            learning_rate: 0.5,
            epochs: 10,
            word_ngrams: 2,
            buckets: 200_000,
            min_count: 2,
            subwords: (0, 0),
            seed: 0,
            quantize: false,
        }
    }
}

/// A model cannot be trained.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to learn from.
    #[error("there is no labeled text to learn from")]
    NoExamples,
    /// There is nothing to tell apart.
    #[error(
        "all {count} texts have the label '{label}'; a classifier needs two labels or more to tell apart"
    )]
    OneLabel {
        /// The label.
        label: String,
        /// How many texts.
        count: u64,
    },
    /// The weights would not fit.
    #[error(
        "{buckets} buckets of {dimensions} dimensions are more than a model can have; ask for fewer of either"
    )]
    TooLarge {
        /// Asked for.
        buckets: u32,
        /// Asked for.
        dimensions: u16,
    },
    /// Weights have grown beyond all bounds.
    #[error("the weights grew beyond all bounds: the learning rate of {0} is too high")]
    Diverged(f64),
    /// The trainer failed.
    #[error("training failed: {0}")]
    Trainer(#[from] fasttext::FastTextError),
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Training {
    /// Makes sure that the weights fit.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(&self) -> Result<(), TrainError> {
        if u64::from(self.buckets) * u64::from(self.dimensions) * 4 > MAX_WEIGHT_BYTES {
            return Err(self.too_large());
        }
        Ok(())
    }

    fn too_large(&self) -> TrainError {
        TrainError::TooLarge {
            buckets: self.buckets,
            dimensions: self.dimensions,
        }
    }

    /// Trains on the lines of `texts`, as [`put`] writes them, and writes the model to `out` when it is whole.
    ///
    /// # Errors
    /// When the texts cannot be read, the weights leave all bounds or the model cannot be written.
    pub fn train(&self, texts: &Path, out: &Path) -> Result<(), TrainError> {
        self.check()?;
        let mut args = Args {
            input: texts.to_owned(),
            ..Args::default()
        };
        args.word_ngrams = i32::from(self.word_ngrams);
        args.apply_supervised_defaults();
        let (min_letters, max_letters) = self.subwords;
        args.minn = i32::from(min_letters);
        args.maxn = i32::from(max_letters);
        let runs = self.word_ngrams > 1 || max_letters > 0;
        args.bucket = if runs {
            i32::try_from(self.buckets).unwrap_or(i32::MAX)
        } else {
            0
        };
        args.loss = LossName::Softmax;
        args.dim = i32::from(self.dimensions);
        args.lr = self.learning_rate;
        args.epoch = i32::from(self.epochs);
        args.min_count = i32::from(self.min_count);
        args.seed = i32::from(self.seed);
        args.thread = 1;
        args.verbose = 0;
        let mut model = FastText::train(args)?;
        let weights = model
            .input_matrix()
            .data()
            .iter()
            .chain(model.output_matrix().data());
        if !weights.copied().all(f32::is_finite) {
            return Err(TrainError::Diverged(self.learning_rate));
        }
        if self.quantize {
            // Codes are counted in 31 bits, two columns each.
            let codes = model.input_matrix().rows() * i64::from(self.dimensions.div_ceil(2));
            if i32::try_from(codes).is_err() {
                return Err(self.too_large());
            }
            let smaller = Args {
                qnorm: true,
                ..Args::default()
            };
            model.quantize(&smaller)?;
        }
        let failed = |source| TrainError::File {
            path: out.display().to_string(),
            source,
        };
        let mut file = AtomicFile::create(out).map_err(failed)?;
        model.save(&mut file)?;
        file.commit().map_err(failed)
    }
}

/// Writes an example as a line for [`Training::train`].
///
/// # Errors
/// When the disk fails.
pub fn put(file: &mut BufWriter<File>, example: &Example, form: TextForm) -> std::io::Result<()> {
    write!(file, "{LABEL_PREFIX}{}", example.label)?;
    let text = normalized(&example.text, form);
    let is_end = |character: char| character.is_ascii_whitespace() || matches!(character, '\0' | '\x0b');
    for word in text.split(is_end) {
        // What the format means by these, the text does not.
        if !word.is_empty() && !word.starts_with(LABEL_PREFIX) && word != "</s>" {
            write!(file, " {word}")?;
        }
    }
    writeln!(file)
}
