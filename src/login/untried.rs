//! The logins of one run that failed before AWS had accepted keys and code. What follows in the same
//! way would fail in the same way, after the same question or the same wait: it is not tried.

use anyhow::{Result, bail};

use crate::aws::Kind;
use crate::profile::{Keys, MfaSettings, NetworkSettings, Profile};

/// How far a login has come.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Progress {
    #[default]
    Keys,
    /// It waits for AWS, which the next profile may reach another way.
    Connection,
    Code,
    /// AWS has accepted keys and code. If the login fails all the same, that is the role's fault.
    Accepted,
}

impl Progress {
    /// After a failure, if the last call with a code failed in this way, or none was made.
    pub fn after(failed: Option<Kind>, is_of_role: bool) -> Self {
        match failed {
            None | Some(Kind::InvalidTokenCode) => Self::Code,
            Some(Kind::Other) if is_of_role => Self::Accepted,
            // The keys may be refused as well: then each way to AWS is tried once.
            Some(_) => Self::Connection,
        }
    }
}

#[derive(Default)]
pub struct Failures(Vec<Failure>);

struct Failure {
    profile: String,
    progress: Progress,
    needs: Needs,
}

/// What a login depends on until AWS has accepted keys and code.
struct Needs {
    keys: String,
    mfa_serial: Option<String>,
    mfa: MfaSettings,
    region: String,
    network: NetworkSettings,
}

impl Needs {
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
            mfa: profile.mfa.clone(),
            region: profile.region.value.clone(),
            network: profile.network.clone(),
        }
    }

    fn has_same_code(&self, other: &Self) -> bool {
        let code = |needs: &'_ Self| (needs.keys.clone(), needs.mfa_serial.clone());
        code(self) == code(other) && self.mfa == other.mfa
    }

    fn has_same_connection(&self, other: &Self) -> bool {
        self.region == other.region && self.network == other.network
    }
}

impl Failures {
    /// # Errors
    /// An earlier login failed on what that of `profile` needs too.
    pub fn check(&self, profile: &Profile) -> Result<()> {
        let needs = Needs::of(profile);
        let is_shared = |failure: &&Failure| {
            let connected = failure.progress != Progress::Connection;
            failure.needs.has_same_code(&needs)
                && (connected || failure.needs.has_same_connection(&needs))
        };
        match self.0.iter().find(is_shared) {
            None => Ok(()),
            Some(Failure { profile, .. }) => {
                bail!("not tried: it uses the same keys and MFA device as {profile}, which failed")
            }
        }
    }

    /// The login of `profile` failed after `progress`.
    pub fn note(&mut self, profile: &Profile, progress: Progress) {
        if progress != Progress::Accepted {
            self.0.push(Failure {
                profile: profile.name.value.clone(),
                progress,
                needs: Needs::of(profile),
            });
        }
    }
}
