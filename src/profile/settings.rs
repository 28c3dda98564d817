//! One way to read a setting: a flag, else a variable, else the profile. Every value keeps its origin.

use std::ops::RangeInclusive;

use anyhow::{Result, anyhow};

use crate::cli::Login;
use crate::duration;
use crate::environment::Environment;
use crate::files::Files;
use crate::files::conventions::ProfileSections;
use crate::files::refusal::{hint, refused};
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};

/// The names of one setting. An empty name means that there is none.
pub struct Names {
    pub flag: &'static str,
    /// The strongest first.
    pub variables: &'static [&'static str],
    /// The key in the profile.
    pub key: &'static str,
}

const fn names(flag: &'static str, variables: &'static [&'static str], key: &'static str) -> Names {
    Names {
        flag,
        variables,
        key,
    }
}

pub const DURATION: Names = names(
    "--duration",
    &[
        "AWSMFA_DURATION",
        "MFA_STS_DURATION",
        "AWS_SESSION_TOKEN_TTL",
    ],
    "duration_seconds",
);
pub const DURATION_OF_ROLE: Names = names(
    "--duration",
    &["AWSMFA_DURATION", "MFA_STS_DURATION", "AWS_ASSUME_ROLE_TTL"],
    "duration_seconds",
);
pub const DURATION_OF_BASE: Names = names("", &["AWS_SESSION_TOKEN_TTL"], "duration_seconds");
pub const REGION: Names = names("--region", &[], "region");
pub const ROLE_ARN: Names = names("--role-arn", &["MFA_ASSUME_ROLE"], "");
pub const ROLE_SESSION_NAME: Names = names(
    "--role-session-name",
    &["AWSMFA_ROLE_SESSION_NAME"],
    "role_session_name",
);
pub const EXTERNAL_ID: Names = names("--external-id", &["AWSMFA_EXTERNAL_ID"], "external_id");
pub const SOURCE: Names = names("--source", &["AWSMFA_SOURCE"], "mfa_source");
pub const AGENT: Names = names("--no-agent", &["AWSMFA_AGENT"], "mfa_agent");
pub const SECRET_FILE: Names = names("--secret-file", &["AWSMFA_SECRET_FILE"], "mfa_secret_file");
pub const YUBIKEY_ACCOUNT: Names = names(
    "--yubikey-account",
    &["AWSMFA_YUBIKEY_ACCOUNT"],
    "mfa_yubikey_account",
);
pub const YUBIKEY_SERIAL: Names = names(
    "--yubikey-serial",
    &["AWSMFA_YUBIKEY_SERIAL"],
    "mfa_yubikey_serial",
);
pub const CONNECT_TIMEOUT: Names = names("--connect-timeout", &["AWSMFA_CONNECT_TIMEOUT"], "");
pub const TIMEOUT: Names = names("--timeout", &["AWSMFA_TIMEOUT"], "");
pub const CA_BUNDLE: Names = names("", &["AWS_CA_BUNDLE"], "ca_bundle");
pub const FIPS: Names = names("", &["AWS_USE_FIPS_ENDPOINT"], "use_fips_endpoint");
pub const DUALSTACK: Names = names(
    "",
    &["AWS_USE_DUALSTACK_ENDPOINT"],
    "use_dualstack_endpoint",
);
pub const LEGACY_STS: Names = names(
    "",
    &["AWS_STS_REGIONAL_ENDPOINTS"],
    "sts_regional_endpoints",
);
pub const IGNORE_ENDPOINT_URLS: Names = names(
    "",
    &["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    "ignore_configured_endpoint_urls",
);

/// Everywhere a setting can come from.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    pub login: &'a Login,
    pub environment: &'a Environment,
    /// The profile asked for first, the one with the keys last. Empty if there is no such profile.
    pub profiles: &'a [ProfileSections<'a>],
    pub files: &'a Files,
}

impl<'a> Settings<'a> {
    /// Without what the profile inherits from its source.
    pub fn of_asked_profile(self) -> Self {
        let profiles = self.profiles.get(..1).unwrap_or_default();
        Self { profiles, ..self }
    }

    /// A setting that is text. `flag` is what the command line says.
    pub fn text(&self, names: &Names, flag: Option<&'a str>) -> Option<Sourced<&'a str>> {
        let flag = flag.map(|text| Sourced::new(text, Origin::Flag(names.flag)));
        flag.or_else(|| self.variable(names.variables))
            .or_else(|| self.inherited(names.key))
    }

    /// A setting that is more than text. `flag` is what the command line says, already parsed.
    ///
    /// # Errors
    /// Those of `parse`, which reads the variable or the line of the profile.
    pub fn parsed<T>(
        &self,
        names: &Names,
        flag: Option<T>,
        parse: impl FnOnce(&Sourced<&'a str>) -> Result<T>,
    ) -> Result<Option<Sourced<T>>> {
        if let Some(value) = flag {
            return Ok(Some(Sourced::new(value, Origin::Flag(names.flag))));
        }
        let text = self.text(names, None);
        text.map(|text| text.try_map(parse)).transpose()
    }

    /// The first variable that is set.
    pub fn variable(&self, names: &[&'static str]) -> Option<Sourced<&'a str>> {
        let mut names = names.iter();
        names.find_map(|name| {
            let value = self.environment.get(name)?;
            Some(Sourced::new(value, Origin::Variable(name)))
        })
    }

    /// What the profile says, else its source.
    pub fn inherited(&self, key: &str) -> Option<Sourced<&'a str>> {
        self.profiles.iter().find_map(|profile| profile.get(key))
    }
}

/// A duration in seconds, as a variable or a line has it.
pub fn seconds(text: &Sourced<&str>) -> Result<u64> {
    duration::parse(text.value)
        .map_err(|cause| anyhow!("{}: {cause}", text.origin))
        .or_hint(|| hint(text.value, "AWS takes 15m to 36h, and up to 12h for a role"))
}

/// Accepts ASCII letters, digits and `others`, as many as `length` allows. The error names `what` was
/// expected.
pub fn checked_text(
    text: Sourced<&str>,
    what: &str,
    length: RangeInclusive<usize>,
    others: &str,
) -> Result<Sourced<String>> {
    let count = text.value.chars().count();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    let why = if let Some(odd) = text.value.chars().find(|c| !is_allowed(*c)) {
        format!("it has the character {odd:?}")
    } else if !length.contains(&count) {
        let (least, most) = (length.start(), length.end());
        format!("it has {count} characters, AWS takes {least} to {most}")
    } else {
        return Ok(text.owned());
    };
    let hint = format!("AWS takes letters, digits and any of {others}");
    Err(refused(&text, format!("is not {what}: {why}"), &hint))
}
