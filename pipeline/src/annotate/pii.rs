//! Counts personal data: what the text holds still, and what was masked in it.
//!
//! Columns written: `pii.emails`, `pii.ip_addresses`. What counts as an address is told in [`crate::text::pii`].

use crate::annotate::Subject;
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::pii::{Kind, find};

/// The annotator.
#[derive(Clone, Copy, Debug)]
pub struct Pii;

impl Annotator for Pii {
    fn name(&self) -> &'static str {
        "pii"
    }

    fn signals(&self) -> &'static [Signal] {
        &[
            Signal {
                name: "emails",
                signal_type: SignalType::Count,
                meaning: "e-mail addresses, masked ones too",
            },
            Signal {
                name: "ip_addresses",
                signal_type: SignalType::Count,
                meaning: "IPv4 and IPv6 addresses, masked ones too",
            },
        ]
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = &document.text;
        let findings = find(text.text);
        for kind in [Kind::Email, Kind::IpAddress] {
            let bare = findings.iter().filter(|finding| finding.kind == kind).count();
            row.count((bare + kind.placeholders(text.text)) as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal};

    #[test]
    fn masked_and_bare_addresses_count() {
        let text = "<EMAIL>, jane@example.org and <IP_ADDRESS>";
        assert_eq!(signal(&Pii, text, "emails"), Value::Count(2));
        assert_eq!(signal(&Pii, text, "ip_addresses"), Value::Count(1));
    }
}
