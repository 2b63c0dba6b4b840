//! Books as curators meet them: an EPUB, a text of Project Gutenberg, a page of HTML, and text that was read in the
//! wrong encoding. What publishers, pages and tools added is gone, and the web keeps its lines.

use std::fs;
use std::io::{Cursor, Write};

use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::mill::{Mill, run};

const RECIPE: &str = r#"
version = "1"
name = "shelf"
[[source]]
name = "shelf"
group = "books"
paths = ["raw/books"]
[[source]]
name = "crawl"
group = "web"
paths = ["raw/web"]
"#;

/// Six lines that were wrapped at a column, with a word that was broken, and another in which it is whole.
const PROSE: &str = "It was a bright cold day in April, and the clocks were striking\r\n\
                     thirteen. The miller went down to the weir, where the water had\r\n\
                     risen in the night, and looked for an example of the boats that\r\n\
                     the children had left there on the evening before. There was no ex-\r\n\
                     ample to be seen, and so he went on, along the bank of the river,\r\n\
                     to the house of the ferryman.\r\n";

/// The same as it should be.
const JOINED: &str = "It was a bright cold day in April, and the clocks were striking thirteen. The miller went down \
                      to the weir, where the water had risen in the night, and looked for an example of the boats that \
                      the children had left there on the evening before. There was no example to be seen, and so he went \
                      on, along the bank of the river, to the house of the ferryman.";

const VERSE: &str = "  Tyger Tyger, burning bright,\r\n  In the forests of the night;\r\n";

fn gutenberg() -> String {
    format!(
        "\u{feff}The Project Gutenberg EBook of The Weir, by Ida Birk\r\n\r\nTitle: The Weir\r\n\r\nAuthor: Ida Birk\r\n\r\n\
         Release Date: March, 1994 [EBook #11]\r\nLanguage: English\r\n\r\n\
         *** START OF THIS PROJECT GUTENBERG EBOOK THE WEIR ***\r\n\r\n\r\nProduced by Nobody\r\n\r\nCHAPTER I\r\n\r\n\
         {PROSE}\r\n{VERSE}\r\n{PROSE}\r\n\r\nEnd of Project Gutenberg's The Weir, by Ida Birk\r\n\r\n\
         *** END OF THIS PROJECT GUTENBERG EBOOK THE WEIR ***\r\n\r\nThe licence, at length.\r\n"
    )
}

/// An EPUB whose chapters stand in another order than its spine, with one that is missing.
fn epub() -> Vec<u8> {
    let page = |title: &str, text: &str| {
        format!(
            "<?xml version='1.0'?><html><head><title/></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        )
    };
    let package = "<package unique-identifier='i'><metadata><dc:identifier id='i'>urn:isbn:9780000000002</dc:identifier>\
                   <dc:title>The Ferry</dc:title><dc:creator>Ivor Birk</dc:creator><dc:date>1901</dc:date>\
                   <dc:language>en</dc:language></metadata><manifest>\
                   <item id='a' href='text/a%201.xhtml' media-type='application/xhtml+xml'/>\
                   <item id='b' href='text/b.xhtml' media-type='application/xhtml+xml'/>\
                   <item id='gone' href='text/gone.xhtml' media-type='application/xhtml+xml'/>\
                   <item id='nav' href='nav.xhtml' media-type='application/xhtml+xml' properties='nav'/></manifest>\
                   <spine><itemref idref='nav'/><itemref idref='b'/><itemref idref='gone'/><itemref idref='a'/></spine></package>";
    let container = "<container><rootfiles><rootfile full-path='OEBPS/p.opf'/></rootfiles></container>";
    let files = [
        ("mimetype", "application/epub+zip".to_owned()),
        ("META-INF/container.xml", container.to_owned()),
        ("OEBPS/p.opf", package.to_owned()),
        ("OEBPS/nav.xhtml", page("Contents", "A list of chapters")),
        ("OEBPS/text/a 1.xhtml", page("Second", "The second chapter.")),
        ("OEBPS/text/b.xhtml", page("First", "The first chapter.")),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(name, SimpleFileOptions::default())
            .expect("starts");
        writer.write_all(text.as_bytes()).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

fn read() -> Mill {
    let mill = Mill::new();
    for folder in ["raw/books", "raw/web"] {
        fs::create_dir_all(mill.path(folder)).expect("a folder");
    }
    let write = |name: &str, bytes: &[u8]| fs::write(mill.path(name), bytes).expect("written");
    write("recipe.toml", RECIPE.as_bytes());
    write("raw/books/weir.txt", gutenberg().as_bytes());
    write("raw/books/ferry.epub", &epub());
    write(
        "raw/books/page.html",
        format!("<title>P</title><h1>Head</h1><p>{JOINED}</p><ul><li>Coda</ul>").as_bytes(),
    );
    let mojibake =
        "<title>M</title><p>Itâ€™s dÃ©jÃ\u{a0} vu, she said, and the miller of the weir agreed with her.</p>";
    write("raw/web/mojibake.html", mojibake.as_bytes());
    write("raw/web/letter.txt", PROSE.as_bytes());
    let mut command = mill.curate("recipe.toml");
    command.current_dir(mill.path("")).args(["--until", "read"]);
    run(&mut command).with_status(0);
    mill
}

fn document(mill: &Mill, path: &str) -> Value {
    let rows = mill.query(&format!("SELECT * FROM documents WHERE path = '{path}'"));
    assert_eq!(rows.len(), 1, "{path}");
    rows.into_iter().next().expect("a row")
}

#[test]
fn books_are_their_authors_text() {
    let mill = read();

    let weir = document(&mill, "raw/books/weir.txt");
    let verse = VERSE.replace('\r', "");
    assert_eq!(
        weir["text"],
        format!("CHAPTER I\n\n{JOINED}\n\n{verse}\n{JOINED}\n")
    );
    assert_eq!(weir["title"], "The Weir");
    assert_eq!(weir["author"], "Ida Birk");
    assert_eq!(weir["date"], "1994-03");

    let ferry = document(&mill, "raw/books/ferry.epub");
    let lines: Vec<&str> = ferry["text"]
        .as_str()
        .expect("text")
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(
        lines,
        ["First", "The first chapter.", "Second", "The second chapter."]
    );
    assert_eq!(ferry["title"], "The Ferry");
    assert_eq!(ferry["key"], "urn:isbn:9780000000002");
    let quarantine = fs::read_dir(mill.work().join("quarantine")).expect("a quarantine");
    let rows: String = quarantine
        .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("text"))
        .collect();
    assert!(
        rows.contains("chapter text/gone.xhtml: it is not in the archive"),
        "{rows}"
    );

    let page = document(&mill, "raw/books/page.html");
    let text = page["text"].as_str().expect("text");
    assert!(
        text.starts_with("Head") && text.trim_end().ends_with("Coda"),
        "{text}"
    );
}

#[test]
fn the_web_keeps_its_lines_and_gets_its_letters_back() {
    let mill = read();
    let letter = document(&mill, "raw/web/letter.txt");
    assert_eq!(letter["text"], PROSE.replace('\r', ""));
    let mojibake = document(&mill, "raw/web/mojibake.html");
    let text = mojibake["text"].as_str().expect("text");
    assert!(
        text.contains("It’s déjà\u{a0}vu") || text.contains("It’s déjà vu"),
        "{text}"
    );
}
