//! Long-term keys in the sections of one profile, and everything that only looks like them.

use anyhow::{Result, anyhow};

use super::conventions::{self, Sections};
use super::credential_process;
use super::file::Place;
use super::origin::{Origin, Sourced};
use crate::message::{OrHint, hinted};
use crate::secret::Secret;

/// The long-term keys of an IAM user.
#[derive(Clone, Debug)]
pub struct LongTermKeys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub origin: Origin,
}

/// Where the long-term keys are.
#[derive(Debug)]
pub enum Keys {
    Static(LongTermKeys),
    /// `credential_process`: the command line, not yet run.
    Process(Sourced<String>),
    /// `credential_source = Environment`: the session that the terminal has.
    Terminal(Origin),
}

impl Keys {
    /// The long-term keys; runs the `credential_process`. None where a session takes their place.
    pub async fn long_term(&self) -> Result<Option<LongTermKeys>> {
        match self {
            Self::Static(keys) => Ok(Some(keys.clone())),
            Self::Process(command) => credential_process::run(command).await.map(Some),
            Self::Terminal(_) => Ok(None),
        }
    }

    /// The line that they come from.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Static(keys) => &keys.origin,
            Self::Process(command) => &command.origin,
            Self::Terminal(origin) => origin,
        }
    }
}

/// What one profile has.
#[derive(Debug)]
pub enum Found {
    Keys(Keys),
    /// Only temporary keys; the text says where and how one knows.
    Temporary(String),
    Nothing,
}

/// Static keys come before a `credential_process`, as in the AWS CLI.
pub fn find(sections: &Sections<'_>) -> Result<Found> {
    let mut temporary = None;
    for place in &sections.for_keys {
        match in_section(place)? {
            Found::Temporary(text) => temporary = temporary.or(Some(text)),
            Found::Nothing => {}
            found @ Found::Keys(_) => return Ok(found),
        }
    }
    let mut places = sections.for_keys.iter().chain(&sections.for_settings);
    let process = places.find_map(|place| place.get("credential_process"));
    Ok(match (process, temporary) {
        (Some(process), _) => Found::Keys(Keys::Process(process.map(str::to_owned))),
        (None, Some(text)) => Found::Temporary(text),
        (None, None) => Found::Nothing,
    })
}

/// A pair comes from one section, never half from one and half from another.
fn in_section(place: &Place<'_>) -> Result<Found> {
    let id = place.get("aws_access_key_id");
    let secret = place.get("aws_secret_access_key");
    let (id, secret) = match (id, secret) {
        (None, None) => return Ok(Found::Nothing),
        (Some(key), _) | (_, Some(key)) if conventions::mark_of_temporary_keys(place).is_some() => {
            let mark = conventions::mark_of_temporary_keys(place).unwrap_or_default();
            return Ok(Found::Temporary(format!(
                "{} comes with {mark}",
                key.origin
            )));
        }
        (Some(id), None) => return Err(half(&id.origin, "aws_secret_access_key")),
        (None, Some(secret)) => return Err(half(&secret.origin, "aws_access_key_id")),
        (Some(id), Some(secret)) => (id, secret),
    };
    if id.value.starts_with("ASIA") {
        return Ok(Found::Temporary(format!("{} begins with ASIA", id.origin)));
    }
    check(&id, is_id_character)?;
    check(&secret, |c| c.is_ascii_graphic() && c != '"' && c != '\'')?;
    Ok(Found::Keys(Keys::Static(LongTermKeys {
        access_key_id: id.value.to_owned(),
        secret_access_key: Secret::new(secret.value.to_owned()),
        origin: id.origin,
    })))
}

/// AWS's ids are letters and digits; compatible services take more. What a signature's header is
/// divided by cannot be in one.
pub(super) fn is_id_character(c: char) -> bool {
    c.is_ascii_graphic() && !"/+=,\"'".contains(c)
}

fn half(there: &Origin, missing: &str) -> anyhow::Error {
    hinted(
        anyhow!("{there} has no {missing} beside it"),
        format!("put {missing} = … into the same section; the two come as a pair"),
    )
}

/// Does not show the value: it may be the secret.
fn check(key: &Sourced<&str>, allowed: fn(char) -> bool) -> Result<()> {
    let value = key.value;
    if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        return quoted(&key.origin);
    }
    if !value.chars().all(allowed) {
        return Err(anyhow!("{} has a character that no key has", key.origin)).or_hint(|| {
            "copy the key again, and nothing else into its line: a comment would be a part of it"
                .to_owned()
        });
    }
    Ok(())
}

fn quoted(origin: &Origin) -> Result<()> {
    Err(anyhow!("{origin} is in quotes"))
        .or_hint(|| "remove the quotes: in AWS's files they are a part of the value".to_owned())
}
