//! Weights, quotas, order: which of the tokenized documents are taken, how often, and in which order.
//!
//! Read by `plan/mix.rs`, which feeds it the token counts of the groups and then every document in its order.
//! Nothing here depends on anything but counts, the recipe's mixture and the seed.

mod order;
mod quota;

pub use order::{OrderKey, order_key};
pub use quota::{Available, GroupQuota, Quotas, Taker, quotas};
