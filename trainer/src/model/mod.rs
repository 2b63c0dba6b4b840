//! A Llama-type decoder, one part a file: embedding, then layers of normalised attention and feed-forward with
//! residual sums, a last normalisation, and the head.
//!
//! candle's own models use operations that stop the gradient, so these are our own. A part holds plain tensors:
//! those of variables when it trains, detached ones when it only runs. The parts read no configuration file and
//! know nothing of the objective.

mod architecture;
mod attention;
mod cache;
mod decoder;
mod embedding;
mod feed_forward;
mod layer;
mod norm;
mod rotary;
mod weights;

pub use architecture::{Architecture, Initialization, Parameter};
pub use cache::Cache;
pub use decoder::Decoder;
pub use weights::{Parameters, Weights};

pub(crate) use weights::narrow;
