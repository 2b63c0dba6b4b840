//! `report.html`: the facts as one page that needs nothing but a browser.
//!
//! The page is `page.html` with `page.css` inside: no script, no font, no address to fetch, and a content security
//! policy that forbids all of them should any get in. Bars are boxes with a width, so that they scale, print and
//! follow the dark scheme; each stands beside its numbers in a table. Paths, reasons and names are
//! foreign data: all text is cleaned and escaped where it is written, in one place.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};
use serde::Serialize;

use super::facts::{LanguageFact, Report, RuleFact};
use super::foreign;
use super::numbers;
use super::view::{self, Chart, FunnelRow, Most, Totals};

const TEMPLATE_NAME: &str = "page.html";
const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The shortest bar, as a share of its place: half a pixel on a phone, two on a wide screen.
const SHORTEST_SEEN: f64 = 0.005;

/// Why a page could not be made. It means that the template and the facts do not fit together.
#[derive(Debug, thiserror::Error)]
#[error("cannot lay out the report page: {0}")]
pub struct Error(#[from] minijinja::Error);

/// What the template sees.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    totals: Totals,
    most: Most,
    funnel: Vec<FunnelRow<'a>>,
    rules: Vec<&'a RuleFact>,
    languages: Vec<&'a LanguageFact>,
    charts: Vec<Chart<'a>>,
    style: Value,
}

/// The page of `report`.
///
/// # Errors
/// When the template does not fit the facts.
pub fn render(report: &Report) -> Result<String, Error> {
    let page = Page {
        report,
        totals: Totals::of(report),
        most: Most::of(report),
        funnel: view::funnel(&report.funnel),
        rules: view::rules_by_documents(report),
        languages: view::languages_by_documents(report),
        charts: view::charts(&report.histograms),
        style: Value::from_safe_string(STYLE.to_owned()),
    };
    let text = environment().render_named_str(TEMPLATE_NAME, TEMPLATE, Value::from(Serde(&page)))?;
    Ok(text)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|output, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(output, state, &Value::from(foreign::clean(text))),
        _ => escape_formatter(output, state, value),
    });
    environment.add_filter("bytes", numbers::bytes);
    environment.add_filter("count", numbers::count);
    environment.add_filter("decimal", numbers::decimal);
    environment.add_filter("duration", numbers::duration);
    environment.add_filter("fine_percent", numbers::fine_percent);
    environment.add_filter("percent", |share: Option<f64>| {
        numbers::percent(share.unwrap_or(f64::NAN))
    });
    environment.add_filter("rate", numbers::rate);
    environment.add_filter("ratio", |part: f64, whole: f64| part / whole);
    environment.add_filter("share", numbers::share);
    environment.add_filter("short", numbers::short_count);
    environment.add_filter("tick", numbers::tick);
    environment.add_filter("tick4", numbers::fine_tick);
    environment.add_filter("width", width);
    environment
}

/// The length of a bar in percent of its place: `part` as a share of `whole` (of 1 where none is given), from 0 to
/// 100 whatever the facts say. What is more than nothing is long enough to be seen.
fn width(part: Option<f64>, whole: Option<f64>) -> String {
    let share = part.unwrap_or(0.0) / whole.unwrap_or(1.0);
    let bounded = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let seen = if bounded == 0.0 {
        0.0
    } else {
        bounded.max(SHORTEST_SEEN)
    };
    format!("{:.2}", seen * 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::examples;

    fn page(report: &Report) -> String {
        render(report).expect("renders")
    }

    #[test]
    fn every_fact_of_a_rich_run_is_on_the_page() {
        let report = examples::rich();
        let page = page(&report);
        let expected = [
            "1,204,833",
            "after near dedup",
            "gopher_word_count",
            "common-crawl",
            "books bound the mixture",
            "truncated gzip",
            "make train",
            "reused",
            &report.recipe_fingerprint,
        ];
        for text in expected {
            assert!(page.contains(text), "{text} is missing");
        }
        for warning in &report.warnings {
            let escaped = warning.replace('\'', "&#x27;");
            assert!(page.contains(&escaped), "{escaped} is missing");
        }
    }

    #[test]
    fn a_run_that_did_nothing_says_so() {
        let page = page(&examples::empty());
        for text in [
            "No rule dropped a document",
            "did not look for duplicates",
            "No source was read",
            "ended before the shards",
        ] {
            assert!(page.contains(text), "{text} is missing");
        }
        assert!(
            !page.contains("NaN") && !page.contains("inf%"),
            "no share of nothing"
        );
    }

    #[test]
    fn the_page_fetches_nothing() {
        let page = page(&examples::rich());
        for fetching in ["http://", "https://", "<script", "url(", "@import", " src="] {
            assert!(!page.contains(fetching), "{fetching} is on the page");
        }
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn foreign_text_stays_text() {
        let page = page(&examples::hostile());
        assert!(!page.contains("<script"), "a script got in");
        assert!(!page.contains("<img"), "an image got in");
        assert!(!page.contains("\" onmouseover="), "an attribute got in");
        assert!(page.contains("&lt;script"), "the text itself is shown");
        let harmful =
            |character: char| character == '\u{202e}' || (character.is_control() && character != '\n');
        assert!(!page.contains(harmful), "a control character got in");
    }

    #[test]
    fn a_bar_never_leaves_its_place() {
        let cases = [
            (Some(1.0), Some(4.0), "25.00"),
            (Some(9.0), Some(4.0), "100.00"),
            (Some(1e-9), Some(4.0), "0.50"),
            (Some(-1.0), Some(4.0), "0.00"),
            (Some(1.0), Some(0.0), "0.00"),
            (Some(0.5), None, "50.00"),
            (None, None, "0.00"),
            (Some(f64::NAN), Some(1.0), "0.00"),
        ];
        for (part, whole, text) in cases {
            assert_eq!(width(part, whole), text, "{part:?} of {whole:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_text_opens_an_element(text in ".*<[a-z!/].*") {
            let whole = page(&examples::filled_with(&text));
            let harmless = page(&examples::filled_with("plain"));
            prop_assert_eq!(whole.matches('<').count(), harmless.matches('<').count());
            prop_assert_eq!(whole.matches('"').count(), harmless.matches('"').count());
        }
    }
}
