//! From gradients to changed weights: gather and check them, clip their norm, then `AdamW` at the scheduled rate.

mod adamw;
mod clip;
mod gradients;
mod schedule;

pub use adamw::{AdamW, Moments};
pub use clip::clip_factor;
pub use gradients::Gradients;
pub use schedule::learning_rate;
