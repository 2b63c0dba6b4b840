//! What a document's licence allows, by its SPDX expression.
//!
//! Of a choice (`OR`) the best counts, of a conjunction (`AND`) the worst: `MIT OR GPL-3.0-only` is permissive, `MIT AND
//! GPL-3.0-only` is copyleft. An exception (`WITH`) to a copyleft licence makes it a weak one: they let other code be
//! linked.
//!
//! `choices` is the expression multiplied out, each choice a conjunction (`MIT OR Apache-2.0 AND BSD-3-Clause`), so
//! that a rule can ask for licences by name without parsing.
//!
//! Columns written: `license.category`, `license.choices`; both null where nobody says which licence it is.
//!
//! Which licences are copyleft is the SPDX list's and the FSF's word (in the crate `spdx`); which of these are weak,
//! and which forbid commerce, changes or fields of use, is in the tables here.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use spdx::expression::{ExprNode, Operator};
use spdx::{Expression, LicenseReq, ParseMode};

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};

/// The longest expression that is parsed.
const MAX_EXPRESSION_BYTES: usize = 500;

/// Choices that an expression is multiplied out to, at most; what is beyond is left out, so that less is allowed.
const MOST_CHOICES: usize = 64;

/// Copyleft that stays with its own files or library: beginnings of SPDX ids.
const WEAK: [&str; 16] = [
    "APSL-", "CDDL-", "CECILL-C", "CPL-", "EPL-", "ErlPL-", "IPL-", "LGPL-", "LGPLLR", "MPL-", "MS-RL",
    "NPL-", "Nokia", "SISSL", "SPL-", "eCos-2.0",
];

/// Copyleft that the crate does not mark: share-alike and network licences. Beginnings of SPDX ids.
const STRONG: [&str; 8] = [
    "CC-BY-SA-",
    "CAL-1.0",
    "CPAL-",
    "EUPL-",
    "GFDL-",
    "OSL-",
    "RPL-",
    "copyleft-next-",
];

/// Against commerce, changes, or uses: beginnings of SPDX ids.
const RESTRICTED: [&str; 8] = [
    "BUSL-",
    "Elastic-",
    "Hippocratic-",
    "JPL-image",
    "PolyForm-",
    "Parity-",
    "SSPL-",
    "Aladdin",
];

/// Permissive licences that neither the OSI nor the FSF has judged: beginnings of SPDX ids.
const PERMISSIVE: [&str; 24] = [
    "0BSD",
    "Apache-",
    "BSD-",
    "BSL-1.0",
    "CC-BY-1.0",
    "CC-BY-2.",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-PDDC",
    "CC0-",
    "HPND",
    "ICU",
    "IJG",
    "ISC",
    "Info-ZIP",
    "JSON",
    "MIT",
    "OLDAP-",
    "PSF-",
    "Unicode-",
    "blessing",
    "curl",
    "libpng",
    "bzip2-",
];

/// What a licence asks for, the freest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Category {
    /// Naming the author, at most.
    Permissive,
    /// That changes to its own files stay free.
    WeakCopyleft,
    /// That all that it becomes part of is free.
    Copyleft,
    /// Something that free licences do not: no commerce, no changes, no use of some kind.
    Restricted,
    /// A licence that is on no list here.
    Other,
}

impl Category {
    fn name(self) -> &'static str {
        match self {
            Self::Permissive => "permissive",
            Self::WeakCopyleft => "weak_copyleft",
            Self::Copyleft => "copyleft",
            Self::Restricted => "restricted",
            Self::Other => "other",
        }
    }

    fn of(requirement: &LicenseReq) -> Self {
        let Some(id) = requirement.license.id() else {
            return Self::Other;
        };
        let begins = |list: &[&str]| list.iter().any(|start| id.name.starts_with(start));
        let is_creative = id.name.starts_with("CC-BY-");
        if begins(&RESTRICTED) || (is_creative && (id.name.contains("-NC") || id.name.contains("-ND"))) {
            return Self::Restricted;
        }
        let is_copyleft = id.is_copyleft() || begins(&STRONG) || begins(&WEAK);
        if is_copyleft {
            let is_weak = begins(&WEAK) || requirement.addition.is_some();
            return if is_weak {
                Self::WeakCopyleft
            } else {
                Self::Copyleft
            };
        }
        if id.is_osi_approved() || id.is_fsf_free_libre() || begins(&PERMISSIVE) {
            return Self::Permissive;
        }
        Self::Other
    }
}

