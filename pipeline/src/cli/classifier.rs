//! `gristmill classifier`: fastText classifiers of quality, domain or toxicity, from labelled text.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use gristmill_schemas::config::nearest;
use tempfile::NamedTempFile;

use super::printer::line;
use super::{Failure, put};
use crate::classify::Model;
use crate::classify::evaluate::{Evaluation, Report};
use crate::classify::examples::{Counts, Example, Input, each};
use crate::classify::normalize::normalized;
use crate::classify::train::{self, TrainError, Training};
use crate::recipe::written::TextForm;

/// Refused records that are named on stderr.
const SHOWN_REFUSED: usize = 5;

/// Parts that texts are divided into by hash, for `--holdout`.
const PARTS: u16 = 10_000;

/// Trains and tests classifiers of text.
#[derive(Debug, Args)]
pub(super) struct Classifier {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(Train),
    Test(Test),
}

/// Trains a fastText classifier from labelled text, and tests it on texts that were held out.
///
/// The same texts in the same order give the same model, to the byte.
#[derive(Debug, Args)]
struct Train {
    #[command(flatten)]
    texts: Texts,
    /// The model to write.
    #[arg(long)]
    out: PathBuf,
    /// Hold out this share of the texts, chosen by a hash of each, and test on them.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    holdout: f64,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    answer: Answer,
}

/// Precision, recall and F1 of each label, accuracy, and what scores mean, on labelled text.
#[derive(Debug, Args)]
struct Test {
    /// The model, a .bin or .ftz file.
    model: PathBuf,
    #[command(flatten)]
    texts: Texts,
    #[command(flatten)]
    answer: Answer,
}

/// Where labelled texts come from, and in which form the model sees them.
#[derive(Debug, Args)]
struct Texts {
    /// Labelled text: JSONL, Parquet or CSV files with columns, or files of lines that begin with `__label__x`;
    /// compressed or not; folders and patterns of such files.
    inputs: Vec<String>,
    /// Files, folders or patterns whose documents all have one label; any format that `curate` reads. May be given
    /// several times.
    #[arg(long = "all", value_name = "LABEL=PATH", value_parser = whole)]
    whole: Vec<(String, String)>,
    /// The column of the text.
    #[arg(long, default_value = "text")]
    text: String,
    /// The column of the label.
    #[arg(long, default_value = "label")]
    label: String,
    /// What is done to the texts first. A recipe that uses the model must say the same.
    #[arg(long, value_enum, default_value_t = Form::Lines)]
    normalize: Form,
}

/// How the answer is written.
#[derive(Debug, Args)]
struct Answer {
    /// The label whose scores are held against what is so, instead of the most likely one's.
    #[arg(long, value_name = "LABEL")]
    scores_of: Option<String>,
    /// Write the figures as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Line breaks become spaces.
    Lines,
    /// Letters small, and punctuation apart from words.
    Words,
}

/// How the model is trained.
#[derive(Debug, Args)]
struct How {
    /// Columns of the weights.
    #[arg(long, default_value_t = Training::default().dimensions, value_parser = clap::value_parser!(u16).range(1..=4096))]
    dim: u16,
    /// The learning rate at the start.
    #[arg(long, default_value_t = Training::default().learning_rate, value_parser = rate)]
    lr: f64,
    /// How often each text is seen.
    #[arg(long, default_value_t = Training::default().epochs, value_parser = clap::value_parser!(u16).range(1..=1000))]
    epochs: u16,
    /// Words of a run at most: 1 for words alone, 2 for pairs too.
    #[arg(long, default_value_t = Training::default().word_ngrams, value_parser = clap::value_parser!(u8).range(1..=10))]
    word_ngrams: u8,
    /// Rows that runs of words and letters are hashed into.
    #[arg(long, default_value_t = Training::default().buckets, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    buckets: u32,
    /// Words more seldom than this are not learnt.
    #[arg(long, default_value_t = Training::default().min_count, value_parser = clap::value_parser!(u16).range(1..))]
    min_count: u16,
    /// Letters of subwords at least and at most, such as 2-4; none by default.
    #[arg(long, value_name = "LEAST-MOST", value_parser = letters)]
    subwords: Option<(u8, u8)>,
    /// What the first weights are drawn from.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=32767))]
    seed: u16,
    /// Quantize the weights: a .ftz file, a tenth as large and a little worse.
    #[arg(long)]
    quantize: bool,
}

