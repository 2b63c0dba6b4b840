//! A line of the table: what was done, how much of it, and what it cost.

use serde::{Deserialize, Serialize};

/// What a piece of work cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    /// User and system time of all threads, in seconds.
    pub(crate) cpu_seconds: f64,
    /// Time on the clock, in seconds.
    pub(crate) wall_seconds: f64,
}

/// What a benchmark gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Bytes of UTF-8 text.
    Text,
    /// Bytes of HTML before anything is taken out of it.
    Html,
    /// Bytes of a file as it lies on the disk.
    File,
    /// Tokens.
    Tokens,
}

impl Unit {
    /// The name of a rate per core-second of millions of it.
    pub(crate) fn rate_name(self) -> &'static str {
        match self {
            Self::Text => "MB text",
            Self::Html => "MB HTML",
            Self::File => "MB file",
            Self::Tokens => "M tokens",
        }
    }
}

/// A line of the table. Peers print the same as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// `<stage>.<work>`; for a peer, its own name with its version.
    pub(crate) name: String,
    /// For a peer: the name of the row that does the same work here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) beside: Option<String>,
    /// What `amount` counts.
    pub(crate) unit: Unit,
    /// How much a pass got through, in single bytes or tokens.
    pub(crate) amount: u64,
    /// Documents in a pass.
    pub(crate) documents: u64,
    /// What a pass cost.
    pub(crate) cost: Cost,
    /// The most memory that the process held, where it was a process of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peak_bytes: Option<u64>,
    /// What came out: the numbers that were checked.
    pub(crate) answer: String,
}

impl Row {
    /// Millions of its unit per core-second.
    pub(crate) fn rate(&self) -> f64 {
        self.amount as f64 / 1e6 / self.cost.cpu_seconds.max(1e-9)
    }
}
