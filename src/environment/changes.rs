//! What `on` and `off` change.

use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result, bail};
use zeroize::Zeroizing;

use super::from_profile::{Setting, list};
use super::{
    ACCESS_KEY_ID, BASE, BASE_EXPIRES_AT, Base, Bases, CREDENTIAL_EXPIRATION, DEFAULT_REGION,
    EXPIRES_AT, Environment, FROM_PROFILE, MFA_SERIAL, MISLEADING, OWN_KEY_ID, OWN_REGION, PROFILE,
    PROFILE_NAMES, REGION, ROLE_ARN, SECRET_ACCESS_KEY, SESSION_TOKEN, UNIVERSAL_PROFILE,
    VARIABLES, date,
};
use crate::credentials::Credentials;
use crate::origin::{Origin, Sourced};

/// One change of the environment: a variable set, or unset.
pub struct Change {
    pub name: Cow<'static, str>,
    pub value: Option<Zeroizing<String>>,
    /// Whether the shell's children get it.
    pub exported: bool,
}

impl Change {
    fn set(name: impl Into<Cow<'static, str>>, value: &str) -> Self {
        Self {
            name: name.into(),
            value: Some(Zeroizing::new(value.to_owned())),
            exported: true,
        }
    }

    fn unset(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: None,
            exported: true,
        }
    }

    fn to(name: impl Into<Cow<'static, str>>, value: Option<&str>) -> Self {
        match value {
            Some(value) => Self::set(name, value),
            None => Self::unset(name),
        }
    }
}

/// What a login got, for [`on`].
pub struct Session<'a> {
    pub credentials: &'a Credentials,
    pub profile: &'a str,
    pub role_arn: Option<&'a str>,
    pub mfa_serial: Option<&'a str>,
    /// What it was made with, or is.
    pub base: Option<&'a Base>,
    /// What the terminal keeps for the next roles.
    pub bases: &'a Bases,
    /// `--region`, else the profile's.
    pub region: Option<&'a Sourced<String>>,
    /// The profile's settings for other tools.
    pub settings: &'a [Setting],
}

/// The changes that put `session` into `environment`: unsets first, sets last.
///
/// # Errors
/// A credential with a character that AWS never uses, or any value with a control character: both
/// are refused rather than handed to a shell, although every value is quoted as well.
pub fn on(session: &Session, environment: &Environment) -> Result<Vec<Change>> {
    let mut changes: Vec<Change> = misleading().map(Change::unset).collect();
    changes.extend(credentials(session.credentials)?);
    changes.extend([
        Change::set(PROFILE, session.profile),
        Change::to(ROLE_ARN, session.role_arn),
        Change::to(MFA_SERIAL, session.mfa_serial),
        // fish sets it where there is one.
        Change::unset(UNIVERSAL_PROFILE),
        end_of_base(session.base),
        kept(session.bases),
    ]);
    changes.extend(region(session.region, environment));
    changes.extend(settings(session.settings, environment));
    if let Some(change) = changes.iter().find(|change| has_control(change)) {
        bail!(
            "could not set {}: its value has a control character",
            change.name
        );
    }
    changes.sort_by_key(|change| change.value.is_some());
    Ok(changes)
}

fn credentials(credentials: &Credentials) -> Result<[Change; 6]> {
    let key_id = credential(&credentials.access_key_id)?;
    let secret = credential(credentials.secret_access_key.expose())?;
    let token = credential(credentials.session_token.expose())?;
    let end = credentials.expiration.duration_since(UNIX_EPOCH);
    let seconds = end
        .context("could not use the session: its end lies before 1970")?
        .as_secs();
    Ok([
        Change::set(ACCESS_KEY_ID, key_id),
        Change::set(SECRET_ACCESS_KEY, secret),
        Change::set(SESSION_TOKEN, token),
        Change::set(CREDENTIAL_EXPIRATION, &date(seconds)?),
        Change::set(EXPIRES_AT, &seconds.to_string()),
        Change::set(OWN_KEY_ID, key_id),
    ])
}

fn misleading() -> impl Iterator<Item = &'static str> {
    VARIABLES[..MISLEADING].iter().copied()
}

/// The changes that a session which is kept asks for: what has been set since the login and would
/// mislead goes. A universal variable of fish that could not be hidden is left out.
pub fn unset_misleading(environment: &Environment) -> Vec<Change> {
    let universal = environment.get(UNIVERSAL_PROFILE);
    let is_universal = |name| {
        PROFILE_NAMES.contains(&name) && universal.is_some() && environment.get(name) == universal
    };
    misleading()
        .filter(|name| environment.contains(name) && !is_universal(*name))
        .map(Change::unset)
        .collect()
}

/// The changes that remove the session from a terminal that has no picture of what was there
/// before (a child shell, say); none where no session is held. The region goes only if it is ours,
/// and so do the keys.
pub fn off(environment: &Environment) -> Vec<Change> {
    if !environment.contains(EXPIRES_AT) {
        return Vec::new();
    }
    let session = &VARIABLES[MISLEADING..];
    let keeps_region = environment.own_region().is_none();
    let keeps_keys = environment.holds_other_keys();
    session
        .iter()
        .copied()
        .filter(|name| !(keeps_region && [REGION, DEFAULT_REGION].contains(name)))
        .filter(|name| !(keeps_keys && KEYS.contains(name)))
        .map(Change::unset)
        .chain(environment.from_profile.iter().cloned().map(Change::unset))
        .chain([kept(&Bases::default())])
        .collect()
}

/// The variables that another tool exports together.
const KEYS: [&str; 3] = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN];

/// The end of the base session, for everybody.
fn end_of_base(base: Option<&Base>) -> Change {
    let end = base.and_then(|base| base.credentials.expiration.duration_since(UNIX_EPOCH).ok());
    let end = end.map(|end| end.as_secs().to_string());
    Change::to(BASE_EXPIRES_AT, end.as_deref())
}

/// The base sessions themselves, for the shell alone.
fn kept(bases: &Bases) -> Change {
    Change {
        name: BASE.into(),
        value: bases.text(),
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

/// The profile's settings in the place of those of the profile before.
fn settings(settings: &[Setting], environment: &Environment) -> Vec<Change> {
    let is_set = |name: &&String| settings.iter().any(|setting| setting.name == **name);
    let before = environment.from_profile.iter();
    let over = before.filter(|name| !is_set(name)).cloned();
    let new = settings
        .iter()
        .map(|setting| Change::set(setting.name.clone(), &setting.value));
    over.map(Change::unset)
        .chain(new)
        .chain([Change::to(FROM_PROFILE, list(settings).as_deref())])
        .collect()
}

/// The changes that a flag asks for where the session stays: none where both variables say so.
pub fn region_by_flag(said: Option<&Sourced<String>>, environment: &Environment) -> Vec<Change> {
    let flag = said.filter(|said| matches!(said.origin, Origin::Flag(_)));
    let new = flag.filter(|said| {
        let region = Some(said.value.as_str());
        [REGION, DEFAULT_REGION]
            .iter()
            .any(|name| environment.get(name) != region)
    });
    new.map_or_else(Vec::new, |_| region(said, environment))
}

fn has_control(change: &Change) -> bool {
    change
        .value
        .as_ref()
        .is_some_and(|value| value.chars().any(char::is_control))
}

/// AWS's keys and tokens are base64, those of compatible services may be JSON web tokens: printable
/// ASCII without blanks. Nothing else is let through.
pub(super) fn credential(value: &str) -> Result<&str> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("could not use AWS's answer: a credential in it is empty or holds odd characters");
    }
    Ok(value)
}
