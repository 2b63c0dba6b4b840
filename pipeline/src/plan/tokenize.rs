//! Tokenizing: a tokenizer loaded, or trained on a sample of `curated/`; then `curated/` -> `tokens/`, by unit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::error::DataFusionError;
use gristmill_schemas::atomic;
use gristmill_schemas::document::column;
use gristmill_schemas::shard::TokenType;
use serde::{Deserialize, Serialize};

use super::PlanError;
use super::parquet_file;
use super::units::{self, UnitFunction, Weighted};
use crate::engine::Engine;
use crate::recipe::written::{Mixture, TrainTokenizer};
use crate::recipe::{Group, Recipe};
use crate::shard::{TokenFileWriter, hash_file};
use crate::stage::Kernel;
use crate::tokenize::{self, Encoder, TokenizeError};
use crate::work::{Kind, Unit, WorkFolder};

/// Texts on their way to the trainer at once.
const SAMPLE_QUEUE: usize = 256;

/// The tokenizer of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTokenizer {
    /// Its file.
    pub path: PathBuf,
    /// The file's xxh3-128.
    pub hash: String,
    /// One more than its largest id.
    pub vocabulary: u32,
    /// The id that ends a document.
    pub end_of_document: Option<u32>,
    /// Bytes of text that it was trained on here; none if it was loaded.
    pub trained_on_bytes: Option<u64>,
}

impl ChosenTokenizer {
    /// How its ids are stored.
    #[must_use]
    pub fn token_type(&self) -> TokenType {
        TokenType::for_vocabulary(self.vocabulary)
    }
}

/// Loads the recipe's tokenizer or trains one. `key` stands for all that the curated text depends on.
///
/// # Errors
/// When the file is no tokenizer, or there is no text to train on.
pub async fn choose(
    engine: &Engine,
    work: &WorkFolder,
    recipe: &Recipe,
    key: &str,
) -> Result<ChosenTokenizer, PlanError> {
    let path = match &recipe.tokenizer.path {
        Some(path) => return describe(Path::new(path), None),
        None => work.root().join("tokenizer.json"),
    };
    let parameters = recipe.tokenizer.train.clone().unwrap_or_default();
    let key = crate::recipe::key(&(key, &parameters, &recipe.mixture, recipe.seed));
    let record_path = work.state("tokenizer.json");
    if let Some(found) = trained_before(&record_path, &key)
        && hash_file(&path).is_ok_and(|hash| hash == found.hash)
    {
        return describe(&path, Some(found.bytes));
    }
    let (json, bytes) = train_on_sample(engine, recipe, &parameters).await?;
    atomic::write(&path, json.as_bytes()).map_err(PlanError::file(&path))?;
    let hash = hash_file(&path).map_err(PlanError::file(&path))?;
    let record = serde_json::to_vec(&TrainedTokenizer { key, hash, bytes })
        .map_err(std::io::Error::from)
        .and_then(|record| atomic::write(&record_path, &record));
    record.map_err(PlanError::file(&record_path))?;
    describe(&path, Some(bytes))
}

/// The note beside a tokenizer that was trained here. The hash ties it to the very file: a run that was killed
/// between the two leaves a note that does not fit.
#[derive(Debug, Serialize, Deserialize)]
struct TrainedTokenizer {
    key: String,
    hash: String,
    bytes: u64,
}

fn trained_before(record: &Path, key: &str) -> Option<TrainedTokenizer> {
    let bytes = fs::read(record).ok()?;
    let found: TrainedTokenizer = serde_json::from_slice(&bytes).ok()?;
    (found.key == key).then_some(found)
}

fn describe(path: &Path, trained_on_bytes: Option<u64>) -> Result<ChosenTokenizer, PlanError> {
    let encoder = Encoder::load(path)?;
    Ok(ChosenTokenizer {
        path: path.to_owned(),
        hash: hash_file(path).map_err(PlanError::file(path))?,
        vocabulary: encoder.vocabulary(),
        end_of_document: encoder.end_of_document(),
        trained_on_bytes,
    })
}

/// Draws documents by hash, each group in its share, and streams them to the trainer. Needs the table `curated`.
async fn train_on_sample(
    engine: &Engine,
    recipe: &Recipe,
    parameters: &TrainTokenizer,
) -> Result<(String, u64), PlanError> {
    let mut available: BTreeMap<String, u64> = BTreeMap::new();
    let sizes = "SELECT \"group\", CAST(sum(octet_length(text)) AS BIGINT) FROM curated GROUP BY \"group\"";
    engine
        .query("measuring curated text", sizes, |batch| {
            let groups = batch.column(0).as_string::<i32>();
            let bytes = batch.column(1).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let bytes = u64::try_from(bytes.value(row)).unwrap_or_default();
                available.insert(groups.value(row).to_owned(), bytes);
            }
            Ok(())
        })
        .await?;
    let draws: Vec<String> = draws(&recipe.mixture, parameters.sample_bytes, &available)
        .into_iter()
        .map(|(group, below)| {
            let seed = recipe.seed;
            format!(
                "(\"group\" = '{group}' AND order_key(CAST('{seed}' AS BIGINT UNSIGNED), id, \
                 CAST(0 AS BIGINT UNSIGNED)) <= CAST('{below}' AS BIGINT UNSIGNED))"
            )
        })
        .collect();
    if draws.is_empty() {
        return Err(PlanError::Nothing(
            "no document is left to train a tokenizer on; see the report for what dropped them".to_owned(),
        ));
    }
    let sql = format!(
        "SELECT text FROM curated WHERE {} ORDER BY id",
        draws.join(" OR ")
    );
    let (sender, receiver) = mpsc::sync_channel::<String>(SAMPLE_QUEUE);
    let vocabulary = parameters.vocab_size;
    let trainer = std::thread::spawn(move || tokenize::train(receiver.into_iter(), vocabulary));
    let mut bytes = 0;
    let drawn = engine
        .query("drawing text for the tokenizer", &sql, |batch| {
            for text in batch.column(0).as_string::<i32>().iter().flatten() {
                bytes += text.len() as u64;
                sender
                    .send(text.to_owned())
                    .map_err(|_| DataFusionError::Execution("the trainer stopped".to_owned()))?;
            }
            Ok(())
        })
        .await;
    drop(sender);
    let trained = trainer
        .join()
        .map_err(|_| TokenizeError::Train("the trainer's thread broke off".to_owned()))?;
    let json = trained?;
    drawn?;
    Ok((json, bytes))
}

