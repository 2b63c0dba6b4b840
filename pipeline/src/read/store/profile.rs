//! The AWS profile files, `~/.aws/credentials` and `~/.aws/config`, which `object_store` does not read.
//!
//! Only keys that stand in them are taken. A profile that sends elsewhere for its keys (single sign-on, a role, a
//! process) is refused with the command that gives them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use super::environment::Environment;
use super::error::StoreError;

/// Keys that send elsewhere for credentials.
const ELSEWHERE: [&str; 5] = [
    "sso_session",
    "sso_start_url",
    "role_arn",
    "credential_process",
    "web_identity_token_file",
];

/// What a profile sets, by the name of the environment's variable that would. Without `wants_keys`, where the
/// environment has some already, that is the region and the endpoint.
pub(super) fn settings(
    environment: &Environment,
    wants_keys: bool,
) -> Result<BTreeMap<&'static str, String>, StoreError> {
    let name = environment.get("AWS_PROFILE").unwrap_or("default");
    let mut keys = section(
        environment,
        "AWS_CONFIG_FILE",
        ".aws/config",
        &[name, &format!("profile {name}")],
    )?;
    keys.extend(section(
        environment,
        "AWS_SHARED_CREDENTIALS_FILE",
        ".aws/credentials",
        &[name],
    )?);
    if keys.is_empty() && environment.get("AWS_PROFILE").is_some() {
        return Err(StoreError::usage(format!(
            "AWS_PROFILE names '{name}', which is in neither ~/.aws/credentials nor ~/.aws/config"
        )));
    }
    let elsewhere = ELSEWHERE.iter().find(|key| keys.contains_key(**key));
    if !wants_keys {
        keys.retain(|name, _| !name.starts_with("aws_"));
    } else if let Some(key) = elsewhere
        && !keys.contains_key("aws_access_key_id")
    {
        return Err(StoreError::usage(format!(
            "the AWS profile '{name}' takes its credentials from elsewhere ({key}); put them into the environment \
             first: eval \"$(aws configure export-credentials --profile {name} --format env)\""
        )));
    }
    let known = [
        ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
        ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("aws_session_token", "AWS_SESSION_TOKEN"),
        ("region", "AWS_REGION"),
        ("endpoint_url", "AWS_ENDPOINT_URL"),
    ];
    let found = known
        .into_iter()
        .filter_map(|(key, name)| Some((name, keys.remove(key)?)));
    Ok(found.collect())
}

/// The keys of the sections with one of `names`, in the file that `variable` names or that lies below the home.
fn section(
    environment: &Environment,
    variable: &str,
    below_home: &str,
    names: &[&str],
) -> Result<BTreeMap<String, String>, StoreError> {
    let path = environment.get(variable).map(PathBuf::from);
    let Some(path) = path.or_else(|| environment.below_home(below_home)) else {
        return Ok(BTreeMap::new());
    };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(keys_of(&text, names)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(StoreError::usage(format!(
            "cannot read {}: {error}",
            path.display()
        ))),
    }
}

fn keys_of(text: &str, names: &[&str]) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let mut is_wanted = false;
    for line in text.lines() {
        // What is indented belongs to a key with parts of its own, of which none is wanted.
        if line.starts_with([' ', '\t', '#', ';']) {
            continue;
        }
        if let Some(name) = line
            .trim_end()
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            is_wanted = names.contains(&name.trim());
        } else if is_wanted && let Some((key, value)) = line.split_once('=') {
            let value = value.split(" #").next().unwrap_or_default().trim();
            keys.insert(key.trim().to_ascii_lowercase(), value.to_owned());
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::basket::write_file;

    fn found(
        profile: &str,
        config: &str,
        credentials: &str,
    ) -> Result<BTreeMap<&'static str, String>, StoreError> {
        let home = tempfile::tempdir().expect("a temporary folder");
        write_file(home.path(), ".aws/config", config.as_bytes());
        write_file(home.path(), ".aws/credentials", credentials.as_bytes());
        let home = home.path().to_str().expect("a name").to_owned();
        let environment = Environment::of([
            ("HOME".to_owned(), home),
            ("AWS_PROFILE".to_owned(), profile.to_owned()),
        ]);
        let region = settings(&environment, false);
        assert!(region.is_err() || region.is_ok_and(|found| !found.contains_key("AWS_ACCESS_KEY_ID")));
        settings(&environment, true)
    }

    #[test]
    fn both_files_are_read() {
        let config = "[default]\nregion = eu-west-1\n[profile lab]\nregion=us-west-2\ns3 =\n  endpoint_url = http://no\n";
        let credentials = "# keys\n[default]\naws_access_key_id = A\naws_secret_access_key = b=c/d\n\
                           [lab]\naws_access_key_id=L # mine\naws_secret_access_key=M\naws_session_token=N\n";
        let standard = found("", config, credentials).expect("a profile");
        assert_eq!(standard["AWS_SECRET_ACCESS_KEY"], "b=c/d");
        assert_eq!(standard["AWS_REGION"], "eu-west-1");
        let lab = found("lab", config, credentials).expect("a profile");
        assert_eq!(
            (
                lab["AWS_ACCESS_KEY_ID"].as_str(),
                lab["AWS_SESSION_TOKEN"].as_str()
            ),
            ("L", "N")
        );
        assert_eq!(lab["AWS_REGION"], "us-west-2");
        assert!(!lab.contains_key("AWS_ENDPOINT_URL"));
    }

    #[test]
    fn profiles_that_are_no_help_say_so() {
        let error = found("gone", "", "[default]\n").expect_err("is not there");
        assert!(error.to_string().contains("AWS_PROFILE names 'gone'"), "{error}");
        let error = found("sso", "[profile sso]\nsso_session = x\n", "").expect_err("is elsewhere");
        assert!(
            error.to_string().contains("export-credentials --profile sso"),
            "{error}"
        );
    }
}
