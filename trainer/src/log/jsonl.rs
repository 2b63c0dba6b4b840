//! `metrics.jsonl`: one JSON object a step.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use gristmill_schemas::atomic;

use super::{Log, Record};
use crate::error::{Error, Result};

/// The file of metrics.
#[derive(Debug)]
pub struct Jsonl {
    path: PathBuf,
    file: File,
}

impl Jsonl {
    /// Opens the file of a run that stands after `step` steps. Lines of later steps, which the run will do again,
    /// and lines that are not whole go.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(path: &Path, step: u64) -> Result<Self> {
        let earlier = if step > 0 && path.exists() {
            fs::read_to_string(path).map_err(Error::file(path))?
        } else {
            String::new()
        };
        let kept: String = earlier
            .split_inclusive('\n')
            .filter(|line| serde_json::from_str::<Record>(line).is_ok_and(|record| record.step <= step))
            .collect();
        atomic::write(path, kept.as_bytes()).map_err(Error::unwritable(path))?;
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(Error::file(path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }
}

impl Log for Jsonl {
    fn record(&mut self, record: &Record) -> Result<()> {
        let mut line = serde_json::to_vec(record)
            .map_err(|error| Error::Training(format!("a record has no JSON form: {error}")))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(Error::unwritable(&self.path))
    }

    fn note(&mut self, _text: &str) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(step: u64) -> Record {
        Record {
            step,
            tokens: step * 10,
            loss: 2.5,
            learning_rate: 1e-3,
            gradient_norm: 1.0,
            held_out_loss: (step == 3).then_some(2.0),
            tokens_per_second: 1.0,
            seconds: 1.0,
        }
    }

    fn steps(path: &Path) -> Vec<u64> {
        let text = fs::read_to_string(path).expect("reads");
        text.lines()
            .map(|line| serde_json::from_str::<Record>(line).expect("a record").step)
            .collect()
    }

    #[test]
    fn a_resumed_run_goes_on_where_its_checkpoint_stands() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.jsonl");
        let mut log = Jsonl::open(&path, 0)?;
        for step in 1..=5 {
            log.record(&record(step))?;
        }
        drop(log);
        let whole = fs::read_to_string(&path).expect("reads");
        fs::write(&path, &whole[..whole.len() - 9]).expect("a run was killed while writing");
        let mut log = Jsonl::open(&path, 3)?;
        log.record(&record(4))?;
        assert_eq!(steps(&path), [1, 2, 3, 4]);
        drop(log);
        Jsonl::open(&path, 0)?;
        assert!(steps(&path).is_empty(), "a fresh run starts a fresh file");
        Ok(())
    }
}
