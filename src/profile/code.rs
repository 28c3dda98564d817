//! What a code needs of a profile: its sources and its device. No keys.

use anyhow::{Context as _, Result};

use super::chain::Chain;
use super::mfa::{self, MfaSettings};
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
    /// A profile that somebody names must be there; `default` need not be.
    pub fn resolve(files: &Files, login: &Login, environment: &Environment) -> Result<Self> {
        let name = super::name(login, environment);
        let (chain, keys) = Chain::follow(files, &name.value, environment);
        let is_named = !matches!(name.origin, Origin::Rule(_));
        let read = || {
            super::name::check(&name)?;
            match keys {
                Err(missing) if chain.hops.is_empty() && is_named => return Err(missing),
                _ => {}
            }
            Ok(Self {
                mfa_serial: mfa::configured_serial(&chain, login, environment)?,
                mfa: MfaSettings::read(&chain, login, environment)?,
            })
        };
        read().with_context(|| {
            format!(
                "could not read profile {} (named by {})",
                name.value, name.origin
            )
        })
    }

    /// The MFA device; empty where nobody names it.
    pub fn serial_number(&self) -> &str {
        self.mfa_serial
            .as_ref()
            .map_or("", |serial| serial.value.as_str())
    }
}
