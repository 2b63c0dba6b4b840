//! The tables of a finished run, for questions: `documents`, `annotations`, `verdicts`, `duplicates`, `tokens`.

use std::path::{Path, PathBuf};

use datafusion::prelude::SessionContext;

use super::PlanError;
use crate::engine::{Engine, EngineKind, EngineSettings};
use crate::work::{Kind, WorkFolder};

/// Opens the tables that the work folder has, and `tokens` from `shards` where it is given.
///
/// # Errors
/// When the folder is none of ours, or a file in it cannot be opened.
pub async fn open(
    work: &WorkFolder,
    shards: Option<&Path>,
    threads: usize,
) -> Result<SessionContext, PlanError> {
    let settings = EngineSettings {
        kind: EngineKind::Local,
        partitions: threads,
        spill: work.state("spill-of-queries"),
    };
    if !work.folder(Kind::Documents).is_dir() {
        return Err(PlanError::Nothing(format!(
            "{} is no work folder: it has no documents; run `gristmill curate` first",
            work.root().display()
        )));
    }
    let engine = Engine::start(settings).await?;
    let mut tables: Vec<(&str, PathBuf)> = vec![
        ("documents", work.folder(Kind::Documents)),
        ("annotations", work.folder(Kind::Annotations)),
        ("verdicts", work.folder(Kind::Verdicts)),
        ("duplicates", work.root().join("duplicates")),
        ("curated", work.folder(Kind::Curated)),
    ];
    if let Some(shards) = shards {
        tables.push((
            "tokens",
            shards.join(gristmill_schemas::manifest::INDEX_FILE_NAME),
        ));
    }
    for (name, path) in tables {
        // A stage that was not run has left nothing, and has no table.
        if !path.exists() {
            continue;
        }
        engine
            .table(name, vec![path.to_string_lossy().into_owned()])
            .await?;
    }
    Ok(engine.context().clone())
}
