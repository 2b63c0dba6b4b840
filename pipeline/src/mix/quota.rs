//! How many tokens of each group are taken: the shares asked, what there is, and what bound the total.
//!
//! With `tokens = "auto"` the total is the largest at which every group can give its share without giving a
//! document twice: T = min over groups of available / share. With a number, groups may be gone through up to
//! `max_epochs` times; where even that is too little, the total shrinks until the shares hold. Either way the
//! shares are kept by taking less of the other groups, never by inventing or silently repeating data.

use std::collections::BTreeMap;

use crate::recipe::Group;
use crate::recipe::written::{BudgetPolicy, Mixture, TokenBudget};

/// What a group has to offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Available {
    /// Documents.
    pub documents: u64,
    /// Their tokens, each once.
    pub tokens: u64,
}

/// What is taken of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupQuota {
    /// The share asked, all groups together 1.
    pub share: f64,
    /// What the group has.
    pub available: Available,
    /// Tokens to take, repetitions counted.
    pub tokens: u64,
    /// How often every document is taken.
    pub full_epochs: u64,
    /// Tokens to take in one more, partial epoch.
    pub remainder: u64,
}

/// The quotas of all groups, and what is to be said of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quotas {
    /// By group.
    pub groups: BTreeMap<Group, GroupQuota>,
    /// What bound the total, for the report.
    pub bound: String,
    /// What a user should know: groups left out, repetitions, a total not reached.
    pub warnings: Vec<String>,
}

/// Computes the quotas of `mixture` over what the groups have. `configured` are the groups that have a source.
#[must_use]
pub fn quotas(mixture: &Mixture, configured: &[Group], available: &BTreeMap<Group, Available>) -> Quotas {
    let mut result = Quotas::default();
    let have = |group: Group| available.get(&group).copied().unwrap_or_default();
    if mixture.tokens == TokenBudget::Policy(BudgetPolicy::All) {
        take_everything(mixture, &have, &mut result);
        return result;
    }
    let weighted: Vec<Group> = Group::ALL
        .into_iter()
        .filter(|&group| mixture.weight(group) > 0.0)
        .collect();
    for &group in &weighted {
        if have(group).tokens > 0 {
            continue;
        }
        let share = 100.0 * mixture.weight(group) / total_weight(mixture, &weighted);
        result.warnings.push(if configured.contains(&group) {
            format!(
                "no document of group '{}' is left: its {share:.0}% go to the other groups",
                group.name()
            )
        } else {
            format!(
                "no source is of group '{}': its {share:.0}% go to the other groups",
                group.name()
            )
        });
    }
    for group in Group::ALL {
        if mixture.weight(group) <= 0.0 && have(group).tokens > 0 {
            result.warnings.push(format!(
                "group '{}' has a share of 0: its {} documents are left out",
                group.name(),
                have(group).documents
            ));
        }
    }
    let present: Vec<Group> = weighted
        .into_iter()
        .filter(|&group| have(group).tokens > 0)
        .collect();
    let total = total_weight(mixture, &present);
    let share = |group: Group| mixture.weight(group) / total;
    let most_epochs = match mixture.tokens {
        TokenBudget::Tokens(_) => mixture.max_epochs,
        TokenBudget::Policy(_) => 1.0,
    };
    let limits = present.iter().map(|&group| {
        let limit = have(group).tokens as f64 * most_epochs / share(group);
        (limit, group)
    });
    let Some((limit, scarcest)) = limits.min_by(|left, right| left.0.total_cmp(&right.0)) else {
        "there is nothing to mix".clone_into(&mut result.bound);
        return result;
    };
    let budget = match mixture.tokens {
        TokenBudget::Tokens(tokens) if tokens as f64 <= limit => {
            result.bound = format!("the recipe's {tokens} tokens");
            tokens as f64
        }
        TokenBudget::Tokens(tokens) => {
            result.bound = format!(
                "group '{}': {} tokens gone through {most_epochs} times are its share of {limit:.0}",
                scarcest.name(),
                have(scarcest).tokens
            );
            result.warnings.push(format!(
                "{tokens} tokens were asked for and {limit:.0} can be had: bound by {}",
                result.bound
            ));
            limit
        }
        TokenBudget::Policy(_) => {
            result.bound = format!(
                "group '{}' with its {} tokens",
                scarcest.name(),
                have(scarcest).tokens
            );
            limit
        }
    };
    for group in present {
        let quota = quota(share(group), have(group), budget * share(group));
        let epochs = quota.tokens as f64 / quota.available.tokens as f64;
        if epochs > 1.0 {
            result.warnings.push(format!(
                "group '{}' is gone through {epochs:.2} times",
                group.name()
            ));
        }
        result.groups.insert(group, quota);
    }
    result
}

fn take_everything(mixture: &Mixture, have: &impl Fn(Group) -> Available, result: &mut Quotas) {
    let total = total_weight(mixture, &Group::ALL);
    for group in Group::ALL {
        let available = have(group);
        if available.tokens > 0 {
            let share = if total > 0.0 {
                mixture.weight(group) / total
            } else {
                0.0
            };
            result
                .groups
                .insert(group, quota(share, available, available.tokens as f64));
        }
    }
    "nothing: every document is taken once".clone_into(&mut result.bound);
}

fn total_weight(mixture: &Mixture, groups: &[Group]) -> f64 {
    groups.iter().map(|&group| mixture.weight(group)).sum()
}

