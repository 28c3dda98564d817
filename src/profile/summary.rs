//! What the files say about a profile in a few words, for a list of all of them. Unlike
//! [`Profile::resolve`], it has an answer for a profile that cannot log in, too.

use super::{Keys, Profile, chain};
use crate::arn::Arn;
use crate::cli::Login;
use crate::environment::Environment;
use crate::files::Files;
use crate::files::conventions::ProfileSections;
use crate::files::section::Section;
use crate::origin::{Origin, Sourced};

/// A profile in a few words.
pub struct Summary {
    /// What a login assumes, if the files say so and it is an ARN.
    pub role_arn: Option<String>,
    /// The configured device, the profile's own or its source's.
    pub mfa_serial: Option<String>,
    /// That of static long-term keys.
    pub access_key_id: Option<String>,
    pub region: Option<String>,
    /// Where its sections begin: `~/.aws/config:3`.
    pub defined_in: Vec<String>,
    /// Why a login with it fails. Never shows a secret.
    pub problem: Option<String>,
}

impl Summary {
    /// The profile `name`, which need not exist.
    pub fn read(files: &Files, name: &str, environment: &Environment) -> Self {
        let (profiles, keys) = chain::follow(files, name, environment);
        let text = |get: fn(&ProfileSections<'_>) -> Option<String>| profiles.iter().find_map(get);
        let typed = Sourced::new(name.to_owned(), Origin::Argument);
        let resolved = Profile::resolve(files, &typed, &Login::default(), environment);
        Self {
            role_arn: role_arn(&profiles, keys.as_ref().ok()),
            mfa_serial: text(|profile| Some(profile.mfa_serial()?.value.to_owned())),
            access_key_id: match keys {
                Ok(Keys::Static(keys)) => Some(keys.access_key_id),
                _ => None,
            },
            region: text(|profile| Some(profile.get("region")?.value.to_owned())),
            defined_in: defined_in(files, name),
            problem: resolved.err().map(|error| format!("{error:#}")),
        }
    }

    /// The account of the role; without a role, that of the device.
    pub fn account(&self) -> Option<&str> {
        let arn = self.role_arn.as_ref().or(self.mfa_serial.as_ref())?;
        Arn::parse(arn)?.account_number()
    }

    /// The user's name, for a person: the name of the device, which AWS suggests to be the same.
    pub fn user(&self) -> Option<&str> {
        Some(Arn::parse(self.mfa_serial.as_ref()?)?.name())
    }
}

/// The profile's own role, or that of the nearest source. Keys in a file win over a role of their own
/// profile, unless it is the one asked for.
fn role_arn(profiles: &[ProfileSections<'_>], keys: Option<&Keys>) -> Option<String> {
    let (asked, sources) = profiles.split_first()?;
    let sources = match sources.split_last() {
        Some((_, others)) if keys.is_some_and(Keys::are_in_a_file) => others,
        _ => sources,
    };
    let mut profiles = std::iter::once(asked).chain(sources);
    let role_arn = profiles.find_map(ProfileSections::role_arn)?.value;
    Arn::parse(role_arn).map(|_| role_arn.to_owned())
}

fn defined_in(files: &Files, name: &str) -> Vec<String> {
    let own = ProfileSections::own(files, name).unwrap_or_default();
    let place = |section: &Section<'_>| {
        let path = section.file.shown.display();
        format!("{path}:{}", section.parsed.line)
    };
    own.for_settings.iter().map(place).collect()
}