/// Choices, each of licences that hold together.
type Choices = BTreeSet<BTreeSet<String>>;

/// A part of an expression: what it asks for, and its choices.
struct Part {
    category: Category,
    choices: Choices,
}

impl Part {
    fn of(requirement: &LicenseReq) -> Self {
        Self {
            category: Category::of(requirement),
            choices: Choices::from([BTreeSet::from([requirement.to_string()])]),
        }
    }

    fn or(mut self, mut other: Self) -> Self {
        self.choices.append(&mut other.choices);
        while self.choices.len() > MOST_CHOICES {
            self.choices.pop_last();
        }
        Self {
            category: self.category.min(other.category),
            choices: self.choices,
        }
    }

    fn and(self, other: &Self) -> Self {
        let mut choices = Choices::new();
        for one in &self.choices {
            for another in &other.choices {
                if choices.len() < MOST_CHOICES {
                    choices.insert(one.union(another).cloned().collect());
                }
            }
        }
        Self {
            category: self.category.max(other.category),
            choices,
        }
    }
}

/// What `expression` comes to; nothing where it is no SPDX expression.
fn understood(expression: &str) -> Option<Part> {
    if expression.len() > MAX_EXPRESSION_BYTES || !expression.is_ascii() {
        return None;
    }
    // The parser promises no panic and is given what strangers wrote.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        if let Ok(parsed) = Expression::parse_mode(expression, ParseMode::LAX) {
            return Some(parsed);
        }
        let spelled = Expression::canonicalize(expression).ok()??;
        Expression::parse_mode(&spelled, ParseMode::LAX).ok()
    }));
    let parsed = parsed.ok()??;
    let mut parts: Vec<Part> = Vec::new();
    for node in parsed.iter() {
        let part = match node {
            ExprNode::Req(requirement) => Part::of(&requirement.req),
            ExprNode::Op(operator) => {
                let (right, left) = (parts.pop()?, parts.pop()?);
                match operator {
                    Operator::Or => left.or(right),
                    Operator::And => left.and(&right),
                }
            }
        };
        parts.push(part);
    }
    parts.pop()
}

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct License;

