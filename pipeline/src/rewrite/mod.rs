//! Text -> text: repair and masking, before anything is judged. The only place where text changes.
//!
//! One file a [`Rewriter`]; [`rewriters`] is the one list, in the order in which they run. Each leaves text that has
//! nothing to change as it is, without a copy, and rewriting twice changes nothing more. Those that undo what a
//! printed page or its publisher did to a text work on books alone: code and pages of the web keep their lines.

mod mojibake;
mod gutenberg;
mod pages;
mod unicode;
mod hyphens;
mod lines;
mod wraps;
mod mask;

pub use gutenberg::CutGutenberg;
pub use hyphens::JoinHyphens;
pub use lines::RemoveLines;
pub use mask::Mask;
pub use mojibake::RepairMojibake;
pub use pages::StripPages;
pub use unicode::RepairUnicode;
pub use wraps::Unwrap;

use crate::recipe::written::{BookRepair, Group, LineRules, Pii, Rewrite, Secrets, Unicode, wanted};
use crate::stage::Rewriter;
use crate::text::secrets::Scope;

/// The rewriters that a recipe asks for, in order.
pub struct Rewriters(Vec<Box<dyn Rewriter>>);

impl Rewriters {
    /// The text as all of them leave it.
    #[must_use]
    pub fn rewrite(&self, text: String) -> String {
        self.0.iter().fold(text, |text, rewriter| rewriter.rewrite(text))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The rewriters that `recipe` asks for in documents of `group`: first what makes text regular, then what looks for
/// patterns in it.
///
/// Mojibake goes first, since control characters are a part of it, and pages before Unicode, which turns their form
/// feeds into newlines; broken words come after, when all newlines are alike. Lines are joined last, because their
/// lengths tell which, and masking changes those; what the end of a line had broken is whole then, and masked. Lines
/// of pages are removed before masking, because an address may come about where a mark of a citation goes, and once
/// more after it, because a masked line may have too few words.
#[must_use]
pub fn rewriters(recipe: &Rewrite, group: Group) -> Rewriters {
    let mut list: Vec<Box<dyn Rewriter>> = Vec::new();
    let repairs = |repair| group == Group::Books && recipe.books.contains(&repair);
    if recipe.mojibake {
        list.push(Box::new(RepairMojibake));
    }
    if repairs(BookRepair::Gutenberg) {
        list.push(Box::new(CutGutenberg));
    }
    if repairs(BookRepair::Pages) {
        list.push(Box::new(StripPages));
    }
    if recipe.unicode != Unicode::None {
        list.push(Box::new(RepairUnicode { form: recipe.unicode }));
    }
    if repairs(BookRepair::Hyphens) {
        list.push(Box::new(JoinHyphens));
    }
    let remove_lines = (group == Group::Web && !recipe.lines.is_empty()).then_some(RemoveLines {
        terminal_punctuation: recipe.lines.contains(&LineRules::C4),
    });
    if let Some(remove) = remove_lines {
        list.push(Box::new(remove));
    }
    let scope = if group == Group::Code {
        Scope::Code
    } else {
        Scope::Prose
    };
    let mask = Mask {
        pii: (recipe.pii == Pii::Mask).then(|| wanted(&recipe.pii_kinds, &recipe.pii_formats)),
        secrets: (recipe.secrets == Secrets::Mask).then_some(scope),
    };
    let masks = mask.pii.is_some() || mask.secrets.is_some();
    if masks {
        list.push(Box::new(mask.clone()));
        if let Some(remove) = remove_lines {
            list.push(Box::new(remove));
        }
        // What is masked may have kept two halves of a word from being joined.
        if repairs(BookRepair::Hyphens) {
            list.push(Box::new(JoinHyphens));
        }
    }
    if repairs(BookRepair::Wraps) {
        list.push(Box::new(Unwrap));
        if masks {
            list.push(Box::new(mask));
        }
    }
    Rewriters(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn recipe(unicode: Unicode, pii: Pii) -> Rewrite {
        Rewrite {
            unicode,
            pii,
            ..Rewrite::default()
        }
    }

    #[test]
    fn the_list_follows_the_recipe() {
        let count = |recipe: &Rewrite, group| rewriters(recipe, group).count();
        let nothing = Rewrite {
            mojibake: false,
            secrets: Secrets::Keep,
            books: Vec::new(),
            ..recipe(Unicode::None, Pii::Drop)
        };
        let some = Rewrite {
            books: vec![BookRepair::Wraps],
            ..nothing.clone()
        };
        assert_eq!(count(&nothing, Group::Books), 0);
        assert_eq!(count(&some, Group::Books), 1);
        assert_eq!(count(&some, Group::Web), 0);
        assert_eq!(count(&recipe(Unicode::Nfkc, Pii::Mask), Group::Code), 3);
        assert_eq!(count(&Rewrite::default(), Group::Books), 9);
        let lines = Rewrite {
            lines: vec![LineRules::C4],
            ..Rewrite::default()
        };
        assert_eq!(count(&lines, Group::Web), 5);
        assert_eq!(count(&lines, Group::Books), 9);
    }

    #[test]
    fn repair_comes_before_masking() {
        // The zero byte would hide the address from the mask.
        let all = rewriters(&Rewrite::default(), Group::Web);
        assert_eq!(all.rewrite("jane\0@example.org\r\n".to_owned()), "<EMAIL>\n");
    }

    #[test]
    fn a_scanned_book_becomes_text() {
        let page = |number: usize| {
            let name = "o".repeat(number + 1);
            format!(
                "THE WEIR HOUSE\r\n\r\nof the water{name} that had risen in the night, and he could not see\r\n\
                 the far bank of it any more. The miller, who had before him an exam-\r\n\
                 ple, went along and on, to the crooked house of the old ferry-\r\nman{name}, for he was sure that the boat \
                 would be there, where the stream\r\nwas not as strong as it was beside the old mill and its weir, all\r\n\
                 in a place that was called, from of old, by the name of Ford of{name}\r\n\r\n{}\r\n\u{c}",
                number + 1
            )
        };
        let book: String = (0..6).map(page).collect();
        let text = rewriters(&Rewrite::default(), Group::Books).rewrite(book.clone());
        assert_eq!(text.matches("an example, went along").count(), 6, "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
        let text = rewriters(&Rewrite::default(), Group::Web).rewrite(book);
        assert_eq!(text.matches("an exam-\nple, went along").count(), 6);
    }

    proptest! {
        #[test]
        fn rewriting_is_idempotent(
            text in "([a-c1-3@.: \u{301}\u{0}\n\r\u{feff}-]|e\u{301}|ﬁ|1\\.2\\.3\\.4|a@b\\.co|fe80::1|-\n|Ã©|\u{c}|\\PC){0,60}",
            unicode in prop_oneof![Just(Unicode::None), Just(Unicode::Nfc), Just(Unicode::Nfkc)],
            group in prop_oneof![Just(Group::Web), Just(Group::Books)],
            lines in prop_oneof![Just(vec![]), Just(vec![LineRules::C4]), Just(vec![LineRules::FineWeb])],
        ) {
            let all = rewriters(&Rewrite { lines, ..recipe(unicode, Pii::Mask) }, group);
            let once = all.rewrite(text);
            prop_assert_eq!(all.rewrite(once.clone()), once);
        }
    }
}
