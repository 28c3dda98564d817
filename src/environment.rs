//! The environment: what this process was given (read once), and the only list of the variables
//! that `on` sets and unsets, `off` restores and `status` reads.

mod base;
mod held;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use zeroize::Zeroizing;

use crate::profile::{Origin, Sourced};
use crate::sts::Credentials;
pub use base::Base;
pub use held::{Held, RENEWAL};

/// A snapshot of the process's environment, taken at start.
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The one place that reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn read() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
        }
    }

    /// A variable's value. An empty one counts as not set, and so does one that is not UTF-8:
    /// no AWS setting can be.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(std::ffi::OsStr::new(name))?
            .to_str()
            .filter(|value| !value.is_empty())
    }

    /// Whether a variable switches something on: anything but nothing, `0`, `false` and `no`.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| !["0", "false", "no"].contains(&value))
    }

    /// A variable that holds a path; `~/` at its start is expanded as the AWS CLI does.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let value = self
            .variables
            .get(std::ffi::OsStr::new(name))
            .filter(|v| !v.is_empty())?;
        Some(self.expand(PathBuf::from(value)))
    }

    /// `~` and `~/…` in a path, expanded with `HOME`.
    pub fn expand(&self, path: PathBuf) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }

    /// `HOME`.
    pub fn home(&self) -> Option<PathBuf> {
        self.variables
            .get(std::ffi::OsStr::new("HOME"))
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    }

    /// Whether the variable is there at all (exported, perhaps empty).
    pub fn contains(&self, name: &str) -> bool {
        self.variables.contains_key(std::ffi::OsStr::new(name))
    }
}

/// What `off` must be able to put back: every variable that `on` may set or unset. This is the
/// only list; the snippets have none.
pub const VARIABLES: [&str; 19] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_CREDENTIAL_FILE",
    "AWS_SDK_LOAD_CONFIG",
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    CREDENTIAL_EXPIRATION,
    REGION,
    DEFAULT_REGION,
    PROFILE,
    ROLE_ARN,
    MFA_SERIAL,
    OWN_REGION,
    EXPIRES_AT,
    BASE_EXPIRES_AT,
];

/// How many of [`VARIABLES`], from its start, would make an SDK use something else than the
/// session: `on` only ever unsets them.
const MISLEADING: usize = 7;

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const CREDENTIAL_EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";
const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
const PROFILE: &str = "AWSMFA_PROFILE";
const ROLE_ARN: &str = "AWSMFA_ROLE_ARN";
const MFA_SERIAL: &str = "AWSMFA_MFA_SERIAL";
/// The region that `on` itself set, from a flag or the profile: as long as both region variables
/// still say so, the next `on` knows that the region is not the user's own.
const OWN_REGION: &str = "AWSMFA_REGION";
/// Seconds since the epoch, so that a prompt can count without parsing a date.
const EXPIRES_AT: &str = "AWSMFA_EXPIRES_AT";
/// The same of the base session, for `status`: a time is no secret.
const BASE_EXPIRES_AT: &str = "AWSMFA_BASE_EXPIRES_AT";
/// The base session itself: a variable of the shell, never of a child but this program.
pub const BASE: &str = "__awsmfa_base";

/// One change of the environment: a variable set, or unset.
pub struct Change {
    pub name: &'static str,
    pub value: Option<Zeroizing<String>>,
    /// Whether the shell's children get it.
    pub exported: bool,
}

impl Change {
    fn set(name: &'static str, value: &str) -> Self {
        Self {
            name,
            value: Some(Zeroizing::new(value.to_owned())),
            exported: true,
        }
    }

    fn unset(name: &'static str) -> Self {
        Self {
            name,
            value: None,
            exported: true,
        }
    }

    fn to(name: &'static str, value: Option<&str>) -> Self {
        value.map_or_else(|| Self::unset(name), |value| Self::set(name, value))
    }
}

/// What a login got, for [`on`].
pub struct Session<'a> {
    pub credentials: &'a Credentials,
    pub profile: &'a str,
    pub role_arn: Option<&'a str>,
    pub mfa_serial: Option<&'a str>,
    /// What the terminal keeps for the next role.
    pub base: Option<&'a Base>,
    /// `--region`, else the profile's.
    pub region: Option<&'a Sourced<String>>,
}

