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
        // `exec --refresh` and a share set it beside their socket, over a profile's `off`.
        "on" => Ok(UseOfAgent::Running),
        "off" => Ok(UseOfAgent::Off),
        _ => {
            let hint = "on uses the agent if one runs, auto starts one at the first login, off logs in without one";
            Err(refused(text, "is not on, auto or off".to_owned(), hint))
        }
    }
}
