//! Long-term keys in the sections of one profile, and everything that only looks like them.

pub mod environment;

use anyhow::{Error, Result, anyhow};

use super::{credential_process, key_pair};
use crate::base;
use crate::credentials::LongTermKeys;
use crate::environment::Environment;
use crate::files::Files;
use crate::files::conventions::{ProfileSections, marks_of_temporary_keys};
use crate::files::section::{KEY_ID, SECRET, Section};
use crate::message::{OrHint as _, hinted};
use crate::origin::{Origin, Sourced};

/// Where the long-term keys are.
#[derive(Clone, Debug)]
pub enum Keys {
    Static(LongTermKeys),
    /// `credential_process`: the command line, not yet run.
    Process(Sourced<String>),
    /// `credential_source = Environment`: the session that the terminal has.
    Terminal(Origin),
    /// Long-term keys of the environment that a session of `on` has replaced.
    Replaced(Origin),
}

impl Keys {
    /// The long-term keys; runs the `credential_process`. `None` if a session takes their place.
    pub async fn long_term(&self, environment: &Environment) -> Result<Option<LongTermKeys>> {
        match self {
            Self::Static(keys) => Ok(Some(keys.clone())),
            Self::Process(command) => credential_process::run(command, environment)
                .await
                .map(Some),
            Self::Terminal(_) => Ok(None),
            Self::Replaced(_) => Err(anyhow!(
                "could not log in: the session of this terminal has replaced the environment's \
                 long-term keys"
            ))
            .or_hint(|| "put the keys back first: aws-mfa-off, then aws-mfa-on"),
        }
    }

    /// The session that replaced the environment's keys can assume a role as well as they can.
    pub fn or_terminal(self, has_role: bool, environment: &Environment) -> Self {
        match self {
            Self::Replaced(origin) if has_role && base::is_in_terminal(environment) => {
                Self::Terminal(origin)
            }
            keys => keys,
        }
    }

    /// Whether both give the same keys. Runs no command: the same command prints the same keys.
    pub fn are_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Static(one), Self::Static(other)) => one.access_key_id == other.access_key_id,
            (Self::Process(one), Self::Process(other)) => one.value == other.value,
            _ => false,
        }
    }

    /// Whether a profile has them, rather than the environment.
    pub fn are_in_a_file(&self) -> bool {
        matches!(self.origin(), Origin::File { .. }) && !matches!(self, Self::Terminal(_))
    }

    /// Whether they are long-term keys in the terminal's variables, where a session replaces them.
    pub fn are_of_environment(&self) -> bool {
        matches!(self, Self::Static(_)) && matches!(self.origin(), Origin::Variable(_))
    }

    /// The line that they come from.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Static(keys) => &keys.origin,
            Self::Process(command) => &command.origin,
            Self::Terminal(origin) | Self::Replaced(origin) => origin,
        }
    }
}

/// The keys of one profile. Static keys come before a `credential_process`, as in the AWS CLI.
/// Temporary keys do not count: the reason goes to `temporary`, where the first one stays.
///
/// # Errors
/// Keys that are incomplete, malformed or perhaps another profile's.
pub fn find(
    files: &Files,
    profile: &ProfileSections<'_>,
    temporary: &mut Option<Error>,
) -> Result<Option<Keys>> {
    for section in &profile.for_keys {
        [KEY_ID, SECRET]
            .iter()
            .try_for_each(|key| section.check(key))?;
        if let Some(error) = temporary_keys(section, files, &profile.name) {
            temporary.get_or_insert(error);
        } else if let Some(keys) = long_term_keys(section)? {
            return Ok(Some(Keys::Static(keys)));
        }
    }
    let process = profile.credential_process();
    Ok(process.map(|process| Keys::Process(process.map(str::to_owned))))
}

/// A pair comes from one section, never half from one and half from another.
fn long_term_keys(section: &Section<'_>) -> Result<Option<LongTermKeys>> {
    let (there, missing) = match (section.get(KEY_ID), section.get(SECRET)) {
        (None, None) => return Ok(None),
        (Some(id), Some(secret)) => return key_pair::checked(id, &secret).map(Some),
        (Some(id), None) => (id.origin, SECRET),
        (None, Some(secret)) => (secret.origin, KEY_ID),
    };
    Err(anyhow!("{there} has no {missing} beside it"))
        .or_hint(|| format!("put {missing} = … into the same section; the two come as a pair"))
}

/// Why the keys of a section are no long-term keys.
fn temporary_keys(section: &Section<'_>, files: &Files, name: &str) -> Option<Error> {
    let key = section.get(KEY_ID).or_else(|| section.get(SECRET))?;
    let marks = marks_of_temporary_keys(section);
    let why = match marks.first() {
        Some(_) if key.value.starts_with("AKIA") => return Some(marks_left_over(&key, &marks)),
        Some((mark, _)) => format!("comes with {mark}"),
        None if key.value.starts_with("ASIA") => "begins with ASIA".to_owned(),
        None => return None,
    };
    let (origin, path) = (key.origin, files.credentials_path().display());
    Some(hinted(
        anyhow!("{origin} {why}: those keys are temporary, and long-term ones (AKIA…) are needed"),
        format!(
            "put the long-term keys into {path} as [{name}], or as [{name}-long-term] to keep what \
             is there"
        ),
    ))
}

/// A token beside an id that begins with AKIA was left there when the keys were replaced.
fn marks_left_over(key: &Sourced<&str>, marks: &[(&str, Sourced<&str>)]) -> Error {
    let lines: Vec<_> = marks
        .iter()
        .map(|(_, mark)| mark.origin.to_string())
        .collect();
    let lines = lines.join(" and ");
    hinted(
        anyhow!(
            "{} is a long-term key, but looks temporary because of {lines}",
            key.origin
        ),
        format!("delete {lines}, left over from a session: a key that begins with AKIA has none"),
    )
}
