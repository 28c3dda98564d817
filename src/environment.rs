//! The environment: what this process was given (read once), and the only list of the variables
//! that `on` sets and unsets ([`changes`]), `off` restores and `status` reads.

mod base;
mod changes;
mod from_profile;
pub mod given;
mod held;
mod user;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

pub use base::{Base, Bases};
pub use changes::{Change, Session, off, on, region_by_flag, unset_misleading};
pub use from_profile::Setting;
pub use held::{Held, LAST_SECOND, RENEWAL, Replaced};
use user::User;

/// A snapshot of the process's environment, taken at start.
#[derive(Default)]
pub struct Environment {
    /// Without those of `from_profile`: they are not the terminal's own.
    variables: BTreeMap<OsString, OsString>,
    /// The names of what an earlier `on` took from a profile and nobody has changed since.
    from_profile: Vec<String>,
    /// Looked up when a variable is missing: the lookup may ask a directory server.
    user: OnceCell<Option<User>>,
}

impl Environment {
    /// The one place that reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn read() -> Self {
        Self::new(std::env::vars_os().collect())
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

    /// A variable that holds the path of one of the AWS CLI's files: it expands `$NAME` and
    /// `${NAME}` too, which no shell has seen in the variables of a service or an editor.
    pub fn file_path(&self, name: &str) -> Option<PathBuf> {
        match self.get(name) {
            Some(text) => Some(self.expand(self.with_variables(text).into())),
            None => self.path(name),
        }
    }

    /// As Python's `os.path.expandvars`: what is not set stays as it is written.
    fn with_variables(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            let braced = after
                .strip_prefix('{')
                .and_then(|name| name.split_once('}'));
            let (name, next) = braced.unwrap_or_else(|| {
                let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = after.find(|c| !of_name(c)).unwrap_or(after.len());
                after.split_at(end)
            });
            expanded.push_str(before);
            match self.get(name) {
                Some(value) => expanded.push_str(value),
                None => expanded.extend(["$", &after[..after.len() - next.len()]]),
            }
            rest = next;
        }
        expanded + rest
    }

    /// `~` and `~/…` in a path, expanded with [`Environment::home`].
    pub fn expand(&self, path: PathBuf) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }

    /// `HOME`, else the system's home directory of the user.
    pub fn home(&self) -> Option<PathBuf> {
        let home = self.variables.get(std::ffi::OsStr::new("HOME"));
        let home = home.filter(|v| !v.is_empty()).map(PathBuf::from);
        home.or_else(|| self.user()?.home.clone())
    }

    /// `USER`, `LOGNAME`, else the system's name of the user.
    pub fn user_name(&self) -> Option<&str> {
        let variable = self.get("USER").or_else(|| self.get("LOGNAME"));
        variable.or_else(|| Some(self.user()?.name.as_str()))
    }

    fn user(&self) -> Option<&User> {
        self.user.get_or_init(User::of_process).as_ref()
    }

    /// Whether the variable is there at all (exported, perhaps empty).
    pub fn contains(&self, name: &str) -> bool {
        self.variables.contains_key(std::ffi::OsStr::new(name))
    }
}

/// What `off` must be able to put back: every variable that `on` sets or unsets for each profile.
/// This is the only list; the snippets have none. What a profile's settings add depends on the
/// profile: [`Setting`].
pub const VARIABLES: [&str; 22] = [
    PROFILE_NAMES[0],
    PROFILE_NAMES[1],
    "AWS_EB_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_CREDENTIAL_FILE",
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
    OWN_KEY_ID,
    FROM_PROFILE,
    BASE_EXPIRES_AT,
    UNIVERSAL_PROFILE,
];

/// The variables that name a profile for everybody, the strongest first.
pub const PROFILE_NAMES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

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
/// What `on` exported of the profile's settings, with the values, so that the next `on` knows what is
/// not the terminal's own.
const FROM_PROFILE: &str = "AWSMFA_FROM_PROFILE";
/// Seconds since the epoch, so that a prompt can count without parsing a date.
const EXPIRES_AT: &str = "AWSMFA_EXPIRES_AT";
/// The access key id of the session: whoever exports other keys does not change it.
const OWN_KEY_ID: &str = "AWSMFA_ACCESS_KEY_ID";
/// The same as `EXPIRES_AT` for the base session, for prompts and `status`: a time is no secret.
const BASE_EXPIRES_AT: &str = "AWSMFA_BASE_EXPIRES_AT";
/// The profile of a universal variable of fish, which `on` could not hide: as long as the variable
/// still says so, nobody has set it since.
pub const UNIVERSAL_PROFILE: &str = "AWSMFA_UNIVERSAL_PROFILE";
/// The base session itself: a variable of the shell, never of a child but this program.
pub const BASE: &str = "__awsmfa_base";

/// `2026-01-02T03:04:05Z`: RFC 3339 with an offset, which is what botocore parses.
pub fn date(epoch_seconds: u64) -> Result<String> {
    let seconds = i64::try_from(epoch_seconds).context("could not write the date: too far off")?;
    Ok(DateTime::from_secs(seconds).fmt(Format::DateTime)?)
}

impl Environment {
    /// The variable that names the profile. `on` unsets all but its own, so one that is there was set
    /// since, unless it is a universal one of fish's that could not be hidden.
    pub fn profile(&self) -> Option<(&'static str, &str)> {
        let held = self.get(PROFILE);
        let universal = self.get(UNIVERSAL_PROFILE).filter(|_| held.is_some());
        let named = |name: &'static str| Some((name, self.get(name)?));
        let mut set = PROFILE_NAMES.into_iter().filter_map(named);
        set.find(|(_, value)| universal != Some(value))
            .or_else(|| named(PROFILE))
    }

    /// Whether the three key variables still hold the session that `on` put there.
    fn holds_own_session(&self) -> bool {
        let key_id = self.get(ACCESS_KEY_ID);
        let others = [SECRET_ACCESS_KEY, SESSION_TOKEN];
        key_id.is_some()
            && key_id == self.get(OWN_KEY_ID)
            && others.iter().all(|name| self.get(name).is_some())
    }

    /// Whether something else has exported other keys since the login.
    fn holds_other_keys(&self) -> bool {
        let key_id = self.get(ACCESS_KEY_ID);
        key_id.is_some() && self.get(OWN_KEY_ID).is_some_and(|own| key_id != Some(own))
    }

    /// The variables that name a profile to other tools, if they name another than the held one.
    pub fn other_profiles(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let held = self.get(PROFILE);
        let set = PROFILE_NAMES.map(|name| (name, self.get(name)));
        let set = set.into_iter().filter(move |(_, value)| *value != held);
        set.filter_map(|(name, value)| Some((name, value?)))
    }

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