fn quota(share: f64, available: Available, wanted: f64) -> GroupQuota {
    // The product of a share and a limit may come out a breath below the whole number that it stands for.
    let tokens = rounded(wanted);
    GroupQuota {
        share,
        available,
        tokens,
        full_epochs: tokens / available.tokens,
        remainder: tokens % available.tokens,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "token counts are finite, not negative, and far below 2^53"
)]
fn rounded(tokens: f64) -> u64 {
    tokens.round() as u64
}

/// Decides, document by document in their final order, which copies are taken.
#[derive(Debug)]
pub struct Taker {
    quotas: BTreeMap<Group, GroupQuota>,
    partial_tokens: BTreeMap<Group, u64>,
}

impl Taker {
    /// Starts with nothing taken.
    #[must_use]
    pub fn new(quotas: &Quotas) -> Self {
        Self {
            quotas: quotas.groups.clone(),
            partial_tokens: BTreeMap::new(),
        }
    }

    /// Epochs of which some document may be taken: the number to offer each document in.
    #[must_use]
    pub fn epochs(&self) -> u64 {
        self.quotas
            .values()
            .map(|quota| quota.full_epochs + u64::from(quota.remainder > 0))
            .max()
            .unwrap_or(0)
    }

    /// Whether the copy of `epoch` of a document with `tokens` tokens is taken. In the partial epoch documents are
    /// taken in the order in which they are offered, as long as they fit what is left of the quota.
    pub fn takes(&mut self, group: Group, epoch: u64, tokens: u64) -> bool {
        let Some(quota) = self.quotas.get(&group) else {
            return false;
        };
        if epoch != quota.full_epochs {
            return epoch < quota.full_epochs;
        }
        let taken = self.partial_tokens.entry(group).or_default();
        if *taken + tokens > quota.remainder {
            return false;
        }
        *taken += tokens;
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn have(web: u64, books: u64, code: u64) -> BTreeMap<Group, Available> {
        [(Group::Web, web), (Group::Books, books), (Group::Code, code)]
            .into_iter()
            .map(|(group, tokens)| {
                (
                    group,
                    Available {
                        documents: tokens / 10,
                        tokens,
                    },
                )
            })
            .collect()
    }

    fn taken(quotas: &Quotas) -> Vec<u64> {
        quotas.groups.values().map(|quota| quota.tokens).collect()
    }

    #[test]
    fn auto_is_bound_by_the_scarcest_group() {
        let quotas = quotas(&Mixture::default(), &Group::ALL, &have(10_000, 300, 5_000));
        assert_eq!(taken(&quotas), [500, 300, 200]);
        assert!(quotas.bound.contains("books"), "{}", quotas.bound);
        assert!(quotas.warnings.is_empty());
    }

    #[test]
    fn a_number_repeats_up_to_the_cap_and_says_so() {
        let mixture = Mixture {
            tokens: TokenBudget::Tokens(2_000),
            ..Mixture::default()
        };
        let quotas = quotas(&mixture, &Group::ALL, &have(10_000, 240, 5_000));
        assert_eq!(taken(&quotas), [1_000, 600, 400]);
        assert_eq!(quotas.groups[&Group::Books].full_epochs, 2);
        assert_eq!(quotas.groups[&Group::Books].remainder, 120);
        assert_eq!(quotas.warnings, ["group 'books' is gone through 2.50 times"]);
    }

    #[test]
    fn what_cannot_be_had_shrinks_the_whole() {
        let mixture = Mixture {
            tokens: TokenBudget::Tokens(100_000),
            ..Mixture::default()
        };
        let quotas = quotas(&mixture, &Group::ALL, &have(10_000, 300, 5_000));
        assert_eq!(taken(&quotas), [2_000, 1_200, 800]);
        assert!(
            quotas.warnings[0].starts_with("100000 tokens were asked for"),
            "{:?}",
            quotas.warnings
        );
    }

    #[test]
    fn an_empty_group_gives_its_share_away_loudly() {
        let quotas = quotas(
            &Mixture::default(),
            &[Group::Web, Group::Books],
            &have(700, 300, 0),
        );
        assert_eq!(taken(&quotas), [500, 300]);
        assert_eq!(
            quotas.warnings,
            ["no source is of group 'code': its 20% go to the other groups"]
        );
    }

    #[test]
    fn switched_off_takes_everything_once() {
        let mixture = Mixture {
            tokens: TokenBudget::Policy(BudgetPolicy::All),
            ..Mixture::default()
        };
        let quotas = quotas(&mixture, &Group::ALL, &have(7, 11, 13));
        assert_eq!(taken(&quotas), [7, 11, 13]);
    }

    proptest! {
        #[test]
        fn shares_hold_and_caps_bind(
            web in 0_u64..1_000_000, books in 0_u64..1_000_000, code in 0_u64..1_000_000,
            tokens in prop::option::of(1_u64..10_000_000),
        ) {
            let tokens = tokens.map_or_else(TokenBudget::default, TokenBudget::Tokens);
            let mixture = Mixture { tokens, ..Mixture::default() };
            let quotas = quotas(&mixture, &Group::ALL, &have(web, books, code));
            let total: u64 = taken(&quotas).iter().sum();
            for quota in quotas.groups.values() {
                let reached = quota.tokens as f64 / total.max(1) as f64;
                prop_assert!((reached - quota.share).abs() < 2.0 / total.max(1) as f64 + 1e-9);
                prop_assert!(quota.tokens as f64 <= 4.0 * quota.available.tokens as f64 + 1.0);
                prop_assert_eq!(
                    quota.full_epochs * quota.available.tokens + quota.remainder,
                    quota.tokens
                );
            }
        }
    }
}
