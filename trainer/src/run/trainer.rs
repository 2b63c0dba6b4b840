//! The state of a run, and what one step does to it.

use crate::checkpoint::{Checkpoint, State, checkpoints_folder, require_same_run, save};
use crate::config::Config;
use crate::data::Dataset;
use crate::data::shards::TokenAxis;
use crate::error::{Error, Result};
use crate::log::Log;
use crate::model::{Architecture, Decoder, Parameters, Weights};
use crate::objective::{Objective, objective};
use crate::optimizer::{AdamW, Gradients, clip_factor, learning_rate};

/// The share of the running mean of the loss that each step keeps.
const MEMORY: f32 = 0.95;

/// Everything that training changes, with what it needs for that.
pub(super) struct Trainer<'a> {
    config: &'a Config,
    dataset: Dataset,
    objective: Box<dyn Objective>,
    architecture: Architecture,
    parameters: Parameters,
    /// The model over the parameters' tracked tensors.
    model: Decoder,
    optimizer: AdamW,
    step: u64,
    first_loss: f32,
    recent_loss: f32,
    /// Whether this process has seen that every tensor gets a gradient.
    gradients_checked: bool,
}

/// What a step gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) loss: f32,
    pub(super) learning_rate: f64,
    pub(super) gradient_norm: f64,
}

impl<'a> Trainer<'a> {
    /// The state at a checkpoint, or at the start.
    pub(super) fn new(
        config: &'a Config,
        checkpoint: Option<Checkpoint>,
        console: &mut dyn Log,
    ) -> Result<Self> {
        let dataset = Dataset::open(&config.data, config.seed)?;
        let vocabulary = dataset.axis().manifest().tokenizer.vocabulary;
        let vocabulary = usize::try_from(vocabulary)
            .map_err(|_| Error::Data(format!("a vocabulary of {vocabulary} ids does not fit memory")))?;
        let architecture = config.model.architecture(vocabulary, config.data.sequence_length);
        let (training, held_out) = dataset.sequences();
        let samples = config.schedule.steps * config.data.batch_size as u64;
        console.note(&format!(
            "{} tokens in {}: {training} sequences of {} to train on, {held_out} held out",
            dataset.axis().tokens(),
            config.data.shards.display(),
            config.data.sequence_length,
        ))?;
        console.note(&format!(
            "{} weights over {vocabulary} ids; {} steps go through the sequences {:.2} times",
            architecture.parameter_count(),
            config.schedule.steps,
            samples as f64 / training as f64,
        ))?;
        let Some(found) = checkpoint else {
            let parameters = Parameters::new(&Weights::initialize(&architecture, config.seed)?)?;
            return Ok(Self {
                model: Decoder::new(&architecture, &parameters.tracked())?,
                optimizer: AdamW::new(config.optimizer, &parameters),
                objective: objective(&config.objective),
                config,
                dataset,
                architecture,
                parameters,
                step: 0,
                first_loss: 0.0,
                recent_loss: 0.0,
                gradients_checked: false,
            });
        };
        let state = found.state;
        require_same_run(
            &state,
            &config.identity()?,
            &dataset.axis().fingerprint(),
            &config.data.shards,
        )?;
        console.note(&format!("continuing after step {}", state.step))?;
        let parameters = Parameters::new(&found.weights)?;
        Ok(Self {
            model: Decoder::new(&architecture, &parameters.tracked())?,
            optimizer: AdamW::restore(config.optimizer, &parameters, state.step, found.moments)?,
            objective: objective(&config.objective),
            config,
            dataset,
            architecture,
            parameters,
            step: state.step,
            first_loss: state.first_loss,
            recent_loss: state.recent_loss,
            gradients_checked: false,
        })
    }

    /// One step.
    ///
    /// # Errors
    /// When the loss is not finite, or when a tensor gets no gradient in the first step of this process.
    pub(super) fn train_step(&mut self) -> Result<Outcome> {
        let batch = self.dataset.training_batch(self.step)?;
        let loss_tensor = self.objective.loss(&self.model, &batch)?;
        let loss = loss_tensor.to_scalar::<f32>()?;
        if !loss.is_finite() {
            return Err(Error::Training(format!(
                "the loss of step {} is {loss}: a lower optimizer.learning_rate or a longer \
                 schedule.warmup_steps may help",
                self.step + 1
            )));
        }
        let mut store = loss_tensor.backward()?;
        // Activations live as long as the loss does.
        drop(loss_tensor);
        let gradients = Gradients::gather(&self.parameters, &mut store)?;
        if !self.gradients_checked {
            gradients.require_all()?;
            self.gradients_checked = true;
        }
        let gradient_norm = gradients.norm();
        if !gradient_norm.is_finite() {
            return Err(Error::Training(format!(
                "the gradient of step {} is not finite; the loss was {loss}",
                self.step + 1
            )));
        }
        let rate = learning_rate(&self.config.optimizer, &self.config.schedule, self.step);
        let factor = clip_factor(gradient_norm, self.config.optimizer.clip);
        self.optimizer.step(&self.parameters, &gradients, rate, factor)?;
        if self.step == 0 {
            self.first_loss = loss;
            self.recent_loss = loss;
        } else {
            self.recent_loss = MEMORY * self.recent_loss + (1.0 - MEMORY) * loss;
        }
        self.step += 1;
        Ok(Outcome {
            loss,
            learning_rate: rate,
            gradient_norm,
        })
    }

    /// The mean loss on held-out sequences; `None` where none are held out.
    pub(super) fn held_out_loss(&self) -> Result<Option<f64>> {
        let model = self.model()?;
        let mut nats = 0.0;
        let mut tokens = 0.0;
        for batch in self.dataset.held_out_batches(self.config.log.held_out_batches) {
            let batch = batch?;
            let loss = self.objective.loss(&model, &batch)?.to_scalar::<f32>()?;
            nats += f64::from(loss) * batch.tokens() as f64;
            tokens += batch.tokens() as f64;
        }
        Ok((tokens > 0.0).then(|| nats / tokens))
    }

    /// Saves a checkpoint.
    pub(super) fn save(&self) -> Result<()> {
        let state = State::new(
            self.step,
            (self.first_loss, self.recent_loss),
            self.config.identity()?,
            self.dataset.axis().fingerprint(),
        );
        let folder = checkpoints_folder(&self.config.out);
        let keep = self.config.checkpoint.keep;
        save(&folder, state, &self.weights(), &self.optimizer, keep)?;
        Ok(())
    }

    /// The model as it stands, without gradients.
    pub(super) fn model(&self) -> Result<Decoder> {
        Decoder::new(&self.architecture, &self.weights())
    }

    /// The weights as they stand, without gradients.
    pub(super) fn weights(&self) -> Weights {
        self.parameters.detached()
    }

    /// Steps done.
    pub(super) fn step(&self) -> u64 {
        self.step
    }

    /// Tokens with a target in one step.
    pub(super) fn tokens_per_step(&self) -> u64 {
        self.config.data.batch_size as u64 * self.config.data.sequence_length as u64
    }

    /// The loss of the first step, and the running mean.
    pub(super) fn losses(&self) -> (f32, f32) {
        (self.first_loss, self.recent_loss)
    }

    /// The model's dimensions.
    pub(super) fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The tokens that are learned from.
    pub(super) fn axis(&self) -> &TokenAxis {
        self.dataset.axis()
    }

    /// What the run is to do.
    pub(super) fn config(&self) -> &'a Config {
        self.config
    }
}
