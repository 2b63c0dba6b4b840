//! Removes the lines that C4's rules remove from a page, and marks of citations: menus, notices on cookies, headings.
//!
//! Two sets of lines are known: `c4` as in its paper, and `fineweb`, which is the same without the rule that a line
//! must end in terminal punctuation. A line for which the whole page would go (lorem ipsum, a curly bracket) stays
//! where it is, so that the filter sees it. What a rule is, is told in [`crate::text::page_lines`].
//!
//! What is left is what datatrove 0.10 leaves, but for lines in which a citation was removed: those are trimmed, and
//! judged once more as they then are, so that rewriting twice changes nothing more.

use std::borrow::Cow;

use crate::stage::Rewriter;
use crate::text::lines::lines;
use crate::text::page_lines::{Fate, Judged, judge, without_nested_citations};
use crate::text::space::trim;

/// Removes lines by C4's rules.
#[derive(Clone, Copy, Debug)]
pub struct RemoveLines {
    /// Whether lines must end in terminal punctuation.
    pub terminal_punctuation: bool,
}

impl Rewriter for RemoveLines {
    fn rewrite(&self, text: String) -> String {
        let mut kept = String::with_capacity(text.len());
        judge(&text, &lines(&text), |line| {
            if let Some(line) = self.kept(line) {
                if !kept.is_empty() {
                    kept.push('\n');
                }
                kept.push_str(&line);
            }
        });
        if kept == text { text } else { kept }
    }
}

impl RemoveLines {
    /// What is left of a line; none where it goes.
    fn kept(self, judged: Judged<'_>) -> Option<Cow<'_, str>> {
        if !self.is_kept(&judged) {
            return None;
        }
        if !judged.is_cited {
            return Some(judged.line);
        }
        let plain = without_nested_citations(&judged.line);
        let plain = trim(&plain);
        let mut is_kept = false;
        judge(plain, &[plain], |judged| is_kept = self.is_kept(&judged));
        is_kept.then(|| Cow::Owned(plain.to_owned()))
    }

    fn is_kept(self, judged: &Judged<'_>) -> bool {
        let fate = judged.fate(self.terminal_punctuation);
        matches!(fate, Some(Fate::Kept | Fate::LoremIpsum | Fate::CurlyBracket))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const C4: RemoveLines = RemoveLines {
        terminal_punctuation: true,
    };
    const FINEWEB: RemoveLines = RemoveLines {
        terminal_punctuation: false,
    };

    #[test]
    fn lines_go_and_citations_with_them() {
        let page = "Home\n\n  The mill stands by the river.[3]\nA list of mills\nThis site uses cookies.\r\nIt {still} turns.";
        assert_eq!(
            C4.rewrite(page.to_owned()),
            "The mill stands by the river.\nIt {still} turns."
        );
        assert_eq!(
            FINEWEB.rewrite(page.to_owned()),
            "The mill stands by the river.\nA list of mills\nIt {still} turns."
        );
        assert_eq!(C4.rewrite(String::new()), "");
    }

    #[test]
    fn text_that_stays_is_not_copied() {
        let text = "The mill stands by the river.\nIt still turns.".to_owned();
        let before = text.as_ptr();
        let after = C4.rewrite(text);
        assert_eq!(after.as_ptr(), before);
    }

    proptest! {
        #[test]
        fn rewriting_twice_changes_nothing_more(
            text in "([a-c. {]|\\[|\\]|[12]|\\[1\\]|\\[edit\\]|javascript|use cookies|lorem ipsum|\n|\u{a0}|\r){0,40}",
            terminal_punctuation in any::<bool>(),
        ) {
            let rewriter = RemoveLines { terminal_punctuation };
            let once = rewriter.rewrite(text);
            prop_assert_eq!(rewriter.rewrite(once.clone()), once);
        }
    }
}
