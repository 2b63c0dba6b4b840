//! Reports for tests: a rich one, one of a run that did nothing, and those whose every text is foreign.

use std::collections::BTreeMap;

use super::facts::{
    Bin, Counted, DuplicateFacts, FunnelStep, Histogram, LanguageFact, MixtureFact, OutputFact, Piece,
    Quarantine, QuarantinedRecord, Report, RuleFact, RuleSamples, Sample, ShardsFact, SourceFact, StageFact,
    TokenizerFact,
};

/// A run over a crawl, books and code, some of it broken, with two stages reused.
pub(super) fn rich() -> Report {
    Report {
        name: "english-small".to_owned(),
        version: "0.1.0".to_owned(),
        seed: 42,
        recipe_fingerprint: "9b1f5c2ad0e84b7796d3a1f0c4e5b268".to_owned(),
        engine: "local".to_owned(),
        threads: 2,
        started_at: "2026-11-24T12:31:39Z".to_owned(),
        seconds: 1_392.4,
        peak_memory_bytes: Some(1_213_440_000),
        stages: stages(),
        funnel: funnel(),
        sources: sources(),
        drops: drops(),
        samples: vec![samples("gopher_symbol_ratio")],
        languages: languages(),
        duplicates: Some(DuplicateFacts {
            exact_documents: 41_207,
            near_documents: 88_410,
            clusters: 30_118,
            largest_cluster: 1_906,
        }),
        mixture: vec![
            mixture("web", [0.5, 0.5], 731_204_118, 212_904, 304_817_334),
            mixture("books", [0.3, 0.299_999], 45_723_561, 8_412, 182_890_400),
            mixture("code", [0.2, 0.2], 161_330_902, 61_047, 121_926_934),
        ],
        mixture_note: Some(
            "books bound the mixture: at most 4 epochs of its 45,723,561 tokens give 182.9 M, so web and code were \
             taken in proportion and 465.8 M of their tokens stay unused"
                .to_owned(),
        ),
        histograms: histograms(),
        tokenizer: Some(TokenizerFact {
            vocabulary: 32_000,
            bytes_per_token: [("web", 4.41), ("books", 4.58), ("code", 3.12)]
                .map(|(group, ratio)| (group.to_owned(), ratio))
                .into(),
        }),
        shards: Some(ShardsFact {
            folder: "out/english-small".to_owned(),
            count: 7,
            tokens: 609_634_668,
            bytes: 1_224_917_203,
        }),
        warnings: vec![
            "source 'common-crawl': 1 of 12 files is cut off (truncated gzip); what came before the cut was kept"
                .to_owned(),
            "books went through 4 epochs: repeated text teaches less from the fifth time on".to_owned(),
        ],
        quarantine: quarantine(),
        outputs: [
            ("shards", "out/english-small"),
            ("curated text", "work/english-small/curated"),
            ("report", "work/english-small/report.html"),
            ("quarantine", "work/english-small/quarantine"),
        ]
        .map(|(what, path)| OutputFact { what: what.to_owned(), path: path.to_owned() })
        .to_vec(),
        next: "make train".to_owned(),
    }
}

/// A run that ended before it read anything.
pub(super) fn empty() -> Report {
    Report {
        name: "empty".to_owned(),
        version: "0.1.0".to_owned(),
        seed: 42,
        recipe_fingerprint: "9b1f5c2ad0e84b7796d3a1f0c4e5b268".to_owned(),
        engine: "local".to_owned(),
        threads: 1,
        started_at: "2026-11-24T12:31:39Z".to_owned(),
        warnings: vec!["no file matches raw/web/*.warc.gz: nothing was read".to_owned()],
        ..Report::default()
    }
}

/// A run whose foreign texts try to break out of the page and of the terminal's line.
pub(super) fn hostile() -> Report {
    filled_with(
        "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover='x' \u{1b}[2J\u{202e}\r\n{{ 7 * 7 }}",
    )
}

