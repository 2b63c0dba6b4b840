//! What an annotator is given: a document's text, analysed once for all of them, and what its source says of it.

use crate::recipe::written::Group;
use crate::text::Analysis;

/// A document that is being annotated.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Its text.
    pub text: Analysis<'a>,
    /// Its group: annotators of prose leave code alone, and the other way round.
    pub group: Group,
    /// Its raw file, which for code ends in the file's own name; empty where there is none.
    pub path: &'a str,
    /// The address that it was fetched from.
    pub url: Option<&'a str>,
    /// The language that its source claims: of people or, for code, of programming.
    pub language_hint: Option<&'a str>,
    /// The licence that was found for it, as an SPDX expression.
    pub license: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// A text of `group` of which nothing else is known.
    #[must_use]
    pub fn of_text(text: &'a str, group: Group) -> Self {
        Self {
            text: Analysis::new(text),
            group,
            path: "",
            url: None,
            language_hint: None,
            license: None,
        }
    }
}
