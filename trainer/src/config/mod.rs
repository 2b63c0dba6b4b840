//! The trainer's configuration as written: plain data, with every default in one place.
//!
//! Read through [`gristmill_schemas::config`], which refuses unknown keys with the nearest known one, and then
//! checked for what the schema cannot say; both tell all faults at once. Nothing here opens a file other than the configuration.

mod model;
mod sections;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use gristmill_schemas::config::{Override, parse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use model::{ModelConfig, Preset};
pub use sections::{
    CheckpointConfig, DataConfig, LogConfig, ObjectiveConfig, ObjectiveKind, OptimizerConfig, SampleConfig,
    ScheduleConfig,
};

use crate::error::{Error, Result};

/// What a training run is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The version of this format: "1".
    pub version: Version,
    /// The folder that receives checkpoints, metrics and the model.
    pub out: PathBuf,
    /// What every random choice follows from: initial weights, order of the data, held-out share, samples.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// The tokens to learn from.
    pub data: DataConfig,
    /// The model's dimensions.
    #[serde(default)]
    pub model: ModelConfig,
    /// What is learned.
    #[serde(default)]
    pub objective: ObjectiveConfig,
    /// How gradients change the weights.
    #[serde(default)]
    pub optimizer: OptimizerConfig,
    /// How long, and how the learning rate moves.
    #[serde(default)]
    pub schedule: ScheduleConfig,
    /// When the state of the run is saved.
    #[serde(default)]
    pub checkpoint: CheckpointConfig,
    /// What is told while it runs.
    #[serde(default)]
    pub log: LogConfig,
    /// The text that the finished model writes.
    #[serde(default)]
    pub sample: SampleConfig,
}

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "1")]
    One,
}

fn default_seed() -> u64 {
    42
}

impl Config {
    /// Reads and checks the file at `path`, with `overrides` standing over it.
    ///
    /// # Errors
    /// When the file cannot be read, or with all of its faults.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|error| {
            Error::Usage(format!(
                "cannot read the configuration {}: {error}",
                path.display()
            ))
        })?;
        let refused = |faults| Error::Config {
            path: path.to_owned(),
            faults,
        };
        let parsed = parse::<Self>(&text, overrides).map_err(refused)?;
        let faults = validate::faults(&parsed.value);
        if !faults.is_empty() {
            return Err(refused(parsed.located(faults)));
        }
        Ok(parsed.value)
    }

    /// What decides the bytes of the weights: everything but where things lie and what is told. The shards are
    /// known by their content instead of their path.
    ///
    /// # Errors
    /// When a number has no JSON form.
    pub fn identity(&self) -> Result<Value> {
        let mut value = serde_json::to_value(self)
            .map_err(|error| Error::Usage(format!("the configuration has no JSON form: {error}")))?;
        if let Some(keys) = value.as_object_mut() {
            for apart in ["out", "checkpoint", "log", "sample"] {
                keys.remove(apart);
            }
            if let Some(data) = keys.get_mut("data").and_then(Value::as_object_mut) {
                data.remove("shards");
            }
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, overrides: &[&str]) -> Result<Config> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        fs::write(&path, text).expect("written");
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|text| text.parse().expect("key=value"))
            .collect();
        Config::load(&path, &overrides)
    }

    const SMALLEST: &str = "version = '1'\nout = 'out'\n[data]\nshards = 'shards'\n";

    #[test]
    fn the_smallest_file_has_every_default() -> Result<()> {
        let config = load(SMALLEST, &[])?;
        assert_eq!(config.optimizer, OptimizerConfig::default());
        assert_eq!(config.schedule, ScheduleConfig::default());
        assert_eq!(config.data.sequence_length, 256);
        Ok(())
    }

    /// The schema in the tree is what editors and other programs read.
    #[test]
    fn the_schema_in_the_tree_is_true() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/json/trainer-config.schema.json");
        let schema = schemars::schema_for!(Config);
        let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(&path, &text).expect("written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "{} is out of date: run this test with UPDATE_SCHEMAS=1",
            path.display()
        );
    }

    #[test]
    fn unknown_keys_are_refused_with_the_nearest_known_one() {
        let text = format!("{SMALLEST}[optimiser]\n[schedule]\nwarmup_step = 3\n");
        let message = load(&text, &[]).expect_err("two unknown keys").to_string();
        assert!(message.contains("did you mean 'optimizer'"), "{message}");
        assert!(message.contains("line 7"), "{message}");
        assert!(message.contains("did you mean 'warmup_steps'"), "{message}");
    }

    #[test]
    fn the_recipe_of_make_train_is_accepted() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/recipes/train-demo.toml");
        assert_eq!(Config::load(&root, &[])?.out, Path::new("out/demo-model"));
        Ok(())
    }

    #[test]
    fn an_override_stands_over_the_file() -> Result<()> {
        let config = load(SMALLEST, &["schedule.steps=7", "schedule.warmup_steps=2"])?;
        assert_eq!(config.schedule.steps, 7);
        Ok(())
    }

    #[test]
    fn paths_and_logs_do_not_change_the_identity() -> Result<()> {
        let here = load(SMALLEST, &[])?.identity()?;
        let there = load(
            SMALLEST,
            &["out=elsewhere", "data.shards=there", "log.every_steps=1"],
        )?;
        assert_eq!(here, there.identity()?);
        let other = load(SMALLEST, &["seed=1"])?;
        assert_ne!(here, other.identity()?);
        Ok(())
    }
}
