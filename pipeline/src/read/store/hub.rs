//! Datasets of the Hugging Face Hub, through its HTTP layout: a tree to list, and content behind redirects.
//!
//! A branch is resolved to its commit before anything is listed, so that all of a run reads one state of the
//! dataset; a file's mark is the Hub's hash of its content, so that a new commit makes only changed files new.

use std::fs;

use reqwest::header::{HeaderMap, LINK};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use url::Url;

use super::address::HubAddress;
use super::environment::{Environment, Patience};
use super::error::{Kind, StoreError};
use super::web;
use crate::read::seen::Seen;

/// Pages of a listing at most: with 1,000 entries a page, more than any dataset has.
const MAX_PAGES: usize = 10_000;

/// The Hub: where it is and who asks.
#[derive(Clone, Debug)]
pub(super) struct Hub {
    endpoint: Url,
    token: Option<String>,
}

#[derive(Deserialize)]
struct Revision {
    sha: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    oid: String,
    #[serde(default)]
    size: u64,
    lfs: Option<LargeFile>,
}

#[derive(Deserialize)]
struct LargeFile {
    oid: String,
    size: u64,
}

impl Hub {
    /// The Hub that the environment names, with its token.
    pub(super) fn of(environment: &Environment) -> Result<Self, StoreError> {
        let endpoint = environment.get("HF_ENDPOINT").unwrap_or("https://huggingface.co");
        let endpoint = Url::parse(endpoint)
            .ok()
            .filter(|url| !url.cannot_be_a_base())
            .ok_or_else(|| StoreError::usage(format!("HF_ENDPOINT is no web address: {endpoint}")))?;
        Ok(Self {
            endpoint,
            token: token(environment),
        })
    }

    /// The address of `parts` below the endpoint, each part a whole segment or several.
    fn url(&self, parts: &[&str]) -> Url {
        let mut url = self.endpoint.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            segments.extend(parts);
        }
        url
    }

    fn request(&self, client: &Client, url: &Url) -> RequestBuilder {
        let request = client.get(url.clone());
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The commit that `revision` of a dataset stands for now.
    pub(super) async fn commit(
        &self,
        client: &Client,
        patience: Patience,
        address: &HubAddress,
    ) -> Result<String, StoreError> {
        let mut parts = vec!["api", "datasets"];
        parts.extend(address.dataset.split('/'));
        parts.extend(["revision", &address.revision]);
        let url = self.url(&parts);
        let response = web::send_patiently(patience, || self.request(client, &url))
            .await
            .map_err(|error| match error.kind {
                Kind::Missing => StoreError::new(
                    Kind::Missing,
                    format!(
                        "the Hub has no dataset '{}' with a revision '{}'",
                        address.dataset, address.revision
                    ),
                ),
                Kind::Refused => StoreError::new(
                    Kind::Refused,
                    format!(
                        "the Hub does not give out '{}' (set HF_TOKEN; a gated dataset has to be asked for on its page)",
                        address.dataset
                    ),
                ),
                _ => error,
            })?;
        let revision: Revision = web::json(response).await?;
        Ok(revision.sha)
    }

    /// The files below `folder` of a dataset at `commit`, by their paths in it; only those in the folder itself if
    /// `is_deep` is not set.
    pub(super) async fn list(
        &self,
        client: &Client,
        patience: Patience,
        address: &HubAddress,
        commit: &str,
        folder: &str,
        is_deep: bool,
    ) -> Result<Vec<(String, Seen)>, StoreError> {
        let mut parts = vec!["api", "datasets"];
        parts.extend(address.dataset.split('/'));
        parts.extend(["tree", commit]);
        parts.extend(folder.split('/').filter(|part| !part.is_empty()));
        let mut url = self.url(&parts);
        url.set_query(Some(if is_deep {
            "recursive=true"
        } else {
            "recursive=false"
        }));
        let mut files = Vec::new();
        for _ in 0..MAX_PAGES {
            let response = web::send_patiently(patience, || self.request(client, &url)).await?;
            let next = next_page(response.headers());
            let entries: Vec<Entry> = web::json(response).await?;
            for entry in entries.into_iter().filter(|entry| entry.kind == "file") {
                let (bytes, tag) = match entry.lfs {
                    Some(large) => (large.size, large.oid),
                    None => (entry.size, entry.oid),
                };
                let seen = Seen {
                    bytes: Some(bytes),
                    changed: None,
                    tag: Some(tag),
                    revision: Some(commit.to_owned()),
                };
                files.push((entry.path, seen));
            }
            match next {
                // The token goes to the Hub and to nobody whom a listing names.
                Some(next) if next.origin() == self.endpoint.origin() => url = next,
                Some(_) => return Err(StoreError::usage("the Hub's listing goes on at another host")),
                None => return Ok(files),
            }
        }
        Err(StoreError::usage(format!(
            "the Hub's listing has more than {MAX_PAGES} pages"
        )))
    }

    /// The request for the content of a file at `commit`, which the Hub may redirect.
    pub(super) fn content(&self, client: &Client, dataset: &str, commit: &str, path: &str) -> RequestBuilder {
        let mut parts = vec!["datasets"];
        parts.extend(dataset.split('/'));
        parts.extend(["resolve", commit]);
        parts.extend(path.split('/'));
        self.request(client, &self.url(&parts))
    }
}

