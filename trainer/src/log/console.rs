//! Progress on stderr: one moving line on a terminal, a line now and then elsewhere. No colours.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Log, Record};
use crate::error::{Error, Result};

/// Progress for people.
#[derive(Debug)]
pub struct Console {
    bar: Option<ProgressBar>,
    steps: u64,
    every_steps: u64,
    first_step: Option<u64>,
}

impl Console {
    /// Progress of a run of `steps` steps, told every `every_steps` steps where stderr is no terminal.
    ///
    /// # Errors
    /// When the terminal's line has no valid form.
    pub fn new(steps: u64, every_steps: u64) -> Result<Self> {
        let bar = if io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {msg}")
                .map_err(|error| Error::Training(format!("the progress line has no valid form: {error}")))?
                .progress_chars("=> ");
            let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
            bar.set_style(style);
            Some(bar)
        } else {
            None
        };
        Ok(Self {
            bar,
            steps,
            every_steps: every_steps.max(1),
            first_step: None,
        })
    }
}

impl Log for Console {
    fn record(&mut self, record: &Record) -> Result<()> {
        let first_step = *self.first_step.get_or_insert(record.step);
        let left = seconds_left(record, first_step, self.steps);
        let text = line(record, left);
        if let Some(bar) = &self.bar {
            bar.set_position(record.step);
            bar.set_message(text);
            if record.step == self.steps {
                bar.finish();
            }
            return Ok(());
        }
        let due = record.step == first_step
            || record.step == self.steps
            || record.step.is_multiple_of(self.every_steps)
            || record.held_out_loss.is_some();
        if due {
            return tell(&format!("step {}/{}  {text}", record.step, self.steps));
        }
        Ok(())
    }

    fn note(&mut self, text: &str) -> Result<()> {
        match &self.bar {
            Some(bar) => {
                bar.println(text);
                Ok(())
            }
            None => tell(text),
        }
    }
}

fn tell(text: &str) -> Result<()> {
    writeln!(io::stderr().lock(), "{text}").map_err(|source| Error::File {
        path: PathBuf::from("stderr"),
        source,
    })
}

fn seconds_left(record: &Record, first_step: u64, steps: u64) -> f64 {
    let done = (record.step + 1).saturating_sub(first_step).max(1);
    record.seconds / done as f64 * steps.saturating_sub(record.step) as f64
}

fn line(record: &Record, seconds_left: f64) -> String {
    let held_out = match record.held_out_loss {
        Some(loss) => format!("  held-out {loss:.4}"),
        None => String::new(),
    };
    format!(
        "loss {:.4}{held_out}  rate {:.2e}  gradient {:.3}  {:.0} tokens/s  {} left",
        record.loss,
        record.learning_rate,
        record.gradient_norm,
        record.tokens_per_second,
        duration(seconds_left)
    )
}

/// Seconds for people: `7s`, `3m 05s`, `2h 01m`.
fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    let hours = (minutes / 60.0).floor();
    if hours >= 1.0 {
        return format!("{hours:.0}h {:02.0}m", minutes - hours * 60.0);
    }
    if minutes >= 1.0 {
        return format!("{minutes:.0}m {:02.0}s", (seconds - minutes * 60.0).floor());
    }
    format!("{:.0}s", seconds.ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_all_that_is_promised() {
        let record = Record {
            step: 20,
            tokens: 40_960,
            loss: 5.25,
            learning_rate: 1e-3,
            gradient_norm: 0.5,
            held_out_loss: Some(5.5),
            tokens_per_second: 10_000.4,
            seconds: 4.0,
        };
        insta::assert_snapshot!(
            line(&record, seconds_left(&record, 11, 200)),
            @"loss 5.2500  held-out 5.5000  rate 1.00e-3  gradient 0.500  10000 tokens/s  1m 12s left"
        );
    }

    #[test]
    fn durations_read_well() {
        for (seconds, expected) in [(0.2, "1s"), (59.0, "59s"), (185.0, "3m 05s"), (7_290.0, "2h 01m")] {
            assert_eq!(duration(seconds), expected);
        }
    }
}
