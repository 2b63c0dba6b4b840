//! What a run tells while it goes on. The command line shows it; the run does not know how.

use super::Stage;

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// A stage begins.
    Started {
        /// The stage.
        stage: Stage,
    },
    /// A stage has done part of its work.
    Progress {
        /// The stage.
        stage: Stage,
        /// Done so far, in the stage's own unit.
        done: u64,
        /// All of it.
        total: u64,
    },
    /// A stage has ended.
    Ended {
        /// The stage.
        stage: Stage,
        /// Wall-clock seconds.
        seconds: f64,
        /// Whether all of it was there from an earlier run.
        reused: bool,
        /// What came of it, in a few words.
        note: &'a str,
    },
    /// Something that a user should know.
    Warning {
        /// What.
        message: &'a str,
    },
}

/// Takes the events of a run.
pub trait Observer {
    /// Takes one.
    fn observe(&mut self, event: &Event<'_>);
}
