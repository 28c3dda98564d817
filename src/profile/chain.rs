//! From the profile asked for along `source_profile` to the long-term keys. Each profile on the
//! way is a hop, which also answers what its sections say.

use anyhow::{Result, anyhow};

use super::conventions::{self, Sections};
use super::file::Files;
use super::keys::{self, Found, Keys};
use super::origin::Sourced;
use super::terminal_source;
use crate::environment::Environment;
use crate::message::OrHint;

/// The profile asked for first, the one with the keys last. Empty where there is no such profile.
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
        let Some(asked) = Hop::find(files, name)? else {
            return no_such_profile(files, name);
        };
        hops.push(asked);
        let mut temporary = None;
        while let Some(hop) = hops.last() {
            let source = hop.get("source_profile");
            let is_asked_role = hops.len() == 1 && hop.role_arn().is_some();
            let elsewhere = hop.get("credential_source").is_some()
                || source
                    .as_ref()
                    .is_some_and(|source| source.value != hop.name);
            // A role profile's keys are its source's, even where it has some of its own.
            let own = if is_asked_role && elsewhere {
                Found::Nothing
            } else {
                keys::find(&hop.sections)?
            };
            match own {
                Found::Keys(keys) => return Ok(keys),
                Found::Temporary(text) => temporary = temporary.or(Some(text)),
                Found::Nothing => {}
            }
            if let Some(keys) = credential_source(hop, source.as_ref(), environment)? {
                return Ok(keys);
            }
            let Some(source) = source else { break };
            let next = next_hop(files, hops, &source)?;
            hops.push(next);
        }
        no_keys(files, hops, temporary)
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
        .ok_or_else(|| anyhow!("{origin} names a profile that is not there: {name}"))
        .or_hint(|| suggestion(files, name))
}

fn no_such_profile<T>(files: &Files, name: &str) -> Result<T> {
    let looked = files.looked_at();
    Err(anyhow!("there is no such profile in {looked}")).or_hint(|| suggestion(files, name))
}

/// Names that are nearly the same, else all there are, else where to write one.
fn suggestion(files: &Files, name: &str) -> String {
    let names = files.profile_names();
    // A letter missing, added, changed or two swapped; in longer names a few.
    let allowed = 1 + name.chars().count() / 4;
    let distance = |known: &str| strsim::osa_distance(&known.to_lowercase(), &name.to_lowercase());
    let mut near: Vec<_> = names.iter().map(|known| (distance(known), known)).collect();
    near.retain(|(distance, _)| *distance <= allowed);
    near.sort();
    if !near.is_empty() {
        let near: Vec<_> = near.iter().take(3).map(|(_, name)| name.as_str()).collect();
        return format!("did you mean {}?", near.join(" or "));
    }
    if is_number(name) {
        return "a number is taken for an MFA code when it has exactly six digits".to_owned();
    }
    if names.is_empty() {
        return where_keys_belong(files, name);
    }
    let more = if names.len() > 10 { ", …" } else { "" };
    format!(
        "the profiles are: {}{more}",
        names
            .iter()
            .take(10)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    )
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn where_keys_belong(files: &Files, name: &str) -> String {
    let path = files.credentials_path().display();
    if files.credentials_are_unreadable() {
        return format!(
            "make {path} a file that you can read, or name another one in AWS_SHARED_CREDENTIALS_FILE"
        );
    }
    format!(
        "put your keys into {path}: a line [{name}], below it aws_access_key_id = … and aws_secret_access_key = …; those in the environment are not taken"
    )
}

fn no_keys<T>(files: &Files, hops: &[Hop<'_>], temporary: Option<String>) -> Result<T> {
    let last = hops.last().map(|hop| hop.name.as_str()).unwrap_or_default();
    let path = files.credentials_path().display();
    if let Some(text) = temporary {
        return Err(anyhow!("{text}: those keys are temporary, and long-term ones (AKIA…) are needed"))
            .or_hint(|| format!("put the long-term keys into {path} as [{last}], or as [{last}-long-term] to keep what is there"));
    }
    if let Some(other) = hops.last().and_then(other_login) {
        return Err(anyhow!(
            "{} gives the profile its credentials another way, without long-term keys",
            other.origin
        ))
        .or_hint(|| "name a profile of an IAM user with access keys".to_owned());
    }
    let places: Vec<_> = hops
        .iter()
        .flat_map(|hop| &hop.sections.for_settings)
        .map(super::file::Place::shown)
        .collect();
    Err(anyhow!("no long-term keys in {}", places.join(", "))).or_hint(|| {
        format!("put aws_access_key_id and aws_secret_access_key below [{last}] in {path}; those in the environment are not taken")
    })
}

/// A way to get credentials that MFA by STS has no part in.
fn other_login<'a>(hop: &Hop<'a>) -> Option<Sourced<&'a str>> {
    [
        "sso_session",
        "sso_start_url",
        "login_session",
        "web_identity_token_file",
    ]
    .into_iter()
    .find_map(|key| hop.get(key))
}
