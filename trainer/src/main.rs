//! `gristmill-train`: trains, evaluates and samples language models.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
