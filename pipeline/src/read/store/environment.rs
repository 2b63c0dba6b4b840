//! What the environment says of stores: credentials, endpoints, patience.
//!
//! Nothing here reads the environment. The command line does, once, and hands it over ([`super::configure`]); on a
//! cluster every worker has its own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Variables that stores may ask for begin with one of these.
const PREFIXES: [&str; 6] = [
    "AWS_",
    "AZURE_",
    "GOOGLE_",
    "HF_",
    "GRISTMILL_STORE_",
    "MSI_ENDPOINT",
];

/// Variables that stores may ask for beside these.
const NAMES: [&str; 4] = ["HOME", "USERPROFILE", "SERVICE_ACCOUNT", "XDG_CACHE_HOME"];

/// Variables of the environment, of which stores look at those that concern them.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Those of `variables` that stores may ask for.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let concerns =
            |name: &str| NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        Self {
            variables: variables
                .into_iter()
                .filter(|(name, value)| concerns(name) && !value.is_empty())
                .collect(),
        }
    }

    /// The value of a variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// All variables whose names begin with `prefix`.
    pub(super) fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.variables
            .range(prefix.to_owned()..)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A path below the user's home.
    pub(super) fn below_home(&self, path: &str) -> Option<PathBuf> {
        let home = self.get("HOME").or_else(|| self.get("USERPROFILE"))?;
        Some(PathBuf::from(home).join(path))
    }

    pub(super) fn patience(&self) -> Patience {
        let number = |name: &str| self.get(name).and_then(|value| value.parse::<u64>().ok());
        let standard = Patience::default();
        Patience {
            timeout: number("GRISTMILL_STORE_TIMEOUT").map_or(standard.timeout, |seconds| {
                Duration::from_secs(seconds.clamp(1, 3600))
            }),
            retries: number("GRISTMILL_STORE_RETRIES")
                .and_then(|retries| usize::try_from(retries.min(100)).ok())
                .unwrap_or(standard.retries),
        }
    }
}

/// Values are secrets: names are all there is to see.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.variables.keys()).finish()
    }
}

/// How long a store is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How long a request may take, or stall.
    pub(super) timeout: Duration,
    /// How often a request is sent again that brought nothing.
    pub(super) retries: usize,
}

/// The figures that `object_store` has as defaults.
impl Default for Patience {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            retries: 10,
        }
    }
}

impl Patience {
    /// How long to wait before the try `tries + 1`: a tenth of a second, doubled each time, 15 seconds at most.
    pub(super) fn pause(tries: usize) -> Duration {
        let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(8);
        Duration::from_millis(100 << doublings).min(Duration::from_secs(15))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::of(
            pairs
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned())),
        )
    }

    #[test]
    fn what_does_not_concern_stores_is_left_out_and_secrets_are_not_shown() {
        let found = environment(&[
            ("PATH", "/bin"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("HF_TOKEN", ""),
        ]);
        assert_eq!(found.get("PATH"), None);
        assert_eq!(found.get("HF_TOKEN"), None);
        assert_eq!(found.beginning("AWS_").count(), 1);
        assert_eq!(format!("{found:?}"), "{\"AWS_SECRET_ACCESS_KEY\"}");
    }

    #[test]
    fn patience_grows_to_a_bound() {
        let set = environment(&[("GRISTMILL_STORE_TIMEOUT", "2"), ("GRISTMILL_STORE_RETRIES", "x")]);
        assert_eq!(set.patience().timeout, Duration::from_secs(2));
        assert_eq!(set.patience().retries, Patience::default().retries);
        assert_eq!(Patience::pause(1), Duration::from_millis(100));
        assert_eq!(Patience::pause(500), Duration::from_secs(15));
    }
}
