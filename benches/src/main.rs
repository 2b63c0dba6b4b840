//! Every stage measured on real text, with its peers beside it: `gristmill-bench [NAME]... [--peers PYTHON]`.
//!
//! One file a stage, in the order of the data; [`BENCHMARKS`] is the one list. Each benchmark checks what came out,
//! so that none can be fast by doing nothing. See README.md for the figures and how they were measured.

mod corpus;
mod measure;
mod prepared;
mod row;
mod shards;
mod table;

mod read;
mod rewrite;
mod annotate;
mod grammar;
mod lists;
mod filter;
mod dedup;
mod tokenize;
mod shard;
mod end_to_end;
mod train;

mod peers;
mod probe;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

use corpus::Corpus;
use row::Row;

/// A benchmark: adds its rows.
type Benchmark = fn(&Corpus, &mut Vec<Row>) -> Result<()>;

/// All benchmarks, in the order of the data.
const BENCHMARKS: [(&str, Benchmark); 10] = [
    ("read", read::run),
    ("rewrite", rewrite::run),
    ("annotate", annotate::run),
    ("grammar", grammar::run),
    ("filter", filter::run),
    ("dedup", dedup::run),
    ("tokenize", tokenize::run),
    ("shard", shard::run),
    ("end_to_end", end_to_end::run),
    ("train", train::run),
];

/// The corpus as `make_corpus.py` leaves it beside the checkout.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bench/corpus");

const CORPUS_HELP: &str = "The corpus: what make_corpus.py wrote. By default what GRISTMILL_BENCH_CORPUS names, or \
                           ../shared/bench/corpus";

/// Measures gristmill's stages on real text.
#[derive(Debug, Parser)]
#[command(name = "gristmill-bench")]
struct Arguments {
    /// Benchmarks to run: read, rewrite, annotate, grammar, filter, dedup, tokenize, shard, `end_to_end`, train.
    /// All by default.
    names: Vec<String>,
    #[arg(long, value_name = "DIR", help = CORPUS_HELP)]
    data: Option<PathBuf>,
    /// The interpreter of a Python environment with peers, see benches/peers/requirements.txt; may be given several
    /// times.
    #[arg(long, value_name = "PYTHON")]
    peers: Vec<PathBuf>,
    /// Write JSON lines to stdout, and no table.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    // What needs a process of its own is this program started again.
    let first = std::env::args_os().nth(1);
    match first.as_ref().and_then(|first| first.to_str()) {
        Some(end_to_end::CHILD) => return gristmill::cli::main(std::env::args_os()),
        Some(probe::CHILD) => return ended(probe::run(std::env::args_os().skip(2))),
        Some(train::CHILD) => return ended(train::child(std::env::args_os().nth(2))),
        _ => {}
    }
    ended(run(&Arguments::parse()))
}

fn ended(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where stderr is gone there is nobody to tell.
            let _ = writeln!(io::stderr(), "gristmill-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let known = BENCHMARKS.map(|(name, _)| name);
    if let Some(unknown) = arguments
        .names
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        bail!(
            "there is no benchmark '{unknown}'; there are: {}",
            known.join(", ")
        );
    }
    let folder = arguments
        .data
        .clone()
        .or_else(|| std::env::var_os("GRISTMILL_BENCH_CORPUS").map(PathBuf::from));
    let corpus = Corpus::open(folder.unwrap_or_else(|| PathBuf::from(CORPUS)))?;
    let mut rows = Vec::new();
    for (name, benchmark) in BENCHMARKS {
        if arguments.names.is_empty() || arguments.names.iter().any(|wanted| wanted == name) {
            writeln!(io::stderr(), "measuring {name}")?;
            benchmark(&corpus, &mut rows)?;
        }
    }
    let mut peers = Vec::new();
    for python in &arguments.peers {
        peers.extend(peers::run(&corpus, python, &rows)?);
    }
    let mut stdout = io::stdout().lock();
    if arguments.json {
        for row in rows.iter().chain(&peers) {
            writeln!(stdout, "{}", serde_json::to_string(row)?)?;
        }
    } else {
        stdout.write_all(table::render(&rows, &peers).as_bytes())?;
    }
    Ok(())
}
