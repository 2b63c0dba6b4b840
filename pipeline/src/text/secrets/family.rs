//! The families of secrets, and what masks each.

use std::ops::Range;

use memchr::memmem;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Clouds and what runs in them: AWS, Google, Azure, hosting, databases.
    Cloud,
    /// Version control, its pipelines and code analysis.
    Code,
    /// Chat, mail and social networks.
    Chat,
    /// Payment, banking and shops.
    Payment,
    /// Registries of packages.
    Package,
    /// Other services.
    Service,
    /// JSON web tokens.
    Jwt,
    /// Blocks of private keys.
    PrivateKey,
    /// Passwords: in addresses of databases and servers, on command lines, in assignments.
    Password,
    /// What is assigned to a name such as `api_key`, and random strings in code.
    Generic,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Cloud,
        Self::Code,
        Self::Chat,
        Self::Payment,
        Self::Package,
        Self::Service,
        Self::Jwt,
        Self::PrivateKey,
        Self::Password,
        Self::Generic,
    ];

    /// What masks it in text.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Cloud => "<CLOUD_SECRET>",
            Self::Code => "<CODE_SECRET>",
            Self::Chat => "<CHAT_SECRET>",
            Self::Payment => "<PAYMENT_SECRET>",
            Self::Package => "<PACKAGE_SECRET>",
            Self::Service => "<SERVICE_SECRET>",
            Self::Jwt => "<JWT_SECRET>",
            Self::PrivateKey => "<PRIVATE_KEY_SECRET>",
            Self::Password => "<PASSWORD_SECRET>",
            Self::Generic => "<GENERIC_SECRET>",
        }
    }

    /// How many placeholders of it are in `text`.
    #[must_use]
    pub fn placeholders(self, text: &str) -> usize {
        memmem::find_iter(text.as_bytes(), self.placeholder().as_bytes()).count()
    }
}

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it opens.
    pub family: Family,
    /// The rule that found it.
    pub rule: &'static str,
    /// Where it is, in bytes: the secret alone, without the name that it is assigned to.
    pub range: Range<usize>,
}
