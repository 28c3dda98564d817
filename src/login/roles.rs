//! The calls that assume roles: along the chain, each with the previous role's session.

use anyhow::Context as _;

use super::{NO_LOGIN, Renewable, Session};
use crate::agent::Login;
use crate::aws::{self, Client, Failure, RoleRequest};
use crate::base::Base;
use crate::credentials::{Credentials, LongTermKeys};
use crate::mfa::TokenCode;
use crate::origin::Sourced;
use crate::plan::Plan;
use crate::profile::{Profile, Role};

/// What the calls of one login are made from.
pub struct RoleCalls<'a> {
    pub profile: &'a Profile,
    pub plan: &'a Plan,
    pub keys: &'a LongTermKeys,
    pub sts: &'a Client<'a>,
}

impl RoleCalls<'_> {
    /// The profile's role, assumed with `base`; without a role, it is the session itself.
    pub async fn with_base(&self, base: Base) -> Result<Session, Failure> {
        let credentials = self.assume(Some(&base)).await?;
        let credentials = credentials.unwrap_or_else(|| base.credentials.clone());
        Ok(self.session(credentials, base.mfa_serial.clone(), Some(&base)))
    }

    /// The role from the long-term keys, without a code.
    pub async fn without_code(&self) -> anyhow::Result<Session> {
        let credentials = self.assume(None).await?;
        let credentials = credentials.context("there is no role to assume");
        Ok(self.session(credentials.context(NO_LOGIN)?, None, None))
    }

    /// The role from the long-term keys, with a code.
    pub async fn with_code(&self, serial: &str, code: &TokenCode) -> Result<Credentials, Failure> {
        let request = RoleRequest {
            role: &self.profile.roles[0],
            duration_seconds: &self.plan.role_seconds[0],
            mfa: Some((serial, code)),
            session: None,
            session_has_mfa: false,
            session_is_kept: false,
        };
        aws::assume_role(self.sts, &request).await
    }

    /// The session of the last role; `None` without roles.
    async fn assume(&self, base: Option<&Base>) -> Result<Option<Credentials>, Failure> {
        let roles = self.profile.roles.iter().zip(&self.plan.role_seconds);
        assume(self.sts, roles, base).await
    }

    pub fn session(
        &self,
        credentials: Credentials,
        mfa_serial: Option<String>,
        base: Option<&Base>,
    ) -> Session {
        let renewable = |base: &Base| Renewable {
            end: base.credentials.expiration,
            login: Login::of(base),
            role_seconds: self.plan.role_seconds.clone(),
        };
        Session {
            credentials,
            mfa_serial,
            renewable: base.map(renewable),
            caller_arn: self.sts.caller_arn().map(str::to_owned),
        }
    }
}

/// Assumes each role with the session of the one before it, the first with `base` or else with the
/// long-term keys. The session of the last role; `None` without roles.
pub async fn assume<'r>(
    sts: &Client<'_>,
    roles: impl Iterator<Item = (&'r Role, &'r Sourced<u64>)>,
    base: Option<&Base>,
) -> Result<Option<Credentials>, Failure> {
    let mut last: Option<Credentials> = None;
    for (role, duration_seconds) in roles {
        let base = base.filter(|_| last.is_none());
        let request = RoleRequest {
            role,
            duration_seconds,
            mfa: None,
            session: last.as_ref().or(base.map(|base| &base.credentials)),
            session_has_mfa: base.is_some_and(|base| base.mfa_serial.is_some()),
            session_is_kept: base.is_some_and(|base| !base.of_this_run),
        };
        last = Some(aws::assume_role(sts, &request).await?);
    }
    Ok(last)
}
