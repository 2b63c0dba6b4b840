//! `gristmill classifier`: fastText classifiers of quality, domain or toxicity, from labelled text.

mod arguments;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use clap::Args;
use gristmill_schemas::config::nearest;
use tempfile::NamedTempFile;

use self::arguments::{Command, Predict, Test, Train};
use super::printer::line;
use super::{Failure, put};
use crate::classify::evaluate::{Evaluation, Report};
use crate::classify::examples::{Counts, Example, Input, each};
use crate::classify::normalize::normalized;
use crate::classify::train::{self, TrainError};
use crate::classify::{Model, Scratch};
use crate::recipe::written::TextForm;

/// Refused records that are named on stderr.
const SHOWN_REFUSED: usize = 5;

/// Bytes of lines that are written at once.
const LINE_BYTES: usize = 1 << 16;

/// Parts that texts are divided into by hash, for `--holdout`.
const PARTS: u16 = 10_000;

/// Trains and tests classifiers of text.
#[derive(Debug, Args)]
pub(super) struct Classifier {
    #[command(subcommand)]
    command: Command,
}

pub(super) fn run(command: &Classifier) -> Result<(), Failure> {
    match &command.command {
        Command::Train(command) => train(command),
        Command::Test(command) => test(command),
        Command::Predict(command) => predict(command),
    }
}

fn train(command: &Train) -> Result<(), Failure> {
    let training = command.how.training();
    training.check().map_err(Failure::usage)?;
    let inputs = command.texts.inputs()?;
    let form = command.texts.normalize.of_recipe();
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
    if command.texts.normalize.of_recipe() == TextForm::Words {
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
    let form = command.texts.normalize.of_recipe();
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

fn predict(command: &Predict) -> Result<(), Failure> {
    let model = Model::load(&command.model.display().to_string()).map_err(Failure::run)?;
    let inputs = command.inputs.iter().map(|path| Input::Whole {
        path: path.clone(),
        text: command.text.clone(),
        label: "unknown".to_owned(),
    });
    let inputs: Vec<Input> = inputs.collect();
    let form = command.normalize.of_recipe();
    let mut scratch = Scratch::default();
    let mut lines = Vec::new();
    let counts = each(&inputs, &mut |example| {
        let found = model.predict(&normalized(&example.text, form), command.top, &mut scratch);
        let found = found.iter().map(|found| {
            let label = model.labels().get(found.label);
            serde_json::json!({ "label": label, "score": found.score })
        });
        let found: serde_json::Value = found.collect();
        lines.extend_from_slice(found.to_string().as_bytes());
        lines.push(b'\n');
        if lines.len() > LINE_BYTES {
            put(&lines).map_err(|_| "stdout cannot be written to".to_owned())?;
            lines.clear();
        }
        Ok(())
    });
    let counts = counts.map_err(Failure::run)?;
    if counts.refused_count > 0 {
        tell(&counts);
    }
    put(&lines)
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
