//! Cuts off what Project Gutenberg puts before and behind a book: header, licence, who made the file.
//!
//! Why: the same 20 KB of law stand in each of 70,000 books, and a model that was trained on them recites them. What
//! the frame looks like is told in [`crate::text::gutenberg`]. A text without a frame is left without a copy.

use crate::stage::Rewriter;
use crate::text::gutenberg;

/// Cuts off the frame.
#[derive(Clone, Copy, Debug)]
pub struct CutGutenberg;

impl Rewriter for CutGutenberg {
    fn rewrite(&self, text: String) -> String {
        let Some(parts) = gutenberg::body(&text) else {
            return text;
        };
        // White space before a first line is its indentation.
        let parts: Vec<&str> = parts
            .into_iter()
            .map(|part| text[part].trim_end().trim_start_matches(['\n', '\r']))
            .map(without_blank_lines)
            .collect();
        let mut body = parts.join("\n\n\n");
        body.push('\n');
        body
    }
}

/// The text from its first line that is not blank.
fn without_blank_lines(text: &str) -> &str {
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |at| at + 1);
    &text[start..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_book_is_what_is_left() {
        let text = "Project Gutenberg's X, by Y\n\n*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\n  \n    TITLE\n\n\
                    Text.\n\n\nEnd of Project Gutenberg's X, by Y\n\nLicence.\n";
        assert_eq!(CutGutenberg.rewrite(text.to_owned()), "    TITLE\n\nText.\n");
        let plain = "A book about Johannes Gutenberg.\n".to_owned();
        let before = plain.as_ptr();
        let after = CutGutenberg.rewrite(plain);
        assert_eq!(after.as_ptr(), before);
    }

    proptest! {
        #[test]
        fn cutting_is_idempotent(
            lines in prop::collection::vec(
                prop_oneof![
                    Just("*** START OF THE PROJECT GUTENBERG EBOOK X ***"),
                    Just("*** START OF THIS PROJECT GUTENBERG EBOOK A"),
                    Just("LONG TITLE ***"),
                    Just("*END*THE SMALL PRINT! FOR PUBLIC DOMAIN"),
                    Just("*** END OF THE PROJECT GUTENBERG EBOOK X ***"),
                    Just("End of Project Gutenberg's X"),
                    Just("Produced by Nobody"),
                    Just("  Text."),
                    Just("\u{a0}"),
                    Just(""),
                ],
                0..12,
            ),
        ) {
            let once = CutGutenberg.rewrite(lines.join("\n"));
            prop_assert_eq!(CutGutenberg.rewrite(once.clone()), once);
        }
    }
}
