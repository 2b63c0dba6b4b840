//! What in a text belongs to somebody: personal data and secrets, counted and written nowhere.

pub mod pii;
pub mod secrets;
