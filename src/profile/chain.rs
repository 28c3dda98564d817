//! From the profile asked for along `source_profile` to the long-term keys. Each profile on the
//! way is a hop, which also answers what its sections say.

use anyhow::{Result, anyhow};

use super::keys::{self, Found, Keys, Temporary};
use super::{contradiction, environment_keys, missing, other_login, terminal_source};
use crate::environment::Environment;
use crate::files::Files;
use crate::files::conventions::{self, Sections};
use crate::files::place::Place;
use crate::files::stray;
use crate::files::suggestion::suggestion;
use crate::message::OrHint;
use crate::origin::Sourced;

/// The profile asked for first, the one with the keys last. Empty if there is no such profile.
#[derive(Debug)]
pub struct Chain<'a> {
    pub hops: Vec<Hop<'a>>,
}

/// One profile.
#[derive(Debug)]
pub struct Hop<'a> {
    pub name: String,
    sections: Sections<'a>,
}

impl<'a> Hop<'a> {
    pub fn find(files: &'a Files, name: &str) -> Result<Option<Self>> {
        let Some(sections) = conventions::sections(files, name) else {
            return Ok(None);
        };
        Ok(Some(Self {
            name: name.to_owned(),
            sections: sections.include(files, name)?,
        }))
    }

    fn empty(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            sections: Sections::default(),
        }
    }

    /// Where its settings stand, for messages.
    pub fn places(&self) -> impl Iterator<Item = String> {
        self.sections.for_settings.iter().map(Place::shown)
    }

    /// The profile asked for may be a role: its keys are its source's, even if it has some of its own.
    fn own_keys(&self, is_asked: bool) -> Result<Found> {
        self.sections
            .for_settings
            .iter()
            .try_for_each(contradiction::refuse_two_values)?;
        let source = self.get("source_profile");
        let elsewhere = self.get("credential_source").is_some()
            || source.is_some_and(|source| source.value != self.name);
        if is_asked && self.role_arn().is_some() && elsewhere {
            return Ok(Found::Nothing);
        }
        keys::find(&self.sections)
    }

    pub fn get(&self, key: &str) -> Option<Sourced<&'a str>> {
        self.sections
            .for_settings
            .iter()
            .find_map(|place| place.get(key))
    }

    /// The role this profile stands for; `assume_role` is aws-mfa's word for it.
    pub fn role_arn(&self) -> Option<Sourced<&'a str>> {
        self.get("role_arn").or_else(|| self.get("assume_role"))
    }

    pub fn mfa_serial(&self) -> Option<Sourced<&'a str>> {
        let sections = &self.sections;
        let first = |key| {
            let mut places = sections.for_keys.iter().chain(&sections.for_settings);
            places.find_map(|place| place.get(key))
        };
        first("mfa_serial").or_else(|| first("aws_mfa_device"))
    }
}

impl<'a> Chain<'a> {
    /// Follows the profile to its keys, as far as it goes: a code needs no keys.
    pub fn follow(files: &'a Files, name: &str, environment: &Environment) -> (Self, Result<Keys>) {
        let mut hops = Vec::new();
        let keys = Self::keys(files, name, environment, &mut hops);
        (Self { hops }, keys)
    }

    /// Errors name the lines and what to do.
    fn keys(
        files: &'a Files,
        name: &str,
        environment: &Environment,
        hops: &mut Vec<Hop<'a>>,
    ) -> Result<Keys> {
        let asked = match Hop::find(files, name)? {
            Some(asked) => asked,
            // Like the AWS CLI's: it need not stand in any file.
            None if name == "default" => Hop::empty(name),
            None => return missing::profile(files, name),
        };
        hops.push(asked);
        let mut temporary = None;
        while let Some(hop) = hops.last() {
            match hop.own_keys(hops.len() == 1)? {
                Found::Keys(keys) => return Ok(keys),
                Found::Temporary(keys) => temporary = temporary.or(Some(keys)),
                Found::Nothing => {}
            }
            let source = hop.get("source_profile");
            if let Some(keys) = credential_source(hop, source.as_ref(), environment)? {
                return Ok(keys);
            }
            let Some(source) = source else { break };
            if source.value == hop.name
                && temporary.is_none()
                && let Some(keys) = environment_keys::find(files, environment)?
            {
                return Ok(keys);
            }
            let next = next_hop(files, hops, &source)?;
            hops.push(next);
        }
        without_own_keys(files, hops, temporary, environment)
    }

    /// A setting of the profile asked for, else of the next on the way.
    pub fn inherited(&self, key: &str) -> Option<Sourced<&'a str>> {
        self.hops.iter().find_map(|hop| hop.get(key))
    }

    /// The profile asked for.
    pub fn asked(&self, key: &str) -> Option<Sourced<&'a str>> {
        self.hops.first()?.get(key)
    }
}

/// No profile on the way has long-term keys: those of the environment, or what is missing.
fn without_own_keys(
    files: &Files,
    hops: &[Hop<'_>],
    temporary: Option<Temporary>,
    environment: &Environment,
) -> Result<Keys> {
    if let Some(keys) = temporary {
        return missing::long_term_keys(files, hops, keys);
    }
    if let Some(other) = hops.last().and_then(other_login::find) {
        return Err(other);
    }
    match environment_keys::find(files, environment)? {
        Some(keys) => Ok(keys),
        None => missing::keys(files, hops, environment),
    }
}

/// The keys that `credential_source` names. Only a role has one.
fn credential_source(
    hop: &Hop<'_>,
    source_profile: Option<&Sourced<&str>>,
    environment: &Environment,
) -> Result<Option<Keys>> {
    let source = hop
        .get("credential_source")
        .filter(|_| hop.role_arn().is_some());
    match (source, source_profile) {
        (None, _) => Ok(None),
        (Some(source), Some(profile)) => Err(anyhow!(
            "{} and {} exclude each other",
            profile.origin,
            source.origin
        ))
        .or_hint(|| "take one of the two lines out".to_owned()),
        (Some(source), None) => terminal_source::keys(&source, environment).map(Some),
    }
}

fn next_hop<'a>(files: &'a Files, hops: &[Hop<'a>], source: &Sourced<&str>) -> Result<Hop<'a>> {
    let (name, origin) = (source.value, &source.origin);
    if hops.last().is_some_and(|hop| hop.name == name) {
        return Err(anyhow!(
            "{origin} names the profile itself, which has no long-term keys"
        ))
        .or_hint(|| {
            format!(
                "put keys into {} or name another profile",
                files.credentials_path().display()
            )
        });
    }
    if hops.iter().any(|hop| hop.name == name) {
        let lines: Vec<_> = hops
            .iter()
            .filter_map(|hop| hop.get("source_profile"))
            .collect();
        let lines: Vec<_> = lines
            .iter()
            .map(|line| format!("{} = {}", line.origin, line.value))
            .collect();
        return Err(anyhow!(
            "the source profiles go in a circle: {}",
            lines.join(", ")
        ))
        .or_hint(|| "the last one has to be a profile with long-term keys".to_owned());
    }
    Hop::find(files, name)?
        .ok_or_else(|| anyhow!("{origin} names a profile that does not exist: {name}"))
        .or_hint(|| stray::hint(name, || suggestion(files, name)))
}
