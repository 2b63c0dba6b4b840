//! Main text of pages, by each library as its documentation uses it first.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::panic;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::Clock;

/// Main text of a page; `None` where the library finds none.
type Extract = fn(&str) -> Option<String>;

/// The list: `benches/peers/reading/contenders.py` names these.
const PEERS: [(&str, Extract); 6] = [
    ("rs-trafilatura", rs_trafilatura_text),
    ("trafilatura", |page| {
        trafilatura_text(page, &trafilatura::Options::default())
    }),
    ("trafilatura+fallback", |page| {
        trafilatura_text(page, &trafilatura::Options::default().with_fallback(true))
    }),
    ("trafilatura+fallback+precision", |page| {
        let precise = trafilatura::ExtractionFocus::FavorPrecision;
        let options = trafilatura::Options::default()
            .with_fallback(true)
            .with_focus(precise);
        trafilatura_text(page, &options)
    }),
    ("dom_smoothie", dom_smoothie_text),
    ("legible", |page| {
        legible::parse(page, None, None)
            .ok()
            .map(|article| article.text_content)
    }),
];

/// Pages done before the clock starts, so that tables and models made on first use are there.
const WARM_UP: usize = 5;
/// From so many pages on: fewer are not there for their speed, and may be hostile.
const MANY: usize = 100;
/// Bytes of stack: some of the libraries descend into a page by recursion.
const STACK: usize = 1 << 30;

fn rs_trafilatura_text(page: &str) -> Option<String> {
    rs_trafilatura::extract(page).ok().map(|found| found.content_text)
}

fn trafilatura_text(page: &str, options: &trafilatura::Options) -> Option<String> {
    trafilatura::extract(page, options)
        .ok()
        .map(|found| found.content_text)
}

fn dom_smoothie_text(page: &str) -> Option<String> {
    // Raw text has no border between paragraphs.
    let config = dom_smoothie::Config {
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    let mut readability = dom_smoothie::Readability::new(page, None, Some(config)).ok()?;
    let article = readability.parse().ok()?;
    Some(article.text_content.to_string())
}

/// Measures the peer `name` on the `{id, html}` of `pages`, and leaves `{id, text}` in `texts`.
///
/// # Errors
/// When there is no such peer, or a file cannot be read or written. A page that makes the peer fail has no text.
pub(crate) fn run(name: &str, pages: &Path, texts: Option<&Path>) -> Result<Value> {
    let (_, extract) = PEERS
        .into_iter()
        .find(|(known, _)| *known == name)
        .with_context(|| format!("there is no peer '{name}'"))?;
    let pages = read(pages)?;
    // What a peer says while it fails is of no use here.
    panic::set_hook(Box::new(|_| {}));
    let working = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || work(&pages, extract))?;
    let (row, found) = working.join().map_err(|_| anyhow!("{name} ended its thread"))?;
    if let Some(path) = texts {
        write(path, &found)?;
    }
    Ok(row)
}

/// The row, and each page's id and text.
fn work(pages: &[(String, String)], extract: Extract) -> (Value, Vec<(String, String)>) {
    let text = |page: &str| {
        panic::catch_unwind(|| extract(page))
            .ok()
            .flatten()
            .unwrap_or_default()
    };
    if pages.len() >= MANY {
        for (_, page) in &pages[..WARM_UP] {
            text(page);
        }
    }
    let clock = Clock::start();
    let found: Vec<String> = pages.iter().map(|(_, page)| text(page)).collect();
    let row = clock.row(pages.len(), 1);
    let ids = pages.iter().map(|(id, _)| id.clone());
    (row, ids.zip(found).collect())
}

fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut pages = Vec::new();
    for line in BufReader::new(file).lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let field = |name: &str| {
            let value = row[name].as_str().map(str::to_owned);
            value.with_context(|| format!("a page of {} has no {name}", path.display()))
        };
        pages.push((field("id")?, field("html")?));
    }
    Ok(pages)
}

fn write(path: &Path, texts: &[(String, String)]) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for (id, text) in texts {
        writeln!(file, "{}", json!({"id": id, "text": text}))?;
    }
    Ok(file.flush()?)
}