impl Annotator for License {
    fn name(&self) -> &'static str {
        "license"
    }

    fn signals(&self) -> &'static [Signal] {
        &[
            Signal {
                name: "category",
                signal_type: SignalType::Label,
                meaning: "permissive, weak_copyleft, copyleft, restricted, or other where the licence is not known; null \
                          where nobody names one",
            },
            Signal {
                name: "choices",
                signal_type: SignalType::Label,
                meaning: "the licence as 'A OR B AND C', multiplied out; null where there is none or it is no SPDX \
                          expression",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let stated = document
            .license
            .map(str::trim)
            .filter(|stated| !stated.is_empty());
        let Some(part) = stated.map(understood) else {
            row.label(None);
            return row.label(None);
        };
        let category = part.as_ref().map_or(Category::Other, |part| part.category);
        row.label(Some(category.name()));
        let joined = part.map(|part| {
            let choices = part.choices.into_iter();
            let choices: Vec<String> = choices
                .map(|choice| choice.into_iter().collect::<Vec<_>>().join(" AND "))
                .collect();
            choices.join(" OR ")
        });
        row.label(joined.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::annotate::tests::{Row, Value};
    use crate::recipe::written::Group;
    use proptest::prelude::*;

    fn annotated(license: Option<&str>) -> (Option<String>, Option<String>) {
        let mut row = Row::default();
        let document = Subject {
            license,
            ..Subject::of_text("fn main() {}", Group::Code)
        };
        License.annotate(&document, &mut row);
        let mut labels = row.values().into_iter().map(|value| match value {
            Value::Label(label) => label,
            other => unreachable!("{other:?}"),
        });
        (labels.next().flatten(), labels.next().flatten())
    }

    #[test]
    fn expressions_come_to_a_category_and_choices() {
        for (license, category, choices) in [
            ("MIT", "permissive", Some("MIT")),
            ("mit", "permissive", Some("MIT")),
            ("Apache 2.0", "permissive", Some("Apache-2.0")),
            ("Apache-2.0+", "permissive", Some("Apache-2.0+")),
            (
                "Apache-2.0 WITH LLVM-exception",
                "permissive",
                Some("Apache-2.0 WITH LLVM-exception"),
            ),
            ("MIT OR GPL-3.0-only", "permissive", Some("GPL-3.0-only OR MIT")),
            ("MIT AND GPL-3.0-only", "copyleft", Some("GPL-3.0-only AND MIT")),
            (
                "(MIT OR Apache-2.0) AND BSD-3-Clause",
                "permissive",
                Some("Apache-2.0 AND BSD-3-Clause OR BSD-3-Clause AND MIT"),
            ),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "weak_copyleft", None),
            ("LGPL-2.1-or-later", "weak_copyleft", Some("LGPL-2.1-or-later")),
            ("MPL-2.0", "weak_copyleft", Some("MPL-2.0")),
            ("AGPL-3.0-or-later", "copyleft", Some("AGPL-3.0-or-later")),
            ("CC-BY-NC-4.0", "restricted", Some("CC-BY-NC-4.0")),
            ("CC-BY-SA-4.0", "copyleft", Some("CC-BY-SA-4.0")),
            ("CC-BY-4.0", "permissive", Some("CC-BY-4.0")),
            ("SSPL-1.0", "restricted", Some("SSPL-1.0")),
            ("LicenseRef-Mine", "other", Some("LicenseRef-Mine")),
        ] {
            let (found, of) = annotated(Some(license));
            assert_eq!(found.as_deref(), Some(category), "{license}");
            if choices.is_some() {
                assert_eq!(of.as_deref(), choices, "{license}");
            }
        }
        for license in ["all rights reserved", "MIT OR", "Медведь", &"(".repeat(10_000)] {
            assert_eq!(
                annotated(Some(license)),
                (Some("other".to_owned()), None),
                "{license:.40}"
            );
        }
        for license in [None, Some(""), Some("  ")] {
            assert_eq!(annotated(license), (None, None));
        }
    }

    #[test]
    fn every_licence_of_the_list_has_its_place() {
        let mut counts = BTreeMap::new();
        for license in spdx::identifiers::LICENSES {
            let (category, _) = annotated(Some(license.name));
            *counts.entry(category).or_insert(0) += 1;
            let is_free = spdx::license_id(license.name).is_some_and(spdx::LicenseId::is_osi_approved);
            let restricted = annotated(Some(license.name)).0.as_deref() == Some("restricted");
            assert!(!(is_free && restricted), "{}", license.name);
        }
        let least = |name: &str, least: i32| {
            let count = counts.get(&Some(name.to_owned())).copied().unwrap_or_default();
            assert!(count >= least, "{name}: {counts:?}");
        };
        least("permissive", 200);
        least("weak_copyleft", 30);
        least("copyleft", 40);
        least("restricted", 25);
    }

    #[test]
    fn a_hostile_expression_stays_small() {
        let expression = vec!["(MIT OR ISC OR X11 OR Zlib)"; 17].join(" AND ");
        let expression = &expression[..expression.len().min(MAX_EXPRESSION_BYTES)];
        let end = expression.rfind(')').expect("a bracket");
        let (category, choices) = annotated(Some(&expression[..=end]));
        assert_eq!(category.as_deref(), Some("permissive"));
        assert!(choices.expect("choices").len() < 20_000);
    }

    proptest! {
        #[test]
        fn nothing_is_too_strange(license in "([A-Za-z0-9.+() -]|MIT|OR|AND|WITH|GPL-2.0|:|Ref-){0,40}") {
            annotated(Some(&license));
        }
    }
}
