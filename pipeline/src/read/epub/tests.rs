//! Books as tools write them, and as nobody honest does.

use super::*;
use crate::read::archive::zip::tests::packed;
use crate::read::basket::{Basket, compressed, harvest_bytes};
use crate::recipe::Format;

const CONTAINER_XML: &str = "<?xml version='1.0'?><container><rootfiles><rootfile full-path='OEBPS/content.opf' \
                             media-type='application/oebps-package+xml'/></rootfiles></container>";

/// A package document whose spine has these files, in order.
fn package(files: &[&str]) -> String {
    let items: String = files
        .iter()
        .map(|file| format!("<item id='{file}' href='{file}' media-type='application/xhtml+xml'/>"))
        .collect();
    let spine: String = files
        .iter()
        .map(|file| format!("<itemref idref='{file}'/>"))
        .collect();
    format!(
        "<package unique-identifier='id'><metadata><dc:title>The Weir House</dc:title><dc:creator>Ida Birk</dc:creator>\
         <dc:language>en</dc:language><dc:date>1901-05-04</dc:date><dc:identifier id='id'>urn:isbn:9780000000002</dc:identifier>\
         </metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
}

fn chapter(title: &str) -> String {
    format!(
        "<html xmlns='x'><head><title/></head><body><h1>{title}</h1><p>Text of {title}.</p></body></html>"
    )
}

/// A book of these files under `OEBPS/`, all of them in the spine.
fn book(files: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    book_with(&package(&names), files)
}

fn book_with(package: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let paths: Vec<String> = files.iter().map(|(name, _)| format!("OEBPS/{name}")).collect();
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER_XML.as_bytes()),
        ("OEBPS/content.opf", package.as_bytes()),
    ];
    entries.extend(
        paths
            .iter()
            .zip(files)
            .map(|(path, (_, text))| (path.as_str(), text.as_bytes())),
    );
    packed(&entries)
}

/// A book of two chapters.
pub(in crate::read) fn sound() -> Vec<u8> {
    let (one, two) = (chapter("One"), chapter("Two"));
    book(&[("two.xhtml", two.as_str()), ("one.xhtml", one.as_str())])
}

fn read(bytes: &[u8]) -> Basket {
    harvest_bytes("book.epub", bytes, Format::Epub)
}

fn reasons(basket: &Basket) -> Vec<&str> {
    basket
        .quarantined
        .iter()
        .map(|(_, reason)| reason.as_str())
        .collect()
}

/// The lines of a text that are not blank.
fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn a_book_is_a_document() {
    let bytes = sound();
    let basket = read(&bytes);
    assert_eq!(basket.quarantined, []);
    let document = &basket.documents[0];
    assert_eq!(
        lines(&document.text),
        ["Two", "Text of Two.", "One", "Text of One."]
    );
    assert!(
        document.text.contains("Text of Two.\n\nOne"),
        "{:?}",
        document.text
    );
    assert_eq!(document.title.as_deref(), Some("The Weir House"));
    assert_eq!(document.author.as_deref(), Some("Ida Birk"));
    assert_eq!(document.date.as_deref(), Some("1901-05-04"));
    assert_eq!(document.language_hint.as_deref(), Some("en"));
    assert_eq!(document.key.as_deref(), Some("urn:isbn:9780000000002"));
    // The same book, compressed once more.
    let packed = harvest_bytes("book.epub.gz", &compressed(&bytes, Codec::Gzip), Format::Epub);
    assert_eq!(packed.texts(), basket.texts());
}

