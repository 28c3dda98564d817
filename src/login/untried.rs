//! The logins of one run that failed before AWS had accepted keys and code. What follows in the same
//! way would fail in the same way, after the same question or the same wait: it is not tried.

use anyhow::{Result, bail};

use crate::profile::{Keys, MfaSettings, NetworkSettings, Profile};

#[derive(Default)]
pub struct Failures(Vec<Failure>);

struct Failure {
    profile: String,
    access: Access,
}

/// What a login depends on until AWS has accepted keys and code.
#[derive(PartialEq)]
struct Access {
    keys: String,
    mfa_serial: Option<String>,
    region: String,
    mfa: MfaSettings,
    network: NetworkSettings,
}

impl Access {
    fn of(profile: &Profile) -> Self {
        let keys = match &profile.keys {
            Keys::Static(keys) => keys.access_key_id.clone(),
            Keys::Process(command) => command.value.clone(),
            Keys::Terminal(_) | Keys::Replaced(_) => String::new(),
        };
        let serial = profile.mfa_serial.as_ref();
        Self {
            keys,
            mfa_serial: serial.map(|serial| serial.value.clone()),
            region: profile.region.value.clone(),
            mfa: profile.mfa.clone(),
            network: profile.network.clone(),
        }
    }
}

impl Failures {
    /// # Errors
    /// An earlier login failed that depends on the same as that of `profile`.
    pub fn check(&self, profile: &Profile) -> Result<()> {
        let access = Access::of(profile);
        match self.0.iter().find(|failure| failure.access == access) {
            None => Ok(()),
            Some(Failure { profile, .. }) => {
                bail!("not tried: it uses the same keys and MFA device as {profile}")
            }
        }
    }

    pub fn note(&mut self, profile: &Profile) {
        self.0.push(Failure {
            profile: profile.name.value.clone(),
            access: Access::of(profile),
        });
    }
}
