//! Gathers the facts of a run, stage by stage, and makes the report of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};

use gristmill_schemas::manifest::Manifest;

use super::{RunOptions, Stage};
use crate::plan::dedup::DedupCounts;
use crate::plan::mix::MixCounts;
use crate::plan::read::{ReadCounts, ReadResult};
use crate::plan::tokenize::ChosenTokenizer;
use crate::plan::verdict::{Amount, VerdictCounts};
use crate::recipe::{Group, Recipe};
use crate::report::facts::{
    Bin, Counted, DuplicateFacts, FunnelStep, Histogram, LanguageFact, MixtureFact, OutputFact,
    QUARANTINE_SHOWN, Quarantine, QuarantinedRecord, Report, RuleFact, RuleSamples, ShardsFact, SourceFact,
    StageFact, TokenizerFact,
};
use crate::work::WorkFolder;

/// The stages of the verdicts in the order of the funnel, with what a document has behind it that passed them.
const FUNNEL: [(&str, &str); 5] = [
    ("language", "after language"),
    ("quality", "after quality"),
    ("safety", "after safety"),
    ("filter", "after own filters"),
    ("dedup", "after dedup"),
];

/// The readers' bound of a record, and so the end of the last bin of lengths.
const LONGEST_TEXT_BYTES: f64 = 67_108_864.0;

/// The facts so far.
pub(super) struct Facts {
    report: Report,
    read: ReadResult,
    verdicts: Option<VerdictCounts>,
    groups: BTreeMap<String, Group>,
}

impl Facts {
    pub(super) fn new(recipe: &Recipe, options: &RunOptions, engine: &str) -> Self {
        let report = Report {
            name: recipe.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: recipe.seed,
            recipe_fingerprint: recipe.fingerprint(),
            engine: engine.to_owned(),
            threads: options.threads as u64,
            started_at: options.started_at.clone(),
            ..Report::default()
        };
        let groups = recipe
            .source
            .iter()
            .map(|source| (source.name.clone(), source.group))
            .collect();
        Self {
            report,
            read: ReadResult::default(),
            verdicts: None,
            groups,
        }
    }

    pub(super) fn input_fingerprint(&self) -> &str {
        &self.read.input_fingerprint
    }

    pub(super) fn warning(&mut self, message: &str) {
        self.report.warnings.push(message.to_owned());
    }

    pub(super) fn stage(&mut self, stage: Stage, seconds: f64, reused: bool, note: &str) {
        self.report.stages.push(StageFact {
            name: stage.name().to_owned(),
            seconds,
            reused,
            note: Some(note.to_owned()),
            ..StageFact::default()
        });
    }

    /// Says how many documents went into the stage noted last, and how many came out of it.
    fn rows(&mut self, stage: Stage, rows_in: u64, rows_out: u64) {
        if let Some(fact) = self
            .report
            .stages
            .iter_mut()
            .find(|fact| fact.name == stage.name())
        {
            (fact.rows_in, fact.rows_out) = (rows_in, rows_out);
        }
    }

    pub(super) fn read(&mut self, work: &WorkFolder, read: ReadResult) {
        let mut total = ReadCounts::default();
        for counts in read.sources.values() {
            total.add(counts);
        }
        let skipped: u64 = total.skipped.values().sum();
        let records = total.documents + total.quarantined + skipped;
        self.rows(Stage::Read, total.files, total.documents);
        self.report.funnel = vec![
            step("raw files", Counted::Files, total.files, total.raw_bytes, None),
            FunnelStep {
                name: "records".to_owned(),
                counted: Counted::Records,
                count: records,
                bytes: total.raw_bytes,
                note: Some(format!(
                    "{} in quarantine, {skipped} no documents",
                    total.quarantined
                )),
                tokens: None,
            },
            step(
                "documents read",
                Counted::Documents,
                total.documents,
                total.text_bytes,
                None,
            ),
        ];
        self.report.sources = read
            .sources
            .iter()
            .map(|(name, counts)| SourceFact {
                name: name.clone(),
                group: self.groups.get(name).map_or("", |group| group.name()).to_owned(),
                files: counts.files,
                raw_bytes: counts.raw_bytes,
                records: counts.documents + counts.quarantined + counts.skipped.values().sum::<u64>(),
                documents: counts.documents,
                text_bytes: counts.text_bytes,
                quarantined: counts.quarantined,
                skipped: counts.skipped.clone(),
                ..SourceFact::default()
            })
            .collect();
        self.report.quarantine = quarantine(work, &read, total.quarantined);
        self.read = read;
    }

