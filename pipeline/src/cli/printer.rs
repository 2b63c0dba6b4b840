//! The one place that writes to stderr: progress, notes, warnings, errors; quiet, coloured or as JSON lines.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tracing_subscriber::EnvFilter;

use crate::run::{Event, Observer};

/// How much is shown, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Human,
    /// Warnings and errors only.
    Quiet,
    /// JSON lines on stdout.
    Json,
}

/// Whether stderr may be coloured.
pub(super) fn color() -> bool {
    let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !asked_not_to
}

/// Sends logs to stderr; `GRISTMILL_LOG` chooses them in the usual syntax, by default warnings.
pub(super) fn start_logging() {
    let filter = EnvFilter::try_from_env("GRISTMILL_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(color())
        .try_init();
    // A second call in one process (tests) finds logging started already.
    drop(subscriber);
}

/// Says why a command failed, with all causes.
pub(super) fn error(error: &anyhow::Error) {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    line(&format!("{}: {text}", painted("error", "31")));
}

/// A line on stderr. If stderr is gone there is nobody to tell.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

fn painted(text: &str, code: &str) -> String {
    if color() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Shows the events of a run.
pub(super) struct Printer {
    form: Form,
    bar: Option<ProgressBar>,
}

impl Printer {
    pub(super) fn new(form: Form) -> Self {
        Self { form, bar: None }
    }

    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { stage } => {
                if std::io::stderr().is_terminal() {
                    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                    bar.set_message(stage.name());
                    bar.set_style(style("{spinner} {msg}"));
                    bar.enable_steady_tick(Duration::from_millis(200));
                    self.bar = Some(bar);
                }
            }
            Event::Progress { done, total, .. } => {
                if let Some(bar) = &self.bar {
                    if bar.length().is_none() {
                        bar.set_style(style("{spinner} {msg:<10} [{bar:40}] {percent}% {eta}"));
                    }
                    bar.set_length(*total);
                    bar.set_position(*done);
                }
            }
            Event::Ended {
                stage,
                seconds,
                reused,
                note,
            } => {
                self.clear();
                let time = if *reused {
                    "reused".to_owned()
                } else {
                    format!("{seconds:.1} s")
                };
                line(&format!("{:<10} {time:>8}  {note}", stage.name()));
            }
            Event::Warning { message } => self.warn(message),
        }
    }

    fn warn(&mut self, message: &str) {
        let text = format!("{}: {message}", painted("warning", "33"));
        match &self.bar {
            Some(bar) => bar.suspend(|| line(&text)),
            None => line(&text),
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Printer {
    fn observe(&mut self, event: &Event<'_>) {
        match (self.form, event) {
            (Form::Human, event) => self.show(event),
            (Form::Quiet, Event::Warning { message }) => self.warn(message),
            (Form::Quiet, _) => {}
            (Form::Json, event) => {
                let mut row = described(event).to_string();
                row.push('\n');
                let mut stdout = std::io::stdout().lock();
                // Whoever reads the events may stop reading; the run goes on.
                let _ = stdout.write_all(row.as_bytes()).and_then(|()| stdout.flush());
            }
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn described(event: &Event<'_>) -> serde_json::Value {
    match event {
        Event::Started { stage } => json!({"event": "started", "stage": stage.name()}),
        Event::Progress { stage, done, total } => {
            json!({"event": "progress", "stage": stage.name(), "done": done, "total": total})
        }
        Event::Ended {
            stage,
            seconds,
            reused,
            note,
        } => json!({
            "event": "ended", "stage": stage.name(), "seconds": seconds, "reused": reused, "note": note,
        }),
        Event::Warning { message } => json!({"event": "warning", "message": message}),
    }
}