/// A report in which every text is `text` and every list has one entry.
pub(super) fn filled_with(text: &str) -> Report {
    let text = text.to_owned();
    Report {
        name: text.clone(),
        version: text.clone(),
        recipe_fingerprint: text.clone(),
        engine: text.clone(),
        started_at: text.clone(),
        stages: vec![StageFact {
            name: text.clone(),
            note: Some(text.clone()),
            ..StageFact::default()
        }],
        funnel: vec![FunnelStep {
            name: text.clone(),
            note: Some(text.clone()),
            ..FunnelStep::default()
        }],
        sources: vec![SourceFact {
            name: text.clone(),
            group: text.clone(),
            skipped: [(text.clone(), 3)].into(),
            ..SourceFact::default()
        }],
        drops: vec![RuleFact {
            stage: text.clone(),
            rule: text.clone(),
            ..RuleFact::default()
        }],
        samples: vec![samples(&text)],
        languages: vec![LanguageFact {
            code: text.clone(),
            ..LanguageFact::default()
        }],
        duplicates: Some(DuplicateFacts::default()),
        mixture: vec![MixtureFact {
            group: text.clone(),
            ..MixtureFact::default()
        }],
        mixture_note: Some(text.clone()),
        histograms: vec![Histogram {
            name: text.clone(),
            unit: text.clone(),
            bins: vec![Bin::default()],
        }],
        tokenizer: Some(TokenizerFact {
            vocabulary: 1,
            bytes_per_token: [(text.clone(), 1.0)].into(),
        }),
        shards: Some(ShardsFact {
            folder: text.clone(),
            ..ShardsFact::default()
        }),
        warnings: vec![text.clone()],
        quarantine: Quarantine {
            total: 2,
            first: vec![QuarantinedRecord {
                path: text.clone(),
                offset: 0,
                reason: text.clone(),
            }],
        },
        outputs: vec![OutputFact {
            what: text.clone(),
            path: text.clone(),
        }],
        next: text,
        ..Report::default()
    }
}

fn stages() -> Vec<StageFact> {
    let stage = |name: &str, seconds: f64, reused: bool, rows: [u64; 2], note: Option<&str>| StageFact {
        name: name.to_owned(),
        seconds,
        reused,
        rows_in: rows[0],
        rows_out: rows[1],
        note: note.map(str::to_owned),
    };
    vec![
        stage("read", 0.0, true, [3_611_940, 1_204_833], None),
        stage("annotate", 0.0, true, [1_204_833, 1_204_833], None),
        stage("filter", 31.8, false, [1_204_833, 545_018], None),
        stage(
            "dedup",
            412.0,
            false,
            [545_018, 415_401],
            Some("14 buckets of 8 rows, 5-grams of words"),
        ),
        stage("mix", 8.3, false, [415_401, 282_363], None),
        stage(
            "tokenize",
            861.4,
            false,
            [415_401, 415_401],
            Some("vocabulary trained on 200 MB"),
        ),
        stage("shard", 78.9, false, [282_363, 282_363], None),
    ]
}

fn funnel() -> Vec<FunnelStep> {
    let step = |name: &str, counted: Counted, count: u64, bytes: u64, note: Option<&str>| FunnelStep {
        name: name.to_owned(),
        counted,
        count,
        bytes,
        tokens: None,
        note: note.map(str::to_owned),
    };
    let documents = |name: &str, count: u64, bytes: u64| step(name, Counted::Documents, count, bytes, None);
    let mut funnel = vec![
        step("raw files", Counted::Files, 3_127, 14_902_118_400, None),
        step(
            "records",
            Counted::Records,
            3_611_940,
            61_204_733_912,
            Some("decompressed, with their markup"),
        ),
        step(
            "documents read",
            Counted::Documents,
            1_204_833,
            6_120_447_201,
            Some("main text of each record"),
        ),
        documents("after language", 811_204, 4_402_118_930),
        documents("after quality", 570_331, 3_904_270_118),
        documents("after safety", 559_870, 3_851_934_442),
        documents("after own filters", 545_018, 3_840_220_117),
        documents("after exact dedup", 503_811, 3_670_114_820),
        documents("after near dedup", 415_401, 3_211_900_456),
        documents("taken by the mixture", 282_363, 2_559_640_104),
    ];
    if let Some(last) = funnel.last_mut() {
        last.tokens = Some(609_634_668);
        last.note = Some("books four times over".to_owned());
    }
    funnel
}

