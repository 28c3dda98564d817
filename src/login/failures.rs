//! The logins of one run that failed before AWS had accepted keys and code. A profile that needs the
//! same would fail in the same way, after the same question or the same wait: it is not tried.

use anyhow::{Result, bail};

use crate::aws::Kind;
use crate::profile::{Keys, MfaSettings, NetworkSettings, Profile};

/// What is at fault if a login fails.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Blame {
    #[default]
    KeysOrCode,
    /// The way to AWS. The next profile may have another one.
    Connection,
    /// AWS has accepted keys and code.
    Role,
}

impl Blame {
    /// After a failure of the last call with a code, or if there was none to send.
    pub fn after(self, kind: Kind, is_of_role: bool) -> Self {
        match kind {
            _ if self == Self::Role => self,
            Kind::InvalidTokenCode => Self::KeysOrCode,
            Kind::Other if is_of_role => Self::Role,
            // The keys may be refused as well: then each way to AWS is tried once.
            _ => Self::Connection,
        }
    }
}

#[derive(Default)]
pub struct Failures(Vec<Failed>);

struct Failed {
    profile: String,
    keys_and_code: KeysAndCode,
    /// If the connection is to blame.
    connection: Option<Connection>,
}

/// The keys or the command that prints them, the device, and where its code comes from.
type KeysAndCode = (String, Option<String>, MfaSettings);

/// The region and the rest of the way to AWS.
type Connection = (String, NetworkSettings);

fn keys_and_code(profile: &Profile) -> KeysAndCode {
    let keys = match &profile.keys {
        Keys::Static(keys) => keys.access_key_id.clone(),
        Keys::Process(command) => command.value.clone(),
        Keys::Terminal(_) | Keys::Replaced(_) => String::new(),
    };
    let serial = profile.mfa_serial.as_ref();
    let serial = serial.map(|serial| serial.value.clone());
    (keys, serial, profile.mfa.clone())
}

fn connection(profile: &Profile) -> Connection {
    (profile.region.value.clone(), profile.network.clone())
}

impl Failures {
    /// # Errors
    /// An earlier login failed on what that of `profile` needs too.
    pub fn check(&self, profile: &Profile) -> Result<()> {
        let shares_fault = |failed: &&Failed| {
            let same_connection = |failed: &Connection| *failed == connection(profile);
            failed.keys_and_code == keys_and_code(profile)
                && failed.connection.as_ref().is_none_or(same_connection)
        };
        match self.0.iter().find(shares_fault) {
            None => Ok(()),
            Some(Failed { profile, .. }) => {
                bail!("not tried: it uses the same keys and MFA device as {profile}, which failed")
            }
        }
    }

    pub fn note(&mut self, profile: &Profile, blame: Blame) {
        if blame != Blame::Role {
            self.0.push(Failed {
                profile: profile.name.value.clone(),
                keys_and_code: keys_and_code(profile),
                connection: (blame == Blame::Connection).then(|| connection(profile)),
            });
        }
    }
}