pub(super) fn run(command: &Classifier) -> Result<(), Failure> {
    match &command.command {
        Command::Train(command) => train(command),
        Command::Test(command) => test(command),
    }
}

fn train(command: &Train) -> Result<(), Failure> {
    let training = command.how.training();
    training.check().map_err(Failure::usage)?;
    let inputs = command.texts.inputs()?;
    let form = command.texts.form();
    let folder = match command.out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(|error| file_failure(folder, error))?;
    let temporary = || NamedTempFile::new_in(folder).map_err(|error| file_failure(folder, error));
    let (learnt, held_out) = (temporary()?, temporary()?);
    let counts = divide(
        &inputs,
        form,
        command.holdout,
        learnt.as_file(),
        held_out.as_file(),
    )?;
    tell(&counts);
    quarantine(&counts, &command.out)?;
    let learnt_labels = labels_of(learnt.path())?;
    match &learnt_labels[..] {
        [] => return Err(Failure::run(TrainError::NoExamples)),
        [(label, count)] => {
            return Err(Failure::run(TrainError::OneLabel {
                label: label.clone(),
                count: *count,
            }));
        }
        _ => {}
    }
    training
        .train(learnt.path(), &command.out)
        .map_err(Failure::run)?;
    let out = command.out.display().to_string();
    let model = Model::load(&out).map_err(Failure::run)?;
    line(&format!("{out}: labels {}", model.labels().join(", ")));
    if command.texts.form() == TextForm::Words {
        line("the recipe's entry for it must say normalize = \"words\"");
    }
    if command.holdout == 0.0 {
        return Ok(());
    }
    let mut evaluation = Evaluation::new(&model, subject(&model, command.answer.scores_of.as_deref())?);
    for text in BufReader::new(reopened(&held_out)?).lines() {
        let text = text.map_err(|error| file_failure(held_out.path(), error))?;
        let (label, text) = text.split_once(' ').unwrap_or((&text, ""));
        evaluation.add(label.strip_prefix("__label__").unwrap_or(label), text);
    }
    answer(&evaluation.report(), command.answer.json)
}

fn test(command: &Test) -> Result<(), Failure> {
    let path = command.model.display().to_string();
    let model = Model::load(&path).map_err(Failure::run)?;
    let inputs = command.texts.inputs()?;
    let form = command.texts.form();
    let mut evaluation = Evaluation::new(&model, subject(&model, command.answer.scores_of.as_deref())?);
    let counts = each(&inputs, &mut |example| {
        evaluation.add(&example.label, &normalized(&example.text, form));
        Ok(())
    });
    let counts = counts.map_err(Failure::run)?;
    tell(&counts);
    let unknown = counts.labels.keys().filter(|label| model.label(label).is_none());
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    if !unknown.is_empty() {
        let (unknown, known) = (unknown.join(", "), model.labels().join(", "));
        line(&format!(
            "warning: the model has no label {unknown}; it has {known}"
        ));
    }
    if counts.labels.is_empty() {
        return Err(Failure::Run(anyhow::anyhow!(
            "there is no labeled text to test on"
        )));
    }
    answer(&evaluation.report(), command.answer.json)
}

