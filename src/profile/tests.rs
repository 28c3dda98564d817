//! Profiles from files on disk to the resolved whole.

mod failures;
mod properties;
mod tool_settings;

use std::fs;
use std::path::Path;

use anyhow::Result;
use proptest::prelude::*;

use super::Profile;
use crate::cli::{Login, Source};
use crate::environment::Environment;
use crate::files::Files;
use crate::files::header::Kind;
use crate::message::hint_of;
use crate::origin::{Origin, Sourced};
use crate::plan::Plan;

const KEYS: &str = "aws_access_key_id = AKIA1\naws_secret_access_key = hunter2\n";

/// A home directory with the two files.
struct Home(tempfile::TempDir);

impl Home {
    fn new(config: impl AsRef<[u8]>, credentials: impl AsRef<[u8]>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let aws = home.path().join(".aws");
        fs::create_dir(&aws).unwrap();
        fs::write(aws.join("config"), config).unwrap();
        fs::write(aws.join("credentials"), credentials).unwrap();
        Self(home)
    }

    fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let home = self.0.path().to_str().unwrap();
        Environment::of(&[&[("HOME", home)], variables].concat())
    }

    fn resolve(&self, name: &str, variables: &[(&str, &str)]) -> Result<Profile> {
        self.resolve_with(name, &Login::default(), variables)
    }

    fn resolve_with(
        &self,
        name: &str,
        login: &Login,
        variables: &[(&str, &str)],
    ) -> Result<Profile> {
        let environment = self.environment(variables);
        let files = Files::read(&environment);
        let name = Sourced::new(name.to_owned(), Origin::Argument);
        Profile::resolve(&files, &name, login, &environment)
    }

    /// Cause and hint; never the secret.
    fn error(&self, name: &str) -> String {
        let error = self
            .resolve(name, &[])
            .and_then(|profile| Plan::of(&profile))
            .unwrap_err();
        let text = format!("{error:#}; hint: {}", hint_of(&error).unwrap_or_default());
        assert!(!text.contains("hunter2"), "{text}");
        text
    }
}

fn key_origin(profile: &Profile) -> String {
    profile.keys.origin().to_string()
}

#[test]
fn source_profiles_are_followed_to_the_keys() {
    let home = Home::new(
        "[dev]\nsource_profile = mid\n[profile mid]\nsource_profile = devPerm\n[devPerm]\nmfa_serial = arn:aws-cn:iam::1:mfa/a\nmfa_process = echo\n",
        format!(
            "[dev]\naws_access_key_id = ASIA1\naws_secret_access_key = hunter2\n[devPerm]\n{KEYS}"
        ),
    );
    let profile = home.resolve("dev", &[]).unwrap();
    assert_eq!(
        key_origin(&profile),
        "~/.aws/credentials:5 [devPerm] aws_access_key_id"
    );
    assert_eq!(
        (
            profile.region.value.as_str(),
            profile.session_region.is_none()
        ),
        ("cn-north-1", true)
    );
    assert_eq!(profile.mfa.process.unwrap().value, "echo");
    let other = home.resolve("dev", &[("MFA_DEVICE", "123456789")]).unwrap();
    assert_eq!(
        other.mfa_serial.unwrap().value,
        "123456789",
        "variables come before the source profile"
    );
}

#[test]
fn the_source_of_codes_nearest_to_the_profile_counts() {
    let home = Home::new(
        "[profile dev]\nsource_profile = mid\n[profile mid]\nsource_profile = keys\n\
         mfa_yubikey_serial = 123\n[profile keys]\nmfa_process = a\nmfa_secret_process = b\n",
        format!("[keys]\n{KEYS}"),
    );
    let configured = |name, variables| home.resolve(name, variables).unwrap().mfa.configured;
    assert_eq!(configured("keys", &[]), Some(Source::SecretProcess));
    assert_eq!(configured("dev", &[]), Some(Source::Yubikey));
    let file = [("AWSMFA_SECRET_FILE", "x")];
    assert_eq!(configured("dev", &file), Some(Source::File));
}

#[test]
fn endpoints_in_the_order_of_botocore() {
    let home = Home::new(
        "[default]\nservices = x\nendpoint_url = http://general\n[services x]\nsts =\n  endpoint_url = http://service\n",
        format!("[default]\n{KEYS}"),
    );
    let sts = |variables: &[(&str, &str)]| {
        let network = home.resolve("default", variables).unwrap().network;
        (
            network.sts_endpoint_url.map(|url| url.value),
            network.iam_endpoint_url.map(|url| url.value),
        )
    };
    let both = |sts: &str, iam: &str| (Some(sts.to_owned()), Some(iam.to_owned()));
    assert_eq!(sts(&[]), both("http://service", "http://general"));
    assert_eq!(
        sts(&[("AWS_ENDPOINT_URL", "http://all")]),
        both("http://all", "http://all")
    );
    let variables = [
        ("AWS_ENDPOINT_URL", "http://all"),
        ("AWS_ENDPOINT_URL_STS", "http://sts"),
    ];
    assert_eq!(sts(&variables), both("http://sts", "http://all"));
    assert_eq!(
        sts(&[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")]),
        (None, None)
    );
}

#[test]
fn names_for_completion() {
    let home = Home::new(
        "[default]\n[profile \"two words\"]\n[bare]\n[sso-session s]\n[services t]\n[plugins]\n[profile dev]\n",
        "[dev-long-term]\n[dev]\n[other-long-term]\n",
    );
    let files = Files::read(&home.environment(&[]));
    assert_eq!(
        files.profile_names(),
        ["bare", "default", "dev", "other", "two words"]
    );
}

#[test]
fn secrets_are_not_printed_by_debug() {
    let home = Home::new("", format!("[dev]\n{KEYS}"));
    let files = Files::read(&home.environment(&[]));
    assert!(!format!("{files:?}{:?}", home.resolve("dev", &[])).contains("hunter2"));
}
