//! The settings of a profile that `on` exports for other tools. `AWS_PROFILE` is unset while a session
//! is held, so those tools read `[default]` and would lose what the chosen profile says.
//!
//! `AWSMFA_FROM_PROFILE` lists the names and values. A variable that still has the listed value was
//! not set by the user: awsmfa ignores it, and the next `on` replaces or unsets it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::variables::FROM_PROFILE;

/// A variable that other tools read, and what the profile says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// The endpoint of one service: `AWS_ENDPOINT_URL_S3`.
pub const SERVICE_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL_";

/// All other settings.
const NAMES: [&str; 6] = [
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_DEFAULT_OUTPUT",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

/// Strict, because the list comes from the environment and a name becomes shell code.
fn is_setting(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let service = name.strip_prefix(SERVICE_ENDPOINT_URL);
    NAMES.contains(&name)
        || service.is_some_and(|service| !service.is_empty() && service.bytes().all(known))
}

impl Setting {
    /// `None` for a name that no tool reads.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Option<Self> {
        let (name, value) = (name.into(), value.into());
        is_setting(&name).then_some(Self { name, value })
    }
}

/// `AWS_CA_BUNDLE=/etc/my%20ca.pem AWS_DEFAULT_OUTPUT=json`.
pub fn list(settings: &[Setting]) -> Option<String> {
    let listed = |setting: &Setting| format!("{}={}", setting.name, word(&setting.value));
    let words: Vec<_> = settings.iter().map(listed).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// `value` without blanks.
fn word(value: &str) -> String {
    value.replace('%', "%25").replace(' ', "%20")
}

/// Takes out of `variables` what an earlier `on` took from a profile and nobody has changed since, and
/// returns the names.
pub(super) fn take_out(variables: &mut BTreeMap<OsString, OsString>) -> Vec<String> {
    let list = variables.get(OsStr::new(FROM_PROFILE)).cloned();
    let list = list.and_then(|list| list.into_string().ok());
    let mut names = Vec::new();
    for listed in list.unwrap_or_default().split(' ') {
        let Some((name, value)) = listed.split_once('=') else {
            continue;
        };
        let present = variables.get(OsStr::new(name)).and_then(|v| v.to_str());
        if is_setting(name) && present.is_some_and(|present| word(present) == value) {
            variables.remove(OsStr::new(name));
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use super::*;

    fn setting(name: &str, value: &str) -> Setting {
        Setting::new(name, value).unwrap()
    }

    #[test]
    fn what_is_listed_is_not_the_terminals_own() {
        let settings = [
            setting("AWS_CA_BUNDLE", "/my ca %20=x.pem"),
            setting("AWS_ENDPOINT_URL_S3", "https://s3?a=b"),
            setting("AWS_DEFAULT_OUTPUT", "json"),
        ];
        let list = list(&settings).unwrap();
        let environment = Environment::of(&[
            (FROM_PROFILE, &list),
            ("AWS_CA_BUNDLE", "/my ca %20=x.pem"),
            ("AWS_ENDPOINT_URL_S3", "https://s3?a=b"),
            ("AWS_DEFAULT_OUTPUT", "text"),
        ]);
        assert_eq!(
            environment.from_profile,
            ["AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_S3"]
        );
        assert_eq!(environment.get("AWS_CA_BUNDLE"), None);
        assert_eq!(environment.get("AWS_DEFAULT_OUTPUT"), Some("text"));
    }

    #[test]
    fn only_settings_are_taken_out() {
        for name in [
            "PATH",
            "AWS_PROFILE",
            "AWS_ENDPOINT_URL_",
            "AWS_ENDPOINT_URL_a",
            "x;y",
        ] {
            let list = format!("{name}=x = {name}");
            let environment = Environment::of(&[(FROM_PROFILE, &list), (name, "x")]);
            assert_eq!(environment.get(name), Some("x"));
            assert_eq!(Setting::new(name, "x"), None);
        }
    }
}
