//! Raw data in a bucket, against a real S3-speaking server: moto, where it is installed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::mill::{Mill, run, skipped};
use super::remote::{assert_read, curate, large_file};

/// A running moto; it ends with this value.
struct Moto {
    process: Child,
    port: u16,
}

impl Moto {
    /// Starts the program that `GRISTMILL_MOTO` names, or `moto_server` from the path; says so where there is none.
    fn start() -> Option<Self> {
        let program =
            std::env::var_os("GRISTMILL_MOTO").map_or_else(|| PathBuf::from("moto_server"), PathBuf::from);
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("a free port")
            .local_addr()
            .expect("an address")
            .port();
        let mut command = Command::new(&program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            skipped("no S3 server: install moto[server] and name moto_server in GRISTMILL_MOTO");
            return None;
        };
        let moto = Self { process, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "moto does not come up");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(moto)
    }

    /// Sends a request as the bucket's owner; moto checks no signature.
    fn send(&self, method: &str, path: &str, body: &[u8]) {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).expect("moto runs");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=key/20300101/us-east-1/s3/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n",
            self.port,
            body.len()
        );
        connection.write_all(head.as_bytes()).expect("sends");
        connection.write_all(body).expect("sends");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("answers");
        assert!(answer.starts_with("HTTP/1.1 20"), "{method} {path}: {answer}");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_bucket_is_read_and_read_again_where_it_changed() {
    let Some(moto) = Moto::start() else {
        return;
    };
    moto.send("PUT", "/shelf", b"");
    moto.send("PUT", "/shelf/raw/a.jsonl", &large_file(0));
    moto.send("PUT", "/shelf/raw/deep/b.jsonl", &large_file(1));
    moto.send("PUT", "/shelf/raw/.hidden.jsonl", b"{}");
    moto.send("PUT", "/shelf/raw/photo.jpg", b"x");
    moto.send("PUT", "/shelf/rawer/c.jsonl", b"{}");
    let endpoint = format!("http://127.0.0.1:{}", moto.port);
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let mill = Mill::new();
    let paths = ["s3://shelf/raw".to_owned()];
    let first = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&first, "2 of 2", &mill, &paths, &variables);
    assert!(
        first.stdout.contains("s3://shelf/raw/photo.jpg: unknown format"),
        "{}",
        first.stdout
    );

    moto.send("PUT", "/shelf/raw/c.jsonl", &large_file(2));
    let added = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&added, "1 of 3", &mill, &paths, &variables);

    moto.send("PUT", "/shelf/raw/a.jsonl", &large_file(3));
    let changed = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&changed, "1 of 3", &mill, &paths, &variables);

    moto.send("DELETE", "/shelf/raw/deep/b.jsonl", b"");
    let removed = run(&mut curate(&mill, &paths, &variables)).with_status(0);
    assert_read(&removed, "0 of 2", &mill, &paths, &variables);
    assert_eq!(
        mill.number("SELECT count(*) AS n FROM documents WHERE path LIKE '%b.jsonl'"),
        0
    );

    let listed = |path: &str| {
        let mill = Mill::new();
        let mut command = curate(&mill, &[path.to_owned()], &variables);
        run(command.args(["--until", "read"]))
    };
    for (path, units) in [
        ("s3://shelf/raw/*.jsonl", "2 of 2"),
        ("s3://shelf/*/[a].jsonl", "1 of 1"),
        ("s3://shelf/**/c.jsonl", "2 of 2"),
        ("s3://shelf/raw/a.jsonl", "1 of 1"),
    ] {
        let note = listed(path).with_status(0).note("read");
        assert!(note.ends_with(&format!("{units} units read")), "{path}: {note}");
    }
    listed("s3://shelf/nothing")
        .with_status(2)
        .saying(&["there is no file or folder 's3://shelf/nothing'"]);
    listed("s3://shelf/raw/*.zip")
        .with_status(2)
        .saying(&["holds no file"]);
    listed("s3://none/a").with_status(2).saying(&["s3://none/a"]);
}

/// Credentials of a profile's files do as well as those of the environment.
#[test]
fn a_profile_opens_a_bucket() {
    let Some(moto) = Moto::start() else {
        return;
    };
    moto.send("PUT", "/shelf", b"");
    moto.send("PUT", "/shelf/a.jsonl", &large_file(0));
    let mill = Mill::new();
    let endpoint = format!("endpoint_url = http://127.0.0.1:{}", moto.port);
    std::fs::create_dir_all(mill.path("home/.aws")).expect("a folder");
    let config = format!("[profile lab]\nregion = us-east-1\n{endpoint}\n");
    std::fs::write(mill.path("home/.aws/config"), config).expect("written");
    let keys = "[lab]\naws_access_key_id = key\naws_secret_access_key = secret\n";
    std::fs::write(mill.path("home/.aws/credentials"), keys).expect("written");
    let variables = [("AWS_PROFILE", "lab"), ("AWS_ALLOW_HTTP", "true")];
    let mut command = curate(&mill, &["s3://shelf/a.jsonl".to_owned()], &variables);
    let ran = run(command.args(["--until", "read"])).with_status(0);
    assert!(
        ran.note("read").ends_with("1 of 1 units read"),
        "{}",
        ran.note("read")
    );
}
