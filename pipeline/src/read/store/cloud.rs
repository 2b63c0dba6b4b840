//! Buckets and containers: S3, Google Cloud Storage, Azure, through `object_store`.
//!
//! Credentials, endpoints and the client's settings are those variables of the environment that `object_store`
//! knows by name; for S3 the AWS profile files come behind them. Requests are retried there; what is not finished
//! when it gives up is gone on with by `flow.rs`, as long as bytes still come.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig,
};

use super::environment::{Environment, Patience};
use super::error::StoreError;
use super::flow::Answer;
use super::profile;
use crate::read::seen::Seen;

/// A bucket or container.
pub(super) type Bucket = Arc<dyn ObjectStore>;

/// Variables that say where S3's credentials come from, so that no profile is asked for them.
const S3_CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
];

/// Opens the bucket of `base`, such as `s3://bucket`. Nothing is sent yet.
pub(super) fn open(environment: &Environment, base: &str) -> Result<Bucket, StoreError> {
    let patience = environment.patience();
    let retry = RetryConfig {
        max_retries: patience.retries,
        retry_timeout: Duration::from_mins(3),
        ..RetryConfig::default()
    };
    let options = ClientOptions::new()
        .with_timeout(patience.timeout)
        .with_connect_timeout(patience.timeout.min(Duration::from_secs(10)));
    let scheme = base.split("://").next().unwrap_or_default();
    Ok(match scheme {
        "s3" | "s3a" => {
            let mut builder = AmazonS3Builder::new()
                .with_url(base)
                .with_client_options(options)
                .with_retry(retry);
            let wants_keys = !S3_CREDENTIALS.iter().any(|name| environment.get(name).is_some());
            for (name, value) in profile::settings(environment, wants_keys)? {
                let key: AmazonS3ConfigKey = name.to_ascii_lowercase().parse()?;
                builder = builder.with_config(key, value);
            }
            for (name, value) in environment.beginning("AWS_") {
                if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                    builder = builder.with_config(key, value);
                }
            }
            Arc::new(builder.build()?)
        }
        "gs" => {
            let mut builder = GoogleCloudStorageBuilder::new()
                .with_url(base)
                .with_client_options(options)
                .with_retry(retry);
            if let Some(path) = environment.get("SERVICE_ACCOUNT") {
                builder = builder.with_service_account_path(path);
            }
            for (name, value) in environment.beginning("GOOGLE_") {
                if let Ok(key) = name.to_ascii_lowercase().parse::<GoogleConfigKey>() {
                    builder = builder.with_config(key, value);
                }
            }
            Arc::new(builder.build()?)
        }
        _ => {
            let mut builder = MicrosoftAzureBuilder::new()
                .with_url(base)
                .with_client_options(options)
                .with_retry(retry);
            for (name, value) in environment.beginning("AZURE_") {
                if let Ok(key) = name.to_ascii_lowercase().parse::<AzureConfigKey>() {
                    builder = builder.with_config(key, value);
                }
            }
            if let Some(endpoint) = environment.get("MSI_ENDPOINT") {
                builder = builder.with_msi_endpoint(endpoint);
            }
            Arc::new(builder.build()?)
        }
    })
}

fn path(key: &str) -> Result<Path, StoreError> {
    Path::parse(key).map_err(|error| StoreError::usage(error.to_string()))
}

fn seen(meta: &ObjectMeta) -> Seen {
    Seen {
        bytes: Some(meta.size),
        // In whole seconds: a listing has more digits than the head of an object.
        changed: Some(meta.last_modified.timestamp().to_string()),
        tag: meta.e_tag.clone(),
        revision: None,
    }
}

/// What there is to know of the object `key`.
pub(super) async fn head(bucket: &Bucket, key: &str) -> Result<Seen, StoreError> {
    Ok(seen(&bucket.head(&path(key)?).await?))
}

/// All objects below the folder `prefix`, by their keys.
pub(super) async fn list(bucket: &Bucket, prefix: &str) -> Result<Vec<(String, Seen)>, StoreError> {
    let prefix = path(prefix)?;
    let objects = bucket
        .list((prefix.parts_count() > 0).then_some(&prefix))
        .map_ok(|meta| (meta.location.to_string(), seen(&meta)));
    Ok(objects.try_collect().await?)
}

/// Asks for the bytes of `key` in `range`, of the version `expected`.
pub(super) async fn get(
    bucket: &Bucket,
    key: &str,
    range: &Range<u64>,
    expected: &Seen,
) -> Result<Answer, StoreError> {
    let options = GetOptions {
        if_match: expected.tag.clone(),
        range: Some(GetRange::Bounded(range.clone())),
        ..GetOptions::default()
    };
    let result = bucket.get_opts(&path(key)?, options).await?;
    Ok(Answer {
        begins: result.range.start,
        is_whole: false,
        seen: seen(&result.meta),
        bytes: result
            .into_stream()
            .map(|bytes| bytes.map_err(StoreError::from))
            .boxed(),
    })
}

impl Patience {
    /// Tries of a request to a bucket that brought nothing: `object_store` has tried again already.
    pub(super) const fn in_bucket(self) -> Self {
        Self { retries: 0, ..self }
    }
}
