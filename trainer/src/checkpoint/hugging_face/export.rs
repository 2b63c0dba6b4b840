//! Writes a finished model.

use std::fs;
use std::path::Path;

use gristmill_schemas::atomic;
use serde_json::{Value, json};

use super::{CONFIG_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE};
use crate::checkpoint::WEIGHTS_FILE;
use crate::checkpoint::folder::write_folder;
use crate::checkpoint::tensors::encode_weights;
use crate::error::{Error, Result};
use crate::model::{Architecture, Weights};

/// Writes a model into `folder`, in place of an earlier one.
///
/// # Errors
/// When the tokenizer cannot be read or the disk refuses.
pub fn export(
    folder: &Path,
    architecture: &Architecture,
    weights: &Weights,
    tokenizer: &Path,
    end: Option<u32>,
) -> Result<()> {
    let tokenizer_bytes = fs::read(tokenizer).map_err(Error::file(tokenizer))?;
    let end_token = match end {
        Some(id) => token_of(tokenizer, &tokenizer_bytes, id)?,
        None => None,
    };
    let config = json!({
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": false,
        "attention_dropout": 0.0,
        "bos_token_id": end,
        "eos_token_id": end,
        "head_dim": architecture.head_size,
        "hidden_act": "silu",
        "hidden_size": architecture.hidden_size,
        "initializer_range": 0.02,
        "intermediate_size": architecture.intermediate_size,
        "max_position_embeddings": architecture.positions,
        "mlp_bias": false,
        "model_type": "llama",
        "num_attention_heads": architecture.heads,
        "num_hidden_layers": architecture.layers,
        "num_key_value_heads": architecture.key_value_heads,
        "rms_norm_eps": architecture.norm_epsilon,
        "rope_scaling": null,
        "rope_theta": architecture.rope_theta,
        "tie_word_embeddings": architecture.tie_embeddings,
        "torch_dtype": "float32",
        "use_cache": true,
        "vocab_size": architecture.vocabulary,
    });
    let tokenizer_config = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": end_token,
        "eos_token": end_token,
        "model_max_length": architecture.positions,
        "clean_up_tokenization_spaces": false,
    });
    let weights = encode_weights(weights)?;
    write_folder(folder, |partial| {
        let write = |name: &str, bytes: &[u8]| {
            let path = partial.join(name);
            atomic::write(&path, bytes).map_err(Error::unwritable(path))
        };
        write(WEIGHTS_FILE, &weights)?;
        write(TOKENIZER_FILE, &tokenizer_bytes)?;
        write(TOKENIZER_CONFIG_FILE, &text_of(&tokenizer_config))?;
        write(CONFIG_FILE, &text_of(&config))
    })
}

fn text_of(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// The text of an added token in a `tokenizer.json`.
fn token_of(path: &Path, bytes: &[u8], id: u32) -> Result<Option<String>> {
    let parsed: Value = serde_json::from_slice(bytes).map_err(|error| Error::Malformed {
        path: path.to_owned(),
        fault: format!("is not JSON: {error}"),
    })?;
    let added = parsed.get("added_tokens").and_then(Value::as_array);
    let token = added
        .into_iter()
        .flatten()
        .find(|token| token.get("id") == Some(&json!(id)));
    Ok(token.and_then(|token| Some(token.get("content")?.as_str()?.to_owned())))
}