/// Writes each example to the texts to learn from or to those held out. The choice is by the hash of what the model
/// would see, so that copies of a text are on the same side.
fn divide(
    inputs: &[Input],
    form: TextForm,
    holdout: f64,
    learnt: &File,
    held_out: &File,
) -> Result<Counts, Failure> {
    let open = |file: &File| file.try_clone().map(BufWriter::new).map_err(Failure::run);
    let (mut learnt, mut held_out) = (open(learnt)?, open(held_out)?);
    let counts = each(inputs, &mut |example: Example| {
        let text = normalized(&example.text, form);
        let part = xxhash_rust::xxh3::xxh3_64(text.as_bytes()) % u64::from(PARTS);
        let is_held_out = (part as f64) < holdout * f64::from(PARTS);
        let file = if is_held_out { &mut held_out } else { &mut learnt };
        train::put(file, &example, form).map_err(|error| error.to_string())
    });
    let counts = counts.map_err(Failure::run)?;
    learnt
        .flush()
        .and_then(|()| held_out.flush())
        .map_err(Failure::run)?;
    Ok(counts)
}

/// The labels of lines that [`train::put`] wrote, and how many lines have each.
fn labels_of(path: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let file = File::open(path).map_err(|error| file_failure(path, error))?;
    let mut labels = std::collections::BTreeMap::<String, u64>::new();
    for text in BufReader::new(file).lines() {
        let text = text.map_err(|error| file_failure(path, error))?;
        let label = text.split(' ').next().unwrap_or_default();
        let label = label.strip_prefix("__label__").unwrap_or(label);
        *labels.entry(label.to_owned()).or_default() += 1;
    }
    Ok(labels.into_iter().collect())
}

fn reopened(file: &NamedTempFile) -> Result<File, Failure> {
    file.reopen().map_err(|error| file_failure(file.path(), error))
}

/// Says on stderr what was read.
fn tell(counts: &Counts) {
    let labels = counts
        .labels
        .iter()
        .map(|(label, count)| format!("{count} {label}"));
    line(&format!("read {}", labels.collect::<Vec<_>>().join(", ")));
    for refused in counts.refused.iter().take(SHOWN_REFUSED) {
        let (path, record, reason) = (&refused.path, refused.record, &refused.reason);
        line(&format!("warning: {path}, record {record}: {reason}"));
    }
    if counts.refused_count > 0 {
        line(&format!(
            "warning: {} records were passed over",
            counts.refused_count
        ));
    }
}

/// Writes the records that were passed over beside the model; where there are none, no file.
fn quarantine(counts: &Counts, out: &Path) -> Result<(), Failure> {
    if counts.refused.is_empty() {
        return Ok(());
    }
    let mut name = out.file_name().unwrap_or_default().to_os_string();
    name.push(".quarantine.jsonl");
    let path = out.with_file_name(name);
    let mut lines = Vec::new();
    for refused in &counts.refused {
        serde_json::to_writer(&mut lines, refused).map_err(Failure::run)?;
        lines.push(b'\n');
    }
    gristmill_schemas::atomic::write(&path, &lines).map_err(|error| file_failure(&path, error))?;
    line(&format!("warning: they are listed in {}", path.display()));
    Ok(())
}

/// The number of the label that the user names.
fn subject(model: &Model, name: Option<&str>) -> Result<Option<usize>, Failure> {
    let Some(name) = name else {
        return Ok(None);
    };
    if let Some(label) = model.label(name) {
        return Ok(Some(label));
    }
    let known = model.labels().join(", ");
    let meant = nearest(name, model.labels().iter().map(String::as_str));
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
    Err(Failure::Usage(anyhow::anyhow!(
        "the model has no label '{name}'; it has {known}{hint}"
    )))
}

fn answer(report: &Report, json: bool) -> Result<(), Failure> {
    if !json {
        return put(report.table().as_bytes());
    }
    let mut text = serde_json::to_vec(report).map_err(Failure::run)?;
    text.push(b'\n');
    put(&text)
}

fn file_failure(path: &Path, error: std::io::Error) -> Failure {
    Failure::Run(anyhow::Error::new(error).context(format!("cannot use {}", path.display())))
}

impl Texts {
    fn inputs(&self) -> Result<Vec<Input>, Failure> {
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

    fn form(&self) -> TextForm {
        match self.normalize {
            Form::Lines => TextForm::Lines,
            Form::Words => TextForm::Words,
        }
    }
}

impl How {
    fn training(&self) -> Training {
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
