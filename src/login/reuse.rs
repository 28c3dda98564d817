//! Base sessions from earlier logins: with one of them, a login needs no code.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};

use super::failures::Blame;
use super::roles::RoleCalls;
use super::{Logins, NO_LOGIN, Session};
use crate::aws::{Client, Failure, Kind};
use crate::base::{self, Base};
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::LongTermKeys;
use crate::environment::{Held, RENEWAL};
use crate::files::Files;
use crate::message::OrHint as _;
use crate::origin::{Origin, Sourced};
use crate::plan::{Plan, Signer};
use crate::profile::{Keys, Profile};
use crate::secret::Secret;

impl Logins<'_> {
    /// Logs in with a base session of these keys and this device (`None`: not known yet). `None` if
    /// there is no such base session, or if AWS refuses it; then it is dropped.
    pub(super) async fn reuse(
        &mut self,
        calls: &RoleCalls<'_>,
        serial: Option<&str>,
    ) -> Result<Option<Session>, Failure> {
        let key_id = &calls.keys.access_key_id;
        let Some(base) = self.base(key_id, serial, calls.profile, calls.plan) else {
            return Ok(None);
        };
        let messages = self.context.messages;
        messages.detail("no MFA code is needed: there is a session of these keys and this device");
        match calls.with_base(base.clone()).await {
            Ok(session) => {
                self.bases.keep(base);
                Ok(Some(session))
            }
            Err(failure) if failure.kind == Kind::SessionRefused => {
                messages
                    .detail("AWS no longer accepts the terminal's session; awsmfa makes a new one");
                self.bases.forget(&base);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Whether [`Logins::with_base`] has something to try, as far as that is known without a call.
    pub fn have_base(&mut self, profile: &Profile, plan: &Plan) -> bool {
        let serial = profile
            .mfa_serial
            .as_ref()
            .map(|serial| serial.value.as_str());
        match &profile.keys {
            Keys::Terminal(_) => true,
            Keys::Static(keys) => self
                .base(&keys.access_key_id, serial, profile, plan)
                .is_some(),
            _ => false,
        }
    }

    /// The session that `profile` asks for, with a session that the terminal has already.
    pub async fn with_base(
        &mut self,
        profile: &Profile,
        plan: &Plan,
    ) -> Result<Option<Session>, Failure> {
        let Keys::Static(keys) = &profile.keys else {
            let session = self.log_in(profile).await.map(Some);
            return session.map_err(|error| Failure {
                kind: Kind::Other,
                error,
            });
        };
        let sts = Client::new(profile, keys, self.context);
        let calls = RoleCalls {
            profile,
            plan,
            keys,
            sts: &sts,
        };
        let serial = profile
            .mfa_serial
            .as_ref()
            .map(|serial| serial.value.as_str());
        self.reuse(&calls, serial).await
    }

    /// `credential_source = Environment`: the terminal's session replaces the keys and the code. The
    /// keys returned sign nothing; they are there for messages.
    pub(super) fn terminal_session(
        &self,
        profile: &Profile,
    ) -> Result<(LongTermKeys, Option<Base>)> {
        let base = base::of_terminal(self.context.environment, self.context.clock.local())
            .context("the session that this terminal started with has expired")
            .context(NO_LOGIN)
            .or_hint(|| "log in again: aws-mfa-off, then aws-mfa-on PROFILE")?;
        let keys = LongTermKeys {
            access_key_id: base.credentials.access_key_id.clone(),
            secret_access_key: Secret::new(String::new()),
            origin: profile.keys.origin().clone(),
        };
        Ok((keys, Some(base)))
    }

    /// The base session of the keys `key_id` and the device `serial` that `profile` can use instead of
    /// a code.
    pub fn base(
        &mut self,
        key_id: &str,
        serial: Option<&str>,
        profile: &Profile,
        plan: &Plan,
    ) -> Option<Base> {
        let now = self.context.clock.aws();
        let serves = |base: &Base| base.serves(key_id, serial, now);
        let exported = || exported_base(key_id, serial, profile, self.context);
        let kept = self.bases.find(serves).cloned();
        let base = kept.or_else(|| exported().filter(serves))?;
        self.blame = Blame::Role;
        self.takes(base.left(now), base.of_this_run, plan)
            .then_some(base)
    }

    /// Whether a base session with `left` replaces a code.
    pub fn takes(&self, left: Duration, of_this_run: bool, plan: &Plan) -> bool {
        let without_role = plan.role_seconds.is_empty();
        // Without a role it becomes the session itself, and must last as long as was asked for.
        let asked = self.duration_seconds.filter(|_| without_role);
        let lasts = asked.is_none_or(|asked| plan.is_met_by(left, asked));
        // A given code is meant to be used. `--force` renews the base session only without a role, or if
        // that is the agent's, for all terminals.
        let renews_base = without_role || self.agent.running.is_some();
        let anew = self.given.is_some() || (self.forced && renews_base);
        let is_planned = matches!(plan.signer, Signer::SessionToken(_));
        is_planned && lasts && (of_this_run || !anew)
    }
}

/// The exported session as a base session, if it has no role and was made with the keys of `profile`.
/// The device must be known, because no variable names the keys, and the profile of the same name
/// may have other keys in other files.
fn exported_base(
    key_id: &str,
    serial: Option<&str>,
    profile: &Profile,
    context: &Context<'_>,
) -> Option<Base> {
    serial?;
    let held = held_with_keys_of(profile, context).filter(|held| held.role_arn.is_none())?;
    Some(Base {
        credentials: context.environment.credentials()?,
        long_term_key_id: Some(key_id.to_owned()),
        mfa_serial: held.mfa_serial,
        of_this_run: false,
    })
}

/// The end of the base session that the held role was assumed with, which only the shell has. `None`
/// if the roles of `profile` cannot be assumed with it.
pub fn end_of_base_in_shell(profile: &Profile, context: &Context<'_>) -> Option<SystemTime> {
    let held = held_with_keys_of(profile, context).filter(|held| held.role_arn.is_some())?;
    let configured = profile.mfa_serial.as_ref().map(|serial| &serial.value);
    let same_device = configured.is_none_or(|serial| held.mfa_serial.as_ref() == Some(serial));
    let end = held.base_expires_at.filter(|_| same_device)?;
    (end > context.clock.local() + RENEWAL).then_some(end)
}

/// The held session, if it was made for a profile with the long-term keys of `profile`.
fn held_with_keys_of(profile: &Profile, context: &Context<'_>) -> Option<Held> {
    let environment = context.environment;
    let held = Held::read(environment)?;
    let files = Files::read(environment);
    let name = Sourced::new(held.profile.clone(), Origin::Variable("AWSMFA_PROFILE"));
    let made_for = Profile::resolve(&files, &name, &Login::default(), environment).ok()?;
    made_for.keys.are_same(&profile.keys).then_some(held)
}
