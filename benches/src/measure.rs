//! How a piece of work is measured: passes over the same input until they are long enough to be told from noise.
//!
//! What counts is CPU time, user and system, of all threads: on a machine that others use it moves by a few percent
//! where wall-clock time doubles. One core-second is one core busy for one second.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::row::Cost;

/// All passes together take at least this long, so that the kernel's ticks of 10 ms are below 1%.
const ENOUGH_CPU_SECONDS: f64 = 1.0;
/// However short a pass is.
const MOST_PASSES: u32 = 50;
/// What the kernel counts CPU time in, for user space, on every architecture that Linux runs on here.
const TICKS_PER_SECOND: f64 = 100.0;

/// Does `work` on what `prepare` gives, again and again, and returns its answer and the mean cost of a pass.
/// Preparing is not measured.
///
/// # Errors
/// When a pass fails, or two passes do not give the same answer.
pub(crate) fn measure<I, T: PartialEq>(
    mut prepare: impl FnMut() -> Result<I>,
    mut work: impl FnMut(I) -> Result<T>,
) -> Result<(T, Cost)> {
    let mut answer = None;
    let mut total = Cost::default();
    let mut passes = 0;
    while passes < MOST_PASSES && total.cpu_seconds < ENOUGH_CPU_SECONDS {
        let input = prepare()?;
        let (found, cost) = once(|| work(input))?;
        total.cpu_seconds += cost.cpu_seconds;
        total.wall_seconds += cost.wall_seconds;
        passes += 1;
        let first = answer.get_or_insert_with(|| None);
        if let Some(first) = first {
            ensure!(
                *first == found,
                "two passes over the same input gave different answers"
            );
        } else {
            *first = Some(found);
        }
    }
    let mean = Cost {
        cpu_seconds: total.cpu_seconds / f64::from(passes),
        wall_seconds: total.wall_seconds / f64::from(passes),
    };
    let answer = answer.flatten().context("no pass was made")?;
    Ok((answer, mean))
}

/// Does `work` once, for work that is long.
///
/// # Errors
/// When it fails.
pub(crate) fn once<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
    let clock = Instant::now();
    let before = cpu_seconds()?;
    let answer = work()?;
    let cost = Cost {
        cpu_seconds: cpu_seconds()? - before,
        wall_seconds: clock.elapsed().as_secs_f64(),
    };
    Ok((answer, cost))
}

/// CPU seconds of this process, and of its children that ended and were waited for.
fn cpu_seconds() -> Result<f64> {
    let path = "/proc/self/stat";
    let stat = fs::read_to_string(path).with_context(|| format!("cannot read {path}: is this Linux?"))?;
    ticks(&stat)
        .map(|ticks| ticks / TICKS_PER_SECOND)
        .with_context(|| format!("{path} is not as expected: {stat}"))
}

/// `utime`, `stime`, `cutime` and `cstime` of proc(5), together: fields 14 to 17, counted behind the command's
/// name, which is in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<f64> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind_name.split_ascii_whitespace().collect();
    fields
        .get(11..15)?
        .iter()
        .map(|field| field.parse::<f64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_of_children_count_and_names_do_not_confuse() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 1";
        assert_eq!(ticks(stat), Some(127.0));
        assert_eq!(ticks("7 (a) S 1"), None);
    }

    #[test]
    fn work_is_repeated_and_its_answer_compared() {
        let mut calls = 0;
        let (answer, cost) = measure(
            || Ok(()),
            |()| {
                calls += 1;
                Ok(5)
            },
        )
        .expect("works");
        assert_eq!(answer, 5);
        assert!(cost.wall_seconds > 0.0);
        assert!(calls > 1);
        let mut number = 0;
        let changing = measure(
            || Ok(()),
            |()| {
                number += 1;
                Ok(number)
            },
        );
        assert!(changing.is_err());
    }
}