/// The token: of the environment, or of the file in which the Hub's own tools keep it.
fn token(environment: &Environment) -> Option<String> {
    if let Some(token) = environment.get("HF_TOKEN") {
        return Some(token.to_owned());
    }
    let file = environment.get("HF_TOKEN_PATH").map(std::path::PathBuf::from);
    let file = file.or_else(|| {
        environment
            .get("HF_HOME")
            .map(|home| std::path::Path::new(home).join("token"))
    });
    let file = file.or_else(|| {
        let cache = environment.get("XDG_CACHE_HOME")?;
        Some(std::path::Path::new(cache).join("huggingface/token"))
    });
    let file = file.or_else(|| environment.below_home(".cache/huggingface/token"))?;
    // Without a token public datasets can still be read, as with the Hub's own tools.
    let token = fs::read_to_string(file).ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| token.to_owned())
}

/// The address of the next page, of a header such as `<https://...>; rel="next"`.
fn next_page(headers: &HeaderMap) -> Option<Url> {
    let links = headers.get(LINK)?.to_str().ok()?;
    links.split(',').find_map(|link| {
        let (address, relation) = link.split_once(';')?;
        let address = address.trim().strip_prefix('<')?.strip_suffix('>')?;
        relation
            .contains("rel=\"next\"")
            .then(|| Url::parse(address).ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_addresses_are_encoded() {
        let environment = Environment::of([("HF_ENDPOINT".to_owned(), "http://127.0.0.1:9/hub/".to_owned())]);
        let hub = Hub::of(&environment).expect("a hub");
        let url = hub.url(&["api", "datasets", "o", "n", "revision", "refs/pr/1"]);
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/hub/api/datasets/o/n/revision/refs%2Fpr%2F1"
        );
        assert_eq!(
            hub.url(&["a b#?.txt"]).as_str(),
            "http://127.0.0.1:9/hub/a%20b%23%3F.txt"
        );
    }

    #[test]
    fn tokens_lie_in_files_too() {
        let home = tempfile::tempdir().expect("a temporary folder");
        crate::read::basket::write_file(home.path(), ".cache/huggingface/token", b"hf_secret\n");
        let home = home.path().to_str().expect("a name").to_owned();
        assert_eq!(
            token(&Environment::of([("HOME".to_owned(), home)])),
            Some("hf_secret".to_owned())
        );
        assert_eq!(token(&Environment::default()), None);
    }

    #[test]
    fn the_next_page_is_named_in_a_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(next_page(&headers), None);
        let value = "<http://a/x?cursor=1>; rel=\"next\"".parse().expect("a value");
        headers.insert(LINK, value);
        assert_eq!(
            next_page(&headers).map(|url| url.to_string()),
            Some("http://a/x?cursor=1".to_owned())
        );
    }
}
