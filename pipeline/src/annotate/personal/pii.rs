//! Counts personal data by kind: what the text holds still, and what was masked in it.
//!
//! Columns written: `pii.emails`, `pii.ip_addresses` and so on, one a kind, and `pii.total`. What counts is told in
//! [`crate::text::pii`]; the matches themselves are written nowhere.

use serde::{Deserialize, Serialize};

use crate::annotate::Subject;
use crate::recipe::written::{PiiKind, wanted};
use crate::stage::{Annotator, Signal, SignalRow, SignalType};
use crate::text::pii::{Kind, Wanted, find_wanted};
use crate::text::spans::marks;

/// Which kinds are looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The kinds.
    pub kinds: Vec<PiiKind>,
    /// The formats of documents that count wherever they stand.
    pub formats: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kinds: PiiKind::SURE.to_vec(),
            formats: Vec::new(),
        }
    }
}

/// The annotator.
#[derive(Clone, Debug)]
pub struct Pii {
    wanted: Wanted,
}

impl Pii {
    /// The annotator of these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            wanted: wanted(&settings.kinds, &settings.formats),
        }
    }
}

const fn count(name: &'static str, meaning: &'static str) -> Signal {
    Signal {
        name,
        signal_type: SignalType::Count,
        meaning,
    }
}

/// One signal a kind, in the order of [`Kind::ALL`], and their sum.
const SIGNALS: [Signal; Kind::ALL.len() + 1] = [
    count("emails", "e-mail addresses, masked ones too"),
    count("ip_addresses", "IPv4 and IPv6 addresses, masked ones too"),
    count("phones", "telephone numbers, masked ones too"),
    count("credit_cards", "numbers of payment cards, masked ones too"),
    count("ibans", "international bank account numbers, masked ones too"),
    count(
        "us_ssns",
        "social security numbers of the United States, masked ones too",
    ),
    count("crypto_wallets", "addresses of cryptocurrencies, masked ones too"),
    count("national_ids", "numbers of documents, masked ones too"),
    count("vehicle_plates", "number plates, masked ones too"),
    count("postal_codes", "postal codes, masked ones too"),
    count("mac_addresses", "hardware addresses, masked ones too"),
    count("total", "personal data of all kinds, masked ones too"),
];

impl Annotator for Pii {
    fn name(&self) -> &'static str {
        "pii"
    }

    fn signals(&self) -> &'static [Signal] {
        &SIGNALS
    }

    fn annotate(&self, document: &Subject<'_>, row: &mut dyn SignalRow) {
        let text = document.text.text;
        let mut counts = marks(text, &Kind::ALL.map(Kind::placeholder));
        for finding in find_wanted(text, &self.wanted) {
            counts[finding.kind as usize] += 1;
        }
        for count in counts {
            row.count(count);
        }
        row.count(counts.iter().sum());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::tests::{Value, signal, signals};

    #[test]
    fn masked_and_bare_data_count() {
        let pii = Pii::new(&Settings::default());
        let text = "<EMAIL>, jane@example.org and <IP_ADDRESS>, tel. (415) 555-0132, <IBAN>, <VEHICLE_PLATE>";
        for (name, count) in [
            ("emails", 2),
            ("ip_addresses", 1),
            ("phones", 1),
            ("ibans", 1),
            ("credit_cards", 0),
            ("vehicle_plates", 1),
            ("total", 6),
        ] {
            assert_eq!(signal(&pii, text, name), Value::Count(count), "{name}");
        }
    }

    #[test]
    fn signals_stand_in_the_order_of_the_kinds() {
        let pii = Pii::new(&Settings::default());
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            let (_, value) = &signals(&pii, kind.placeholder())[place];
            assert_eq!(*value, Value::Count(1), "{kind:?}");
        }
    }

    #[test]
    fn settings_choose_the_kinds() {
        let phones = Pii::new(&Settings {
            kinds: vec![PiiKind::Phone],
            formats: vec!["uk_postcode".to_owned()],
        });
        let text = "jane@example.org, (415) 555-0132, SW1A 1AA";
        assert_eq!(signal(&phones, text, "total"), Value::Count(2));
        assert_eq!(signal(&phones, text, "postal_codes"), Value::Count(1));
    }
}
