//! What is said at the end of a run.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Steps done.
    pub step: u64,
    /// Steps of the schedule.
    pub steps: u64,
    /// Tokens trained on, repeated ones counted again.
    pub tokens: u64,
    /// Trainable values.
    pub parameters: usize,
    /// Ids.
    pub vocabulary: usize,
    /// The loss of a model that knows nothing: the natural logarithm of the vocabulary.
    pub chance_loss: f64,
    /// The loss of the first step, in nats a token.
    pub first_loss: f32,
    /// The running mean of the loss at the end.
    pub training_loss: f32,
    /// The loss on held-out sequences at the end.
    pub held_out_loss: Option<f64>,
    /// Tokens per second of this process; 0 where it trained no step.
    pub tokens_per_second: f64,
    /// Seconds of this process.
    pub seconds: f64,
    /// Where the checkpoints lie.
    pub checkpoints: PathBuf,
    /// Where the finished model lies; `None` short of the schedule's end.
    pub model: Option<PathBuf>,
    /// What the finished model wrote.
    pub sample: Option<String>,
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "steps          {} of {}, {} tokens, {} weights",
            self.step, self.steps, self.tokens, self.parameters
        )?;
        writeln!(formatter, "loss at start  {:.4} nats a token", self.first_loss)?;
        writeln!(
            formatter,
            "loss at end    {:.4} in training (running mean)",
            self.training_loss
        )?;
        let end = match self.held_out_loss {
            Some(loss) => {
                writeln!(formatter, "               {loss:.4} on held-out sequences")?;
                loss
            }
            None => f64::from(self.training_loss),
        };
        writeln!(
            formatter,
            "chance         {:.4}, ln of {} ids: the end is {:.2} nats below",
            self.chance_loss,
            self.vocabulary,
            self.chance_loss - end
        )?;
        writeln!(
            formatter,
            "speed          {:.0} tokens/s, {:.0} s",
            self.tokens_per_second, self.seconds
        )?;
        let Some(model) = &self.model else {
            writeln!(formatter, "checkpoints    {}", self.checkpoints.display())?;
            return write!(formatter, "\ncontinue with the same command and --resume");
        };
        writeln!(formatter, "model          {}", model.display())?;
        if let Some(sample) = &self.sample {
            writeln!(formatter, "\nit writes:")?;
            for line in sample.lines() {
                writeln!(formatter, "  {line}")?;
            }
        }
        write!(
            formatter,
            "\nnext: gristmill-train generate --model {} --prompt \"The\"",
            model.display()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_the_loss_fell_and_what_comes_next() {
        let summary = Summary {
            step: 300,
            steps: 300,
            tokens: 614_400,
            parameters: 1_000_576,
            vocabulary: 2_048,
            chance_loss: 2_048_f64.ln(),
            first_loss: 7.65,
            training_loss: 4.9,
            held_out_loss: Some(5.0),
            tokens_per_second: 9_000.0,
            seconds: 68.2,
            checkpoints: PathBuf::from("out/m/checkpoints"),
            model: Some(PathBuf::from("out/m/model")),
            sample: Some("The mill\nturns.".to_owned()),
        };
        insta::assert_snapshot!(summary.to_string(), @r#"
        steps          300 of 300, 614400 tokens, 1000576 weights
        loss at start  7.6500 nats a token
        loss at end    4.9000 in training (running mean)
                       5.0000 on held-out sequences
        chance         7.6246, ln of 2048 ids: the end is 2.62 nats below
        speed          9000 tokens/s, 68 s
        model          out/m/model

        it writes:
          The mill
          turns.

        next: gristmill-train generate --model out/m/model --prompt "The"
        "#);
        let stopped = Summary {
            step: 100,
            model: None,
            sample: None,
            held_out_loss: None,
            ..summary
        };
        insta::assert_snapshot!(stopped.to_string(), @r"
        steps          100 of 300, 614400 tokens, 1000576 weights
        loss at start  7.6500 nats a token
        loss at end    4.9000 in training (running mean)
        chance         7.6246, ln of 2048 ids: the end is 2.72 nats below
        speed          9000 tokens/s, 68 s
        checkpoints    out/m/checkpoints

        continue with the same command and --resume
        ");
    }
}
