//! WHAT HAPPENED: the facts of a run, as a page, as the closing words on the terminal, and as JSON.
//!
//! [`facts::Report`] is `report.json`. The run gathers it; everything here turns it into text and does nothing
//! else: no query is run, no clock is read, no file is opened. The same report gives the same bytes.
//!
//! | file | gives |
//! |---|---|
//! | `facts.rs` | the facts: [`Report`], to JSON and back |
//! | `view.rs` | what page and summary both derive from them: totals, shares, orders |
//! | `numbers.rs` | numbers as people read them |
//! | `foreign.rs` | foreign text that does no harm |
//! | `page.rs`, `page.html` | `report.html`, one page that fetches nothing |
//! | `summary.rs`, `layout.rs` | the end of `gristmill curate` on the terminal |
//! | `dry.rs` | what `gristmill curate --dry-run` prints |

pub mod facts;

mod view;

pub mod numbers;

mod foreign;

pub mod page;

mod layout;

pub mod summary;

pub mod dry;

#[cfg(test)]
mod examples;

pub use facts::Report;
