//! Pure text primitives, shared by every stage that looks at text.

/// A text with what is computed once and used by several annotators.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// The text.
    pub text: &'a str,
}
