//! The logins of one run that failed before AWS had accepted keys and code. A profile that uses the
//! same keys and device is not tried: it would fail in the same way, after the same question.

use anyhow::{Result, bail};

use crate::aws::Kind;
use crate::plan::Signer;
use crate::profile::Profile;

/// What is at fault if a login fails.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Blame {
    #[default]
    KeysOrCode,
    /// The region, endpoint or proxy. The next profile may have others.
    Connection,
    /// AWS has accepted keys and code.
    Role,
}

impl Blame {
    /// After the call with a code has failed in this way, or there was no code to send.
    pub fn after(self, kind: Kind, signer: &Signer) -> Self {
        match kind {
            _ if self == Self::Role => self,
            Kind::InvalidTokenCode => Self::KeysOrCode,
            Kind::Other if matches!(signer, Signer::LongTermKeys) => Self::Role,
            // AWS may have refused the keys as well: then each connection is tried once.
            _ => Self::Connection,
        }
    }
}

/// The profiles whose logins failed, and why.
#[derive(Default)]
pub struct Failures(Vec<(Profile, Blame)>);

impl Failures {
    /// # Errors
    /// An earlier login failed because of something that a login to `profile` needs too.
    pub fn check(&self, profile: &Profile) -> Result<()> {
        let shares_fault = |(failed, blame): &&(Profile, Blame)| {
            let same_code = failed.mfa_serial == profile.mfa_serial && failed.mfa == profile.mfa;
            let same_way = failed.region == profile.region && failed.network == profile.network;
            failed.keys.are_same(&profile.keys)
                && same_code
                && (same_way || *blame != Blame::Connection)
        };
        match self.0.iter().find(shares_fault) {
            None => Ok(()),
            Some((failed, _)) => bail!(
                "not tried: it uses the same keys and MFA device as {}, which failed",
                failed.name.value
            ),
        }
    }

    pub fn note(&mut self, profile: &Profile, blame: Blame) {
        if blame != Blame::Role {
            self.0.push((profile.clone(), blame));
        }
    }
}
