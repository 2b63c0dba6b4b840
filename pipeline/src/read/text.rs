//! Plain text: one document a file.
//!
//! Where a text has the header of Project Gutenberg, its title, author, language and date are taken from that; the
//! text itself stays as it is (the rewriter of books cuts the header off).
//!
//! Memory: one file, at most 64 MiB; the longest books are below 10 MB. What is larger is a corpus in one file, for
//! which JSONL is the format.

use super::stream::{MAX_RECORD_BYTES, Whole};
use super::{RawFile, ReadError, charset, decompress, file_error, settle};
use crate::stage::{Harvest, Place, RawDocument, Reader};
use crate::text::gutenberg;

/// Reads text files.
pub(super) struct Text;

impl Reader for Text {
    fn read(&self, file: &RawFile, harvest: &mut dyn Harvest) -> Result<(), ReadError> {
        let place = Place::default();
        let mut stream = decompress::open(file).map_err(|source| file_error(file, source))?;
        let bytes = match stream.whole(MAX_RECORD_BYTES) {
            Ok(Whole::Bytes(bytes)) => bytes,
            Ok(Whole::TooLarge) => {
                return harvest.quarantine(place, format!("a text of more than {MAX_RECORD_BYTES} bytes"));
            }
            Err(error) => return settle(error, file, place, harvest),
        };
        if bytes.is_empty() {
            return harvest.quarantine(place, "the file is empty".to_owned());
        }
        if charset::looks_binary(&bytes) {
            return harvest.quarantine(place, "binary content in place of text".to_owned());
        }
        match charset::decode_text(&bytes) {
            Ok(text) if text.trim().is_empty() => {
                harvest.skip("empty text");
                Ok(())
            }
            Ok(text) => {
                let header = gutenberg::header(&text).unwrap_or_default();
                harvest.document(RawDocument {
                    place,
                    key: Some(file.path.clone()),
                    title: header.title,
                    author: header.author,
                    date: header.date,
                    language_hint: header.language,
                    text,
                    ..RawDocument::default()
                })
            }
            Err(reason) => harvest.quarantine(place, reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::read::basket::{compressed, harvest_bytes};
    use crate::read::decompress::Codec;
    use crate::recipe::Format;

    #[test]
    fn a_file_is_a_document() {
        let basket = harvest_bytes(
            "a.txt.bz2",
            &compressed("Zeile\n".as_bytes(), Codec::Bzip2),
            Format::Text,
        );
        assert_eq!(basket.texts(), ["Zeile\n"]);
        assert_eq!(basket.documents[0].key.as_deref(), Some("a.txt.bz2"));
        let basket = harvest_bytes("a.txt", b"Gr\xf6\xdfe und \xdcberma\xdf", Format::Text);
        assert_eq!(basket.texts(), ["Größe und Übermaß"]);
    }

    #[test]
    fn the_header_of_a_gutenberg_text_is_metadata() {
        let text = "\u{feff}The Project Gutenberg EBook of Emma, by Jane Austen\r\n\r\nTitle: Emma\r\n\r\n\
                    Author: Jane Austen\r\n\r\nRelease Date: August, 1994 [EBook #158]\r\nLanguage: English\r\n\r\n\
                    *** START OF THIS PROJECT GUTENBERG EBOOK EMMA ***\r\n\r\nText.\r\n";
        let basket = harvest_bytes("emma.txt", text.as_bytes(), Format::Text);
        let document = &basket.documents[0];
        assert_eq!(document.title.as_deref(), Some("Emma"));
        assert_eq!(document.author.as_deref(), Some("Jane Austen"));
        assert_eq!(document.date.as_deref(), Some("1994-08"));
        assert_eq!(document.language_hint.as_deref(), Some("en"));
        assert!(document.text.contains("PROJECT GUTENBERG"));
    }

    #[test]
    fn what_is_no_text_is_quarantined() {
        let damaged = "größer, schöner, höher, üppiger, älter, öfter, früher, später \u{e9}".as_bytes();
        let cases: [(&[u8], &str); 4] = [
            (b"", "the file is empty"),
            (b"\x7fELF\0\0\0", "binary content in place of text"),
            (
                &[damaged, b"\xff"].concat(),
                "invalid utf-8 at byte 73 of a file that is utf-8 otherwise",
            ),
            (
                &compressed(b"text", Codec::Gzip)[..15],
                "cut off or damaged at byte",
            ),
        ];
        for (bytes, reason) in cases {
            let basket = harvest_bytes("a.txt", bytes, Format::Text);
            assert!(basket.documents.is_empty());
            assert!(
                basket.quarantined[0].1.starts_with(reason),
                "{:?}",
                basket.quarantined
            );
        }
    }
}
