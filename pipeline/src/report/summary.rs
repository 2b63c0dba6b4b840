//! The end of `gristmill curate` on the terminal: what came in, what went out and why, where it lies, what next.
//!
//! It is the page in few lines. Names and paths are foreign data and lose what would move the cursor; without colour
//! everything of our own is ASCII, so that it survives a log file.

use super::facts::{Counted, MixtureFact, Report, RuleFact, StageFact};
use super::foreign::clean;
use super::layout::{self, Paint, Row, Table, paint};
use super::numbers;
use super::view::{self, Most, Totals};

/// How the summary may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escapes for colour and block characters for bars may be used.
    pub color: bool,
    /// The terminal's width in columns; taken for at least 80 and at most 100.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
        }
    }
}

/// Rules shown; the page shows all of them.
const RULES_SHOWN: usize = 10;
/// Warnings shown; the page shows all of them.
const WARNINGS_SHOWN: usize = 10;

/// The summary of `report`, with a newline at its end.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let style = Style {
        width: style.width.clamp(80, 100),
        ..style
    };
    let mut text = String::new();
    headline(&mut text, report, style);
    funnel(&mut text, report, style);
    drops(&mut text, report, style);
    mixture(&mut text, report, style);
    duplicates(&mut text, report, style);
    quarantine(&mut text, report, style);
    times(&mut text, report, style);
    warnings(&mut text, report, style);
    outputs(&mut text, report, style);
    text
}

fn headline(text: &mut String, report: &Report, style: Style) {
    let totals = Totals::of(report);
    let kept = match totals.documents {
        0 => String::new(),
        all => format!(" {} kept,", numbers::share(totals.kept_documents, all)),
    };
    let written = match &report.shards {
        Some(shards) => format!(
            "{} tokens in {}",
            numbers::short_count(shards.tokens),
            plural(shards.count, "shard")
        ),
        None => "no shards written".to_owned(),
    };
    let documents = plural(totals.documents, "document");
    let name = paint(&clean(&report.name), Paint::Bold, style);
    layout::write_line(text, &format!("{name}: {documents} read,{kept} {written}"));

    let mut how = vec![
        format!(
            "{} on {}",
            numbers::duration(report.seconds),
            clean(&report.engine)
        ),
        plural(report.threads, "thread"),
    ];
    if let Some(rate) = totals.raw_bytes_per_second {
        how.push(format!("{} of raw data", numbers::rate(rate)));
    }
    if let Some(peak) = report.peak_memory_bytes {
        how.push(format!("{} of memory at the peak", numbers::bytes(peak)));
    }
    layout::write_line(text, &paint(&how.join(", "), Paint::Dim, style));
}

fn funnel(text: &mut String, report: &Report, style: Style) {
    if report.funnel.is_empty() {
        return;
    }
    let has_tokens = report.funnel.iter().any(|step| step.tokens.is_some());
    let mut heads = vec!["count", "of read", "bytes"];
    if has_tokens {
        heads.push("tokens");
    }
    let mut table = Table {
        heads,
        rows: Vec::new(),
    };
    for row in view::funnel(&report.funnel) {
        let step = row.step;
        let unit = match step.counted {
            Counted::Files => " files",
            Counted::Records => " records",
            Counted::Documents => "",
        };
        let mut cells = vec![
            format!("{}{unit}", numbers::count(step.count)),
            row.documents_of_start.map(numbers::percent).unwrap_or_default(),
            numbers::bytes(step.bytes),
        ];
        if has_tokens {
            cells.push(step.tokens.map(numbers::count).unwrap_or_default());
        }
        table.rows.push(Row {
            name: clean(&step.name),
            share: row.documents_of_start,
            cells,
        });
    }
    text.push('\n');
    table.write(text, "FUNNEL", style);
}

fn drops(text: &mut String, report: &Report, style: Style) {
    let rules = view::rules_by_documents(report);
    if rules.is_empty() {
        if 0 < Totals::of(report).documents {
            section(text, "DROPS BY RULE", "no rule dropped a document", style);
        }
        return;
    }
    text.push('\n');
    let most = Most::of(report);
    let mut table = Table {
        heads: vec!["alone", "first", "all"],
        rows: Vec::new(),
    };
    for rule in rules.iter().take(RULES_SHOWN) {
        table.rows.push(Row {
            name: rule_name(rule),
            share: Some(rule.together as f64 / most.broken as f64),
            cells: [rule.alone, rule.first, rule.together]
                .map(numbers::count)
                .to_vec(),
        });
    }
    table.write(text, "DROPS BY RULE", style);
    let left = rules.len().saturating_sub(RULES_SHOWN);
    if 0 < left {
        let more = format!("  and {left} more in the report");
        layout::write_line(text, &paint(&more, Paint::Dim, style));
    }
}

/// `quality gopher_word_count`; the stage alone where the rule has its name.
fn rule_name(rule: &RuleFact) -> String {
    if rule.stage == rule.rule {
        return clean(&rule.rule);
    }
    format!("{} {}", clean(&rule.stage), clean(&rule.rule))
}

fn mixture(text: &mut String, report: &Report, style: Style) {
    if report.mixture.is_empty() {
        return;
    }
    let heads = vec!["asked", "reached", "tokens", "available", "epochs"];
    let mut table = Table {
        heads,
        rows: Vec::new(),
    };
    for part in &report.mixture {
        table.rows.push(mixture_row(part));
    }
    text.push('\n');
    table.write(text, "MIXTURE", style);
    if let Some(note) = &report.mixture_note {
        layout::write_sentence(text, "  ", &clean(note), style);
    }
}

