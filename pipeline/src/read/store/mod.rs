//! Object stores, web servers and the Hub: files that lie elsewhere, listed and read by ranges.
//!
//! Nothing outside of this folder and [`super::inventory`] knows of them: `Disk` (`disk.rs`) stands over a local file
//! or a `Remote`, so every reader reads both. From the bottom up:
//!
//! - `environment.rs`, `profile.rs`: credentials and patience, handed in by the command line ([`configure`]);
//! - `cloud.rs`, `web.rs`, `hub.rs`: one request to one kind of store;
//! - `object.rs`, `flow.rs`: an object's bytes across failures, of one version throughout;
//! - `runtime.rs`, `remote.rs`: the same for a synchronous reader, who goes to and fro, and a block ahead.
//!
//! A store that fails for good stops the run: what it holds is not left out in silence. Units that were done stay
//! done, and the next run goes on.

mod address;
mod cloud;
mod environment;
mod error;
mod flow;
mod hub;
mod object;
mod profile;
mod remote;
mod runtime;
mod web;

#[cfg(test)]
mod tests;

pub(super) use address::{Address, HubAddress, is_remote, without_query};
pub use environment::Environment;
pub(super) use error::{Kind, StoreError};
pub(super) use object::Object;
pub(super) use remote::Remote;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use futures::{StreamExt, stream};
use reqwest::Client;
use url::Url;

use self::cloud::Bucket;
use self::hub::Hub;
use self::object::Place;
use super::seen::Seen;

/// Files on web servers that are asked for at once: a dump is listed as thousands of addresses.
const HEADS_AT_ONCE: usize = 32;

static STORES: OnceLock<Stores> = OnceLock::new();

/// Says what the environment says of stores. Only the first call of a process counts; without one, stores are asked
/// without credentials.
pub fn configure(environment: Environment) {
    let _ = STORES.set(Stores::new(environment));
}

/// The stores of this process.
pub(super) fn stores() -> &'static Stores {
    STORES.get_or_init(|| Stores::new(Environment::default()))
}

/// Stores that were opened, and what they were opened with.
#[derive(Debug)]
pub(super) struct Stores {
    environment: Environment,
    buckets: Mutex<BTreeMap<String, Bucket>>,
    client: Mutex<Option<Client>>,
    /// What each revision of a dataset was resolved to, so that all of a run reads one state of it.
    commits: Mutex<BTreeMap<String, String>>,
}

fn poisoned<T>(_: T) -> StoreError {
    StoreError::usage("another thread failed in the middle of opening a store")
}

impl Stores {
    pub(super) fn new(environment: Environment) -> Self {
        Self {
            environment,
            buckets: Mutex::default(),
            client: Mutex::default(),
            commits: Mutex::default(),
        }
    }

    fn bucket(&self, base: &str) -> Result<Bucket, StoreError> {
        let mut buckets = self.buckets.lock().map_err(poisoned)?;
        if let Some(bucket) = buckets.get(base) {
            return Ok(Arc::clone(bucket));
        }
        let bucket = cloud::open(&self.environment, base)?;
        buckets.insert(base.to_owned(), Arc::clone(&bucket));
        Ok(bucket)
    }

    fn client(&self) -> Result<Client, StoreError> {
        let mut client = self.client.lock().map_err(poisoned)?;
        if let Some(client) = &*client {
            return Ok(client.clone());
        }
        let made = web::client(self.environment.patience())?;
        Ok(client.insert(made).clone())
    }

    fn commit(&self, address: &HubAddress) -> Result<String, StoreError> {
        let mut commits = self.commits.lock().map_err(poisoned)?;
        if let Some(commit) = commits.get(&address.base) {
            return Ok(commit.clone());
        }
        let (client, hub) = (self.client()?, Hub::of(&self.environment)?);
        let (patience, wanted) = (self.environment.patience(), address.clone());
        let commit = runtime::wait(async move { hub.commit(&client, patience, &wanted).await })?;
        commits.insert(address.base.clone(), commit.clone());
        Ok(commit)
    }

    /// The object at `path`, of the version that was `seen`; of the version that is there now if none was.
    pub(super) fn open(&self, path: &str, seen: Option<&Seen>) -> Result<Arc<Object>, StoreError> {
        let place = match Address::parse(path)? {
            Address::Cloud { base, key } => Place::Cloud {
                bucket: self.bucket(&base)?,
                key,
            },
            Address::Web(url) => Place::Web {
                client: self.client()?,
                url,
            },
            Address::Hub(address) => Place::Hub {
                client: self.client()?,
                hub: Hub::of(&self.environment)?,
                commit: match seen.and_then(|seen| seen.revision.clone()) {
                    Some(commit) => commit,
                    None => self.commit(&address)?,
                },
                dataset: address.dataset,
                path: address.path,
                content: Mutex::default(),
            },
        };
        let expected = seen.cloned().unwrap_or_default();
        Ok(Arc::new(Object::new(
            place,
            self.environment.patience(),
            expected,
        )))
    }

    /// What there is to know of files on web servers, in the order of `urls`, several asked for at once.
    pub(super) fn heads(&self, urls: Vec<Url>) -> Result<Vec<Result<Seen, StoreError>>, StoreError> {
        let (client, patience) = (self.client()?, self.environment.patience());
        runtime::wait(async move {
            let heads = urls.into_iter().map(|url| {
                let client = client.clone();
                async move { web::head(&client, patience, &url).await }
            });
            Ok(stream::iter(heads).buffered(HEADS_AT_ONCE).collect().await)
        })
    }

    /// What there is to know of the one object at `address`.
    pub(super) fn head(&self, address: &Address) -> Result<Seen, StoreError> {
        let patience = self.environment.patience();
        match address.clone() {
            Address::Cloud { base, key } => {
                let bucket = self.bucket(&base)?;
                runtime::wait(async move { cloud::head(&bucket, &key).await })
            }
            Address::Web(url) => {
                let client = self.client()?;
                runtime::wait(async move { web::head(&client, patience, &url).await })
            }
            Address::Hub(address) => {
                let folder = address.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let files = self.list_hub(&address, folder, false)?;
                let found = files.into_iter().find(|(path, _)| *path == address.path);
                found
                    .map(|(_, seen)| seen)
                    .ok_or_else(|| StoreError::new(Kind::Missing, "there is no such file in the dataset"))
            }
        }
    }

    /// The objects below `folder` of the bucket or dataset of `address`, by their keys; only those in the folder
    /// itself may come if `is_deep` is not set.
    pub(super) fn list(
        &self,
        address: &Address,
        folder: &str,
        is_deep: bool,
    ) -> Result<Vec<(String, Seen)>, StoreError> {
        match address {
            Address::Cloud { base, .. } => {
                let (bucket, folder) = (self.bucket(base)?, folder.to_owned());
                runtime::wait(async move { cloud::list(&bucket, &folder).await })
            }
            Address::Web(_) => Err(StoreError::usage(
                "a web server has no listing; name its files one by one",
            )),
            Address::Hub(address) => self.list_hub(address, folder, is_deep),
        }
    }

    fn list_hub(
        &self,
        address: &HubAddress,
        folder: &str,
        is_deep: bool,
    ) -> Result<Vec<(String, Seen)>, StoreError> {
        let commit = self.commit(address)?;
        let (client, hub, patience) = (
            self.client()?,
            Hub::of(&self.environment)?,
            self.environment.patience(),
        );
        let (address, folder) = (address.clone(), folder.to_owned());
        runtime::wait(async move {
            hub.list(&client, patience, &address, &commit, &folder, is_deep)
                .await
        })
    }
}
