//! What a run leaves on disk: checkpoints to continue from, and the finished model for everyone else.
//!
//! ```text
//! out/
//!   checkpoints/step-00000400/
//!     model.safetensors       the weights, by Hugging Face's names
//!     optimizer.safetensors   the optimizer's two means for every weight
//!     state.json              step, losses, the configuration, the shards' fingerprint, hashes of the two files
//!   model/                    config.json, model.safetensors, tokenizer.json, ... as transformers loads them
//!   metrics.jsonl             a line for every step
//! ```
//!
//! A folder is written under a name that ends in `.partial`, synced, and renamed: what has a final name is whole.
//! Checkpoints hold no time and no path, so runs that do the same leave the same bytes.

mod folder;
pub mod hugging_face;
mod load;
mod resume;
mod save;
mod state;
mod tensors;

pub use load::{Checkpoint, newest};
pub use resume::require_same_run;
pub use save::save;
pub use state::State;

use std::path::{Path, PathBuf};

/// Where a run's checkpoints lie.
#[must_use]
pub fn checkpoints_folder(out: &Path) -> PathBuf {
    out.join("checkpoints")
}

/// Where a run's finished model lies.
#[must_use]
pub fn model_folder(out: &Path) -> PathBuf {
    out.join("model")
}

const WEIGHTS_FILE: &str = "model.safetensors";
const OPTIMIZER_FILE: &str = "optimizer.safetensors";
const STATE_FILE: &str = "state.json";
