//! Paths that are addresses: `s3://`, `gs://`, `az://`, `http(s)://`, `hf://`.

use url::Url;

use super::error::StoreError;

/// The schemes of object stores, each with the spelling that `object_store` takes.
const CLOUD_SCHEMES: [&str; 8] = ["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"];

/// Where an object or a folder of objects lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// In a bucket or container.
    Cloud {
        /// The scheme and the bucket, container or account: everything before the key.
        base: String,
        /// The key, without a leading slash. May be a pattern, or end in a slash.
        key: String,
    },
    /// On a web server.
    Web(Url),
    /// In a dataset of the Hugging Face Hub.
    Hub(HubAddress),
}

/// A path in a dataset of the Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HubAddress {
    /// Owner and name, with a slash between.
    pub(crate) dataset: String,
    /// The branch, tag or commit, as it is called there.
    pub(crate) revision: String,
    /// What stands before the path: `hf://datasets/owner/name@revision`, as the recipe spells it.
    pub(crate) base: String,
    /// The path in the dataset, without a leading slash; empty for all of it.
    pub(crate) path: String,
}

/// Whether `path` is an address and not a path of this machine.
pub(crate) fn is_remote(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
    })
}

/// The address without what is no part of a file's name: the query and the fragment of a web address.
pub(crate) fn without_query(path: &str) -> &str {
    if !path.starts_with("http://") && !path.starts_with("https://") {
        return path;
    }
    path.find(['?', '#']).map_or(path, |end| &path[..end])
}

impl Address {
    /// Takes `path` apart.
    ///
    /// # Errors
    /// When its scheme is unknown or it is not a whole address.
    pub(crate) fn parse(path: &str) -> Result<Self, StoreError> {
        let Some((scheme, rest)) = path.split_once("://") else {
            return Err(StoreError::usage("it is no address"));
        };
        match scheme {
            "http" | "https" => web(path),
            "hf" => hub(path, rest).map(Self::Hub),
            _ if CLOUD_SCHEMES.contains(&scheme) => {
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                if bucket.is_empty() {
                    return Err(StoreError::usage(format!(
                        "the bucket is missing: {scheme}://BUCKET/KEY"
                    )));
                }
                Ok(Self::Cloud {
                    base: format!("{scheme}://{bucket}"),
                    key: key.to_owned(),
                })
            }
            _ => Err(StoreError::usage(format!(
                "no store is known by the scheme '{scheme}'; known: s3, gs, az, abfs, http, https, hf"
            ))),
        }
    }
}

fn web(path: &str) -> Result<Address, StoreError> {
    let url =
        Url::parse(path).map_err(|error| StoreError::usage(format!("it is no web address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        // A path is written into every document.
        return Err(StoreError::usage(
            "a user name or password in an address would be written into every document; leave it out",
        ));
    }
    Ok(Address::Web(url))
}

fn hub(path: &str, rest: &str) -> Result<HubAddress, StoreError> {
    let malformed = || StoreError::usage("a dataset is spelled hf://datasets/OWNER/NAME[@REVISION][/PATH]");
    let rest = rest.strip_prefix("datasets/").ok_or_else(malformed)?;
    let (owner, rest) = rest.split_once('/').ok_or_else(malformed)?;
    let end = rest.find(['/', '@']).unwrap_or(rest.len());
    let name = &rest[..end];
    if owner.is_empty() || name.is_empty() || owner.contains('@') {
        return Err(malformed());
    }
    let behind = &rest[end..];
    let (revision, inside) = match behind.strip_prefix('@') {
        Some(behind) => split_revision(behind).ok_or_else(malformed)?,
        None => ("main".to_owned(), behind),
    };
    let base = &path[..path.len() - inside.len()];
    Ok(HubAddress {
        dataset: format!("{owner}/{name}"),
        revision,
        base: base.to_owned(),
        path: inside.trim_start_matches('/').to_owned(),
    })
}

/// Splits what stands behind the `@` into the revision and the path. The Hub's own references have slashes
/// (`refs/pr/5`, `refs/convert/parquet`); others spell theirs as `%2F`; `~parquet` is short for the second.
fn split_revision(behind: &str) -> Option<(String, &str)> {
    let parts = if behind.starts_with("refs/") { 3 } else { 1 };
    let end = behind.match_indices('/').nth(parts - 1);
    let (revision, inside) = behind.split_at(end.map_or(behind.len(), |(at, _)| at));
    if revision.is_empty() {
        return None;
    }
    let revision = match revision.strip_prefix('~') {
        Some(kind) => format!("refs/convert/{kind}"),
        None => revision.replace("%2F", "/").replace("%2f", "/"),
    };
    Some((revision, inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let cloud = |base: &str, key: &str| Address::Cloud {
            base: base.to_owned(),
            key: key.to_owned(),
        };
        let cases = [
            ("s3://bucket/a/b*.gz", cloud("s3://bucket", "a/b*.gz")),
            ("gs://bucket", cloud("gs://bucket", "")),
            (
                "abfs://c@acc.dfs.core.windows.net/a",
                cloud("abfs://c@acc.dfs.core.windows.net", "a"),
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(Address::parse(path).expect("an address"), expected);
        }
        for wrong in [
            "ftp://host/a",
            "s3:///a",
            "https://",
            "https://me:pw@host/a",
            "hf://models/a/b",
            "hf://datasets/a",
        ] {
            assert!(is_remote(wrong) && Address::parse(wrong).is_err(), "{wrong}");
        }
        assert!(!is_remote("a/b") && !is_remote("://a"));
        assert_eq!(without_query("https://h/a.jsonl?sig=x/y#z"), "https://h/a.jsonl");
        assert_eq!(without_query("s3://b/what?"), "s3://b/what?");
    }

    #[test]
    fn datasets_have_a_revision() {
        let cases = [
            ("hf://datasets/o/n", "main", "hf://datasets/o/n", ""),
            (
                "hf://datasets/o/n/data/*.parquet",
                "main",
                "hf://datasets/o/n",
                "data/*.parquet",
            ),
            ("hf://datasets/o/n@v1/a", "v1", "hf://datasets/o/n@v1", "a"),
            (
                "hf://datasets/o/n@refs/pr/5/a",
                "refs/pr/5",
                "hf://datasets/o/n@refs/pr/5",
                "a",
            ),
            ("hf://datasets/o/n@x%2Fy/a", "x/y", "hf://datasets/o/n@x%2Fy", "a"),
            (
                "hf://datasets/o/n@~parquet",
                "refs/convert/parquet",
                "hf://datasets/o/n@~parquet",
                "",
            ),
        ];
        for (path, revision, base, inside) in cases {
            let Ok(Address::Hub(address)) = Address::parse(path) else {
                panic!("{path}")
            };
            assert_eq!(address.dataset, "o/n");
            assert_eq!(
                (
                    address.revision.as_str(),
                    address.base.as_str(),
                    address.path.as_str()
                ),
                (revision, base, inside)
            );
        }
        assert!(Address::parse("hf://datasets/o/n@/a").is_err());
    }
}
