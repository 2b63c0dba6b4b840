//! The last stage of a run: the mixture's documents in their order, as shards, and the manifest after them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gristmill_schemas::manifest::{
    FILE_NAME, INDEX_FILE_NAME, Manifest, TOKENIZER_FILE_NAME, TokenizerRecord, VERSION,
};
use serde::{Deserialize, Serialize};

use super::stages::{Run, at};
use super::{Event, RunError, Stage, record};
use crate::plan::mix::MixCounts;
use crate::plan::tokenize::ChosenTokenizer;
use crate::plan::{self, PlanError};
use crate::recipe::Group;
use crate::recipe::written::{BudgetPolicy, TokenBudget};
use crate::shard::{Packed, hash_file};
use crate::work::Unit;

/// The file that says that a folder of shards is a run's own. Its content never changes.
const MARKER_NAME: &str = ".gristmill";
const MARKER: &str = "Runs of gristmill write their shards in this folder and remove earlier ones.\n";

/// A shard stage that ended.
#[derive(Debug, Serialize, Deserialize)]
struct ShardRecord {
    manifest_hash: String,
    counts: MixCounts,
    bound: String,
    warnings: Vec<String>,
    text_bytes: BTreeMap<Group, u64>,
}

impl Run<'_> {
    pub(super) async fn shard(
        &mut self,
        units: &[Unit],
        key: &str,
        tokenizer: &ChosenTokenizer,
    ) -> Result<(), RunError> {
        let stage = Stage::Shard;
        let clock = self.start(stage);
        let recipe = self.recipe;
        let out = Path::new(&recipe.shards.out);
        let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        let fingerprint = recipe.fingerprint();
        let key = crate::recipe::key(&(key, names, &tokenizer.hash, &fingerprint, &recipe.shards.out));
        let found = record::find::<ShardRecord>(&self.work, "shard", &key)
            .filter(|found| hash_file(&out.join(FILE_NAME)).is_ok_and(|hash| hash == found.manifest_hash))
            .filter(|_| crate::shard::is_complete(out));
        let reused = found.is_some();
        let record = match found {
            Some(record) => record,
            None => self.shard_anew(&key, tokenizer, out).await.map_err(at(stage))?,
        };
        for warning in &record.warnings {
            self.warn(warning);
        }
        let manifest = Manifest::load(out).map_err(|error| at(stage)(PlanError::Sharding(error.into())))?;
        let note = format!(
            "{} tokens of {} documents in {} shards",
            manifest.tokens,
            manifest.documents,
            manifest.shards.len()
        );
        self.end(stage, clock, reused, &note);
        self.facts.shard(
            &manifest,
            tokenizer,
            &record.counts,
            &record.bound,
            &record.text_bytes,
        );
        Ok(())
    }

    async fn shard_anew(
        &mut self,
        key: &str,
        tokenizer: &ChosenTokenizer,
        out: &Path,
    ) -> Result<ShardRecord, PlanError> {
        let stage = Stage::Shard;
        let json = fs::read(&tokenizer.path).map_err(PlanError::file(&tokenizer.path))?;
        clear_shards(out)?;
        let plan = plan::mix::plan(&self.engine, self.recipe).await?;
        let observer = &mut *self.observer;
        let progress = |done, total| observer.observe(&Event::Progress { stage, done, total });
        let (packed, counts) = plan::mix::pack(
            &self.engine,
            &self.work,
            self.recipe,
            &plan,
            tokenizer,
            out,
            progress,
        )
        .await?;
        let tokenizer_path = out.join(TOKENIZER_FILE_NAME);
        gristmill_schemas::atomic::write(&tokenizer_path, &json).map_err(PlanError::file(tokenizer_path))?;
        let manifest = self.manifest(tokenizer, &packed, &counts);
        manifest.save(out).map_err(PlanError::file(out))?;
        let manifest_path = out.join(FILE_NAME);
        let mut warnings = plan.quotas.warnings;
        if self.recipe.mixture.tokens != TokenBudget::Policy(BudgetPolicy::All) {
            warnings.extend(missed_shares(&manifest));
        }
        let record = ShardRecord {
            manifest_hash: hash_file(&manifest_path).map_err(PlanError::file(manifest_path))?,
            counts,
            bound: plan.quotas.bound,
            warnings,
            text_bytes: plan.text_bytes,
        };
        record::leave(&self.work, "shard", key, &record)?;
        Ok(record)
    }

    fn manifest(&self, tokenizer: &ChosenTokenizer, packed: &Packed, counts: &MixCounts) -> Manifest {
        Manifest {
            version: VERSION.to_owned(),
            name: self.recipe.name.clone(),
            seed: self.recipe.seed,
            token_type: tokenizer.token_type(),
            tokenizer: TokenizerRecord {
                file: TOKENIZER_FILE_NAME.to_owned(),
                hash: tokenizer.hash.clone(),
                vocabulary: tokenizer.vocabulary,
                end_of_document: tokenizer.end_of_document,
            },
            tokens: packed.tokens,
            documents: packed.documents,
            shards: packed.shards.clone(),
            files: BTreeMap::from([
                (INDEX_FILE_NAME.to_owned(), packed.index_hash.clone()),
                (TOKENIZER_FILE_NAME.to_owned(), tokenizer.hash.clone()),
            ]),
            mixture: counts.groups.clone(),
            sources: counts.sources.clone(),
            recipe_fingerprint: self.recipe.fingerprint(),
            input_fingerprint: self.facts.input_fingerprint().to_owned(),
        }
    }
}

