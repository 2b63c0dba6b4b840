//! `gristmill-train eval --model DIR --shards DIR`, or `--text FILE`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use gristmill_train::checkpoint::hugging_face::Pretrained;
use gristmill_train::data::every_window;
use gristmill_train::data::packing::batches_of;
use gristmill_train::data::shards::TokenAxis;
use gristmill_train::evaluate::{Evaluation, evaluate};
use gristmill_train::model::Decoder;
use gristmill_train::text::Text;
use gristmill_train::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

use super::{load_model, print, print_json};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("input").required(true).args(["shards", "text"]))]
pub(super) struct Arguments {
    /// The model: a folder in Hugging Face's form, or the `out` of a run.
    #[arg(long)]
    model: PathBuf,
    /// A folder of shards made with the model's tokenizer.
    #[arg(long)]
    shards: Option<PathBuf>,
    /// A file of text.
    #[arg(long)]
    text: Option<PathBuf>,
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
    let positions = pretrained.architecture.positions;
    let sequence_length = arguments.sequence_length.unwrap_or(positions.min(1024));
    if sequence_length == 0 || sequence_length > positions {
        return Err(Error::Usage(format!(
            "--sequence-length {sequence_length}: the model was made for 1 to {positions} positions"
        )));
    }
    let found = match (&arguments.shards, &arguments.text) {
        (Some(shards), _) => of_shards(arguments, &pretrained, shards, sequence_length)?,
        (None, Some(file)) => of_text(arguments, &pretrained, file, sequence_length)?,
        (None, None) => return Err(Error::Usage("give --shards or --text".to_owned())),
    };
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

fn of_shards(
    arguments: &Arguments,
    pretrained: &Pretrained,
    shards: &Path,
    sequence_length: usize,
) -> Result<Evaluation> {
    let axis = TokenAxis::open(shards)?;
    if format!("{:032x}", xxh3_128(&read(&pretrained.tokenizer)?)) != axis.manifest().tokenizer.hash {
        return Err(Error::Data(format!(
            "{} was made with another tokenizer than that of {}: its ids mean other text",
            shards.display(),
            arguments.model.display()
        )));
    }
    let model = Decoder::new(&pretrained.architecture, &pretrained.weights)?;
    let byte_lengths = Text::load(&pretrained.tokenizer)?.byte_lengths(pretrained.architecture.vocabulary);
    let batches = every_window(&axis, sequence_length, arguments.batch_size)?;
    let batches = batches.take(arguments.batches.unwrap_or(usize::MAX));
    evaluate(&model, batches, byte_lengths.as_deref())
}

fn of_text(
    arguments: &Arguments,
    pretrained: &Pretrained,
    file: &Path,
    sequence_length: usize,
) -> Result<Evaluation> {
    let content = String::from_utf8(read(file)?).map_err(|error| Error::Malformed {
        path: file.to_owned(),
        fault: format!("is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()),
    })?;
    let text = Text::load(&pretrained.tokenizer)?;
    // The end of another text is what the first token is foretold from, where the model knows such an end.
    let mut ids: Vec<u32> = pretrained.end.first().copied().into_iter().collect();
    ids.extend(text.encode(&content)?);
    let model = Decoder::new(&pretrained.architecture, &pretrained.weights)?;
    let byte_lengths = text.byte_lengths(pretrained.architecture.vocabulary);
    let batches = batches_of(&ids, sequence_length, arguments.batch_size);
    let batches = batches.take(arguments.batches.unwrap_or(usize::MAX));
    evaluate(&model, batches, byte_lengths.as_deref())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}
