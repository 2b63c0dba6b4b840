//! The run: from a configuration to a trained model.
//!
//! A step takes its batch, computes the loss and every gradient, checks them, clips them, and changes the weights;
//! after the last step the model is exported, measured on held-out sequences, and made to write. The clock is read
//! for logs alone.

mod summary;
mod trainer;

use std::path::Path;
use std::time::Instant;

pub use summary::Summary;

use trainer::Trainer;

use crate::checkpoint::{Checkpoint, checkpoints_folder, hugging_face, model_folder, newest};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::generate::{Sampling, generate};
use crate::log::{Jsonl, Log, Record};
use crate::text::Text;

/// How a run starts and stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Continue from the newest checkpoint, or start where there is none.
    pub resume: bool,
    /// Start anew where an earlier run left something.
    pub overwrite: bool,
    /// Save and stop after this step, short of the schedule's end.
    pub stop_after: Option<u64>,
}

/// Trains as `config` says, and tells `console`.
///
/// # Errors
/// When `out` holds an earlier run and neither `resume` nor `overwrite` is set, when the shards or the checkpoint
/// are not fit, when the loss is not finite, when a tensor gets no gradient, or when the disk refuses.
pub fn run(config: &Config, options: &Options, console: &mut dyn Log) -> Result<Summary> {
    let checkpoint = start(&config.out, options)?;
    let mut trainer = Trainer::new(config, checkpoint, console)?;
    let mut metrics = Jsonl::open(&config.out.join("metrics.jsonl"), trainer.step())?;
    let end = config.schedule.steps.min(options.stop_after.unwrap_or(u64::MAX));

    let began = Instant::now();
    let first_step = trainer.step();
    let mut speed = 0.0;
    while trainer.step() < end {
        let outcome = trainer.train_step()?;
        let seconds = began.elapsed().as_secs_f64();
        speed = ((trainer.step() - first_step) * trainer.tokens_per_step()) as f64 / seconds.max(1e-9);
        let measure = config.log.held_out_every_steps;
        let due = measure > 0 && trainer.step().is_multiple_of(measure);
        let record = Record {
            step: trainer.step(),
            tokens: trainer.step() * trainer.tokens_per_step(),
            loss: outcome.loss,
            learning_rate: outcome.learning_rate,
            gradient_norm: outcome.gradient_norm,
            held_out_loss: if due { trainer.held_out_loss()? } else { None },
            tokens_per_second: speed,
            seconds,
        };
        metrics.record(&record)?;
        console.record(&record)?;
        if trainer.step().is_multiple_of(config.checkpoint.every_steps) || trainer.step() == end {
            trainer.save()?;
        }
    }
    finish(&trainer, speed, began)
}

/// The checkpoint to start from, if the run does not start anew.
fn start(out: &Path, options: &Options) -> Result<Option<Checkpoint>> {
    let checkpoints = checkpoints_folder(out);
    if options.resume {
        return newest(&checkpoints);
    }
    let model = model_folder(out);
    for earlier in [&checkpoints, &model] {
        let is_empty = std::fs::read_dir(earlier).map_or(true, |mut entries| entries.next().is_none());
        if is_empty {
            continue;
        }
        if !options.overwrite {
            return Err(Error::Usage(format!(
                "{} is there from an earlier run: continue it with --resume, or start anew with --overwrite",
                earlier.display()
            )));
        }
        std::fs::remove_dir_all(earlier).map_err(Error::file(earlier))?;
    }
    Ok(None)
}

/// Exports, measures and samples, where the schedule is at its end.
fn finish(trainer: &Trainer<'_>, speed: f64, began: Instant) -> Result<Summary> {
    let config = trainer.config();
    let (first_loss, training_loss) = trainer.losses();
    let vocabulary = trainer.architecture().vocabulary;
    let mut summary = Summary {
        step: trainer.step(),
        steps: config.schedule.steps,
        tokens: trainer.step() * trainer.tokens_per_step(),
        parameters: trainer.architecture().parameter_count(),
        vocabulary,
        chance_loss: (vocabulary as f64).ln(),
        first_loss,
        training_loss,
        held_out_loss: trainer.held_out_loss()?,
        tokens_per_second: speed,
        seconds: began.elapsed().as_secs_f64(),
        checkpoints: checkpoints_folder(&config.out),
        model: None,
        sample: None,
    };
    if trainer.step() < config.schedule.steps {
        return Ok(summary);
    }
    let model = model_folder(&config.out);
    let manifest = trainer.axis().manifest();
    let tokenizer = trainer.axis().folder().join(&manifest.tokenizer.file);
    let end = manifest.tokenizer.end_of_document;
    hugging_face::export(
        &model,
        trainer.architecture(),
        &trainer.weights(),
        &tokenizer,
        end,
    )?;
    summary.sample = sample(trainer, &tokenizer, end)?;
    summary.model = Some(model);
    Ok(summary)
}

/// The text that the configuration asks for; `None` where it asks for none, or where a text cannot be begun
/// because there is neither a prompt nor a token that parts documents.
fn sample(trainer: &Trainer<'_>, tokenizer: &Path, end: Option<u32>) -> Result<Option<String>> {
    let config = &trainer.config().sample;
    if config.tokens == 0 {
        return Ok(None);
    }
    let text = Text::load(tokenizer)?;
    let mut ids = text.encode(&config.prompt)?;
    if config.prompt.is_empty() {
        ids.extend(end);
    }
    if ids.is_empty() {
        return Ok(None);
    }
    let sampling = Sampling {
        temperature: config.temperature,
        top_k: config.top_k,
        seed: trainer.config().seed,
    };
    let written = generate(&trainer.model()?, &ids, config.tokens, end.as_slice(), &sampling)?;
    ids.extend(written);
    text.decode(&ids).map(Some)
}
