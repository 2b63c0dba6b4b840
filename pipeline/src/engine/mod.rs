//! WHERE IT RUNS: on this machine, or on a Ballista cluster. The plans are the same and so are the answers.
//!
//! An engine is a DataFusion session that knows our functions. Nothing but this folder and the cluster command
//! names Ballista.

mod ballista;
mod local;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use futures::StreamExt;
use url::Url;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::error::DataFusionError;

/// Bytes that the plans of a run may hold in memory together before they spill to disk. The stages' own buffers
/// come on top; the whole stays well below 1.5 GB.
const MEMORY_LIMIT_BYTES: usize = 512 << 20;

/// Which engine runs the plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// DataFusion in this process.
    #[default]
    Local,
    /// A Ballista scheduler and executor in this process.
    Standalone,
}

impl FromStr for EngineKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "local" => Ok(Self::Local),
            "standalone" => Ok(Self::Standalone),
            other if other.starts_with("df://") => Err(format!(
                "this version runs on 'local' and on Ballista's in-process cluster, 'standalone'; it does not \
                 connect to '{other}' yet"
            )),
            other => Err(format!("unknown cluster '{other}'; known: local, standalone")),
        }
    }
}

/// How an engine is set up. None of it changes a byte of the output.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Which engine.
    pub kind: EngineKind,
    /// Partitions of each plan, and so the kernels that run at once.
    pub partitions: usize,
    /// Where plans spill.
    pub spill: PathBuf,
}

/// What went wrong in a plan.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct EngineError {
    /// What the plan was for.
    pub doing: String,
    /// What the engine said.
    pub source: Box<DataFusionError>,
}

impl EngineError {
    /// Says what was being done when the engine failed.
    pub fn new(doing: impl Into<String>, source: DataFusionError) -> Self {
        Self {
            doing: doing.into(),
            source: Box::new(source),
        }
    }
}

/// A running engine.
pub struct Engine {
    context: SessionContext,
    /// The same with one row a batch, for functions whose rows are long pieces of work: their results come one
    /// by one, so that progress can be seen.
    unit_context: SessionContext,
    settings: EngineSettings,
}

impl Engine {
    /// Starts an engine.
    ///
    /// # Errors
    /// When its scratch folder cannot be made or, for a cluster, when it does not come up.
    pub async fn start(settings: EngineSettings) -> Result<Self, EngineError> {
        let started = match settings.kind {
            EngineKind::Local => local::start(&settings),
            EngineKind::Standalone => ballista::start_standalone(&settings).await,
        };
        let (context, unit_context) =
            started.map_err(|source| EngineError::new("cannot start the engine", source))?;
        Ok(Self {
            context,
            unit_context,
            settings,
        })
    }

    /// Its name, for reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.settings.kind {
            EngineKind::Local => "datafusion",
            EngineKind::Standalone => "ballista standalone",
        }
    }

    /// Partitions of each plan.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.settings.partitions
    }

    /// Makes the Parquet files `paths` (files or folders) known as the table `name`, in place of an earlier one.
    ///
    /// # Errors
    /// When there is no file or one is no Parquet.
    pub async fn table(&self, name: &str, paths: Vec<String>) -> Result<(), EngineError> {
        register(&self.context, name, paths).await
    }

    /// Runs a query and gives each batch of its result to `take`, as a stream.
    ///
    /// # Errors
    /// When the query is wrong or fails, or when `take` does.
    pub async fn query(
        &self,
        doing: &str,
        sql: &str,
        mut take: impl FnMut(&RecordBatch) -> Result<(), DataFusionError>,
    ) -> Result<(), EngineError> {
        stream(&self.context, sql, &mut take)
            .await
            .map_err(|source| EngineError::new(doing, source))
    }

    /// As [`query`](Self::query), over a table of units of work with one file for each partition.
    ///
    /// # Errors
    /// As there.
    pub async fn run_units(
        &self,
        doing: &str,
        units: Vec<String>,
        sql: &str,
        mut take: impl FnMut(&RecordBatch) -> Result<(), DataFusionError>,
    ) -> Result<(), EngineError> {
        register(&self.unit_context, "units", units).await?;
        stream(&self.unit_context, sql, &mut take)
            .await
            .map_err(|source| EngineError::new(doing, source))
    }

    /// The session itself, for the query command and for checking expressions.
    #[must_use]
    pub fn context(&self) -> &SessionContext {
        &self.context
    }
}

async fn register(context: &SessionContext, name: &str, paths: Vec<String>) -> Result<(), EngineError> {
    let doing = || format!("cannot open the table '{name}'");
    let opened = async {
        let urls: Result<Vec<_>, _> = paths.iter().map(|path| table_url(Path::new(path))).collect();
        context.read_parquet(urls?, ParquetReadOptions::default()).await
    };
    let frame = opened.await.map_err(|source| EngineError::new(doing(), source))?;
    let view = frame.into_view();
    let replaced = context
        .deregister_table(name)
        .and_then(|_| context.register_table(name, view));
    replaced
        .map(|_| ())
        .map_err(|source| EngineError::new(doing(), source))
}

/// A path as an engine takes it. Spelled as a URL, so that brackets and stars in it are not taken for a pattern.
///
/// # Errors
/// When the path cannot be made absolute.
pub fn table_url(path: &Path) -> Result<ListingTableUrl, DataFusionError> {
    let absolute = std::path::absolute(path)?;
    let url = if absolute.is_dir() {
        Url::from_directory_path(&absolute)
    } else {
        Url::from_file_path(&absolute)
    };
    let url = url.map_err(|()| DataFusionError::Plan(format!("{} is no path", path.display())))?;
    ListingTableUrl::try_new(url, None)
}

async fn stream(
    context: &SessionContext,
    sql: &str,
    take: &mut impl FnMut(&RecordBatch) -> Result<(), DataFusionError>,
) -> Result<(), DataFusionError> {
    tracing::debug!(sql, "plan");
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    while let Some(batch) = batches.next().await {
        take(&without_views(&batch?)?)?;
    }
    Ok(())
}

/// An engine may answer with views of strings where a plan speaks of strings; those who take batches see strings.
fn without_views(batch: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let plain = |data_type: &DataType| match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        other => other.clone(),
    };
    let schema = batch.schema();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| field.as_ref().clone().with_data_type(plain(field.data_type())))
        .collect();
    let columns: Result<Vec<_>, _> = batch
        .columns()
        .iter()
        .map(|column| cast(column, &plain(column.data_type())))
        .collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns?)?)
}
