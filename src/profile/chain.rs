//! From the profile asked for along `source_profile` to the long-term keys.

use anyhow::{Error, Result, anyhow};

use super::keys::{self, Keys, environment as environment_keys};
use super::name;
use super::settings::Settings;
use crate::cli::Login;
use crate::environment::{ACCESS_KEY_ID, Environment, Held};
use crate::files::conventions::ProfileSections;
use crate::files::section::Section;
use crate::files::{Files, near_names};
use crate::message::{OrHint, hinted};
use crate::origin::{Origin, Sourced};

/// The settings that decide whose keys are used, and for which role.
const DECISIVE: [&str; 4] = [
    "credential_process",
    "credential_source",
    "role_arn",
    "source_profile",
];

/// Settings of profiles whose credentials come another way, what that way is, and the command that
/// logs in so.
const OTHER_LOGINS: [(&str, &str, &str); 4] = [
    ("sso_session", "IAM Identity Center", "aws sso login"),
    ("sso_start_url", "IAM Identity Center", "aws sso login"),
    ("login_session", "a sign-in to the AWS console", "aws login"),
    ("web_identity_token_file", "a web identity token", ""),
];

/// What `read` makes of everything that the profile and its sources, the variables and the flags say,
/// and of the keys, if there are any.
pub fn resolve<T>(
    files: &Files,
    name: &Sourced<String>,
    login: &Login,
    environment: &Environment,
    read: impl FnOnce(&Settings<'_>, Result<Keys>) -> Result<T>,
) -> Result<T> {
    name::check(name)?;
    let (profiles, keys) = follow(files, &name.value, environment);
    let settings = Settings {
        login,
        environment,
        profiles: &profiles,
        files,
    };
    read(&settings, keys)
}

/// Follows the profile to its keys. Returns the profiles on the way, the one asked for first, the one
/// with the keys last, even if there are no keys: a code needs none. Empty if there is no such
/// profile.
pub fn follow<'a>(
    files: &'a Files,
    name: &str,
    environment: &Environment,
) -> (Vec<ProfileSections<'a>>, Result<Keys>) {
    let mut profiles = Vec::new();
    let keys = find_keys(files, name, environment, &mut profiles);
    (profiles, keys)
}

/// The region of the profile, or of the nearest source that names one.
pub fn region(files: &Files, name: &str, environment: &Environment) -> Option<String> {
    let (profiles, _) = follow(files, name, environment);
    let region = profiles.iter().find_map(|profile| profile.get("region"))?;
    Some(region.value.to_owned())
}

/// Whether a login without the name of a profile has one: `[default]` says something about
/// credentials, or the environment has long-term keys.
pub fn has_default(files: &Files, environment: &Environment) -> bool {
    let (profiles, keys) = follow(files, "default", environment);
    keys.is_ok() || profiles.iter().any(ProfileSections::is_about_credentials)
}

/// Whether the profile gets its credentials in a way that other tools support and awsmfa does not.
pub fn is_of_others(files: &Files, name: &str, environment: &Environment) -> bool {
    let (profiles, keys) = follow(files, name, environment);
    let is_of_machine = |profile: &ProfileSections<'_>| {
        let source = profile.get("credential_source");
        source.is_some_and(|source| source.value != "Environment")
    };
    let mut last = profiles.iter().rev().take(1);
    keys.is_err() && last.any(|profile| other_login(profile).is_some() || is_of_machine(profile))
}

fn find_keys<'a>(
    files: &'a Files,
    name: &str,
    environment: &Environment,
    profiles: &mut Vec<ProfileSections<'a>>,
) -> Result<Keys> {
    let mut next = Some(asked_profile(files, name)?);
    let mut temporary = None;
    while let Some(profile) = next.take() {
        let is_asked = profiles.is_empty();
        profiles.push(profile);
        let Some(profile) = profiles.last() else {
            break;
        };
        let own = own_keys(files, profile, is_asked, &mut temporary)?;
        if let Some(keys) = own.or(keys_of_credential_source(profile, environment)?) {
            return Ok(keys);
        }
        let source = profile.get("source_profile");
        if let Some(source) = source.filter(|source| source.value != profile.name) {
            let before: Vec<_> = profiles.iter().map(|known| known.name.as_str()).collect();
            next = Some(ProfileSections::named(files, &source, &before)?);
        }
    }
    if let Some(error) = temporary.or_else(|| profiles.last().and_then(other_login)) {
        return Err(error);
    }
    if let Some(keys) = environment_keys::long_term(environment)? {
        return Ok(Keys::Static(keys));
    }
    if have_been_replaced(files, environment) {
        return Ok(Keys::Replaced(Origin::Variable(ACCESS_KEY_ID)));
    }
    Err(no_keys(files, profiles, environment))
}