/// The changes that put `session` into `environment`: unsets first, sets last.
///
/// # Errors
/// A credential with a character that AWS never uses, or any value with a control character: both
/// are refused rather than handed to a shell, although every value is quoted as well.
pub fn on(session: &Session, environment: &Environment) -> Result<Vec<Change>> {
    let credentials = session.credentials;
    let seconds = credentials
        .expiration
        .duration_since(UNIX_EPOCH)
        .context("could not use the session: its end lies before 1970")?
        .as_secs();
    let mut changes: Vec<Change> = VARIABLES[..MISLEADING]
        .iter()
        .copied()
        .map(Change::unset)
        .collect();
    changes.extend([
        Change::set(ACCESS_KEY_ID, credential(&credentials.access_key_id)?),
        Change::set(
            SECRET_ACCESS_KEY,
            credential(credentials.secret_access_key.expose())?,
        ),
        Change::set(
            SESSION_TOKEN,
            credential(credentials.session_token.expose())?,
        ),
        Change::set(CREDENTIAL_EXPIRATION, &date(seconds)?),
        Change::set(PROFILE, session.profile),
        Change::to(ROLE_ARN, session.role_arn),
        Change::to(MFA_SERIAL, session.mfa_serial),
        Change::set(EXPIRES_AT, &seconds.to_string()),
    ]);
    changes.extend(base(session.base));
    changes.extend(region(session.region, environment));
    if let Some(change) = changes.iter().find(|change| has_control(change)) {
        bail!(
            "could not set {}: its value holds a control character",
            change.name
        );
    }
    changes.sort_by_key(|change| change.value.is_some());
    Ok(changes)
}

/// The changes that remove the session from a terminal that has no picture of what was there
/// before (a child shell, say); none where no session is held. The region goes only if it is ours.
pub fn off(environment: &Environment) -> Vec<Change> {
    if !environment.contains(EXPIRES_AT) {
        return Vec::new();
    }
    let session = &VARIABLES[MISLEADING..];
    let keeps_region = environment.own_region().is_none();
    session
        .iter()
        .copied()
        .filter(|name| !(keeps_region && [REGION, DEFAULT_REGION].contains(name)))
        .map(Change::unset)
        .chain([kept(None)])
        .collect()
}

/// The base session, for the shell alone, and its end, for everybody.
fn base(base: Option<&Base>) -> [Change; 2] {
    let end = base.and_then(|base| base.credentials.expiration.duration_since(UNIX_EPOCH).ok());
    let end = end.map(|end| end.as_secs().to_string());
    [Change::to(BASE_EXPIRES_AT, end.as_deref()), kept(base)]
}

fn kept(base: Option<&Base>) -> Change {
    Change {
        name: BASE,
        value: base.map(Base::text),
        exported: false,
    }
}

/// The region variables: `--region`, else what the terminal has (one copied to the other), else
/// the profile's, else neither.
fn region(said: Option<&Sourced<String>>, environment: &Environment) -> Vec<Change> {
    let by_flag = said.is_some_and(|said| matches!(said.origin, Origin::Flag(_)));
    let own = environment.own_region();
    let (region, default) = (environment.get(REGION), environment.get(DEFAULT_REGION));
    let terminal = region.or(default).filter(|_| own.is_none() && !by_flag);
    if let Some(either) = terminal {
        return vec![
            Change::set(REGION, region.unwrap_or(either)),
            Change::set(DEFAULT_REGION, default.unwrap_or(either)),
            Change::unset(OWN_REGION),
        ];
    }
    let said = said.map(|said| said.value.as_str());
    let mut changes = vec![Change::to(OWN_REGION, said)];
    if said.is_some() || own.is_some() {
        changes.extend([Change::to(REGION, said), Change::to(DEFAULT_REGION, said)]);
    }
    changes
}

fn has_control(change: &Change) -> bool {
    change
        .value
        .as_ref()
        .is_some_and(|value| value.chars().any(char::is_control))
}

/// AWS's keys and tokens are base64 and its URL-safe form; nothing else is let through.
fn credential(value: &str) -> Result<&str> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"/+=_-".contains(&byte);
    if value.is_empty() || !value.bytes().all(known) {
        bail!("could not use AWS's answer: a credential in it is empty or holds odd characters");
    }
    Ok(value)
}

/// `2026-01-02T03:04:05Z`: RFC 3339 with an offset, which is what botocore parses.
pub fn date(epoch_seconds: u64) -> Result<String> {
    let seconds = i64::try_from(epoch_seconds).context("could not write the date: too far off")?;
    Ok(DateTime::from_secs(seconds).fmt(Format::DateTime)?)
}

impl Environment {
    /// The region that an earlier `on` set itself and nobody has changed since.
    fn own_region(&self) -> Option<&str> {
        let own = self.get(OWN_REGION)?;
        let untouched = [REGION, DEFAULT_REGION]
            .iter()
            .all(|name| self.get(name) == Some(own));
        untouched.then_some(own)
    }
}

#[cfg(test)]
pub mod tests;
