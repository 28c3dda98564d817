//! Everything that is wrong with a profile, where [`Profile::find`] stops at the first mistake.

use anyhow::{Error, Result};

use super::settings::Settings;
use super::{
    Keys, MfaSettings, NetworkSettings, Profile, ToolSettings, UseOfAgent, base_duration_seconds,
    chain, duration_seconds, region, role, serial,
};
use crate::cli::Login;
use crate::environment::Environment;
use crate::files::Files;
use crate::origin::Sourced;

/// What is wrong with a profile.
#[derive(Default)]
pub struct Mistakes {
    /// Why it has no long-term keys.
    pub keys: Option<Error>,
    /// What is wrong with its settings and those of its sources.
    pub settings: Vec<Error>,
}

impl Mistakes {
    pub fn find(
        files: &Files,
        name: &Sourced<String>,
        login: &Login,
        environment: &Environment,
    ) -> Self {
        let read = |settings: &Settings<'_>, keys: Result<Keys>| {
            let (roles, mut found) = match &keys {
                Ok(keys) => match role::roles(settings, keys, name) {
                    Ok(roles) => (roles, Vec::new()),
                    Err(error) => (Vec::new(), vec![error]),
                },
                Err(_) => (Vec::new(), Vec::new()),
            };
            let others = [
                serial::configured(settings).err(),
                region::of_session(settings).err(),
                NetworkSettings::read(settings).err(),
                duration_seconds(settings, &roles).err(),
                base_duration_seconds(settings).err(),
                MfaSettings::read(settings).err(),
                ToolSettings::read(settings).err(),
                UseOfAgent::read(settings).err(),
            ];
            found.extend(others.into_iter().flatten());
            if let (Ok(keys), []) = (&keys, &found[..]) {
                // What does not fit together.
                found.extend(Profile::read(name, keys.clone(), settings).err());
            }
            let settings = found;
            let keys = keys.err();
            Ok(Self { keys, settings })
        };
        chain::resolve(files, name, login, environment, read).unwrap_or_else(|error| Self {
            keys: Some(error),
            ..Self::default()
        })
    }
}
