//! What `on` and `off` change.

mod by_overlay;
mod region;
mod served;

use std::borrow::Cow;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Result, bail};

use super::Environment;
use super::from_profile::{Setting, list};
use super::variables::{
    ACCESS_KEY_ID, BASE, BASE_EXPIRES_AT, CREDENTIAL_EXPIRATION, EXPIRES_AT, FROM_PROFILE, KEYS,
    LONG_TERM_KEY_ID, MFA_SERIAL, MISLEADING, OF_SESSION, OWN_KEY_ID, PROFILE, PROFILE_NAMES,
    REGIONS, REQUEST, ROLE_ARN, SECRET_ACCESS_KEY, SESSION_TOKEN, UNIVERSAL_PROFILE,
};
use crate::credentials::Credentials;
use crate::dates::{since_epoch, utc};
use crate::origin::Sourced;
use by_overlay::read_by_tools;
pub use region::region_by_flag;
pub use served::{Served, served};

/// One change of the environment: a variable set, or unset.
pub struct Change {
    pub name: Cow<'static, str>,
    /// `None` unsets the variable.
    pub value: Option<String>,
    /// Whether the shell's children get it.
    pub exported: bool,
}

impl Change {
    fn to(name: impl Into<Cow<'static, str>>, value: Option<&str>) -> Self {
        Self {
            name: name.into(),
            value: value.map(str::to_owned),
            exported: true,
        }
    }

    fn set(name: impl Into<Cow<'static, str>>, value: &str) -> Self {
        Self::to(name, Some(value))
    }

    fn unset(name: impl Into<Cow<'static, str>>) -> Self {
        Self::to(name, None)
    }

    /// What the shell keeps to itself.
    fn kept(name: &'static str, value: Option<String>) -> Self {
        Self {
            name: name.into(),
            value,
            exported: false,
        }
    }
}

/// A session, and what goes into the environment with it.
pub struct NewSession<'a> {
    pub credentials: &'a Credentials,
    pub profile: &'a str,
    pub role_arn: Option<&'a str>,
    pub mfa_serial: Option<&'a str>,
    /// `None` if the session that it was made with came with the terminal.
    pub long_term_key_id: Option<&'a str>,
    /// When the session that it was made with expires; its own end if it is a base session itself.
    pub base_expires_at: Option<SystemTime>,
    /// What the shell keeps for the next roles, as written in [`BASE`].
    pub bases: Option<String>,
    /// What the shell keeps to renew the session, as written in [`REQUEST`].
    pub request: Option<String>,
    /// `--region`, else the profile's.
    pub region: Option<&'a Sourced<String>>,
    /// The profile's settings for other tools.
    pub settings: &'a [Setting],
    /// The directory of the overlay, if tools get their credentials by that.
    pub overlay: Option<&'a Path>,
}

/// The changes that put `session` into `environment`: unsets first, sets last.
///
/// # Errors
/// A credential with a character that AWS never uses, or any value with a control character: both
/// are refused rather than handed to a shell, although every value is quoted as well.
pub fn on(session: NewSession<'_>, environment: &Environment) -> Result<Vec<Change>> {
    let mut changes = match session.overlay {
        None => in_variables(session.credentials)?,
        Some(directory) => by_overlay::on(&session, directory, environment)?,
    };
    let is_changed = |name: &str| changes.iter().any(|change| change.name == name);
    let misleading: Vec<_> = MISLEADING.iter().filter(|name| !is_changed(name)).collect();
    changes.extend(misleading.into_iter().copied().map(Change::unset));
    changes.extend(ends(session.credentials, session.base_expires_at));
    let bases = session.bases.filter(|_| session.overlay.is_none());
    changes.extend([
        Change::set(PROFILE, session.profile),
        Change::to(ROLE_ARN, session.role_arn),
        Change::to(MFA_SERIAL, session.mfa_serial),
        Change::to(LONG_TERM_KEY_ID, session.long_term_key_id),
        // The code for fish sets it if there is a universal variable.
        Change::unset(UNIVERSAL_PROFILE),
        Change::kept(BASE, bases),
        Change::kept(REQUEST, session.request),
    ]);
    changes.extend(region::changes(session.region, environment));
    changes.extend(settings(session.settings, environment));
    sound(changes)
}

