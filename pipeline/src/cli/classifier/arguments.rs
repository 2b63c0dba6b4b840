//! What `gristmill classifier` can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::classify::examples::Input;
use crate::classify::train::Training;
use crate::cli::Failure;
use crate::recipe::written::TextForm;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Train(Train),
    Test(Test),
    Predict(Predict),
}

/// Trains a fastText classifier from labelled text, and tests it on texts that were held out.
///
/// The same texts in the same order give the same model, to the byte.
#[derive(Debug, Args)]
pub(super) struct Train {
    #[command(flatten)]
    pub(super) texts: Texts,
    /// The model to write.
    #[arg(long)]
    pub(super) out: PathBuf,
    /// Hold out this share of the texts, chosen by a hash of each, and test on them.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    pub(super) holdout: f64,
    #[command(flatten)]
    pub(super) how: How,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// Precision, recall and F1 of each label, accuracy, and what scores mean, on labelled text.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The model, a .bin or .ftz file.
    pub(super) model: PathBuf,
    #[command(flatten)]
    pub(super) texts: Texts,
    #[command(flatten)]
    pub(super) answer: Answer,
}

/// What a model says of each text, a line of JSON for each: the best labels with their scores.
#[derive(Debug, Args)]
pub(super) struct Predict {
    /// The model, a .bin or .ftz file.
    pub(super) model: PathBuf,
    /// Files, folders or patterns of any format that `curate` reads; what is no text has no line.
    #[arg(required = true)]
    pub(super) inputs: Vec<String>,
    /// The column of the text.
    #[arg(long, default_value = "text")]
    pub(super) text: String,
    /// What is done to the texts first.
    #[arg(long, value_enum, default_value_t = Form::Lines)]
    pub(super) normalize: Form,
    /// How many labels.
    #[arg(long, default_value_t = 1)]
    pub(super) top: usize,
}

/// Where labelled texts come from, and in which form the model sees them.
#[derive(Debug, Args)]
pub(super) struct Texts {
    /// Labelled text: JSONL, Parquet or CSV files with columns, or files of lines that begin with `__label__x`;
    /// compressed or not; folders and patterns of such files.
    pub(super) inputs: Vec<String>,
    /// Files, folders or patterns whose documents all have one label; any format that `curate` reads. May be given
    /// several times.
    #[arg(long = "all", value_name = "LABEL=PATH", value_parser = whole)]
    pub(super) whole: Vec<(String, String)>,
    /// The column of the text.
    #[arg(long, default_value = "text")]
    pub(super) text: String,
    /// The column of the label.
    #[arg(long, default_value = "label")]
    pub(super) label: String,
    /// What is done to the texts first. A recipe that uses the model must say the same.
    #[arg(long, value_enum, default_value_t = Form::Lines)]
    pub(super) normalize: Form,
}

/// How the answer is written.
#[derive(Debug, Args)]
pub(super) struct Answer {
    /// The label whose scores are held against what is so, instead of the most likely one's.
    #[arg(long, value_name = "LABEL")]
    pub(super) scores_of: Option<String>,
    /// Write the figures as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Form {
    /// Line breaks become spaces.
    Lines,
    /// Letters small, and punctuation apart from words.
    Words,
}

/// How the model is trained.
#[derive(Debug, Args)]
pub(super) struct How {
    /// Columns of the weights.
    #[arg(long, default_value_t = Training::default().dimensions, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(super) dim: u16,
    /// The learning rate at the start.
    #[arg(long, default_value_t = Training::default().learning_rate, value_parser = rate)]
    pub(super) lr: f64,
    /// How often each text is seen.
    #[arg(long, default_value_t = Training::default().epochs, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) epochs: u16,
    /// Words of a run at most: 1 for words alone, 2 for pairs too.
    #[arg(long, default_value_t = Training::default().word_ngrams, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub(super) word_ngrams: u8,
    /// Rows that runs of words and letters are hashed into.
    #[arg(long, default_value_t = Training::default().buckets, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub(super) buckets: u32,
    /// Words more seldom than this are not learnt.
    #[arg(long, default_value_t = Training::default().min_count, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) min_count: u16,
    /// Letters of subwords at least and at most, such as 2-4; none by default.
    #[arg(long, value_name = "LEAST-MOST", value_parser = letters)]
    pub(super) subwords: Option<(u8, u8)>,
    /// What the first weights are drawn from.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=32767))]
    pub(super) seed: u16,
    /// Quantize the weights: a .ftz file, a tenth as large and a little worse.
    #[arg(long)]
    pub(super) quantize: bool,
}

impl Texts {
    pub(super) fn inputs(&self) -> Result<Vec<Input>, Failure> {
        if self.inputs.is_empty() && self.whole.is_empty() {
            let message = "there is no labeled text: name files, or give --all LABEL=PATH";
            return Err(Failure::Usage(anyhow::anyhow!(message)));
        }
        let labeled = self.inputs.iter().map(|path| Input::Labeled {
            path: path.clone(),
            text: self.text.clone(),
            label: self.label.clone(),
        });
        let whole = self.whole.iter().map(|(label, path)| Input::Whole {
            path: path.clone(),
            text: self.text.clone(),
            label: label.clone(),
        });
        Ok(labeled.chain(whole).collect())
    }
}

impl Form {
    pub(super) fn of_recipe(self) -> TextForm {
        match self {
            Self::Lines => TextForm::Lines,
            Self::Words => TextForm::Words,
        }
    }
}

impl How {
    pub(super) fn training(&self) -> Training {
        Training {
            dimensions: self.dim,
            learning_rate: self.lr,
            epochs: self.epochs,
            word_ngrams: self.word_ngrams,
            buckets: self.buckets,
            min_count: self.min_count,
            subwords: self.subwords.unwrap_or((0, 0)),
            seed: self.seed,
            quantize: self.quantize,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to less than 1".to_owned()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 100.0 => Ok(rate),
        _ => Err("a learning rate is a number above 0, such as 0.5".to_owned()),
    }
}

fn whole(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((label, path)) if !label.is_empty() && !path.is_empty() => {
            Ok((label.to_owned(), path.to_owned()))
        }
        _ => Err("expected LABEL=PATH".to_owned()),
    }
}

fn letters(text: &str) -> Result<(u8, u8), String> {
    let parts = text.split_once('-');
    let numbers = parts.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?)));
    match numbers {
        Some((least, most)) if 1 <= least && least <= most && most <= 20 => Ok((least, most)),
        _ => Err("expected two numbers up to 20, such as 2-4".to_owned()),
    }
}
