//! A model as Hugging Face's libraries keep it: `config.json`, safetensors, `tokenizer.json`.
//!
//! What is written loads with `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained`. What is
//! read may be of any origin as long as it is a plain Llama; whatever this decoder would compute otherwise than
//! its origin did is refused.

mod export;
mod load;

pub use export::export;
pub use load::{Pretrained, load};

const CONFIG_FILE: &str = "config.json";
const TOKENIZER_FILE: &str = "tokenizer.json";
const TOKENIZER_CONFIG_FILE: &str = "tokenizer_config.json";
const INDEX_FILE: &str = "model.safetensors.index.json";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::checkpoint::tensors::encode_weights;
    use crate::config::ModelConfig;
    use crate::error::Result;
    use crate::fixture;
    use crate::model::{Architecture, Weights};

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
