//! A web server on loopback whose files and failures a test sets. Plain `std`, so that it runs everywhere.
//!
//! One request a connection. It speaks enough of HTTP for files, ranges and redirects, and fails on demand: answers
//! an error, cuts a body off, stalls in the middle of one.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Bytes that are counted as sent together.
const PIECE_BYTES: usize = 16 << 10;

/// What is answered at a path.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) bytes: Vec<u8>,
    /// Whether ranges of it are given.
    pub(crate) has_ranges: bool,
    /// Whether its length is said; without, the end of the connection is its end.
    pub(crate) has_length: bool,
}

impl Page {
    /// A file with a version.
    pub(crate) fn file(bytes: impl Into<Vec<u8>>, tag: &str) -> Self {
        Self {
            status: 200,
            headers: vec![("ETag".to_owned(), format!("\"{tag}\""))],
            bytes: bytes.into(),
            has_ranges: true,
            has_length: true,
        }
    }

    /// An answer without a body that sends elsewhere.
    pub(crate) fn redirect(to: &str) -> Self {
        Self {
            status: 302,
            headers: vec![("Location".to_owned(), to.to_owned())],
            ..Self::file("", "")
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// What goes wrong with the next answer to a request for content.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status in place of the file.
    Status(u16),
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// Nothing more comes after so many bytes of the body.
    Stall(usize),
    /// The file is another one from now on.
    Replace(Page),
}

/// A request that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) range: Option<String>,
    pub(crate) authorization: Option<String>,
}

#[derive(Debug, Default)]
struct State {
    pages: BTreeMap<String, Page>,
    faults: BTreeMap<String, VecDeque<Fault>>,
    requests: Vec<Request>,
    /// Bytes of content that were sent.
    sent: u64,
    is_over: bool,
}

/// A running server; it ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming() {
                if locked(&shared).is_over {
                    return;
                }
                let shared = Arc::clone(&shared);
                if let Ok(connection) = connection {
                    // A client that hangs up has had enough.
                    thread::spawn(move || drop(serve(&connection, &shared)));
                }
            }
        });
        Self { state, port }
    }

    /// The address of `path`, which begins with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        locked(&self.state).pages.insert(path.to_owned(), page);
    }

    /// Lets the next requests for the content at `path` go wrong, one fault each.
    pub(crate) fn fail(&self, path: &str, faults: impl IntoIterator<Item = Fault>) {
        let mut state = locked(&self.state);
        state.faults.entry(path.to_owned()).or_default().extend(faults);
    }

    /// Forgets the faults that did not happen.
    pub(crate) fn mend(&self) {
        locked(&self.state).faults.clear();
    }

    /// Takes the requests that came in since the last time.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut locked(&self.state).requests)
    }

    /// Takes the count of bytes of content that were sent since the last time.
    pub(crate) fn sent(&self) -> u64 {
        std::mem::take(&mut locked(&self.state).sent)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        locked(&self.state).is_over = true;
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(connection: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default().to_owned(),
        words.next().unwrap_or_default().to_owned(),
    );
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let name = decoded(path.split('?').next().unwrap_or_default());
    let range = headers.get("range").cloned();
    let (page, fault) = {
        let mut state = locked(state);
        state.requests.push(Request {
            method: method.clone(),
            path: path.clone(),
            range: range.clone(),
            authorization: headers.get("authorization").cloned(),
        });
        let fault = match method.as_str() {
            "GET" => state.faults.get_mut(&name).and_then(VecDeque::pop_front),
            _ => None,
        };
        if let Some(Fault::Replace(page)) = &fault {
            state.pages.insert(name.clone(), page.clone());
        }
        let page = state.pages.get(&path).or_else(|| state.pages.get(&name)).cloned();
        (page, fault)
    };
    let page = match fault {
        Some(Fault::Status(status)) => Some(Page {
            status,
            ..Page::file("sorry", "fault")
        }),
        _ => page,
    };
    let page = page.unwrap_or_else(|| Page {
        status: 404,
        ..Page::file("nothing here", "none")
    });
    let (head, body) = answer(&page, range.as_deref());
    let mut writer = connection;
    writer.write_all(head.as_bytes())?;
    if method == "HEAD" {
        return Ok(());
    }
    match fault {
        Some(Fault::Cut(bytes)) => {
            writer.write_all(&body[..bytes.min(body.len())])?;
            writer.flush()?;
            connection.shutdown(Shutdown::Both)
        }
        Some(Fault::Stall(bytes)) => {
            writer.write_all(&body[..bytes.min(body.len())])?;
            writer.flush()?;
            for _ in 0..600 {
                thread::sleep(Duration::from_millis(50));
                if locked(state).is_over {
                    break;
                }
            }
            Ok(())
        }
        _ => {
            for piece in body.chunks(PIECE_BYTES) {
                writer.write_all(piece)?;
                locked(state).sent += piece.len() as u64;
            }
            Ok(())
        }
    }
}

/// A path without `%2F` and the like.
fn decoded(path: &str) -> String {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("text")
}

/// Head and body of the answer.
fn answer<'a>(page: &'a Page, range: Option<&str>) -> (String, &'a [u8]) {
    let total = page.bytes.len();
    let mut head = Vec::new();
    let mut body = page.bytes.as_slice();
    let mut status = page.status;
    if status == 200
        && page.has_ranges
        && let Some((first, last)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
    {
        let first: usize = first.parse().expect("a number");
        let last: usize = last.parse().expect("a number");
        if first >= total {
            status = 416;
            body = &[];
            head.push(format!("Content-Range: bytes */{total}"));
        } else {
            status = 206;
            let end = (last + 1).min(total);
            body = &body[first..end];
            head.push(format!("Content-Range: bytes {first}-{}/{total}", end - 1));
        }
    }
    head.insert(0, format!("HTTP/1.1 {status} OK"));
    head.extend(
        page.headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    if page.has_length {
        head.push(format!("Content-Length: {}", body.len()));
    }
    head.push("Connection: close\r\n\r\n".to_owned());
    (head.join("\r\n"), body)
}
