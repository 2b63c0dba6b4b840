//! What can go wrong with a store, sorted by what is to be done about it.

use std::error::Error;
use std::fmt::Write;
use std::io;

/// Characters of a server's own words that a message shows.
const SHOWN_LETTERS: usize = 400;

/// What gives a machine of the cloud its own credentials.
const METADATA_HOSTS: [&str; 2] = ["169.254.169.254", "metadata.google.internal"];

/// What is to be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// There is no such object.
    Missing,
    /// The object is another one than was listed.
    Changed,
    /// The store asks for credentials, or for others.
    Refused,
    /// The connection or the server failed: another try may succeed.
    Transient,
    /// The address or the setting is wrong, or the store does what it should not.
    Final,
}

/// Why a store did not give what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", hint(*.kind))]
pub(crate) struct StoreError {
    /// What is to be done about it.
    pub(crate) kind: Kind,
    /// What was said.
    pub(crate) message: String,
}

fn hint(kind: Kind) -> &'static str {
    match kind {
        Kind::Refused => "; check the credentials (README: Where raw data may lie)",
        Kind::Changed => "; run again, when nothing writes to it any more",
        Kind::Transient => "; what was read of other files is kept: run again to go on",
        Kind::Missing | Kind::Final => "",
    }
}

impl StoreError {
    /// A failure of this kind.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Something that the user has to mend.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Final, message)
    }

    /// The same with `place` said before it.
    pub(crate) fn at(self, place: &str) -> Self {
        Self {
            message: format!("{place}: {}", self.message),
            ..self
        }
    }

    /// As an error of a disk.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self.kind {
            Kind::Missing => io::ErrorKind::NotFound,
            Kind::Refused => io::ErrorKind::PermissionDenied,
            Kind::Changed | Kind::Transient | Kind::Final => io::ErrorKind::Other,
        };
        io::Error::new(kind, self)
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        use object_store::Error as Cause;
        let kind = match &error {
            Cause::NotFound { .. } => Kind::Missing,
            Cause::Precondition { .. } | Cause::NotModified { .. } => Kind::Changed,
            Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. } => Kind::Refused,
            Cause::Generic { .. } | Cause::JoinError { .. } => Kind::Transient,
            _ => Kind::Final,
        };
        let said = words(&error.to_string());
        // Where a machine of the cloud would ask for its own credentials.
        if METADATA_HOSTS.iter().any(|host| said.contains(host)) {
            let message = format!("no credentials were found, and this machine has none of its own ({said})");
            return Self::new(Kind::Refused, message);
        }
        let message = match kind {
            Kind::Missing => "there is no such object".to_owned(),
            Kind::Changed => "it has changed since it was listed".to_owned(),
            _ => said,
        };
        Self { kind, message }
    }
}

/// An error and everything that it came from, which libraries leave out of what they say.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !said.contains(&words) {
            let _ = write!(said, ": {words}");
        }
        source = cause.source();
    }
    words(&said)
}

/// What a server said, as one line of bounded length.
pub(crate) fn words(said: &str) -> String {
    let mut line = String::new();
    for word in said.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN_LETTERS {
            let end = line.floor_char_boundary(SHOWN_LETTERS);
            line.truncate(end);
            line.push_str("...");
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say_is_bounded() {
        let said = words(&"<Error>\n  über  ".repeat(1000));
        assert!(
            said.len() <= SHOWN_LETTERS + 3 && said.starts_with("<Error> über <Error>"),
            "{said}"
        );
    }

    #[test]
    fn kinds_say_what_to_do() {
        let error = StoreError::new(Kind::Transient, "cut").at("at byte 5");
        assert!(
            error.to_string().starts_with("at byte 5: cut; what was read"),
            "{error}"
        );
    }
}
