//! Long-term keys in the sections of one profile, and everything that only looks like them.

use anyhow::{Result, anyhow};

use super::{contradiction, credential_process, key_pair};
use crate::credentials::LongTermKeys;
use crate::files::conventions::{self, Sections};
use crate::files::place::Place;
use crate::message::{OrHint as _, hinted};
use crate::origin::{Origin, Sourced};

/// Where the long-term keys are.
#[derive(Debug)]
pub enum Keys {
    Static(LongTermKeys),
    /// `credential_process`: the command line, not yet run.
    Process(Sourced<String>),
    /// `credential_source = Environment`: the session that the terminal has.
    Terminal(Origin),
    /// Long-term keys of the environment, in whose place `on` has put a session.
    Replaced(Origin),
}

impl Keys {
    /// The long-term keys; runs the `credential_process`. None where a session takes their place.
    pub async fn long_term(&self) -> Result<Option<LongTermKeys>> {
        match self {
            Self::Static(keys) => Ok(Some(keys.clone())),
            Self::Process(command) => credential_process::run(command).await.map(Some),
            Self::Terminal(_) => Ok(None),
            Self::Replaced(_) => Err(anyhow!(
                "could not log in: the session of this terminal has replaced the environment's \
                 long-term keys"
            ))
            .or_hint(|| "put the keys back first: aws-mfa-off, then aws-mfa-on".to_owned()),
        }
    }

    /// Whether a profile has them, rather than the environment.
    pub fn are_in_a_file(&self) -> bool {
        matches!(self.origin(), Origin::File { .. }) && !matches!(self, Self::Terminal(_))
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

/// What one profile has.
#[derive(Debug)]
pub enum Found {
    Keys(Keys),
    Temporary(Temporary),
    Nothing,
}

/// Keys that are temporary, or look like it.
#[derive(Debug)]
pub struct Temporary {
    /// Where they are, and what shows it.
    pub why: String,
    /// What to do, where it is not to put long-term keys there.
    pub hint: Option<String>,
}

/// Static keys come before a `credential_process`, as in the AWS CLI.
pub fn find(sections: &Sections<'_>) -> Result<Found> {
    let mut temporary = None;
    for place in &sections.for_keys {
        match in_section(place)? {
            Found::Temporary(keys) => temporary = temporary.or(Some(keys)),
            Found::Nothing => {}
            found @ Found::Keys(_) => return Ok(found),
        }
    }
    let mut places = sections.for_keys.iter().chain(&sections.for_settings);
    let process = places.find_map(|place| place.get("credential_process"));
    Ok(match (process, temporary) {
        (Some(process), _) => Found::Keys(Keys::Process(process.map(str::to_owned))),
        (None, Some(keys)) => Found::Temporary(keys),
        (None, None) => Found::Nothing,
    })
}

/// A pair comes from one section, never half from one and half from another.
fn in_section(place: &Place<'_>) -> Result<Found> {
    contradiction::refuse_two_pairs(place)?;
    let id = place.get("aws_access_key_id");
    let secret = place.get("aws_secret_access_key");
    let marks = conventions::marks_of_temporary_keys(place);
    if let Some(key) = id.as_ref().or(secret.as_ref())
        && !marks.is_empty()
    {
        return Ok(Found::Temporary(marked(key, &marks)));
    }
    let (id, secret) = match (id, secret) {
        (None, None) => return Ok(Found::Nothing),
        (Some(id), None) => return Err(half(&id.origin, "aws_secret_access_key")),
        (None, Some(secret)) => return Err(half(&secret.origin, "aws_access_key_id")),
        (Some(id), Some(secret)) => (id, secret),
    };
    if id.value.starts_with("ASIA") {
        let why = format!("{} begins with ASIA", id.origin);
        return Ok(Found::Temporary(Temporary { why, hint: None }));
    }
    key_pair::checked(id, &secret).map(|keys| Found::Keys(Keys::Static(keys)))
}

/// A token beside an id that begins with AKIA was left there when the keys were exchanged.
fn marked(key: &Sourced<&str>, marks: &[(&str, Sourced<&str>)]) -> Temporary {
    let (name, _) = &marks[0];
    if !key.value.starts_with("AKIA") {
        return Temporary {
            why: format!("{} comes with {name}", key.origin),
            hint: None,
        };
    }
    let lines: Vec<_> = marks
        .iter()
        .map(|(_, mark)| mark.origin.to_string())
        .collect();
    let what = match lines.len() {
        1 => "that line",
        _ => "those lines",
    };
    let lines = lines.join(" and ");
    Temporary {
        why: format!(
            "{} is a long-term key, but looks temporary because of {lines}",
            key.origin
        ),
        hint: Some(format!(
            "delete {what} ({lines}), left over from a session: a key that begins with AKIA has none"
        )),
    }
}

fn half(there: &Origin, missing: &str) -> anyhow::Error {
    hinted(
        anyhow!("{there} has no {missing} beside it"),
        format!("put {missing} = … into the same section; the two come as a pair"),
    )
}
