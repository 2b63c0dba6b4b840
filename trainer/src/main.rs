//! `gristmill-train`: trains, evaluates and samples language models.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    with_threads_set();
    cli::main()
}

/// Starts the program again in its own place, with two settings of candle's made that the user has not made.
///
/// - The threads of candle's own pool wait by spinning, and so take the cores from rayon's threads, which do most
///   of the work: on two busy cores, twenty steps of the smallest preset took 10 s of processor time with the pool
///   and 5 s without. It is switched off.
/// - Without a number of threads, candle reads `/proc/cpuinfo` for it at every matrix product: an eighth of the
///   time. It is told the cores that this process may use.
///
/// candle reads both from the environment alone, and to change that inside a running process is unsafe. Where
/// starting again fails, the program goes on as it is, only slower. Results are the same in any case.
#[cfg(unix)]
fn with_threads_set() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;
    use std::thread::available_parallelism;

    const POOL_THREADS: &str = "CANDLE_NUM_THREADS";
    const THREADS: &str = "RAYON_NUM_THREADS";

    let is_set = |name| std::env::var_os(name).is_some();
    let (Ok(program), Ok(cores)) = (std::env::current_exe(), available_parallelism()) else {
        return;
    };
    if is_set(POOL_THREADS) && is_set(THREADS) {
        return;
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    again.args(arguments);
    if !is_set(POOL_THREADS) {
        again.env(POOL_THREADS, "1");
    }
    if !is_set(THREADS) {
        again.env(THREADS, cores.to_string());
    }
    // This returns only where it failed.
    let _ = again.exec();
}
