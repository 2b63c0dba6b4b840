//! Text -> text: repair and masking, before anything is judged. The only place where text changes.
//!
//! One file a [`Rewriter`]; [`rewriters`] is the one list, in the order in which they run. Each leaves text that has
//! nothing to change as it is, without a copy, and rewriting twice changes nothing more.

mod pii;
mod unicode;

pub use pii::MaskPii;
pub use unicode::RepairUnicode;

use crate::recipe::written::{Pii, Rewrite, Unicode};
use crate::stage::Rewriter;

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

/// The rewriters that `recipe` asks for: first what makes text regular, then what looks for patterns in it.
#[must_use]
pub fn rewriters(recipe: &Rewrite) -> Rewriters {
    let mut list: Vec<Box<dyn Rewriter>> = Vec::new();
    if recipe.unicode != Unicode::None {
        list.push(Box::new(RepairUnicode { form: recipe.unicode }));
    }
    if recipe.pii == Pii::Mask {
        list.push(Box::new(MaskPii));
    }
    Rewriters(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_list_follows_the_recipe() {
        let count = |unicode, pii| rewriters(&Rewrite { unicode, pii }).count();
        assert_eq!(count(Unicode::None, Pii::Keep), 0);
        assert_eq!(count(Unicode::None, Pii::Drop), 0);
        assert_eq!(count(Unicode::Nfkc, Pii::Mask), 2);
    }

    #[test]
    fn repair_comes_before_masking() {
        // The zero byte would hide the address from the mask.
        let rewritten = rewriters(&Rewrite::default()).rewrite("jane\0@example.org\r\n".to_owned());
        assert_eq!(rewritten, "<EMAIL>\n");
    }

    proptest! {
        #[test]
        fn rewriting_is_idempotent(
            text in "([a-c1-3@.: \u{301}\u{0}\n\r\u{feff}-]|e\u{301}|ﬁ|1\\.2\\.3\\.4|a@b\\.co|fe80::1|\\PC){0,60}",
            unicode in prop_oneof![Just(Unicode::None), Just(Unicode::Nfc), Just(Unicode::Nfkc)],
        ) {
            let all = rewriters(&Rewrite { unicode, pii: Pii::Mask });
            let once = all.rewrite(text);
            prop_assert_eq!(all.rewrite(once.clone()), once);
        }
    }
}
