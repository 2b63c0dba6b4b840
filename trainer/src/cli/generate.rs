//! `gristmill-train generate --model DIR`.

use std::path::PathBuf;

use clap::Args;
use gristmill_train::generate::{Sampling, generate};
use gristmill_train::model::Decoder;
use gristmill_train::text::Text;
use gristmill_train::{Error, Result};
use serde_json::json;

use super::{load_model, print, print_json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The model: a folder in Hugging Face's form, or the `out` of a run.
    #[arg(long)]
    model: PathBuf,
    /// What it continues [default: it starts a text].
    #[arg(long, default_value = "")]
    prompt: String,
    /// Tokens that it writes at most; it ends early where the text ends or its positions do.
    #[arg(long, default_value_t = 100)]
    tokens: usize,
    /// Always take the likeliest token.
    #[arg(long)]
    greedy: bool,
    /// How far it strays from the likeliest token; 0 never does.
    #[arg(long, default_value_t = 0.8, conflicts_with = "greedy")]
    temperature: f64,
    /// How many of the likeliest tokens it chooses among; 0 is all.
    #[arg(long, default_value_t = 50, conflicts_with = "greedy")]
    top_k: usize,
    /// What its choices follow from.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Print a line of JSON: the prompt, the whole text, and the ids of both.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if !arguments.temperature.is_finite() || arguments.temperature < 0.0 {
        return Err(Error::Usage(format!(
            "--temperature {}: a number from 0 on",
            arguments.temperature
        )));
    }
    let pretrained = load_model(&arguments.model)?;
    let text = Text::load(&pretrained.tokenizer)?;
    let mut prompt = text.encode(&arguments.prompt)?;
    if prompt.is_empty() {
        // A text begins where another ended.
        prompt.extend(pretrained.end.first());
    }
    if prompt.is_empty() {
        return Err(Error::Usage(
            "this model has no token that begins a text: give it a --prompt".to_owned(),
        ));
    }
    let model = Decoder::new(&pretrained.architecture, &pretrained.weights)?;
    let sampling = if arguments.greedy {
        Sampling::GREEDY
    } else {
        Sampling {
            temperature: arguments.temperature,
            top_k: arguments.top_k,
            seed: arguments.seed,
        }
    };
    let written = generate(&model, &prompt, arguments.tokens, &pretrained.end, &sampling)?;
    let mut ids = prompt;
    ids.extend(written);
    let whole = text.decode(&ids)?;
    if arguments.json {
        return print_json(&json!({ "prompt": arguments.prompt, "text": whole, "ids": ids }));
    }
    print(&whole)
}
