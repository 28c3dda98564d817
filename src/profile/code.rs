//! What a code needs from a profile: its sources and its device. No keys.

use anyhow::{Context as _, Result};

use super::mfa::MfaSettings;
use super::serial;
use super::settings::Settings;
use super::{Keys, chain, name};
use crate::cli::Login;
use crate::environment::Environment;
use crate::files::Files;
use crate::origin::{Origin, Sourced};

/// A profile, as far as its codes go.
pub struct CodeProfile {
    pub mfa_serial: Option<Sourced<String>>,
    pub mfa: MfaSettings,
}

impl CodeProfile {
    /// A profile that is named must exist; `default` need not.
    pub fn resolve(files: &Files, login: &Login, environment: &Environment) -> Result<Self> {
        let name = name(login, environment);
        let (value, origin) = (&name.value, &name.origin);
        let read = |settings: &Settings<'_>, keys: Result<Keys>| {
            if settings.profiles.is_empty() && !matches!(origin, Origin::Rule(_)) {
                keys?;
            }
            Ok(Self {
                mfa_serial: serial::configured(settings)?,
                mfa: MfaSettings::read(settings)?,
            })
        };
        chain::resolve(files, &name, login, environment, read)
            .with_context(|| format!("could not read profile {value} (named by {origin})"))
    }

    /// The MFA device; empty if none is configured.
    pub fn serial_number(&self) -> &str {
        let serial = self.mfa_serial.as_ref();
        serial.map_or("", |serial| serial.value.as_str())
    }
}
