//! The threads on which requests run.
//!
//! Readers are synchronous and run on the engine's worker threads, where nothing may be waited for with a runtime's
//! own means. So requests run on a small runtime beside the engine's, and a reader waits for their results on a
//! plain channel.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, sync_channel};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::error::{Kind, StoreError};

/// Threads for requests: they wait for the network and copy what it brings (and decipher TLS).
const THREADS: usize = 2;

fn runtime() -> Result<&'static Runtime, StoreError> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let started = RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(THREADS).thread_name("stores").enable_all();
        builder.build().map_err(|error| error.to_string())
    });
    started
        .as_ref()
        .map_err(|error| StoreError::usage(format!("the threads for requests do not start: {error}")))
}

/// Something that is under way. Dropping it calls it off.
#[derive(Debug)]
pub(super) struct Pending<T> {
    result: Receiver<T>,
    task: JoinHandle<()>,
}

impl<T> Pending<T> {
    /// Waits for the result.
    pub(super) fn wait(self) -> Result<T, StoreError> {
        self.result
            .recv()
            .map_err(|_| StoreError::new(Kind::Final, "the request ended without a result"))
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts `work` and returns at once.
pub(super) fn start<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<Pending<T>, StoreError> {
    let (sender, result) = sync_channel(1);
    let task = runtime()?.spawn(async move {
        // Nobody may be waiting any more.
        let _ = sender.send(work.await);
    });
    Ok(Pending { result, task })
}

/// Does `work` and waits for its result.
pub(super) fn wait<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    start(work)?.wait()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_can_be_waited_for_on_the_thread_of_another_runtime() {
        let other = Builder::new_current_thread().build().expect("a runtime");
        let found = other.block_on(async {
            wait(async {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                Ok(7)
            })
        });
        assert_eq!(found.expect("a result"), 7);
    }
}
