//! `gristmill-train eval --model DIR --shards DIR`.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use gristmill_train::data::shards::TokenAxis;
use gristmill_train::evaluate::{Reading, evaluate};
use gristmill_train::model::Decoder;
use gristmill_train::text::Text;
use gristmill_train::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

use super::{load_model, print, print_json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The model: a folder in Hugging Face's form, or the `out` of a run.
    #[arg(long)]
    model: PathBuf,
    /// A folder of shards made with the model's tokenizer.
    #[arg(long)]
    shards: PathBuf,
    /// Tokens that the model sees at once [default: the positions that it was made for, at most 1024].
    #[arg(long)]
    sequence_length: Option<usize>,
    /// Sequences computed together.
    #[arg(long, default_value_t = 8)]
    batch_size: usize,
    /// Batches at most [default: all].
    #[arg(long)]
    batches: Option<usize>,
    /// Print a line of JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let pretrained = load_model(&arguments.model)?;
    let axis = TokenAxis::open(&arguments.shards)?;
    let bytes = fs::read(&pretrained.tokenizer).map_err(|source| Error::File {
        path: pretrained.tokenizer.clone(),
        source,
    })?;
    if format!("{:032x}", xxh3_128(&bytes)) != axis.manifest().tokenizer.hash {
        return Err(Error::Data(format!(
            "{} was made with another tokenizer than that of {}: its ids mean other text",
            arguments.shards.display(),
            arguments.model.display()
        )));
    }
    let positions = pretrained.architecture.positions;
    let sequence_length = arguments.sequence_length.unwrap_or(positions.min(1024));
    if sequence_length == 0 || sequence_length > positions {
        return Err(Error::Usage(format!(
            "--sequence-length {sequence_length}: the model was made for 1 to {positions} positions"
        )));
    }
    let model = Decoder::new(&pretrained.architecture, &pretrained.weights)?;
    let byte_lengths = Text::load(&pretrained.tokenizer)?.byte_lengths(pretrained.architecture.vocabulary);
    let reading = Reading {
        sequence_length,
        batch_size: arguments.batch_size,
        batches: arguments.batches,
    };
    let found = evaluate(&model, &axis, &reading, byte_lengths.as_deref())?;
    if arguments.json {
        return print_json(&found);
    }
    let bits = match found.bits_per_byte {
        Some(bits) => format!("\nbits per byte  {bits:.4}"),
        None => String::new(),
    };
    print(&format!(
        "tokens         {}\nloss           {:.4} nats a token\nperplexity     {:.2}{bits}",
        found.tokens, found.loss, found.perplexity
    ))
}
