//! Buckets of Google and containers of Azure, whose servers are played: what is asked is what they document. And a
//! bucket of S3 that fails as no real server does at will.

use super::corpus;
use super::mill::{Mill, run};
use super::remote::{assert_read, curate, large_file};
use super::server::{Fault, Page, Server};

const TIME: &str = "Tue, 01 Jan 2030 00:00:00 GMT";

/// A file with the headers that an object has.
fn object(bytes: &[u8]) -> Page {
    Page::file(bytes, "0x1").with_header("Last-Modified", TIME)
}

fn text() -> Vec<u8> {
    corpus::jsonl(&corpus::pages()[..20]).into_bytes()
}

#[track_caller]
fn assert_reads(path: &str, variables: &[(&str, &str)]) {
    let mill = Mill::new();
    let mut command = curate(&mill, &[path.to_owned()], variables);
    run(command.args(["--until", "read"])).with_status(0);
    assert_eq!(mill.number("SELECT count(*) AS n FROM documents"), 20);
    assert_eq!(
        mill.query("SELECT DISTINCT path FROM documents")[0]["path"],
        path.replace('*', "a")
    );
}

#[test]
fn a_bucket_of_google_is_read() {
    let server = Server::start();
    let bytes = text();
    let list = format!(
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>raw/a.jsonl</Key><Size>{}</Size>\
         <LastModified>2030-01-01T00:00:00.000Z</LastModified><ETag>\"0x1\"</ETag></Contents></ListBucketResult>",
        bytes.len()
    );
    server.put("/shelf", Page::file(list, "list"));
    server.put("/shelf/raw/a.jsonl", object(&bytes));
    let account = format!(
        "{{\"gcs_base_url\":\"{}\",\"disable_oauth\":true,\"client_email\":\"\",\"private_key\":\"\",\
         \"private_key_id\":\"\"}}",
        server.url("")
    );
    let variables = [
        ("GOOGLE_SERVICE_ACCOUNT_KEY", account.as_str()),
        ("GOOGLE_ALLOW_HTTP", "true"),
    ];
    assert_reads("gs://shelf/raw/*.jsonl", &variables);
}

#[test]
fn a_container_of_azure_is_read() {
    let server = Server::start();
    let bytes = text();
    let list = format!(
        "<EnumerationResults><Blobs><Blob><Name>raw/a.jsonl</Name><Properties><Last-Modified>{TIME}</Last-Modified>\
         <Content-Length>{}</Content-Length><Content-Type>text/plain</Content-Type><Etag>\"0x1\"</Etag></Properties>\
         </Blob></Blobs><NextMarker/></EnumerationResults>",
        bytes.len()
    );
    server.put("/account/shelf", Page::file(list, "list"));
    server.put("/account/shelf/raw/a.jsonl", object(&bytes));
    let endpoint = server.url("/account");
    let variables = [
        ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5"),
        ("AZURE_STORAGE_ENDPOINT", endpoint.as_str()),
        ("AZURE_ALLOW_HTTP", "true"),
    ];
    assert_reads("az://shelf/raw/*.jsonl", &variables);
}

#[test]
fn a_bucket_that_fails_is_gone_on_with_or_says_so() {
    let server = Server::start();
    let bytes = large_file(0);
    server.put("/shelf/a.jsonl", object(&bytes));
    let endpoint = server.url("");
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("GRISTMILL_STORE_TIMEOUT", "2"),
    ];
    let paths = ["s3://shelf/a.jsonl".to_owned()];
    let faults = [
        Fault::Status(503),
        Fault::Cut(300_000),
        Fault::Stall(100_000),
        Fault::Cut(80_000),
    ];
    server.fail("/shelf/a.jsonl", faults);
    let mill = Mill::new();
    let ran = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&ran, "1 of 1", &mill, &paths, &variables);
    let ranges: Vec<String> = server
        .requests()
        .into_iter()
        .filter_map(|request| request.range)
        .collect();
    assert!(
        ranges.iter().any(|range| range.starts_with("bytes=300000-")),
        "{ranges:?}"
    );

    let changed = large_file(1);
    server.put(
        "/shelf/a.jsonl",
        Page::file(changed.clone(), "0x2").with_header("Last-Modified", TIME),
    );
    let mut faults = vec![Fault::Cut(200_000)];
    faults.extend(std::iter::repeat_n(Fault::Status(503), 20));
    server.fail("/shelf/a.jsonl", faults);
    run(&mut curate(&mill, &paths, &variables))
        .with_status(1)
        .saying(&[
            "s3://shelf/a.jsonl",
            "at byte 200000",
            "503",
            "run again to go on",
        ]);

    server.mend();
    server.fail(
        "/shelf/a.jsonl",
        [Fault::Replace(
            Page::file(changed, "0x3").with_header("Last-Modified", TIME),
        )],
    );
    run(&mut curate(&mill, &paths, &variables))
        .with_status(1)
        .saying(&[
            "s3://shelf/a.jsonl",
            "it has changed since it was listed",
            "run again",
        ]);
    let ran = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&ran, "1 of 1", &mill, &paths, &variables);
}
