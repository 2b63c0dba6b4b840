//! What the report calls sound records that are no documents. A fixed list: what an archive says may be anything.

use super::fields::media_type;

/// For a record of a type that is not read.
pub(super) fn record_type_reason(record_type: &str) -> &'static str {
    match record_type.to_ascii_lowercase().as_str() {
        "warcinfo" => "warc record of type warcinfo",
        "request" => "warc record of type request",
        "response" => "warc record of type response",
        "resource" => "warc record of type resource",
        "metadata" => "warc record of type metadata",
        "revisit" => "warc record of type revisit",
        "conversion" => "warc record of type conversion (read the file with format wet for these)",
        "continuation" => "warc record of type continuation",
        _ => "warc record of unknown type",
    }
}

/// For a response with another status than 200.
pub(super) fn status_reason(status: u16) -> &'static str {
    match status {
        301 => "http status 301",
        302 => "http status 302",
        303 => "http status 303",
        304 => "http status 304",
        307 => "http status 307",
        308 => "http status 308",
        400 => "http status 400",
        401 => "http status 401",
        403 => "http status 403",
        404 => "http status 404",
        410 => "http status 410",
        429 => "http status 429",
        500 => "http status 500",
        502 => "http status 502",
        503 => "http status 503",
        504 => "http status 504",
        _ => "http status other than 200",
    }
}

/// For a block that is no page.
pub(super) fn content_type_reason(content_type: &str) -> &'static str {
    let media_type = media_type(content_type);
    let (class, subtype) = media_type.split_once('/').unwrap_or((&media_type, ""));
    match (class, subtype) {
        ("", _) => "no content type",
        ("image", _) => "content type image",
        ("video", _) => "content type video",
        ("audio", _) => "content type audio",
        ("font", _) => "content type font",
        ("text", "css") => "content type css",
        ("text" | "application", "javascript" | "x-javascript" | "ecmascript") => "content type javascript",
        ("text", "plain") => "content type plain text",
        ("text" | "application", "xml" | "rss+xml" | "atom+xml") => "content type xml",
        ("application", "json" | "ld+json") => "content type json",
        ("application", "pdf") => "content type pdf",
        _ => "content type other than html",
    }
}