/// Whether a session of `on` has replaced the environment's keys: the profile that it was made for has
/// no keys in the files.
fn have_been_replaced(files: &Files, environment: &Environment) -> bool {
    let Some(held) = Held::read(environment) else {
        return false;
    };
    let (profiles, keys) = follow(files, &held.profile, &Environment::default());
    let mut sources = profiles.iter();
    let elsewhere = sources.any(|profile| profile.get("credential_source").is_some());
    keys.is_err() && !profiles.is_empty() && !elsewhere
}

fn asked_profile<'a>(files: &'a Files, name: &str) -> Result<ProfileSections<'a>> {
    match ProfileSections::find(files, name)? {
        Some(profile) => Ok(profile),
        // As in the AWS CLI, it need not be in any file.
        None if name == "default" => Ok(ProfileSections {
            name: name.to_owned(),
            ..ProfileSections::default()
        }),
        None => Err(no_such_profile(files, name, "")),
    }
}

/// The role asked for is assumed with the keys of its source, even if its profile has keys, too.
fn own_keys(
    files: &Files,
    profile: &ProfileSections<'_>,
    is_asked: bool,
    temporary: &mut Option<Error>,
) -> Result<Option<Keys>> {
    for section in &profile.for_settings {
        DECISIVE.iter().try_for_each(|key| section.check(key))?;
    }
    let source = profile.get("source_profile");
    let has_source = profile.get("credential_source").is_some()
        || source.is_some_and(|source| source.value != profile.name);
    if is_asked && has_source && profile.role_arn().is_some() {
        return Ok(None);
    }
    keys::find(files, profile, temporary)
}

/// Only a role has a `credential_source`.
fn keys_of_credential_source(
    profile: &ProfileSections<'_>,
    environment: &Environment,
) -> Result<Option<Keys>> {
    let source = profile.get("credential_source");
    let Some(source) = source.filter(|_| profile.role_arn().is_some()) else {
        return Ok(None);
    };
    if let Some(Sourced { origin, .. }) = profile.get("source_profile") {
        return Err(anyhow!("{origin} and {} exclude each other", source.origin))
            .or_hint(|| "remove one of the two lines");
    }
    environment_keys::named(&source, environment).map(Some)
}

fn other_login(profile: &ProfileSections<'_>) -> Option<Error> {
    let name = &profile.name;
    let mut others = OTHER_LOGINS.into_iter();
    let (line, way, command) =
        others.find_map(|(key, way, command)| Some((profile.get(key)?, way, command)))?;
    let error = anyhow!(
        "profile {name} gets its credentials from {way} ({}), and has no long-term keys",
        line.origin
    );
    let argument = shell_escape::escape(name.into());
    let other = match command {
        "" => format!("with AWS_PROFILE={argument}, tools use it without a code"),
        command => format!("log in with {command} --profile {argument}"),
    };
    let ours = "aws-mfa-on needs a profile of an IAM user with access keys";
    Some(hinted(error, format!("{other}; {ours}")))
}

fn no_such_profile(files: &Files, name: &str, why_not_environment: &str) -> Error {
    let looked_at = files.looked_at();
    hinted(
        anyhow!("there is no such profile in {looked_at}{why_not_environment}"),
        near_names::hint(files, name),
    )
}

fn no_keys(files: &Files, profiles: &[ProfileSections<'_>], environment: &Environment) -> Error {
    let last = profiles.last().map_or("", |profile| &profile.name);
    let why_not = environment_keys::why_not(environment);
    let sections = profiles.iter().flat_map(|profile| &profile.for_settings);
    let sections: Vec<_> = sections.map(Section::shown).collect();
    if sections.is_empty() {
        return no_such_profile(files, last, why_not);
    }
    let (sections, path) = (sections.join(", "), files.credentials_path().display());
    let mut own = profiles.iter().filter_map(ProfileSections::own_process);
    let own = own.next().map_or(String::new(), |line| {
        format!(", and {} is awsmfa itself, which needs them", line.origin)
    });
    hinted(
        anyhow!("no long-term keys in {sections}{own}{why_not}"),
        format!("put aws_access_key_id and aws_secret_access_key below [{last}] in {path}"),
    )
}
