//! Work folders in which a run has gone as far as the stage that is to be measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use gristmill::engine::{Engine, EngineKind, EngineSettings};
use gristmill::recipe::{self, Group, Recipe};
use gristmill::run::{Event, Observer, RunOptions, Stage, run};
use gristmill::work::{Kind, Unit, WorkFolder};
use tokio::runtime::Runtime;

/// A run that ended behind its annotations, and an engine to go on with.
pub(crate) struct Prepared {
    pub(crate) runtime: Runtime,
    pub(crate) engine: Engine,
    pub(crate) recipe: Recipe,
    pub(crate) work: WorkFolder,
    pub(crate) units: Vec<Unit>,
}

impl Prepared {
    /// Runs the recipe `toml`, without its `work`, in `folder`, and opens the table `annotations`.
    ///
    /// # Errors
    /// When the run fails.
    pub(crate) fn annotated(folder: &Path, toml: &str) -> Result<Self> {
        let toml = format!("version = \"1\"\nwork = {}\n{toml}", quoted(folder)?);
        let recipe = recipe::parse(&toml, Path::new("benchmark.toml"), &[])?.recipe;
        let threads = threads();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()?;
        let options = RunOptions {
            until: Stage::Annotate,
            engine: EngineKind::Local,
            partitions: threads,
            threads,
            started_at: String::new(),
        };
        runtime.block_on(run(&recipe, &options, &mut Silent))?;

        let work = WorkFolder::new(folder);
        let settings = EngineSettings {
            kind: EngineKind::Local,
            partitions: threads,
            spill: work.state("spill"),
        };
        let engine = runtime.block_on(Engine::start(settings))?;
        let units = units(&recipe, &work)?;
        let annotations = work.files(Kind::Annotations, &units);
        ensure!(annotations.len() == units.len(), "not every unit was annotated");
        runtime.block_on(engine.table("annotations", annotations))?;
        Ok(Self {
            runtime,
            engine,
            recipe,
            work,
            units,
        })
    }
}

/// The units whose documents lie in the work folder.
fn units(recipe: &Recipe, work: &WorkFolder) -> Result<Vec<Unit>> {
    let mut units = Vec::new();
    for source in &recipe.source {
        for path in files(&work.folder(Kind::Documents).join(&source.name), "parquet")? {
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .context("units have plain names")?;
            units.push(Unit {
                name: name.to_owned(),
                source: source.name.clone(),
                group: source.group,
            });
        }
    }
    ensure!(!units.is_empty(), "the run read no unit");
    Ok(units)
}

/// The files of `folder` with that extension, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// A `[[source]]` of a recipe.
pub(crate) fn source(name: &str, group: Group, path: &Path) -> Result<String> {
    Ok(format!(
        "[[source]]\nname = \"{name}\"\ngroup = \"{}\"\npaths = [{}]\n",
        group.name(),
        quoted(path)?
    ))
}

/// A path as a TOML string. JSON's strings are TOML's.
pub(crate) fn quoted(path: &Path) -> Result<String> {
    Ok(serde_json::to_string(
        path.to_str().context("paths are UTF-8 here")?,
    )?)
}

/// One for each core.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

struct Silent;

impl Observer for Silent {
    fn observe(&mut self, _event: &Event<'_>) {}
}
