//! Whether a checkpoint is of the run that is to continue.

use std::path::Path;

use serde_json::Value;

use super::state::State;
use crate::error::{Error, Result};

/// Asserts that a run with this configuration and these shards would have made the checkpoint.
///
/// # Errors
/// Names every setting that differs, with both values.
pub fn require_same_run(state: &State, config: &Value, data: &str, shards: &Path) -> Result<()> {
    let mut differences = Vec::new();
    compare("", &state.config, config, &mut differences);
    if state.data != data {
        differences.push(format!("the tokens in {} are others", shards.display()));
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::Resume(format!(
        "the checkpoint of step {} is of another run: {}; set it back to continue, or start anew with --overwrite",
        state.step,
        differences.join("; ")
    )))
}

fn compare(key: &str, there: &Value, here: &Value, differences: &mut Vec<String>) {
    if let (Value::Object(old), Value::Object(new)) = (there, here) {
        let absent = Value::Null;
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let path = if key.is_empty() {
                name.clone()
            } else {
                format!("{key}.{name}")
            };
            let old_value = old.get(name).unwrap_or(&absent);
            let new_value = new.get(name).unwrap_or(&absent);
            compare(&path, old_value, new_value, differences);
        }
        return;
    }
    if there != here {
        differences.push(format!("{key} was {there} and is now {here}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_is_told() {
        let config = json!({"seed": 1, "schedule": {"steps": 10, "warmup_steps": 2}});
        let state = State::new(5, (1.0, 1.0), config.clone(), "abc".to_owned());
        let shards = Path::new("out/demo");
        assert!(require_same_run(&state, &config, "abc", shards).is_ok());
        let other = json!({"seed": 2, "schedule": {"steps": 20, "warmup_steps": 2}});
        let message = require_same_run(&state, &other, "def", shards)
            .expect_err("another run")
            .to_string();
        assert!(
            message.contains("schedule.steps was 10 and is now 20"),
            "{message}"
        );
        assert!(message.contains("seed was 1 and is now 2"), "{message}");
        assert!(message.contains("out/demo"), "{message}");
        assert!(!message.contains("warmup"), "{message}");
    }
}
