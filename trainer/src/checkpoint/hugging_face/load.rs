//! Reads a model.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use serde::Deserialize;
use serde_json::Value;

use super::{CONFIG_FILE, INDEX_FILE, TOKENIZER_FILE};
use crate::checkpoint::WEIGHTS_FILE;
use crate::checkpoint::tensors::decode;
use crate::error::{Error, Result};
use crate::model::{Architecture, Weights};

/// A model read from a folder.
#[derive(Debug)]
pub struct Pretrained {
    /// Its dimensions.
    pub architecture: Architecture,
    /// Its tensors.
    pub weights: Weights,
    /// The ids that end a text.
    pub end: Vec<u32>,
    /// Where its tokenizer lies.
    pub tokenizer: PathBuf,
}

/// Reads the model in `folder`.
///
/// # Errors
/// When a file is missing or malformed, or when the model is of a kind that this decoder does not compute.
pub fn load(folder: &Path) -> Result<Pretrained> {
    let path = folder.join(CONFIG_FILE);
    let text = fs::read(&path).map_err(Error::file(&path))?;
    let refused = |fault: String| Error::Malformed {
        path: path.clone(),
        fault,
    };
    let config: LlamaConfig =
        serde_json::from_slice(&text).map_err(|error| refused(format!("is no Llama's: {error}")))?;
    let architecture = architecture_of(&config).map_err(refused)?;
    let end = match config.eos_token_id {
        Some(EndIds::One(id)) => vec![id],
        Some(EndIds::Several(ids)) => ids,
        None => Vec::new(),
    };
    Ok(Pretrained {
        architecture,
        weights: Weights::new(tensors(folder)?),
        end,
        tokenizer: folder.join(TOKENIZER_FILE),
    })
}

/// `config.json`, as far as it decides what is computed. Foreign keys are many and allowed.
#[derive(Debug, Deserialize)]
struct LlamaConfig {
    model_type: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    vocab_size: usize,
    max_position_embeddings: usize,
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    rope_parameters: Option<RopeParameters>,
    rope_scaling: Option<Value>,
    #[serde(default)]
    tie_word_embeddings: bool,
    hidden_act: Option<String>,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
    eos_token_id: Option<EndIds>,
}

/// Where transformers 5 keeps the rotary base.
#[derive(Debug, Deserialize)]
struct RopeParameters {
    rope_theta: Option<f64>,
    rope_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum EndIds {
    One(u32),
    Several(Vec<u32>),
}

fn architecture_of(config: &LlamaConfig) -> Result<Architecture, String> {
    if config.model_type != "llama" {
        return Err(format!(
            "a '{}' is not supported, only 'llama'",
            config.model_type
        ));
    }
    if config.hidden_act.as_deref().is_some_and(|name| name != "silu") {
        return Err("the feed-forward layers use another activation than 'silu'".to_owned());
    }
    if config.attention_bias || config.mlp_bias {
        return Err("projections with a bias are not supported".to_owned());
    }
    let rope_type = config
        .rope_parameters
        .as_ref()
        .and_then(|parameters| parameters.rope_type.as_deref());
    if config.rope_scaling.is_some() || rope_type.is_some_and(|name| name != "default") {
        return Err("scaled rotary positions are not supported".to_owned());
    }
    let heads = config.num_attention_heads;
    let key_value_heads = config.num_key_value_heads.unwrap_or(heads);
    let head_size = match config.head_dim {
        Some(size) => size,
        None => config.hidden_size.checked_div(heads).unwrap_or_default(),
    };
    if head_size == 0 || !head_size.is_multiple_of(2) {
        return Err(format!("{heads} heads of {head_size} values"));
    }
    if key_value_heads == 0 || !heads.is_multiple_of(key_value_heads) {
        return Err(format!(
            "{heads} heads are not a multiple of {key_value_heads} heads of keys and values"
        ));
    }
    let nested_theta = config
        .rope_parameters
        .as_ref()
        .and_then(|parameters| parameters.rope_theta);
    Ok(Architecture {
        vocabulary: config.vocab_size,
        hidden_size: config.hidden_size,
        layers: config.num_hidden_layers,
        heads,
        key_value_heads,
        head_size,
        intermediate_size: config.intermediate_size,
        rope_theta: config.rope_theta.or(nested_theta).unwrap_or(10_000.0),
        norm_epsilon: config.rms_norm_eps,
        tie_embeddings: config.tie_word_embeddings,
        positions: config.max_position_embeddings,
    })
}

/// The tensors of one file, or of all files that an index names.
fn tensors(folder: &Path) -> Result<BTreeMap<String, Tensor>> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let index_path = folder.join(INDEX_FILE);
    if !index_path.exists() {
        return decode(&folder.join(WEIGHTS_FILE));
    }
    let text = fs::read(&index_path).map_err(Error::file(&index_path))?;
    let index: Index = serde_json::from_slice(&text).map_err(|error| Error::Malformed {
        path: index_path.clone(),
        fault: error.to_string(),
    })?;
    let mut files: Vec<&String> = index.weight_map.values().collect();
    files.sort();
    files.dedup();
    let mut all = BTreeMap::new();
    for file in files {
        if file.contains('/') || file.contains("..") {
            return Err(Error::Malformed {
                path: index_path,
                fault: format!("'{file}' lies outside the folder"),
            });
        }
        all.extend(decode(&folder.join(file))?);
    }
    Ok(all)
}
