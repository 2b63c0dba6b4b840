//! The kinds of personal data, their names and what masks them.

use std::ops::Range;

use memchr::memmem;

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// A telephone number, international or of a country.
    Phone,
    /// The number of a payment card.
    CreditCard,
    /// An international bank account number.
    Iban,
    /// A social security number of the United States.
    UsSsn,
    /// An address of a cryptocurrency.
    CryptoWallet,
    /// A number of a person's or a firm's documents: identity, passport, licence, tax, health.
    NationalId,
    /// A number plate.
    VehiclePlate,
    /// A postal code.
    PostalCode,
    /// The hardware address of a network card.
    MacAddress,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Email,
        Self::IpAddress,
        Self::Phone,
        Self::CreditCard,
        Self::Iban,
        Self::UsSsn,
        Self::CryptoWallet,
        Self::NationalId,
        Self::VehiclePlate,
        Self::PostalCode,
        Self::MacAddress,
    ];

    /// Those that can be told from ordinary text with hardly an error.
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

    /// What masks it in text.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "<EMAIL>",
            Self::IpAddress => "<IP_ADDRESS>",
            Self::Phone => "<PHONE>",
            Self::CreditCard => "<CREDIT_CARD>",
            Self::Iban => "<IBAN>",
            Self::UsSsn => "<US_SSN>",
            Self::CryptoWallet => "<CRYPTO_WALLET>",
            Self::NationalId => "<NATIONAL_ID>",
            Self::VehiclePlate => "<VEHICLE_PLATE>",
            Self::PostalCode => "<POSTAL_CODE>",
            Self::MacAddress => "<MAC_ADDRESS>",
        }
    }

    /// How many placeholders of it are in `text`.
    #[must_use]
    pub fn placeholders(self, text: &str) -> usize {
        memmem::find_iter(text.as_bytes(), self.placeholder().as_bytes()).count()
    }
}

/// A choice of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// These and no others.
    #[must_use]
    pub fn of(kinds: &[Kind]) -> Self {
        Self(kinds.iter().fold(0, |bits, kind| bits | 1 << (*kind as u16)))
    }

    /// Whether `kind` is among them.
    #[must_use]
    pub fn has(self, kind: Kind) -> bool {
        self.0 & (1 << (kind as u16)) != 0
    }
}

/// Personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it is, in bytes.
    pub range: Range<usize>,
}

/// How much it takes for a find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Its shape and its check digits, wherever it stands.
    Shape,
    /// Beside those, formatting or a word nearby that ordinary numbers do not have.
    Sure,
}