    pub(super) fn judge(&mut self, dedup: DedupCounts, verdicts: VerdictCounts) {
        self.rows(Stage::Annotate, verdicts.all.documents, verdicts.all.documents);
        self.rows(Stage::Filter, verdicts.all.documents, dedup.compared);
        self.rows(Stage::Dedup, dedup.compared, verdicts.kept.documents);
        self.report.funnel.extend(funnel(&verdicts).into_iter().skip(1));
        self.report.drops = drops(&verdicts);
        self.report.languages = verdicts
            .languages
            .iter()
            .map(|(code, (amount, kept))| LanguageFact {
                code: code.clone(),
                documents: amount.documents,
                bytes: amount.bytes,
                kept_documents: *kept,
            })
            .collect();
        for source in &mut self.report.sources {
            let kept = verdicts.sources.get(&source.name).copied().unwrap_or_default();
            (source.kept_documents, source.kept_bytes) = (kept.documents, kept.bytes);
        }
        self.report.duplicates = Some(DuplicateFacts {
            exact_documents: dedup.exact,
            near_documents: dedup.near,
            clusters: dedup.clusters,
            largest_cluster: dedup.largest_cluster,
        });
        self.report.histograms = vec![length_histogram(&verdicts)];
        self.verdicts = Some(verdicts);
    }

    pub(super) fn samples(&mut self, samples: Vec<RuleSamples>) {
        self.report.samples = samples;
    }

    pub(super) fn shard(
        &mut self,
        manifest: &Manifest,
        tokenizer: &ChosenTokenizer,
        counts: &MixCounts,
        bound: &str,
        text_bytes: &BTreeMap<Group, u64>,
    ) {
        let kept = self
            .verdicts
            .as_ref()
            .map(|verdicts| verdicts.kept)
            .unwrap_or_default();
        self.rows(Stage::Curate, kept.documents, kept.documents);
        self.rows(Stage::Tokenize, kept.documents, kept.documents);
        self.rows(Stage::Shard, kept.documents, manifest.documents);
        let mut bytes_per_token = BTreeMap::new();
        for (group, bytes) in text_bytes {
            let tokens = counts
                .groups
                .get(group.name())
                .map_or(0, |record| record.available_tokens);
            if tokens > 0 {
                bytes_per_token.insert(group.name().to_owned(), *bytes as f64 / tokens as f64);
            }
        }
        let token_bytes = manifest.tokens * manifest.token_type.bytes() as u64;
        let available: u64 = counts.groups.values().map(|record| record.available_tokens).sum();
        if let Some(last) = self.report.funnel.last_mut() {
            last.tokens = Some(available);
        }
        let mut taken = step(
            "taken by the mixture",
            Counted::Documents,
            manifest.documents,
            token_bytes,
            Some(manifest.tokens),
        );
        taken.note = Some("bytes of shards".to_owned());
        self.report.funnel.push(taken);
        self.report.tokenizer = Some(TokenizerFact {
            vocabulary: u64::from(tokenizer.vocabulary),
            bytes_per_token,
        });
        self.report.mixture = counts
            .groups
            .iter()
            .map(|(group, record)| MixtureFact {
                group: group.clone(),
                asked: record.asked,
                reached: record.reached,
                available_tokens: record.available_tokens,
                tokens: record.tokens,
                documents: record.documents,
                epochs: record.epochs,
            })
            .collect();
        self.report.mixture_note = Some(format!("the total is bound by {bound}"));
        for source in &mut self.report.sources {
            source.tokens_written = counts.sources.get(&source.name).map_or(0, |record| record.tokens);
        }
        self.report.shards = Some(ShardsFact {
            folder: String::new(),
            count: manifest.shards.len() as u64,
            tokens: manifest.tokens,
            bytes: token_bytes,
        });
    }

