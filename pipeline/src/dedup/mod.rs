//! Documents -> fewer documents: which ones are there twice, and which of them stays.
//!
//! The plans that bring duplicates together are in `plan/dedup.rs`; here are the functions they call and the
//! clustering of what they find. A cluster is named by its smallest id, and that document stays.

mod cluster;
mod near;

pub use cluster::Clusters;
pub use near::{MinHashBands, MinHashSimilarity};
