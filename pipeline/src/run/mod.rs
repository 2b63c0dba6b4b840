//! THE RUN: which stages there are, which of them are done already, and what is kept of each.
//!
//! A run is the same function whether it starts, resumes after a kill, or finds everything done: every stage looks
//! for what is there under its key, does the rest, and leaves a record. The order is that of the data.

mod dry;
mod facts;
mod lock;
mod observer;
mod record;
mod shards;
mod stages;

pub use dry::dry_run;
pub use lock::LockError;
pub use observer::{Event, Observer};
pub use record::noted_rules;
pub use stages::{RunError, RunOptions, run};

use std::str::FromStr;

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Raw files to documents, rewritten.
    Read,
    /// Documents to signals.
    Annotate,
    /// Signals to rules kept and broken.
    Filter,
    /// Documents that are there twice.
    Dedup,
    /// The kept documents, as text.
    Curate,
    /// Text to token ids.
    Tokenize,
    /// The mixture's documents in their order, as shards.
    Shard,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Annotate,
        Self::Filter,
        Self::Dedup,
        Self::Curate,
        Self::Tokenize,
        Self::Shard,
    ];

    /// The name, as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Annotate => "annotate",
            Self::Filter => "filter",
            Self::Dedup => "dedup",
            Self::Curate => "curate",
            Self::Tokenize => "tokenize",
            Self::Shard => "shard",
        }
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.name() == text)
            .ok_or_else(|| {
                let names: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
                format!("unknown stage '{text}'; there are: {}", names.join(", "))
            })
    }
}