    /// The report as it stands.
    pub(super) fn report(mut self, recipe: &Recipe, seconds: f64) -> Report {
        self.report.seconds = seconds;
        self.report.peak_memory_bytes = peak_memory_bytes();
        let work = &recipe.work;
        let mut outputs = vec![("report", format!("{work}/report.html"))];
        if self.verdicts.is_some() {
            outputs.push(("verdicts", format!("{work}/verdicts")));
            outputs.push(("curated text", format!("{work}/curated")));
        }
        self.report.next = format!("gristmill query \"SELECT * FROM verdicts LIMIT 10\" --work {work}");
        if let Some(shards) = &mut self.report.shards {
            shards.folder.clone_from(&recipe.shards.out);
            outputs.push(("shards", recipe.shards.out.clone()));
            self.report.next = format!("gristmill verify {}", recipe.shards.out);
        }
        self.report.outputs = outputs
            .into_iter()
            .map(|(what, path)| OutputFact {
                what: what.to_owned(),
                path,
            })
            .collect();
        self.report
    }
}

/// All documents, and what each stage of the verdicts left of them.
pub(super) fn funnel(verdicts: &VerdictCounts) -> Vec<FunnelStep> {
    let mut left = verdicts.all;
    let documents =
        |name: &str, left: Amount| step(name, Counted::Documents, left.documents, left.bytes, None);
    let mut steps = vec![documents("documents", left)];
    for (stage, name) in FUNNEL {
        let Some(dropped) = verdicts.dropped.get(stage) else {
            continue;
        };
        left.documents -= dropped.documents;
        left.bytes -= dropped.bytes;
        steps.push(documents(name, left));
    }
    steps
}

/// What each rule dropped, in the order of the stages.
pub(super) fn drops(verdicts: &VerdictCounts) -> Vec<RuleFact> {
    let mut drops = Vec::new();
    for (stage, _) in FUNNEL {
        for (rule, counts) in verdicts.rules.get(stage).into_iter().flatten() {
            drops.push(RuleFact {
                stage: stage.to_owned(),
                rule: rule.clone(),
                alone: counts.alone.documents,
                first: counts.first.documents,
                together: counts.together.documents,
                bytes: counts.first.bytes,
                alone_bytes: counts.alone.bytes,
                together_bytes: counts.together.bytes,
            });
        }
    }
    drops
}

fn step(name: &str, counted: Counted, count: u64, bytes: u64, tokens: Option<u64>) -> FunnelStep {
    FunnelStep {
        name: name.to_owned(),
        counted,
        count,
        bytes,
        tokens,
        note: None,
    }
}

fn length_histogram(verdicts: &VerdictCounts) -> Histogram {
    let mut edges: Vec<f64> = vec![0.0];
    edges.extend(VerdictCounts::length_edges().iter().map(|edge| *edge as f64));
    edges.push(LONGEST_TEXT_BYTES);
    let bins = verdicts
        .lengths
        .iter()
        .zip(edges.windows(2))
        .map(|((kept, dropped), edges)| Bin {
            from: edges[0],
            to: edges[1],
            kept: *kept,
            dropped: *dropped,
        });
    Histogram {
        name: "document length".to_owned(),
        unit: "bytes".to_owned(),
        bins: bins.collect(),
    }
}

/// The first records of the quarantine files, in the order of the units.
fn quarantine(work: &WorkFolder, read: &ReadResult, total: u64) -> Quarantine {
    let mut first = Vec::new();
    for unit in &read.units {
        let Ok(file) = File::open(work.quarantine(&unit.name)) else {
            continue;
        };
        let lines = BufReader::new(file).lines().map_while(Result::ok);
        let rows = lines.filter_map(|line| serde_json::from_str::<serde_json::Value>(&line).ok());
        first.extend(
            rows.take(QUARANTINE_SHOWN - first.len())
                .map(|row| QuarantinedRecord {
                    path: row["path"].as_str().unwrap_or_default().to_owned(),
                    offset: row["offset"].as_u64().unwrap_or_default(),
                    reason: row["reason"].as_str().unwrap_or_default().to_owned(),
                }),
        );
        if first.len() >= QUARANTINE_SHOWN {
            break;
        }
    }
    Quarantine { total, first }
}

/// The most memory that the process has held, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