/// Unsets first, and no value with a control character.
fn sound(mut changes: Vec<Change>) -> Result<Vec<Change>> {
    if let Some(change) = changes.iter().find(|change| has_control(change)) {
        bail!(
            "could not set {}: its value has a control character",
            change.name
        );
    }
    changes.sort_by_key(|change| change.value.is_some());
    Ok(changes)
}

/// The changes that put other credentials in place of those of the same session.
///
/// # Errors
/// As for [`on`].
pub fn renewed(
    credentials: &Credentials,
    base_expires_at: Option<SystemTime>,
    environment: &Environment,
) -> Result<Vec<Change>> {
    let mut changes = if environment.is_for_every_profile() {
        vec![by_overlay::session(credentials)?]
    } else {
        in_variables(credentials)?
    };
    changes.extend(ends(credentials, base_expires_at));
    Ok(changes)
}

fn ends(credentials: &Credentials, base_expires_at: Option<SystemTime>) -> [Change; 2] {
    let end = since_epoch(credentials.expiration).to_string();
    let base_end = base_expires_at.map(|end| since_epoch(end).to_string());
    [
        Change::set(EXPIRES_AT, &end),
        Change::to(BASE_EXPIRES_AT, base_end.as_deref()),
    ]
}

/// The session in the variables that tools read.
fn in_variables(credentials: &Credentials) -> Result<Vec<Change>> {
    let key_id = credential(&credentials.access_key_id)?;
    let secret = credential(credentials.secret_access_key.expose())?;
    let token = credential(credentials.session_token.expose())?;
    Ok(vec![
        Change::set(ACCESS_KEY_ID, key_id),
        Change::set(SECRET_ACCESS_KEY, secret),
        Change::set(SESSION_TOKEN, token),
        Change::set(CREDENTIAL_EXPIRATION, &utc(credentials.expiration)),
        Change::set(OWN_KEY_ID, key_id),
    ])
}

/// The changes for a session that is kept: what was set since the login and would mislead goes. A
/// universal variable of fish that could not be hidden is left out.
pub fn unset_misleading(environment: &Environment) -> Vec<Change> {
    let universal = environment.get(UNIVERSAL_PROFILE);
    let is_universal = |name| {
        PROFILE_NAMES.contains(&name) && universal.is_some() && environment.get(name) == universal
    };
    let names = MISLEADING.iter().copied();
    names
        .filter(|name| environment.contains(name) && !is_universal(*name))
        .map(Change::unset)
        .collect()
}

/// The changes that remove the session from a shell that never ran `on`, such as a child shell; none
/// if no session is held. The region and the keys go only if they are ours.
pub fn off(environment: &Environment) -> Vec<Change> {
    if !environment.contains(EXPIRES_AT) {
        return Vec::new();
    }
    let keeps_region = environment.own_region().is_none();
    let keeps_keys = environment.holds_other_keys();
    let names = OF_SESSION.iter().copied();
    names
        .filter(|name| !(keeps_region && REGIONS.contains(name)))
        .filter(|name| !(keeps_keys && KEYS.contains(name)))
        .map(Change::unset)
        .chain(environment.from_profile.iter().cloned().map(Change::unset))
        .chain(by_overlay::off(environment))
        .chain([BASE, REQUEST].map(|name| Change::kept(name, None)))
        .collect()
}

/// The profile's settings in place of those of the previous profile.
fn settings(settings: &[Setting], environment: &Environment) -> Vec<Change> {
    let is_set = |name: &String| settings.iter().any(|setting| setting.name == *name);
    let before = environment.from_profile.iter().cloned();
    let new = settings
        .iter()
        .map(|setting| Change::set(setting.name.clone(), &setting.value));
    before
        .filter(|name| !is_set(name))
        .map(Change::unset)
        .chain(new)
        .chain([Change::to(FROM_PROFILE, list(settings).as_deref())])
        .collect()
}

fn has_control(change: &Change) -> bool {
    let value = change.value.as_ref();
    value.is_some_and(|value| value.chars().any(char::is_control))
}

/// `value`, if it looks like a key or a token: AWS's are base64, those of compatible services may be
/// JSON web tokens, so printable ASCII without blanks.
///
/// # Errors
/// Anything else is refused.
pub fn credential(value: &str) -> Result<&str> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("could not use AWS's answer: a credential in it is empty or holds odd characters");
    }
    Ok(value)
}
