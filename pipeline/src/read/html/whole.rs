//! A page of a book: all of it is content, from top to bottom.

use super::{Page, Unread, body_text, extract};
use crate::read::{charset, guard};

/// Takes the text of all the body, and what else is known, from a page's bytes.
pub(super) fn extract_whole(bytes: &[u8]) -> Result<Page, Unread> {
    let about = extract(bytes, None);
    // What is no page for one is none for the other; what has no main text may have text.
    if matches!(about, Err(Unread::Quarantine(_))) || charset::looks_binary(bytes) {
        return about;
    }
    let html = charset::decode_page(bytes, None).text;
    let text = guard::guarded(|| body_text(&html))
        .unwrap_or_else(|message| Err(format!("the html library gave up on the page: {message}")))
        .map_err(Unread::Quarantine)?;
    if text.is_empty() {
        return Err(Unread::Skip("no text"));
    }
    Ok(Page {
        text,
        ..about.unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use crate::read::basket::Basket;
    use crate::read::basket::write_file;
    use crate::read::{RawFile, reader};
    use crate::recipe::{Columns, Format};

    #[test]
    fn short_chapters_and_lists_of_a_book_stay() {
        let article = "<p>The miller went down to the weir, where the water had risen in the night, and looked for the \
                       boat that the children had left there on the evening before, and so on and on, all day.</p>"
            .repeat(20);
        let page = format!(
            "<html lang=en><title>Book</title><body><h1>Book</h1><ul><li>One</li></ul>{article}\
             <h2>Coda</h2><p>Short.</p></body></html>"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = RawFile {
            path: write_file(folder.path(), "book.html", page.as_bytes()),
            format: Format::Html,
            columns: Columns::default(),
            range: None,
            whole_pages: true,
        };
        let mut basket = Basket::default();
        reader(Format::Html)
            .read(&file, &mut basket)
            .expect("the disk works");
        let text = &basket.documents[0].text;
        for part in ["Book", "One", "Coda", "Short."] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert_eq!(basket.documents[0].title.as_deref(), Some("Book"));
    }
}
