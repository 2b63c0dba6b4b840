//! The one list of our functions. Every engine registers it whole, under the names in it.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::prelude::SessionContext;

use super::udf::scalar_function;
use super::{annotate, curate, read, tokenize, verdict};
use crate::dedup::{MinHashBands, MinHashSimilarity};
use crate::mix::OrderKey;
use crate::stage::Kernel;

/// All functions, by name.
#[must_use]
pub fn all() -> Vec<Arc<dyn Kernel>> {
    vec![
        annotate::function(),
        curate::function(),
        verdict::drop_function(),
        verdict::judge_function(),
        Arc::new(MinHashBands),
        Arc::new(MinHashSimilarity),
        Arc::new(OrderKey),
        read::function(),
        tokenize::function(),
    ]
}

/// Makes them known to a session.
pub fn register(context: &SessionContext) {
    for kernel in all() {
        context.register_udf(scalar_function(kernel));
    }
}

/// Makes those known that write no files, for sessions in which users ask questions of their own.
pub fn register_pure(context: &SessionContext) {
    for kernel in all().into_iter().filter(|kernel| !kernel.has_effects()) {
        context.register_udf(scalar_function(kernel));
    }
}

/// Makes them known to a state from which sessions are made.
///
/// # Errors
/// When the state takes no functions.
pub fn register_with(state: &mut SessionState) -> Result<()> {
    for kernel in all() {
        state.register_udf(Arc::new(scalar_function(kernel)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_sorted() {
        let names: Vec<&str> = all().iter().map(|kernel| kernel.name()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }
}
