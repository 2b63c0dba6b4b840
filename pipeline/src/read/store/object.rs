//! One version of an object in a store, of which ranges can be asked for.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Client;
use url::Url;

use super::cloud::{self, Bucket};
use super::environment::Patience;
use super::error::{Kind, StoreError};
use super::flow::{Answer, Flow};
use super::hub::Hub;
use super::{runtime, web};
use crate::read::seen::Seen;

/// An object of one version.
pub(crate) struct Object {
    place: Place,
    patience: Patience,
    /// What the listing said of it and, beyond that, what the first answer did.
    expected: Mutex<Seen>,
    /// Whether bytes of it were given out, that others have to fit.
    is_begun: AtomicBool,
    /// Whether all of it came where a part was asked for.
    lacks_ranges: AtomicBool,
}

/// Where an object lies, and what reaches it.
pub(super) enum Place {
    /// In a bucket.
    Cloud {
        /// The bucket.
        bucket: Bucket,
        /// Its key there.
        key: String,
    },
    /// On a web server.
    Web {
        /// What sends requests.
        client: Client,
        /// Its address.
        url: Url,
    },
    /// In a dataset of the Hub.
    Hub {
        /// What sends requests.
        client: Client,
        /// The Hub.
        hub: Hub,
        /// Owner and name.
        dataset: String,
        /// The commit.
        commit: String,
        /// The path in the dataset.
        path: String,
        /// Where the Hub sent the last request on to. Such an address is good for some minutes.
        content: Mutex<Option<Url>>,
    },
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.place {
            Place::Cloud { key, .. } => key,
            Place::Web { url, .. } => url.path(),
            Place::Hub { path, .. } => path,
        };
        write!(formatter, "Object({name})")
    }
}

fn poisoned<T>(_: T) -> StoreError {
    StoreError::usage("another thread failed in the middle of a request")
}

impl Object {
    pub(super) fn new(place: Place, patience: Patience, expected: Seen) -> Self {
        let patience = match place {
            Place::Cloud { .. } => patience.in_bucket(),
            Place::Web { .. } | Place::Hub { .. } => patience,
        };
        Self {
            place,
            patience,
            expected: Mutex::new(expected),
            is_begun: AtomicBool::new(false),
            lacks_ranges: AtomicBool::new(false),
        }
    }

    /// How long to wait for it, and how often.
    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    /// What is known of it so far.
    pub(super) fn expected(&self) -> Result<Seen, StoreError> {
        Ok(self.expected.lock().map_err(poisoned)?.clone())
    }

    /// Its size. Asks for its first byte where nobody said it yet.
    pub(crate) fn length(self: &Arc<Self>) -> Result<u64, StoreError> {
        if let Some(bytes) = self.expected()?.bytes {
            return Ok(bytes);
        }
        let mut flow = Flow::new(Arc::clone(self), 0);
        runtime::wait(async move { flow.block(1).await })?;
        self.expected()?
            .bytes
            .ok_or_else(|| StoreError::usage("the server does not say how large the file is"))
    }

    /// Compares an answer with what was known, and learns from it what was not.
    pub(super) fn meet(&self, answer: &Seen) -> Result<(), StoreError> {
        let mut expected = self.expected.lock().map_err(poisoned)?;
        if let Some(difference) = expected.difference(answer) {
            return Err(StoreError::new(
                Kind::Changed,
                format!("it has changed since it was listed ({difference})"),
            ));
        }
        expected.bytes = expected.bytes.or(answer.bytes);
        if expected.tag.is_none() {
            expected.tag.clone_from(&answer.tag);
        }
        if expected.changed.is_none() {
            expected.changed.clone_from(&answer.changed);
        }
        Ok(())
    }

    /// Notes that bytes of it are given out. Returns whether some were before.
    pub(super) fn begin(&self) -> bool {
        self.is_begun.swap(true, Ordering::Relaxed)
    }

    /// Notes that a request for a range brought all of it.
    pub(super) fn lacks_ranges(&self) {
        self.lacks_ranges.store(true, Ordering::Relaxed);
    }

    /// Whether ranges of it can be had, as far as answers showed.
    pub(super) fn has_ranges(&self) -> bool {
        !self.lacks_ranges.load(Ordering::Relaxed)
    }

    /// Notes that the object ends at `bytes`, which no header had said.
    pub(super) fn ends_at(&self, bytes: u64) -> Result<(), StoreError> {
        self.expected.lock().map_err(poisoned)?.bytes = Some(bytes);
        Ok(())
    }

    /// Asks for the bytes in `range`.
    pub(super) async fn ask(&self, range: Range<u64>) -> Result<Answer, StoreError> {
        match &self.place {
            Place::Cloud { bucket, key } => cloud::get(bucket, key, &range, &self.expected()?).await,
            Place::Web { client, url } => web::get(client, url, &range).await,
            Place::Hub {
                client,
                hub,
                dataset,
                commit,
                path,
                content,
            } => {
                let known = content.lock().map_err(poisoned)?.clone();
                let answer = match known {
                    Some(url) => web::get(client, &url, &range).await.ok(),
                    None => None,
                };
                let mut answer = if let Some(answer) = answer {
                    answer
                } else {
                    let header = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
                    let request = hub.content(client, dataset, commit, path);
                    let response = web::send(request.header(reqwest::header::RANGE, header)).await?;
                    *content.lock().map_err(poisoned)? = Some(response.url().clone());
                    web::answer(response, range.start)?
                };
                // The commit is the version. What the servers of the content call it has nothing to do with that.
                answer.seen.tag = None;
                answer.seen.changed = None;
                Ok(answer)
            }
        }
    }
}
