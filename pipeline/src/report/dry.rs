//! What a dry run tells: the funnel and the drops by rule, beside those of the last run.

use serde::Serialize;

use super::facts::{FunnelStep, RuleFact};
use super::foreign::clean;
use super::layout::{self, Paint, Row, Table, paint};
use super::numbers;
use super::summary::Style;

/// What rules came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// The documents, and what each stage left of them.
    pub funnel: Vec<FunnelStep>,
    /// What each rule dropped.
    pub drops: Vec<RuleFact>,
}

/// What other rules would come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DryRun {
    /// The recipe's name.
    pub name: String,
    /// How many rules were asked.
    pub rules: u64,
    /// What the last run came to, if there was one.
    pub before: Option<Tally>,
    /// What the rules come to now.
    pub now: Tally,
    /// What a user should know.
    pub warnings: Vec<String>,
}

/// The dry run as tables, with a newline at its end.
#[must_use]
pub fn render(dry: &DryRun, style: Style) -> String {
    let mut text = String::new();
    let documents = dry.now.funnel.first().map_or(0, |step| step.count);
    let name = paint(&clean(&dry.name), Paint::Bold, style);
    let beside = match dry.before {
        Some(_) => "beside the last run",
        None => "no run to set it beside",
    };
    layout::write_line(
        &mut text,
        &format!(
            "{name}: {} documents judged by {} rules, {beside}; nothing was written",
            numbers::count(documents),
            dry.rules
        ),
    );
    for warning in &dry.warnings {
        layout::write_sentence(&mut text, "  ! ", &clean(warning), style);
    }
    funnel(&mut text, dry, style);
    let counts = |rule: &RuleFact| [rule.first, rule.alone, rule.together].map(numbers::count);
    drops(&mut text, "DOCUMENTS BY RULE", dry, style, counts);
    let bytes = |rule: &RuleFact| [rule.bytes, rule.alone_bytes, rule.together_bytes].map(numbers::bytes);
    drops(&mut text, "BYTES BY RULE", dry, style, bytes);
    text
}

fn funnel(text: &mut String, dry: &DryRun, style: Style) {
    let mut table = Table {
        heads: vec!["was", "now", "change", "bytes was", "now"],
        rows: Vec::new(),
    };
    let steps =
        |tally: &Tally| -> Vec<String> { tally.funnel.iter().map(|step| step.name.clone()).collect() };
    let before = dry.before.clone().unwrap_or_default();
    for name in merged(steps(&dry.now), steps(&before)) {
        let of = |tally: &Tally| tally.funnel.iter().find(|step| step.name == name).cloned();
        let (was, now) = (of(&before), of(&dry.now));
        let shown = |step: &Option<FunnelStep>, spell: fn(&FunnelStep) -> String| {
            step.as_ref().map(spell).unwrap_or_default()
        };
        let change = match (&was, &now) {
            (Some(was), Some(now)) => change(was.count, now.count),
            _ => String::new(),
        };
        table.rows.push(Row {
            name: clean(&name),
            share: None,
            cells: vec![
                shown(&was, |step| numbers::count(step.count)),
                shown(&now, |step| numbers::count(step.count)),
                change,
                shown(&was, |step| numbers::bytes(step.bytes)),
                shown(&now, |step| numbers::bytes(step.bytes)),
            ],
        });
    }
    text.push('\n');
    table.write(text, "FUNNEL", style);
}

/// `+12`, `-1,234`, `=`.
fn change(was: u64, now: u64) -> String {
    match now.cmp(&was) {
        std::cmp::Ordering::Equal => "=".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", numbers::count(now - was)),
        std::cmp::Ordering::Less => format!("-{}", numbers::count(was - now)),
    }
}

fn drops(
    text: &mut String,
    title: &str,
    dry: &DryRun,
    style: Style,
    spell: impl Fn(&RuleFact) -> [String; 3],
) {
    let before = dry.before.clone().unwrap_or_default();
    let names = |tally: &Tally| -> Vec<(String, String)> {
        let drops = tally.drops.iter();
        drops
            .map(|rule| (rule.stage.clone(), rule.rule.clone()))
            .collect()
    };
    let mut table = Table {
        heads: vec!["first", "was", "alone", "was", "all", "was"],
        rows: Vec::new(),
    };
    for (stage, name) in merged(names(&dry.now), names(&before)) {
        let of = |tally: &Tally| {
            let found = tally
                .drops
                .iter()
                .find(|rule| rule.stage == stage && rule.rule == name);
            spell(&found.cloned().unwrap_or_default())
        };
        let (was, now) = (of(&before), of(&dry.now));
        let has_before = dry.before.is_some();
        let cells = now.into_iter().zip(was).flat_map(|(now, was)| {
            let was = if has_before { was } else { String::new() };
            [now, was]
        });
        table.rows.push(Row {
            name: clean(&format!("{stage} {name}")),
            share: None,
            cells: cells.collect(),
        });
    }
    if !table.rows.is_empty() {
        text.push('\n');
        table.write(text, title, style);
    }
}

/// The items of both lists, each once: those of the first, then what only the second has.
fn merged<T: PartialEq>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    for item in second {
        if !first.contains(&item) {
            first.push(item);
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples;

    #[test]
    fn a_dry_run_stands_beside_the_last_run() {
        let report = examples::rich();
        let documents = report.funnel.iter().skip(2).take(3).cloned().collect();
        let before = Tally {
            funnel: documents,
            drops: report.drops[..3].to_vec(),
        };
        let mut now = before.clone();
        now.funnel[2].count += 1_234;
        now.drops[2].first -= 1_234;
        now.drops.remove(1);
        let dry = DryRun {
            name: "mill".to_owned(),
            rules: 12,
            before: Some(before),
            now,
            warnings: vec!["duplicates were not looked for".to_owned()],
        };
        insta::assert_snapshot!(render(
            &dry,
            Style {
                color: false,
                width: 100
            }
        ));
    }
}
