//! Whether a login uses the agent.

use anyhow::Result;

use super::settings::{AGENT, Settings};
use crate::files::refusal::refused;
use crate::origin::Sourced;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UseOfAgent {
    /// If one runs.
    #[default]
    Running,
    /// The first login starts one.
    Auto,
    Off,
}

impl UseOfAgent {
    pub fn read(settings: &Settings<'_>) -> Result<Self> {
        let flag = settings.login.agent.no_agent.then_some(Self::Off);
        let chosen = settings.parsed(&AGENT, flag, parse)?;
        Ok(chosen.map_or(Self::default(), |chosen| chosen.value))
    }
}

fn parse(text: &Sourced<&str>) -> Result<UseOfAgent> {
    match text.value {
        "auto" => Ok(UseOfAgent::Auto),
        "off" => Ok(UseOfAgent::Off),
        _ => {
            let hint = "auto starts an agent at the first login, off does without it";
            Err(refused(text, "is neither auto nor off".to_owned(), hint))
        }
    }
}
