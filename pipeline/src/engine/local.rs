//! DataFusion in this process: as many partitions as told, a bounded pool of memory, spilling to the work folder.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{EngineSettings, MEMORY_LIMIT_BYTES};
use crate::plan::functions;

pub(super) fn start(settings: &EngineSettings) -> Result<(SessionContext, SessionContext)> {
    let runtime = runtime(settings)?;
    let config = configured(SessionConfig::new(), settings);
    let unit_config = config.clone().with_batch_size(1);
    let context = SessionContext::new_with_config_rt(config, Arc::clone(&runtime));
    let unit_context = SessionContext::new_with_config_rt(unit_config, runtime);
    functions::register_pure(&context);
    functions::register(&unit_context);
    Ok((context, unit_context))
}

/// The memory pool and the scratch folder of an engine.
pub(super) fn runtime(settings: &EngineSettings) -> Result<Arc<RuntimeEnv>> {
    std::fs::create_dir_all(&settings.spill)?;
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY_LIMIT_BYTES)))
        .with_temp_file_path(&settings.spill)
        .build_arc()
}

/// What both engines set: the partitions, and plain strings and bytes instead of views, which our functions take.
///
/// Filters are not evaluated within the Parquet scan: `DataFusion` 55.2 gives wrong rows there for a filter over a list
/// column where other columns of a file are null throughout.
pub(super) fn configured(config: SessionConfig, settings: &EngineSettings) -> SessionConfig {
    config
        .with_target_partitions(settings.partitions)
        .with_repartition_file_scans(true)
        .set_bool("datafusion.execution.listing_table_ignore_subdirectory", false)
        .set_bool("datafusion.execution.parquet.pushdown_filters", false)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
        .set_u64("datafusion.optimizer.repartition_file_min_size", 1 << 20)
}
