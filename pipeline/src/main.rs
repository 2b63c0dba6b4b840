//! The `gristmill` binary: everything is in the library, see [`gristmill::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    gristmill::cli::main(std::env::args_os())
}