fn mixture_row(part: &MixtureFact) -> Row {
    Row {
        name: clean(&part.group),
        share: Some(part.reached),
        cells: vec![
            numbers::fine_percent(part.asked),
            numbers::fine_percent(part.reached),
            numbers::count(part.tokens),
            numbers::count(part.available_tokens),
            numbers::decimal(part.epochs),
        ],
    }
}

fn duplicates(text: &mut String, report: &Report, style: Style) {
    let Some(found) = report.duplicates else {
        return;
    };
    let sentence = format!(
        "{} equal and {} nearly equal to one that was kept; {}, the largest of {}",
        plural(found.exact_documents, "document"),
        numbers::count(found.near_documents),
        plural(found.clusters, "cluster"),
        plural(found.largest_cluster, "document"),
    );
    section(text, "DUPLICATES", &sentence, style);
}

fn quarantine(text: &mut String, report: &Report, style: Style) {
    if report.quarantine.total == 0 {
        return;
    }
    let unread = plural(report.quarantine.total, "record");
    let sentence = match report.quarantine.first.first() {
        None => format!("{unread} could not be read"),
        Some(first) => format!(
            "{unread} could not be read; the first: {} at byte {}: {}",
            clean(&first.path),
            numbers::count(first.offset),
            clean(&first.reason)
        ),
    };
    section(text, "QUARANTINE", &sentence, style);
}

fn times(text: &mut String, report: &Report, style: Style) {
    if report.stages.is_empty() {
        return;
    }
    let last = report.stages.len() - 1;
    let mut stages: Vec<String> = report.stages.iter().map(time).collect();
    for stage in stages.iter_mut().take(last) {
        stage.push(',');
    }
    heading(text, "TIMES", style);
    layout::write_wrapped(text, "  ", stages.iter().map(String::as_str), style);
}

fn time(stage: &StageFact) -> String {
    if stage.reused {
        return format!("{} reused", clean(&stage.name));
    }
    format!("{} {}", clean(&stage.name), numbers::duration(stage.seconds))
}

fn warnings(text: &mut String, report: &Report, style: Style) {
    if report.warnings.is_empty() {
        return;
    }
    text.push('\n');
    layout::write_line(text, &paint("WARNINGS", Paint::Alarm, style));
    for warning in report.warnings.iter().take(WARNINGS_SHOWN) {
        layout::write_sentence(text, "  ! ", &clean(warning), style);
    }
    let left = report.warnings.len().saturating_sub(WARNINGS_SHOWN);
    if 0 < left {
        layout::write_line(text, &format!("  and {left} more in the report"));
    }
}

fn outputs(text: &mut String, report: &Report, style: Style) {
    if !report.outputs.is_empty() {
        heading(text, "WRITTEN", style);
        let widest = report
            .outputs
            .iter()
            .map(|output| layout::columns(&clean(&output.what)))
            .max()
            .unwrap_or(0);
        for output in &report.outputs {
            let what = clean(&output.what);
            let gap = " ".repeat(widest.saturating_sub(layout::columns(&what)) + 2);
            layout::write_line(text, &format!("  {what}{gap}{}", clean(&output.path)));
        }
    }
    if !report.next.is_empty() {
        text.push('\n');
        let title = paint("NEXT", Paint::Bold, style);
        layout::write_line(text, &format!("{title}  {}", clean(&report.next)));
    }
}

fn section(text: &mut String, title: &str, sentence: &str, style: Style) {
    heading(text, title, style);
    layout::write_sentence(text, "  ", sentence, style);
}

fn heading(text: &mut String, title: &str, style: Style) {
    text.push('\n');
    layout::write_line(text, &paint(title, Paint::Bold, style));
}

/// `1 document`, `1,234 documents`.
fn plural(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", numbers::count(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples;

    #[test]
    fn a_rich_run_in_plain_text() {
        insta::assert_snapshot!(render(
            &examples::rich(),
            Style {
                color: false,
                width: 96
            }
        ));
    }

    #[test]
    fn a_rich_run_in_colour() {
        let painted = render(
            &examples::rich(),
            Style {
                color: true,
                width: 80,
            },
        );
        insta::assert_snapshot!(painted.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn a_run_that_did_nothing() {
        insta::assert_snapshot!(render(&examples::empty(), Style::default()));
    }

    #[test]
    fn plain_text_is_ascii_and_fits_its_width() {
        let mut report = examples::rich();
        for source in &report.sources {
            assert!(source.name.is_ascii(), "the example is to be ASCII");
        }
        report.outputs.clear();
        for width in [0, 80, 96, 100, 500] {
            let summary = render(&report, Style { color: false, width });
            assert!(summary.is_ascii());
            for line in summary.lines() {
                assert!(layout::columns(line) <= width.clamp(80, 100), "{line}");
                assert_eq!(line, line.trim_end(), "no idle spaces");
            }
        }
    }

    #[test]
    fn foreign_text_moves_no_cursor() {
        let summary = render(&examples::hostile(), Style::default());
        let controls = summary
            .chars()
            .filter(|character| character.is_control() && *character != '\n');
        assert_eq!(controls.count(), 0, "{summary}");
    }
}