/// Groups whose share was missed by more than a point: their documents did not fit what was left of it.
fn missed_shares(manifest: &Manifest) -> Vec<String> {
    let missed = manifest
        .mixture
        .iter()
        .filter(|(_, record)| record.asked > 0.0 && (record.asked - record.reached).abs() > 0.01);
    missed
        .map(|(group, record)| {
            format!(
                "group '{group}' is {:.1}% of the tokens where {:.1}% were asked: documents are taken whole, and \
                 the next would not have fitted its share",
                100.0 * record.reached,
                100.0 * record.asked
            )
        })
        .collect()
}

/// Removes what an earlier run left in the folder of the shards, the manifest first, and nothing of anyone else's.
///
/// A folder is a run's own if a manifest or the marker is in it, which is written before the first shard. Elsewhere a
/// file that has a shard's name is somebody's, and the run stops.
fn clear_shards(out: &Path) -> Result<(), PlanError> {
    fs::create_dir_all(out).map_err(PlanError::file(out))?;
    let marker = out.join(MARKER_NAME);
    let is_ours = marker.is_file() || Manifest::load(out).is_ok();
    let mut found = Vec::new();
    for entry in fs::read_dir(out).map_err(PlanError::file(out))? {
        let path = entry.map_err(PlanError::file(out))?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if has_name_of_a_run(name) {
            // The manifest sorts before the others: without it the folder is not taken for whole.
            found.push((name != FILE_NAME, path));
        }
    }
    found.sort();
    if let Some((_, path)) = found.first().filter(|_| !is_ours) {
        return Err(PlanError::Nothing(format!(
            "{} would be overwritten, and nothing says that a run wrote it; move it, or name another folder",
            path.display()
        )));
    }
    gristmill_schemas::atomic::write(&marker, MARKER.as_bytes()).map_err(PlanError::file(marker))?;
    for (_, path) in found {
        fs::remove_file(&path).map_err(PlanError::file(path))?;
    }
    Ok(())
}

/// Whether a file in the folder of the shards has a name that a run would write.
fn has_name_of_a_run(name: &str) -> bool {
    let whole = name.trim_end_matches(gristmill_schemas::atomic::PARTIAL_SUFFIX);
    let number = whole.strip_suffix(".bin").or_else(|| whole.strip_suffix(".idx"));
    let is_shard =
        number.is_some_and(|number| number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit()));
    is_shard || [FILE_NAME, INDEX_FILE_NAME, TOKENIZER_FILE_NAME].contains(&whole)
}
