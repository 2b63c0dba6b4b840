//! Web servers: single files over HTTP, by ranges where the server has them.
//!
//! `object_store`'s own HTTP store wants ranges, a length and addresses without queries; dumps lie on servers with
//! none of these. The client below is the same (`reqwest`), and so is the patience.

use std::ops::Range;

use futures::{StreamExt, TryStreamExt};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, LAST_MODIFIED, RANGE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use url::Url;

use super::environment::Patience;
use super::error::{Kind, StoreError, chain, words};
use super::flow::Answer;
use crate::read::seen::Seen;

/// What servers are told of who asks.
const USER_AGENT: &str = concat!("gristmill/", env!("CARGO_PKG_VERSION"));

/// The largest answer that is read whole: a page of a listing.
const MAX_PAGE_BYTES: usize = 64 << 20;

/// A client that waits no longer than `patience` for the next bytes.
pub(super) fn client(patience: Patience) -> Result<Client, StoreError> {
    Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(patience.timeout)
        .read_timeout(patience.timeout)
        .build()
        .map_err(|error| StoreError::usage(format!("no client for the web: {}", chain(&error))))
}

/// An error of the client, without the address, which may hold a secret.
pub(super) fn failed(error: reqwest::Error) -> StoreError {
    let kind = if error.is_builder() || error.is_redirect() {
        Kind::Final
    } else {
        Kind::Transient
    };
    StoreError::new(kind, chain(&error.without_url()))
}

/// Sends a request; anything but success is an error.
pub(super) async fn send(request: RequestBuilder) -> Result<Response, StoreError> {
    let response = request.send().await.map_err(failed)?;
    let status = response.status();
    if status.is_success() || status == StatusCode::RANGE_NOT_SATISFIABLE {
        return Ok(response);
    }
    let kind = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Kind::Missing,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Kind::Refused,
        StatusCode::PRECONDITION_FAILED => Kind::Changed,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Kind::Transient,
        _ if status.is_server_error() => Kind::Transient,
        _ => Kind::Final,
    };
    Err(StoreError::new(kind, format!("the server answered {status}")))
}

/// As [`send`], again after a pause while the failure is one that passes.
pub(super) async fn send_patiently(
    patience: Patience,
    request: impl Fn() -> RequestBuilder,
) -> Result<Response, StoreError> {
    let mut tries = 0;
    loop {
        match send(request()).await {
            Err(error) if error.kind == Kind::Transient && tries < patience.retries => {
                tries += 1;
                tokio::time::sleep(Patience::pause(tries)).await;
            }
            outcome => return outcome,
        }
    }
}

/// What there is to know of the file at `url`, without reading it.
///
/// Some servers refuse to tell it without being asked for the file: they are asked for its first byte.
pub(super) async fn head(client: &Client, patience: Patience, url: &Url) -> Result<Seen, StoreError> {
    let asked = send_patiently(patience, || client.request(Method::HEAD, url.clone())).await;
    let seen = match asked {
        Ok(response) => seen(response.headers(), length(response.headers())),
        Err(error) if matches!(error.kind, Kind::Refused | Kind::Final) => Seen::default(),
        Err(error) => return Err(error),
    };
    if seen.bytes.is_some() {
        return Ok(seen);
    }
    let first_byte = || client.get(url.clone()).header(RANGE, "bytes=0-0");
    let response = send_patiently(patience, first_byte).await?;
    Ok(answer(response, 0)?.seen)
}

/// Asks for the bytes at `url` in `range`.
pub(super) async fn get(client: &Client, url: &Url, range: &Range<u64>) -> Result<Answer, StoreError> {
    let header = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
    let response = send(client.get(url.clone()).header(RANGE, header)).await?;
    answer(response, range.start)
}

/// What the server's answer to a request for bytes from `start` is.
pub(super) fn answer(response: Response, start: u64) -> Result<Answer, StoreError> {
    let headers = response.headers();
    let status = response.status();
    let (begins, is_whole, bytes) = match status {
        StatusCode::PARTIAL_CONTENT => {
            let range = headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
            let Some((begins, total)) = range.and_then(content_range) else {
                return Err(StoreError::usage(
                    "the server sends a part and does not say which",
                ));
            };
            if begins > start {
                return Err(StoreError::usage(format!(
                    "the server sends bytes from {begins} on in place of {start}"
                )));
            }
            (begins, false, total)
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            let range = headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
            let total = range.and_then(|range| range.trim().strip_prefix("bytes */")?.parse().ok());
            (start, false, total.or(Some(start)))
        }
        _ => (0, true, length(headers)),
    };
    let seen = seen(headers, bytes);
    let stream = response.bytes_stream().map_err(failed);
    Ok(Answer {
        begins,
        is_whole,
        seen,
        bytes: if status == StatusCode::RANGE_NOT_SATISFIABLE {
            futures::stream::empty().boxed()
        } else {
            stream.boxed()
        },
    })
}

/// The first byte and the size of the whole, of a header such as `bytes 0-99/1000`.
fn content_range(header: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (begins, _) = range.split_once('-')?;
    Some((begins.trim().parse().ok()?, total.trim().parse().ok()))
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

fn seen(headers: &HeaderMap, bytes: Option<u64>) -> Seen {
    let text = |name| {
        let value = headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    Seen {
        bytes,
        changed: text(LAST_MODIFIED),
        tag: text(ETAG),
        revision: None,
    }
}

/// The body of a page of a listing, as JSON.
pub(super) async fn json<T: serde::de::DeserializeOwned>(response: Response) -> Result<T, StoreError> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(failed)?;
        if body.len() + bytes.len() > MAX_PAGE_BYTES {
            return Err(StoreError::usage(
                "the server's listing is longer than 64 MiB a page",
            ));
        }
        body.extend_from_slice(&bytes);
    }
    serde_json::from_slice(&body).map_err(|error| {
        StoreError::usage(format!(
            "the server's listing is not understood: {}",
            words(&error.to_string())
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_from_headers() {
        assert_eq!(content_range("bytes 5-9/100"), Some((5, Some(100))));
        assert_eq!(content_range("bytes 0-0/*"), Some((0, None)));
        assert_eq!(content_range("bytes */100"), None);
        assert_eq!(content_range("items 0-1/2"), None);
    }
}