fn sources() -> Vec<SourceFact> {
    let skipped = |pairs: &[(&str, u64)]| -> BTreeMap<String, u64> {
        pairs
            .iter()
            .map(|(reason, number)| ((*reason).to_owned(), *number))
            .collect()
    };
    vec![
        SourceFact {
            name: "common-crawl".to_owned(),
            group: "web".to_owned(),
            files: 12,
            raw_bytes: 12_410_338_112,
            records: 3_412_004,
            documents: 1_061_220,
            text_bytes: 4_811_340_882,
            quarantined: 318,
            skipped: skipped(&[
                ("metadata", 1_137_334),
                ("request", 1_137_334),
                ("not text", 75_798),
            ]),
            kept_documents: 330_118,
            kept_bytes: 2_210_455_871,
            tokens_written: 304_817_334,
        },
        SourceFact {
            name: "gutenberg".to_owned(),
            group: "books".to_owned(),
            files: 3_101,
            raw_bytes: 911_780_288,
            records: 3_101,
            documents: 3_098,
            text_bytes: 290_114_003,
            quarantined: 3,
            skipped: BTreeMap::new(),
            kept_documents: 2_103,
            kept_bytes: 209_413_908,
            tokens_written: 182_890_400,
        },
        SourceFact {
            name: "packages".to_owned(),
            group: "code".to_owned(),
            files: 14,
            raw_bytes: 1_580_000_000,
            records: 196_835,
            documents: 140_515,
            text_bytes: 1_018_992_316,
            quarantined: 91,
            skipped: skipped(&[("binary", 51_110), ("generated", 5_119)]),
            kept_documents: 83_180,
            kept_bytes: 792_030_677,
            tokens_written: 121_926_934,
        },
    ]
}

fn drops() -> Vec<RuleFact> {
    let rule = |stage: &str, name: &str, documents: [u64; 3], bytes: u64| RuleFact {
        stage: stage.to_owned(),
        rule: name.to_owned(),
        alone: documents[0],
        first: documents[1],
        together: documents[2],
        bytes,
        alone_bytes: bytes / 2,
        together_bytes: 2 * bytes,
    };
    vec![
        rule("language", "language", [301_118, 388_204, 388_204], 1_702_114_330),
        rule(
            "language",
            "language_confidence",
            [2_117, 5_425, 61_200],
            16_213_941,
        ),
        rule(
            "quality",
            "gopher_word_count",
            [48_870, 120_441, 301_377],
            61_330_118,
        ),
        rule(
            "quality",
            "gopher_mean_word_length",
            [3_308, 14_918, 40_115],
            31_554_870,
        ),
        rule(
            "quality",
            "gopher_symbol_ratio",
            [1_012, 9_402, 19_776],
            22_600_143,
        ),
        rule(
            "quality",
            "gopher_bullet_lines",
            [4_430, 11_207, 18_530],
            38_114_905,
        ),
        rule(
            "quality",
            "gopher_ellipsis_lines",
            [8_119, 14_770, 31_422],
            47_100_236,
        ),
        rule(
            "quality",
            "gopher_alphabetic_words",
            [9_240, 31_775, 102_338],
            112_670_391,
        ),
        rule(
            "quality",
            "gopher_stop_words",
            [14_007, 38_360, 140_226],
            184_478_149,
        ),
        rule("safety", "word_list", [7_212, 10_461, 29_080], 52_335_676),
        rule("filter", "too_short_for_books", [95, 95, 411], 1_140_008),
        rule(
            "filter",
            "few_sentences_without_a_verb",
            [12_880, 14_757, 33_019],
            10_574_317,
        ),
    ]
}