#[test]
fn a_broken_chapter_costs_only_itself() {
    let good = chapter("One");
    let names = [
        "one.xhtml",
        "missing.xhtml",
        "../../climbing.xhtml",
        "picture.xhtml",
        "one.xhtml",
        "https://example.org/x",
    ];
    let basket = read(&book_with(
        &package(&names),
        &[("one.xhtml", good.as_str()), ("picture.xhtml", "\u{0}\u{1}\u{2}")],
    ));
    assert_eq!(lines(basket.texts()[0]), ["One", "Text of One."]);
    assert_eq!(
        reasons(&basket),
        [
            "chapter missing.xhtml: it is not in the archive",
            "chapter ../../climbing.xhtml: its path climbs out of the book",
            "chapter picture.xhtml: binary content in place of a page",
            "chapter https://example.org/x: it lies outside of the book",
        ]
    );
    let many: Vec<String> = (0..1_000).map(|number| format!("{number}.xhtml")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let basket = read(&book_with(&package(&many), &[]));
    assert_eq!(basket.quarantined.len(), 101);
    assert_eq!(
        reasons(&basket)[100],
        "900 more chapters of the book cannot be read"
    );
}

#[test]
fn protected_books_are_refused_and_hidden_fonts_are_not() {
    let one = chapter("One");
    let encryption = |algorithm: &str, uri: &str| {
        format!(
            "<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm='{algorithm}'/><enc:CipherData>\
             <enc:CipherReference URI='{uri}'/></enc:CipherData></enc:EncryptedData></encryption>"
        )
    };
    let with = |encryption: &str| {
        read(&packed(&[
            ("META-INF/container.xml", CONTAINER_XML.as_bytes()),
            ("META-INF/encryption.xml", encryption.as_bytes()),
            ("OEBPS/content.opf", package(&["one.xhtml"]).as_bytes()),
            ("OEBPS/one.xhtml", one.as_bytes()),
        ]))
    };
    let aes = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
    let protected = with(&encryption(aes, "OEBPS/one.xhtml"));
    assert!(protected.documents.is_empty());
    assert_eq!(
        reasons(&protected),
        ["digital rights management: META-INF/encryption.xml says that one.xhtml is encrypted"]
    );
    let font = with(&encryption(
        "http://www.idpf.org/2008/embedding",
        "OEBPS/font.otf",
    ));
    assert_eq!((font.documents.len(), font.quarantined.len()), (1, 0));
    let other = with(&encryption(aes, "OEBPS/film.mp4"));
    assert_eq!((other.documents.len(), other.quarantined.len()), (1, 0));
}

#[test]
fn what_is_no_book_is_quarantined() {
    let no_spine = "<package><metadata/><manifest/><spine/></package>";
    let cases: [(&[u8], &str); 6] = [
        (b"", "the file is empty"),
        (b"no archive at all", "no readable zip archive"),
        (&packed(&[("a.txt", b"text")]), "no package document"),
        (
            &packed(&[("META-INF/container.xml", CONTAINER_XML.as_bytes())]),
            "the package document OEBPS/content.opf is missing",
        ),
        (
            &book_with(no_spine, &[]),
            "OEBPS/content.opf: the spine names no chapter",
        ),
        (
            &book_with("<package><manifest><item id=", &[]),
            "OEBPS/content.opf: not well-formed XML at byte",
        ),
    ];
    for (bytes, reason) in cases {
        let basket = read(bytes);
        assert!(basket.documents.is_empty(), "{reason}");
        assert_eq!(basket.quarantined.len(), 1, "{reason}");
        assert!(
            reasons(&basket)[0].starts_with(reason),
            "{:?} for {reason}",
            reasons(&basket)
        );
    }
    let one = chapter("One");
    let loose = packed(&[
        ("content.opf", package(&["one.xhtml"]).as_bytes()),
        ("one.xhtml", one.as_bytes()),
    ]);
    assert_eq!(read(&loose).documents.len(), 1, "a book without a container");
    let empty = read(&book(&[(
        "one.xhtml",
        "<html><body><img src='a.png'/></body></html>",
    )]));
    assert_eq!(empty.skipped.keys().collect::<Vec<_>>(), [&"no text in the book"]);
}

#[test]
fn a_broken_package_document_costs_no_chapter() {
    let (one, two) = (chapter("One"), chapter("Two"));
    let files = [
        ("two.xhtml", two.as_str()),
        ("one.xhtml", one.as_str()),
        ("toc.xhtml", one.as_str()),
    ];
    let sound = package(&["one.xhtml", "two.xhtml"]);
    let in_spine = sound.find("<itemref idref='two").expect("is there");
    let in_manifest = sound.find("<item id='two").expect("is there");
    let both = ["One", "Text of One.", "Two", "Text of Two."];
    let by_archive = ["Two", "Text of Two.", "One", "Text of One."];
    let cases = [
        (&sound[..in_spine + 5], both),
        (&sound[..in_manifest + 5], both),
        (&sound[..20], by_archive),
        ("<package><manifest/><spine/></package>", by_archive),
        (&sound.replace("<itemref", "<itemrefs"), both),
    ];
    for (document, expected) in cases {
        let basket = read(&book_with(document, &files));
        assert_eq!(lines(basket.texts()[0]), expected, "{document}");
        assert_eq!(basket.quarantined.len(), 1, "{basket:?}");
        assert!(
            reasons(&basket)[0].starts_with("OEBPS/content.opf: "),
            "{basket:?}"
        );
        assert!(
            reasons(&basket)[0].ends_with("the manifest and the archive"),
            "{basket:?}"
        );
        let is_named = document.contains("</dc:title>");
        assert_eq!(basket.documents[0].title.is_some(), is_named);
    }
    // Neither container nor package document.
    let basket = read(&packed(&[("b.html", two.as_bytes()), ("a.html", one.as_bytes())]));
    assert_eq!(lines(basket.texts()[0]), by_archive);
    assert!(reasons(&basket)[0].starts_with("no package document"));
    // A broken container.
    let basket = read(&packed(&[
        ("META-INF/container.xml", b"<container><rootf"),
        ("content.opf", package(&["one.xhtml"]).as_bytes()),
        ("one.xhtml", one.as_bytes()),
    ]));
    assert_eq!((basket.documents.len(), basket.quarantined.len()), (1, 0));
}

#[test]
fn bombs_do_not_go_off() {
    let one = chapter("One");
    // Packs to a few kilobytes.
    let zeros = format!("<p>{}</p>", " ".repeat(9 << 20));
    let entities: String = (0..50)
        .map(|number| format!("<!ENTITY e{} '&e{number};&e{number};'>", number + 1))
        .collect();
    let bomb =
        format!("<!DOCTYPE html [<!ENTITY e0 'bomb'>{entities}]><html><body><p>Text &e50;</p></body></html>");
    let nested = format!("<body>{}Text", "<div>".repeat(100_000));
    let basket = read(&book(&[
        ("zeros.xhtml", zeros.as_str()),
        ("entities.xhtml", bomb.as_str()),
        ("nested.xhtml", nested.as_str()),
        ("one.xhtml", one.as_str()),
    ]));
    let text = basket.texts()[0];
    assert!(text.starts_with("Text &e50;"), "{}", &text[..text.len().min(200)]);
    assert!(text.ends_with("Text of One."));
    assert!(
        reasons(&basket)[0].starts_with("chapter zeros.xhtml: it unpacks to more than"),
        "{:?}",
        reasons(&basket)
    );
    // One chapter, named a hundred thousand times.
    let repeated = package(&["one.xhtml"]).replace(
        "<itemref idref='one.xhtml'/>",
        &"<itemref idref='one.xhtml'/>".repeat(100_000),
    );
    let basket = read(&book_with(&repeated, &[("one.xhtml", one.as_str())]));
    assert_eq!(lines(basket.texts()[0]), ["One", "Text of One."]);
    // Entities in the package document, too.
    let package = format!(
        "<!DOCTYPE package [<!ENTITY e0 'bomb'>{entities}]>{}",
        package(&["one.xhtml"]).replace("Weir", "&e50;")
    );
    let basket = read(&book_with(&package, &[("one.xhtml", one.as_str())]));
    assert_eq!(basket.documents[0].title.as_deref(), Some("The &e50; House"));
}
