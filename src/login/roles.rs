//! Along the roles, each assumed with the session of the one before.

use anyhow::Result;

use super::Session;
use crate::aws::{Client, Failure, Kind, RoleRequest};
use crate::base::Base;
use crate::context::Context;
use crate::credentials::Credentials;
use crate::mfa::TokenCode;
use crate::plan::Plan;
use crate::profile::Profile;

/// What the calls are made from.
pub struct Walk<'a> {
    pub profile: &'a Profile,
    pub plan: &'a Plan,
    pub sts: &'a Client<'a>,
}

impl Walk<'_> {
    /// With the session that the terminal has kept. `None` when AWS refuses it: it is dropped, and
    /// the long-term keys make another.
    pub async fn with_base(&self, base: Base, context: &Context<'_>) -> Result<Option<Session>> {
        match self.from(base).await {
            Ok(session) => Ok(Some(session)),
            Err(failure) if failure.kind == Kind::SessionRefused => {
                let text = "AWS no longer accepts the terminal's session; awsmfa makes a new one";
                context.messages.detail(text);
                Ok(None)
            }
            Err(failure) => Err(failure.error),
        }
    }

    /// From `base` to the profile's role; without a role, it is the session itself.
    pub async fn from(&self, base: Base) -> Result<Session, Failure> {
        let credentials = self.walk(Some(&base)).await?;
        Ok(Session {
            credentials: credentials.unwrap_or_else(|| base.credentials.clone()),
            mfa_serial: base.mfa_serial.clone(),
            base: Some(base),
            caller_arn: None,
        })
    }

    /// The role with a code, straight from the long-term keys.
    pub async fn direct(&self, mfa_serial: &str, code: &TokenCode) -> Result<Credentials, Failure> {
        let (role, duration_seconds) = (&self.profile.roles[0], &self.plan.role_seconds[0]);
        let request = RoleRequest {
            role,
            duration_seconds,
            mfa: Some((mfa_serial, code)),
            session: None,
            session_has_mfa: false,
            session_is_kept: false,
        };
        self.sts.assume_role(&request).await
    }

    /// The role without a code, from the long-term keys.
    pub async fn without_code(&self) -> Result<Option<Credentials>, Failure> {
        self.walk(None).await
    }

    /// The session of the last role; none without roles.
    async fn walk(&self, base: Option<&Base>) -> Result<Option<Credentials>, Failure> {
        let mut last: Option<Credentials> = None;
        for (role, duration_seconds) in self.profile.roles.iter().zip(&self.plan.role_seconds) {
            let request = RoleRequest {
                role,
                duration_seconds,
                mfa: None,
                session: last.as_ref().or(base.map(|base| &base.credentials)),
                session_has_mfa: last.is_none() && base.is_some_and(|b| b.mfa_serial.is_some()),
                session_is_kept: last.is_none() && base.is_some_and(|b| !b.of_this_run),
            };
            let session = match self.sts.assume_role(&request).await {
                // AWS's time is known now, and no code was sent.
                Err(failure) if failure.kind == Kind::ClockSkew => {
                    self.sts.assume_role(&request).await?
                }
                outcome => outcome?,
            };
            last = Some(session);
        }
        Ok(last)
    }
}
