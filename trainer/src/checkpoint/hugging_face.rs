//! A model as Hugging Face's libraries keep it: `config.json`, safetensors, `tokenizer.json`.
//!
//! What is written loads with `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained`. What is
//! read may be of any origin as long as it is a plain Llama; whatever this decoder would compute otherwise than
//! its origin did is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gristmill_schemas::atomic;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::WEIGHTS_FILE;
use super::folder::write_folder;
use super::tensors::{decode, encode_weights};
use crate::error::{Error, Result};
use crate::model::{Architecture, Weights};

const CONFIG_FILE: &str = "config.json";
const TOKENIZER_FILE: &str = "tokenizer.json";
const TOKENIZER_CONFIG_FILE: &str = "tokenizer_config.json";
const INDEX_FILE: &str = "model.safetensors.index.json";

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

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum EndIds {
    One(u32),
    Several(Vec<u32>),
}

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
            atomic::write(&path, bytes).map_err(Error::file(&path))
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
fn tensors(folder: &Path) -> Result<BTreeMap<String, candle_core::Tensor>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelConfig;
    use crate::fixture;

    fn exported(folder: &Path, tie_embeddings: bool) -> Result<(Architecture, Weights)> {
        let shards = folder.join("shards");
        fs::create_dir_all(&shards).expect("made");
        fixture::write_shards(&shards, 60);
        let config = ModelConfig {
            tie_embeddings: Some(tie_embeddings),
            ..ModelConfig::default()
        };
        let architecture = config.architecture(300, 64);
        let weights = Weights::initialize(&architecture, 1)?;
        let tokenizer = shards.join(TOKENIZER_FILE);
        export(
            &folder.join("model"),
            &architecture,
            &weights,
            &tokenizer,
            Some(0),
        )?;
        Ok((architecture, weights))
    }

    #[test]
    fn a_model_comes_back() -> Result<()> {
        for tie_embeddings in [true, false] {
            let folder = tempfile::tempdir().expect("a folder");
            let (architecture, weights) = exported(folder.path(), tie_embeddings)?;
            let found = load(&folder.path().join("model"))?;
            assert_eq!(found.architecture, architecture);
            assert_eq!(found.end, [0]);
            assert!(found.tokenizer.exists());
            assert_eq!(encode_weights(&found.weights)?, encode_weights(&weights)?);
            assert_eq!(
                found.weights.get("lm_head.weight", &[300, 128]).is_ok(),
                !tie_embeddings
            );
        }
        Ok(())
    }

    #[test]
    fn what_would_be_computed_otherwise_is_refused() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        exported(folder.path(), true)?;
        let path = folder.path().join("model/config.json");
        let original: Value = serde_json::from_slice(&fs::read(&path).expect("reads")).expect("JSON");
        for (key, value, word) in [
            ("model_type", json!("bert"), "'bert'"),
            ("hidden_act", json!("gelu"), "activation"),
            ("attention_bias", json!(true), "bias"),
            ("rope_scaling", json!({"rope_type": "llama3"}), "rotary"),
            ("num_key_value_heads", json!(3), "multiple"),
            ("head_dim", json!(5), "heads of 5"),
            ("vocab_size", json!("many"), "no Llama's"),
        ] {
            let mut changed = original.clone();
            changed[key] = value;
            fs::write(&path, changed.to_string()).expect("writes");
            let message = load(&folder.path().join("model")).expect_err(key).to_string();
            assert!(message.contains(word), "{key}: {message}");
        }
        Ok(())
    }
}
