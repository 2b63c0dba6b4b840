//! Ballista: the same plans, cut into tasks for a scheduler and its executors, here all in this process.
//!
//! Functions travel to executors by name, so they are registered with the state that scheduler and executor are
//! built from, and once more with the client: connecting drops what a client's session had before.

use ballista::extension::{SessionConfigExt, SessionContextExt};
use ballista_core::utils::default_session_builder;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::EngineSettings;
use super::local::{configured, runtime};
use crate::plan::functions;

pub(super) async fn start_standalone(settings: &EngineSettings) -> Result<(SessionContext, SessionContext)> {
    let config = configured(SessionConfig::new_with_ballista(), settings)
        .with_ballista_standalone_parallelism(settings.partitions);
    let base = default_session_builder(config)?;
    let mut state = SessionStateBuilder::new_from_existing(base)
        .with_runtime_env(runtime(settings)?)
        .build();
    functions::register_with(&mut state)?;
    let context = SessionContext::standalone_with_state(state).await?;
    functions::register(&context);
    Ok((context.clone(), context))
}