/// A document that is shown, of whose excerpt the middle is marked.
fn sample(text: &str) -> Sample {
    let piece = |marked| Piece {
        text: text.to_owned(),
        marked,
    };
    Sample {
        id: text.to_owned(),
        key: text.to_owned(),
        value: Some(0.1032),
        excerpt: vec![piece(false), piece(true), piece(false)],
    }
}

fn samples(text: &str) -> RuleSamples {
    RuleSamples {
        stage: text.to_owned(),
        rule: text.to_owned(),
        keep: text.to_owned(),
        sources: vec![text.to_owned()],
        dropped: vec![sample(text)],
        near: vec![sample(text)],
    }
}

fn languages() -> Vec<LanguageFact> {
    let language = |code: &str, documents: u64, bytes: u64, kept: u64| LanguageFact {
        code: code.to_owned(),
        documents,
        bytes,
        kept_documents: kept,
    };
    vec![
        language("en", 816_629, 4_418_332_871, 415_401),
        language("de", 91_340, 402_118_220, 0),
        language("ru", 74_411, 511_070_334, 0),
        language("fr", 62_018, 280_449_118, 0),
        language("es", 58_870, 251_230_470, 0),
        language("zh", 47_006, 160_118_944, 0),
        language("ja", 31_552, 70_114_022, 0),
        language("none", 23_007, 27_013_222, 0),
    ]
}

fn mixture(group: &str, shares: [f64; 2], available_tokens: u64, documents: u64, tokens: u64) -> MixtureFact {
    let [asked, reached] = shares;
    MixtureFact {
        group: group.to_owned(),
        asked,
        reached,
        available_tokens,
        tokens,
        documents,
        epochs: tokens as f64 / available_tokens as f64,
    }
}

fn histograms() -> Vec<Histogram> {
    let histogram = |name: &str, unit: &str, edges: &[f64], kept: &[u64], dropped: &[u64]| {
        let counts = kept.iter().zip(dropped);
        let bins = edges.windows(2).zip(counts).map(|(edge, (kept, dropped))| Bin {
            from: edge[0],
            to: edge[1],
            kept: *kept,
            dropped: *dropped,
        });
        Histogram {
            name: name.to_owned(),
            unit: unit.to_owned(),
            bins: bins.collect(),
        }
    };
    vec![
        histogram(
            "Document length",
            "bytes",
            &[
                0.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0, 8192.0, 16_384.0, 32_768.0, 65_536.0,
                262_144.0,
            ],
            &[
                0, 0, 120, 4_310, 31_044, 80_118, 121_950, 101_337, 50_104, 18_770, 5_320, 2_328,
            ],
            &[
                22_410, 61_080, 140_233, 181_970, 150_028, 99_870, 60_124, 40_551, 19_207, 9_011, 3_608,
                1_340,
            ],
        ),
        histogram(
            "Words that have a letter",
            "",
            &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
            &[0, 0, 0, 0, 0, 0, 0, 0, 61_204, 354_197],
            &[
                8_030, 6_112, 7_440, 9_318, 14_020, 21_377, 40_118, 80_441, 161_337, 441_239,
            ],
        ),
    ]
}

fn quarantine() -> Quarantine {
    let record = |path: &str, offset: u64, reason: &str| QuarantinedRecord {
        path: path.to_owned(),
        offset,
        reason: reason.to_owned(),
    };
    Quarantine {
        total: 412,
        first: vec![
            record(
                "raw/web/CC-MAIN-20260114-00007.warc.gz",
                981_204_118,
                "truncated gzip: the member that begins here has no end",
            ),
            record(
                "raw/web/CC-MAIN-20260114-00003.warc.gz",
                4_118_230,
                "content-length is 88213, the record has 4096 bytes",
            ),
            record("raw/books/pg2701.txt", 17_204, "invalid UTF-8: byte 0x92"),
            record(
                "raw/code/extra.jsonl",
                120_448,
                "line 311 is not JSON: expected `,` or `}` at column 77",
            ),
        ],
    }
}