/// For each group the largest order key of its sample: all of it where there is less than its share.
fn draws(
    mixture: &Mixture,
    sample_bytes: u64,
    available: &BTreeMap<String, u64>,
) -> Vec<(&'static str, u64)> {
    let present = Group::ALL.into_iter().filter_map(|group| {
        let bytes = available.get(group.name()).copied().filter(|bytes| *bytes > 0)?;
        Some((group, bytes, mixture.weight(group)))
    });
    let present: Vec<(Group, u64, f64)> = present.filter(|(_, _, weight)| *weight > 0.0).collect();
    let total: f64 = present.iter().map(|(_, _, weight)| weight).sum();
    present
        .into_iter()
        .map(|(group, bytes, weight)| {
            let part = sample_bytes as f64 * weight / total / bytes as f64;
            (
                group.name(),
                if part >= 1.0 {
                    u64::MAX
                } else {
                    fraction_of_all_keys(part)
                },
            )
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the part is within 0 and 1, and the cast saturates"
)]
fn fraction_of_all_keys(part: f64) -> u64 {
    (part * u64::MAX as f64) as u64
}

#[derive(Debug, Serialize, Deserialize)]
struct TokenizeTask {
    unit: Unit,
    curated: PathBuf,
    folder: PathBuf,
    tokenizer: ChosenTokenizer,
}

/// Tokenizes the units that are not tokenized yet. `key` stands for all that the curated text depends on.
///
/// # Errors
/// When a file cannot be read, a text cannot be encoded, or the disk fails.
pub async fn tokenize(
    engine: &Engine,
    work: &WorkFolder,
    key: &str,
    tokenizer: &ChosenTokenizer,
    units: &[Unit],
    mut progress: impl FnMut(u64, u64),
) -> Result<usize, PlanError> {
    let key = crate::recipe::key(&(key, &tokenizer.hash));
    work.prepare(Kind::Tokens, &key, units)
        .map_err(PlanError::file(work.root()))?;
    let mut missing = Vec::new();
    for unit in units {
        let curated = work.file(Kind::Curated, unit);
        let places = work.file(Kind::Tokens, unit);
        if places.is_file() && places.with_extension("bin").is_file() {
            continue;
        }
        let bytes = fs::metadata(&curated).map_err(PlanError::file(&curated))?.len();
        let folder = work.folder(Kind::Tokens);
        let task = TokenizeTask {
            unit: unit.clone(),
            curated,
            folder,
            tokenizer: tokenizer.clone(),
        };
        missing.push(Weighted { task, bytes });
    }
    let (count, total) = (missing.len(), missing.iter().map(|task| task.bytes).sum());
    let mut done = 0;
    units::run(engine, work, FUNCTION, missing, |bytes: u64| {
        done += bytes;
        progress(done, total);
    })
    .await?;
    Ok(count)
}

const FUNCTION: &str = "tokenize_unit";

/// `tokenize_unit(task)`: encodes the curated documents of a unit.
pub(super) fn function() -> Arc<dyn Kernel> {
    Arc::new(UnitFunction {
        name: FUNCTION,
        run: tokenize_unit,
    })
}

fn tokenize_unit(task: &TokenizeTask) -> Result<u64, PlanError> {
    let encoder = loaded(&task.tokenizer)?;
    let unit = &task.unit;
    let mut file = TokenFileWriter::create(&task.folder, &unit.name, task.tokenizer.token_type())?;
    for batch in parquet_file::batches(&task.curated, &[column::ID, column::TEXT])? {
        let batch = batch.map_err(|error| PlanError::Parquet {
            path: task.curated.clone(),
            source: error.into(),
        })?;
        let ids = batch.column(0).as_string::<i32>();
        let texts = batch.column(1).as_string::<i32>();
        for row in 0..batch.num_rows() {
            let text = texts.value(row);
            file.push(
                ids.value(row),
                text.len() as u64,
                &encoder.encode(ids.value(row), text)?,
            )?;
        }
    }
    file.finish(&unit.source, unit.group.name(), &unit.name)?;
    let curated = fs::metadata(&task.curated).map_err(PlanError::file(&task.curated))?;
    Ok(curated.len())
}

/// The encoder of `tokenizer`, loaded once a process and kept while the hash stays the same.
fn loaded(tokenizer: &ChosenTokenizer) -> Result<Arc<Encoder>, TokenizeError> {
    type Slot = Option<(String, Arc<Encoder>)>;
    static LOADED: OnceLock<Mutex<Slot>> = OnceLock::new();
    let slot = LOADED.get_or_init(|| Mutex::new(None));
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((hash, encoder)) = &*slot
        && *hash == tokenizer.hash
    {
        return Ok(Arc::clone(encoder));
    }
    let encoder = Arc::new(Encoder::load(&tokenizer.path)?);
    *slot = Some((tokenizer.hash.clone(), Arc::clone(&encoder)));
    Ok(encoder)
}
