//! `rewrite.pii`, `rewrite.pii_kinds`, `rewrite.secrets`: which personal data and secrets are looked for, and what
//! happens to them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::pii::{Kind, Wanted};

/// What happens to keys, tokens and passwords in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Secrets {
    /// They stay and are counted.
    Keep,
    /// They are replaced by a placeholder of their family and counted.
    #[default]
    Mask,
    /// A document with any is dropped.
    Drop,
}

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PiiKind {
    /// E-mail addresses.
    Email,
    /// IPv4 and IPv6 addresses, private ones too; no constants such as 127.0.0.1.
    IpAddress,
    /// Telephone numbers: international, or written as a country's are, or after a word such as `tel`.
    Phone,
    /// Numbers of payment cards, by issuer and check digit.
    CreditCard,
    /// International bank account numbers, by country and remainder.
    Iban,
    /// Social security numbers of the United States.
    UsSsn,
    /// Addresses of cryptocurrencies, by their checksums.
    CryptoWallet,
    /// Numbers of documents of some thirty countries near a word that names them: identity, passport, tax, health.
    NationalId,
    /// Number plates near such a word.
    VehiclePlate,
    /// Postal codes near such a word.
    PostalCode,
    /// Hardware addresses of network cards near such a word.
    MacAddress,
}

impl PiiKind {
    /// Those that are found in ordinary text with hardly an error: the default.
    pub const SURE: [Self; 8] = [
        Self::Email,
        Self::IpAddress,
        Self::Phone,
        Self::CreditCard,
        Self::Iban,
        Self::UsSsn,
        Self::CryptoWallet,
        Self::NationalId,
    ];

    /// The kind that the search knows.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Email => Kind::Email,
            Self::IpAddress => Kind::IpAddress,
            Self::Phone => Kind::Phone,
            Self::CreditCard => Kind::CreditCard,
            Self::Iban => Kind::Iban,
            Self::UsSsn => Kind::UsSsn,
            Self::CryptoWallet => Kind::CryptoWallet,
            Self::NationalId => Kind::NationalId,
            Self::VehiclePlate => Kind::VehiclePlate,
            Self::PostalCode => Kind::PostalCode,
            Self::MacAddress => Kind::MacAddress,
        }
    }
}

/// What to look for.
#[must_use]
pub fn wanted(kinds: &[PiiKind], formats: &[String]) -> Wanted {
    let kinds: Vec<Kind> = kinds.iter().map(|kind| kind.kind()).collect();
    Wanted::new(&kinds, formats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_the_search_is_sure_of() {
        assert_eq!(PiiKind::SURE.map(PiiKind::kind), Kind::SURE);
        assert_eq!(wanted(&PiiKind::SURE, &[]), Wanted::default());
    }
}
