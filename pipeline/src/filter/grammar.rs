//! Drops English prose with too many faults: `grammar_faults`. Where grammar was not judged, nothing is dropped.

use super::{number, prose};
use crate::recipe::written::Grammar;
use crate::stage::Rule;

/// The rule.
pub(super) fn rules(thresholds: &Grammar) -> Vec<Rule> {
    vec![Rule {
        stage: "quality",
        name: "grammar_faults".to_owned(),
        keep: format!("grammar.faults <= {}", number(thresholds.max_faults)),
        value: Some("grammar.faults".to_owned()),
        groups: prose(),
        sources: Vec::new(),
    }]
}
